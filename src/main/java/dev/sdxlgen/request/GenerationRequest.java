package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.model.ModelFamily;
import java.util.List;

/**
 * What the user asks a model for. It holds just what was given; nothing in it has been checked
 * against the model yet ({@link RequestBuilder} does).
 *
 * @param modelId a model id, an inference profile or an ARN
 * @param prompts the positive prompts, then the negative ones; at least one
 * @param sampling how the picture is drawn
 * @param dimensions how large it should be
 * @param image what the picture starts from
 * @param extras a JSON object for the model, passed through as it is ({@link Extras#parse}); null
 *     when it wasn't given
 */
public record GenerationRequest(
    String modelId,
    List<WeightedPrompt> prompts,
    Sampling sampling,
    Dimensions dimensions,
    ImageInput image,
    String extras) {

  public GenerationRequest {
    if (prompts.isEmpty()) {
      throw new InvalidRequest(
          "there is no prompt", "Say what the image should show: sdxl-gen \"a person\" -n hat");
    }
    prompts = List.copyOf(prompts);
  }

  /** A request from prompts alone. */
  public GenerationRequest(
      String modelId, List<WeightedPrompt> prompts, Sampling sampling, Dimensions dimensions) {
    this(modelId, prompts, sampling, dimensions, ImageInput.NONE, null);
  }

  /** The wire format this model is spoken to in. */
  public ModelFamily family() {
    return ModelFamily.of(modelId);
  }

  /** The same but for the seed. */
  public GenerationRequest withSeed(Long seed) {
    return new GenerationRequest(
        modelId, prompts, sampling.withSeed(seed), dimensions, image, extras);
  }
}
