package dev.sdxlgen.request;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBuilderTest {

  private static final String MODEL = "stability.stable-diffusion-xl";

  @Test
  void writesTheNotebooksBodyToTheByte() {
    assertBody(
        request(positive("a person"), negative("hat")),
        "{\"text_prompts\":[{\"text\":\"a person\"},{\"text\":\"hat\",\"weight\":-1.0}]}");
  }

  @Test
  void writesASinglePromptWithoutAWeight() {
    assertBody(request(positive("a person")), "{\"text_prompts\":[{\"text\":\"a person\"}]}");
  }

  @Test
  void writesTheNotebooksExampleWithManyNegatives() {
    assertBody(
        request(
            positive("a sunny day, green grass, smiling person, crisp image"),
            negative("clouds"),
            negative("storms"),
            negative("sad"),
            negative("poor background details")),
        "{\"text_prompts\":[{\"text\":\"a sunny day, green grass, smiling person, crisp image\"},"
            + "{\"text\":\"clouds\",\"weight\":-1.0},{\"text\":\"storms\",\"weight\":-1.0},"
            + "{\"text\":\"sad\",\"weight\":-1.0},"
            + "{\"text\":\"poor background details\",\"weight\":-1.0}]}");
  }

  @Test
  void writesEveryParameterOnceInTheNotebooksOrder() {
    var sampling =
        new Sampling(new BigDecimal("7"), 42L, 30L, "k_euler", "Photographic", "fast_blue");
    assertBody(
        new GenerationRequest(
            MODEL,
            List.of(positive("a person"), positive("a beach::1.3"), negative("hat::0.5")),
            sampling,
            new Dimensions(1344L, 768L)),
        "{\"text_prompts\":[{\"text\":\"a person\"},{\"text\":\"a beach\",\"weight\":1.3},"
            + "{\"text\":\"hat\",\"weight\":-0.5}],\"cfg_scale\":7,\"seed\":42,\"steps\":30,"
            + "\"style_preset\":\"photographic\",\"clip_guidance_preset\":\"FAST_BLUE\","
            + "\"sampler\":\"K_EULER\",\"width\":1344,\"height\":768}");
  }

  @Test
  void writesALoneWidthOrALoneHeight() {
    assertBody(
        sized(new Dimensions(1024L, null)),
        "{\"text_prompts\":[{\"text\":\"a person\"}],\"width\":1024}");
    assertBody(
        sized(new Dimensions(null, 640L)),
        "{\"text_prompts\":[{\"text\":\"a person\"}],\"height\":640}");
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "7.0, 7.0", "7.50, 7.50", "0, 0", ".5, 0.5", "+7, 7", "007, 7", "1e1, 10"})
  void writesANumberAsTypedWhereJsonCan(String typed, String sent) {
    var sampling =
        new Sampling(Numbers.decimal("--cfg-scale", typed), null, null, null, null, null);
    assertBody(
        sampled(sampling),
        "{\"text_prompts\":[{\"text\":\"a person\"}],\"cfg_scale\":" + sent + "}");
  }

  @Test
  void writesASeedOfZeroBecauseItWasGiven() {
    assertBody(
        sampled(Sampling.DEFAULT.withSeed(0L)),
        "{\"text_prompts\":[{\"text\":\"a person\"}],\"seed\":0}");
  }

  @ParameterizedTest
  @CsvSource({
    "1.30, ',\"weight\":1.30'",
    "2, ',\"weight\":2'",
    "1e1, ',\"weight\":10'",
    "1E-7, ',\"weight\":0.0000001'",
    "1, ''",
    "1.00, ''"
  })
  void writesAWeightUnlessItIsTheDefault(String typed, String sent) {
    assertBody(
        request(positive("a person::" + typed)),
        "{\"text_prompts\":[{\"text\":\"a person\"" + sent + "}]}");
  }

  @ParameterizedTest
  @CsvSource({"1, -1", "1.0, -1.0", "1.00, -1.00", "0.50, -0.50"})
  void writesANegativesWeightAsTyped(String typed, String sent) {
    assertBody(
        request(positive("a person"), negative("hat::" + typed)),
        "{\"text_prompts\":[{\"text\":\"a person\"},{\"text\":\"hat\",\"weight\":" + sent + "}]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "🎩",
        "👩‍🚀 in space",
        "שלום עולם",
        "مرحبا",
        "日本語",
        "é\u0301",
        "a/b",
        "\u2028",
        "\u007f",
        "\uffff"
      })
  void writesTextAsItsOwnUtf8(String text) {
    assertBody(
        request(positive("a " + text)), "{\"text_prompts\":[{\"text\":\"a " + text + "\"}]}");
  }

  @Test
  void escapesWhatJsonMust() {
    assertBody(
        request(positive("\"a\" \\ b\n\r\t\b\f\u0000\u001b")),
        "{\"text_prompts\":[{\"text\":\"\\\"a\\\" \\\\ b\\n\\r\\t\\b\\f\\u0000\\u001B\"}]}");
  }

  @Test
  void keepsEmojiWholeWhereverTheWritersBuffersEnd() {
    for (int before = 0; before < 1990; before++) {
      String text = "x".repeat(before) + "\"" + "🎩".repeat(9);
      assertBody(
          request(positive(text)),
          "{\"text_prompts\":[{\"text\":\"" + text.replace("\"", "\\\"") + "\"}]}");
    }
  }

  @Test
  void writesTwoThousandEmoji() {
    String text = "🎩".repeat(2000);

    byte[] body = RequestBuilder.body(request(positive(text)));

    assertThat(new String(body, UTF_8))
        .isEqualTo("{\"text_prompts\":[{\"text\":\"" + text + "\"}]}");
    assertThat(body).hasSize(8000 + "{\"text_prompts\":[{\"text\":\"\"}]}".length());
  }

  @Test
  void writesNothingThatTheFamilyRefuses() {
    assertRefused(
        () -> RequestBuilder.body(sampled(Sampling.DEFAULT.withSeed(-1L))),
        "--seed -1 is out of range for stability.stable-diffusion-xl",
        "Allowed: 0 to 4294967295");
  }

  private static void assertBody(GenerationRequest request, String json) {
    assertThat(RequestBuilder.body(request)).isEqualTo(json.getBytes(UTF_8));
  }

  private static GenerationRequest request(WeightedPrompt... prompts) {
    return new GenerationRequest(MODEL, List.of(prompts), Sampling.DEFAULT, Dimensions.DEFAULT);
  }

  private static GenerationRequest sampled(Sampling sampling) {
    return new GenerationRequest(
        MODEL, List.of(positive("a person")), sampling, Dimensions.DEFAULT);
  }

  private static GenerationRequest sized(Dimensions dimensions) {
    return new GenerationRequest(
        MODEL, List.of(positive("a person")), Sampling.DEFAULT, dimensions);
  }

  private static WeightedPrompt positive(String typed) {
    return WeightedPrompt.positive("PROMPT", typed);
  }

  private static WeightedPrompt negative(String typed) {
    return WeightedPrompt.negative("-n", typed);
  }
}
