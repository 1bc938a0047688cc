package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.json.JsonWriter;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * A piece of text and how strongly the image should follow it.
 *
 * @param text what to show, or for a negative weight what to avoid; it shows something and is valid
 *     Unicode. How long it may be is the model family's to say.
 * @param weight within ±10 and not 0, with the digits that were typed and no exponent; the model's
 *     own default is 1.0 (Bedrock user guide, model-parameters-diffusion-1-0-text-image). A text,
 *     because Java 25 takes 18 ms for its first {@link BigDecimal}.
 */
public record WeightedPrompt(String text, String weight) {

  /** What the model takes for a prompt without a weight. */
  public static final String POSITIVE = "1.0";

  /** The notebook's weight for what must not be in the picture. */
  public static final String NEGATIVE = "-1.0";

  private static final int MOST_WEIGHT = 10;

  /** More digits after the point are a mistake; an exponent could make them millions. */
  private static final int MOST_DECIMALS = 20;

  private static final String WEIGHTS =
      "A weight is a number within 10 and not 0, such as 1.3 or 0.5";

  public WeightedPrompt {
    if (showsNothing(text)) {
      throw new InvalidRequest("a prompt can't be blank", "");
    }
    if (JsonWriter.hasLoneSurrogate(text)) {
      throw new InvalidRequest(
          "the prompt '" + excerpt(text) + "' is not valid Unicode",
          "It has half of a surrogate pair, which UTF-8 can't carry; --prompt-file reads UTF-8");
    }
    if (!isUsual(weight) && !isWeight(new BigDecimal(weight))) {
      throw new InvalidRequest(
          "the prompt '" + excerpt(text) + "' has the weight " + weight, WEIGHTS);
    }
  }

  /**
   * What the image should show, as typed: {@code TEXT} or {@code TEXT::1.3}. Only a trailing {@code
   * ::number} counts; {@code \::} is a literal {@code ::}.
   *
   * @param option how the user gave it ({@code PROMPT}, {@code -p}), for messages
   * @throws InvalidRequest when it is blank or not valid Unicode, or the weight is 0, negative or
   *     beyond 10
   */
  public static WeightedPrompt positive(String option, String typed) {
    Typed prompt = Typed.of(option, typed);
    if (showsNothing(prompt.text())) {
      throw new InvalidRequest(
          option.equals("PROMPT") ? "the prompt is empty" : option + " is empty",
          "Say what the image should show: sdxl-gen \"a person\" -n hat");
    }
    String weight = prompt.weight() == null ? POSITIVE : prompt.weight();
    if (weight.startsWith("-")) {
      throw new InvalidRequest(
          option + " '" + excerpt(typed) + "' has a negative weight",
          "What must not be in the image goes with -n: -n '"
              + excerpt(prompt.text()).replace("'", "'\\''")
              + "::"
              + weight.substring(1)
              + "'");
    }
    return new WeightedPrompt(prompt.text(), weight);
  }

  /**
   * What must not be in the image, as typed: {@code TEXT} weighs -1.0; {@code TEXT::0.5} and {@code
   * TEXT::-0.5} both weigh -0.5.
   *
   * @param option how the user gave it ({@code -n}), for messages
   * @throws InvalidRequest when it is blank or not valid Unicode, or the weight is 0 or beyond 10
   */
  public static WeightedPrompt negative(String option, String typed) {
    Typed prompt = Typed.of(option, typed);
    if (showsNothing(prompt.text())) {
      throw new InvalidRequest(
          option + " is empty", "Say what must not be in the image: " + option + " hat");
    }
    String weight = prompt.weight() == null ? NEGATIVE : prompt.weight();
    return new WeightedPrompt(prompt.text(), weight.startsWith("-") ? weight : "-" + weight);
  }

  /** Whether this says what to avoid. */
  public boolean isNegative() {
    return weight.startsWith("-");
  }

  /** Whether the weight is the one the model takes when none is sent. */
  public boolean isDefaultWeight() {
    return !isNegative() && !isWeighted();
  }

  /** Whether it counts for more or less than 1 or -1, which every model takes. */
  public boolean isWeighted() {
    return !isUsual(weight) && new BigDecimal(weight).abs().compareTo(BigDecimal.ONE) != 0;
  }

  private static boolean isUsual(String weight) {
    return weight.equals(POSITIVE) || weight.equals(NEGATIVE);
  }

  private static boolean isWeight(BigDecimal number) {
    return number.signum() != 0
        && number.abs().compareTo(BigDecimal.valueOf(MOST_WEIGHT)) <= 0
        && number.scale() <= MOST_DECIMALS;
  }

  /** Blank to the eye: no-break spaces, zero widths and control characters too. */
  private static boolean showsNothing(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isWhitespace(c)
          && !Character.isSpaceChar(c)
          && !Character.isISOControl(c)
          && Character.getType(c) != Character.FORMAT) {
        return false;
      }
    }
    return true;
  }

  /** The beginning, fit to stand in a message of one line. */
  private static String excerpt(String text) {
    var line = new StringBuilder();
    int i = 0;
    for (int shown = 0; i < text.length() && shown < 40; shown++) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      line.appendCodePoint(lone ? '\uFFFD' : Character.isISOControl(c) ? ' ' : c);
    }
    return line.append(i < text.length() ? "…" : "").toString();
  }

  /** A prompt taken apart; {@code weight} is null when none was typed. */
  private record Typed(String text, String weight) {

    static Typed of(String option, String typed) {
      int colons = typed.lastIndexOf("::");
      // Most prompts have no "::" at all: then the regular expression isn't even loaded.
      if (colons < 0) {
        return new Typed(typed, null);
      }
      String number = typed.substring(colons + 2);
      boolean literal = colons > 0 && typed.charAt(colons - 1) == '\\';
      if (literal || !Syntax.NUMBER.matcher(number).matches()) {
        return new Typed(unescape(typed), null);
      }
      return new Typed(unescape(typed.substring(0, colons)), weight(option, typed, number));
    }

    private static String unescape(String text) {
      return text.replace("\\::", "::");
    }

    private static String weight(String option, String typed, String number) {
      try {
        var weight = new BigDecimal(number);
        if (isWeight(weight)) {
          return weight.toPlainString();
        }
      } catch (NumberFormatException e) {
        // NaN, infinite, or of an exponent beyond all bounds
      }
      throw new InvalidRequest(
          option + " '" + excerpt(typed) + "' has the weight " + excerpt(number),
          WEIGHTS + "; \\:: is a literal ::");
    }
  }

  /** Possessive, so that a long run of digits is looked through once. */
  private static final class Syntax {

    static final Pattern NUMBER =
        Pattern.compile(
            "[+-]?(?:(?:\\d++\\.?+\\d*+|\\.\\d++)(?:e[+-]?\\d++)?+|nan|inf(?:inity)?)",
            Pattern.CASE_INSENSITIVE);
  }
}
