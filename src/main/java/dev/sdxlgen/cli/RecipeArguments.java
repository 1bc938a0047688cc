package dev.sdxlgen.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.recipe.Ingredients;
import dev.sdxlgen.artifact.recipe.Ingredients.Format;
import dev.sdxlgen.artifact.recipe.Ingredients.Prompt;
import dev.sdxlgen.artifact.recipe.Ingredients.Source;
import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeReader.Found;
import dev.sdxlgen.request.WeightedPrompt;
import dev.sdxlgen.request.model.Model;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a recipe says, as options of the one-image command that say the same.
 *
 * @param model the id that was called; null when none is named that could be
 * @param modelCut whether its account was cut out, so that it can't be called by this id
 * @param family the wire format that it was spoken to in, as {@code --family} takes it; null when
 *     that isn't known
 * @param arguments the prompts first; the model's and the source images' names aren't among them
 * @param source the image it started from, with its mask; null when it started from nothing
 * @param pictures the names of fields that hold pictures, which a recipe doesn't
 * @param images how many came from the one call
 * @param lost what no option says, a few words each
 */
record RecipeArguments(
    String model,
    boolean modelCut,
    String family,
    List<Argument> arguments,
    Source source,
    List<String> pictures,
    long images,
    List<String> lost) {

  static final String PROMPT = "-p";
  static final String NEGATIVE = "-n";
  static final String PARAM = "--param";

  /** An option with its value. */
  record Argument(String option, String value) {}

  RecipeArguments {
    arguments = List.copyOf(arguments);
    pictures = List.copyOf(pictures);
    lost = List.copyOf(lost);
  }

  /** The options for an image with a recipe of any kind. */
  static RecipeArguments of(Found found) {
    var translation = new Translation(found.ingredients());
    return found.recipe() == null ? translation.ofParameters() : translation.of(found.recipe());
  }

  /**
   * The prompt as {@code -p} or {@code -n} takes it; null when they have no way to say it.
   *
   * @param weight below 0 for a negative one
   */
  static String typed(String text, BigDecimal weight) {
    // The program takes neither from a command line, and the shell no NUL.
    if (text.indexOf('\uFFFD') >= 0 || text.indexOf('\0') >= 0) {
      return null;
    }
    String escaped = text.replace("::", "\\::");
    String weighted = escaped + "::" + weight.abs().toPlainString();
    if (says(escaped, text, weight) && !text.endsWith("\n")) {
      return escaped;
    }
    return says(weighted, text, weight) ? weighted : null;
  }

  private static boolean says(String typed, String text, BigDecimal weight) {
    try {
      boolean negative = weight.signum() < 0;
      WeightedPrompt prompt =
          negative
              ? WeightedPrompt.negative(NEGATIVE, typed)
              : WeightedPrompt.positive(PROMPT, typed);
      // A positive weight of 1 isn't sent, however it is written.
      return prompt.text().equals(text)
          && (negative
              ? prompt.weight().equals(weight.toPlainString())
              : new BigDecimal(prompt.weight()).compareTo(weight) == 0);
    } catch (InvalidRequest e) {
      return false;
    }
  }

  private static final class Translation {

    private static final String HASH = "\"sha256:";
    private static final Set<String> JSON_WORDS = Set.of("true", "false", "null");
    private static final String NUMBER_OF_IMAGES = "imageGenerationConfig.numberOfImages";

    private final Ingredients made;
    private final List<Argument> arguments = new ArrayList<>();
    private final List<String> pictures = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private long images = 1;

    Translation(Ingredients made) {
      this.made = made;
    }

    RecipeArguments of(Recipe recipe) {
      for (Prompt prompt : made.prompts()) {
        addPrompt(prompt.text(), prompt.number());
      }
      addSampling();
      addSize();
      addSource();
      if (made.format() == Format.AMAZON) {
        addParam("textToImageParams.style", made.stylePreset());
        addParam("imageGenerationConfig.quality", made.quality());
      }
      add("--extras", made.extras());
      if (made.extras() != null && made.extras().contains(HASH)) {
        pictures.add("extras");
      }
      for (Map.Entry<String, String> other : made.others().entrySet()) {
        addOther(other.getKey(), other.getValue());
      }
      boolean callable = isId(recipe.modelId());
      if (!callable) {
        lost.add("the model " + Visible.excerpt(recipe.modelId()));
      }
      return result(callable ? recipe.modelId() : null, callable && recipe.isModelCut());
    }

    private RecipeArguments result(String model, boolean cut) {
      return new RecipeArguments(
          model, cut, family(), arguments, made.source(), pictures, images, lost);
    }

    private String family() {
      return switch (made.format() == null ? Format.PARAMETERS : made.format()) {
        case SDXL -> "sdxl";
        case STABLE_IMAGE -> "stable-image";
        case AMAZON -> "amazon";
        case PARAMETERS -> null;
      };
    }

    /** Whether it may be an id or an ARN, and harms no terminal. */
    private static boolean isId(String model) {
      return !model.isEmpty()
          && !model.equalsIgnoreCase("auto")
          && model.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    private void addPrompt(String text, BigDecimal weight) {
      String typed = typed(text, weight);
      if (typed == null) {
        lost.add("the prompt '" + Visible.excerpt(text) + "' of weight " + weight);
      } else {
        arguments.add(new Argument(weight.signum() < 0 ? NEGATIVE : PROMPT, typed));
      }
    }

    private void addSampling() {
      add("--seed", made.seed());
      add("--steps", made.steps());
      add("--cfg-scale", made.cfgScale() == null ? null : made.cfgScale().toPlainString());
      add("--sampler", made.sampler());
      if (made.format() != Format.AMAZON) {
        add("--style-preset", made.stylePreset());
      }
      add("--clip-guidance-preset", made.clipGuidancePreset());
    }

    private void addSize() {
      if (made.width() != null && made.height() != null) {
        add("--size", made.width() + "x" + made.height());
      } else {
        add("--width", made.width());
        add("--height", made.height());
      }
      add("--aspect-ratio", made.aspectRatio());
      add("--output-format", made.outputFormat());
    }

    private void addSource() {
      Source source = made.source();
      if (source == null) {
        return;
      }
      BigDecimal strength = source.strength();
      if (strength != null) {
        boolean kept = made.format() == Format.SDXL;
        strength = kept ? strength : BigDecimal.ONE.subtract(strength);
        add("--image-strength", strength.toPlainString());
      }
      BigDecimal start = source.scheduleStart();
      BigDecimal end = source.scheduleEnd();
      add("--step-schedule-start", start == null ? null : start.toPlainString());
      add("--step-schedule-end", end == null ? null : end.toPlainString());
      add("--mask-source", source.maskSource());
    }

    private void add(String option, Object value) {
      if (value != null) {
        arguments.add(new Argument(option, value.toString()));
      }
    }

    /** A field's text, without the quotes where it is a word. */
    private void addParam(String name, String text) {
      if (text != null) {
        boolean word = text.matches("[A-Za-z_]+") && !JSON_WORDS.contains(text);
        String quoted = '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
        addOther(name, word ? text : quoted);
      }
    }

    private void addOther(String name, String json) {
      String own = name.substring(Math.max(0, sectionEnd(name)));
      if (name.equals(NUMBER_OF_IMAGES) && json.matches("[0-9]{1,9}")) {
        images = Long.parseLong(json);
      } else if (own.isBlank() || !own.strip().equals(own) || isAddress(own)) {
        // --param would put it elsewhere.
        lost.add(Visible.excerpt(name));
      } else {
        add(PARAM, name + "=" + json);
        if (json.contains(HASH)) {
          pictures.add(Visible.excerpt(name));
        }
      }
    }

    private static boolean isAddress(String name) {
      return name.chars().anyMatch(c -> c == '.' || c == '=' || c == '[' || c == 0);
    }

    private static int sectionEnd(String name) {
      return name.startsWith("textToImageParams.") || name.startsWith("imageGenerationConfig.")
          ? name.indexOf('.') + 1
          : 0;
    }

    RecipeArguments ofParameters() {
      for (Prompt prompt : made.prompts()) {
        String text = withoutNetworks(prompt.text());
        if (!text.isBlank()) {
          tellWeights(text);
          addPrompt(text, prompt.number());
        }
      }
      addSampling();
      addSize();
      String model = null;
      for (Map.Entry<String, String> other : made.others().entrySet()) {
        String value = other.getValue();
        if (other.getKey().equals("Model") && isId(value) && Model.of(value).recognised()) {
          model = value;
        } else if (!other.getKey().equals("Version")) {
          lost.add(Visible.excerpt(other.getKey()) + " " + Visible.excerpt(value));
        }
      }
      return result(model, false);
    }

    /** Without the names of networks that the web UI loads: to a model they are words. */
    private String withoutNetworks(String text) {
      Matcher network = WebUi.NETWORK.matcher(text);
      var rest = new StringBuilder();
      boolean found = false;
      while (network.find()) {
        found = true;
        lost.add(Visible.excerpt(network.group()));
        network.appendReplacement(rest, "");
      }
      network.appendTail(rest);
      if (!found) {
        return text;
      }
      int end = rest.length();
      while (end > 0 && (rest.charAt(end - 1) == ',' || rest.charAt(end - 1) <= ' ')) {
        end--;
      }
      return rest.substring(0, end).strip();
    }

    /** A weight within a prompt, which Bedrock's models read as text. */
    private void tellWeights(String text) {
      Matcher weighted = WebUi.WEIGHTED.matcher(text);
      while (weighted.find()) {
        lost.add("the weight in " + Visible.excerpt(weighted.group()));
      }
    }
  }

  /** How AUTOMATIC1111's prompts are written (its wiki, Features). */
  private static final class WebUi {

    static final Pattern NETWORK =
        Pattern.compile("<(?:lora|lyco|hypernet):[^<>]*>", Pattern.CASE_INSENSITIVE);
    static final Pattern WEIGHTED = Pattern.compile("(?<!\\\\)\\([^()]{1,1000}:[0-9.]{1,9}\\)");
  }
}
