package dev.sdxlgen.bedrock;

import java.nio.ByteBuffer;

/** What InvokeModel answered, until it is closed: another answer takes its memory then. */
public final class Answer implements AutoCloseable {

  private final String requestId;
  private final BufferPool pool;
  private byte[] bytes;
  private final int length;

  Answer(byte[] bytes, int length, BufferPool pool, String requestId) {
    this.bytes = bytes;
    this.length = length;
    this.pool = pool;
    this.requestId = requestId;
  }

  /** An answer whose memory nobody else takes. */
  public static Answer of(byte[] body, String requestId) {
    return new Answer(body, body.length, new BufferPool(), requestId);
  }

  /**
   * The response body, whole: in an array, from its beginning up to the buffer's limit. Not to be
   * changed.
   *
   * @throws IllegalStateException when it is closed
   */
  public ByteBuffer body() {
    if (bytes == null) {
      throw new IllegalStateException("the answer is closed");
    }
    return ByteBuffer.wrap(bytes, 0, length);
  }

  /** AWS's name for the call, for its support; null when there is none. */
  public String requestId() {
    return requestId;
  }

  @Override
  public void close() {
    if (bytes != null) {
      pool.give(bytes);
      bytes = null;
    }
  }
}
