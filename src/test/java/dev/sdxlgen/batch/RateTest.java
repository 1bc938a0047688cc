package dev.sdxlgen.batch;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {

  @ParameterizedTest
  @CsvSource({"60/min, 1", "2/s, 2", "1800/h, 0.5", "0.5/sec, 0.5", "' 30 / m ', 0.5"})
  void readsCallsPerTime(String typed, double perSecond) {
    assertThat(Rate.perSecond(typed)).isEqualTo(perSecond);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "60",
        "/min",
        "0/min",
        "-1/s",
        "NaN/s",
        "Infinity/s",
        "1e9/s",
        "60/day",
        "x/s"
      })
  void refusesWhatIsNone(String typed) {
    assertRefused(
        () -> Rate.perSecond(typed),
        "--rate takes calls per time, not '" + typed + "'",
        "For example: 60/min, 2/s or 1000/h");
  }

  @Test
  void namesTheOptionThatItWasGivenIn() {
    assertRefused(
        () -> Rate.perSecond("--quota", "60"),
        "--quota takes calls per time, not '60'",
        "For example: 60/min, 2/s or 1000/h");
  }
}
