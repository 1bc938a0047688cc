package dev.sdxlgen.mock;

import dev.sdxlgen.request.Dimensions;
import java.util.Base64;

/** The size of a picture that was sent, which is the size of the one that comes back. */
final class PngHeader {

  private PngHeader() {}

  /**
   * Width and height of a PNG; {@code fallback} squared for what isn't one, or is larger than
   * {@code most} on a side.
   */
  static Dimensions size(String base64, long fallback, long most) {
    if (base64.length() >= 32 && base64.startsWith("iVBORw0KGgo")) {
      byte[] start = Base64.getDecoder().decode(base64.substring(0, 32));
      long width = number(start, 16);
      long height = number(start, 20);
      if (width > 0 && width <= most && height > 0 && height <= most) {
        return new Dimensions(width, height);
      }
    }
    return new Dimensions(fallback, fallback);
  }

  private static long number(byte[] bytes, int at) {
    return (bytes[at] & 255L) << 24
        | (bytes[at + 1] & 255) << 16
        | (bytes[at + 2] & 255) << 8
        | bytes[at + 3] & 255;
  }
}
