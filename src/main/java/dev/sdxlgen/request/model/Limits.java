package dev.sdxlgen.request.model;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.json.JsonWriter;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.ImageInput;
import dev.sdxlgen.request.SourceImage;
import dev.sdxlgen.request.WeightedPrompt;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The checks that families share, and what they say. */
final class Limits {

  private Limits() {}

  /**
   * What the family has no field for.
   *
   * @throws InvalidRequest when it is asked for, with the models that have one
   */
  static void taken(GenerationRequest request) {
    Set<Parameter> taken = request.family().takes();
    for (Parameter parameter : Parameter.values()) {
      if (!taken.contains(parameter) && parameter.isIn(request)) {
        throw new InvalidRequest(
            parameter.label() + " is not something " + request.modelId() + " takes",
            "Models that do: " + String.join(", ", Model.takers(parameter)));
      }
    }
  }

  static void range(String option, Long value, long least, long most, GenerationRequest request) {
    if (value != null && (value < least || value > most)) {
      throw outOfRange(option, Long.toString(value), request, least + " to " + most);
    }
  }

  /**
   * @param least a number, like {@code most}: a text, because Java 25 takes 18 ms for its first
   *     {@link BigDecimal}
   */
  static void range(
      String option, BigDecimal value, String least, String most, GenerationRequest request) {
    if (value != null
        && (value.compareTo(new BigDecimal(least)) < 0
            || value.compareTo(new BigDecimal(most)) > 0)) {
      throw outOfRange(option, value.toPlainString(), request, least + " to " + most);
    }
  }

  private static InvalidRequest outOfRange(
      String option, String value, GenerationRequest request, String allowed) {
    return new InvalidRequest(
        option + " " + value + " is out of range for " + request.modelId(), "Allowed: " + allowed);
  }

  /**
   * A text's length in code points.
   *
   * @param in what the limit is for, when not for everything
   */
  static void length(String what, String text, int most, String in, GenerationRequest request) {
    int length = text.codePointCount(0, text.length());
    if (length > most) {
      throw new InvalidRequest(
          what + " has " + length + " characters",
          request.modelId() + " takes at most " + most + in);
    }
  }

  /** A shape and a size say the same. */
  static void oneSize(GenerationRequest request) {
    if (!request.dimensions().isDefault()) {
      throw new InvalidRequest("--aspect-ratio comes together with a size", "Give one of them");
    }
  }

  /** A picture to start from, which then gives the size. */
  static void initImage(GenerationRequest request, String... formats) {
    ImageInput image = request.image();
    SourceImage init = image.init();
    if (init == null) {
      throw new InvalidRequest(
          (image.mask() != null || image.maskSource() != null
                  ? "a mask"
                  : image.strength() != null ? "--image-strength" : "--step-schedule-…")
              + " wants an image",
          "Name it with --init-image FILE");
    }
    if (!request.dimensions().isDefault() || request.aspectRatio() != null) {
      throw new InvalidRequest(
          (request.aspectRatio() == null ? "a size" : "--aspect-ratio")
              + " doesn't go with --init-image",
          "The image that is given has one: " + init.width() + "x" + init.height());
    }
    format(init, request, formats);
    if (image.mask() != null) {
      format(image.mask(), request, formats);
    }
  }

  private static void format(SourceImage image, GenerationRequest request, String... formats) {
    if (!List.of(formats).contains(image.format())) {
      throw new InvalidRequest(
          image.option()
              + " is a "
              + image.format()
              + ", which "
              + request.modelId()
              + " doesn't take",
          "It takes " + String.join(", ", formats));
    }
  }

  /** A number as it was typed, when it was. */
  static void write(JsonWriter json, String field, BigDecimal value) {
    if (value != null) {
      json.writeFieldName(field);
      json.writeNumber(value.toPlainString());
    }
  }

  /** The positive or the negative prompts as one text; null when there are none. */
  static String joined(GenerationRequest request, boolean negative) {
    List<String> texts = new ArrayList<>();
    for (WeightedPrompt prompt : request.prompts()) {
      if (prompt.isNegative() == negative) {
        texts.add(prompt.text());
      }
    }
    return texts.isEmpty() ? null : String.join(", ", texts);
  }
}
