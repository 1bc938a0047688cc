package dev.sdxlgen.request;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {

  @ParameterizedTest
  @ValueSource(strings = {"7", "7.0", "7.00", "0.1", "0", "0.0", "-7.50", "35.000"})
  void keepsADecimalAsTyped(String typed) {
    assertThat(Numbers.decimal("--cfg-scale", typed).toPlainString()).isEqualTo(typed);
  }

  @ParameterizedTest
  @CsvSource({
    "+7, 7",
    "007, 7",
    "007.50, 7.50",
    ".5, 0.5",
    "-.5, -0.5",
    "5., 5",
    "7e0, 7",
    "7.0e0, 7.0",
    "1e1, 10",
    "1.5E1, 15",
    "75e-1, 7.5",
    "' 7 ', 7"
  })
  void writesOutPlainlyWhatJsonOrABigDecimalCannotKeep(String typed, String sent) {
    assertThat(Numbers.decimal("--cfg-scale", typed).toPlainString()).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "seven",
        "7,5",
        "7 5",
        "0x7",
        "1e",
        "--7",
        "7f",
        "1_000",
        "1e99999999999"
      })
  void refusesADecimalThatIsNone(String typed) {
    assertRefused(
        () -> Numbers.decimal("--cfg-scale", typed),
        "--cfg-scale takes a number, not '" + typed + "'",
        "For example: 7 or 7.5");
  }

  @Test
  void takesFortyDigits() {
    String typed = "0." + "1".repeat(40);

    assertThat(Numbers.decimal("--cfg-scale", typed).toPlainString()).isEqualTo(typed);
    assertThat(Numbers.decimal("--cfg-scale", "1e40").toPlainString())
        .isEqualTo("1" + "0".repeat(40));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.11111111111111111111111111111111111111111",
        "11111111111111111111111111111111111111111",
        "1e41",
        "1e-41",
        "1e999999999",
        "1e-999999999"
      })
  void refusesMoreThanFortyDigits(String typed) {
    assertRefused(
        () -> Numbers.decimal("--cfg-scale", typed),
        "--cfg-scale " + typed + " has too many digits",
        "At most 40, before and after the point");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "42, 42",
    "-1, -1",
    "+42, 42",
    "0042, 42",
    "' 42 ', 42",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808"
  })
  void readsAWholeNumber(String typed, long read) {
    assertThat(Numbers.whole("--seed", typed)).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7.0", "7e0", "1e3", "NaN", "seven", "0x10", "4 2"})
  void refusesAWholeNumberThatIsNone(String typed) {
    assertRefused(
        () -> Numbers.whole("--seed", typed),
        "--seed takes a whole number, not '" + typed + "'",
        "For example: 42");
    assertRefused(
        () -> Numbers.whole("--count", typed, 1, 10),
        "--count takes a whole number, not '" + typed + "'",
        "Allowed: 1 to 10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "-9223372036854775809", "99999999999999999999"})
  void saysThatAHugeWholeNumberIsOutOfRangeNotThatItIsNone(String typed) {
    assertRefused(
        () -> Numbers.whole("--seed", typed),
        "--seed " + typed + " is out of range",
        "At most 18 digits");
    assertRefused(
        () -> Numbers.whole("--count", typed, 1, 10),
        "--count " + typed + " is out of range",
        "Allowed: 1 to 10");
  }

  @Test
  void takesAWholeNumberAtEitherEndOfItsRange() {
    assertThat(Numbers.whole("--count", "1", 1, 10)).isEqualTo(1);
    assertThat(Numbers.whole("--count", "10", 1, 10)).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "11", "-5"})
  void refusesAWholeNumberPastItsRange(String typed) {
    assertRefused(
        () -> Numbers.whole("--count", typed, 1, 10),
        "--count " + typed + " is out of range",
        "Allowed: 1 to 10");
  }
}
