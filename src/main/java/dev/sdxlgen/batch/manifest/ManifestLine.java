package dev.sdxlgen.batch.manifest;

import java.time.Instant;

/** One line of a manifest: something that happened in a batch. */
public sealed interface ManifestLine {

  /**
   * A run begins.
   *
   * @param planned how many images the shard is to have in the end
   * @param at when
   */
  record Run(long planned, Instant at) implements ManifestLine {}

  /**
   * An image is about to be asked for.
   *
   * @param id the image's: it names the file
   * @param requestHash what it is made from, as hexadecimal digits
   */
  record Started(String id, String requestHash, Instant at) implements ManifestLine {}

  /**
   * An image is there.
   *
   * @param file relative to the manifest's folder, with {@code /}
   * @param bytes the file's size
   * @param sha256 the file's, as 64 hexadecimal digits
   * @param seed the one really used; may be null
   * @param finishReason what the model said; may be null
   * @param attempts how many calls were made for it; 0 when it was found
   * @param possiblyPaidTwice how many of them repeated one that may have been billed
   */
  record Finished(
      String id,
      String requestHash,
      String file,
      long bytes,
      String sha256,
      Long seed,
      String model,
      String finishReason,
      int attempts,
      int possiblyPaidTwice,
      Instant started,
      Instant ended)
      implements ManifestLine {}

  /**
   * An image could not be made.
   *
   * @param kind what kind of failure, the same word for all alike
   * @param error what happened, in the user's words
   */
  record Failed(
      String id,
      String requestHash,
      String kind,
      String error,
      int attempts,
      int possiblyPaidTwice,
      Instant started,
      Instant ended)
      implements ManifestLine {}
}
