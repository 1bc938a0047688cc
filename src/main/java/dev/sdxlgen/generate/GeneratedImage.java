package dev.sdxlgen.generate;

import dev.sdxlgen.artifact.Artifact;
import dev.sdxlgen.artifact.SavedImage;
import java.time.Duration;

/**
 * An image that was asked for and is there.
 *
 * @param artifact what the model said of it
 * @param image the file it is in
 * @param body the request's body, as it was sent
 * @param attempts how many calls it took
 * @param elapsed from the first call to the file
 * @param requestId AWS's name for the call that made it; may be null
 */
public record GeneratedImage(
    Artifact artifact,
    SavedImage image,
    byte[] body,
    int attempts,
    Duration elapsed,
    String requestId) {

  /** The same, in another place. */
  public GeneratedImage with(SavedImage moved) {
    return new GeneratedImage(artifact, moved, body, attempts, elapsed, requestId);
  }
}
