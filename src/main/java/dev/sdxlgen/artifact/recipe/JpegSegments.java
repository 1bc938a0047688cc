package dev.sdxlgen.artifact.recipe;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a JPEG's segments say before its picture (ITU-T T.81, B.1.1.3), read in bounded memory
 * whatever the file claims: a segment has at most 64 KiB, and just two are kept.
 *
 * @param width in pixels
 * @param height in pixels
 * @param xmp the first XMP packet (ISO 16684-3, APP1); null without one
 * @param hasExif whether there is an Exif segment
 * @param userComment the first Exif segment's comment, where AUTOMATIC1111's text is; null without
 *     one
 * @param hasContentCredentials whether there is a JUMBF segment (APP11), signed by who made the
 *     file
 */
record JpegSegments(
    int width,
    int height,
    String xmp,
    boolean hasExif,
    String userComment,
    boolean hasContentCredentials) {

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP1 = 0xe1;
  private static final int APP11 = 0xeb;

  private static final byte[] XMP =
      "http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

  /**
   * Reads a JPEG up to its picture.
   *
   * @param file from its first byte
   * @throws IOException that says in what way the file is broken
   */
  static JpegSegments read(InputStream file) throws IOException {
    try {
      return read(new DataInputStream(file));
    } catch (EOFException e) {
      throw new IOException("it is a JPEG that was cut off", e);
    }
  }

  private static JpegSegments read(DataInputStream in) throws IOException {
    if (in.readUnsignedByte() != 0xff || in.readUnsignedByte() != SOI) {
      throw new IOException("it isn't a JPEG");
    }
    int width = 0;
    int height = 0;
    String xmp = null;
    byte[] exif = null;
    boolean signed = false;
    while (true) {
      int marker = in.readUnsignedByte();
      if (marker != 0xff) {
        throw new IOException("it is a JPEG with a broken segment");
      }
      while (marker == 0xff) {
        marker = in.readUnsignedByte();
      }
      if (marker == SOS && width > 0 && height > 0) {
        String comment = exif == null ? null : UserComment.of(exif);
        return new JpegSegments(width, height, xmp, exif != null, comment, signed);
      }
      int length = in.readUnsignedShort() - 2;
      if (length < 0 || marker == EOI || marker == SOS) {
        throw new IOException("it is a JPEG without a frame");
      }
      byte[] content = new byte[length];
      in.readFully(content);
      if (isStartOfFrame(marker)) {
        if (length < 5) {
          throw new IOException("it is a JPEG with a broken frame");
        }
        height = (content[1] & 0xff) << 8 | content[2] & 0xff;
        width = (content[3] & 0xff) << 8 | content[4] & 0xff;
      } else if (marker == APP1 && xmp == null && startsWith(content, XMP)) {
        xmp = new String(content, XMP.length, length - XMP.length, StandardCharsets.UTF_8);
      } else if (marker == APP1 && exif == null && startsWith(content, EXIF)) {
        exif = Arrays.copyOfRange(content, EXIF.length, length);
      }
      signed |= marker == APP11;
    }
  }

  private static boolean isStartOfFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  /** Exif's UserComment (JEITA CP-3451, 4.6.5), among the tags of a TIFF. */
  private static final class UserComment {

    private static final int EXIF_DIRECTORY = 0x8769;
    private static final int USER_COMMENT = 0x9286;
    private static final int ENTRY = 12;
    private static final int CODE = 8;

    static String of(byte[] bytes) {
      ByteBuffer tiff = ByteBuffer.wrap(bytes);
      try {
        tiff.order(tiff.getShort() == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = find(tiff, tiff.getInt(4), EXIF_DIRECTORY);
        int entry = directory < 0 ? -1 : find(tiff, tiff.getInt(directory + 8), USER_COMMENT);
        if (entry < 0) {
          return null;
        }
        int length = tiff.getInt(entry + 4);
        int from = tiff.getInt(entry + 8);
        boolean within = length >= CODE && from >= 0 && from <= bytes.length - length;
        return within ? decode(bytes, from, length) : null;
      } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
        return null;
      }
    }

    /** Where the tag's entry begins in the directory; -1 when it has none. */
    private static int find(ByteBuffer tiff, int directory, int tag) {
      int entries = tiff.getShort(directory) & 0xffff;
      for (int i = 0; i < entries; i++) {
        int entry = directory + 2 + i * ENTRY;
        if ((tiff.getShort(entry) & 0xffff) == tag) {
          return entry;
        }
      }
      return -1;
    }

    private static String decode(byte[] bytes, int from, int length) {
      String code = new String(bytes, from, CODE, StandardCharsets.ISO_8859_1);
      Charset charset =
          switch (code) {
            case "UNICODE\0" -> utf16(bytes, from + CODE, from + length);
            case "ASCII\0\0\0", "\0\0\0\0\0\0\0\0" -> StandardCharsets.UTF_8;
            default -> null;
          };
      return charset == null ? null : new String(bytes, from + CODE, length - CODE, charset);
    }

    /**
     * The standard leaves the byte order open; the web UI's is always big. Most characters of most
     * texts, their spaces at least, are ASCII.
     */
    private static Charset utf16(byte[] bytes, int from, int to) {
      int big = 0;
      for (int i = from; i + 1 < to; i += 2) {
        big += bytes[i] == 0 ? 1 : 0;
        big -= bytes[i + 1] == 0 ? 1 : 0;
      }
      return big < 0 ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
    }
  }
}
