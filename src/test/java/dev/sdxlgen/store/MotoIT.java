package dev.sdxlgen.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that others wrote: moto's S3. */
class MotoIT {

  private static Moto moto;
  private static S3Store store;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    moto = Moto.start();
    moto.makeBucket("moto-pictures");
    store = S3Store.connect(StubS3.settings(moto.endpoint()));
  }

  @AfterAll
  static void stop() {
    if (store != null) {
      store.close();
    }
    if (moto != null) {
      moto.close();
    }
  }

  @Test
  void whatIsPutThereIsFoundListedAndReadAgain() throws IOException {
    S3Location to = S3Location.parse("s3://moto-pictures/a/café +&#? 1.png");
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("out.png"), bytes);

    store.tryWritable(to);
    assertThat(store.find(to)).isNull();
    Upload upload = store.put(file, to, "image/png", Map.of(StoredFile.ID, "café 1"), false);

    assertThat(upload.created()).isTrue();
    assertThat(store.find(to))
        .isEqualTo(new StoredFile(bytes.length, Map.of("id", "café 1", "sha256", upload.sha256())));
    Map<String, Long> listed = new HashMap<>();
    store.list(S3Location.parse("s3://moto-pictures/a/"), listed::put);
    assertThat(listed).isEqualTo(Map.of("a/café +&#? 1.png", 3_000_000L));
    try (InputStream in = store.open(to)) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void whatIsThereIsReplacedOnlyWhenAsked() throws IOException {
    S3Location to = S3Location.parse("s3://moto-pictures/b.png");
    Path one = Files.write(folder.resolve("one"), "one".getBytes(UTF_8));
    Path two = Files.write(folder.resolve("two"), "two".getBytes(UTF_8));

    assertThat(store.put(one, to, "image/png", Map.of(), false).created()).isTrue();
    assertThat(store.put(two, to, "image/png", Map.of(), false).created()).isFalse();
    assertThat(store.open(to).readAllBytes()).isEqualTo("one".getBytes(UTF_8));
    assertThat(store.put(two, to, "image/png", Map.of(), true).created()).isTrue();
    assertThat(store.open(to).readAllBytes()).isEqualTo("two".getBytes(UTF_8));
  }

  @Test
  void pagesAreFollowed() throws IOException {
    Path file = Files.write(folder.resolve("one"), "one".getBytes(UTF_8));
    IntStream.range(0, 1_005)
        .parallel()
        .forEach(
            i ->
                store.put(
                    file,
                    S3Location.parse("s3://moto-pictures/many/" + i),
                    "text/plain",
                    Map.of(),
                    true));

    StoredKeys keys = store.keys(S3Location.parse("s3://moto-pictures/many/"), (key, bytes) -> {});
    assertThat(keys.size()).isEqualTo(1_005);
    assertThat(keys.contains("many/1004")).isTrue();
  }

  @Test
  void whatIsntThereIsNamed() {
    S3Location gone = S3Location.parse("s3://moto-pictures/gone.jsonl");
    assertThatThrownBy(() -> store.open(gone))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("s3://moto-pictures/gone.jsonl isn't there");
    assertThatThrownBy(() -> store.tryWritable(S3Location.parse("s3://no-such-bucket/")))
        .isInstanceOf(OutputFailed.class)
        .hasMessage("there is no bucket no-such-bucket");
  }
}
