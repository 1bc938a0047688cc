package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.png.PngEncoder;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerbosityTest extends EndToEnd {

  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** Its base64 is much longer than what is shown. */
  private static byte[] noise() {
    byte[] rgb = new byte[20 * 10 * 3];
    new Random(1).nextBytes(rgb);
    return PngEncoder.encode(20, 10, rgb);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-v", "--verbose"})
  void showsWhatTheNotebookPrintsAndMore(String option) {
    byte[] png = noise();
    bedrock.enqueue(Answer.image(png, 42, "SUCCESS"));

    Run run = run("a person", "-o", "out.png", option, "--no-metadata");

    String start = Base64.getEncoder().encodeToString(png).substring(0, 80);
    assertThat(run.err().replaceAll(", \\d+ ms, request " + UUID + "\n", ", MS ms, request ID\n"))
        .isEqualTo(
            "success\n"
                + start
                + "...\nseed 42, SUCCESS, 20x10 PNG, "
                + png.length
                + " bytes, MS ms, request ID\n");
    assertThat(run.out()).isEqualTo("out.png\n");
  }

  @Test
  void showsTheAttemptsWhenThereWereSeveral() {
    bedrock.enqueue(Answer.of(Fault.THROTTLE));
    bedrock.enqueue(picture(42));

    Run run = run("a person", "-o", "out.png", "-v", "--no-metadata");

    assertThat(run.err())
        .matches(
            "(?s)attempt 1 failed: .*success\n.*\\.\\.\\.\nseed 42, SUCCESS, 3x2 PNG, "
                + PICTURE.length
                + " bytes, \\d+ ms, 2 attempts, request "
                + UUID
                + "\n");
  }

  @Test
  void showsNothingOfTheAnswerWhenNotAsked() {
    assertPrinted(run("a person", "-o", "out.png"), "out.png\n");
  }

  @Test
  void showsTheRequestTooWhenAskedTwice() {
    bedrock.enqueue(picture(42));

    Run run = run("a person 🧢", "-n", "hat", "-o", "out.png", "-vv");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .startsWith(
            "POST /model/stability.stable-diffusion-xl/invoke {\"text_prompts\":[{\"text\":"
                + "\"a person 🧢\"},{\"text\":\"hat\",\"weight\":-1.0}]}\nsuccess\n")
        .contains("seed 42, SUCCESS, 3x2 PNG, ");
  }

  @Test
  void showsWhatIsBehindAnErrorWhenAsked() {
    bedrock.enqueue(Answer.of(Fault.DENIED));
    Run run = run("a person", "-o", "out.png", "-v", "--no-metadata");

    assertThat(run.err())
        .startsWith("sdxl-gen: AWS doesn't allow it: ")
        .contains("\n  caused by ", "Status Code: 403", "Request ID: ")
        .doesNotContain("\tat ");
  }

  @Test
  void showsNoRequestIdAndNoClassOtherwise() {
    bedrock.enqueue(Answer.of(Fault.DENIED));
    Run run = run("a person", "-o", "out.png");

    assertThat(run.err()).doesNotContain("Request ID", "Exception", "caused by");
  }

  @Test
  void silencesTheNoteButNotTheErrorWhenQuiet() {
    assertPrinted(run("a person", "-o", "out.png", "-q", "--mock"), "out.png\n");

    assertFailed(
        run("a person", "-o", "out.png", "--quiet"),
        7,
        """
        sdxl-gen: out.png exists
          -f replaces it; --if-exists number keeps both
        """);
  }

  @Test
  void takesTheSpinnerAwayBeforeItSaysAnything() {
    bedrock.enqueue(Answer.of(Fault.EOL));

    Run run = program().onATerminal().run("a person", "-o", "out.png");

    assertThat(run.err()).contains("sdxl-gen: stability.stable-diffusion-xl is retired: ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void drawsNothingWhereNobodyLooks() {
    for (Program program :
        new Program[] {
          program(), program().onATerminal().with("TERM", "dumb"),
        }) {
      assertPrinted(program.run("a person", "-o", "out.png", "-f"), "out.png\n");
    }
    assertPrinted(program().onATerminal().run("a person", "-o", "out.png", "-fq"), "out.png\n");
  }
}
