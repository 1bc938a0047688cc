package dev.sdxlgen.artifact.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {

  /** As the web UI's own documentation has it. */
  private static final String WEB_UI =
      """
      girl with an artist's beret, (((detailed))), intricate
      by Alphonse Mucha
      Negative prompt: ugly, [blurry], (extra_limb)
      poorly drawn
      Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, Seed: 965400086, \
      Size: 512x768, Model hash: 45dee52b, Model: sd_xl, Lora hashes: "a: 12, b: 34", \
      Hires prompt: "say \\"hi\\"\\nto all", Version: v1.10.1""";

  @Test
  void writesWhatSdxlWasAsked() {
    Recipe recipe =
        Recipes.sdxl(
            """
            {"text_prompts":[{"text":"a person"},{"text":"in Paris","weight":1.3},
            {"text":"hat","weight":-1.0},{"text":"red (dark) scarf","weight":-0.5}],
            "cfg_scale":7,"seed":0,"steps":40,"style_preset":"anime",
            "clip_guidance_preset":"FAST_BLUE","sampler":"K_EULER","width":1024,"height":1024}
            """);

    assertThat(Parameters.text(recipe, 1152, 896))
        .isEqualTo(
            """
            a person, (in Paris:1.3)
            Negative prompt: hat, (red (dark) scarf:0.5)
            Steps: 40, Sampler: K_EULER, CFG scale: 7, Seed: 4294967295, Size: 1152x896, \
            Model: stability.stable-diffusion-xl, Style preset: anime, Clip guidance: FAST_BLUE, \
            Version: sdxl-gen 0.1.0""");
  }

  @Test
  void givesSdxlsOwnStepsWhereNoneWereAskedFor() {
    assertThat(Parameters.text(Recipes.sdxl("{\"text_prompts\":[{\"text\":\"a\"}]}"), 1, 2))
        .isEqualTo(
            """
            a
            Steps: 30, Seed: 4294967295, Size: 1x2, Model: stability.stable-diffusion-xl, \
            Version: sdxl-gen 0.1.0""");
  }

  @Test
  void writesTheOtherFamiliesWithoutSteps() {
    Recipe sd3 =
        Recipes.of(
            "stability.sd3-5-large-v1:0",
            """
            {"prompt":"a","negative_prompt":"b","aspect_ratio":"1:1","mode":"image-to-image",
            "image":"aGVsbG8=","strength":0.7,"seed":5}
            """,
            null);
    Recipe nova =
        Recipes.of(
            "amazon.nova-canvas-v1:0",
            """
            {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a","negativeText":"b"},
            "imageGenerationConfig":{"cfgScale":6.5,"quality":"premium"}}
            """,
            null);

    assertThat(Parameters.text(sd3, 1, 2))
        .isEqualTo(
            """
            a
            Negative prompt: b
            Seed: 5, Size: 1x2, Model: "stability.sd3-5-large-v1:0", Denoising strength: 0.7, \
            Version: sdxl-gen 0.1.0""");
    assertThat(Parameters.text(nova, 1, 2))
        .isEqualTo(
            """
            a
            Negative prompt: b
            CFG scale: 6.5, Size: 1x2, Model: "amazon.nova-canvas-v1:0", Version: sdxl-gen 0.1.0""");
  }

  @Test
  void writesStrengthAsTheWebUiCountsIt() {
    assertThat(
            Parameters.text(
                Recipes.sdxl(
                    "{\"text_prompts\":[],\"init_image\":\"aGVsbG8=\",\"image_strength\":0.35}"),
                1,
                2))
        .isEqualTo(
            "Steps: 30, Seed: 4294967295, Size: 1x2, Model: stability.stable-diffusion-xl,"
                + " Denoising strength: 0.65, Version: sdxl-gen 0.1.0");
  }

  @Test
  void writesNegativePromptsAlone() {
    assertThat(
            Parameters.text(
                Recipes.sdxl("{\"text_prompts\":[{\"text\":\"a\",\"weight\":-1}]}"), 1, 2))
        .startsWith("Negative prompt: a\nSteps: 30, ");
  }

  /** A prompt can hold anything; the lines stay what they are. */
  @Test
  void lastsThroughAnyPrompt() {
    Recipe recipe =
        Recipes.sdxl(
            """
            {"text_prompts":[{"text":" a\\r\\nb\\u0000c\\rd\\u0085e\\tf\\n  Negative prompt: x\\nSteps: 1,
            Sampler: 2, Seed: 3\\n\\ng "}]}
            """
                .replace(",\n", ","));

    assertThat(Parameters.text(recipe, 1, 2))
        .isEqualTo(
            """
            a
            b c d e\tf   Negative prompt: x Steps: 1,Sampler: 2, Seed: 3

            g
            Steps: 30, Seed: 4294967295, Size: 1x2, Model: stability.stable-diffusion-xl, \
            Version: sdxl-gen 0.1.0""");
    Parameters read = Parameters.parse(Parameters.text(recipe, 1, 2));
    assertThat(read.negativePrompt()).isEmpty();
    assertThat(read.settings()).containsEntry("Steps", "30").containsEntry("Seed", "4294967295");
  }

  @Test
  void readsTheWebUisText() {
    Parameters parameters = Parameters.parse(WEB_UI);

    assertThat(parameters.prompt())
        .isEqualTo("girl with an artist's beret, (((detailed))), intricate\nby Alphonse Mucha");
    assertThat(parameters.negativePrompt()).isEqualTo("ugly, [blurry], (extra_limb)\npoorly drawn");
    assertThat(parameters.settings())
        .containsExactly(
            entry("Steps", "20"),
            entry("Sampler", "DPM++ 2M"),
            entry("Schedule type", "Karras"),
            entry("CFG scale", "7.5"),
            entry("Seed", "965400086"),
            entry("Size", "512x768"),
            entry("Model hash", "45dee52b"),
            entry("Model", "sd_xl"),
            entry("Lora hashes", "a: 12, b: 34"),
            entry("Hires prompt", "say \"hi\"\nto all"),
            entry("Version", "v1.10.1"));
  }

  @Test
  void readsItsOwnText() {
    Recipe recipe =
        Recipes.of(
            "m, \"x\":1",
            "{\"text_prompts\":[{\"text\":\"a: b, c\"},{\"text\":\"d\",\"weight\":-1.0}]}",
            7L);

    Parameters read = Parameters.parse(Parameters.text(recipe, 1, 2));

    assertThat(read)
        .isEqualTo(
            new Parameters(
                "a: b, c",
                "d",
                Map.of(
                    "Steps", "30",
                    "Seed", "7",
                    "Size", "1x2",
                    "Model", "m, \"x\":1",
                    "Version", "sdxl-gen 0.1.0")));
  }

  @Test
  void readsWhatExtensionsPutBehindTheSettings() {
    Parameters parameters =
        Parameters.parse("a\nSteps: 20, Seed: 1, Size: 1x2\nTemplate: a __b__\n\n");

    assertThat(parameters.prompt()).isEqualTo("a");
    assertThat(parameters.settings())
        .containsEntry("Seed", "1")
        .containsEntry("Template", "a __b__");
  }

  @Test
  void takesALineWithFewPairsForPrompt() {
    assertThat(Parameters.parse("a\nNegative prompt: b\nSteps: 20, time: now"))
        .isEqualTo(new Parameters("a", "b\nSteps: 20, time: now", Map.of()));
  }

  @Test
  void findsNoParametersInOtherText() {
    assertThat(Parameters.parse("")).isNull();
    assertThat(Parameters.parse("a photo: by me")).isNull();
    assertThat(Parameters.parse("{\"sui_image_params\": {\n \"prompt\": \"a\"}}")).isNull();
  }

  @Test
  void readsBrokenSettingsAsFarAsTheyGo() {
    assertThat(
            Parameters.parse(
                    "a\nx: 1, (Steps: 20, no colon here, Seed: \"1\" 2, Q: short, Open: \"a, -/ Bad: "
                        + "\"\\x\", Empty: , Last:")
                .settings())
        .containsExactly(
            entry("Steps", "20"),
            entry("Seed", "\"1\" 2"),
            entry("Open", "\"a"),
            entry("Bad", "\"\\x\""),
            entry("Empty", ""),
            entry("Last", ""));
  }

  /** Where a regular expression would overflow the stack, or take minutes. */
  @Test
  void readsTextsOfAMegabyte() {
    String quoted = "a\nSteps: 1, Seed: 2, Long: \"" + "\\n".repeat(400_000) + "\", Last: 3";
    String names = "Steps: 1, Seed: 2, Size: 3, " + "word ".repeat(200_000);
    String dashes = "Steps: 1, Seed: 2, Size: 3, " + "-".repeat(900_000);

    assertThat(Parameters.parse(quoted).settings().get("Long")).hasSize(400_000);
    assertThat(Parameters.parse(names).settings()).hasSize(3);
    assertThat(Parameters.parse(dashes + "Last: 4").settings()).hasSize(4);
    assertThat(Parameters.parse("a" + "\n".repeat(1_000_000) + "b")).isNull();
    assertThat(Parameters.parse("Steps: 1, Seed: 2, Size: 3, " + "x".repeat(1 << 20))).isNull();
  }
}
