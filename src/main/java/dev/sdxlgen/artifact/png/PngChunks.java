package dev.sdxlgen.artifact.png;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a PNG's chunks say beside its picture (W3C PNG, 11.3.3), read in bounded memory whatever the
 * file claims.
 *
 * @param width in pixels
 * @param height in pixels
 * @param texts by keyword, in the file's order; of two with one keyword the last. At most 4 MiB
 *     together: what is beyond, or can't be decoded, is left out
 * @param hasContentCredentials whether there is a {@code caBX} chunk, signed by who made the file
 */
public record PngChunks(
    int width, int height, Map<String, String> texts, boolean hasContentCredentials) {

  /** In bytes: all texts together, each also before it is inflated. */
  static final int MOST_TEXT = 4 << 20;

  /** In bytes, what is too long and thrown away included: a file can hold any number of bombs. */
  private static final int MOST_INFLATED = 4 * MOST_TEXT;

  private static final int BUFFER = 8 << 10;

  public PngChunks {
    texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
  }

  /**
   * Reads a PNG up to its end chunk.
   *
   * @param in from the first byte; skipping in it should be cheap
   * @throws IOException that says in what way the file is broken
   */
  public static PngChunks read(InputStream in) throws IOException {
    return read(in, false);
  }

  /**
   * Reads a PNG up to its end chunk, the picture too, whose check sums then tell whether it is as
   * it was written.
   *
   * @throws IOException that says in what way the file is broken
   */
  public static PngChunks readAll(InputStream in) throws IOException {
    return read(in, true);
  }

  private static PngChunks read(InputStream in, boolean all) throws IOException {
    try {
      return new Reader(in, all).read();
    } catch (EOFException e) {
      throw new IOException("it is a PNG that was cut off", e);
    }
  }

  private static final class Reader {

    private final InputStream in;
    private final boolean all;
    private final Map<String, String> texts = new LinkedHashMap<>();
    private int left = MOST_TEXT;
    private int inflatable = MOST_INFLATED;

    Reader(InputStream in, boolean all) {
      this.in = in;
      this.all = all;
    }

    PngChunks read() throws IOException {
      if (!Arrays.equals(read(8), PngSplicer.SIGNATURE)) {
        throw new IOException("it isn't a PNG");
      }
      int width = 0;
      int height = 0;
      boolean signed = false;
      while (true) {
        byte[] header = read(8);
        int length = PngSplicer.getInt(header, 0);
        int type = PngSplicer.getInt(header, 4);
        if (length < 0 || !isName(header)) {
          throw new IOException("it is a PNG with a broken chunk");
        }
        boolean first = width == 0;
        if (first != (type == PngSplicer.IHDR) || first && length != 13) {
          throw new IOException(
              first ? "it is a PNG without a header" : "it is a PNG with two headers");
        }
        switch (type) {
          case PngSplicer.IHDR -> {
            byte[] size = checked(header, length);
            width = PngSplicer.getInt(size, 0);
            height = PngSplicer.getInt(size, 4);
            if (width <= 0 || height <= 0) {
              throw new IOException("it is a PNG of no size");
            }
          }
          case PngSplicer.TEXT, PngSplicer.COMPRESSED_TEXT, PngSplicer.INTERNATIONAL_TEXT -> {
            if (length > left) {
              skip(length + 4L);
            } else {
              add(type, checked(header, length));
            }
          }
          case PngSplicer.IEND -> {
            if (length != 0) {
              throw new IOException("it is a PNG with a broken chunk");
            }
            checked(header, 0);
            return new PngChunks(width, height, texts, signed);
          }
          default -> {
            signed |= type == PngSplicer.CONTENT_CREDENTIALS;
            if (all) {
              checkedUnkept(header, length);
            } else {
              skip(length + 4L);
            }
          }
        }
      }
    }

    /** Never allocates more than has come, whatever length was claimed. */
    private byte[] read(int length) throws IOException {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException();
      }
      return bytes;
    }

    private byte[] checked(byte[] header, int length) throws IOException {
      byte[] content = read(length);
      var crc = new CRC32();
      crc.update(header, 4, 4);
      crc.update(content);
      check(header, crc);
      return content;
    }

    private void checkedUnkept(byte[] header, int length) throws IOException {
      var crc = new CRC32();
      crc.update(header, 4, 4);
      for (int left = length; left > 0; left -= BUFFER) {
        crc.update(read(Math.min(left, BUFFER)));
      }
      check(header, crc);
    }

    private void check(byte[] header, CRC32 crc) throws IOException {
      if (PngSplicer.getInt(read(4), 0) != (int) crc.getValue()) {
        String name = new String(header, 4, 4, StandardCharsets.US_ASCII);
        throw new IOException("it is a PNG whose " + name + " chunk is damaged");
      }
    }

    private void skip(long length) throws IOException {
      while (length > 0) {
        long skipped = in.skip(length);
        if (skipped <= 0) {
          // Perhaps the end, perhaps a stream that can't skip just now.
          read(1);
          skipped = 1;
        }
        length -= skipped;
      }
    }

    private void add(int type, byte[] content) {
      int end = indexOfNul(content, 0);
      if (end < 0) {
        return;
      }
      String text =
          switch (type) {
            case PngSplicer.TEXT -> decode(content, end + 1, false, StandardCharsets.ISO_8859_1);
            // One byte is the method, of which there is just one.
            case PngSplicer.COMPRESSED_TEXT ->
                decode(content, end + 2, true, StandardCharsets.ISO_8859_1);
            default -> international(content, end + 1);
          };
      if (text != null) {
        texts.put(new String(content, 0, end, StandardCharsets.ISO_8859_1), text);
      }
    }

    private String international(byte[] content, int at) {
      int language = at + 2;
      int translated = indexOfNul(content, language) + 1;
      int text = translated == 0 ? 0 : indexOfNul(content, translated) + 1;
      return text == 0 ? null : decode(content, text, content[at] != 0, StandardCharsets.UTF_8);
    }

    /** Null when it is broken or too long. */
    private String decode(byte[] content, int from, boolean compressed, Charset charset) {
      if (from > content.length) {
        return null;
      }
      // An entry takes memory too, even of an empty text.
      int most = left - 256;
      byte[] text =
          compressed
              ? inflate(content, from, most)
              : Arrays.copyOfRange(content, from, content.length);
      if (text == null || text.length > most) {
        return null;
      }
      left = most - text.length;
      return new String(text, charset);
    }

    private byte[] inflate(byte[] content, int from, int most) {
      var inflater = new Inflater();
      try {
        inflater.setInput(content, from, content.length - from);
        var text = new ByteArrayOutputStream();
        byte[] some = new byte[BUFFER];
        while (!inflater.finished()) {
          int n = inflater.inflate(some, 0, Math.min(some.length, inflatable));
          inflatable -= n;
          if (n == 0 && !inflater.finished() || text.size() + n > most) {
            return null;
          }
          text.write(some, 0, n);
        }
        return text.toByteArray();
      } catch (DataFormatException e) {
        return null;
      } finally {
        inflater.end();
      }
    }

    private static int indexOfNul(byte[] content, int from) {
      for (int i = from; i < content.length; i++) {
        if (content[i] == 0) {
          return i;
        }
      }
      return -1;
    }

    private static boolean isName(byte[] header) {
      for (int i = 4; i < 8; i++) {
        int letter = header[i] | 0x20;
        if (letter < 'a' || letter > 'z') {
          return false;
        }
      }
      return true;
    }
  }
}
