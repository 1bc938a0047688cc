package dev.sdxlgen.request;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameListTest {

  private static final NameList SAMPLERS =
      new NameList("--sampler", "a sampler", "Samplers", List.of("DDIM", "K_EULER"));

  @ParameterizedTest
  @ValueSource(strings = {"DDIM", "ddim", "dDiM"})
  void takesANameInAnyCase(String typed) {
    assertThat(SAMPLERS.wireName(typed, "a-model")).isEqualTo("DDIM");
  }

  @Test
  void takesANameInAnyCaseWhereTheLocaleHasADotlessI() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      assertThat(SAMPLERS.wireName("ddim", "a-model")).isEqualTo("DDIM");
      assertRefused(
          () -> SAMPLERS.wireName("ddimx", "a-model"),
          "--sampler ddimx is not a sampler of a-model",
          "Did you mean DDIM? Samplers: DDIM, K_EULER");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void refusesAMistypedNameWithTheNearestAndAll() {
    assertRefused(
        () -> SAMPLERS.wireName("K_EULR", "a-model"),
        "--sampler K_EULR is not a sampler of a-model",
        "Did you mean K_EULER? Samplers: DDIM, K_EULER");
  }

  @Test
  void refusesAnUnknownNameWithAll() {
    assertRefused(
        () -> SAMPLERS.wireName("wobble", "a-model"),
        "--sampler wobble is not a sampler of a-model",
        "Samplers: DDIM, K_EULER");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " DDIM", "K EULER"})
  void quotesANameThatWouldNotBeSeenOtherwise(String typed) {
    assertRefused(
        () -> SAMPLERS.wireName(typed, "a-model"),
        "--sampler '" + typed + "' is not a sampler of a-model",
        (typed.length() > 4
                ? "Did you mean " + (typed.startsWith("K") ? "K_EULER" : "DDIM") + "? "
                : "")
            + "Samplers: DDIM, K_EULER");
  }
}
