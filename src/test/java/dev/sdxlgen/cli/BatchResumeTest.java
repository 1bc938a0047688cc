package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.batch.manifest.Manifest;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.MockOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a batch that is run again, and of images that can't be made. */
class BatchResumeTest extends EndToEnd {

  private static final String TWO =
      "{\"id\":\"a\",\"prompt\":\"a\"}\n{\"id\":\"b\",\"prompt\":\"b\"}\n";
  private static final Answer NO = Answer.error(400, "ValidationException", "No.");

  @BeforeEach
  void prompts() throws IOException {
    write(TWO);
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("p.jsonl"), text);
  }

  private Run batch(String... options) {
    List<String> words = new ArrayList<>(List.of("batch", "p.jsonl", "-o", "out"));
    words.addAll(List.of("--concurrency", "1"));
    words.addAll(List.of(options));
    return run(words.toArray(new String[0]));
  }

  private Path out(String name) {
    return folder.resolve("out").resolve(name);
  }

  /** The first line of the summary, without how long it took. */
  private static String summary(Run run) {
    return run.err().lines().findFirst().orElse("").replaceAll(" in \\S+ m?s", " in T");
  }

  @Test
  void makesNoImageTwice() {
    batch();
    Run again = batch();

    assertThat(bedrock.requests()).hasSize(2);
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).isEmpty();
    assertThat(again.err()).isEqualTo("sdxl-gen: 2 of 2 images are in out/: 2 done before\n");
  }

  @Test
  void makesAnewWhatIsGone() throws IOException {
    batch();
    Files.delete(out("a.png"));

    Run again = batch();

    assertThat(again.out()).isEqualTo("out/a.png\n");
    assertThat(summary(again))
        .isEqualTo("sdxl-gen: 2 of 2 images are in out/: 1 made in T, 1 done before");
    assertThat(bedrock.requests()).hasSize(3);
  }

  @Test
  void makesWhatIsBrokenAnewUnderAnotherName() throws IOException {
    batch();
    byte[] cut = {(byte) 0x89, 'P', 'N', 'G'};
    Files.write(out("a.png"), cut);

    assertThat(batch().out()).isEqualTo("out/a-1.png\n");
    assertThat(Files.readAllBytes(out("a.png"))).isEqualTo(cut);
    assertThat(batch().out()).isEmpty();
    assertThat(bedrock.requests()).hasSize(3);
  }

  @Test
  void makesAnewWhatIsDamagedWithinThePicture() throws IOException {
    batch();
    byte[] damaged = Files.readAllBytes(out("a.png"));
    damaged[damaged.length - 20] ^= 1;
    Files.write(out("a.png"), damaged);

    assertThat(batch().out()).isEqualTo("out/a-1.png\n");
    assertThat(Files.readAllBytes(out("a.png"))).isEqualTo(damaged);
    assertThat(batch().out()).isEmpty();
    assertThat(bedrock.requests()).hasSize(3);
  }

  @Test
  void leavesAnImageThatSomebodyHasChanged() throws IOException {
    batch();
    Files.write(out("a.png"), PICTURE);

    Run again = batch();

    assertThat(summary(again))
        .isEqualTo(
            "sdxl-gen: 2 of 2 images are in out/: 1 done before, 1 skipped, since another file has"
                + " the name");
    assertThat(bedrock.requests()).hasSize(2);
  }

  @Test
  void findsTheImagesOfAKilledRun() throws IOException {
    batch();
    // The run was killed between the file and its line.
    List<String> lines = Files.readAllLines(out("manifest.jsonl"));
    Files.writeString(out("manifest.jsonl"), lines.get(0) + "\n" + lines.get(1).substring(0, 40));

    Run again = batch();

    assertThat(again.out()).isEqualTo("out/a.png\nout/b.png\n");
    assertThat(again.err())
        .isEqualTo("sdxl-gen: 2 of 2 images are in out/: 2 found from a run that was stopped\n");
    assertThat(bedrock.requests()).hasSize(2);
    assertThat(batch().err()).isEqualTo("sdxl-gen: 2 of 2 images are in out/: 2 done before\n");
  }

  @Test
  void findsThemThoughTheyTellNothingThemselves() throws IOException {
    batch("--no-metadata");
    List<String> lines = Files.readAllLines(out("manifest.jsonl"));
    Files.write(
        out("manifest.jsonl"),
        lines.stream().filter(line -> !line.contains("\"finished\"")).toList());

    Run again = batch("--no-metadata");

    assertThat(again.err())
        .isEqualTo("sdxl-gen: 2 of 2 images are in out/: 2 found from a run that was stopped\n");
    assertThat(bedrock.requests()).hasSize(2);
  }

  @Test
  void makesAChangedLineUnderANewName() throws IOException {
    batch();
    write("{\"id\":\"a\",\"prompt\":\"another\"}\n{\"id\":\"b\",\"prompt\":\"b\"}\n");

    assertThat(batch().out()).isEqualTo("out/a-1.png\n");
    assertThat(out("a.png")).exists();
    assertThat(batch().out()).isEmpty();
    assertThat(bedrock.requests()).hasSize(3);
  }

  @Test
  void leavesVanishedLinesAndTellsHowMany() throws IOException {
    batch();
    write("{\"id\":\"b\",\"prompt\":\"b\"}\n{\"id\":\"c\",\"prompt\":\"c\"}\n");

    Run again = batch();

    assertThat(again.out()).isEqualTo("out/c.png\n");
    assertThat(again.err())
        .contains("sdxl-gen: 1 image of earlier runs isn't among these and was left\n");
    assertThat(out("a.png")).exists();
  }

  @ParameterizedTest
  @CsvSource({
    "skip,       0, out/b.png,               2",
    "overwrite,  0, 'out/a.png out/b.png',   2",
    "number,     0, 'out/a-1.png out/b.png', 2",
  })
  void treatsAStrangersFileAsAsked(String policy, int code, String paths) throws IOException {
    Files.createDirectory(folder.resolve("out"));
    Files.write(out("a.png"), PICTURE);

    Run run = batch("--if-exists", policy);

    assertThat(run.exitCode()).isEqualTo(code);
    assertThat(run.out().lines()).containsExactlyInAnyOrder(paths.split(" "));
  }

  @Test
  void refusesAStrangersFileWhereAsked() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    Files.write(out("a.png"), PICTURE);

    Run run = batch("--if-exists", "fail");

    assertThat(run.out()).isEqualTo("out/b.png\n");
    assertThat(run.err())
        .contains("sdxl-gen: 1 failed (output_failed): out/a.png exists\n")
        .endsWith(
            "sdxl-gen: out/failed.jsonl has the one that failed: sdxl-gen batch"
                + " out/failed.jsonl -o out/\n");
    assertThat(run.exitCode()).isEqualTo(8);
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void makesTheFailedOnesFromTheirFileAlone() throws IOException {
    bedrock.enqueue(NO);

    Run run = batch("-n", "hat", "--steps", "20");
    Run again = run("batch", "out/failed.jsonl", "-o", "out/");

    assertThat(run.exitCode()).isEqualTo(8);
    assertThat(run.err())
        .contains("sdxl-gen: 1 failed (invalid_request): Bedrock refuses the request: No.\n");
    assertThat(again.out()).isEqualTo("out/a.png\n");
    assertThat(again.exitCode()).isZero();
    assertThat(bodies().get(2)).isEqualTo(bodies().get(0));
    assertThat(batch("-n", "hat", "--steps", "20").err())
        .isEqualTo("sdxl-gen: 2 of 2 images are in out/: 2 done before\n");
  }

  @Test
  void endsWithTheReasonWhenAllFailedForOne() {
    bedrock.enqueue(Answer.image(PICTURE, 1, "CONTENT_FILTERED"));
    bedrock.enqueue(Answer.image(PICTURE, 1, "CONTENT_FILTERED"));

    Run run = batch("-q");

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("sdxl-gen: 2 failed (filtered), the first: ");
  }

  @Test
  void printsFailuresAsJsonToo() {
    bedrock.enqueue(NO);

    Run run = batch("-q", "--json");

    assertThat(run.out().lines().toList())
        .satisfiesExactlyInAnyOrder(
            line ->
                assertThat(line)
                    .startsWith("{\"event\":\"failed\",\"id\":\"a\",")
                    .contains("\"error\":\"Bedrock refuses the request: No.\""),
            line -> assertThat(line).startsWith("{\"event\":\"finished\",\"id\":\"b\","));
  }

  @Test
  void stopsAtTheFirstWhereAsked() {
    bedrock.enqueue(NO);

    Run run = batch("--fail-fast", "-q");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .endsWith(
            "sdxl-gen: stopped: Bedrock refuses the request: No.\n"
                + "  --dry-run shows the request that was sent\n");
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void stopsAtOnceWhereEveryImageWouldFail() {
    bedrock.enqueue(Answer.error(403, "AccessDeniedException", "You shall not."));

    Run run = batch("-q");

    assertThat(run.exitCode()).isIn(3, 9);
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void givesTheCommandToRunInsteadOfARetiredModel() throws IOException {
    bedrock.close();
    bedrock =
        dev.sdxlgen.mock.MockBedrock.start(
            MockOptions.DEFAULT.withPicture(PICTURE).withRetired(MODEL));

    Run run = batch("-n", "hat", "--sampler", "DDIM", "-q");

    assertThat(run.exitCode()).isEqualTo(9);
    assertThat(run.err())
        .contains(
            "\n    sdxl-gen batch p.jsonl -o out --concurrency 1 -n hat -q -m sd3.5-large"
                + " --region us-west-2\n"
                + "  --sampler was dropped: stability.sd3-5-large-v1:0 doesn't take it\n");
  }

  @Test
  void keepsAnAnswerThatCantBeUsed() throws IOException {
    bedrock.enqueue(Answer.json(200, "{\"result\":\"su"));

    Run run = batch();

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .contains("sdxl-gen: 1 answer that can't be used is kept: out/sdxl-gen-answer-*.json\n")
        .contains(", 1 possibly paid twice, ");
    assertThat(tree()).filteredOn(name -> name.startsWith("out/sdxl-gen-answer-")).hasSize(1);
  }

  @Test
  void clearsWhatKilledRunsHaveLeftAndNothingElse() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    for (String name :
        List.of(
            ".sdxl-gen-b0of1-abc.tmp",
            ".sdxl-gen-b1of4-abc.tmp",
            ".sdxl-gen-b3of4-abc.tmp",
            ".sdxl-gen-abc.tmp",
            ".sdxl-gen-gallery-77.tmp")) {
      Files.createFile(out.resolve(name));
    }
    try (Manifest live = Manifest.open(out, "manifest.00003-of-00004.jsonl")) {
      assertThat(batch("-q").exitCode()).isZero();
      assertThat(live).isNotNull();
    }

    assertThat(tree())
        .filteredOn(name -> name.endsWith(".tmp"))
        .containsExactly(
            "out/.sdxl-gen-abc.tmp", "out/.sdxl-gen-b3of4-abc.tmp", "out/.sdxl-gen-gallery-77.tmp");
  }

  @Test
  void isRefusedWhileAnotherRunOfTheSameShardLives() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    try (Manifest live = Manifest.open(out, "manifest.jsonl")) {
      Run run = batch();

      assertThat(live).isNotNull();
      assertThat(run.err())
          .isEqualTo(
              "sdxl-gen: another run is writing "
                  + out.resolve("manifest.jsonl")
                  + "\n  Wait for it, stop it, or give this run another folder or another"
                  + " --shard\n");
      assertThat(run.exitCode()).isEqualTo(7);
    }
    assertThat(bedrock.requests()).isEmpty();
    assertThat(batch().exitCode()).isZero();
  }

  @Test
  void tellsWhereABatchStands() throws IOException {
    bedrock.enqueue(NO);
    batch();

    Run text = run("batch", "status", "out");
    Run json = run("batch", "status", "out/", "--json");

    assertThat(text.out().replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "T"))
        .isEqualTo(
            """
            done        1 of 2, 0.0 MB
            failed      1: 1 invalid_request
            left        0
            calls       2
            running     no
            begun       T UTC
            last image  T UTC
            """);
    assertThat(json.out())
        .startsWith("{\"planned\":2,\"done\":1,\"failed\":1,\"begun\":0,")
        .contains("\"failures\":{\"invalid_request\":1},\"calls\":2,")
        .endsWith("\n");
  }

  @Test
  void tellsOfImagesThatTheLastInputDoesntAskFor() throws IOException {
    batch();
    Files.writeString(folder.resolve("p.jsonl"), "{\"id\":\"other\",\"prompt\":\"a\"}\n");
    batch();

    assertThat(run("batch", "status", "out").out())
        .startsWith("done        3, 0.0 MB; the last run was to have 1\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'',         sdxl-gen batch status takes one folder",
    "'a b',      'sdxl-gen batch status takes one folder, not 2'",
    "nowhere,    nowhere isn't there",
    "p.jsonl,    p.jsonl is not a folder",
    "empty,      empty holds no batch's manifest",
  })
  void saysWhereNoBatchStands(String words, String message) throws IOException {
    Files.createDirectory(folder.resolve("empty"));

    Run run = run(("batch status " + words).strip().split(" "));

    assertThat(run.err()).startsWith("sdxl-gen: " + message + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }
}
