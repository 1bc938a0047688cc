package dev.sdxlgen.artifact;

/**
 * An image that a model made, as its answer tells of it; the picture itself is in the {@link
 * PendingImage} it was read into.
 *
 * @param result the answer's overall word ({@code success}); null when it holds none
 * @param seed the seed really used, which makes the image again; null when the answer holds none
 * @param finishReason how it ended, in the model's words; null when it says nothing, which is how
 *     most say that all is well
 * @param filtered whether the model held the picture back: then it is blurred, or missing
 * @param header the picture's format and size; null when it didn't come
 * @param base64Start the first 80 characters of the picture as it came, as the notebook shows them
 */
public record Artifact(
    String result,
    Long seed,
    String finishReason,
    boolean filtered,
    ImageHeader header,
    String base64Start) {}
