package dev.sdxlgen.artifact.png;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Puts chunks into a PNG while it passes by, directly before its first {@code IDAT}. Every byte of
 * the PNG stays as it is, and so does whatever isn't one. What comes behind that {@code IDAT} isn't
 * looked at but for its chunk headers.
 */
public final class PngSplicer extends OutputStream {

  /** Makes the chunks, once it is known for what picture. */
  @FunctionalInterface
  public interface Source {

    /**
     * Whole chunks, lengths and checksums included.
     *
     * @param width in pixels
     * @param height in pixels
     * @param keywords of the text chunks that are in the PNG already
     */
    byte[] chunks(int width, int height, Set<String> keywords);
  }

  /** What became of the chunks. */
  public enum Outcome {
    /** They are in. */
    SPLICED,
    /** They aren't: this is no PNG, or one without a picture. */
    NOT_A_PNG,
    /**
     * They aren't: a {@code caBX} chunk holds signed content credentials (C2PA specification,
     * embedding manifests into PNG), which a new chunk would break.
     */
    SIGNED,
    /** They are in, and then came a {@code caBX} chunk: to be taken out again. */
    SPLICED_THOUGH_SIGNED
  }

  static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  static final int IHDR = 0x49484452;
  static final int IDAT = 0x49444154;
  static final int IEND = 0x49454e44;
  static final int TEXT = 0x74455874;
  static final int COMPRESSED_TEXT = 0x7a545874;
  static final int INTERNATIONAL_TEXT = 0x69545874;
  static final int CONTENT_CREDENTIALS = 0x63614258;

  private static final int CRC_LENGTH = 4;
  private static final int MOST_KEYWORD_LENGTH = 79;

  private enum Place {
    SIGNATURE,
    BEFORE_IMAGE,
    BEHIND_IMAGE,
    /** Whatever comes doesn't matter any more. */
    ANYWHERE
  }

  private final OutputStream sink;
  private final Source source;

  /** The signature, then the length and type of each chunk. */
  private final byte[] header = new byte[8];

  private int headerLength;

  /** What is to come of a chunk behind its header. */
  private long rest;

  private Place place = Place.SIGNATURE;
  private boolean signed;

  /** The type of the chunk whose beginning is looked at; 0 for none. */
  private int type;

  private final byte[] beginning = new byte[MOST_KEYWORD_LENGTH + 1];
  private int beginningLength;
  private int width;
  private int height;
  private final Set<String> keywords = new HashSet<>();

  private long position;
  private long splicedAt = -1;
  private int splicedLength;

  /**
   * @param sink gets the PNG with its new chunks; not closed
   */
  public PngSplicer(OutputStream sink, Source source) {
    this.sink = sink;
    this.source = source;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int passed = offset;
    for (int at = offset; at < end && place != Place.ANYWHERE; ) {
      if (rest > 0) {
        int n = (int) Math.min(rest, end - at);
        look(bytes, at, n);
        at += n;
        continue;
      }
      int start = at;
      int held = headerLength;
      int n = Math.min(header.length - held, end - at);
      System.arraycopy(bytes, at, header, held, n);
      headerLength += n;
      at += n;
      if (headerLength == header.length) {
        headerLength = 0;
        if (place == Place.BEFORE_IMAGE) {
          pass(bytes, passed, start);
          passed = start;
          beginChunk();
          pass(header, 0, held);
        } else {
          beginChunk();
        }
      } else if (place == Place.BEFORE_IMAGE) {
        // Perhaps the image's: then the new chunks come before it.
        pass(bytes, passed, start);
        passed = end;
      }
    }
    pass(bytes, passed, end);
  }

  /**
   * Passes on what was held back of a file that ends within a chunk's header, and tells what became
   * of the chunks.
   */
  public Outcome finish() throws IOException {
    if (place == Place.BEFORE_IMAGE) {
      pass(header, 0, headerLength);
    }
    place = Place.ANYWHERE;
    if (splicedAt < 0) {
      return signed ? Outcome.SIGNED : Outcome.NOT_A_PNG;
    }
    return signed ? Outcome.SPLICED_THOUGH_SIGNED : Outcome.SPLICED;
  }

  /** Where in the sink the new chunks begin; -1 when they aren't in it. */
  public long splicedAt() {
    return splicedAt;
  }

  /** How many bytes the new chunks have; 0 when they aren't in. */
  public int splicedLength() {
    return splicedLength;
  }

  /** In pixels; 0 when this is no PNG. */
  public int width() {
    return width;
  }

  /** In pixels; 0 when this is no PNG. */
  public int height() {
    return height;
  }

  private void pass(byte[] bytes, int from, int to) throws IOException {
    if (to > from) {
      sink.write(bytes, from, to - from);
      position += to - from;
    }
  }

  /** The header is whole. */
  private void beginChunk() throws IOException {
    if (place == Place.SIGNATURE) {
      boolean png = Arrays.equals(header, SIGNATURE);
      place = png ? Place.BEFORE_IMAGE : Place.ANYWHERE;
      return;
    }
    int length = getInt(header, 0);
    int chunk = getInt(header, 4);
    boolean first = width == 0;
    if (length < 0 || first != (chunk == IHDR) || chunk == IEND) {
      place = Place.ANYWHERE;
      return;
    }
    rest = (long) length + CRC_LENGTH;
    if (chunk == CONTENT_CREDENTIALS) {
      signed = true;
      place = Place.ANYWHERE;
    } else if (place == Place.BEFORE_IMAGE) {
      beginningLength = 0;
      boolean text = chunk == TEXT || chunk == COMPRESSED_TEXT || chunk == INTERNATIONAL_TEXT;
      type = first || text ? chunk : 0;
      if (chunk == IDAT) {
        splice();
      }
    }
  }

  private void splice() throws IOException {
    byte[] chunks = source.chunks(width, height, keywords);
    splicedAt = position;
    splicedLength = chunks.length;
    pass(chunks, 0, chunks.length);
    place = Place.BEHIND_IMAGE;
  }

  /** Goes on in a chunk, the beginning of which may be worth a look. */
  private void look(byte[] bytes, int offset, int length) {
    if (type != 0 && beginningLength < beginning.length) {
      int n = Math.min(length, beginning.length - beginningLength);
      System.arraycopy(bytes, offset, beginning, beginningLength, n);
      beginningLength += n;
    }
    rest -= length;
    if (rest == 0 && type == IHDR) {
      width = getInt(beginning, 0);
      height = getInt(beginning, 4);
      if (beginningLength != 13 + CRC_LENGTH || width <= 0 || height <= 0) {
        place = Place.ANYWHERE;
      }
    } else if (rest == 0 && type != 0) {
      int n = 0;
      while (n < beginningLength && beginning[n] != 0) {
        n++;
      }
      if (n < beginningLength) {
        keywords.add(new String(beginning, 0, n, StandardCharsets.ISO_8859_1));
      }
    }
  }

  static int getInt(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | bytes[at + 3] & 0xff;
  }
}
