package dev.sdxlgen.artifact.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.json.JsonWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an image's {@code parameters} text says: the format that AUTOMATIC1111's web UI began and
 * most image browsers read (stable-diffusion-webui, modules/infotext_utils.py).
 *
 * <pre>
 * a person
 * Negative prompt: hat, (scarf:0.5)
 * Steps: 30, Sampler: K_EULER, CFG scale: 7, Seed: 123, Size: 1024x1024, Model: …
 * </pre>
 *
 * @param prompt what the image shows; may have several lines, or be empty
 * @param negativePrompt what it must not show; may be empty
 * @param settings by name, in the text's order
 */
public record Parameters(String prompt, String negativePrompt, Map<String, String> settings) {

  private static final String NEGATIVE = "Negative prompt:";
  private static final String STEPS = "Steps:";

  /** What SDXL does when it isn't told (Bedrock user guide, diffusion-1-0-text-image). */
  private static final Long SDXL_STEPS = 30L;

  /** Fewer pairs may be the end of a prompt: readers take them for that. */
  private static final int LEAST_PAIRS = 3;

  /** In characters: a longer text is no image's, and its lines would take many times its memory. */
  private static final int MOST_LENGTH = 1 << 20;

  public Parameters {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * The text of a recipe. A prompt of another weight than 1 stands as {@code (text:1.3)}, which is
   * how the web UI weighs; several are joined by commas.
   *
   * @param width of the image as it came, in pixels
   * @param height of the image as it came, in pixels
   */
  public static String text(Recipe recipe, int width, int height) {
    Ingredients made = Ingredients.of(recipe);
    var text = new StringBuilder();
    appendPrompts(text, made, false);
    int positive = text.length();
    appendPrompts(text, made, true);
    if (text.length() > positive) {
      text.insert(positive, positive > 0 ? "\n" + NEGATIVE + " " : NEGATIVE + " ");
    }
    if (text.length() > 0) {
      text.append('\n');
    }
    int line = text.length();
    boolean untold = made.steps() == null && made.format() == Ingredients.Format.SDXL;
    append(text, line, "Steps", untold ? SDXL_STEPS : made.steps());
    append(text, line, "Sampler", made.sampler());
    append(text, line, "CFG scale", plain(made.cfgScale()));
    append(text, line, "Seed", made.seed());
    append(text, line, "Size", width + "x" + height);
    append(text, line, "Model", recipe.modelId());
    append(text, line, "Style preset", made.stylePreset());
    append(text, line, "Clip guidance", made.clipGuidancePreset());
    append(text, line, "Denoising strength", plain(denoisingStrength(made)));
    append(text, line, "Version", "sdxl-gen " + recipe.toolVersion());
    return text.toString();
  }

  private static void appendPrompts(StringBuilder text, Ingredients made, boolean negative) {
    String separator = "";
    for (Ingredients.Prompt prompt : made.prompts()) {
      if (prompt.isNegative() == negative) {
        boolean weighted = prompt.isWeighted();
        text.append(separator).append(weighted ? "(" : "");
        appendPrompt(text, prompt.text().strip());
        text.append(weighted ? ":" + prompt.number().abs().toPlainString() + ")" : "");
        separator = ", ";
      }
    }
  }

  /** On lines of its own that no reader takes for something else; PNG has LF alone and no NUL. */
  private static void appendPrompt(StringBuilder text, String prompt) {
    for (int i = 0; i < prompt.length(); i++) {
      char c = prompt.charAt(i);
      if (c == '\n') {
        int next = i + 1;
        while (next < prompt.length() && Character.isWhitespace(prompt.charAt(next))) {
          next++;
        }
        boolean misread = prompt.startsWith(NEGATIVE, next) || prompt.startsWith(STEPS, next);
        text.append(misread ? ' ' : '\n');
      } else if (c != '\r' || i + 1 == prompt.length() || prompt.charAt(i + 1) != '\n') {
        text.append(Character.isISOControl(c) && c != '\t' ? ' ' : c);
      }
    }
  }

  /**
   * In the web UI 1 ignores the source image, as with Stable Image; SDXL counts from the other end.
   */
  private static BigDecimal denoisingStrength(Ingredients made) {
    BigDecimal strength = made.source() == null ? null : made.source().strength();
    return strength != null && made.format() == Ingredients.Format.SDXL
        ? BigDecimal.ONE.subtract(strength)
        : strength;
  }

  private static String plain(BigDecimal number) {
    return number == null ? null : number.toPlainString();
  }

  private static void append(StringBuilder text, int line, String name, Object value) {
    if (value != null) {
      text.append(text.length() > line ? ", " : "").append(name).append(": ");
      text.append(quoted(value.toString()));
    }
  }

  private static String quoted(String value) {
    boolean plain = true;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      plain &= c != ',' && c != ':' && c != '"' && !Character.isISOControl(c);
    }
    if (plain) {
      return value;
    }
    return JsonWriter.quoted(value);
  }

  /**
   * Reads such a text, ours or the web UI's.
   *
   * @return null when it is none: it has neither settings nor a negative prompt
   */
  public static Parameters parse(String text) {
    if (text.length() > MOST_LENGTH) {
      return null;
    }
    String[] lines = text.strip().split("\n", -1);
    Map<String, String> settings = new LinkedHashMap<>();
    int end = settingsLine(lines);
    for (int i = end; i < lines.length; i++) {
      readPairs(lines[i], settings);
    }
    var prompt = new StringBuilder();
    var negativePrompt = new StringBuilder();
    StringBuilder part = prompt;
    for (int i = 0; i < end; i++) {
      String line = lines[i].strip();
      if (line.startsWith(NEGATIVE)) {
        part = negativePrompt;
        line = line.substring(NEGATIVE.length()).strip();
      }
      part.append(part.length() > 0 ? "\n" : "").append(line);
    }
    return settings.isEmpty() && part == prompt
        ? null
        : new Parameters(prompt.toString(), negativePrompt.toString(), settings);
  }

  /**
   * The last line, as the web UI has it; or the last that says so, where an extension added more.
   */
  private static int settingsLine(String[] lines) {
    int last = lines.length - 1;
    if (readPairs(lines[last], new LinkedHashMap<>()) >= LEAST_PAIRS) {
      return last;
    }
    for (int i = last - 1; i >= 0; i--) {
      if (lines[i].stripLeading().startsWith(STEPS)) {
        return readPairs(lines[i], new LinkedHashMap<>()) >= LEAST_PAIRS ? i : lines.length;
      }
    }
    return lines.length;
  }

  /**
   * Finds what {@code \s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)} would: Java's regular
   * expressions need a stack as deep as a quoted value is long.
   *
   * @return how many pairs there are
   */
  private static int readPairs(String line, Map<String, String> settings) {
    int pairs = 0;
    for (int at = 0; at < line.length(); ) {
      int colon = at;
      while (colon < line.length() && isNamePart(line.charAt(colon))) {
        colon++;
      }
      int start = at;
      while (start < colon && !isWord(line.charAt(start))) {
        start++;
      }
      String name = line.substring(start, colon).strip();
      if (colon == line.length() || line.charAt(colon) != ':' || name.length() < 2) {
        at = colon + 1;
        continue;
      }
      int value = colon + 1;
      while (value < line.length() && Character.isWhitespace(line.charAt(value))) {
        value++;
      }
      int end = quoteEnd(line, value);
      if (end < 0) {
        end = line.indexOf(',', value);
        end = end < 0 ? line.length() : end;
      }
      settings.put(name, unquoted(line.substring(value, end).strip()));
      pairs++;
      at = end + 1;
    }
    return pairs;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private static boolean isNamePart(char c) {
    return isWord(c) || c == ' ' || c == '-' || c == '/';
  }

  /** Behind the closing quote of a value that begins with one and ends with its pair; else -1. */
  private static int quoteEnd(String line, int value) {
    if (value == line.length() || line.charAt(value) != '"') {
      return -1;
    }
    for (int i = value + 1; i < line.length(); i++) {
      if (line.charAt(i) == '\\') {
        i++;
      } else if (line.charAt(i) == '"') {
        return i + 1 == line.length() || line.charAt(i + 1) == ',' ? i + 1 : -1;
      }
    }
    return -1;
  }

  private static String unquoted(String value) {
    if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
      return value;
    }
    try (JsonParser json = Json.FACTORY.createParser(value)) {
      if (json.nextToken() == JsonToken.VALUE_STRING) {
        String text = json.getText();
        return json.nextToken() == null ? text : value;
      }
    } catch (IOException e) {
      // Not JSON's quotes: they are part of the value.
    }
    return value;
  }
}
