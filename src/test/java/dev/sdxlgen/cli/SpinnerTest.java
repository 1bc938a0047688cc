package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.mock.MockOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
    terminal.await("⠙ Drawing 0 s");
    spinner.close();

    assertThat(terminal.text())
        .startsWith(ERASE + "⠋ Drawing 0 s" + ERASE + "⠙ Drawing 0 s")
        .endsWith(ERASE);
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
  void turnsWhileBedrockWorks(@TempDir Path folder) {
    var err = new ByteArrayOutputStream();
    MockOptions slow =
        MockOptions.DEFAULT.withPicture(EndToEnd.PICTURE).withLatency(Duration.ofMillis(250));
    try (MockBedrock bedrock = MockBedrock.start(slow)) {
      Program.in(folder)
          .against(bedrock)
          .onATerminal()
          .stderrTo(err)
          .run("a person", "-o", "out.png");
    }

    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith(ERASE + "⠋ Bedrock is drawing 0 s")
        .endsWith(ERASE);
  }
}
