package dev.sdxlgen.batch.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.batch.manifest.ManifestLine.Failed;
import dev.sdxlgen.batch.manifest.ManifestLine.Finished;
import dev.sdxlgen.batch.manifest.ManifestLine.Run;
import dev.sdxlgen.batch.manifest.ManifestLine.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {

  private static final String NAME = "manifest.jsonl";
  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
  private static final Instant END = Instant.parse("2026-11-24T10:00:08.5Z");
  private static final Run RUN = new Run(2, START);

  @TempDir private Path folder;

  @Test
  void writesALineForEachEvent() throws IOException {
    List<ManifestLine> lines =
        List.of(
            RUN,
            new Started("größe", "ab", START),
            new Finished(
                "größe", "ab", "größe.png", 5, "cd", 4294967295L, "m", "SUCCESS", 3, 1, START, END),
            new Finished("x", "ab", "x.png", 5, "cd", null, null, null, 0, 0, START, END),
            new Failed("b", "ef", "filtered", "the \"model\"\nsaid no", 1, 0, START, END));
    try (Manifest manifest = Manifest.open(folder, NAME)) {
      lines.forEach(manifest::append);
    }
    assertThat(folder.resolve(NAME))
        .hasContent(
            """
            {"event":"run","planned":2,"at":"2026-11-24T10:00:00Z"}
            {"event":"started","id":"größe","request_hash":"ab","at":"2026-11-24T10:00:00Z"}
            {"event":"finished","id":"größe","request_hash":"ab","file":"größe.png","bytes":5,"sha256":"cd","seed":4294967295,"model":"m","finish_reason":"SUCCESS","attempts":3,"possibly_paid_twice":1,"started":"2026-11-24T10:00:00Z","ended":"2026-11-24T10:00:08.500Z"}
            {"event":"finished","id":"x","request_hash":"ab","file":"x.png","bytes":5,"sha256":"cd","attempts":0,"started":"2026-11-24T10:00:00Z","ended":"2026-11-24T10:00:08.500Z"}
            {"event":"failed","id":"b","request_hash":"ef","kind":"filtered","error":"the \\"model\\"\\nsaid no","attempts":1,"started":"2026-11-24T10:00:00Z","ended":"2026-11-24T10:00:08.500Z"}
            """);
    assertThat(read()).isEqualTo(lines);
  }

  @Test
  void aLineIsInTheFileWhenItCounts() throws IOException {
    try (Manifest manifest = Manifest.open(folder, NAME)) {
      manifest.append(RUN);
      assertThat(read()).containsExactly(RUN);
    }
  }

  @Test
  void threadsThatWriteTogetherLoseNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (Manifest manifest = Manifest.open(folder, NAME)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        String id = "image " + i;
        all.add(threads.submit(() -> manifest.append(new Started(id, "", START))));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    Set<String> ids = new HashSet<>();
    for (ManifestLine line : read()) {
      ids.add(((Started) line).id());
    }
    assertThat(ids).hasSize(500);
  }

  @Test
  void anInterruptedThreadStillWrites() throws IOException {
    try (Manifest manifest = Manifest.open(folder, NAME)) {
      Thread.currentThread().interrupt();
      manifest.append(RUN);
      assertThat(Thread.interrupted()).isTrue();
      manifest.append(RUN);
    }
    assertThat(read()).containsExactly(RUN, RUN);
  }

  /** Cut anywhere, a manifest is its whole lines. */
  @Test
  void takesOffALastLineThatWasTorn() throws IOException {
    String whole = "{\"event\":\"run\",\"planned\":2,\"at\":\"2026-11-24T10:00:00Z\"}\n";
    for (int cut = 0; cut < whole.length() - 1; cut++) {
      Files.writeString(folder.resolve(NAME), whole + whole.substring(0, cut));
      try (Manifest manifest = Manifest.open(folder, NAME)) {
        manifest.append(RUN);
      }
      assertThat(folder.resolve(NAME)).hasContent(whole + whole);
    }
  }

  @Test
  void aLastLineThatLacksOnlyItsEndStays() throws IOException {
    String line = "{\"event\":\"run\",\"planned\":2,\"at\":\"2026-11-24T10:00:00Z\"}";
    Files.writeString(folder.resolve(NAME), line);
    Manifest.open(folder, NAME).close();
    assertThat(folder.resolve(NAME)).hasContent(line + "\n");
    assertThat(Files.size(folder.resolve(NAME))).isEqualTo(line.length() + 1);
  }

  @Test
  void takesOffALongTailOfNothing() throws IOException {
    Files.write(folder.resolve(NAME), new byte[100_000]);
    Manifest.open(folder, NAME).close();
    assertThat(folder.resolve(NAME)).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"event\":\"later\",\"id\":\"a\"}",
        "{\"event\":\"finished\",\"id\":\"a\"}",
        "{\"event\":\"started\"}",
        "{\"event\":\"failed\"}",
        "{\"event\":\"run\",\"planned\":\"x\"}",
        "{\"event\":\"run\",\"at\":\"yesterday\"}",
        "\0\0\0"
      })
  void passesOverALineThatItCantRead(String line) throws IOException {
    try (Manifest manifest = Manifest.open(folder, NAME)) {
      manifest.append(RUN);
    }
    Files.writeString(folder.resolve(NAME), line + "\n", StandardOpenOption.APPEND);
    try (Manifest manifest = Manifest.open(folder, NAME)) {
      manifest.append(RUN);
    }
    try (ManifestReader reader = new ManifestReader(folder.resolve(NAME))) {
      assertThat(reader.next()).isEqualTo(RUN);
      assertThat(reader.next()).isEqualTo(RUN);
      assertThat(reader.next()).isNull();
      assertThat(reader.unreadable()).isEqualTo(line.isEmpty() ? 0 : 1);
    }
  }

  @Test
  void passesOverFieldsOfALaterVersion() throws IOException {
    Files.writeString(
        folder.resolve(NAME),
        "{\"event\":\"started\",\"more\":{\"id\":\"no\"},\"id\":\"a\",\"x\":[1],\"y\":null}\n");
    assertThat(read()).containsExactly(new Started("a", "", Instant.EPOCH));
  }

  @Test
  void holdsNoLineThatIsNoneOfOurs() throws IOException {
    Files.writeString(folder.resolve(NAME), "x".repeat(3 << 20) + "\n" + "{}\n");
    try (ManifestReader reader = new ManifestReader(folder.resolve(NAME))) {
      assertThat(reader.next()).isNull();
      assertThat(reader.unreadable()).isEqualTo(2);
    }
  }

  @Test
  void refusesASecondRun() throws IOException {
    try (Manifest manifest = Manifest.open(folder, NAME)) {
      for (int i = 0; i < 2; i++) {
        Throwable refusal = catchThrowable(() -> Manifest.open(folder, NAME));
        assertThat(refusal)
            .isInstanceOf(OutputFailed.class)
            .hasMessage("another run is writing " + folder.resolve(NAME));
        assertThat(((OutputFailed) refusal).advice())
            .isEqualTo("Wait for it, stop it, or give this run another folder or another --shard");
      }
      manifest.append(RUN);
      Manifest.open(folder, "manifest.00001-of-00002.jsonl").close();
    }
    Manifest.open(folder, NAME).close();
  }

  @Test
  void refusesASecondRunOfAnotherProcessUntilItIsKilled() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('!');
      assertThat(catchThrowable(() -> Manifest.open(folder, NAME)))
          .hasMessage("another run is writing " + folder.resolve(NAME));
      assertThat(RunLock.isHeld(folder, NAME)).isTrue();
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(RunLock.isHeld(folder, NAME)).isFalse();
    Manifest.open(folder, NAME).close();
  }

  /** Holds a manifest until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws IOException {
      try (Manifest manifest = Manifest.open(Path.of(args[0]), NAME)) {
        manifest.append(RUN);
        System.out.write('!');
        System.out.flush();
        System.in.read();
      }
    }
  }

  @Test
  void saysSoWhenItCantBeWritten() throws IOException {
    Files.createDirectory(folder.resolve(NAME));
    assertThat(catchThrowable(() -> Manifest.open(folder, NAME)))
        .isInstanceOf(OutputFailed.class)
        .hasMessageStartingWith(folder.resolve(NAME) + " can't be written: ");
    assertThat(RunLock.isHeld(folder, NAME)).isFalse();
  }

  @Test
  void writesNothingOnceItIsClosed() throws IOException {
    Manifest manifest = Manifest.open(folder, NAME);
    manifest.close();
    assertThat(catchThrowable(() -> manifest.append(RUN)))
        .hasMessage(folder.resolve(NAME) + " can't be written: it is closed");
  }

  @Test
  void findsTheManifestsOfAllShards() throws IOException {
    for (String name :
        List.of("manifest.00001-of-00002.jsonl", NAME, "manifest.old.jsonl", "failed.jsonl")) {
      Files.createFile(folder.resolve(name));
    }
    assertThat(ManifestReader.list(folder))
        .extracting(file -> file.getFileName().toString())
        .containsExactly("manifest.00001-of-00002.jsonl", NAME);
    assertThat(ManifestReader.list(folder.resolve("none"))).isEmpty();
  }

  private List<ManifestLine> read() throws IOException {
    List<ManifestLine> lines = new ArrayList<>();
    try (ManifestReader reader = new ManifestReader(folder.resolve(NAME))) {
      for (ManifestLine line; (line = reader.next()) != null; ) {
        lines.add(line);
      }
      assertThat(reader.unreadable()).isZero();
    }
    return lines;
  }
}
