package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.batch.Shard;
import dev.sdxlgen.batch.manifest.Manifest;
import dev.sdxlgen.batch.manifest.ManifestLine.Run;
import dev.sdxlgen.store.S3Location;
import dev.sdxlgen.store.StubS3;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifest's way to S3 while a run goes on. */
class BatchUploadTest {

  private static final Duration OFTEN = Duration.ofMillis(1);

  @TempDir Path state;

  private final FakeTerminal terminal = new FakeTerminal(false, Map.of());
  private final Reporter reporter = new Reporter(terminal.console(), 0, false);

  private BatchUpload begin(StubS3 s3) {
    return BatchUpload.begin(
        StubS3.settings(s3.endpoint()),
        S3Location.parse("s3://pictures/a/"),
        state,
        null,
        new Shard(0, 1),
        reporter);
  }

  /** Waits for a request of each, then goes on as usual. */
  private static StubS3.Answer told(CountDownLatch latch) {
    return (exchange, request, s3) -> {
      latch.countDown();
      return false;
    };
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theManifestFollowsTheRun() throws Exception {
    var first = new CountDownLatch(1);
    var second = new CountDownLatch(1);
    try (StubS3 s3 = StubS3.start();
        BatchUpload upload = begin(s3);
        Manifest manifest = Manifest.open(state, "manifest.jsonl")) {
      s3.then(told(first), told(second));
      manifest.append(new Run(2, Instant.EPOCH));
      upload.follow(manifest, OFTEN);
      await(first);
      manifest.append(new Run(3, Instant.EPOCH));
      await(second);
    }
    assertThat(terminal.text()).isEmpty();
  }

  @Test
  void thatItCantIsToldOnce() throws Exception {
    var fourth = new CountDownLatch(1);
    StubS3.Answer no = StubS3.error(403, "AccessDenied", "Access Denied");
    try (StubS3 s3 = StubS3.start();
        BatchUpload upload = begin(s3);
        Manifest manifest = Manifest.open(state, "manifest.jsonl")) {
      s3.then(no, no, no, told(fourth));
      manifest.append(new Run(2, Instant.EPOCH));
      upload.follow(manifest, OFTEN);
      await(fourth);
    }
    assertThat(terminal.text())
        .isEqualTo(
            "sdxl-gen: the manifest can't be uploaded: S3 doesn't allow to write"
                + " s3://pictures/a/manifest.jsonl: Access Denied\n");
  }
}
