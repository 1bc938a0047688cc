package dev.sdxlgen.store;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.Sha256;
import dev.sdxlgen.bedrock.AwsAccess;
import dev.sdxlgen.bedrock.ConnectionSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * S3, or a server that speaks as it does (AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL): what is read from
 * it and written to it, called by many threads at once. A bucket may be in another region than the
 * one that is set. Calls that fail in passing are repeated.
 */
public final class S3Store implements AutoCloseable {

  private static final String ENDPOINT = "AWS_ENDPOINT_URL_S3";
  private static final int MOST_ATTEMPTS = 6;
  private static final int NOT_FOUND = 404;
  private static final int FORBIDDEN = 403;
  private static final int NOT_ALLOWED = 405;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int NOT_IMPLEMENTED = 501;

  private final S3Client client;
  private final S3Errors errors;

  private S3Store(S3Client client, S3Errors errors) {
    this.client = client;
    this.errors = errors;
  }

  /** Takes what is found, one after the other. */
  @FunctionalInterface
  public interface Listed {
    /**
     * @param key the whole of it
     */
    void file(String key, long bytes);
  }

  /**
   * A client for whom the settings name, without a call. The settings' endpoint is Bedrock's and is
   * not used.
   *
   * @throws InvalidRequest when there is no region
   * @throws Credentials when nobody can be signed as
   */
  public static S3Store connect(ConnectionSettings settings) {
    return connect(settings, null);
  }

  /**
   * @param backoff how long to wait between two attempts; null for the SDK's own
   */
  static S3Store connect(ConnectionSettings settings, BackoffStrategy backoff) {
    AwsAccess access = new AwsAccess(settings);
    StandardRetryStrategy.Builder retries =
        AwsRetryStrategy.standardRetryStrategy().toBuilder()
            .maxAttempts(MOST_ATTEMPTS)
            // Another upload of the same name is being decided on: it is to be tried again.
            .retryOnException(S3Store::isConflict);
    if (backoff != null) {
      retries.backoffStrategy(backoff).throttlingBackoffStrategy(backoff);
    }
    S3ClientBuilder client;
    try {
      client = access.configure(S3Client.builder(), retries.build());
    } catch (Credentials e) {
      String bearer = "AWS_BEARER_TOKEN_BEDROCK";
      throw ConnectionSettings.env(settings.environment(), bearer) == null
          ? e.withAdvice("An s3:// needs them, with --mock too")
          : e.withAdvice("The key in " + bearer + " opens Bedrock, not S3");
    }
    client
        .crossRegionAccessEnabled(true)
        // For a few MB, a round trip more isn't worth asking whether they may come.
        .serviceConfiguration(S3Configuration.builder().expectContinueEnabled(false).build());
    URI endpoint = access.endpoint(ENDPOINT);
    if (endpoint != null) {
      client.endpointOverride(endpoint).forcePathStyle(true);
    } else if (access.hasEmptyEndpoint(ENDPOINT)) {
      client.endpointOverride(
          URI.create(
              "https://" + S3Client.serviceMetadata().endpointFor(Region.of(access.region()))));
    } else if (access.hasProfileEndpoint()) {
      client.forcePathStyle(true);
    }
    return new S3Store(client.build(), new S3Errors(access, endpoint));
  }

  /**
   * What is in a file, as it comes. A connection that breaks is taken up again where it broke.
   *
   * @throws InvalidRequest when there is no such file or bucket, or S3 can't be reached
   * @throws Credentials when it may not be read
   */
  public InputStream open(S3Location from) {
    if (from.isFolder()) {
      throw new InvalidRequest(from + " is a folder", "Name a file: " + from.child("file.jsonl"));
    }
    try {
      return new S3Input(client, from, errors);
    } catch (SdkException e) {
      throw errors.reading(e, from);
    }
  }

  /**
   * The file that is there; null when there is none.
   *
   * @throws Credentials when it may not be looked at: then it may be there or not
   * @throws OutputFailed when S3 can't be asked
   */
  public StoredFile find(S3Location file) {
    try {
      HeadObjectResponse head =
          client.headObject(request -> request.bucket(file.bucket()).key(file.key()));
      return new StoredFile(head.contentLength(), Metadata.decoded(head.metadata()));
    } catch (SdkException e) {
      if (status(e) == NOT_FOUND) {
        return null;
      }
      throw errors.looking(reason(e, file), file);
    }
  }

  /** The answer to HEAD never says what is wrong; the one to GET does. */
  private SdkException reason(SdkException e, S3Location file) {
    if (status(e) == 0) {
      return e;
    }
    try {
      client
          .getObject(request -> request.bucket(file.bucket()).key(file.key()).range("bytes=0-0"))
          .abort();
      return e;
    } catch (SdkException told) {
      return told;
    }
  }

  /**
   * Tries whether files can be put there, before anything is paid for: an upload of several parts
   * is begun and given up. It needs s3:PutObject alone, and nothing is ever seen of it.
   *
   * @param to a file, or a folder for any in it
   * @throws Credentials when it may not be written
   * @throws OutputFailed when there is no such bucket, or S3 can't be reached
   */
  public void tryWritable(S3Location to) {
    String key = to.isFolder() ? to.key() + ".sdxl-gen-writable" : to.key();
    String upload;
    try {
      upload =
          client.createMultipartUpload(request -> request.bucket(to.bucket()).key(key)).uploadId();
    } catch (SdkException e) {
      if (status(e) == NOT_ALLOWED || status(e) == NOT_IMPLEMENTED) {
        // Not every server that speaks S3 has such uploads: the first image will tell.
        return;
      }
      throw errors.writing(e, to);
    }
    try {
      client.abortMultipartUpload(request -> request.bucket(to.bucket()).key(key).uploadId(upload));
    } catch (SdkException e) {
      // Without a part it costs nothing, and nobody sees it.
    }
  }

  /**
   * Puts a file there, whole or not at all, as long as it is now: what is appended meanwhile is
   * left for the next time. S3 checks its SHA-256.
   *
   * @param metadata beside {@link StoredFile#SHA256}, which is added; percent-encoded where it
   *     isn't visible ASCII
   * @param overwrite whether to replace what is there
   * @return how it ended; another's file of that name is no error
   * @throws Credentials when it may not be written
   * @throws OutputFailed when there is no such bucket, S3 can't be reached or the file can't be
   *     read
   */
  public Upload put(
      Path file,
      S3Location to,
      String contentType,
      Map<String, String> metadata,
      boolean overwrite) {
    try {
      long bytes = Files.size(file);
      byte[] sha256 = sha256(file, bytes);
      String digits = HexFormat.of().formatHex(sha256);
      Map<String, String> all = new HashMap<>(metadata);
      all.put(StoredFile.SHA256, digits);
      PutObjectRequest.Builder request =
          PutObjectRequest.builder()
              .bucket(to.bucket())
              .key(to.key())
              .contentType(contentType)
              .checksumSHA256(Base64.getEncoder().encodeToString(sha256))
              .metadata(Metadata.encoded(all));
      if (!overwrite) {
        request.ifNoneMatch("*");
      }
      RequestBody body =
          RequestBody.fromContentProvider(() -> start(file, bytes), bytes, contentType);
      return new Upload(put(request.build(), body, to, digits), bytes, digits);
    } catch (IOException | UncheckedIOException e) {
      throw new OutputFailed(file + " can't be read: " + e.getMessage(), "", e);
    }
  }

  /** Whether it is there now; else another's is. */
  private boolean put(PutObjectRequest request, RequestBody body, S3Location to, String sha256) {
    try {
      client.putObject(request, body);
      return true;
    } catch (SdkException e) {
      if (status(e) != PRECONDITION_FAILED) {
        throw errors.writing(e, to);
      }
    }
    // The other may be an attempt of ours, whose answer didn't come.
    try {
      StoredFile there = find(to);
      return there != null && sha256.equals(there.metadata().get(StoredFile.SHA256));
    } catch (SdxlGenException e) {
      return false;
    }
  }

  /**
   * Lists the files of a folder and of those below it, a thousand at a time.
   *
   * @throws Credentials when it may not be listed
   * @throws OutputFailed when there is no such bucket, or S3 can't be reached
   */
  public void list(S3Location folder, Listed listed) {
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(folder.bucket())
            .prefix(folder.key())
            .encodingType(EncodingType.URL)
            .build();
    try {
      for (S3Object object : client.listObjectsV2Paginator(request).contents()) {
        listed.file(object.key(), object.size());
      }
    } catch (SdkException e) {
      throw errors.listing(e, folder);
    }
  }

  /**
   * The files of a folder and of those below it. An empty one doesn't count: that is no image, but
   * often what stands for a folder.
   *
   * @param also takes each of them too
   * @throws SdxlGenException as {@link #list} does
   */
  public StoredKeys keys(S3Location folder, Listed also) {
    StoredKeys keys = new StoredKeys();
    list(
        folder,
        (key, bytes) -> {
          if (bytes > 0) {
            keys.add(key);
            also.file(key, bytes);
          }
        });
    keys.finish();
    return keys;
  }

  private static boolean isConflict(Throwable e) {
    return e instanceof AwsServiceException service && service.statusCode() == CONFLICT;
  }

  private static int status(SdkException e) {
    return e instanceof AwsServiceException service ? service.statusCode() : 0;
  }

  private static byte[] sha256(Path file, long bytes) throws IOException {
    try (InputStream in = start(file, bytes)) {
      return Sha256.of(in);
    }
  }

  /** The first bytes of a file. */
  private static InputStream start(Path file, long bytes) {
    try {
      return new FirstBytes(Files.newInputStream(file), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
