package dev.sdxlgen.artifact;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A JSON text without its long strings, and those strings' base64. A JSON parser looks at each of
 * their four million characters in turn, which takes 30 ms of a program that has just started; this
 * way takes half of that.
 */
final class LongStrings {

  /** What is shorter is left to the parser. */
  private static final int LEAST = 4096;

  /** Characters at a time: a multiple of four, and little memory. */
  private static final int PIECE = 128 << 10;

  private final byte[] text;
  private final byte[] rest;
  private final List<Slice> slices = new ArrayList<>(1);

  /** A string's characters: from, inclusive, to, exclusive, and where in the rest its quote is. */
  private record Slice(int from, int to, long quote) {}

  LongStrings(byte[] text) {
    this.text = text;
    this.rest = cut();
  }

  /** The text, with an empty string in place of each long one. */
  byte[] rest() {
    return rest;
  }

  /**
   * Decodes the string that was cut out at a place of the rest.
   *
   * @param quote where the empty string in its place begins
   * @return whether one was
   * @throws IllegalArgumentException when it isn't base64
   */
  boolean decode(long quote, OutputStream to) throws IOException {
    for (Slice slice : slices) {
      if (slice.quote == quote) {
        for (int at = slice.from; at < slice.to; at += PIECE) {
          int length = Math.min(PIECE, slice.to - at);
          ByteBuffer bytes = Base64.getDecoder().decode(ByteBuffer.wrap(text, at, length));
          to.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
        }
        return true;
      }
    }
    return false;
  }

  private byte[] cut() {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(512);
    int copied = 0;
    int at = 0;
    while (at < text.length) {
      if (text[at++] != '"') {
        continue;
      }
      int from = at;
      at = endOfPlain(from);
      if (at - from >= LEAST && (at - from) % 4 == 0 && at < text.length && text[at] == '"') {
        kept.write(text, copied, from - copied);
        slices.add(new Slice(from, at, kept.size() - 1));
        copied = at;
      }
      while (at < text.length && text[at] != '"') {
        at += text[at] == '\\' ? 2 : 1;
      }
      at++;
    }
    if (copied == 0) {
      return text;
    }
    kept.write(text, copied, text.length - copied);
    return kept.toByteArray();
  }

  /** The first place with a character that is a quote or isn't plain ASCII. */
  private int endOfPlain(int from) {
    int at = from;
    // Below a quote are blanks, control characters and, bytes being signed, all but ASCII.
    while (at < text.length && text[at] > '"' && text[at] != '\\') {
      at++;
    }
    return at;
  }
}
