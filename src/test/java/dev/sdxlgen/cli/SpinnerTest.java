package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SpinnerTest {

  private static final String ERASE = "\r\u001b[K";

  private final FakeTerminal terminal = new FakeTerminal();

  @Test
  void showsTheSecondsAndGoesAway() throws InterruptedException {
    Spinner spinner = Spinner.start(new Reporter(terminal.console(), 0, false), "Drawing");
    terminal.await("⠙ Drawing ");
    spinner.close();

    assertThat(terminal.text())
        .matches("\r\u001b\\[K⠋ Drawing \\d+ s\r\u001b\\[K⠙ Drawing \\d+ s(?s:.*)\r\u001b\\[K");
  }

  @Test
  void doesNotTurnWhereNobodyLooks() {
    var pipe = new FakeTerminal(false, Map.of());
    var dumb = new FakeTerminal(true, Map.of("TERM", "dumb"));

    assertThat(Spinner.start(new Reporter(pipe.console(), 0, false), "Drawing")).isNull();
    assertThat(Spinner.start(new Reporter(dumb.console(), 0, false), "Drawing")).isNull();
    assertThat(Spinner.start(new Reporter(terminal.console(), 0, true), "Drawing")).isNull();
  }

  @Test
  void stopsThoughItsOwnerIsInterrupted() throws InterruptedException {
    Spinner spinner = Spinner.start(new Reporter(terminal.console(), 0, false), "Drawing");
    terminal.await("Drawing");

    Thread.currentThread().interrupt();
    spinner.close();

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void turnsWhileBedrockWorks(@TempDir Path folder) throws IOException {
    byte[] answer =
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"artifacts\":[{\"base64\":\""
                + Base64.getEncoder().encodeToString(EndToEnd.PICTURE)
                + "\"}]}")
            .getBytes(StandardCharsets.UTF_8);
    try (RawServer bedrock =
        RawServer.start(
            socket -> {
              terminal.await("Bedrock is drawing ");
              socket.getOutputStream().write(answer);
            })) {
      Program program =
          Program.in(folder).against(bedrock.endpoint()).onATerminal().stderrTo(terminal);

      assertThat(program.run("a person", "-o", "out.png").out()).isEqualTo("out.png\n");
    }

    assertThat(terminal.text()).startsWith(ERASE + "⠋ Bedrock is drawing ").endsWith(ERASE);
  }
}
