package dev.sdxlgen.mock;

import dev.sdxlgen.request.Dimensions;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A picture that was sent, as far as its header tells. */
final class SourcePicture {

  private final byte[] file;

  private SourcePicture(byte[] file) {
    this.file = file;
  }

  /** The file that the base64 is; null when it is none. */
  static SourcePicture of(String base64) {
    try {
      byte[] file = Base64.getDecoder().decode(base64);
      return file.length == 0 ? null : new SourcePicture(file);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Width and height of a PNG, JPEG or WebP; null for what is none of them. */
  Dimensions size() {
    try {
      if (startsWith(0, "\u0089PNG\r\n\u001a\n") && startsWith(12, "IHDR")) {
        return size(big(16, 4), big(20, 4));
      }
      if (startsWith(0, "\u00ff\u00d8")) {
        return jpegSize();
      }
      if (startsWith(0, "RIFF") && startsWith(8, "WEBP")) {
        return webpSize();
      }
      return null;
    } catch (ArrayIndexOutOfBoundsException e) {
      return null; // It ends within its header.
    }
  }

  /** From the frame header (ITU-T T.81, B.2.2). */
  private Dimensions jpegSize() {
    int at = 2;
    while (big(at, 1) == 0xff) {
      int marker = (int) big(at + 1, 1);
      if (marker == 0xff) {
        at++;
        continue;
      }
      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
        return size(big(at + 7, 2), big(at + 5, 2));
      }
      at += 2 + (int) big(at + 2, 2);
    }
    return null;
  }

  /** From the first chunk (RFC 9649, 2.5 to 2.7). */
  private Dimensions webpSize() {
    if (startsWith(12, "VP8X")) {
      return size(1 + little(24, 3), 1 + little(27, 3));
    }
    if (startsWith(12, "VP8L")) {
      return size(1 + (little(21, 4) & 0x3fff), 1 + (little(21, 4) >> 14 & 0x3fff));
    }
    return startsWith(12, "VP8 ") ? size(little(26, 2) & 0x3fff, little(28, 2) & 0x3fff) : null;
  }

  private static Dimensions size(long width, long height) {
    return width < 1 || height < 1 ? null : new Dimensions(width, height);
  }

  private boolean startsWith(int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      if (at + i >= file.length || file[at + i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private long big(int at, int length) {
    long number = 0;
    for (int i = 0; i < length; i++) {
      number = number << 8 | file[at + i] & 255;
    }
    return number;
  }

  private long little(int at, int length) {
    long number = 0;
    for (int i = length; i-- > 0; ) {
      number = number << 8 | file[at + i] & 255;
    }
    return number;
  }
}
