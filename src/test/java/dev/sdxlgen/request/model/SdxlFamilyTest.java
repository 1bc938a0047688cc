package dev.sdxlgen.request.model;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.Sampling;
import dev.sdxlgen.request.WeightedPrompt;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SdxlFamilyTest {

  private static final String V1 = "stability.stable-diffusion-xl";
  private static final String V0 = "stability.stable-diffusion-xl-v0";

  private static final String SIZES =
      "Sizes: 1024x1024, 1152x896, 1216x832, 1344x768, 1536x640, 640x1536, 768x1344, 832x1216,"
          + " 896x1152";

  // ---- prompts

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "🎩", "\n"})
  void takesTwoThousandCodePoints(String character) {
    String text = "x" + character.repeat(1999);

    assertTakes(prompted(text, "1.0"));
    assertTakes(prompted(text, "-1.0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "🎩", "\n"})
  void refusesTwoThousandAndOneCodePoints(String character) {
    String text = "x" + character.repeat(2000);

    assertRefusedRequest(
        prompted(text, "1.0"),
        "the prompt has 2001 characters",
        "stability.stable-diffusion-xl takes at most 2000 in each");
    assertRefusedRequest(
        prompted(text, "-1.0"),
        "a negative prompt has 2001 characters",
        "stability.stable-diffusion-xl takes at most 2000 in each");
  }

  @Test
  void looksAtTheLengthOfEveryPrompt() {
    var fine = new WeightedPrompt("a person", WeightedPrompt.POSITIVE);
    var tooLong = new WeightedPrompt("x".repeat(2001), WeightedPrompt.NEGATIVE);

    assertRefusedRequest(
        new GenerationRequest(V1, List.of(fine, tooLong), Sampling.DEFAULT, Dimensions.DEFAULT),
        "a negative prompt has 2001 characters",
        "stability.stable-diffusion-xl takes at most 2000 in each");
  }

  // ---- sampling

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.0", "7", "7.5", "35", "35.0"})
  void takesACfgScaleUpToItsEdges(String cfgScale) {
    assertTakes(sampled(cfgScale(cfgScale)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "-1", "35.0000001", "36", "10000000000"})
  void refusesACfgScalePastItsEdges(String cfgScale) {
    assertRefusedRequest(
        sampled(cfgScale(cfgScale)),
        "--cfg-scale " + cfgScale + " is out of range for stability.stable-diffusion-xl",
        "Allowed: 0 to 35");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4294967295L})
  void takesASeedUpToItsEdges(long seed) {
    assertTakes(sampled(Sampling.DEFAULT.withSeed(seed)));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 4294967296L, Long.MAX_VALUE, Long.MIN_VALUE})
  void refusesASeedPastItsEdges(long seed) {
    assertRefusedRequest(
        sampled(Sampling.DEFAULT.withSeed(seed)),
        "--seed " + seed + " is out of range for stability.stable-diffusion-xl",
        "Allowed: 0 to 4294967295");
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 30, 50})
  void takesStepsUpToTheirEdges(long steps) {
    assertTakes(sampled(new Sampling(null, null, steps, null, null, null)));
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 51, 0, -10})
  void refusesStepsPastTheirEdges(long steps) {
    assertRefusedRequest(
        sampled(new Sampling(null, null, steps, null, null, null)),
        "--steps " + steps + " is out of range for stability.stable-diffusion-xl",
        "Allowed: 10 to 50");
  }

  @Test
  void takesEveryNameInAnyCase() {
    for (String sampler : SdxlFamily.SAMPLERS.names()) {
      assertTakes(sampled(sampler(sampler)));
      assertTakes(sampled(sampler(sampler.toLowerCase(Locale.ROOT))));
    }
    for (String style : SdxlFamily.STYLE_PRESETS.names()) {
      assertTakes(sampled(style(style)));
      assertTakes(sampled(style(style.toUpperCase(Locale.ROOT))));
    }
    for (String preset : SdxlFamily.CLIP_GUIDANCE_PRESETS.names()) {
      assertTakes(sampled(clipGuidance(preset)));
      assertTakes(sampled(clipGuidance(preset.toLowerCase(Locale.ROOT))));
    }
  }

  @Test
  void refusesAnUnknownSamplerWithTheNearest() {
    assertRefusedRequest(
        sampled(sampler("K_EULR")),
        "--sampler K_EULR is not a sampler of stability.stable-diffusion-xl",
        "Did you mean K_EULER? Samplers: DDIM, DDPM, K_DPMPP_SDE, K_DPMPP_2M,"
            + " K_DPMPP_2S_ANCESTRAL, K_DPM_2, K_DPM_2_ANCESTRAL, K_EULER, K_EULER_ANCESTRAL,"
            + " K_HEUN, K_LMS");
  }

  @Test
  void refusesAnUnknownStylePresetWithTheNearest() {
    assertRefusedRequest(
        sampled(style("photo")),
        "--style-preset photo is not a style preset of stability.stable-diffusion-xl",
        "Did you mean photographic? Style presets: 3d-model, analog-film, anime, cinematic,"
            + " comic-book, digital-art, enhance, fantasy-art, isometric, line-art, low-poly,"
            + " modeling-compound, neon-punk, origami, photographic, pixel-art, tile-texture");
  }

  @Test
  void refusesAnUnknownClipGuidancePresetWithTheNearest() {
    assertRefusedRequest(
        sampled(clipGuidance("FAST_RED")),
        "--clip-guidance-preset FAST_RED is not a CLIP guidance preset of"
            + " stability.stable-diffusion-xl",
        "Presets: FAST_BLUE, FAST_GREEN, NONE, SIMPLE, SLOW, SLOWER, SLOWEST");
    assertRefusedRequest(
        sampled(clipGuidance("slowst")),
        "--clip-guidance-preset slowst is not a CLIP guidance preset of"
            + " stability.stable-diffusion-xl",
        "Did you mean SLOWEST? Presets: FAST_BLUE, FAST_GREEN, NONE, SIMPLE, SLOW, SLOWER,"
            + " SLOWEST");
  }

  // ---- sizes

  @Test
  void takesTheNineSizesAndEitherSideOfThemAlone() {
    assertThat(SdxlFamily.V1.sizes()).hasSize(9);
    for (Dimensions size : SdxlFamily.V1.sizes()) {
      assertTakes(sized(V1, size));
      assertTakes(sized(V1, new Dimensions(size.width(), null)));
      assertTakes(sized(V1, new Dimensions(null, size.height())));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 1025, 1024x1024",
    "1000, 1000, 1024x1024",
    "512, 512, 1024x1024",
    "2048, 2048, 1024x1024",
    "1152, 1152, 1024x1024",
    "1024, 768, 1152x896",
    "1920, 1080, 1344x768",
    "1080, 1920, 768x1344",
    "3440, 1440, 1536x640",
    "1, 100000, 640x1536",
    "0, 0, 1024x1024",
    "-1024, 1024, 640x1536",
    "9223372036854775807, 1, 1536x640"
  })
  void refusesAnotherSizeWithTheOneNearestInShape(long width, long height, String nearest) {
    assertRefusedRequest(
        sized(V1, new Dimensions(width, height)),
        width + "x" + height + " is not a size of stability.stable-diffusion-xl",
        "Nearest: " + nearest + ". " + SIZES);
  }

  @ParameterizedTest
  @CsvSource({"1000, 1024", "512, 640", "1250, 1216", "4096, 1536", "0, 640", "-64, 640"})
  void refusesALoneSideThatNoSizeHasWithTheNearest(long side, long nearest) {
    assertRefusedRequest(
        sized(V1, new Dimensions(side, null)),
        "--width " + side + " is not a width of stability.stable-diffusion-xl",
        "Nearest: " + nearest + ". " + SIZES);
    assertRefusedRequest(
        sized(V1, new Dimensions(null, side)),
        "--height " + side + " is not a height of stability.stable-diffusion-xl",
        "Nearest: " + nearest + ". " + SIZES);
  }

  @Test
  void takesMultiplesOf64ForTheFirstSdxl() {
    assertThat(SdxlFamily.V0.sizes()).isEmpty();
    assertTakes(sized(V0, Dimensions.DEFAULT));
    assertTakes(sized(V0, new Dimensions(64L, 64L)));
    assertTakes(sized(V0, new Dimensions(512L, 512L)));
    assertTakes(sized(V0, new Dimensions(1024L, null)));
    assertTakes(sized(V0, new Dimensions(null, 960L)));
  }

  @ParameterizedTest
  @CsvSource({
    "63, 64",
    "65, 64",
    "95, 64",
    "96, 128",
    "500, 512",
    "0, 64",
    "-64, 64",
    "1, 64",
    "9223372036854775807, 9223372036854775744"
  })
  void refusesOtherSidesForTheFirstSdxl(long side, long nearest) {
    assertRefusedRequest(
        sized(V0, new Dimensions(side, 512L)),
        "--width " + side + " is not a width of stability.stable-diffusion-xl-v0",
        "Nearest: " + nearest + ". Sizes: multiples of 64");
    assertRefusedRequest(
        sized(V0, new Dimensions(512L, side)),
        "--height " + side + " is not a height of stability.stable-diffusion-xl-v0",
        "Nearest: " + nearest + ". Sizes: multiples of 64");
  }

  private static void assertTakes(GenerationRequest request) {
    assertThatCode(() -> request.family().check(request)).doesNotThrowAnyException();
  }

  private static void assertRefusedRequest(
      GenerationRequest request, String message, String advice) {
    assertRefused(() -> request.family().check(request), message, advice);
  }

  private static GenerationRequest prompted(String text, String weight) {
    return new GenerationRequest(
        V1, List.of(new WeightedPrompt(text, weight)), Sampling.DEFAULT, Dimensions.DEFAULT);
  }

  private static GenerationRequest sampled(Sampling sampling) {
    var person = new WeightedPrompt("a person", WeightedPrompt.POSITIVE);
    return new GenerationRequest(V1, List.of(person), sampling, Dimensions.DEFAULT);
  }

  private static GenerationRequest sized(String model, Dimensions dimensions) {
    var person = new WeightedPrompt("a person", WeightedPrompt.POSITIVE);
    return new GenerationRequest(model, List.of(person), Sampling.DEFAULT, dimensions);
  }

  private static Sampling cfgScale(String typed) {
    return new Sampling(new BigDecimal(typed), null, null, null, null, null);
  }

  private static Sampling sampler(String name) {
    return new Sampling(null, null, null, name, null, null);
  }

  private static Sampling style(String name) {
    return new Sampling(null, null, null, null, name, null);
  }

  private static Sampling clipGuidance(String name) {
    return new Sampling(null, null, null, null, null, name);
  }
}
