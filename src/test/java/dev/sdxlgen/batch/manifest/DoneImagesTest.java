package dev.sdxlgen.batch.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.Sha256;
import dev.sdxlgen.batch.manifest.DoneImages.State;
import dev.sdxlgen.batch.manifest.ManifestLine.Failed;
import dev.sdxlgen.batch.manifest.ManifestLine.Finished;
import dev.sdxlgen.batch.manifest.ManifestLine.Run;
import dev.sdxlgen.batch.manifest.ManifestLine.Started;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoneImagesTest {

  private static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");

  @TempDir private Path folder;

  @Test
  void knowsWhatIsDoneAndWhatIsNot() throws IOException {
    image("there", "hash", "there.png");
    image("gone", "hash", "gone.png");
    image("altered", "hash", "altered.png");
    image("longer", "hash", "longer.png");
    append(
        new Started("begun", "hash", AT),
        new Started("failed", "hash", AT),
        new Failed("failed", "hash", "filtered", "", 1, 0, AT, AT));
    Files.delete(folder.resolve("gone.png"));
    Files.writeString(folder.resolve("altered.png"), "gone".repeat(10).substring(0, 7));
    Files.writeString(folder.resolve("longer.png"), "longer and more");
    DoneImages done = read();
    assertThat(done.state("there", "hash")).isEqualTo(State.DONE);
    assertThat(done.state("there", "other")).isEqualTo(State.CHANGED);
    assertThat(done.state("gone", "hash")).isEqualTo(State.GONE);
    assertThat(done.state("gone", "other")).isEqualTo(State.NEW);
    assertThat(done.state("altered", "hash")).isEqualTo(State.GONE);
    assertThat(done.state("longer", "hash")).isEqualTo(State.GONE);
    assertThat(done.state("begun", "hash")).isEqualTo(State.STARTED);
    assertThat(done.state("begun", "other")).isEqualTo(State.NEW);
    assertThat(done.state("failed", "hash")).isEqualTo(State.NEW);
    assertThat(done.state("never", "hash")).isEqualTo(State.NEW);
    assertThat(done.done()).isEqualTo(1);
  }

  @Test
  void theLatestFileOfAnImageCounts() throws IOException {
    image("a", "hash", "a.png");
    Files.delete(folder.resolve("a.png"));
    image("a", "hash", "a-2.png");
    append(new Started("a", "hash", AT));
    image("b", "old", "b.png");
    image("b", "new", "b-2.png");
    DoneImages done = read();
    assertThat(done.state("a", "hash")).isEqualTo(State.DONE);
    assertThat(done.state("b", "new")).isEqualTo(State.DONE);
    assertThat(done.state("b", "old")).isEqualTo(State.CHANGED);
    assertThat(done.done()).isEqualTo(2);
  }

  @Test
  void looksAtNoFileThatIsNoneOfItsBusiness() throws IOException {
    image("mine", "hash", "mine.png");
    image("yours", "hash", "yours.png");
    DoneImages done = DoneImages.read(folder, id -> id.equals("mine"), 1);
    assertThat(done.state("mine", "hash")).isEqualTo(State.DONE);
    assertThat(done.state("yours", "hash")).isEqualTo(State.NEW);
  }

  @Test
  void readsTheManifestsOfAllShards() throws IOException {
    for (int i = 0; i < 100; i++) {
      image("image " + i, "hash", i + ".png", "manifest.0000" + i % 4 + "-of-00004.jsonl");
    }
    DoneImages done = read();
    for (int i = 0; i < 100; i++) {
      assertThat(done.state("image " + i, "hash")).isEqualTo(State.DONE);
    }
    assertThat(done.done()).isEqualTo(100);
  }

  @Test
  void nothingIsDoneInAFolderThatIsntThere() {
    DoneImages done = DoneImages.read(folder.resolve("none"), id -> true, 1);
    assertThat(done.done()).isZero();
    assertThat(DoneImages.none().state("a", "hash")).isEqualTo(State.NEW);
  }

  @Test
  void tellsWhereABatchStands() throws IOException {
    assertThat(RunStatus.read(folder).started()).isNull();
    String other = "manifest.00001-of-00004.jsonl";
    append(new Run(99, AT.minusSeconds(60)));
    append("manifest.00000-of-00004.jsonl", new Run(3, AT), new Started("begun", "", AT));
    append(
        other,
        new Run(9, AT),
        new Failed("x", "", "filtered", "no", 2, 1, AT, AT.plusSeconds(5)),
        new Failed("y", "", "throttled", "no", 1, 0, AT, AT.plusSeconds(3)),
        new Failed("z", "", "filtered", "no", 1, 0, AT, AT.plusSeconds(3)),
        new Run(7, AT));
    image("y", "", "y.png", other);
    image("y", "", "y.png", other);
    Files.writeString(folder.resolve(other), Files.readString(folder.resolve(other)) + "{torn");
    try (Manifest manifest = Manifest.open(folder, "manifest.00000-of-00004.jsonl")) {
      manifest.append(new Run(4, AT));
      assertThat(RunStatus.read(folder))
          .isEqualTo(
              new RunStatus(
                  11,
                  1,
                  2,
                  1,
                  Map.of("filtered", 2L),
                  6,
                  1,
                  1,
                  1,
                  4,
                  3,
                  List.of("manifest.00000-of-00004.jsonl"),
                  AT.minusSeconds(60),
                  AT.plusSeconds(5)));
    }
  }

  private DoneImages read() {
    return DoneImages.read(folder, id -> true, 2);
  }

  private void image(String id, String request, String file) throws IOException {
    image(id, request, file, "manifest.jsonl");
  }

  /** An image whose file holds its id. */
  private void image(String id, String request, String file, String manifest) throws IOException {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(file), bytes);
    String sha256 = HexFormat.of().formatHex(Sha256.start().digest(bytes));
    append(
        manifest,
        new Finished(id, request, file, bytes.length, sha256, 1L, "m", "SUCCESS", 1, 0, AT, AT));
  }

  private void append(ManifestLine... lines) throws IOException {
    append("manifest.jsonl", lines);
  }

  private void append(String name, ManifestLine... lines) throws IOException {
    try (Manifest manifest = Manifest.open(folder, name)) {
      for (ManifestLine line : lines) {
        manifest.append(line);
      }
    }
  }
}
