package dev.sdxlgen.store;

import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** A file of S3 as it is read; where the connection breaks, it goes on from there. */
final class S3Input extends InputStream {

  private static final int MOST_BREAKS = 5;

  /** Precondition Failed: the ETag is another one. */
  private static final int CHANGED = 412;

  private final S3Client client;
  private final S3Location from;
  private final S3Errors errors;
  private final long length;
  private final String etag;
  private ResponseInputStream<GetObjectResponse> in;
  private long position;
  private int breaks;

  /**
   * @throws SdkException when it can't be had
   */
  S3Input(S3Client client, S3Location from, S3Errors errors) {
    this.client = client;
    this.from = from;
    this.errors = errors;
    this.in = client.getObject(get -> get.bucket(from.bucket()).key(from.key()));
    this.length = in.response().contentLength();
    this.etag = in.response().eTag();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (true) {
      Exception broken;
      try {
        int read = in.read(bytes, offset, count);
        if (read >= 0) {
          position += read;
          breaks = 0;
          return read;
        }
        // HttpURLConnection takes a connection that was cut off for one that ended.
        if (position >= length) {
          return -1;
        }
        broken = new IOException("the connection broke off");
      } catch (IOException | SdkException e) {
        broken = e;
      }
      goOn(broken);
    }
  }

  private void goOn(Exception broken) throws IOException {
    if (position >= length || ++breaks > MOST_BREAKS) {
      throw new IOException(from + ": " + broken.getMessage(), broken);
    }
    in.abort();
    try {
      in =
          client.getObject(
              get ->
                  get.bucket(from.bucket())
                      .key(from.key())
                      .ifMatch(etag)
                      .range("bytes=" + position + "-"));
    } catch (SdkException e) {
      boolean changed = e instanceof AwsServiceException s && s.statusCode() == CHANGED;
      throw new IOException(
          changed
              ? from + " was changed while it was being read"
              : errors.reading(e, from).getMessage(),
          e);
    }
  }

  @Override
  public void close() {
    in.abort();
  }
}
