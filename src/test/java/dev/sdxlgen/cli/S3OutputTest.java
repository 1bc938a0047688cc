package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.recipe.RecipeChunks;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import dev.sdxlgen.store.StubS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -o s3://bucket/key}. */
class S3OutputTest extends EndToEnd {

  private static final String URL = "s3://pictures/a/out.png";

  private final StubS3 s3 = StubS3.start();

  @AfterEach
  void stopS3() {
    s3.close();
  }

  private Program toS3() {
    return program()
        .with("AWS_ENDPOINT_URL_S3", s3.endpoint().toString())
        .with("XDG_CACHE_HOME", folder.resolve("cache").toString());
  }

  private Run make(String... args) {
    return toS3().run(words(args));
  }

  private static String[] words(String... args) {
    List<String> words = new ArrayList<>(List.of("a person", "-n", "hat"));
    words.addAll(List.of(args));
    return words.toArray(String[]::new);
  }

  private String kept(String name) {
    return folder.resolve("cache/sdxl-gen/s3").resolve(name).toString();
  }

  /** Nothing but folders is left on this machine. */
  private void assertNothingStays() throws IOException {
    assertThat(tree()).allMatch(path -> path.endsWith("/"));
  }

  // What is wrong costs nothing

  @ParameterizedTest
  @ValueSource(strings = {"s3:/pictures/out.png", "S3://pictures/out.png", "s3:out.png"})
  void whatIsNoUrlIsRefused(String typed) throws IOException {
    assertRefused(
        make("-o", typed),
        2,
        """
        sdxl-gen: '%s' is not an S3 URL
          For example: s3://bucket/folder/out.png; or ./%s for a file
        """
            .formatted(typed, typed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3:///out.png", "s3://My_Pictures/out.png", "s3://{slug}/out.png"})
  void aBucketThatCantBeIsRefused(String typed) throws IOException {
    assertRefused(
        make("-o", typed, "--dry-run"),
        2,
        """
        sdxl-gen: %s: '%s' can't be a bucket's name
          It has 3 to 63 lower-case letters, digits, dots and hyphens: s3://bucket/folder/out.png
        """
            .formatted(typed, typed.substring(5, typed.lastIndexOf('/'))));
  }

  @Test
  void namesAnS3WhereItsAddressIsNone() {
    Run run =
        program().with("AWS_ENDPOINT_URL_S3", "minio:9000").run("a person", "-o", "s3://pictures/");

    assertThat(run.err())
        .isEqualTo(
            """
            sdxl-gen: AWS_ENDPOINT_URL_S3 'minio:9000' is not the URL of a server
              For example: https://s3.us-west-2.amazonaws.com
            """);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void numbersAreForFiles() throws IOException {
    assertRefused(
        make("-o", URL, "--if-exists", "number"),
        2,
        """
        sdxl-gen: --if-exists number is for files, not for S3
          fail, skip or overwrite; or let {date} and {time} make the name another one
        """);
  }

  @Test
  void nothingIsThereToOpen() throws IOException {
    assertRefused(
        make("-o", URL, "--open"),
        2,
        """
        sdxl-gen: --open opens a file, and -o s3://pictures/a/out.png leaves none here
          --show draws the image in the terminal
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hash", "width", "height"})
  void whatOnlyTheAnswerTellsCantBeInTheName(String name) throws IOException {
    assertRefused(
        make("-o", "s3://pictures/{" + name + "}.png"),
        2,
        """
        sdxl-gen: -o s3://pictures/{%s}.png: {%s} is known only after the call
          In S3, placeholders are {slug} {n} {model} {date} {time} {id}, and {seed} with --seed
        """
            .formatted(name, name));
  }

  @Test
  void aSeedThatTheModelDrawsCantBeInTheName() throws IOException {
    assertRefused(
        make("-o", "s3://pictures/{seed}.png"),
        2,
        """
        sdxl-gen: -o s3://pictures/{seed}.png: {seed} is known only after the call
          Give one with --seed; or name it by {id}, {date} and {time}
        """);
  }

  @Test
  void aFormatThatNoModelMakesIsRefused() throws IOException {
    assertRefused(
        make("-o", "s3://pictures/out.webp"),
        2,
        """
        sdxl-gen: -o s3://pictures/out.webp: no model makes that format
          They make PNG; sd3.5-large, core and ultra make JPEG too
        """);
  }

  @Test
  void whatExistsIsToldBeforeTheCall() throws IOException {
    s3.holding("a/out.png", "another".getBytes(UTF_8));

    assertFailed(
        make("-o", URL),
        7,
        """
        sdxl-gen: s3://pictures/a/out.png exists
          -f replaces it; --if-exists skip leaves it as it is
        """);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(s3.lines()).containsExactly("HEAD /pictures/a/out.png");
    assertNothingStays();
  }

  @Test
  void aBucketThatIsntThereIsToldBeforeTheCall() throws IOException {
    assertFailed(
        make("-o", "s3://picturs/out.png"),
        7,
        """
        sdxl-gen: there is no bucket picturs
          Look at its spelling; aws s3 ls shows those of the account
        """);
    assertThat(bedrock.requests()).isEmpty();
    assertNothingStays();
  }

  @Test
  void aBucketThatMayNotBeWrittenIsToldBeforeTheCall() throws IOException {
    s3.then(StubS3.usual(), StubS3.error(403, "AccessDenied", "Access Denied"));

    assertFailed(
        make("-o", URL),
        3,
        """
        sdxl-gen: S3 doesn't allow to write s3://pictures/a/out.png: Access Denied
          The credentials need s3:PutObject on it
        """);
    assertThat(bedrock.requests()).isEmpty();
    assertNothingStays();
  }

  /** HEAD's answer has no words; what is wrong is asked for in another way. */
  @Test
  void expiredCredentialsAreToldAsSuch() {
    s3.then(
        StubS3.error(400, "ExpiredToken", "The provided token has expired."),
        StubS3.error(400, "ExpiredToken", "The provided token has expired."),
        StubS3.error(400, "ExpiredToken", "The provided token has expired."));

    assertFailed(
        make("-o", URL),
        3,
        """
        sdxl-gen: the AWS credentials have expired
          Get new ones (aws sso login, aws login, or whatever issued them) and run it again
        """);
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void theMocksImageNeedsCredentialsTooToGoToS3() {
    Run run =
        toS3()
            .without("AWS_ACCESS_KEY_ID")
            .without("AWS_SECRET_ACCESS_KEY")
            .run(words("-o", URL, "--mock", "-q"));

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .startsWith("sdxl-gen: there are no AWS credentials\n")
        .endsWith("\n  An s3:// needs them, with --mock too\n");
  }

  @Test
  void aDryRunAsksNobody() throws IOException {
    assertPrinted(
        Program.in(folder).run("a person", "-o", URL, "--dry-run"),
        "{\"text_prompts\":[{\"text\":\"a person\"}]}\n");
    assertThat(tree()).isEmpty();
  }

  // When all is well

  @Test
  void theImageIsThereAndNowhereElse() throws IOException {
    bedrock.enqueue(picture(12));

    assertPrinted(make("-o", URL), URL + "\n");

    assertThat(s3.keys()).containsExactly("a/out.png");
    assertThat(RecipeChunks.strip(s3.object("a/out.png").bytes())).isEqualTo(PICTURE);
    assertThat(s3.object("a/out.png").headers())
        .containsEntry("content-type", "image/png")
        .containsOnlyKeys(
            "content-type", "x-amz-meta-id", "x-amz-meta-request-hash", "x-amz-meta-sha256");
    assertThat(s3.lines())
        .containsExactly(
            "HEAD /pictures/a/out.png",
            "POST /pictures/a/out.png?uploads",
            "DELETE /pictures/a/out.png?uploadId=u1",
            "PUT /pictures/a/out.png");
    assertThat(s3.requests().get(3).headers()).containsEntry("if-none-match", "*");
    assertNothingStays();
  }

  @Test
  void theMocksImageGoesThereToo() {
    Run run = make("-o", URL, "--mock", "-q");

    assertPrinted(run, URL + "\n");
    assertThat(s3.keys()).containsExactly("a/out.png");
    assertThat(bedrock.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://pictures", "s3://pictures/", "s3://pictures/a b/"})
  void aFolderGetsTheDefaultName(String typed) {
    String folder = typed.endsWith("/") ? typed : typed + "/";

    assertPrinted(make("-o", typed, "-s", "7"), folder + "a-person-7.png\n");
  }

  /** A seed that the model draws is known too late: the request's own name stands for it. */
  @Test
  void aFolderWithoutASeedGetsTheRequestsName() {
    Run run = make("-o", "s3://pictures/a/");

    assertThat(run.out()).matches("s3://pictures/a/a-person-[0-9a-f]{12}\\.png\n");
    String key = s3.keys().get(0);
    assertThat(key).contains("-" + s3.object(key).headers().get("x-amz-meta-id") + ".png");
  }

  @Test
  void aNameIsMadeOfWhatIsKnown() {
    assertPrinted(
        toS3()
            .with("SOURCE_DATE_EPOCH", "0")
            .run(words("-o", "s3://pictures/{date}/{slug}-{seed}-{n:03}.png", "-s", "7")),
        "s3://pictures/1970-01-01/a-person-7-001.png\n");
  }

  @ParameterizedTest
  @CsvSource({
    "s3://pictures/a/, s3://pictures/a/a-person-7.png, s3://pictures/a/a-person-8.png",
    "s3://pictures/x.png, s3://pictures/x-1.png, s3://pictures/x-2.png",
    "s3://pictures/{n}/x.png, s3://pictures/1/x.png, s3://pictures/2/x.png"
  })
  void severalImagesHaveSeveralNames(String typed, String first, String second) throws IOException {
    assertPrinted(make("-o", typed, "--count", "2", "-s", "7"), first + "\n" + second + "\n");
    assertThat(s3.keys()).hasSize(2);
    assertThat(s3.lines().stream().filter(line -> line.endsWith("?uploads"))).hasSize(1);
    assertNothingStays();
  }

  @Test
  void jsonHasTheUrl() {
    bedrock.enqueue(picture(12));

    Run run = make("-o", URL, "--json", "--sidecar");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("{\"file\":\"s3://pictures/a/out.png\",\"seed\":12,")
        .contains("\"sidecar\":\"s3://pictures/a/out.png.json\"")
        .contains(
            "\"sha256\":\"" + s3.object("a/out.png").headers().get("x-amz-meta-sha256") + "\"");
  }

  @Test
  void theRecipeGoesBesideIt() throws IOException {
    assertPrinted(make("-o", URL, "--sidecar"), URL + "\n");

    assertThat(s3.keys()).containsExactly("a/out.png", "a/out.png.json");
    assertThat(s3.object("a/out.png.json").headers())
        .containsEntry("content-type", "application/json");
    assertNothingStays();
  }

  @Test
  void anothersFileInTheRecipesPlaceIsToldBeforeTheCall() throws IOException {
    s3.holding("a/out.png.json", "{}".getBytes(UTF_8));

    assertFailed(
        make("-o", URL, "--sidecar", "-f"),
        7,
        """
        sdxl-gen: s3://pictures/a/out.png.json exists and is no recipe
          --sidecar writes there: choose another name with -o
        """);
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void aRecipeInItsPlaceIsReplaced() {
    assertPrinted(make("-o", URL, "--sidecar", "-s", "7"), URL + "\n");
    byte[] before = s3.object("a/out.png.json").bytes();

    assertPrinted(make("-o", URL, "--sidecar", "-s", "8", "-f"), URL + "\n");
    assertThat(s3.object("a/out.png.json").bytes()).isNotEqualTo(before);
  }

  @Test
  void aRecipeThatCantFollowIsKept() throws IOException {
    s3.then(
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.overtaken("{}".getBytes(UTF_8)));

    Run run = make("-o", URL, "--sidecar");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(URL + "\n");
    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: s3://pictures/a/out.png is there, but its recipe isn't in"
                + " s3://pictures/a/out.png.json but in "
                + kept("out.png.json")
                + ": another file has that name\n");
    assertThat(Path.of(kept("out.png.json"))).exists();
    assertThat(Path.of(kept("out.png"))).doesNotExist();
  }

  @Test
  void showDrawsItBeforeItIsGone() {
    Run run = toS3().onATerminal().run(words("-o", URL, "--show"));

    assertThat(run.out()).isEqualTo(URL + "\n");
    assertThat(run.err()).contains("\u2580").doesNotContain("can't be drawn");
    assertThat(run.exitCode()).isZero();
  }

  // What is there already

  @Test
  void skipLeavesItAndMakesNoCall() {
    s3.holding("a/out.png", "another".getBytes(UTF_8));

    assertPrinted(make("-o", URL, "--if-exists", "skip"), URL + "\n");
    assertThat(bedrock.requests()).isEmpty();
    assertThat(s3.lines()).containsExactly("HEAD /pictures/a/out.png");
  }

  @Test
  void overwriteDoesntLook() {
    s3.holding("a/out.png", "another".getBytes(UTF_8));

    assertPrinted(make("-o", URL, "-f"), URL + "\n");
    assertThat(RecipeChunks.strip(s3.object("a/out.png").bytes())).isEqualTo(PICTURE);
    assertThat(s3.lines()).noneMatch(line -> line.startsWith("HEAD"));
  }

  /** Write-only credentials are common: nothing is replaced all the same. */
  @Test
  void whoMayOnlyWriteCanWrite() {
    s3.then(
        StubS3.error(403, "AccessDenied", ""), StubS3.error(403, "AccessDenied", "Access Denied"));

    assertPrinted(make("-o", URL), URL + "\n");
  }

  @Test
  void whoMayOnlyWriteCantSkip() {
    s3.then(
        StubS3.error(403, "AccessDenied", ""), StubS3.error(403, "AccessDenied", "Access Denied"));

    assertFailed(
        make("-o", URL, "--if-exists", "skip"),
        3,
        """
        sdxl-gen: S3 doesn't allow to see whether s3://pictures/a/out.png exists: Access Denied
          The credentials need s3:GetObject on it
        """);
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void whatTakesTheNameMeanwhileIsNotReplaced() {
    s3.then(StubS3.usual(), StubS3.usual(), StubS3.usual(), StubS3.overtaken("x".getBytes(UTF_8)));

    assertFailed(
        make("-o", URL),
        7,
        """
        sdxl-gen: s3://pictures/a/out.png was taken while the image was made
          The image is kept in KEPT
          To put it there: aws s3 cp KEPT s3://pictures/a/out.png
        """
            .replace("KEPT", kept("out.png")));
    assertThat(s3.object("a/out.png").bytes()).isEqualTo("x".getBytes(UTF_8));
    assertThat(sent(Path.of(kept("out.png")))).isEqualTo(PICTURE);
  }

  @Test
  void skipTakesWhatTookTheNameMeanwhile() {
    s3.then(StubS3.usual(), StubS3.usual(), StubS3.usual(), StubS3.overtaken("x".getBytes(UTF_8)));

    Run run = make("-o", URL, "--if-exists", "skip");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(URL + "\n");
    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: s3://pictures/a/out.png was made by another meanwhile; this one is kept in "
                + kept("out.png")
                + "\n");
  }

  @Test
  void aConflictIsTriedAgain() {
    s3.then(
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.error(409, "ConditionalRequestConflict", "A conflicting operation occurred."));

    assertPrinted(make("-o", URL), URL + "\n");
    assertThat(s3.keys()).containsExactly("a/out.png");
  }

  // Nothing that is paid for is lost

  @Test
  void anImageThatCantBeUploadedIsKept() {
    s3.then(
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.error(403, "AccessDenied", "Access Denied"));

    assertFailed(
        make("-o", URL),
        7,
        """
        sdxl-gen: S3 doesn't allow to write s3://pictures/a/out.png: Access Denied
          The credentials need s3:PutObject on it
          The image is kept in KEPT
          To put it there: aws s3 cp KEPT s3://pictures/a/out.png
        """
            .replace("KEPT", kept("out.png")));
    assertThat(sent(Path.of(kept("out.png")))).isEqualTo(PICTURE);
  }

  @Test
  void jsonNamesWhereItIsKept() {
    s3.then(
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.error(403, "AccessDenied", "Access Denied"));

    Run run = make("-o", URL, "--json");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out())
        .startsWith(
            "{\"error\":\"S3 doesn't allow to write s3://pictures/a/out.png: Access Denied\","
                + "\"exit_code\":7,\"kept\":\""
                + kept("out.png")
                + "\",");
  }

  @Test
  void theOneThatIsKeptFromYesterdayIsLeft() throws IOException {
    Files.createDirectories(Path.of(kept("out.png")).getParent());
    Files.writeString(Path.of(kept("out.png")), "yesterday");
    s3.then(
        StubS3.usual(), StubS3.usual(), StubS3.usual(), StubS3.error(403, "AccessDenied", "no"));

    Run run = make("-o", URL);

    assertThat(run.err()).contains("The image is kept in " + kept("out-1.png") + "\n");
    assertThat(Path.of(kept("out.png"))).hasContent("yesterday");
  }

  @Test
  void theImagesAfterOneThatCantBeUploadedAreNotPaidFor() {
    s3.then(
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.error(403, "AccessDenied", "Access Denied"));

    Run run = make("-o", URL, "--count", "2");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.err()).startsWith("sdxl-gen: image 1 of 2: S3 doesn't allow to write");
    assertThat(bedrock.requests()).hasSize(1);
  }

  /** One call made them all: each is told of, and where it is. */
  @Test
  void allImagesOfACallThatCantBeUploadedAreKept() throws IOException {
    s3.then(
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.usual(),
        StubS3.error(403, "AccessDenied", "Access Denied"),
        StubS3.error(403, "AccessDenied", "Access Denied"));

    Run run = make("-m", "titan", "-o", URL, "--count", "2");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.err())
        .contains("image 1 of 2: S3 doesn't", kept("out-1.png"))
        .contains("image 2 of 2: S3 doesn't", kept("out-2.png"));
    assertThat(tree()).contains("cache/sdxl-gen/s3/out-1.png", "cache/sdxl-gen/s3/out-2.png");
  }

  @Test
  void anImageThatDidntComeLeavesNothing() throws IOException {
    bedrock.enqueue(Answer.of(Fault.DENIED));

    assertThat(make("-o", URL).exitCode()).isEqualTo(3);
    assertThat(s3.keys()).isEmpty();
    assertThat(s3.openUploads()).isZero();
    assertNothingStays();
  }

  @Test
  void anAnswerThatCantBeReadIsKeptOnThisMachine() throws IOException {
    bedrock.enqueue(Answer.of(Fault.GARBAGE));

    Run run = make("-o", URL);

    assertThat(run.exitCode()).isEqualTo(6);
    assertThat(tree()).anyMatch(path -> path.matches("cache/sdxl-gen/s3/sdxl-gen-answer-.*json"));
  }

  @Test
  void withoutACacheFolderTheTemporaryOneDoes() {
    assertPrinted(
        toS3().without("XDG_CACHE_HOME").without("HOME").run(words("-o", URL)), URL + "\n");
    assertThat(s3.keys()).containsExactly("a/out.png");
  }
}
