package dev.sdxlgen.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.model.Model;
import java.util.ArrayList;
import java.util.List;

/** What a body that somebody else wrote asks for, as far as we have to know. */
final class GivenBody {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where the families have their prompt. */
  private static final List<String> PROMPTS =
      List.of(
          "/text_prompts/0/text",
          "/prompt",
          "/textToImageParams/text",
          "/imageVariationParams/text",
          "/inPaintingParams/text",
          "/outPaintingParams/text");

  /** Where the families say how many pictures they are to make. */
  private static final List<String> COUNTS =
      List.of("/samples", "/imageGenerationConfig/numberOfImages");

  private GivenBody() {}

  static GenerationRequest request(Model model, String body) {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new InvalidRequest("the body is not JSON: " + e.getOriginalMessage(), "");
    }
    for (String place : COUNTS) {
      JsonNode count = json.at(place);
      if (!count.isMissingNode() && count.asLong(1) != 1) {
        throw new InvalidRequest(
            place.substring(place.lastIndexOf('/') + 1)
                + " is "
                + count
                + ": a record makes one image here",
            "--repeat makes several");
      }
    }
    return new GenerationRequest(
        model,
        List.of(WeightedPrompt.positive("prompt", prompt(json))),
        Sampling.DEFAULT.withSeed(seed(model, json)),
        Dimensions.DEFAULT,
        null,
        ImageInput.NONE,
        null,
        null,
        List.of(),
        1,
        body);
  }

  /** It names files; the model gets the whole body. */
  private static String prompt(JsonNode json) {
    for (String place : PROMPTS) {
      String text = json.at(place).asText();
      if (!text.isBlank()) {
        return text.replace("::", " ");
      }
    }
    return "image";
  }

  private static Long seed(Model model, JsonNode json) {
    JsonNode seed = json.at("/" + path(model).replace('.', '/'));
    return seed.isIntegralNumber() ? Long.valueOf(seed.asLong()) : null;
  }

  private static String path(Model model) {
    return model.family().name().equals("amazon") ? "imageGenerationConfig.seed" : "seed";
  }

  /** The same body with another seed in it. */
  static GenerationRequest withSeed(GenerationRequest request, Long seed) {
    List<Param> params = new ArrayList<>(request.params());
    params.add(new Param(path(request.model()), String.valueOf(seed)));
    return new GenerationRequest(
        request.model(),
        request.prompts(),
        request.sampling(),
        request.dimensions(),
        request.aspectRatio(),
        request.image(),
        request.outputFormat(),
        request.extras(),
        params,
        request.images(),
        request.body());
  }
}
