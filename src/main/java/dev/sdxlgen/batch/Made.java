package dev.sdxlgen.batch;

/**
 * An image that is there.
 *
 * @param file relative to the output folder, with {@code /}
 * @param bytes the file's size
 * @param sha256 the file's, as 64 hexadecimal digits
 * @param seed the one really used; null when it isn't known
 * @param finishReason what the model said; may be null
 * @param skipped whether it is another file of that name, which was to be left
 */
public record Made(
    String file,
    long bytes,
    String sha256,
    Long seed,
    String model,
    String finishReason,
    boolean skipped) {

  /** Another file of that name, which was to be left. */
  public static Made skipped(String file) {
    return new Made(file, 0, null, null, null, null, true);
  }
}
