package dev.sdxlgen.artifact;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the first bytes of an image file say about it.
 *
 * @param format the file's format
 * @param width in pixels
 * @param height in pixels
 */
public record ImageHeader(Format format, int width, int height) {

  /** An image format we know by its own signature. */
  public enum Format {
    /** W3C PNG. */
    PNG,
    /** ITU-T T.81. */
    JPEG,
    /** RFC 9649; nothing that we ask for comes as one, but some models start from one. */
    WEBP
  }

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int IHDR = 0x49484452;
  private static final int JPEG_START = 0xffd8;
  private static final int RI = 0x5249;
  private static final int FF = 0x4646;
  private static final int WEBP = 0x57454250;
  private static final int VP8 = 0x56503820;
  private static final int VP8L = 0x5650384c;
  private static final int VP8X = 0x56503858;

  /**
   * Reads the header of a PNG (W3C PNG, 11.2.1), a JPEG (ITU-T T.81, B.2.2) or a WebP (RFC 9649,
   * 2.5 to 2.7).
   *
   * @param in an image file from its first byte; read no further than its header
   * @throws IOException when it is none of them, or ends within the header
   */
  public static ImageHeader read(InputStream in) throws IOException {
    DataInputStream bytes = new DataInputStream(in);
    try {
      byte[] start = new byte[8];
      bytes.readFully(start, 0, 2);
      if (start[0] == PNG_SIGNATURE[0]) {
        bytes.readFully(start, 2, 6);
        if (Arrays.equals(start, PNG_SIGNATURE)) {
          return readPng(bytes);
        }
      } else if (((start[0] & 0xff) << 8 | start[1] & 0xff) == JPEG_START) {
        return readJpeg(bytes);
      } else if ((start[0] << 8 | start[1]) == RI) {
        byte[] more = bytes.readNBytes(10);
        if (more.length == 10
            && (ByteBuffer.wrap(more).getShort() & 0xffff) == FF
            && ByteBuffer.wrap(more).getInt(6) == WEBP) {
          return readWebp(bytes);
        }
      }
    } catch (EOFException e) {
      throw new IOException("it ends within its header", e);
    }
    throw new IOException("it is neither a PNG nor a JPEG");
  }

  private static ImageHeader readPng(DataInputStream bytes) throws IOException {
    int length = bytes.readInt();
    if (bytes.readInt() != IHDR || length != 13) {
      throw new IOException("it is a PNG without a header");
    }
    return sized(Format.PNG, bytes.readInt(), bytes.readInt());
  }

  private static ImageHeader readJpeg(DataInputStream bytes) throws IOException {
    while (true) {
      int marker = bytes.readUnsignedByte();
      if (marker != 0xff) {
        throw new IOException("it is a JPEG with a broken segment");
      }
      while (marker == 0xff) {
        marker = bytes.readUnsignedByte();
      }
      int length = bytes.readUnsignedShort();
      boolean startOfFrame =
          marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
      if (startOfFrame) {
        bytes.readUnsignedByte(); // the sample precision
        int height = bytes.readUnsignedShort();
        return sized(Format.JPEG, bytes.readUnsignedShort(), height);
      }
      if (length < 2 || marker == 0xd9 || marker == 0xda) {
        throw new IOException("it is a JPEG without a frame");
      }
      bytes.skipNBytes(length - 2L);
    }
  }

  private static ImageHeader readWebp(DataInputStream bytes) throws IOException {
    int chunk = bytes.readInt();
    bytes.readInt(); // the chunk's size
    switch (chunk) {
      case VP8X -> {
        bytes.readInt(); // flags
        return sized(Format.WEBP, 1 + littleEndian(bytes, 3), 1 + littleEndian(bytes, 3));
      }
      case VP8 -> {
        bytes.readUnsignedShort(); // a frame tag of three bytes, a start code of three
        bytes.readInt();
        int width = littleEndian(bytes, 2) & 0x3fff;
        return sized(Format.WEBP, width, littleEndian(bytes, 2) & 0x3fff);
      }
      case VP8L -> {
        bytes.readUnsignedByte(); // the signature
        int sizes = littleEndian(bytes, 4);
        return sized(Format.WEBP, 1 + (sizes & 0x3fff), 1 + (sizes >> 14 & 0x3fff));
      }
      default -> throw new IOException("it is a WebP without a picture");
    }
  }

  private static int littleEndian(DataInputStream bytes, int count) throws IOException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value |= bytes.readUnsignedByte() << 8 * i;
    }
    return value;
  }

  private static ImageHeader sized(Format format, int width, int height) throws IOException {
    if (width <= 0 || height <= 0) {
      throw new IOException("it is a " + format + " of no size");
    }
    return new ImageHeader(format, width, height);
  }
}
