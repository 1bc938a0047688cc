package dev.sdxlgen.artifact;

import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.json.JsonReader;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads a model's answer: the pictures go into files, what is said of them comes back. Each family
 * of models has its own.
 */
public interface ArtifactReader {

  /** Has the work of reading compiled, 5 ms, while the answer is still waited for. */
  static void warmUp() {
    JsonReader.warmUp();
  }

  /**
   * Reads the whole answer in one pass, without a second copy of a picture in memory.
   *
   * @param answer the response body: an array, from its beginning up to the buffer's limit
   * @param images what the pictures' bytes are written to, as they came: one for each picture that
   *     was asked for
   * @return as many as were asked for, in order; of one that didn't come, the reason alone
   * @throws BedrockFailed when the answer isn't what the model's documentation says; it holds the
   *     answer
   * @throws OutputFailed when a picture can't be written
   */
  List<Artifact> read(ByteBuffer answer, List<PendingImage> images);
}
