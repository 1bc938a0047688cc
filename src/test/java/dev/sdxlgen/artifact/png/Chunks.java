package dev.sdxlgen.artifact.png;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** PNGs put together by hand, also such as no encoder makes. */
public final class Chunks {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private Chunks() {}

  /** A PNG of 2x3 pixels with the chunks before its picture. */
  public static byte[] png(byte[]... chunks) {
    return concat(SIGNATURE, ihdr(2, 3), concat(chunks), picture());
  }

  /** A file that begins as a PNG and goes on in any way. */
  public static byte[] file(byte[]... chunks) {
    return concat(SIGNATURE, concat(chunks));
  }

  public static byte[] ihdr(int width, int height) {
    byte[] header = ByteBuffer.allocate(13).putInt(width).putInt(height).array();
    header[8] = 8;
    header[9] = 2;
    return chunk("IHDR", header);
  }

  /** From the IDAT on. */
  public static byte[] picture() {
    byte[] png = PngEncoder.encode(2, 3, new byte[18]);
    return java.util.Arrays.copyOfRange(png, 33, png.length);
  }

  public static byte[] chunk(String type, byte[] content) {
    return claiming(content.length, type, content);
  }

  public static byte[] chunk(String type, String latin1) {
    return chunk(type, latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A chunk that says it is of another length than it is. */
  public static byte[] claiming(int length, String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    var crc = new CRC32();
    crc.update(name);
    crc.update(content);
    return ByteBuffer.allocate(12 + content.length)
        .putInt(length)
        .put(name)
        .put(content)
        .putInt((int) crc.getValue())
        .array();
  }

  /** A text chunk whose text is deflated. */
  public static byte[] deflated(String type, String start, byte[] text) {
    var deflater = new Deflater(Deflater.BEST_COMPRESSION);
    deflater.setInput(text);
    deflater.finish();
    var packed = new ByteArrayOutputStream();
    packed.writeBytes(start.getBytes(StandardCharsets.ISO_8859_1));
    byte[] some = new byte[8192];
    while (!deflater.finished()) {
      packed.write(some, 0, deflater.deflate(some));
    }
    deflater.end();
    return chunk(type, packed.toByteArray());
  }

  public static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
