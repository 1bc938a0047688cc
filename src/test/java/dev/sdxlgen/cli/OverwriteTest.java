package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverwriteTest extends EndToEnd {

  private static final String EXISTS =
      """
      sdxl-gen: out.png exists
        -f replaces it; --if-exists number keeps both
      """;

  private Path precious;

  @BeforeEach
  void writeAFile() throws IOException {
    precious = Files.writeString(folder.resolve("out.png"), "precious");
  }

  @Test
  void refusesAnExistingFileBeforeCalling() throws IOException {
    assertRefused(run("a person", "-n", "hat", "-o", "out.png"), 7, EXISTS, "out.png");
    assertRefused(run("a person", "-o", "out.png", "--if-exists", "fail"), 7, EXISTS, "out.png");
    assertThat(precious).hasContent("precious");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-f", "--force", "--if-exists=overwrite", "--if-exists=OVERWRITE"})
  void replacesItWhenToldTo(String option) throws IOException {
    assertPrinted(run("a person", "-o", "out.png", option), "out.png\n");
    assertThat(sent(precious)).isEqualTo(PICTURE);
    assertThat(tree()).containsExactly("out.png");
  }

  @Test
  void takesForceAndOverwriteTogether() {
    assertPrinted(run("a person", "-o", "out.png", "-f", "--if-exists", "overwrite"), "out.png\n");
    assertThat(sent(precious)).isEqualTo(PICTURE);
  }

  @Test
  void leavesItWhenTheNewOneDoesNotCome() throws IOException {
    bedrock.enqueue(Answer.error(400, "ValidationException", "No."));

    assertThat(run("a person", "-o", "out.png", "-f").exitCode()).isEqualTo(2);
    assertThat(precious).hasContent("precious");
    assertThat(tree()).containsExactly("out.png");
  }

  @Test
  void numbersWhenToldTo() throws IOException {
    assertPrinted(run("a person", "-o", "out.png", "--if-exists", "number"), "out-1.png\n");
    assertPrinted(run("a person", "-o", "out.png", "--if-exists", "number"), "out-2.png\n");
    assertThat(precious).hasContent("precious");
    assertThat(tree()).containsExactly("out-1.png", "out-2.png", "out.png");
  }

  @Test
  void skipsWhenToldToAndPrintsThePath() throws IOException {
    assertRefusedWith(0, run("a person", "-o", "out.png", "--if-exists", "skip"));
    assertThat(precious).hasContent("precious");
  }

  private void assertRefusedWith(int exitCode, Run run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("out.png\n");
    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).containsExactly("out.png");
  }

  @Test
  void skipsJustWhatIsThere() {
    assertPrinted(run("a person", "-o", "new.png", "--if-exists", "skip"), "new.png\n");
    assertThat(sent(folder.resolve("new.png"))).isEqualTo(PICTURE);
  }

  @Test
  void skipsANameOfItsOwnWhereTheSeedIsKnown() throws IOException {
    Files.writeString(folder.resolve("a-person-7.png"), "precious");

    assertPrinted(run("a person", "-s", "7", "--if-exists", "skip"), "a-person-7.png\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void refusesANameOfItsOwnWhenToldTo() throws IOException {
    Files.writeString(folder.resolve("a-person-7.png"), "precious");

    assertRefused(
        run("a person", "-s", "7", "--if-exists", "fail"),
        7,
        EXISTS.replace("out.png", "a-person-7.png"),
        "a-person-7.png",
        "out.png");
  }

  @Test
  void refusesTwoOptionsThatSayDifferentThings() throws IOException {
    assertRefused(
        run("a person", "-o", "out.png", "-f", "--if-exists", "skip"),
        2,
        """
        sdxl-gen: -f and --if-exists skip say different things
          -f is --if-exists overwrite
        """,
        "out.png");
  }

  @Test
  void refusesAPolicyThatIsNone() throws IOException {
    assertRefused(
        run("a person", "-o", "out.png", "--if-exists", "overwrit"),
        2,
        """
        sdxl-gen: --if-exists overwrit is not a choice of sdxl-gen
          Did you mean overwrite? Choices: fail, overwrite, number, skip
        """,
        "out.png");
  }

  @Test
  void numbersThePaidImageWhenAnotherProcessTakesTheNameItWasGiven() throws IOException {
    String base64 = Base64.getEncoder().encodeToString(PICTURE);
    byte[] answer =
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"artifacts\":[{\"base64\":\""
                + base64
                + "\"}]}")
            .getBytes(StandardCharsets.UTF_8);
    try (RawServer server =
        RawServer.start(
            socket -> {
              Files.writeString(folder.resolve("new.png"), "precious");
              socket.getOutputStream().write(answer);
            })) {

      Run run = Program.in(folder).against(server.endpoint()).run("a person", "-o", "new.png");

      assertThat(run.err())
          .isEqualTo("sdxl-gen: new.png was taken while the image was made: it is new-1.png\n");
      assertThat(run.out()).isEqualTo("new-1.png\n");
      assertThat(run.exitCode()).isZero();
      assertThat(folder.resolve("new.png")).hasContent("precious");
      assertThat(sent(folder.resolve("new-1.png"))).isEqualTo(PICTURE);
      assertThat(tree()).containsExactly("new-1.png", "new.png", "out.png");
    }
  }

  @Test
  void numbersThePaidImageWhenTheNameIsTakenMeanwhile() throws IOException {
    Files.writeString(folder.resolve("a-person-12.png"), "precious");
    bedrock.enqueue(picture(12));

    Run run = run("a person", "--if-exists", "fail");

    assertThat(run.err())
        .isEqualTo("sdxl-gen: a-person-12.png exists: the image is a-person-12-1.png\n");
    assertThat(run.out()).isEqualTo("a-person-12-1.png\n");
    assertThat(run.exitCode()).isZero();
    assertThat(folder.resolve("a-person-12.png")).hasContent("precious");
    assertThat(sent(folder.resolve("a-person-12-1.png"))).isEqualTo(PICTURE);
  }
}
