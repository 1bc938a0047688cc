package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountTest extends EndToEnd {

  private static final String SAME = "{\"text_prompts\":[{\"text\":\"a person\"}]}";

  private static String seeded(long seed) {
    return "{\"text_prompts\":[{\"text\":\"a person\"}],\"seed\":" + seed + "}";
  }

  private static Answer refused() {
    return Answer.error(400, "ValidationException", "No.");
  }

  @Test
  void makesAsManyCallsAndCountsTheFilesUp() throws IOException {
    assertPrinted(
        run("a person", "--count", "3", "-o", "out.png"), "out-1.png\nout-2.png\nout-3.png\n");
    assertThat(bodies()).containsExactly(SAME, SAME, SAME);
    assertThat(tree()).containsExactly("out-1.png", "out-2.png", "out-3.png");
  }

  @Test
  void countsAGivenSeedUp() {
    assertPrinted(
        run("a person", "--count", "3", "-s", "7"),
        "a-person-7.png\na-person-8.png\na-person-9.png\n");
    assertThat(bodies()).containsExactly(seeded(7), seeded(8), seeded(9));
  }

  @Test
  void leavesASeedOfZeroRandom() {
    bedrock.enqueue(picture(31));
    bedrock.enqueue(picture(5));

    assertPrinted(run("a person", "--count", "2", "-s", "0"), "a-person-31.png\na-person-5.png\n");
    assertThat(bodies()).containsExactly(seeded(0), seeded(0));
  }

  @Test
  void refusesASeedThatWouldCountTooFar() throws IOException {
    assertRefused(
        run("a person", "--count", "2", "-s", "4294967295"),
        2,
        """
        sdxl-gen: --seed 4294967295 counts up to 4294967296, which is out of range for \
        stability.stable-diffusion-xl
          Allowed with --count 2: 0 to 4294967294
        """);
  }

  @ParameterizedTest
  @CsvSource({
    "out,               out-1,               out-2",
    "out.tar.png,       out.tar-1.png,       out.tar-2.png",
    ".png,              .png-1,              .png-2",
    "images/out.png,    images/out-1.png,    images/out-2.png",
    "v1.0/out,          v1.0/out-1,          v1.0/out-2",
  })
  void putsTheNumberBeforeTheSuffix(String output, String first, String second) {
    assertPrinted(run("a person", "--count", "2", "-o", output), first + "\n" + second + "\n");
    assertThat(sent(folder.resolve(first))).isEqualTo(PICTURE);
    assertThat(sent(folder.resolve(second))).isEqualTo(PICTURE);
  }

  @Test
  void leavesTheNameAsItIsForOne() {
    assertPrinted(run("a person", "--count", "1", "-o", "out.png"), "out.png\n");
  }

  @Test
  void savesThemInAFolder() throws IOException {
    assertPrinted(
        run("a person", "--count", "2", "-s", "7", "-o", "images/"),
        "images/a-person-7.png\nimages/a-person-8.png\n");
    assertThat(tree()).containsExactly("images/", "images/a-person-7.png", "images/a-person-8.png");
  }

  @Test
  void refusesBeforeTheFirstCallWhenAnyOfThemExists() throws IOException {
    Files.writeString(folder.resolve("out-2.png"), "precious");

    assertRefused(
        run("a person", "--count", "3", "-o", "out.png"),
        7,
        """
        sdxl-gen: out-2.png exists
          -f replaces it; --if-exists number keeps both
        """,
        "out-2.png");
  }

  @Test
  void skipsThoseThatAreThere() throws IOException {
    Files.writeString(folder.resolve("out-2.png"), "precious");

    assertPrinted(
        run("a person", "--count", "3", "-s", "7", "-o", "out.png", "--if-exists", "skip"),
        "out-1.png\nout-2.png\nout-3.png\n");
    assertThat(bodies()).containsExactly(seeded(7), seeded(9));
    assertThat(folder.resolve("out-2.png")).hasContent("precious");
  }

  @Test
  void keepsWhatCouldBeMadeWhenOneIsFiltered() throws IOException {
    bedrock.enqueue(picture(1));
    bedrock.enqueue(Answer.image(PICTURE, 2, "CONTENT_FILTERED"));
    bedrock.enqueue(picture(3));

    Run run = run("a person", "--count", "3", "-o", "out.png");

    assertThat(run.err())
        .isEqualTo(
            """
            sdxl-gen: image 2 of 3: the model filtered the image (seed 2)
              Try other words or another seed; --keep-filtered saves the blurred image
            """);
    assertThat(run.out()).isEqualTo("out-1.png\nout-3.png\n");
    assertThat(run.exitCode()).isEqualTo(8);
    assertThat(tree()).containsExactly("out-1.png", "out-3.png");
  }

  @Test
  void endsWithTheReasonWhenAllFailedForIt() throws IOException {
    bedrock.enqueue(Answer.of(Fault.FILTERED));
    bedrock.enqueue(Answer.of(Fault.FILTERED));

    Run run = run("a person", "--count", "2", "-s", "7", "-o", "out.png");

    assertFailed(
        run,
        4,
        """
        sdxl-gen: image 1 of 2: the model filtered the image (seed 7)
          Try other words or another seed; --keep-filtered saves the blurred image
        sdxl-gen: image 2 of 2: the model filtered the image (seed 8)
          Try other words or another seed; --keep-filtered saves the blurred image
        """);
    assertThat(tree()).isEmpty();
  }

  @Test
  void tellsThatTheyFailedForSeveralReasons() throws IOException {
    bedrock.enqueue(Answer.of(Fault.FILTERED));
    bedrock.enqueue(Answer.of(Fault.RESET));
    bedrock.enqueue(Answer.of(Fault.FILTERED));

    Run run = run("a person", "--count", "3", "-o", "out.png");

    assertThat(run.exitCode()).isEqualTo(8);
    assertThat(bedrock.requests()).hasSize(3);
    assertThat(tree()).isEmpty();
  }

  @Test
  void stopsAtAReasonThatAllTheOthersShare() throws IOException {
    bedrock.enqueue(picture(1));
    bedrock.enqueue(Answer.of(Fault.EXPIRED));

    Run run = run("a person", "--count", "5", "-o", "out.png");

    assertThat(run.err())
        .isEqualTo(
            """
            sdxl-gen: image 2 of 5: the AWS credentials have expired
              Get new ones (aws sso login, aws login, or whatever issued them) and run it again
            """);
    assertThat(run.out()).isEqualTo("out-1.png\n");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(bedrock.requests()).hasSize(2);
    assertThat(tree()).containsExactly("out-1.png");
  }

  /** Stdout's reader is slow: by then the next image is being drawn. */
  @Test
  @Timeout(60)
  void asksForTheNextImageBeforeThisOneIsDoneWith() throws IOException {
    var second = new CountDownLatch(2);
    var out = new ByteArrayOutputStream();
    var slow =
        new FilterOutputStream(out) {
          @Override
          public void flush() throws IOException {
            try {
              second.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    try (RawServer server =
        RawServer.start(
            socket -> {
              second.countDown();
              socket.getOutputStream().write(http(PICTURE));
            })) {
      Run run =
          Program.in(folder)
              .against(server.endpoint())
              .stdoutTo(slow)
              .run("a person", "--count", "2", "-o", "out.png");

      assertThat(run.err()).isEmpty();
      assertThat(run.exitCode()).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out-1.png\nout-2.png\n");
      assertThat(server.requests()).isEqualTo(2);
    }
  }

  /** What a picture takes on its way is no time for the model to be idle. */
  @Test
  @Timeout(60)
  void asksForTheNextImageWhenAnAnswerBeginsToArrive() throws IOException {
    var second = new CountDownLatch(2);
    byte[] answer = http(PICTURE);
    try (RawServer server =
        RawServer.start(
            socket -> {
              second.countDown();
              socket.getOutputStream().write(answer, 0, answer.length - 1);
              second.await();
              socket.getOutputStream().write(answer, answer.length - 1, 1);
            })) {
      Run run =
          Program.in(folder)
              .against(server.endpoint())
              .run("a person", "--count", "2", "-o", "out.png");

      assertPrinted(run, "out-1.png\nout-2.png\n");
      assertThat(sent(folder.resolve("out-1.png"))).isEqualTo(PICTURE);
      assertThat(sent(folder.resolve("out-2.png"))).isEqualTo(PICTURE);
    }
  }

  @Test
  @Timeout(60)
  void savesTheImageThatWasAskedForWhileAnAnswerArrivedThatIsCutOff() throws IOException {
    var first = new AtomicBoolean(true);
    var second = new CountDownLatch(1);
    byte[] answer = http(PICTURE);
    try (RawServer server =
        RawServer.start(
            socket -> {
              if (first.getAndSet(false)) {
                socket.getOutputStream().write(answer, 0, answer.length - 9);
                second.await();
              } else {
                second.countDown();
                socket.getOutputStream().write(answer);
              }
            })) {
      Run run =
          Program.in(folder)
              .against(server.endpoint())
              .run("a person", "--count", "2", "-o", "out.png");

      assertThat(run.err())
          .startsWith("sdxl-gen: image 1 of 2: Bedrock's answer was cut off after ")
          .contains("Bedrock's answer is kept in ");
      assertThat(run.out()).isEqualTo("out-2.png\n");
      assertThat(run.exitCode()).isEqualTo(8);
      assertThat(server.requests()).isEqualTo(2);
      assertThat(sent(folder.resolve("out-2.png"))).isEqualTo(PICTURE);
    }
  }

  @Test
  void savesTheImageThatWasAskedForBeforeOneCouldNotBeSaved() throws IOException {
    Path first = folder.resolve("1");
    try (RawServer server =
        RawServer.start(
            socket -> {
              // The first image's folder vanishes while it is drawn.
              if (Files.exists(first)) {
                for (Path file : Files.list(first).toList()) {
                  Files.delete(file);
                }
                Files.delete(first);
              }
              socket.getOutputStream().write(http(PICTURE));
            })) {
      Run run =
          Program.in(folder)
              .against(server.endpoint())
              .run("a person", "--count", "4", "-o", "{n}/out.png");

      assertThat(run.err())
          .startsWith(
              "sdxl-gen: image 1 of 4: 1/out.png can't be written: its folder is gone\n"
                  + "  Choose another place with -o\n  Bedrock's answer is kept in ");
      Kept.in(run).assertImage(PICTURE);
      assertThat(run.out()).isEqualTo("2/out.png\n");
      assertThat(run.exitCode()).isEqualTo(7);
      assertThat(server.requests()).isEqualTo(2);
      assertThat(sent(folder.resolve("2/out.png"))).isEqualTo(PICTURE);
      assertThat(tree()).containsExactly("2/", "2/out.png");
    }
  }

  @Test
  void repeatsTheCallThatWentOutByItself() {
    bedrock.enqueue(picture(1));
    bedrock.enqueue(Answer.of(Fault.THROTTLE));
    bedrock.enqueue(picture(2));
    Program program = program();

    assertPrinted(
        program.run("a person", "--count", "2", "-o", "out.png"), "out-1.png\nout-2.png\n");
    assertThat(bedrock.requests()).hasSize(3);
    assertThat(program.slept()).hasSize(1);
  }

  /** What the next call was got ready for is made all the same. */
  @Test
  void makesTheNextCallInItsTurnWhenTheOneBeforeIsRepeated() {
    bedrock.enqueue(Answer.of(Fault.THROTTLE));
    bedrock.enqueue(picture(1));
    bedrock.enqueue(picture(2));

    assertPrinted(
        run("a person", "--count", "2", "-s", "7", "-o", "out.png"), "out-1.png\nout-2.png\n");
    assertThat(bodies()).containsExactly(seeded(7), seeded(7), seeded(8));
  }

  @Test
  void makesOneCallWhenTheRequestItselfIsRefused() throws IOException {
    bedrock.enqueue(refused());

    assertFailed(
        run("a person", "--count", "5", "-o", "a/out.png"),
        2,
        """
        sdxl-gen: image 1 of 5: Bedrock refuses the request: No.
          --dry-run shows the request that was sent
        """);
    assertThat(bedrock.requests()).hasSize(1);
    assertThat(tree()).isEmpty();
  }

  @Test
  void endsWith8WhenTheLastOneIsMissing() {
    bedrock.enqueue(picture(1));
    bedrock.enqueue(Answer.of(Fault.FILTERED));

    assertThat(run("a person", "--count", "2", "-o", "out.png").exitCode()).isEqualTo(8);
  }

  @Test
  void countsSkippedOnesAsThere() throws IOException {
    Files.writeString(folder.resolve("out-1.png"), "precious");
    bedrock.enqueue(Answer.of(Fault.FILTERED));

    Run run = run("a person", "--count", "2", "-o", "out.png", "--if-exists", "skip");

    assertThat(run.out()).isEqualTo("out-1.png\n");
    assertThat(run.exitCode()).isEqualTo(8);
  }

  @Test
  void goesOnOverTheSameConnectionAfterOneBroke() throws IOException {
    bedrock.enqueue(picture(1));
    bedrock.enqueue(Answer.of(Fault.RESET));
    bedrock.enqueue(picture(3));

    Run run = run("a person", "--count", "3", "-o", "out.png");

    // The JDK would send a POST a second time when a kept-alive connection breaks.
    assertThat(bedrock.requests()).hasSize(3);
    assertThat(run.out()).isEqualTo("out-1.png\nout-3.png\n");
    assertThat(run.exitCode()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "0,          out of range",
    "-1,         out of range",
    "10001,      out of range",
    "1e3,        no number",
    "2.0,        no number",
    "NaN,        no number",
    "infinity,   no number",
    "many,       no number",
    "'',         no number",
  })
  void refusesACountThatIsNone(String count, String why) throws IOException {
    assertRefused(
        run("a person", "--count", count),
        2,
        (why.equals("no number")
                ? "sdxl-gen: --count takes a whole number, not '" + count + "'\n"
                : "sdxl-gen: --count " + count + " is out of range\n")
            + "  Allowed: 1 to 10000\n");
  }
}
