package dev.sdxlgen.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.artifact.recipe.Ingredients;
import dev.sdxlgen.artifact.recipe.Ingredients.Prompt;
import dev.sdxlgen.artifact.recipe.Ingredients.Source;
import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeReader.Found;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code inspect} says of an image: to a person, or to a program. */
final class RecipeReport {

  /** Where values begin: behind the longest of our own names. */
  private static final int COLUMN = 24;

  private RecipeReport() {}

  /** For a person. */
  static String text(String image, Found found) {
    var text = new StringBuilder(RecipeOptions.shown(image));
    line(
        text,
        "Image",
        found.header().width() + "x" + found.header().height() + " " + found.header().format());
    Ingredients made = found.ingredients();
    Recipe recipe = found.recipe();
    if (made != null) {
      for (Prompt prompt : made.prompts()) {
        line(text, prompt.isNegative() ? "Negative prompt" : "Prompt", prompt.text());
        if (prompt.isWeighted()) {
          line(text, "  weight", prompt.weight());
        }
      }
      line(text, "Model", recipe == null ? null : recipe.modelId());
      for (Map.Entry<String, Object> part : parts(made).entrySet()) {
        line(text, heading(part.getKey()), part.getValue());
      }
      for (Map.Entry<String, String> other : made.others().entrySet()) {
        line(text, Visible.excerpt(other.getKey()), other.getValue());
      }
    }
    if (recipe != null) {
      line(text, "Finish reason", recipe.finishReason());
      line(text, "Region", recipe.region());
      line(text, "Time", recipe.time());
      line(text, "Made by", "sdxl-gen " + recipe.toolVersion());
    }
    line(text, "Recipe", source(found));
    line(text, "SHA-256", found.sha256());
    return text.toString();
  }

  private static String source(Found found) {
    if (found.sidecar() != null) {
      return found.sidecar().getFileName().toString();
    }
    return found.recipe() != null
        ? "in the image"
        : found.parameters() != null ? "AUTOMATIC1111's parameters" : "none";
  }

  /** {@code cfg_scale} as {@code CFG scale}. */
  private static String heading(String field) {
    String words = field.replace('_', ' ');
    return words.startsWith("cfg")
        ? "CFG scale"
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** Where a value has several lines, no line of it begins where a name would. */
  private static void line(StringBuilder text, String name, Object value) {
    if (value == null) {
      return;
    }
    int column = Math.max(COLUMN, name.length() + 4);
    text.append("\n  ").append(name).append(" ".repeat(column - name.length() - 2));
    text.append(Visible.lines(plain(value)).replace("\n", "\n" + " ".repeat(column)));
  }

  private static String plain(Object value) {
    return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
  }

  /** What was asked for beside prompts, by the wire's names. */
  private static Map<String, Object> parts(Ingredients made) {
    Map<String, Object> parts = new LinkedHashMap<>();
    put(parts, "seed", made.seed());
    put(parts, "steps", made.steps());
    put(parts, "cfg_scale", made.cfgScale());
    put(parts, "sampler", made.sampler());
    put(parts, "style_preset", made.stylePreset());
    put(parts, "clip_guidance_preset", made.clipGuidancePreset());
    put(parts, "width", made.width());
    put(parts, "height", made.height());
    put(parts, "aspect_ratio", made.aspectRatio());
    put(parts, "quality", made.quality());
    put(parts, "output_format", made.outputFormat());
    Source source = made.source();
    if (source != null) {
      put(parts, "init_image", source.image());
      put(parts, "mask_image", source.mask());
      put(parts, "mask_source", source.maskSource());
      boolean kept = made.format() == Ingredients.Format.SDXL;
      put(parts, kept ? "image_strength" : "strength", source.strength());
      put(parts, "step_schedule_start", source.scheduleStart());
      put(parts, "step_schedule_end", source.scheduleEnd());
    }
    put(parts, "extras", made.extras());
    return parts;
  }

  private static void put(Map<String, Object> parts, String name, Object value) {
    if (value != null) {
      parts.put(name, value);
    }
  }

  /** One object on one line: an image that could be read. */
  static String json(String image, Found found, SdxlGenException none) {
    return json(
        json -> {
          json.writeStringField("file", image);
          json.writeStringField("format", found.header().format().name().toLowerCase(Locale.ROOT));
          json.writeNumberField("width", found.header().width());
          json.writeNumberField("height", found.header().height());
          json.writeStringField("sha256", found.sha256());
          json.writeStringField("recipe", name(found));
          Recipe recipe = found.recipe();
          json.writeStringField(
              "sidecar", found.sidecar() == null ? null : found.sidecar().toString());
          json.writeStringField("model", recipe == null ? null : recipe.modelId());
          json.writeStringField("region", recipe == null ? null : recipe.region());
          json.writeStringField("time", recipe == null ? null : recipe.time().toString());
          json.writeStringField("version", recipe == null ? null : recipe.toolVersion());
          json.writeStringField("finish_reason", recipe == null ? null : recipe.finishReason());
          writeIngredients(json, found.ingredients());
          json.writeFieldName("request");
          json.writeRawValue(recipe == null ? "null" : recipe.request());
          if (none != null) {
            writeFailure(json, none);
          }
        });
  }

  private static String name(Found found) {
    return found.recipe() != null
        ? "sdxl-gen"
        : found.parameters() != null ? "automatic1111" : null;
  }

  private static void writeIngredients(JsonGenerator json, Ingredients made) throws IOException {
    if (made == null || made.seed() == null) {
      json.writeNullField("seed");
    } else {
      json.writeNumberField("seed", made.seed());
    }
    json.writeArrayFieldStart("prompts");
    for (Prompt prompt : made == null ? List.<Prompt>of() : made.prompts()) {
      json.writeStartObject();
      json.writeStringField("text", prompt.text());
      json.writeFieldName("weight");
      json.writeNumber(prompt.weight());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("parameters");
    if (made != null) {
      writeParts(json, made);
    }
    json.writeEndObject();
  }

  private static void writeParts(JsonGenerator json, Ingredients made) throws IOException {
    Map<String, Object> parts = parts(made);
    parts.remove("seed");
    for (Map.Entry<String, Object> part : parts.entrySet()) {
      json.writeFieldName(part.getKey());
      if (part.getKey().equals("extras")) {
        json.writeRawValue(made.extras());
      } else if (part.getValue() instanceof Number) {
        json.writeNumber(plain(part.getValue()));
      } else {
        json.writeString(plain(part.getValue()));
      }
    }
    if (made.others().isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("others");
    for (Map.Entry<String, String> other : made.others().entrySet()) {
      json.writeFieldName(other.getKey());
      if (made.format() == Ingredients.Format.PARAMETERS) {
        json.writeString(other.getValue());
      } else {
        json.writeRawValue(other.getValue());
      }
    }
    json.writeEndObject();
  }

  /** One object on one line: an image that couldn't be read. */
  static String json(String image, SdxlGenException e) {
    return json(
        json -> {
          json.writeStringField("file", image);
          writeFailure(json, e);
        });
  }

  private static void writeFailure(JsonGenerator json, SdxlGenException e) throws IOException {
    json.writeStringField("error", e.getMessage());
    json.writeNumberField("exit_code", ExitCode.of(e));
  }

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static String json(Fields fields) {
    var bytes = new ByteArrayOutputStream(1024);
    JsonFactory factory =
        JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Outside of strings there is nothing to write out, and inside it is written as JSON has it.
    return Visible.line(bytes.toString(StandardCharsets.UTF_8));
  }
}
