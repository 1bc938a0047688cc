package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a person", "café 🧢", "👩‍🚀", "می‌خواهم", "C:\\new"})
  void leavesTextThatAnybodyCanSee(String text) {
    assertThat(Visible.line(text)).isEqualTo(text);
  }

  @Test
  void writesOutWhatATerminalWouldObey() {
    assertThat(Visible.line("a\u001B[31mb\rc\u009Bd\u007F\t"))
        .isEqualTo("a\\u001B[31mb\\u000Dc\\u009Bd\\u007F\\u0009");
  }

  @Test
  void writesOutWhatTurnsTextAroundOrShowsNothing() {
    assertThat(Visible.line("a\u202Eb\u2066c\u200Fd\u2028e\uFEFFf\uD800g\uDB40\uDC41"))
        .isEqualTo("a\\u202Eb\\u2066c\\u200Fd\\u2028e\\uFEFFf\\uD800g\\uDB40\\uDC41");
  }

  @Test
  void keepsLinesOnlyWhereAsked() {
    assertThat(Visible.line("a\nb\u0007\n")).isEqualTo("a\\nb\\u0007\\n");
    assertThat(Visible.lines("a\nb\u0007\n")).isEqualTo("a\nb\\u0007\n");
  }

  @Test
  void cutsALongTextBetweenCharacters() {
    assertThat(Visible.excerpt("🧢".repeat(40))).isEqualTo("🧢".repeat(40));
    assertThat(Visible.excerpt("🧢".repeat(41))).isEqualTo("🧢".repeat(40) + "…");
  }
}
