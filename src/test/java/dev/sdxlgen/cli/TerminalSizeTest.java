package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalSizeTest {

  @ParameterizedTest
  @CsvSource({"24 80, 80, 24", "50 213, 213, 50", "1 1, 1, 1"})
  void readsRowsThenColumns(String stty, int columns, int rows) {
    assertThat(TerminalSize.parse(stty)).isEqualTo(new TerminalSize(columns, rows));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "0 0", "24", "24 x", "-1 80", "stty: no terminal"})
  void takesTheUsualSizeWhereNoneIsTold(String stty) {
    assertThat(TerminalSize.parse(stty)).isEqualTo(new TerminalSize(80, 24));
  }

  @Test
  void believesTheEnvironment() {
    assertThat(
            TerminalSize.of(
                new FakeTerminal(true, Map.of("COLUMNS", "132", "LINES", "43")).console()))
        .isEqualTo(new TerminalSize(132, 43));
    assertThat(TerminalSize.of(new FakeTerminal(true, Map.of("COLUMNS", "132")).console()))
        .isEqualTo(new TerminalSize(132, 24));
  }
}
