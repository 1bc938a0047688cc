package dev.sdxlgen.artifact.png;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Writes the chunks of a PNG that hold a text under a keyword (W3C PNG, 11.3.3). */
public final class TextChunk {

  private static final int TEXT = 0x74455874;
  private static final int INTERNATIONAL_TEXT = 0x69545874;

  private TextChunk() {}

  /**
   * The chunk in the form that most readers know: {@code tEXt} where the text is Latin-1, else
   * {@code iTXt}.
   *
   * @param keyword 1 to 79 characters of Latin-1
   * @param text without a NUL; its lines end in LF
   */
  public static void write(ByteArrayOutputStream png, String keyword, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        writeInternational(png, keyword, text.getBytes(StandardCharsets.UTF_8));
        return;
      }
    }
    write(png, TEXT, keyword + '\0', text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * An uncompressed {@code iTXt} chunk of no language.
   *
   * @param keyword 1 to 79 characters of Latin-1
   * @param text UTF-8 without a NUL
   */
  public static void writeInternational(ByteArrayOutputStream png, String keyword, byte[] text) {
    // Not compressed, by method 0; neither a language nor the keyword in it.
    write(png, INTERNATIONAL_TEXT, keyword + "\0\0\0\0\0", text);
  }

  private static void write(ByteArrayOutputStream png, int type, String start, byte[] text) {
    byte[] chunk = new byte[8 + start.length() + text.length + 4];
    putInt(chunk, 0, start.length() + text.length);
    putInt(chunk, 4, type);
    for (int i = 0; i < start.length(); i++) {
      chunk[8 + i] = (byte) start.charAt(i);
    }
    System.arraycopy(text, 0, chunk, 8 + start.length(), text.length);
    var crc = new CRC32();
    crc.update(chunk, 4, chunk.length - 8);
    putInt(chunk, chunk.length - 4, (int) crc.getValue());
    png.write(chunk, 0, chunk.length);
  }

  private static void putInt(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }
}
