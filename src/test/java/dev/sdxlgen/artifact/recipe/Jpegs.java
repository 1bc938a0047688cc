package dev.sdxlgen.artifact.recipe;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** JPEGs, also such as no encoder makes. */
final class Jpegs {

  private static final int JFIF_END = 2 + 2 + 16;

  private Jpegs() {}

  /** A JPEG of 5x4 pixels with more segments behind its first. */
  static byte[] jpeg(byte[]... segments) {
    var plain = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(5, 4, BufferedImage.TYPE_INT_RGB), "jpeg", plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = plain.toByteArray();
    var jpeg = new ByteArrayOutputStream();
    jpeg.write(bytes, 0, JFIF_END);
    for (byte[] segment : segments) {
      jpeg.writeBytes(segment);
    }
    jpeg.write(bytes, JFIF_END, bytes.length - JFIF_END);
    return jpeg.toByteArray();
  }

  static byte[] segment(int marker, String latin1) {
    return segment(marker, latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  static byte[] segment(int marker, byte[] content) {
    var segment = new ByteArrayOutputStream();
    segment.write(0xff);
    segment.write(marker);
    segment.write(content.length + 2 >> 8);
    segment.write(content.length + 2);
    segment.writeBytes(content);
    return segment.toByteArray();
  }

  /** The JPEG less its segments of a kind. */
  static byte[] without(byte[] jpeg, int marker) {
    var rest = new ByteArrayOutputStream();
    rest.write(jpeg, 0, 2);
    int at = 2;
    while ((jpeg[at + 1] & 0xff) != 0xda) {
      int length = 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
      if ((jpeg[at + 1] & 0xff) != marker) {
        rest.write(jpeg, at, length);
      }
      at += length;
    }
    rest.writeBytes(Arrays.copyOfRange(jpeg, at, jpeg.length));
    return rest.toByteArray();
  }
}
