package dev.sdxlgen.artifact;

/**
 * An image that a model made, as its answer tells of it; the picture itself is in the {@link
 * PendingImage} it was read into.
 *
 * @param result the answer's overall word ({@code success}); null when it holds none
 * @param seed the seed really used, which makes the image again; null when the answer holds none
 * @param finishReason {@code SUCCESS}, {@code ERROR} or {@code CONTENT_FILTERED} (Bedrock user
 *     guide, model-parameters-diffusion-1-0-text-image)
 * @param header the picture's format and size; null when a filtered one didn't come at all
 * @param base64Start the first 80 characters of the picture as it came, as the notebook shows them
 */
public record Artifact(
    String result, Long seed, String finishReason, ImageHeader header, String base64Start) {

  /** Whether the model held the picture back and blurred it. */
  public boolean isFiltered() {
    return "CONTENT_FILTERED".equals(finishReason);
  }
}
