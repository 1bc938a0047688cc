package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest extends EndToEnd {

  private static final String MAYBE_BILLED =
      "  The image may have been made and billed. --timeout waits longer; --retry-unsure 1 asks"
          + " again\n";

  private void play(Fault... faults) {
    for (Fault fault : faults) {
      bedrock.enqueue(Answer.of(fault));
    }
  }

  /** Half a second, then one, then two, …; a random part of the second half of it is left out. */
  private static void assertBackedOff(List<Duration> slept, int times) {
    assertThat(slept).hasSize(times);
    for (int i = 0; i < times; i++) {
      long most = Math.min(20_000, 500L << i);
      assertThat(slept.get(i)).isBetween(Duration.ofMillis(most / 2), Duration.ofMillis(most));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLE", "QUOTA", "ERROR_500", "ERROR_503"})
  void triesAgainWhatWasNotMade(Fault fault) throws IOException {
    play(fault, fault, fault);

    Program program = program();
    assertPrinted(program.run("a person", "-o", "out.png"), "out.png\n");

    assertThat(bedrock.requests()).hasSize(4);
    assertThat(bodies().stream().distinct()).hasSize(1);
    assertBackedOff(program.slept(), 3);
    assertThat(tree()).containsExactly("out.png");
  }

  @ParameterizedTest
  @CsvSource({"THROTTLE, 5", "QUOTA, 5", "ERROR_500, 6", "ERROR_503, 6"})
  void givesUpAfterFourAttempts(Fault fault, int exitCode) throws IOException {
    play(fault, fault, fault, fault);

    Program program = program();
    assertThat(program.run("a person", "-o", "a/out.png").exitCode()).isEqualTo(exitCode);

    assertThat(bedrock.requests()).hasSize(4);
    assertBackedOff(program.slept(), 3);
    assertThat(tree()).isEmpty();
  }

  @Test
  void triesAsOftenAsItIsTold() {
    play(Fault.THROTTLE, Fault.THROTTLE, Fault.THROTTLE, Fault.THROTTLE, Fault.THROTTLE);
    play(Fault.THROTTLE, Fault.THROTTLE, Fault.THROTTLE, Fault.THROTTLE);

    Program program = program();
    assertPrinted(program.run("a person", "-o", "out.png", "--max-attempts", "10"), "out.png\n");
    assertThat(bedrock.requests()).hasSize(10);
    assertBackedOff(program.slept(), 9);
  }

  @Test
  void triesAsOftenAsTheEnvironmentSays() {
    play(Fault.THROTTLE, Fault.THROTTLE);

    assertThat(program().with("AWS_MAX_ATTEMPTS", "2").run("a person").exitCode()).isEqualTo(5);
    assertThat(bedrock.requests()).hasSize(2);
  }

  @Test
  void takesTheFlagOverTheEnvironment() {
    play(Fault.THROTTLE, Fault.THROTTLE);

    Run run = program().with("AWS_MAX_ATTEMPTS", "nonsense").run("a person", "--max-attempts", "1");

    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(bedrock.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"0, out of range", "-1, out of range", "101, out of range"})
  void refusesAttemptsOutOfRange(String attempts) throws IOException {
    assertRefused(
        run("a person", "--max-attempts", attempts),
        2,
        "sdxl-gen: --max-attempts " + attempts + " is out of range\n  Allowed: 1 to 100\n");
    assertRefused(
        program().with("AWS_MAX_ATTEMPTS", attempts).run("a person"),
        2,
        "sdxl-gen: AWS_MAX_ATTEMPTS " + attempts + " is out of range\n  Allowed: 1 to 100\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "3.5", "NaN"})
  void refusesAttemptsThatAreNoNumber(String attempts) throws IOException {
    assertRefused(
        program().with("AWS_MAX_ATTEMPTS", attempts).run("a person"),
        2,
        "sdxl-gen: AWS_MAX_ATTEMPTS takes a whole number, not '"
            + attempts
            + "'\n  Allowed: 1 to 100\n");
    assertRefused(
        run("a person", "--retry-unsure", attempts),
        2,
        "sdxl-gen: --retry-unsure takes a whole number, not '"
            + attempts
            + "'\n  Allowed: 0 to 100\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DENIED", "EXPIRED", "EOL", "FILTERED"})
  void doesNotRepeatWhatWouldFailAgain(Fault fault) {
    play(fault);

    Program program = program();
    program.run("a person", "-o", "out.png", "--retry-unsure", "3");

    assertThat(bedrock.requests()).hasSize(1);
    assertThat(program.slept()).isEmpty();
  }

  @Test
  void doesNotRepeatACallThatWasResetAfterItWasSent() throws IOException {
    play(Fault.RESET);
    String host = bedrock.endpoint().getAuthority();

    assertFailed(
        run("a person", "-o", "a/out.png"),
        6,
        "sdxl-gen: the connection to "
            + host
            + " broke after the request was sent\n"
            + MAYBE_BILLED);
    assertThat(bedrock.requests()).hasSize(1);
    assertThat(tree()).isEmpty();
  }

  @Test
  void doesNotRepeatACallThatTimedOutAfterItWasSent() throws IOException {
    play(Fault.TIMEOUT);
    String host = bedrock.endpoint().getAuthority();

    assertFailed(
        run("a person", "-o", "a/out.png", "--timeout", "1"),
        6,
        "sdxl-gen: " + host + " didn't answer within 1 s\n" + MAYBE_BILLED);
    assertThat(bedrock.requests()).hasSize(1);
    assertThat(tree()).isEmpty();
  }

  @Test
  void doesNotRepeatACallThatWasClosedWithoutAnAnswer() throws IOException {
    try (RawServer server = RawServer.start(socket -> {})) {
      Program program = Program.in(folder).against(server.endpoint());

      Run run = program.run("a person", "-o", "a/out.png");

      assertFailed(
          run,
          6,
          "sdxl-gen: the connection to "
              + server.endpoint().getAuthority()
              + " broke after the request was sent\n"
              + MAYBE_BILLED);
      assertThat(server.requests()).isEqualTo(1);
      assertThat(tree()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESET", "TRUNCATE", "GARBAGE"})
  void repeatsWhatMayHaveBeenBilledWhenAsked(Fault fault) {
    play(fault, fault);

    Program program = program();
    Run run = program.run("a person", "-o", "out.png", "--retry-unsure", "2");

    assertThat(run.out()).isEqualTo("out.png\n");
    assertThat(run.exitCode()).isZero();
    assertThat(bedrock.requests()).hasSize(3);
    assertBackedOff(program.slept(), 2);
    assertThat(sent(folder.resolve("out.png"))).isEqualTo(PICTURE);
  }

  @Test
  void repeatsNoMoreOftenThanAsked() throws IOException {
    play(Fault.RESET, Fault.RESET, Fault.RESET);

    assertThat(run("a person", "-o", "out.png", "--retry-unsure", "1").exitCode()).isEqualTo(6);
    assertThat(bedrock.requests()).hasSize(2);
    assertThat(tree()).isEmpty();
  }

  @Test
  void makesNoMoreAttemptsInAllThanAllowed() {
    play(Fault.RESET, Fault.THROTTLE, Fault.RESET, Fault.RESET);

    Run run = run("a person", "-o", "out.png", "--retry-unsure", "9", "--max-attempts", "3");

    assertThat(run.exitCode()).isEqualTo(6);
    assertThat(bedrock.requests()).hasSize(3);
  }

  @Test
  void triesSafeFailuresAgainThoughUnsureOnesAreNot() {
    play(Fault.THROTTLE, Fault.RESET);

    assertThat(run("a person", "-o", "out.png").exitCode()).isEqualTo(6);
    assertThat(bedrock.requests()).hasSize(2);
  }

  @Test
  void repeatsAModelTimeoutOnlyWhenAsked() {
    Answer answer = Answer.error(408, "ModelTimeoutException", "The model timed out.");
    bedrock.enqueue(answer);
    assertThat(run("a person", "-o", "out.png").exitCode()).isEqualTo(6);
    assertThat(bedrock.requests()).hasSize(1);

    bedrock.enqueue(answer);
    assertPrinted(run("a person", "-o", "out.png", "--retry-unsure", "1"), "out.png\n");
    assertThat(bedrock.requests()).hasSize(3);
  }

  @Test
  void repeatsAModelErrorNever() {
    bedrock.enqueue(Answer.error(424, "ModelErrorException", "It broke."));

    assertThat(run("a person", "--retry-unsure", "3").exitCode()).isEqualTo(6);
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void tellsOfEachRetryWhenAsked() {
    play(Fault.THROTTLE, Fault.ERROR_503, Fault.RESET);
    String host = bedrock.endpoint().getAuthority();

    Run run = run("a person", "-o", "out.png", "-v", "--retry-unsure", "1");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err().lines().limit(3))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(
                        "attempt 1 failed: Bedrock is throttling this account: Too many requests,"
                            + " please wait before trying again\\.; again in 0\\.[2-5] s"),
            line ->
                assertThat(line)
                    .matches(
                        "attempt 2 failed: Bedrock answered 503: Bedrock is unable to process your"
                            + " request\\.; again in (0\\.[5-9]|1\\.0) s"),
            line ->
                assertThat(line)
                    .matches(
                        "attempt 3 failed: the connection to "
                            + host
                            + " broke after the request was sent; again in (1\\.\\d|2\\.0) s"));
  }

  @Test
  void warnsWhereAnUnreadableAnswerIsKeptBeforeItRepeatsTheCall() throws IOException {
    play(Fault.GARBAGE);

    Run run = run("a person", "-o", "out.png", "--retry-unsure", "1");

    assertThat(run.out()).isEqualTo("out.png\n");
    assertThat(run.err())
        .matches(
            "sdxl-gen: an answer that can't be read is kept in .*sdxl-gen-answer-\\w+\\.json\n");
    String kept = run.err().substring(run.err().indexOf("kept in ") + 8).strip();
    assertThat(java.nio.file.Path.of(kept))
        .hasContent("<html><body><h1>It works!</h1></body></html>\n");
    assertThat(tree()).hasSize(2).contains("out.png");
  }

  @Test
  void triesAgainWhenNobodyListens() throws IOException {
    int port = freePort();
    Program program = Program.in(folder).against(URI.create("http://127.0.0.1:" + port));

    assertFailed(
        program.run("a person", "-o", "a/out.png"),
        6,
        "sdxl-gen: 127.0.0.1:"
            + port
            + " refuses the connection\n  Is it running, and is the port right?\n");
    assertBackedOff(program.slept(), 3);
    assertThat(tree()).isEmpty();
  }

  @Test
  void triesAgainWhenTheHostIsNotFound() throws IOException {
    Program program = Program.in(folder).against(URI.create("http://nowhere.invalid"));

    assertFailed(
        program.run("a person", "-o", "a/out.png"),
        6,
        """
        sdxl-gen: nowhere.invalid can't be found
          Look at --endpoint-url (or AWS_ENDPOINT_URL_BEDROCK_RUNTIME)
        """);
    assertBackedOff(program.slept(), 3);
    assertThat(tree()).isEmpty();
  }

  @Test
  void forgetsWhatAFailedAttemptWrote() throws IOException {
    // A good picture that is cut off, and then a smaller one.
    byte[] whole = ("{\"artifacts\":[{\"base64\":\"" + "QUFB".repeat(1000)).getBytes();
    bedrock.enqueue(Answer.raw(200, Map.of("Content-Length", "9000"), whole));

    Run run = run("a person", "-o", "out.png", "--retry-unsure", "1");

    assertThat(run.exitCode()).isZero();
    assertThat(sent(folder.resolve("out.png"))).isEqualTo(PICTURE);
  }

  @Test
  void leavesNothingWhenItIsStoppedBetweenTwoAttempts() throws IOException {
    play(Fault.THROTTLE);

    Run run =
        program()
            .waitingBy(
                time -> {
                  throw new InterruptedException();
                })
            .run("a person", "-o", "a/out.png");

    assertFailed(run, 130, "sdxl-gen: interrupted\n");
    assertThat(bedrock.requests()).hasSize(1);
    assertThat(tree()).isEmpty();
  }
}
