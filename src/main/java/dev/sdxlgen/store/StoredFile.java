package dev.sdxlgen.store;

import java.util.Map;

/**
 * A file that is in S3.
 *
 * @param metadata what it was put there with, by lower-case names
 */
public record StoredFile(long bytes, Map<String, String> metadata) {

  /** The metadata's name for what the file is: an image's id in its batch. */
  public static final String ID = "id";

  /** The metadata's name for the hash of the request that made it. */
  public static final String REQUEST_HASH = "request-hash";

  /** The metadata's name for the file's own SHA-256, in hexadecimal digits. */
  public static final String SHA256 = "sha256";

  public StoredFile {
    metadata = Map.copyOf(metadata);
  }
}
