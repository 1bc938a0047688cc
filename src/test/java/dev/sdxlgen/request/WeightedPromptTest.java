package dev.sdxlgen.request;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedPromptTest {

  private static final String SHOW = "Say what the image should show: sdxl-gen \"a person\" -n hat";
  private static final String AVOID = "Say what must not be in the image: -n hat";
  private static final String WEIGHTS =
      "A weight is a number within 10 and not 0, such as 1.3 or 0.5";

  // ---- weights

  @Test
  void weighsAPromptAsTheModelDoesAndANegativeAsTheNotebookDoes() {
    assertThat(positive("a person")).isEqualTo(new WeightedPrompt("a person", "1.0"));
    assertThat(negative("hat")).isEqualTo(new WeightedPrompt("hat", "-1.0"));
  }

  @ParameterizedTest
  @CsvSource({
    "1.3, 1.3",
    "1.30, 1.30",
    "2, 2",
    "+2, 2",
    "02, 2",
    ".5, 0.5",
    "5., 5",
    "1e1, 10",
    "1E-1, 0.1",
    "10, 10",
    "10.000, 10.000",
    "0.00000000000000000001, 0.00000000000000000001"
  })
  void readsATrailingWeight(String typed, String weight) {
    WeightedPrompt prompt = positive("a person::" + typed);

    assertThat(prompt.text()).isEqualTo("a person");
    assertThat(prompt.weight()).isEqualTo(weight);
    assertThat(prompt.isNegative()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, -0.5",
    "-0.5, -0.5",
    "+0.5, -0.5",
    "1, -1",
    "1.0, -1.0",
    "-1.50, -1.50",
    "10, -10",
    "-10, -10"
  })
  void weighsANegativeBelowZeroWithOrWithoutAMinus(String typed, String weight) {
    WeightedPrompt prompt = negative("hat::" + typed);

    assertThat(prompt.text()).isEqualTo("hat");
    assertThat(prompt.weight()).isEqualTo(weight);
    assertThat(prompt.isNegative()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1.0", "1.000"})
  void knowsTheDefaultWeightHoweverItIsWritten(String weight) {
    assertThat(positive("a person::" + weight).isDefaultWeight()).isTrue();
  }

  @Test
  void takesNoOtherWeightForTheDefault() {
    assertThat(positive("a person::1.01").isDefaultWeight()).isFalse();
    assertThat(negative("hat").isDefaultWeight()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "0.0",
        "-0",
        "+0.00",
        "0e5",
        "10.01",
        "-10.01",
        "11",
        "1e2",
        "1e999999999",
        "1e99999999999",
        "1e-21",
        "1e-999999999",
        "NaN",
        "nan",
        "-nan",
        "inf",
        "+Inf",
        "-Infinity"
      })
  void refusesAWeightThatIsZeroOrBeyondTenOrNoNumber(String weight) {
    assertRefused(
        () -> positive("hat::" + weight),
        "PROMPT 'hat::" + weight + "' has the weight " + weight,
        WEIGHTS + "; \\:: is a literal ::");
    assertRefused(
        () -> negative("hat::" + weight),
        "-n 'hat::" + weight + "' has the weight " + weight,
        WEIGHTS + "; \\:: is a literal ::");
  }

  @ParameterizedTest
  @CsvSource({
    "a hat::-0.5, a hat, 0.5",
    "a hat::-10, a hat, 10",
    "a hat::-1.0, a hat, 1.0",
    "\\::x::-2, ::x, 2"
  })
  void pointsToTheNegativeOptionForAPromptOfNegativeWeight(
      String typed, String text, String weight) {
    assertRefused(
        () -> WeightedPrompt.positive("-p", typed),
        "-p '" + typed + "' has a negative weight",
        "What must not be in the image goes with -n: -n '" + text + "::" + weight + "'");
  }

  @Test
  void quotesThePointerForTheShell() {
    assertRefused(
        () -> positive("it's::-1"),
        "PROMPT 'it's::-1' has a negative weight",
        "What must not be in the image goes with -n: -n 'it'\\''s::1'");
  }

  @Test
  void showsTheBeginningOfALongPromptOnOneLine() {
    String start = "line 1\nline 2\t\u001b[31m" + "🎩".repeat(41 - 19);
    String shown = "line 1 line 2  [31m" + "🎩".repeat(40 - 19) + "…";

    assertRefused(
        () -> positive(start + "::-1"),
        "PROMPT '" + shown + "' has a negative weight",
        "What must not be in the image goes with -n: -n '" + shown + "::1'");
  }

  // ---- what counts as a weight

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a::b",
        "1.3::a person",
        "a person:: 1.3",
        "a person::1.3 ",
        "a person::1.3\n",
        "a person::1.3\u2028",
        "a person:1.3",
        "a person::",
        "a person::.",
        "a person::e1",
        "a person::1e",
        "a person::1.3.1",
        "a person::1,3",
        "a person::--1",
        "a person::0x1",
        "a person::1f",
        "a person::٣",
        "a person::infinite",
        "std::vector"
      })
  void keepsWhatIsNotATrailingNumberInTheText(String typed) {
    assertThat(positive(typed)).isEqualTo(new WeightedPrompt(typed, "1.0"));
    assertThat(negative(typed)).isEqualTo(new WeightedPrompt(typed, "-1.0"));
  }

  @ParameterizedTest
  @CsvSource({
    "a\\::1.3, a::1.3, 1.0",
    "\\::1.3, ::1.3, 1.0",
    "a\\::b, a::b, 1.0",
    "a\\::2::1.3, a::2, 1.3",
    "a\\::::1.3, a::, 1.3",
    "a::2::1.3, a::2, 1.3",
    "a:::1.3, a:, 1.3",
    "a\\b, a\\b, 1.0"
  })
  void takesABackslashBeforeColonsForLiteralColons(String typed, String text, String weight) {
    assertThat(positive(typed)).isEqualTo(new WeightedPrompt(text, weight));
  }

  @Test
  void looksThroughALongRunOfDigitsOnce() {
    String typed = "::" + "1".repeat(1 << 20) + "x";

    // Not a measure of speed: a look at every part of the run would take hours.
    var prompt = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> positive(typed));

    assertThat(prompt.text()).isEqualTo(typed);
  }

  // ---- text

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\t\r\n",
        "\u00a0", // no-break space
        "\u2007\u202f\u3000", // figure, narrow no-break and ideographic space
        "\u2028\u2029\u0085", // line and paragraph separators, next line
        "\u200b\u200c\u200d\u2060\ufeff", // zero widths, word joiner, byte order mark
        "\u200e\u202e\u00ad", // marks of direction, soft hyphen
        "\u0000\u0007\u001b\u007f"
      })
  void refusesAPromptThatShowsNothing(String blank) {
    assertRefused(() -> positive(blank), "the prompt is empty", SHOW);
    assertRefused(() -> WeightedPrompt.positive("-p", blank), "-p is empty", SHOW);
    assertRefused(() -> negative(blank), "-n is empty", AVOID);
    assertRefused(() -> positive(blank + "::1.3"), "the prompt is empty", SHOW);
    assertRefused(() -> negative(blank + "::0.5"), "-n is empty", AVOID);
    assertRefused(
        () -> new WeightedPrompt(blank, WeightedPrompt.POSITIVE), "a prompt can't be blank", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " a person ",
        "line 1\nline 2\r\n",
        "tab\tand \u001b and \u0000",
        "\u00a0x",
        "👩‍🚀",
        "🎩",
        "שלום עולם",
        "e\u0301",
        "\ufffd",
        "\uffff",
        "\"quoted\" \\ back"
      })
  void keepsTextUnchanged(String text) {
    assertThat(positive(text).text()).isEqualTo(text);
    assertThat(negative(text).text()).isEqualTo(text);
    assertThat(positive(text + "::2").text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "'hat \ud83c', 'hat \ufffd'",
    "'\udfa9 hat', '\ufffd hat'",
    "'\udfa9\ud83c', '\ufffd\ufffd'",
    "'\ud83c\ud83c\udfa9', '\ufffd🎩'",
    "'\ud83c', '\ufffd'"
  })
  void refusesHalfACharacter(String text, String shown) {
    String message = "the prompt '" + shown + "' is not valid Unicode";
    String advice =
        "It has half of a surrogate pair, which UTF-8 can't carry; --prompt-file reads UTF-8";

    assertRefused(() -> positive(text), message, advice);
    assertRefused(() -> negative(text), message, advice);
    assertRefused(() -> positive(text + "::1.3"), message, advice);
    assertRefused(() -> new WeightedPrompt(text, WeightedPrompt.POSITIVE), message, advice);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "-10", "0.00000000000000000001"})
  void holdsAWeightAtTheEdge(String weight) {
    assertThat(new WeightedPrompt("hat", weight).weight()).isEqualTo(weight);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "10.1", "-10.1", "1E-21"})
  void holdsNoWeightPastTheEdge(String weight) {
    assertRefused(
        () -> new WeightedPrompt("hat", weight),
        "the prompt 'hat' has the weight " + weight,
        WEIGHTS);
  }

  private static WeightedPrompt positive(String typed) {
    return WeightedPrompt.positive("PROMPT", typed);
  }

  private static WeightedPrompt negative(String typed) {
    return WeightedPrompt.negative("-n", typed);
  }
}
