package dev.sdxlgen.artifact.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.sdxlgen.artifact.recipe.Ingredients.Format;
import dev.sdxlgen.artifact.recipe.Ingredients.Prompt;
import dev.sdxlgen.artifact.recipe.Ingredients.Source;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngredientsTest {

  @Test
  void readsAllThatSdxlTakes() {
    Ingredients made =
        Ingredients.of(
            Recipes.sdxl(
                """
                {"text_prompts":[{"text":"a person"},{"text":"sea","weight":1.30},
                {"text":"hat","weight":-1.0}],"cfg_scale":7.0,"seed":0,"steps":50,
                "style_preset":"anime","clip_guidance_preset":"NONE","sampler":"DDIM","width":1024,
                "height":768,"samples":1,"extras":{"a":[1.50]},"init_image":"aGVsbG8=",
                "init_image_mode":"STEP_SCHEDULE","image_strength":0.35,"step_schedule_start":0.1,
                "step_schedule_end":0.9,"mask_source":"MASK_IMAGE_WHITE","mask_image":"aGVsbG8="}
                """));

    String hello = Recipes.sha256("hello");
    assertThat(made)
        .isEqualTo(
            new Ingredients(
                Format.SDXL,
                List.of(prompt("a person", "1.0"), prompt("sea", "1.30"), prompt("hat", "-1.0")),
                4294967295L,
                50L,
                new BigDecimal("7.0"),
                "DDIM",
                "anime",
                "NONE",
                1024L,
                768L,
                null,
                null,
                null,
                new Source(
                    hello,
                    hello,
                    "MASK_IMAGE_WHITE",
                    new BigDecimal("0.35"),
                    new BigDecimal("0.1"),
                    new BigDecimal("0.9")),
                "{\"a\":[1.50]}",
                Map.of()));
    assertThat(made.prompts().get(0).isNegative()).isFalse();
    assertThat(made.prompts().get(2).isNegative()).isTrue();
  }

  @Test
  void readsAllThatStableImageTakes() {
    Ingredients made =
        Ingredients.of(
            Recipes.of(
                "stability.sd3-5-large-v1:0",
                """
                {"prompt":"a","negative_prompt":"b, c","aspect_ratio":"16:9","mode":"image-to-image",
                "image":"aGVsbG8=","strength":0.7,"output_format":"jpeg","seed":5}
                """,
                null));

    assertThat(made)
        .isEqualTo(
            new Ingredients(
                Format.STABLE_IMAGE,
                List.of(prompt("a", "1.0"), prompt("b, c", "-1.0")),
                5L,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                "16:9",
                null,
                "jpeg",
                new Source(Recipes.sha256("hello"), null, null, new BigDecimal("0.7"), null, null),
                null,
                Map.of()));
  }

  @Test
  void readsAllThatAmazonsModelsTake() {
    Ingredients made =
        Ingredients.of(
            Recipes.of(
                "amazon.nova-canvas-v1:0",
                """
                {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a","negativeText":"b",
                "style":"PHOTOREALISM"},"imageGenerationConfig":{"width":320,"height":4096,
                "quality":"premium","cfgScale":6.5,"seed":12,"numberOfImages":1}}
                """,
                null));

    assertThat(made)
        .isEqualTo(
            new Ingredients(
                Format.AMAZON,
                List.of(prompt("a", "1.0"), prompt("b", "-1.0")),
                12L,
                null,
                new BigDecimal("6.5"),
                null,
                "PHOTOREALISM",
                null,
                320L,
                4096L,
                null,
                "premium",
                null,
                null,
                null,
                Map.of()));
  }

  @Test
  void losesNothingThatItDoesNotKnow() {
    Ingredients made =
        Ingredients.of(
            Recipes.sdxl(
                """
                {"text_prompts":[{"text":"a","weight":"heavy","mood":"sad"},7,{"weight":2}],
                "seed":1.5,"steps":"many","cfg_scale":1e999999999,"width":null,"sampler":["K_EULER"],
                "extras":"none","samples":4,"init_image":7,"mask_image":{"a":1},"image_strength":true,
                "step_schedule_start":1e-99,"step_schedule_end":"end","init_image_mode":"OTHER",
                "mode":"video","taskType":"INPAINTING","textToImageParams":[1],
                "imageGenerationConfig":{"numberOfImages":2},"new":{"x": 1.0}}
                """));

    assertThat(made.others())
        .containsExactly(
            entry("text_prompts[0].weight", "\"heavy\""),
            entry("text_prompts[0].mood", "\"sad\""),
            entry("text_prompts[1]", "7"),
            entry("seed", "1.5"),
            entry("steps", "\"many\""),
            entry("cfg_scale", "1e999999999"),
            entry("width", "null"),
            entry("sampler", "[\"K_EULER\"]"),
            entry("extras", "\"none\""),
            entry("samples", "4"),
            entry("init_image", "7"),
            entry("mask_image", "{\"a\":1}"),
            entry("image_strength", "true"),
            entry("step_schedule_start", "1e-99"),
            entry("step_schedule_end", "\"end\""),
            entry("init_image_mode", "\"OTHER\""),
            entry("mode", "\"video\""),
            entry("taskType", "\"INPAINTING\""),
            entry("textToImageParams", "[1]"),
            entry("imageGenerationConfig.numberOfImages", "2"),
            entry("new", "{\"x\":1.0}"));
    assertThat(made.prompts()).containsExactly(prompt("a", "1.0"));
    assertThat(made.seed()).isEqualTo(4294967295L);
    assertThat(made.source()).isNull();
  }

  @Test
  void knowsNoFormatInARequestThatHasNone() {
    Ingredients made = Ingredients.of(Recipes.of("m", "{}", null));

    assertThat(made.format()).isNull();
    assertThat(made.prompts()).isEmpty();
    assertThat(made.seed()).isNull();
  }

  @Test
  void readsTheWebUisSettings() {
    Ingredients made =
        of(
            "a (red:1.2) hat\nNegative prompt: b\nSteps: 20, Sampler: DPM++ 2M Karras, "
                + "Schedule type: Automatic, CFG scale: 7.5, Seed: 1, Size: 512x768, Clip skip: 2, "
                + "Denoising strength: 0.4");

    assertThat(made.format()).isEqualTo(Format.PARAMETERS);
    assertThat(made.prompts())
        .containsExactly(prompt("a (red:1.2) hat", "1.0"), prompt("b", "-1.0"));
    assertThat(made.steps()).isEqualTo(20);
    assertThat(made.sampler()).isEqualTo("K_DPMPP_2M");
    assertThat(made.cfgScale()).isEqualByComparingTo("7.5");
    assertThat(made.seed()).isEqualTo(1);
    assertThat(made.width()).isEqualTo(512);
    assertThat(made.height()).isEqualTo(768);
    assertThat(made.source()).isNull();
    assertThat(made.others())
        .containsExactly(entry("Clip skip", "2"), entry("Denoising strength", "0.4"));
  }

  @Test
  void tellsOfWhatHasNoCounterpart() {
    Ingredients made =
        of(
            "a\nSteps: many, Sampler: UniPC, Schedule type: Exponential, CFG scale: high, Seed: ?,"
                + " Size: large");

    assertThat(made.sampler()).isNull();
    assertThat(made.others())
        .containsExactly(
            entry("Steps", "many"),
            entry("Sampler", "UniPC"),
            entry("Schedule type", "Exponential"),
            entry("CFG scale", "high"),
            entry("Seed", "?"),
            entry("Size", "large"));
  }

  @Test
  void readsItsOwnTextAgain() {
    Recipe recipe =
        Recipes.sdxl(
            """
            {"text_prompts":[{"text":"a","weight":1.5},{"text":"b","weight":-0.5}],"sampler":"K_DPM_2",
            "style_preset":"anime","clip_guidance_preset":"SLOW"}
            """);

    Ingredients made = of(Parameters.text(recipe, 1024, 768));

    assertThat(made.prompts()).containsExactly(prompt("a", "1.5"), prompt("b", "-0.5"));
    assertThat(made.sampler()).isEqualTo("K_DPM_2");
    assertThat(made.stylePreset()).isEqualTo("anime");
    assertThat(made.clipGuidancePreset()).isEqualTo("SLOW");
    assertThat(made.seed()).isEqualTo(4294967295L);
    assertThat(made.others())
        .containsExactly(
            entry("Model", "stability.stable-diffusion-xl"), entry("Version", "sdxl-gen 0.1.0"));
  }

  /** Only a group from end to end is a prompt's weight. */
  @Test
  void leavesGroupsWithinAPromptAsTheyAre() {
    for (String text : List.of("(a:1.2), (b:1.3)", "(a:-1)", "(a)", "((a:1.2))", "(a:b)", "(:1)")) {
      assertThat(of(text + "\nSteps: 1, Seed: 2, Size: 1x2").prompts())
          .containsExactly(prompt(text, "1.0"));
    }
  }

  private static Ingredients of(String text) {
    return Ingredients.of(Parameters.parse(text));
  }

  private static Prompt prompt(String text, String weight) {
    return new Prompt(text, weight);
  }
}
