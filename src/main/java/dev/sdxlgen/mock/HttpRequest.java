package dev.sdxlgen.mock;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One request as it came over the wire.
 *
 * @param path without the query, still percent-encoded
 * @param query what follows the path's question mark, still percent-encoded; empty when there is
 *     none
 * @param headers by lower-case name; a repeated one is joined by {@code ", "}
 */
record HttpRequest(
    String method, String path, String query, Map<String, String> headers, byte[] body) {

  /** A header's value, or null. */
  String header(String name) {
    return headers.get(name);
  }

  /** Undoes percent-encoding; a {@code %} that isn't followed by two digits stays. */
  static String decode(String encoded) {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    byte[] bytes = encoded.getBytes(StandardCharsets.ISO_8859_1);
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (bytes[i] == '%' && high >= 0 && low >= 0) {
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = bytes[i];
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
