package dev.sdxlgen.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A JSON text for a parser to read, which is stopped at the beginning of each long string so that
 * its base64 can be decoded from where it lies. A parser takes 40 ms for the four million
 * characters of a picture in a program that has just started, a search for the string's end and the
 * JDK's decoder, which the quick compiler doesn't know, 25; this way takes 10.
 */
final class LongStrings extends InputStream {

  /** What is shorter is left to the parser. */
  private static final int LEAST = 4096;

  /** Characters at a time: so few that the loop is compiled when there is still much to do. */
  private static final int STRIDE = 1024;

  /** Bytes that are written at a time. */
  private static final int PIECE = STRIDE / 4 * 3 * 128;

  /** What each character stands for; -1 for those that base64 doesn't have (RFC 4648, table 1). */
  private static final byte[] VALUES = values();

  private final byte[] text;
  private final int textEnd;
  private final byte[] piece = new byte[PIECE];

  /** What the parser reads next, and where it is stopped. */
  private int next;

  private int stop;

  /** What it never sees. */
  private int decoded;

  LongStrings(ByteBuffer text) {
    this.text = text.array();
    this.textEnd = text.limit();
    this.stop = nextLong(0);
  }

  /**
   * Has the decoding compiled before there is an answer. What the JVM's quick compiler takes for
   * hot is what was called 200 times, however little was done.
   */
  static void warmUp() {
    byte[] text = {'A', 'A', 'A', 'A'};
    byte[] bytes = new byte[3];
    for (int i = 0; i < 300; i++) {
      decode(text, 0, text.length, bytes, 0);
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    if (next == stop) {
      stop = nextLong(next);
    }
    if (next == textEnd) {
      return -1;
    }
    int count = Math.min(length, stop - next);
    System.arraycopy(text, next, bytes, offset, count);
    next += count;
    return count;
  }

  /**
   * Decodes the string that the parser is stopped in, as far as it is base64 without padding and
   * escapes. The parser reads the rest of it, and says what is wrong with it.
   *
   * @param quote where the parser has seen the string begin
   * @return how many bytes were decoded; none if the parser isn't stopped there
   */
  int decode(long quote, OutputStream to) throws IOException {
    if (next != stop || next - decoded - 1 != quote) {
      return 0;
    }
    int from = next;
    int quads = textEnd - (textEnd - from) % 4;
    int filled = 0;
    boolean more = true;
    while (more) {
      int end = Math.min(next + STRIDE, quads);
      int reached = decode(text, next, end, piece, filled);
      filled += (reached - next) / 4 * 3;
      next = reached;
      more = reached == end && end < quads;
      if (filled == PIECE || !more) {
        to.write(piece, 0, filled);
        filled = 0;
      }
    }
    stop = next;
    decoded += next - from;
    return (next - from) / 4 * 3;
  }

  /**
   * Decodes four characters at a time.
   *
   * @return where it met the first four that aren't all of base64; else the end
   */
  private static int decode(byte[] text, int from, int end, byte[] to, int index) {
    byte[] values = VALUES;
    int at = from;
    int put = index;
    while (at < end) {
      int bits =
          values[text[at] & 0xff] << 18
              | values[text[at + 1] & 0xff] << 12
              | values[text[at + 2] & 0xff] << 6
              | values[text[at + 3] & 0xff];
      if (bits < 0) {
        break;
      }
      to[put] = (byte) (bits >> 16);
      to[put + 1] = (byte) (bits >> 8);
      to[put + 2] = (byte) bits;
      at += 4;
      put += 3;
    }
    return at;
  }

  private static byte[] values() {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    return values;
  }

  /**
   * Where the next long string's characters begin; else the text's end.
   *
   * @param from the text's beginning, or somewhere in a string
   */
  private int nextLong(int from) {
    int at = from == 0 ? 0 : behindString(from);
    while (at < textEnd) {
      if (text[at++] == '"') {
        if (isLong(at)) {
          return at;
        }
        at = behindString(at);
      }
    }
    return textEnd;
  }

  private boolean isLong(int from) {
    int end = from + LEAST;
    return end <= textEnd && decode(text, from, end, piece, 0) == end;
  }

  private int behindString(int within) {
    int at = within;
    while (at < textEnd && text[at] != '"') {
      at += text[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }
}
