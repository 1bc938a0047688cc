package dev.sdxlgen.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * Splits a file into its records, which are lines, or in CSV as many lines as a quoted field spans.
 * Holds one of them at a time.
 */
final class RecordReader {

  /** A prompt has at most 10,000 characters, wherever it is sent. */
  static final int MOST_BYTES = 1 << 20;

  /** A request has at most 25,000,000 bytes; in JSON Lines it may stand whole. */
  static final int MOST_JSON_BYTES = 32 << 20;

  private final FileChannel file;
  private final boolean quotes;
  private final int most;
  private final ByteBuffer buffer;
  private long position;
  private long line;

  private long offset;
  private long firstLine;
  private byte[] record = new byte[1024];
  private int length;
  private boolean tooLong;
  private boolean unclosed;

  /**
   * @param position where a record begins
   * @param line the number of its line
   * @param bufferSize how much to read at a time
   */
  RecordReader(FileChannel file, PromptFormat format, long position, long line, int bufferSize) {
    this.file = file;
    this.quotes = format == PromptFormat.CSV;
    this.most = format == PromptFormat.JSONL ? MOST_JSON_BYTES : MOST_BYTES;
    this.position = position;
    this.line = line;
    this.buffer = ByteBuffer.allocate(bufferSize).flip();
  }

  /** Reads the next record; false when there is none. */
  boolean next() throws IOException {
    offset = position;
    firstLine = line;
    length = 0;
    tooLong = false;
    unclosed = false;
    boolean quoted = false;
    boolean fieldStart = true;
    int b;
    while ((b = read()) >= 0) {
      if (b == '\n') {
        line++;
        if (!quoted) {
          trimCarriageReturn();
          return true;
        }
      }
      append(b);
      if (quotes) {
        // A doubled quote closes the field and opens it again.
        boolean opens = b == '"' && !quoted && fieldStart;
        boolean closes = b == '"' && quoted;
        fieldStart = closes || b == ',' && !quoted;
        quoted = opens || quoted && !closes;
      }
    }
    unclosed = quoted;
    trimCarriageReturn();
    return position > offset;
  }

  private void append(int b) {
    if (length == most) {
      tooLong = true;
      return;
    }
    if (length == record.length) {
      record = Arrays.copyOf(record, Math.min(2 * length, most));
    }
    record[length++] = (byte) b;
  }

  private void trimCarriageReturn() {
    if (length > 0 && record[length - 1] == '\r') {
      length--;
    }
  }

  private int read() throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.clear();
      int read = file.read(buffer, position);
      buffer.flip();
      if (read <= 0) {
        return -1;
      }
    }
    position++;
    return buffer.get() & 0xff;
  }

  /** Where the record begins. */
  long offset() {
    return offset;
  }

  /** The number of the line it begins on. */
  long line() {
    return firstLine;
  }

  /** Its bytes without the end of the line; of a record that is too long, the first. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(record, 0, length);
  }

  /** The most bytes of a record. */
  int most() {
    return most;
  }

  boolean isTooLong() {
    return tooLong;
  }

  /** Whether the file ends within a quoted field. */
  boolean isUnclosed() {
    return unclosed;
  }
}
