package dev.sdxlgen.artifact;

import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.OutputFailed;

/** Reads a model's answer: the picture goes into a file, what is said of it comes back. */
public interface ArtifactReader {

  /**
   * Reads the whole answer in one pass, without a second copy of the picture in memory.
   *
   * @param answer the response body
   * @param image what the picture's bytes are written to, as they came
   * @throws BedrockFailed when the answer isn't what the model's documentation says; it holds the
   *     answer
   * @throws OutputFailed when the picture can't be written
   */
  Artifact read(byte[] answer, PendingImage image);
}
