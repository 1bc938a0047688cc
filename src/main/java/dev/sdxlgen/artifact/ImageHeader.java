package dev.sdxlgen.artifact;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
    JPEG
  }

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int IHDR = 0x49484452;
  private static final int JPEG_START = 0xffd8;

  /**
   * Reads the header of a PNG (W3C PNG, 11.2.1) or a JPEG (ITU-T T.81, B.2.2).
   *
   * @param in an image file from its first byte; read no further than its header
   * @throws IOException when it is neither, or ends within the header
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

  private static ImageHeader sized(Format format, int width, int height) throws IOException {
    if (width <= 0 || height <= 0) {
      throw new IOException("it is a " + format + " of no size");
    }
    return new ImageHeader(format, width, height);
  }
}
