package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of text and how strongly the image should follow it.
 *
 * @param text what to show, or for a negative weight what to avoid; not blank. How long it may be
 *     is the model family's to say.
 * @param weight within ±10 and not 0, as typed; the model's own default is 1.0 (Bedrock user guide,
 *     model-parameters-diffusion-1-0-text-image)
 */
public record WeightedPrompt(String text, BigDecimal weight) {

  /** What the model takes for a prompt without a weight. */
  public static final BigDecimal POSITIVE = new BigDecimal("1.0");

  /** The notebook's weight for what must not be in the picture. */
  public static final BigDecimal NEGATIVE = new BigDecimal("-1.0");

  private static final BigDecimal MOST = BigDecimal.TEN;

  private static final Pattern WEIGHT =
      Pattern.compile(
          "(?<!\\\\)::([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?|[+-]?(?:nan|inf(?:inity)?))$",
          Pattern.CASE_INSENSITIVE);

  public WeightedPrompt {
    if (text.isBlank()) {
      throw new InvalidRequest("a prompt can't be blank", "");
    }
  }

  /**
   * What the image should show, as typed: {@code TEXT} or {@code TEXT::1.3}. Only a trailing {@code
   * ::number} counts; {@code \::} is a literal {@code ::}.
   *
   * @param option how the user gave it ({@code PROMPT}, {@code -p}), for messages
   * @throws InvalidRequest when it is blank, or the weight is 0, negative or beyond 10
   */
  public static WeightedPrompt positive(String option, String typed) {
    Typed prompt = Typed.of(option, typed);
    BigDecimal weight = prompt.weight() == null ? POSITIVE : prompt.weight();
    if (weight.signum() < 0) {
      throw new InvalidRequest(
          option + " '" + typed + "' has a negative weight",
          "What must not be in the image goes with -n: -n '"
              + prompt.text()
              + "::"
              + weight.negate().toPlainString()
              + "'");
    }
    return new WeightedPrompt(prompt.text(), weight);
  }

  /**
   * What must not be in the image, as typed: {@code TEXT} weighs -1.0; {@code TEXT::0.5} and {@code
   * TEXT::-0.5} both weigh -0.5.
   *
   * @param option how the user gave it ({@code -n}), for messages
   * @throws InvalidRequest when it is blank, or the weight is 0 or beyond 10
   */
  public static WeightedPrompt negative(String option, String typed) {
    Typed prompt = Typed.of(option, typed);
    BigDecimal weight = prompt.weight() == null ? NEGATIVE : prompt.weight();
    return new WeightedPrompt(prompt.text(), weight.signum() > 0 ? weight.negate() : weight);
  }

  /** Whether this says what to avoid. */
  public boolean isNegative() {
    return weight.signum() < 0;
  }

  /** Whether the weight is the one the model takes when none is sent. */
  public boolean isDefaultWeight() {
    return weight.compareTo(POSITIVE) == 0;
  }

  /** A prompt taken apart; {@code weight} is null when none was typed. */
  private record Typed(String text, BigDecimal weight) {

    static Typed of(String option, String typed) {
      String text = typed;
      BigDecimal weight = null;
      // Most prompts have no "::" at all: then the regular expression isn't even loaded.
      if (typed.contains("::")) {
        Matcher matcher = WEIGHT.matcher(typed);
        if (matcher.find()) {
          weight = weight(option, typed, matcher.group(1));
          text = typed.substring(0, matcher.start());
        }
        text = text.replace("\\::", "::");
      }
      if (text.isBlank()) {
        throw new InvalidRequest(
            option.equals("PROMPT") ? "the prompt is empty" : option + " is empty",
            "Say what the image should show: sdxl-gen \"a person\" -n hat");
      }
      return new Typed(text, weight);
    }

    private static BigDecimal weight(String option, String typed, String number) {
      BigDecimal weight;
      try {
        weight = new BigDecimal(number);
      } catch (NumberFormatException e) {
        weight = null;
      }
      if (weight == null
          || weight.signum() == 0
          || weight.abs().compareTo(MOST) > 0
          || weight.scale() > 20) {
        throw new InvalidRequest(
            option + " '" + typed + "' has the weight " + number,
            "A weight is a number within 10 and not 0, such as 1.3 or 0.5; \\:: is a literal ::");
      }
      return weight;
    }
  }
}
