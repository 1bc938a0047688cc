package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.recipe.RecipeChunks;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.store.StubS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sdxl-gen batch} to and from S3. */
class BatchToS3Test extends EndToEnd {

  private static final String URL = "s3://pictures/a b/";
  private static final String TWO =
      "{\"id\":\"a\",\"prompt\":\"a\"}\n{\"id\":\"b\",\"prompt\":\"b\"}\n";

  /** In another half than {@code a}. */
  private static final String SIBLING = "\"d\"";

  private final StubS3 s3 = StubS3.start();

  @BeforeEach
  void prompts() throws IOException {
    write(TWO);
  }

  @AfterEach
  void stopS3() {
    s3.close();
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("p.jsonl"), text);
  }

  private Run batch(String... options) {
    List<String> words = new ArrayList<>(List.of("p.jsonl", "-o", URL, "--state", "state"));
    words.addAll(List.of(options));
    return plain(words.toArray(String[]::new));
  }

  private Run plain(String... options) {
    List<String> words = new ArrayList<>(List.of("batch"));
    words.addAll(List.of(options));
    words.addAll(List.of("--concurrency", "1"));
    return program()
        .with("AWS_ENDPOINT_URL_S3", s3.endpoint().toString())
        .with("XDG_CACHE_HOME", folder.resolve("cache").toString())
        .run(words.toArray(String[]::new));
  }

  private Path state(String name) {
    return folder.resolve("state").resolve(name);
  }

  /** Saving an image overlaps with the next call, so their order is one of chance. */
  private static String sorted(Run run) {
    return run.out().lines().sorted().map(line -> line + "\n").collect(Collectors.joining());
  }

  /** The first line of the summary, without how long it took. */
  private static String summary(Run run) {
    return run.err().lines().findFirst().orElse("").replaceAll(" in \\S+ m?s", " in T");
  }

  // What is wrong costs nothing

  @Test
  void aStateIsForS3() throws IOException {
    assertRefused(
        plain("p.jsonl", "-o", "out", "--state", "state"),
        2,
        """
        sdxl-gen: --state is for -o s3://…; the manifest is in out/
          Leave it out
        """,
        "p.jsonl");
  }

  @Test
  void aStateHasAName() throws IOException {
    assertRefused(
        plain("p.jsonl", "-o", URL, "--state", ""),
        2,
        """
        sdxl-gen: --state '' can't be a folder
          For example: --state state/
        """,
        "p.jsonl");
  }

  @Test
  void numbersAreForFiles() throws IOException {
    assertRefused(
        batch("--if-exists", "number"),
        2,
        """
        sdxl-gen: --if-exists number is for files, not for S3
          fail, skip or overwrite
        """,
        "p.jsonl");
  }

  @ParameterizedTest
  @CsvSource({
    "s3:out, '''s3:out'' is not an S3 URL'",
    "s3://A/, 's3://A/: ''A'' can''t be a bucket''s name'",
    "s3://pictures/x.png, '-o s3://pictures/x.png names one file, and a batch makes many'",
    "s3://pictures/{n}/../{id}.png, '-o s3://pictures/…: a batch''s names have no empty part, no ."
        + " and no ..'",
    "s3://pictures/{slug}//{id}.png, '-o s3://pictures/…: a batch''s names have no empty part, no ."
        + " and no ..'",
  })
  void whatCantBeAPlaceIsRefused(String typed, String message) throws IOException {
    Run run = plain("p.jsonl", "-o", typed);

    assertThat(run.err()).startsWith("sdxl-gen: " + message + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(s3.lines()).isEmpty();
    assertThat(tree()).containsExactly("p.jsonl");
  }

  @Test
  void aBucketThatIsntThereIsToldBeforeTheFirstCall() {
    assertFailed(
        plain("p.jsonl", "-o", "s3://picturs", "--state", "state"),
        7,
        """
        sdxl-gen: there is no bucket picturs
          Look at its spelling; aws s3 ls shows those of the account
        """);
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void aFolderThatMayNotBeWrittenIsToldBeforeTheFirstCall() {
    s3.then(StubS3.error(403, "AccessDenied", "Access Denied"));

    assertFailed(
        batch(),
        3,
        """
        sdxl-gen: S3 doesn't allow to write s3://pictures/a b/: Access Denied
          The credentials need s3:PutObject on it
        """);
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void aDryRunAsksNobody() throws IOException {
    Run run = batch("--dry-run", "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("{\"id\":\"a\",\"file\":\"s3://pictures/a b/a.png\",\"model\":");
    assertThat(s3.lines()).isEmpty();
    assertThat(tree()).containsExactly("p.jsonl");
  }

  // When all is well

  @Test
  void theImagesAreThereAndNowhereElse() throws IOException {
    Run run = batch();

    assertThat(sorted(run)).isEqualTo("s3://pictures/a b/a.png\ns3://pictures/a b/b.png\n");
    assertThat(summary(run))
        .isEqualTo("sdxl-gen: 2 of 2 images are in s3://pictures/a b/: 2 made in T");
    assertThat(run.exitCode()).isZero();
    assertThat(s3.keys()).containsExactly("a b/a.png", "a b/b.png", "a b/manifest.jsonl");
    assertThat(RecipeChunks.strip(s3.object("a b/a.png").bytes())).isEqualTo(PICTURE);
    assertThat(s3.object("a b/a.png").headers())
        .containsEntry("content-type", "image/png")
        .containsEntry("x-amz-meta-id", "a")
        .containsKeys("x-amz-meta-request-hash", "x-amz-meta-sha256");
    assertThat(s3.object("a b/manifest.jsonl").bytes())
        .isEqualTo(Files.readAllBytes(state("manifest.jsonl")));
    assertThat(s3.object("a b/manifest.jsonl").headers())
        .containsEntry("content-type", "application/x-ndjson");
    assertThat(s3.lines())
        .startsWith(
            "POST /pictures/a b/.sdxl-gen-writable?uploads",
            "DELETE /pictures/a b/.sdxl-gen-writable?uploadId=u1",
            "GET /pictures?list-type=2&encoding-type=url&prefix=a%20b%2F")
        .endsWith("PUT /pictures/a b/manifest.jsonl")
        .contains("PUT /pictures/a b/a.png", "PUT /pictures/a b/b.png")
        .hasSize(6);
    assertThat(s3.requests().get(3).headers()).containsEntry("if-none-match", "*");
    assertThat(s3.requests().get(5).headers()).doesNotContainKey("if-none-match");
    assertThat(tree())
        .containsExactly("p.jsonl", "state/", "state/.manifest.jsonl.lock", "state/manifest.jsonl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://pictures", "s3://pictures/"})
  void theStateIsInTheCache(String typed) throws IOException {
    Run run = plain("p.jsonl", "-o", typed);

    assertThat(sorted(run)).isEqualTo("s3://pictures/a.png\ns3://pictures/b.png\n");
    assertThat(tree())
        .anyMatch(path -> path.matches("cache/sdxl-gen/s3/pictures-.*/manifest.jsonl"));
  }

  @Test
  void aNameIsMadeOfWhatIsKnown() throws IOException {
    Run run = plain("p.jsonl", "-o", "s3://pictures/x/{slug}/{id}-{n}.png", "--repeat", "2");

    assertThat(sorted(run))
        .isEqualTo(
            """
            s3://pictures/x/a/a-1.png
            s3://pictures/x/a/a-2.png
            s3://pictures/x/b/b-1.png
            s3://pictures/x/b/b-2.png
            """);
    assertThat(s3.keys()).contains("x/a/a-1.png", "x/manifest.jsonl");
    assertThat(tree()).noneMatch(path -> path.endsWith(".png"));
  }

  @Test
  void aPngIsToldAsOneHoweverItsNameIsWritten() {
    plain("p.jsonl", "-o", "s3://pictures/x/{id}.PNG", "--state", "state");

    assertThat(s3.object("x/a.PNG").headers()).containsEntry("content-type", "image/png");
  }

  @Test
  void recipesGoBesideThem() throws IOException {
    batch("--sidecar");

    assertThat(s3.keys())
        .containsExactly(
            "a b/a.png", "a b/a.png.json", "a b/b.png", "a b/b.png.json", "a b/manifest.jsonl");
    assertThat(tree()).noneMatch(path -> path.contains(".png"));
  }

  @Test
  void jsonHasTheManifestsLines() throws IOException {
    Run run = batch("--json");

    assertThat(run.out().lines().toList())
        .hasSize(2)
        .isSubsetOf(Files.readAllLines(state("manifest.jsonl")))
        .anyMatch(line -> line.contains("\"file\":\"a.png\""));
  }

  @Test
  void thePromptsMayBeInS3() {
    s3.holding("in/p.jsonl", TWO.getBytes(UTF_8));

    Run run = plain("s3://pictures/in/p.jsonl", "-o", "out");

    assertThat(sorted(run)).isEqualTo("out/a.png\nout/b.png\n");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void promptsThatArentThereAreToldOf() throws IOException {
    Run run = plain("s3://pictures/in/p.jsonl", "-o", "out");

    assertThat(run.err()).startsWith("sdxl-gen: s3://pictures/in/p.jsonl isn't there\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(tree()).containsExactly("p.jsonl");
  }

  // Again

  @Test
  void whatIsListedIsDone() {
    batch();
    int before = s3.requests().size();

    Run again = batch();

    assertThat(again.err())
        .isEqualTo("sdxl-gen: 2 of 2 images are in s3://pictures/a b/: 2 done before\n");
    assertThat(bedrock.requests()).hasSize(2);
    assertThat(s3.lines().subList(before, s3.lines().size()))
        .containsExactly(
            "POST /pictures/a b/.sdxl-gen-writable?uploads",
            "DELETE /pictures/a b/.sdxl-gen-writable?uploadId=u1",
            "GET /pictures?list-type=2&encoding-type=url&prefix=a%20b%2F",
            "PUT /pictures/a b/manifest.jsonl");
  }

  @Test
  void anotherMachineGoesOnFromTheManifestInS3() throws IOException {
    batch();
    write(TWO + "{\"id\":\"c\",\"prompt\":\"c\"}\n");

    Run again = plain("p.jsonl", "-o", URL, "--state", "elsewhere");

    assertThat(summary(again))
        .isEqualTo("sdxl-gen: 3 of 3 images are in s3://pictures/a b/: 1 made in T, 2 done before");
    assertThat(bedrock.requests()).hasSize(3);
    assertThat(Files.readString(folder.resolve("elsewhere/manifest.jsonl")))
        .startsWith(Files.readString(state("manifest.jsonl")));
  }

  @Test
  void withoutAnyManifestTheImagesTellThemselves() throws IOException {
    batch();
    byte[] image = s3.object("a b/a.png").bytes();
    s3.holding("a b/manifest.jsonl", new byte[0]);
    Files.delete(state("manifest.jsonl"));

    Run again = batch();

    assertThat(sorted(again)).isEqualTo("s3://pictures/a b/a.png\ns3://pictures/a b/b.png\n");
    assertThat(again.err())
        .isEqualTo(
            "sdxl-gen: 2 of 2 images are in s3://pictures/a b/: 2 found from a run that was"
                + " stopped\n");
    assertThat(bedrock.requests()).hasSize(2);
    assertThat(s3.object("a b/a.png").bytes()).isEqualTo(image);
    assertThat(batch().err())
        .isEqualTo("sdxl-gen: 2 of 2 images are in s3://pictures/a b/: 2 done before\n");
  }

  @Test
  void whatSomebodyRemovedIsMadeAgain() {
    batch();
    s3.holding("a b/a.png", new byte[0]);

    assertThat(batch("-f").out()).isEqualTo("s3://pictures/a b/a.png\n");
    assertThat(s3.object("a b/a.png").bytes()).isNotEmpty();
  }

  @Test
  void anothersImageIsLeft() {
    s3.holding("a b/a.png", "another".getBytes(UTF_8));

    Run run = batch();

    assertThat(summary(run))
        .isEqualTo(
            "sdxl-gen: 2 of 2 images are in s3://pictures/a b/: 1 made in T, 1 skipped, since"
                + " another file has the name");
    assertThat(bedrock.requests()).hasSize(1);
    assertThat(s3.object("a b/a.png").bytes()).isEqualTo("another".getBytes(UTF_8));
  }

  @Test
  void aChangedLinesImageIsLeftUnlessOverwriting() throws IOException {
    batch();
    byte[] before = s3.object("a b/a.png").bytes();
    write(TWO.replace("\"prompt\":\"a\"", "\"prompt\":\"another\""));

    assertThat(batch().err())
        .isEqualTo(
            "sdxl-gen: 2 of 2 images are in s3://pictures/a b/: 1 done before, 1 skipped, since"
                + " another file has the name\n");
    assertThat(batch("-f").out()).isEqualTo("s3://pictures/a b/a.png\n");
    assertThat(s3.object("a b/a.png").bytes()).isNotEqualTo(before);
    assertThat(batch("-f").out()).isEmpty();
  }

  @Test
  void failRefusesEachThatIsThere() {
    s3.holding("a b/a.png", "another".getBytes(UTF_8));

    Run run = batch("--if-exists", "fail");

    assertThat(sorted(run)).isEqualTo("s3://pictures/a b/b.png\n");
    assertThat(run.err())
        .contains("1 failed (output_failed): s3://pictures/a b/a.png exists\n")
        .contains(
            "s3://pictures/a b/failed.jsonl has the one that failed: sdxl-gen batch"
                + " \"s3://pictures/a b/failed.jsonl\" -o \"s3://pictures/a b/\"\n");
    assertThat(run.exitCode()).isEqualTo(8);
    assertThat(bedrock.requests()).hasSize(1);
  }

  // The worst day

  @Test
  void whatFailedIsThereToo() {
    bedrock.enqueue(Answer.error(400, "ValidationException", "No."));

    Run run = batch();

    assertThat(run.exitCode()).isEqualTo(8);
    assertThat(new String(s3.object("a b/failed.jsonl").bytes(), UTF_8))
        .isEqualTo("{\"id\":\"a\",\"model\":\"stability.stable-diffusion-xl\",\"prompt\":\"a\"}\n");

    Run again = plain("s3://pictures/a b/failed.jsonl", "-o", URL, "--state", "state");

    assertThat(sorted(again)).isEqualTo("s3://pictures/a b/a.png\n");
    assertThat(again.exitCode()).isZero();
    assertThat(s3.object("a b/failed.jsonl").bytes()).isNotEmpty();

    assertThat(batch().exitCode()).isZero();
    assertThat(s3.object("a b/failed.jsonl").bytes()).isEmpty();
    assertThat(bedrock.requests()).hasSize(3);
  }

  @Test
  void anImageThatCantBeUploadedIsKept() throws IOException {
    s3.then(
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.error(403, "AccessDenied", "Access Denied"),
        StubS3.error(403, "AccessDenied", "Access Denied"));

    write(TWO.substring(0, TWO.indexOf('\n') + 1));
    Run run = batch();

    String kept = folder.resolve("state/a.png").toString();
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("sdxl-gen: a: its upload failed; it is kept in " + kept + "\n")
        .contains(
            "sdxl-gen: stopped: S3 doesn't allow to write s3://pictures/a b/a.png: Access Denied\n")
        .contains("  The image is kept in " + kept + "\n")
        .contains("the manifest isn't up to date in S3: ");
    assertThat(sent(Path.of(kept))).isEqualTo(PICTURE);
    assertThat(Files.readString(state("manifest.jsonl")))
        .contains("Access Denied; the image is kept in " + kept);
    assertThat(bedrock.requests()).hasSize(1);

    Run again = batch();

    assertThat(sorted(again)).isEqualTo("s3://pictures/a b/a.png\n");
    assertThat(again.exitCode()).isZero();
    assertThat(bedrock.requests()).hasSize(1);
    assertThat(Path.of(kept)).doesNotExist();
  }

  @Test
  void anImageOfAChangedLineStaysThoughAnotherIsMade() throws IOException {
    s3.then(
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.error(403, "AccessDenied", "Access Denied"));
    write("{\"id\":\"a\",\"prompt\":\"a\"}\n");
    batch();
    byte[] kept = Files.readAllBytes(state("a.png"));
    write("{\"id\":\"a\",\"prompt\":\"another\"}\n");

    Run again = batch();

    assertThat(sorted(again)).isEqualTo("s3://pictures/a b/a.png\n");
    assertThat(Files.readAllBytes(state("a.png"))).isEqualTo(kept);
    assertThat(tree()).filteredOn(path -> path.endsWith(".png")).containsExactly("state/a.png");
  }

  @Test
  void anImageThatAnotherWasFasterWithIsKept() throws IOException {
    write("{\"id\":\"a\",\"prompt\":\"a\"}\n");
    s3.then(
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.overtaken("another".getBytes(UTF_8)));

    Run run = batch();

    String kept = folder.resolve("state/a.png").toString();
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith(
            "sdxl-gen: s3://pictures/a b/a.png was taken while the image was made; the image is"
                + " kept in "
                + kept
                + "\n");
    assertThat(run.exitCode()).isZero();
    assertThat(sent(Path.of(kept))).isEqualTo(PICTURE);
    assertThat(s3.object("a b/a.png").bytes()).isEqualTo("another".getBytes(UTF_8));
  }

  // Beyond one machine

  @Test
  void aShardFetchesNoSiblingsManifest() throws IOException {
    write(TWO.replace("\"b\"", SIBLING));
    plain("p.jsonl", "-o", URL, "--state", "zero", "--shard", "0/2");
    plain("p.jsonl", "-o", URL, "--state", "one", "--shard", "1/2");

    assertThat(s3.keys())
        .containsExactly(
            "a b/a.png",
            "a b/d.png",
            "a b/manifest.00000-of-00002.jsonl",
            "a b/manifest.00001-of-00002.jsonl");
    assertThat(tree()).doesNotContain("one/manifest.00000-of-00002.jsonl");
  }

  @Test
  void theWholeFetchesThoseOfAllShards() throws IOException {
    write(TWO.replace("\"b\"", SIBLING));
    plain("p.jsonl", "-o", URL, "--state", "zero", "--shard", "0/2");
    plain("p.jsonl", "-o", URL, "--state", "one", "--shard", "1/2");

    assertThat(batch().err())
        .isEqualTo("sdxl-gen: 2 of 2 images are in s3://pictures/a b/: 2 done before\n");
    assertThat(tree())
        .contains("state/manifest.00000-of-00002.jsonl", "state/manifest.00001-of-00002.jsonl");
    assertThat(bedrock.requests()).hasSize(2);
  }

  @Test
  void statusReadsTheManifestsThere() throws IOException {
    write(TWO.replace("\"b\"", SIBLING));
    plain("p.jsonl", "-o", URL, "--state", "zero", "--shard", "0/2");

    Run status = status(URL.substring(0, URL.length() - 1));

    assertThat(status.err()).isEmpty();
    assertThat(status.out())
        .startsWith("done        1 of 1, 0.0 MB\nfailed      0\nleft        0\ncalls       1\n")
        .contains("\nrunning     S3 doesn't tell\n");
    assertThat(status(URL, "--json").out()).contains("\"shards\":2", "\"running\":null");
  }

  @Test
  void statusSaysWhereThereIsNone() {
    assertFailed(
        status("s3://pictures/none/"),
        2,
        """
        sdxl-gen: s3://pictures/none/ holds no batch's manifest
          sdxl-gen batch FILE -o s3://pictures/none/ begins one
        """);
  }

  private Run status(String... options) {
    List<String> words = new ArrayList<>(List.of("batch", "status"));
    words.addAll(List.of(options));
    return program()
        .with("AWS_ENDPOINT_URL_S3", s3.endpoint().toString())
        .run(words.toArray(String[]::new));
  }
}
