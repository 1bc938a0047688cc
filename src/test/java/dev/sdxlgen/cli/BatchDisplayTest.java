package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.batch.BatchProgress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchDisplayTest {

  private static BatchProgress progress(long made, long failed, long throttled, Duration left) {
    return new BatchProgress(
        1000, 100, made, 0, 0, failed, 4, 2, made + 9, throttled, 0, 58.94, left);
  }

  @Test
  void tellsEverythingInALine() {
    assertThat(BatchDisplay.line(progress(312, 1, 12, Duration.ofSeconds(598)), "$16.48"))
        .isEqualTo(
            "412 of 1,000 done, 58.9 a minute, 4 in flight, 12 throttled, 1 failed, $16.48,"
                + " 9 min 58 s left");
  }

  @Test
  void leavesOutWhatThereIsNot() {
    assertThat(BatchDisplay.line(progress(0, 0, 0, null), null))
        .isEqualTo("100 of 1,000 done, 58.9 a minute, 4 in flight");
  }

  @Test
  void drawsABarAsLongAsWhatIsDone() {
    BatchProgress now = progress(312, 0, 0, Duration.ofSeconds(7598));

    assertThat(BatchDisplay.bar(now, "$16.48", 120))
        .isEqualTo("████████▏            412/1,000, 58.9/min, 2:06:38 left, $16.48, 4 in flight");
    assertThat(BatchDisplay.bar(progress(900, 0, 0, null), null, 120))
        .startsWith("████████████████████ 1,000/1,000, ");
    assertThat(BatchDisplay.bar(progress(-100, 0, 0, null), null, 120))
        .startsWith("                     0/1,000, ");
  }

  @Test
  void givesTheBarWhatRoomThereIs() {
    BatchProgress now = progress(312, 3, 12, Duration.ofSeconds(598));

    assertThat(BatchDisplay.bar(now, "$16.48", 79))
        .isEqualTo(
            "██████▌          412/1,000, 58.9/min, 9:58 left, 3 failed, 12 throttled, $16.48")
        .hasSizeLessThan(80);
    assertThat(BatchDisplay.bar(now, "$16.48", 40))
        .isEqualTo("███▋      412/1,000, 58.9/min, 9:58 left");
    assertThat(BatchDisplay.bar(now, "$16.48", 10)).hasSize(10);
  }

  @Test
  @Timeout(60)
  void followsAWindowThatIsMadeNarrower() throws InterruptedException {
    Map<String, String> environment = new ConcurrentHashMap<>(Map.of("COLUMNS", "80"));
    FakeTerminal terminal = new FakeTerminal(true, environment);
    BatchProgress now = progress(312, 3, 12, Duration.ofSeconds(598));
    Reporter reporter = new Reporter(terminal.console(), 0, false);

    try (BatchDisplay display =
        BatchDisplay.start(reporter, terminal.console(), () -> now, new Cost(false))) {
      assertThat(display).isNotNull();
      terminal.await("3 failed");
      environment.put("COLUMNS", "42");
      terminal.await("9:58 left\u001b[?7h");
    }

    // What is still too long doesn't go on in a line of its own.
    assertThat(terminal.text())
        .startsWith("\r\u001b[K\u001b[?7l█")
        .endsWith("\u001b[?7h\r\u001b[K");
  }

  @ParameterizedTest
  @CsvSource({
    "0,          0 s",
    "400,        0.4 s",
    "1400,       1 s",
    "59400,      59 s",
    "60000,      1 min",
    "598000,     9 min 58 s",
    "3600000,    1 h",
    "7500000,    2 h 5 min",
    "172800000,  2 d",
    "273600000,  3 d 4 h",
  })
  void tellsTimesInTwoUnits(long millis, String text) {
    assertThat(BatchDisplay.time(Duration.ofMillis(millis))).isEqualTo(text);
  }
}
