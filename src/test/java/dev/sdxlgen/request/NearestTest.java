package dev.sdxlgen.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearestTest {

  private static final List<String> KNOWN =
      List.of("K_EULER", "K_EULER_ANCESTRAL", "DDIM", "pixel-art", "photographic");

  @ParameterizedTest
  @CsvSource({
    "K_EULR, K_EULER",
    "k_eulr, K_EULER",
    "k-euler, K_EULER",
    "euler, K_EULER",
    "K_EULER_ANCESTRL, K_EULER_ANCESTRAL",
    "DDMI, DDIM",
    "DDIMS, DDIM",
    "fotographic, photographic"
  })
  void findsAMistypedWord(String typed, String meant) {
    assertThat(Nearest.to(typed, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "pix, pixel-art",
    "Photo, photographic",
    "K_EULER_A, K_EULER_ANCESTRAL",
  })
  void findsAWordThatWasCutShort(String typed, String meant) {
    assertThat(Nearest.to(typed, KNOWN)).contains(meant);
  }

  @Test
  void takesTheShortestOfTheWordsThatBeginWithIt() {
    assertThat(Nearest.to("--ste", List.of("--step-schedule-end", "--steps", "--step-by-step")))
        .contains("--steps");
  }

  @Test
  void takesTheNearestWhereSeveralAreNear() {
    assertThat(Nearest.to("cats", List.of("bats", "cat", "cats!", "dogs"))).contains("cats!");
    assertThat(Nearest.to("carts", List.of("cat", "carps", "cards"))).contains("carps");
  }

  @Test
  void allowsTwoEditsInAShortWordAndAThirdOfALongOne() {
    assertThat(Nearest.to("abcd", List.of("xycd"))).contains("xycd");
    assertThat(Nearest.to("abcd", List.of("xyzd"))).isEmpty();
    assertThat(Nearest.to("abcdefghi", List.of("xyzdefghi"))).contains("xyzdefghi");
    assertThat(Nearest.to("abcdefghi", List.of("wxyzefghi"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "p", "pi", "watercolour", "--"})
  void guessesNothingFarFetched(String typed) {
    assertThat(Nearest.to(typed, KNOWN)).isEmpty();
  }

  @Test
  void guessesNothingWhereNothingIsKnown() {
    assertThat(Nearest.to("DDIM", List.of())).isEmpty();
  }
}
