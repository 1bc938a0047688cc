package dev.sdxlgen.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.bedrock.ConnectionSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/** What is asked of S3, and what its answers mean. */
class S3StoreTest {

  private static final byte[] BYTES = "not really a picture".getBytes(UTF_8);

  /** {@code printf 'not really a picture' | sha256sum} */
  private static final String SHA256 =
      "fe1a4ab1fb6347036bead73597d5d2958b26ac0b96f68ca2f6dcee53a50f297e";

  private static final S3Location OUT = S3Location.parse("s3://pictures/a/out.png");

  @TempDir Path folder;
  private final StubS3 s3 = StubS3.start();
  private final Map<String, String> environment = new HashMap<>();
  private S3Store store;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    environment.put("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    environment.put("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIsecret");
    environment.put("AWS_ENDPOINT_URL_S3", s3.endpoint().toString());
    environment.put("HOME", "/nonexistent");
    store = connect();
    file = Files.write(folder.resolve("out.png"), BYTES);
  }

  private S3Store connect() {
    return S3Store.connect(
        new ConnectionSettings(
            "us-west-2",
            null,
            URI.create("http://bedrock.invalid"),
            null,
            Duration.ofSeconds(20),
            environment),
        BackoffStrategy.retryImmediately());
  }

  @AfterEach
  void stop() {
    store.close();
    s3.close();
  }

  // Writing

  @Test
  void anUploadSaysWhatItIs() {
    Upload upload =
        store.put(
            file,
            OUT,
            "image/png",
            Map.of(StoredFile.ID, "café 1", StoredFile.REQUEST_HASH, "0123abcd"),
            false);

    assertThat(upload).isEqualTo(new Upload(true, BYTES.length, SHA256));
    assertThat(s3.lines()).containsExactly("PUT /pictures/a/out.png");
    assertThat(s3.requests().get(0).headers())
        .containsEntry("if-none-match", "*")
        .containsEntry("content-type", "image/png")
        .containsKey("x-amz-checksum-sha256")
        .doesNotContainKey("expect");
    assertThat(s3.object("a/out.png").bytes()).isEqualTo(BYTES);
    assertThat(s3.object("a/out.png").headers())
        .isEqualTo(
            Map.of(
                "content-type", "image/png",
                "x-amz-meta-id", "caf%C3%A9%201",
                "x-amz-meta-request-hash", "0123abcd",
                "x-amz-meta-sha256", SHA256));
    assertThat(store.find(OUT).metadata())
        .isEqualTo(Map.of("id", "café 1", "request-hash", "0123abcd", "sha256", SHA256));
  }

  @Test
  void whatIsThereIsNotReplaced() {
    s3.holding("a/out.png", "another".getBytes(UTF_8));

    assertThat(put(false).created()).isFalse();
    assertThat(s3.object("a/out.png").bytes()).isEqualTo("another".getBytes(UTF_8));
  }

  @Test
  void unlessItIsToBe() {
    s3.holding("a/out.png", "another".getBytes(UTF_8));

    assertThat(put(true).created()).isTrue();
    assertThat(s3.requests().get(0).headers()).doesNotContainKey("if-none-match");
    assertThat(s3.object("a/out.png").bytes()).isEqualTo(BYTES);
  }

  @Test
  void aConflictIsTriedAgain() {
    s3.then(
        StubS3.error(409, "ConditionalRequestConflict", "A conflicting operation occurred."),
        StubS3.error(409, "ConditionalRequestConflict", "A conflicting operation occurred."));

    assertThat(put(false).created()).isTrue();
    assertThat(s3.lines())
        .containsExactly(
            "PUT /pictures/a/out.png", "PUT /pictures/a/out.png", "PUT /pictures/a/out.png");
    assertThat(s3.object("a/out.png").bytes()).isEqualTo(BYTES);
  }

  @Test
  void aConflictThatAnotherWonIsTheOthers() {
    s3.then(
        StubS3.error(409, "ConditionalRequestConflict", "A conflicting operation occurred."),
        StubS3.overtaken("another".getBytes(UTF_8)));

    assertThat(put(false).created()).isFalse();
  }

  /** The first attempt arrived, its answer didn't; the second is told that the name is taken. */
  @Test
  void anUploadThatWentUnansweredIsNotTakenForAnothers() {
    s3.then(StubS3.doneButUnanswered());

    assertThat(put(false).created()).isTrue();
    assertThat(s3.lines())
        .containsExactly(
            "PUT /pictures/a/out.png", "PUT /pictures/a/out.png", "HEAD /pictures/a/out.png");
  }

  @ParameterizedTest
  @CsvSource({"500, InternalError", "503, SlowDown"})
  void whatFailsInPassingIsTriedAgain(int status, String code) {
    s3.then(StubS3.error(status, code, "We encountered an internal error."), StubS3.brokenOff());

    assertThat(put(false).created()).isTrue();
  }

  @Test
  void afterSixAttemptsItIsGivenUp() {
    for (int i = 0; i < 6; i++) {
      s3.then(StubS3.error(503, "SlowDown", "Please reduce your request rate."));
    }

    assertFailed(
        OutputFailed.class,
        () -> put(false),
        "S3 at 127.0.0.1:"
            + s3.endpoint().getPort()
            + " answered 503 for s3://pictures/a/out.png:"
            + " Please reduce your request rate.",
        "Try again in a minute");
    assertThat(s3.requests()).hasSize(6);
  }

  @Test
  void aFileThatGrowsGoesAsLongAsItWas() throws IOException {
    // The first attempt sees to it that the file is longer by the second.
    s3.then(
        (exchange, request, stub) -> {
          Files.write(file, BYTES, StandardOpenOption.APPEND);
          exchange.close();
          return true;
        });

    Upload upload = put(true);
    assertThat(upload).isEqualTo(new Upload(true, BYTES.length, SHA256));
    assertThat(s3.object("a/out.png").bytes()).isEqualTo(BYTES);
  }

  @Test
  void aFileThatIsGoneIsNamed() throws IOException {
    Files.delete(file);

    assertFailed(OutputFailed.class, () -> put(true), file + " can't be read: " + file, "");
    assertThat(s3.requests()).isEmpty();
  }

  @Test
  void whatMayNotBeWrittenSaysWhatIsNeeded() {
    s3.then(StubS3.error(403, "AccessDenied", "Access Denied"));

    assertFailed(
        Credentials.class,
        () -> put(false),
        "S3 doesn't allow to write s3://pictures/a/out.png: Access Denied",
        "The credentials need s3:PutObject on it");
    assertThat(s3.requests()).hasSize(1);
  }

  @Test
  void aBucketThatIsntThereIsNamed() {
    assertFailed(
        OutputFailed.class,
        () -> store.put(file, S3Location.parse("s3://picturs/x"), "image/png", Map.of(), false),
        "there is no bucket picturs",
        "Look at its spelling; aws s3 ls shows those of the account");
  }

  @Test
  void aBucketOfAnotherRegionIsFollowed() {
    s3.then(StubS3.inRegion("eu-central-1"));

    assertThat(put(false).created()).isTrue();
    assertThat(s3.object("a/out.png").bytes()).isEqualTo(BYTES);
    assertThat(s3.requests().get(0).headers().get("authorization")).contains("/us-west-2/s3/");
    assertThat(s3.requests().get(s3.requests().size() - 1).headers().get("authorization"))
        .contains("/eu-central-1/s3/");
  }

  // Trying whether it can be written

  @Test
  void tryingLeavesNothing() {
    store.tryWritable(OUT);
    store.tryWritable(S3Location.parse("s3://pictures/b/"));

    assertThat(s3.lines())
        .containsExactly(
            "POST /pictures/a/out.png?uploads",
            "DELETE /pictures/a/out.png?uploadId=u1",
            "POST /pictures/b/.sdxl-gen-writable?uploads",
            "DELETE /pictures/b/.sdxl-gen-writable?uploadId=u1");
    assertThat(s3.keys()).isEmpty();
    assertThat(s3.openUploads()).isZero();
  }

  @Test
  void tryingTellsWhatIsNotAllowed() {
    s3.then(StubS3.error(403, "AccessDenied", "Access Denied"));

    assertFailed(
        Credentials.class,
        () -> store.tryWritable(S3Location.parse("s3://pictures/b/")),
        "S3 doesn't allow to write s3://pictures/b/: Access Denied",
        "The credentials need s3:PutObject on it");
  }

  @Test
  void tryingNeedsNoPermissionToGiveUp() {
    s3.then(StubS3.usual(), StubS3.error(403, "AccessDenied", "Access Denied"));

    store.tryWritable(OUT);
  }

  @Test
  void aServerWithoutSuchUploadsIsTakenAtItsWord() {
    s3.then(StubS3.error(501, "NotImplemented", "not here"));

    store.tryWritable(OUT);
  }

  // Credentials

  @ParameterizedTest
  @CsvSource({
    "InvalidAccessKeyId, AWS doesn't know these credentials: no such key",
    "ExpiredToken, the AWS credentials have expired",
    "SignatureDoesNotMatch, AWS finds the signature wrong"
  })
  void whatIsWrongWithTheKeysIsSaidAsElsewhere(String code, String message) {
    s3.then(StubS3.error(403, code, "no such key"));

    assertThatThrownBy(() -> put(false)).isInstanceOf(Credentials.class).hasMessage(message);
  }

  @Test
  void aBedrockKeyAloneOpensNoS3() {
    environment.remove("AWS_ACCESS_KEY_ID");
    environment.put("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-1234567890");

    Credentials failure = catchThrowableOfType(Credentials.class, this::connect);
    assertThat(failure).hasMessage("there are no AWS credentials");
    assertThat(failure.advice())
        .endsWith("\nThe key in AWS_BEARER_TOKEN_BEDROCK opens Bedrock, not S3");
  }

  @Test
  void anEndpointForAllServicesIsTakenToo() {
    environment.remove("AWS_ENDPOINT_URL_S3");
    environment.put("AWS_ENDPOINT_URL", s3.endpoint().toString());

    try (S3Store other = connect()) {
      assertThat(other.find(OUT)).isNull();
    }
    assertThat(s3.lines()).containsExactly("HEAD /pictures/a/out.png");
  }

  @Test
  void anEndpointOfTheProfileIsTakenToo() throws IOException {
    environment.remove("AWS_ENDPOINT_URL_S3");
    Path config =
        Files.writeString(
            folder.resolve("config"),
            """
            [default]
            services = here
            [services here]
            s3 =
              endpoint_url = %s
            """
                .formatted(s3.endpoint()));
    environment.put("AWS_CONFIG_FILE", config.toString());

    try (S3Store other = connect()) {
      assertThat(other.find(OUT)).isNull();
    }
    assertThat(s3.lines()).containsExactly("HEAD /pictures/a/out.png");
  }

  @Test
  void anEmptyEndpointIsNone() {
    environment.put("AWS_ENDPOINT_URL_S3", "");

    connect().close();
  }

  @Test
  void aServerThatIsntThereIsNamed() {
    s3.close();

    OutputFailed failure = catchThrowableOfType(OutputFailed.class, () -> put(false));
    assertThat(failure)
        .hasMessageStartingWith(
            "S3 at 127.0.0.1:" + s3.endpoint().getPort() + " can't be reached: Connection refused");
    assertThat(failure.advice()).isEqualTo("Is it running, and is AWS_ENDPOINT_URL_S3 right?");
  }

  @Test
  void aServerThatIsNoS3IsNamed() {
    s3.then(StubS3.error(404, "", ""));

    assertFailed(
        OutputFailed.class,
        () -> put(false),
        "S3 at 127.0.0.1:" + s3.endpoint().getPort() + " answered 404 for s3://pictures/a/out.png",
        "Is it an S3 endpoint? Look at AWS_ENDPOINT_URL_S3");
  }

  // Looking

  @Test
  void whatIsntThereIsNotFound() {
    assertThat(store.find(OUT)).isNull();
  }

  @Test
  void whatMayNotBeLookedAtIsNotTakenForMissing() {
    s3.then(
        StubS3.error(403, "AccessDenied", ""), StubS3.error(403, "AccessDenied", "Access Denied"));

    assertFailed(
        Credentials.class,
        () -> store.find(OUT),
        "S3 doesn't allow to see whether s3://pictures/a/out.png exists: Access Denied",
        "The credentials need s3:GetObject on it");
  }

  // Listing

  @Test
  void aFolderIsListedPageByPage() {
    s3.pagesOf(2)
        .holding("a/1 +&é.png", BYTES)
        .holding("a/2.png", BYTES)
        .holding("a/b/3.png", BYTES)
        .holding("a/", new byte[0])
        .holding("ab/4.png", BYTES);

    List<String> found = new ArrayList<>();
    store.list(S3Location.parse("s3://pictures/a/"), (key, bytes) -> found.add(key + " " + bytes));
    assertThat(found).containsExactly("a/ 0", "a/1 +&é.png 20", "a/2.png 20", "a/b/3.png 20");
    assertThat(s3.requests()).hasSize(2);

    StoredKeys keys = store.keys(S3Location.parse("s3://pictures/a/"), (key, bytes) -> {});
    assertThat(keys.size()).isEqualTo(3);
    assertThat(keys.contains("a/1 +&é.png")).isTrue();
    assertThat(keys.contains("a/")).isFalse();
    assertThat(keys.contains("ab/4.png")).isFalse();
  }

  @Test
  void whatMayNotBeListedSaysWhatIsNeeded() {
    s3.then(StubS3.error(403, "AccessDenied", "Access Denied"));

    assertFailed(
        Credentials.class,
        () -> store.keys(S3Location.parse("s3://pictures/a/"), (key, bytes) -> {}),
        "S3 doesn't allow to list s3://pictures/a/: Access Denied",
        "The credentials need s3:ListBucket on arn:aws:s3:::pictures");
  }

  // Reading

  @Test
  void aFileIsReadAsItComes() throws IOException {
    s3.holding("a/out.png", BYTES);

    try (InputStream in = store.open(OUT)) {
      assertThat(in.read()).isEqualTo(BYTES[0]);
      assertThat(in.readAllBytes()).hasSize(BYTES.length - 1);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  /** A cut connection looks like the end of the file to HttpURLConnection. */
  @Test
  void aConnectionThatBreaksIsTakenUpAgainWhereItBroke() throws IOException {
    s3.holding("a/out.png", BYTES).then(StubS3.cutAfter(5), StubS3.cutAfter(7));

    try (InputStream in = store.open(OUT)) {
      assertThat(in.readAllBytes()).isEqualTo(BYTES);
    }
    assertThat(s3.requests())
        .extracting(request -> request.headers().get("range"))
        .containsExactly(null, "bytes=5-", "bytes=12-");
    assertThat(s3.requests().get(1).headers()).containsKey("if-match");
  }

  @Test
  void aConnectionThatBreaksOverAndOverIsAnError() {
    s3.holding("a/out.png", BYTES)
        .then(
            StubS3.cutAfter(5),
            StubS3.cutAfter(0),
            StubS3.cutAfter(0),
            StubS3.cutAfter(0),
            StubS3.cutAfter(0),
            StubS3.cutAfter(0));

    assertThatThrownBy(() -> store.open(OUT).readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("s3://pictures/a/out.png: ");
  }

  @Test
  void aFileThatChangesMeanwhileIsAnError() {
    s3.holding("a/out.png", BYTES)
        .then(StubS3.cutAfter(5), StubS3.error(412, "PreconditionFailed", "no"));

    assertThatThrownBy(() -> store.open(OUT).readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessage("s3://pictures/a/out.png was changed while it was being read");
  }

  @Test
  void anInputThatIsntThereIsTheCommandLinesFault() {
    assertFailed(
        InvalidRequest.class,
        () -> store.open(OUT),
        "s3://pictures/a/out.png isn't there",
        "aws s3 ls s3://pictures/ shows what is");
    assertFailed(
        InvalidRequest.class,
        () -> store.open(S3Location.parse("s3://picturs/x.jsonl")),
        "there is no bucket picturs",
        "Look at its spelling; aws s3 ls shows those of the account");
    assertFailed(
        InvalidRequest.class,
        () -> store.open(S3Location.parse("s3://pictures/a/")),
        "s3://pictures/a/ is a folder",
        "Name a file: s3://pictures/a/file.jsonl");
  }

  @Test
  void anInputThatMayNotBeReadIsAMatterOfPermissions() {
    s3.then(StubS3.error(403, "AccessDenied", "Access Denied"));

    assertFailed(
        Credentials.class,
        () -> store.open(OUT),
        "S3 doesn't allow to read s3://pictures/a/out.png: Access Denied",
        "The credentials need s3:GetObject on it; without s3:ListBucket, what isn't there is"
            + " refused too");
  }

  private Upload put(boolean overwrite) {
    return store.put(file, OUT, "image/png", Map.of(), overwrite);
  }

  private static <T extends SdxlGenException> void assertFailed(
      Class<T> type, Executable executable, String message, String advice) {
    T failure = catchThrowableOfType(type, executable::execute);
    assertThat(failure).as("a failure").isNotNull();
    assertThat(failure).hasMessage(message);
    assertThat(failure.advice()).isEqualTo(advice);
  }
}
