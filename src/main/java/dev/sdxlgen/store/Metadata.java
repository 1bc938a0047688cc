package dev.sdxlgen.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Texts as an object's metadata, which goes over the wire as headers: of ASCII, without spaces at
 * the ends, 2 KB in all (Amazon S3 User Guide, User-defined object metadata). What isn't a visible
 * ASCII character, and {@code %} and {@code +}, is percent-encoded as UTF-8, as in a URL: any URL
 * decoder gives the text back.
 */
final class Metadata {

  private static final int MOST_BYTES = 2048;
  private static final String HEX = "0123456789ABCDEF";

  private Metadata() {}

  /** Encoded; a value that would be too much is left out. */
  static Map<String, String> encoded(Map<String, String> texts) {
    Map<String, String> metadata = new TreeMap<>();
    int bytes = 0;
    // The short ones first.
    for (Map.Entry<String, String> text :
        texts.entrySet().stream()
            .sorted((a, b) -> Integer.compare(a.getValue().length(), b.getValue().length()))
            .toList()) {
      String value = encoded(text.getValue());
      int more = text.getKey().length() + value.length();
      if (bytes + more <= MOST_BYTES) {
        metadata.put(text.getKey(), value);
        bytes += more;
      }
    }
    return metadata;
  }

  private static String encoded(String text) {
    StringBuilder value = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f && b != '%' && b != '+') {
        value.append((char) b);
      } else {
        value.append('%').append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
      }
    }
    return value.toString();
  }

  /** Decoded, by lower-case names; what isn't well encoded stays as it is. */
  static Map<String, String> decoded(Map<String, String> metadata) {
    Map<String, String> texts = new TreeMap<>();
    metadata.forEach((name, value) -> texts.put(name.toLowerCase(Locale.ROOT), decoded(value)));
    return texts;
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }
}
