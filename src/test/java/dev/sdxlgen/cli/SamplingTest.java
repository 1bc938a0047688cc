package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest extends EndToEnd {

  private static final String SIZES =
      "Sizes: 1024x1024, 1152x896, 1216x832, 1344x768, 1536x640, 640x1536, 768x1344, 832x1216,"
          + " 896x1152";

  private void assertSends(String field, String... options) {
    String[] command = new String[options.length + 3];
    System.arraycopy(options, 0, command, 0, options.length);
    command[options.length] = "a person";
    command[options.length + 1] = "-o";
    command[options.length + 2] = "out.png";
    assertPrinted(run(command), "out.png\n");
    assertThat(bodies())
        .containsExactly("{\"text_prompts\":[{\"text\":\"a person\"}]," + field + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--cfg-scale            | 7                 | \"cfg_scale\":7",
        "--cfg-scale            | 7.0               | \"cfg_scale\":7.0",
        "--cfg-scale            | 7.50              | \"cfg_scale\":7.50",
        "--cfg-scale            | 0                 | \"cfg_scale\":0",
        "--cfg-scale            | 35                | \"cfg_scale\":35",
        "--steps                | 10                | \"steps\":10",
        "--steps                | 50                | \"steps\":50",
        "--seed                 | 0                 | \"seed\":0",
        "-s                     | 4294967295        | \"seed\":4294967295",
        "--sampler              | k_euler_ancestral | \"sampler\":\"K_EULER_ANCESTRAL\"",
        "--sampler              | DDIM              | \"sampler\":\"DDIM\"",
        "--style-preset         | 3D-Model          | \"style_preset\":\"3d-model\"",
        "--clip-guidance-preset | slowest           | \"clip_guidance_preset\":\"SLOWEST\"",
        "-W                     | 1024              | \"width\":1024",
        "--width                | 896               | \"width\":896",
        "-H                     | 640               | \"height\":640",
        "--height               | 1536              | \"height\":1536",
        "--size                 | 1344x768          | \"width\":1344,\"height\":768",
        "--size                 | 768X1344          | \"width\":768,\"height\":1344",
      })
  void sendsWhatIsGivenAndNothingElse(String option, String value, String field) {
    assertSends(field, option, value);
  }

  @Test
  void takesALaterOptionOverAnEarlierOne() {
    assertSends("\"seed\":2,\"steps\":20", "-s", "1", "--steps", "10", "--seed=2", "--steps", "20");
  }

  @Test
  void takesOptionsInEveryForm() {
    assertSends("\"seed\":42,\"steps\":20,\"width\":1024", "-s42", "--steps=20", "-W=1024");
  }

  @Test
  void takesAnySizeOfMultiplesOf64OfTheFirstVersion() {
    assertSends(
        "\"width\":512,\"height\":448",
        "-m",
        "stability.stable-diffusion-xl-v0",
        "--size",
        "512x448");
  }

  @ParameterizedTest
  @CsvSource({
    "--cfg-scale, NaN,         'a number', For example: 7 or 7.5",
    "--cfg-scale, Infinity,    'a number', For example: 7 or 7.5",
    "--cfg-scale, '7,5',       'a number', For example: 7 or 7.5",
    "--cfg-scale, '',          'a number', For example: 7 or 7.5",
    "--steps,     30.5,        'a whole number', For example: 42",
    "--steps,     NaN,         'a whole number', For example: 42",
    "--seed,      random,      'a whole number', For example: 42",
    "--seed,      1e3,         'a whole number', For example: 42",
    "--width,     wide,        'a whole number', For example: 42",
    "--height,    '',          'a whole number', For example: 42",
  })
  void refusesWhatIsNoNumber(String option, String value, String what, String example)
      throws IOException {
    assertRefused(
        run("a person", option, value),
        2,
        "sdxl-gen: " + option + " takes " + what + ", not '" + value + "'\n  " + example + "\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--cfg-scale, 35.1,        0 to 35",
    "--cfg-scale, -1,          0 to 35",
    "--cfg-scale, -0.1,        0 to 35",
    "--steps,     9,           10 to 50",
    "--steps,     51,          10 to 50",
    "--steps,     -30,         10 to 50",
    "--seed,      -1,          0 to 4294967295",
    "--seed,      4294967296,  0 to 4294967295",
  })
  void refusesANumberOutOfRange(String option, String value, String allowed) throws IOException {
    assertRefused(
        run("a person", option, value),
        2,
        "sdxl-gen: "
            + option
            + " "
            + value
            + " is out of range for stability.stable-diffusion-xl\n  Allowed: "
            + allowed
            + "\n");
  }

  @Test
  void refusesANumberBeyondAllBounds() throws IOException {
    assertRefused(
        run("a person", "--seed", "99999999999999999999"),
        2,
        """
        sdxl-gen: --seed 99999999999999999999 is out of range
          At most 18 digits
        """);
    assertRefused(
        run("a person", "--cfg-scale", "1e999999999"),
        2,
        """
        sdxl-gen: --cfg-scale 1e999999999 has too many digits
          At most 40, before and after the point
        """);
  }

  @Test
  void namesTheNearestSamplerPresetAndStyle() throws IOException {
    assertRefused(
        run("a person", "--sampler", "K_EULR"),
        2,
        """
        sdxl-gen: --sampler K_EULR is not a sampler of stability.stable-diffusion-xl
          Did you mean K_EULER? Samplers: DDIM, DDPM, K_DPMPP_SDE, K_DPMPP_2M, \
        K_DPMPP_2S_ANCESTRAL, K_DPM_2, K_DPM_2_ANCESTRAL, K_EULER, K_EULER_ANCESTRAL, K_HEUN, K_LMS
        """);
    assertRefused(
        run("a person", "--clip-guidance-preset", "fast blue"),
        2,
        """
        sdxl-gen: --clip-guidance-preset 'fast blue' is not a CLIP guidance preset of \
        stability.stable-diffusion-xl
          Did you mean FAST_BLUE? Presets: FAST_BLUE, FAST_GREEN, NONE, SIMPLE, SLOW, SLOWER, SLOWEST
        """);
    assertRefused(
        run("a person", "--style-preset", "photo"),
        2,
        """
        sdxl-gen: --style-preset photo is not a style preset of stability.stable-diffusion-xl
          Did you mean photographic? Style presets: 3d-model, analog-film, anime, cinematic, \
        comic-book, digital-art, enhance, fantasy-art, isometric, line-art, low-poly, \
        modeling-compound, neon-punk, origami, photographic, pixel-art, tile-texture
        """);
  }

  @Test
  void guessesNothingWhereNothingIsNear() throws IOException {
    assertRefused(
        run("a person", "--clip-guidance-preset", ""),
        2,
        """
        sdxl-gen: --clip-guidance-preset '' is not a CLIP guidance preset of \
        stability.stable-diffusion-xl
          Presets: FAST_BLUE, FAST_GREEN, NONE, SIMPLE, SLOW, SLOWER, SLOWEST
        """);
  }

  @ParameterizedTest
  @CsvSource({
    "--width,  1000,     --width 1000,   a width,   1024",
    "--height, 700,      --height 700,   a height,  640",
    "--size,   512x512,  512x512,        a size,    1024x1024",
    "--size,   1920x1080, 1920x1080,     a size,    1344x768",
    "--size,   0x0,      0x0,            a size,    1024x1024",
    "--size,   -1x1,     -1x1,           a size,    1024x1024",
  })
  void listsTheSizesAndTheNearest(
      String option, String value, String given, String noun, String nearest) throws IOException {
    assertRefused(
        run("a person", option, value),
        2,
        "sdxl-gen: "
            + given
            + " is not "
            + noun
            + " of stability.stable-diffusion-xl\n  Nearest: "
            + nearest
            + ". "
            + SIZES
            + "\n");
  }

  @Test
  void refusesAPairOfSidesThatDoNotGoTogether() throws IOException {
    assertRefused(
        run("a person", "-W", "1344", "-H", "1344"),
        2,
        "sdxl-gen: 1344x1344 is not a size of stability.stable-diffusion-xl\n"
            + "  Nearest: 1024x1024. "
            + SIZES
            + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"large", "1024", "1024x", "x768", "1024*768", "", "1024x768x3"})
  void refusesASizeThatIsNone(String size) throws IOException {
    assertRefused(
        run("a person", "--size", size),
        2,
        "sdxl-gen: --size takes WIDTHxHEIGHT, not '"
            + size
            + "'\n  For example: --size 1344x768\n");
  }

  @Test
  void refusesTheSizeTwice() throws IOException {
    assertRefused(
        run("a person", "--size", "1024x1024", "-W", "1024"),
        2,
        """
        sdxl-gen: --size comes together with --width
          --size WxH says both
        """);
    assertRefused(
        run("a person", "--size", "1024x1024", "-H", "1024"),
        2,
        """
        sdxl-gen: --size comes together with --height
          --size WxH says both
        """);
  }
}
