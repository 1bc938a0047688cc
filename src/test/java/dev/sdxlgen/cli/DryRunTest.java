package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DryRunTest extends EndToEnd {

  @Test
  void printsTheBodyToTheByteAndSendsNothing() throws IOException {
    Run run = run("a person 🧢", "-n", "hat", "-o", "a/out.png", "--dry-run");

    assertThat(run.outBytes())
        .isEqualTo(
            ("{\"text_prompts\":[{\"text\":\"a person 🧢\"},{\"text\":\"hat\",\"weight\":-1.0}]}\n")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @Test
  void needsNoRegionAndNoCredentials() {
    assertPrinted(
        Program.in(folder).run("--dry-run", "a person"),
        "{\"text_prompts\":[{\"text\":\"a person\"}]}\n");
  }

  @Test
  void printsOneBodyALine() {
    assertPrinted(
        run("a person", "--dry-run", "--count", "3", "-s", "41"),
        """
        {"text_prompts":[{"text":"a person"}],"seed":41}
        {"text_prompts":[{"text":"a person"}],"seed":42}
        {"text_prompts":[{"text":"a person"}],"seed":43}
        """);
  }

  @Test
  void printsWhatTheCallSends() {
    String[] command = {
      "a person::1.3", "-n", "hat::0.5", "--steps", "30", "--cfg-scale", "7.50", "-W", "1024"
    };
    run(command);
    String[] dry = java.util.Arrays.copyOf(command, command.length + 1);
    dry[command.length] = "--dry-run";

    assertThat(run(dry).out()).isEqualTo(bodies().get(0) + "\n");
  }

  @Test
  void goesToATerminalToo() {
    assertPrinted(
        program().onATerminal().run("a person", "--dry-run", "-o", "-"),
        "{\"text_prompts\":[{\"text\":\"a person\"}]}\n");
  }

  @Test
  void startsNoMock() {
    assertPrinted(
        run("a person", "--dry-run", "--mock"), "{\"text_prompts\":[{\"text\":\"a person\"}]}\n");
  }

  @Test
  void refusesABadValueAllTheSame() throws IOException {
    assertRefused(
        run("a person", "--dry-run", "--steps", "9"),
        2,
        """
        sdxl-gen: --steps 9 is out of range for stability.stable-diffusion-xl
          Allowed: 10 to 50
        """);
  }

  @Test
  void tellsOfAStdoutThatCannotBeWritten() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    assertFailed(
        program().stdoutTo(full).run("a person", "--dry-run"),
        7,
        """
        sdxl-gen: stdout can't be written
          Is its disk full, or its reader gone?
        """);
  }
}
