package dev.sdxlgen.batch.manifest;

import dev.sdxlgen.artifact.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The hashes that stay the same from run to run, from machine to machine and from shard to shard.
 */
public final class Hash {

  private Hash() {}

  /** The first eight bytes of a text's SHA-256 (of its UTF-8), big-endian. */
  public static long of(String text) {
    return ByteBuffer.wrap(Sha256.start().digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /**
   * What an image is made from, as 64 hexadecimal digits: two requests with the same fields in
   * whatever order and the same body have the same hash, and no others.
   *
   * @param body the raw body of a record; null when there is none
   */
  public static String ofRequest(Map<String, List<String>> fields, String body) {
    MessageDigest digest = Sha256.start();
    for (Map.Entry<String, List<String>> field : new TreeMap<>(fields).entrySet()) {
      add(digest, field.getKey());
      List<String> values = field.getValue();
      digest.update(ByteBuffer.allocate(4).putInt(0, values.size()));
      for (String value : values) {
        add(digest, value);
      }
    }
    if (body != null) {
      add(digest, body);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
    digest.update(bytes);
  }
}
