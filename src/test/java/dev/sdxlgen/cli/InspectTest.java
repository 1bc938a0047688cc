package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.recipe.JpegRecipe;
import dev.sdxlgen.cli.Program.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectTest extends EndToEnd {

  private static final String BODY =
      """
      {"text_prompts":[{"text":"a person"},{"text":"sea","weight":1.30},
      {"text":"hat","weight":-1.0}],"cfg_scale":7.0,"steps":50,"style_preset":"anime",
      "sampler":"K_EULER","width":1024,"height":1024,"extras":{"a":[1.50]},"later":{"b":"c"}}
      """;

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private byte[] write(String name, byte[] image) throws IOException {
    RecipeImages.write(folder, name, image);
    return image;
  }

  @Test
  void tellsAPersonAll() throws Exception {
    byte[] png = write("a.png", RecipeImages.png(MODEL, BODY, 4294967295L));

    assertPrinted(
        run("inspect", "a.png"),
        """
        a.png
          Image                 3x2 PNG
          Prompt                a person
          Prompt                sea
            weight              1.30
          Negative prompt       hat
          Model                 stability.stable-diffusion-xl
          Seed                  4294967295
          Steps                 50
          CFG scale             7.0
          Sampler               K_EULER
          Style preset          anime
          Width                 1024
          Height                1024
          Extras                {"a":[1.50]}
          later                 {"b":"c"}
          Finish reason         SUCCESS
          Region                eu-west-1
          Time                  2026-11-23T04:05:06Z
          Made by               sdxl-gen 0.1.0
          Recipe                in the image
          SHA-256               %s
        """
            .formatted(sha256(png)));
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void tellsAProgramAll() throws Exception {
    byte[] png = write("a.png", RecipeImages.png(MODEL, BODY, 4294967295L));

    assertPrinted(
        run("inspect", "--json", "a.png"),
        """
        {"file":"a.png","format":"png","width":3,"height":2,"sha256":"%s","recipe":"sdxl-gen",\
        "sidecar":null,"model":"stability.stable-diffusion-xl","region":"eu-west-1",\
        "time":"2026-11-23T04:05:06Z","version":"0.1.0","finish_reason":"SUCCESS",\
        "seed":4294967295,"prompts":[{"text":"a person","weight":1.0},\
        {"text":"sea","weight":1.30},{"text":"hat","weight":-1.0}],"parameters":{"steps":50,\
        "cfg_scale":7.0,"sampler":"K_EULER","style_preset":"anime","width":1024,"height":1024,\
        "extras":{"a":[1.50]},"others":{"later":{"b":"c"}}},"request":%s}
        """
            .formatted(sha256(png), BODY.replace("\n", "")));
  }

  @Test
  void readsAJpeg() throws IOException {
    var jpeg = new ByteArrayOutputStream();
    ImageIO.write(
        new java.awt.image.BufferedImage(16, 8, java.awt.image.BufferedImage.TYPE_INT_RGB),
        "jpeg",
        jpeg);
    var recipe =
        RecipeImages.recipe(
            "stability.sd3-5-large-v1:0",
            "{\"prompt\":\"a 🧢\",\"output_format\":\"jpeg\",\"seed\":5}",
            5L);
    write("a.jpg", JpegRecipe.add(jpeg.toByteArray(), recipe));

    Run run = run("inspect", "a.jpg");

    assertThat(run.out())
        .startsWith("a.jpg\n  Image                 16x8 JPEG\n  Prompt                a 🧢\n")
        .contains("\n  Output format         jpeg\n");
    assertPrinted(
        run("inspect", "--command", "a.jpg"),
        "sdxl-gen \"a 🧢\" --model stability.sd3-5-large-v1:0 --seed 5 --output-format jpeg\n");
  }

  @Test
  void readsASidecar() throws Exception {
    write("a.png", PICTURE);
    Files.write(
        folder.resolve("a.png.json"),
        RecipeImages.recipe(MODEL, "{\"text_prompts\":[{\"text\":\"a\"}]}", 7L).toJson());

    assertPrinted(
        run("inspect", "a.png"),
        """
        a.png
          Image                 3x2 PNG
          Prompt                a
          Model                 stability.stable-diffusion-xl
          Seed                  7
          Finish reason         SUCCESS
          Region                eu-west-1
          Time                  2026-11-23T04:05:06Z
          Made by               sdxl-gen 0.1.0
          Recipe                a.png.json
          SHA-256               %s
        """
            .formatted(sha256(PICTURE)));
    assertThat(run("inspect", "--json", "a.png").out())
        .contains(
            "\"sidecar\":\""
                + folder.resolve("a.png.json").toString().replace("\\", "\\\\")
                + "\"");
  }

  @Test
  void readsWhatTheWebUiWrote() throws Exception {
    byte[] png =
        write(
            "a.png",
            RecipeImages.withParameters(
                """
                a cat,
                on a mat
                Negative prompt: dog
                Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 123, Size: 512x768, \
                Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Version: v1.9.4\
                """));

    assertPrinted(
        run("inspect", "a.png"),
        """
        a.png
          Image                 3x2 PNG
          Prompt                a cat,
                                on a mat
          Negative prompt       dog
          Seed                  123
          Steps                 20
          CFG scale             7
          Sampler               K_DPMPP_2M
          Width                 512
          Height                768
          Model hash            31e35c80fc
          Model                 sd_xl_base_1.0
          Version               v1.9.4
          Recipe                AUTOMATIC1111's parameters
          SHA-256               %s
        """
            .formatted(sha256(png)));
    assertPrinted(
        run("inspect", "--json", "a.png"),
        """
        {"file":"a.png","format":"png","width":3,"height":2,"sha256":"%s",\
        "recipe":"automatic1111","sidecar":null,"model":null,"region":null,"time":null,\
        "version":null,"finish_reason":null,"seed":123,\
        "prompts":[{"text":"a cat,\\non a mat","weight":1.0},{"text":"dog","weight":-1.0}],\
        "parameters":{"steps":20,"cfg_scale":7,"sampler":"K_DPMPP_2M","width":512,"height":768,\
        "others":{"Model hash":"31e35c80fc","Model":"sd_xl_base_1.0","Version":"v1.9.4"}},\
        "request":null}
        """
            .formatted(sha256(png)));
  }

  @Test
  void saysSoWhenThereIsNone() throws Exception {
    write("a.png", PICTURE);

    Run run = run("inspect", "a.png");

    assertThat(run.out())
        .isEqualTo(
            """
            a.png
              Image                 3x2 PNG
              Recipe                none
              SHA-256               %s
            """
                .formatted(sha256(PICTURE)));
    assertThat(run.err())
        .isEqualTo("sdxl-gen: a.png holds no recipe, and there is no a.png.json\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run("inspect", "--json", "a.png").out())
        .isEqualTo(
            """
            {"file":"a.png","format":"png","width":3,"height":2,"sha256":"%s","recipe":null,\
            "sidecar":null,"model":null,"region":null,"time":null,"version":null,\
            "finish_reason":null,"seed":null,"prompts":[],"parameters":{},"request":null,\
            "error":"a.png holds no recipe, and there is no a.png.json","exit_code":2}
            """
                .formatted(sha256(PICTURE)));
    assertFailed(
        run("inspect", "--command", "a.png"),
        2,
        "sdxl-gen: a.png holds no recipe, and there is no a.png.json\n");
  }

  @Test
  void goesOnAfterAFileThatIsBroken() throws IOException {
    byte[] png = write("a.png", RecipeImages.png(MODEL, BODY, 1L));
    write("cut.png", Arrays.copyOf(png, png.length - 20));
    write("text.txt", new byte[] {'h', 'i'});
    Files.createDirectory(folder.resolve("dir"));

    Run run = run("inspect", "--command", "gone.png", "cut.png", "text.txt", "dir", "", "a.png");

    assertThat(run.err())
        .isEqualTo(
            """
            sdxl-gen: gone.png isn't there
            sdxl-gen: cut.png can't be read: it is a PNG that was cut off
            sdxl-gen: text.txt can't be read: it is neither a PNG nor a JPEG
            sdxl-gen: dir is a folder
              Name an image file
            sdxl-gen: '' is no image
              Name an image file
            """);
    assertThat(run.out()).startsWith("sdxl-gen \"a person\" ").hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void tellsAProgramOfABrokenFileToo() throws IOException {
    write("a.txt", new byte[] {'h', 'i'});

    Run run = run("inspect", "--json", "a.txt", "b.png");

    assertThat(run.out())
        .isEqualTo(
            """
            {"file":"a.txt","error":"a.txt can't be read: it is neither a PNG nor a JPEG",\
            "exit_code":2}
            {"file":"b.png","error":"b.png isn't there","exit_code":2}
            """);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void putsAnEmptyLineBetweenImages() throws IOException {
    write("a.png", RecipeImages.png(MODEL, BODY, 1L));

    assertThat(run("inspect", "a.png", "a.png").out()).contains("\n\na.png\n  Image ");
  }

  @Test
  void readsStdin() {
    byte[] png = RecipeImages.png(MODEL, BODY, 1L);

    assertThat(program().stdin(png).run("inspect", "-").out())
        .startsWith("stdin\n  Image                 3x2 PNG\n  Prompt                a person\n");
    assertFailed(
        program().stdin(PICTURE).run("inspect", "--command", "-"),
        2,
        "sdxl-gen: stdin holds no recipe\n");
  }

  @Test
  void takesAFileWhoseNameBeginsWithADashAfterTwo() throws IOException {
    write("-q.png", RecipeImages.png(MODEL, BODY, 1L));

    assertThat(run("inspect", "--", "-q.png").out()).startsWith("-q.png\n");
  }

  @Test
  void showsHostileTextWithoutObeyingIt() throws IOException {
    String escape = "\\u001b]0;owned\\u0007\\u009b31m\\u202eevil\\nSeed 1";
    write(
        "a.png",
        RecipeImages.png(
            "stability.stable-diffusion-xl\u001B[2J",
            "{\"text_prompts\":[{\"text\":\"%1$s\"}],\"sampler\":\"%1$s\",\"x%1$s\":\"%1$s\"}"
                .formatted(escape),
            1L));

    for (String form : new String[] {"-q", "--json", "--command"}) {
      Run run = run("inspect", form, "a.png");
      assertThat(run.out() + run.err())
          .as(form)
          .isNotEmpty()
          .doesNotContain("bug")
          .doesNotContainPattern("[^\\n\\x20-\\x7e]");
    }
    assertThat(run("inspect", "a.png").out())
        .contains(
            "\n  Prompt                \\u001B]0;owned\\u0007\\u009B31m\\u202Eevil\n"
                + " ".repeat(24)
                + "Seed 1\n")
        .contains("\n  Model                 stability.stable-diffusion-xl\\u001B[2J\n");
  }

  @Test
  void alignsTheLongestOfItsNamesToo() throws IOException {
    write(
        "a.png",
        RecipeImages.png(
            MODEL, "{\"text_prompts\":[],\"clip_guidance_preset\":\"SLOW\",\"steps\":30}", 1L));

    assertThat(run("inspect", "a.png").out())
        .contains("\n  Steps                 30\n  Clip guidance preset  SLOW\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help"})
  void helps(String option) {
    Run run = run("inspect", option);

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: sdxl-gen inspect [OPTIONS] IMAGE...\n");
    assertThat(run.out().lines()).hasSizeLessThanOrEqualTo(24);
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(line.length()).isBetween(0, 80));
    for (var each : InspectCommand.options().list()) {
      assertThat(run.out()).contains("\n  " + HelpPage.names(each));
    }
  }

  @Test
  void saysWhatIsWrongWithTheCommandLine() throws IOException {
    assertRefused(
        run("inspect"),
        2,
        """
        sdxl-gen: sdxl-gen inspect wants an image
          For example: sdxl-gen inspect out.png
          To draw a picture of the word: sdxl-gen -- inspect
        """);
    assertRefused(
        run("inspect", "--json", "--command", "a.png"),
        2,
        """
        sdxl-gen: --json and --command both want stdout
          Give one of them
        """);
  }
}
