package dev.sdxlgen.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that ends early. */
final class FirstBytes extends FilterInputStream {

  private long left;

  FirstBytes(InputStream in, long bytes) {
    super(in);
    this.left = bytes;
  }

  @Override
  public int read() throws IOException {
    int read = left == 0 ? -1 : in.read();
    left -= read < 0 ? 0 : 1;
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    int read = left == 0 ? -1 : in.read(bytes, offset, (int) Math.min(left, count));
    left -= Math.max(0, read);
    return read;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
