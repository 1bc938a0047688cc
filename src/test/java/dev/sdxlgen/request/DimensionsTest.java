package dev.sdxlgen.request;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DimensionsTest {

  @ParameterizedTest
  @ValueSource(strings = {"1344x768", "1344X768", "1344×768", " 1344 x 768 ", "01344x0768"})
  void readsWidthByHeight(String typed) {
    assertThat(Dimensions.parse("--size", typed)).isEqualTo(new Dimensions(1344L, 768L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1024",
        "1024x",
        "x1024",
        "1024x1024x1024",
        "1024*1024",
        "1024 1024",
        "widexhigh",
        "1024.0x768",
        "1024x99999999999999999999"
      })
  void refusesWhatIsNotTwoWholeNumbers(String typed) {
    assertRefused(
        () -> Dimensions.parse("--size", typed),
        "--size takes WIDTHxHEIGHT, not '" + typed + "'",
        "For example: --size 1344x768");
  }

  @Test
  void isTheDefaultOnlyWhenNeitherSideWasGiven() {
    assertThat(Dimensions.DEFAULT.isDefault()).isTrue();
    assertThat(new Dimensions(1024L, null).isDefault()).isFalse();
    assertThat(new Dimensions(null, 1024L).isDefault()).isFalse();
    assertThat(new Dimensions(1024L, 1024L).isDefault()).isFalse();
  }

  @Test
  void readsAsItIsTyped() {
    assertThat(new Dimensions(1344L, 768L)).hasToString("1344x768");
  }
}
