package dev.sdxlgen.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a template makes of somebody else's words. */
class NameTemplateTest {

  @ParameterizedTest
  @CsvSource({
    "stability.sd3-5-large-v1:0, stability.sd3-5-large-v1-0",
    "../../x/., x",
    "a/../b, a-..-b",
    "..., model",
  })
  void takesNothingThatLeavesAFolder(String model, String name) {
    assertThat(NameTemplate.safe(model)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({"99, 99", "98, 98", "100, 100"})
  void endsInALetterThoughItIsCutBehindADot(int letters, int length) {
    String model = "a".repeat(letters) + "..".repeat(2) + "b".repeat(20);

    assertThat(NameTemplate.safe(model)).isEqualTo("a".repeat(length));
  }
}
