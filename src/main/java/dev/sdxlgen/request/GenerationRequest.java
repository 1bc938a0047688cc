package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.model.Model;
import dev.sdxlgen.request.model.ModelFamily;
import java.util.List;

/**
 * What the user asks a model for. It holds just what was given; nothing in it has been checked
 * against the model yet ({@link RequestBuilder} does).
 *
 * @param model the model to call, and the wire format it speaks
 * @param prompts the positive prompts, then the negative ones; at least one
 * @param sampling how the picture is drawn
 * @param dimensions how large it should be
 * @param aspectRatio its shape in place of a size; null when it wasn't given
 * @param image what the picture starts from
 * @param outputFormat the format it should come in; null when none was asked for
 * @param extras a JSON object for the model, passed through as it is ({@link Extras#parse}); null
 *     when it wasn't given
 * @param params fields that are put into the finished body, in this order
 * @param images how many pictures one call should make, from 1
 * @param body what is sent as it is, whatever the others say; null to have it made of them
 */
public record GenerationRequest(
    Model model,
    List<WeightedPrompt> prompts,
    Sampling sampling,
    Dimensions dimensions,
    AspectRatio aspectRatio,
    ImageInput image,
    OutputFormat outputFormat,
    String extras,
    List<Param> params,
    int images,
    String body) {

  public GenerationRequest {
    if (prompts.isEmpty()) {
      throw new InvalidRequest(
          "there is no prompt", "Say what the image should show: sdxl-gen \"a person\" -n hat");
    }
    prompts = List.copyOf(prompts);
    params = List.copyOf(params);
  }

  /** A request for one picture, from prompts alone. */
  public GenerationRequest(
      String modelId, List<WeightedPrompt> prompts, Sampling sampling, Dimensions dimensions) {
    this(
        Model.of(modelId),
        prompts,
        sampling,
        dimensions,
        null,
        ImageInput.NONE,
        null,
        null,
        List.of(),
        1,
        null);
  }

  /**
   * A request whose body is given, as a record of Bedrock's batch inference has it.
   *
   * @throws InvalidRequest when it asks for several pictures
   */
  public static GenerationRequest ofBody(Model model, String body) {
    return GivenBody.request(model, body);
  }

  /** The model id, inference profile or ARN that is called. */
  public String modelId() {
    return model.id();
  }

  /** The wire format this model is spoken to in. */
  public ModelFamily family() {
    return model.family();
  }

  /** Whether the model is to take a random seed. */
  public boolean hasRandomSeed() {
    return family().isRandom(sampling.seed());
  }

  /** The same but for the seed. */
  public GenerationRequest withSeed(Long seed) {
    GenerationRequest other = with(prompts, sampling.withSeed(seed), image, extras);
    return body == null ? other : GivenBody.withSeed(other, seed);
  }

  /** The same, drawn otherwise. */
  public GenerationRequest with(
      List<WeightedPrompt> otherPrompts,
      Sampling otherSampling,
      ImageInput otherImage,
      String otherExtras) {
    return new GenerationRequest(
        model,
        otherPrompts,
        otherSampling,
        dimensions,
        aspectRatio,
        otherImage,
        outputFormat,
        otherExtras,
        params,
        images,
        body);
  }

  /** The same in another size. */
  public GenerationRequest withDimensions(Dimensions other) {
    return new GenerationRequest(
        model,
        prompts,
        sampling,
        other,
        aspectRatio,
        image,
        outputFormat,
        extras,
        params,
        images,
        body);
  }

  /** The same for another number of pictures in one call. */
  public GenerationRequest withImages(int count) {
    return new GenerationRequest(
        model,
        prompts,
        sampling,
        dimensions,
        aspectRatio,
        image,
        outputFormat,
        extras,
        params,
        count,
        body);
  }

  /** The same for another model, without the fields that were meant for this one. */
  public GenerationRequest withModel(Model other) {
    return new GenerationRequest(
        other,
        prompts,
        sampling,
        dimensions,
        aspectRatio,
        image,
        outputFormat,
        extras,
        List.of(),
        images,
        body);
  }
}
