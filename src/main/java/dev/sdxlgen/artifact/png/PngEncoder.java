package dev.sdxlgen.artifact.png;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes 8-bit RGB pixels as a PNG (ISO/IEC 15948): IHDR, one IDAT, IEND. Every byte is filtered by
 * its neighbour on the left, the cheapest filter that makes soft gradients small. The pixels that
 * come out are the same everywhere; the compressed bytes are zlib's and may differ between its
 * versions.
 */
public final class PngEncoder {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int BIT_DEPTH = 8;
  private static final int TRUECOLOUR = 2;
  private static final int FILTER_SUB = 1;
  private static final int PIXEL = 3;

  private PngEncoder() {}

  /**
   * The PNG file.
   *
   * @param width in pixels, at least 1
   * @param height in pixels, at least 1
   * @param rgb red, green and blue of every pixel, row by row from the top left
   * @throws IllegalArgumentException when {@code rgb} isn't {@code 3 * width * height} long
   */
  public static byte[] encode(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(rgb.length + " bytes for " + width + "x" + height);
    }
    var png = new ByteArrayOutputStream(rgb.length / 3 + 1024);
    png.writeBytes(SIGNATURE);
    byte[] header = new byte[13];
    putInt(header, 0, width);
    putInt(header, 4, height);
    header[8] = BIT_DEPTH;
    header[9] = TRUECOLOUR;
    writeChunk(png, "IHDR", header, header.length);
    byte[] rows = filtered(3 * width, height, rgb);
    var deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(rows);
      deflater.finish();
      var packed = new ByteArrayOutputStream(rows.length / 3);
      byte[] some = new byte[1 << 15];
      while (!deflater.finished()) {
        packed.write(some, 0, deflater.deflate(some));
      }
      writeChunk(png, "IDAT", packed.toByteArray(), packed.size());
    } finally {
      deflater.end();
    }
    writeChunk(png, "IEND", header, 0);
    return png.toByteArray();
  }

  /** Each row with its filter's number before it. */
  private static byte[] filtered(int stride, int height, byte[] rgb) {
    byte[] rows = new byte[(stride + 1) * height];
    for (int y = 0; y < height; y++) {
      int at = y * (stride + 1);
      rows[at] = FILTER_SUB;
      System.arraycopy(rgb, y * stride, rows, at + 1, PIXEL);
      subtractLeft(rgb, y * stride, stride, rows, at + 1);
    }
    return rows;
  }

  /** A method of its own, so that it is compiled soon in a JVM that makes one picture. */
  private static void subtractLeft(byte[] rgb, int from, int stride, byte[] rows, int to) {
    for (int i = PIXEL; i < stride; i++) {
      rows[to + i] = (byte) (rgb[from + i] - rgb[from + i - PIXEL]);
    }
  }

  private static void writeChunk(ByteArrayOutputStream png, String type, byte[] bytes, int length) {
    byte[] number = new byte[4];
    putInt(number, 0, length);
    png.writeBytes(number);
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    png.writeBytes(name);
    png.write(bytes, 0, length);
    var crc = new CRC32();
    crc.update(name);
    crc.update(bytes, 0, length);
    putInt(number, 0, (int) crc.getValue());
    png.writeBytes(number);
  }

  private static void putInt(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }
}
