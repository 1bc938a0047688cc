package dev.sdxlgen.artifact;

import java.nio.ByteBuffer;

/** The shortest files that pass for images. */
final class TinyImages {

  private TinyImages() {}

  /** A PNG as far as its header: signature, IHDR chunk and its checksum. */
  static byte[] png(int width, int height) {
    return ByteBuffer.allocate(33)
        .putLong(0x89504e470d0a1a0aL)
        .putInt(13)
        .putInt(0x49484452)
        .putInt(width)
        .putInt(height)
        .put(new byte[] {8, 2, 0, 0, 0})
        .putInt(0)
        .array();
  }

  /** A PNG of any length, whose further bytes take every value. */
  static byte[] png(int width, int height, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    System.arraycopy(png(width, height), 0, bytes, 0, 33);
    return bytes;
  }
}
