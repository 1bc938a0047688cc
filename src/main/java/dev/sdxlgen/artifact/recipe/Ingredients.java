package dev.sdxlgen.artifact.recipe;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.json.JsonReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What to ask for to make an image again, whatever said so. A part that wasn't given is null: the
 * model chose.
 *
 * @param format what it was read from; null when the request is in no format we know
 * @param prompts the positive and negative ones, in their order
 * @param seed the seed really used where that is known, else the one asked for
 * @param steps how many denoising steps
 * @param cfgScale how closely the image follows the prompts
 * @param sampler the wire's name ({@code K_EULER})
 * @param stylePreset the wire's name; Nova Canvas's {@code style} too
 * @param clipGuidancePreset the wire's name
 * @param width asked for, in pixels
 * @param height asked for, in pixels
 * @param aspectRatio {@code 16:9} and the like
 * @param quality {@code standard} or {@code premium}
 * @param outputFormat {@code png} or {@code jpeg}
 * @param source what the image started from; null when it started from nothing
 * @param extras a JSON object
 * @param others by name, whatever else was said, as JSON from a request and plain from a text: none
 *     of it is in the other parts
 */
public record Ingredients(
    Format format,
    List<Prompt> prompts,
    Long seed,
    Long steps,
    BigDecimal cfgScale,
    String sampler,
    String stylePreset,
    String clipGuidancePreset,
    Long width,
    Long height,
    String aspectRatio,
    String quality,
    String outputFormat,
    Source source,
    String extras,
    Map<String, String> others) {

  /** Where ingredients are read from. */
  public enum Format {
    /** Stability's v1 format, which SDXL speaks. */
    SDXL,
    /** Stable Image and Stable Diffusion 3. */
    STABLE_IMAGE,
    /** Titan and Nova Canvas. */
    AMAZON,
    /** AUTOMATIC1111's {@code parameters} text. */
    PARAMETERS
  }

  /**
   * A prompt.
   *
   * @param text what to show, or to avoid
   * @param weight below 0 for what to avoid; with the digits that were written and no exponent. A
   *     text, because Java 25 takes 18 ms for its first {@link BigDecimal}.
   */
  public record Prompt(String text, String weight) {

    static final String POSITIVE = "1.0";
    static final String NEGATIVE = "-1.0";

    /** Whether this says what to avoid. */
    public boolean isNegative() {
      return weight.equals(NEGATIVE) || !isUsual(weight) && number().signum() < 0;
    }

    /** Whether it counts for more or less than 1 or -1. */
    public boolean isWeighted() {
      return !isUsual(weight) && number().abs().compareTo(BigDecimal.ONE) != 0;
    }

    /** The weight. */
    public BigDecimal number() {
      return new BigDecimal(weight);
    }

    private static boolean isUsual(String weight) {
      return weight.equals(POSITIVE) || weight.equals(NEGATIVE);
    }
  }

  /**
   * The image that another was made from.
   *
   * @param image the SHA-256 of its file, in hexadecimal; null when just the rest was said
   * @param mask the SHA-256 of the mask's file; null without one
   * @param maskSource the wire's word for what in the mask is drawn anew
   * @param strength how much of the image is kept: with SDXL 1 keeps all, elsewhere nothing
   * @param scheduleStart the share of the steps to begin at
   * @param scheduleEnd the share of the steps to end at
   */
  public record Source(
      String image,
      String mask,
      String maskSource,
      BigDecimal strength,
      BigDecimal scheduleStart,
      BigDecimal scheduleEnd) {}

  public Ingredients {
    prompts = List.copyOf(prompts);
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

  /** What a request of any format asked for, with the seed that was really used. */
  public static Ingredients of(Recipe recipe) {
    var found = new Found();
    found.readRequest(recipe.request());
    if (recipe.seed() != null) {
      found.seed = recipe.seed();
    }
    return found.ingredients();
  }

  /**
   * What a {@code parameters} text says. A prompt that is one {@code (text:1.3)} from end to end
   * has that weight; a part of a prompt that is weighed stays as it is written. A sampler that has
   * no counterpart is among the others.
   */
  public static Ingredients of(Parameters parameters) {
    var found = new Found();
    found.readParameters(parameters);
    return found.ingredients();
  }

  /** What was found so far. */
  private static final class Found {

    /** More digits are nothing that a model was sent, and may be billions when written out. */
    private static final int MOST_DIGITS = 40;

    private Format format;
    private final List<Prompt> prompts = new ArrayList<>();
    private Long seed;
    private Long steps;
    private BigDecimal cfgScale;
    private String sampler;
    private String stylePreset;
    private String clipGuidancePreset;
    private Long width;
    private Long height;
    private String aspectRatio;
    private String quality;
    private String outputFormat;
    private String image;
    private String mask;
    private String maskSource;
    private BigDecimal strength;
    private BigDecimal scheduleStart;
    private BigDecimal scheduleEnd;
    private String extras;
    private final Map<String, String> others = new LinkedHashMap<>();

    Ingredients ingredients() {
      boolean started =
          image != null
              || mask != null
              || maskSource != null
              || strength != null
              || scheduleStart != null
              || scheduleEnd != null;
      return new Ingredients(
          format,
          prompts,
          seed,
          steps,
          cfgScale,
          sampler,
          stylePreset,
          clipGuidancePreset,
          width,
          height,
          aspectRatio,
          quality,
          outputFormat,
          started
              ? new Source(image, mask, maskSource, strength, scheduleStart, scheduleEnd)
              : null,
          extras,
          others);
    }

    void readRequest(String request) {
      try {
        JsonReader json = new JsonReader(ByteBuffer.wrap(request.getBytes(UTF_8)));
        json.nextToken();
        readFields(json, "");
      } catch (IOException e) {
        throw new IllegalStateException("a recipe's request is JSON", e);
      }
    }

    private void readFields(JsonReader json, String path) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = path + json.currentName();
        JsonToken value = json.nextToken();
        boolean nested = name.equals("textToImageParams") || name.equals("imageGenerationConfig");
        if (nested && value == JsonToken.START_OBJECT) {
          format = Format.AMAZON;
          readFields(json, name + ".");
        } else if (name.equals("text_prompts") && value == JsonToken.START_ARRAY) {
          format = Format.SDXL;
          readPrompts(json);
        } else if (name.equals("extras") && value == JsonToken.START_OBJECT) {
          extras = json.source();
        } else if (!(value == JsonToken.VALUE_STRING && readString(name, json.getText()))
            && !(value.isNumeric() && readNumber(name, json))) {
          others.put(name, json.source());
        }
      }
    }

    private void readPrompts(JsonReader json) throws IOException {
      for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
        String text = null;
        String weight = Prompt.POSITIVE;
        String name = "text_prompts[" + i + "]";
        if (json.currentToken() != JsonToken.START_OBJECT) {
          others.put(name, json.source());
          continue;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String field = json.currentName();
          JsonToken value = json.nextToken();
          String number = value.isNumeric() ? weight(json.getText()) : null;
          if (field.equals("text") && value == JsonToken.VALUE_STRING) {
            text = json.getText();
          } else if (field.equals("weight") && number != null) {
            weight = number;
          } else {
            others.put(name + "." + field, json.source());
          }
        }
        if (text != null) {
          prompts.add(new Prompt(text, weight));
        }
      }
    }

    /** Whether the name is one of those. */
    private boolean readString(String name, String value) {
      switch (name) {
        case "prompt" -> {
          format = Format.STABLE_IMAGE;
          prompts.add(new Prompt(value, Prompt.POSITIVE));
        }
        case "textToImageParams.text" -> prompts.add(new Prompt(value, Prompt.POSITIVE));
        case "negative_prompt", "textToImageParams.negativeText" ->
            prompts.add(new Prompt(value, Prompt.NEGATIVE));
        case "sampler" -> sampler = value;
        case "style_preset", "textToImageParams.style" -> stylePreset = value;
        case "clip_guidance_preset" -> clipGuidancePreset = value;
        case "aspect_ratio" -> aspectRatio = value;
        case "output_format" -> outputFormat = value;
        case "imageGenerationConfig.quality" -> quality = value;
        case "mask_source" -> maskSource = value;
        case "init_image", "image" -> {
          image = hash(value);
          return image != null;
        }
        case "mask_image" -> {
          mask = hash(value);
          return mask != null;
        }
        // The rest of the request says them too.
        case "init_image_mode" -> {
          return value.equals("IMAGE_STRENGTH") || value.equals("STEP_SCHEDULE");
        }
        case "mode" -> {
          return value.equals("text-to-image") || value.equals("image-to-image");
        }
        case "taskType" -> {
          return value.equals("TEXT_IMAGE");
        }
        default -> {
          return false;
        }
      }
      return true;
    }

    private static String hash(String value) {
      return value.startsWith(RequestBody.HASH) ? value.substring(RequestBody.HASH.length()) : null;
    }

    /** Whether the name is one of those, and the number one that it may have. */
    private boolean readNumber(String name, JsonReader json) throws IOException {
      Long whole = whole(json.getText());
      switch (name) {
        case "seed", "imageGenerationConfig.seed" -> seed = whole;
        case "steps" -> steps = whole;
        case "width", "imageGenerationConfig.width" -> width = whole;
        case "height", "imageGenerationConfig.height" -> height = whole;
        case "samples", "imageGenerationConfig.numberOfImages" -> {
          return whole != null && whole == 1;
        }
        case "cfg_scale", "imageGenerationConfig.cfgScale" -> {
          cfgScale = number(json.getText());
          return cfgScale != null;
        }
        case "image_strength", "strength" -> {
          strength = number(json.getText());
          return strength != null;
        }
        case "step_schedule_start" -> {
          scheduleStart = number(json.getText());
          return scheduleStart != null;
        }
        case "step_schedule_end" -> {
          scheduleEnd = number(json.getText());
          return scheduleEnd != null;
        }
        default -> {
          return false;
        }
      }
      return whole != null;
    }

    private static Long whole(String text) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        return null;
      }
    }

    private static String weight(String text) {
      if (Prompt.isUsual(text)) {
        return text;
      }
      BigDecimal number = number(text);
      return number == null ? null : number.toPlainString();
    }

    private static BigDecimal number(String text) {
      if (text.length() > MOST_DIGITS) {
        return null;
      }
      try {
        var number = new BigDecimal(text);
        return Math.abs((long) number.scale()) > MOST_DIGITS ? null : number;
      } catch (NumberFormatException e) {
        return null;
      }
    }

    void readParameters(Parameters parameters) {
      format = Format.PARAMETERS;
      addPrompt(parameters.prompt(), false);
      addPrompt(parameters.negativePrompt(), true);
      for (Map.Entry<String, String> setting : parameters.settings().entrySet()) {
        if (!readSetting(setting.getKey(), setting.getValue())) {
          others.put(setting.getKey(), setting.getValue());
        }
      }
    }

    private void addPrompt(String text, boolean negative) {
      if (text.isBlank()) {
        return;
      }
      int colon = text.lastIndexOf(':');
      boolean group =
          colon > 1
              && text.endsWith(")")
              && text.lastIndexOf('(') == 0
              && text.indexOf(')') == text.length() - 1;
      BigDecimal weight = group ? number(text.substring(colon + 1, text.length() - 1)) : null;
      if (weight == null || weight.signum() <= 0) {
        prompts.add(new Prompt(text, negative ? Prompt.NEGATIVE : Prompt.POSITIVE));
      } else {
        BigDecimal signed = negative ? weight.negate() : weight;
        prompts.add(new Prompt(text.substring(1, colon), signed.toPlainString()));
      }
    }

    /** Whether it could be taken over. */
    private boolean readSetting(String name, String value) {
      switch (name) {
        case "Steps" -> {
          steps = whole(value);
          return steps != null;
        }
        case "Seed" -> {
          seed = whole(value);
          return seed != null;
        }
        case "CFG scale" -> {
          cfgScale = number(value);
          return cfgScale != null;
        }
        case "Sampler" -> {
          sampler = Samplers.toWire(value);
          return sampler != null;
        }
        case "Schedule type" -> {
          return value.equals("Karras") || value.equals("Automatic");
        }
        case "Style preset" -> stylePreset = value;
        case "Clip guidance" -> clipGuidancePreset = value;
        case "Size" -> {
          int x = value.indexOf('x');
          width = x < 0 ? null : whole(value.substring(0, x));
          height = x < 0 ? null : whole(value.substring(x + 1));
          return width != null && height != null;
        }
        default -> {
          return false;
        }
      }
      return true;
    }
  }
}
