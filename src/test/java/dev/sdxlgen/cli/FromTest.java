package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.recipe.RecipeChunks;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.MockBedrock;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FromTest extends EndToEnd {

  private static final String V1 = "stability.stable-diffusion-xl-v1";

  @BeforeEach
  void makeAnImage() throws IOException {
    write(
        "a.png",
        RecipeImages.png(
            V1,
            """
            {"text_prompts":[{"text":"a person"},{"text":"sea","weight":1.30},
            {"text":"hat","weight":-1.0}],"cfg_scale":7.0,"steps":50,"style_preset":"anime",
            "sampler":"K_EULER","width":1344,"height":768}
            """,
            41L));
  }

  private void write(String name, byte[] image) throws IOException {
    RecipeImages.write(folder, name, image);
  }

  private Run dryRun(String... args) {
    String[] words = Arrays.copyOf(args, args.length + 1);
    words[args.length] = "--dry-run";
    return run(words);
  }

  private static String body(String prompts, String rest) {
    return "{\"text_prompts\":[" + prompts + "]," + rest + "}\n";
  }

  private static final String PROMPTS =
      "{\"text\":\"a person\"},{\"text\":\"sea\",\"weight\":1.30},{\"text\":\"hat\",\"weight\":-1.0}";
  private static final String REST =
      "\"cfg_scale\":7.0,\"seed\":41,\"steps\":50,\"style_preset\":\"anime\","
          + "\"sampler\":\"K_EULER\",\"width\":1344,\"height\":768";

  @Test
  void makesTheImageAgain() {
    assertPrinted(run("--from", "a.png", "-o", "b.png"), "b.png\n");

    assertThat(bodies()).containsExactly(body(PROMPTS, REST).strip());
    assertThat(bedrock.requests().get(0).modelId()).isEqualTo(V1);
  }

  @Test
  void makesTheSameFileWhenTheTimeIsFixed() throws IOException {
    Program program = program().with("SOURCE_DATE_EPOCH", "1700000000");
    program.run("a person", "-n", "hat", "-s", "7", "--steps", "30", "-o", "b.png");

    assertPrinted(program.run("--from", "b.png", "-o", "c.png"), "c.png\n");

    assertThat(folder.resolve("c.png")).hasSameBinaryContentAs(folder.resolve("b.png"));
  }

  @Test
  void makesTheSamePictureByTheSeedThatTheModelDrew() throws IOException {
    try (MockBedrock drawing = MockBedrock.start()) {
      Program program = Program.in(folder).against(drawing);
      program.run("a person", "-W", "640", "-o", "b.png");
      program.run("--from", "b.png", "-o", "c.png");
      program.run("--from", "b.png", "-s", "7", "-o", "d.png");
    }
    byte[] first = RecipeChunks.strip(Files.readAllBytes(folder.resolve("b.png")));

    assertThat(RecipeChunks.strip(Files.readAllBytes(folder.resolve("c.png")))).isEqualTo(first);
    assertThat(RecipeChunks.strip(Files.readAllBytes(folder.resolve("d.png")))).isNotEqualTo(first);
  }

  @Test
  void namesTheImageAfterItsPromptAndSeed() {
    assertPrinted(run("--from", "a.png"), "a-person-41.png\n");
  }

  @Test
  void variesWhatTheCommandLineSays() {
    String rest = REST.replace("41", "7").replace("50", "30").replace("7.0", "8");
    assertPrinted(
        dryRun("--from", "a.png", "--seed", "7", "--steps", "30", "--cfg-scale", "8"),
        body(PROMPTS, rest));
    assertPrinted(
        dryRun(
            "--style-preset",
            "origami",
            "--from=a.png",
            "--sampler",
            "ddim",
            "--clip-guidance-preset",
            "NONE"),
        body(
            PROMPTS,
            REST.replace("anime\"", "origami\",\"clip_guidance_preset\":\"NONE\"")
                .replace("K_EULER", "DDIM")));
  }

  @Test
  void countsUpFromTheSeed() {
    assertThat(dryRun("--from", "a.png", "--count", "2").out())
        .isEqualTo(body(PROMPTS, REST) + body(PROMPTS, REST.replace("41", "42")));
  }

  @Test
  void addsPrompts() {
    assertPrinted(
        dryRun("--from", "a.png", "-n", "clouds", "-p", "sun"),
        body(
            "{\"text\":\"a person\"},{\"text\":\"sea\",\"weight\":1.30},{\"text\":\"sun\"},"
                + "{\"text\":\"hat\",\"weight\":-1.0},{\"text\":\"clouds\",\"weight\":-1.0}",
            REST));
  }

  @Test
  void startsTheNegativesOver() {
    assertPrinted(
        dryRun("--from", "a.png", "-n", "clouds", "--replace-negatives"),
        body(
            "{\"text\":\"a person\"},{\"text\":\"sea\",\"weight\":1.30},"
                + "{\"text\":\"clouds\",\"weight\":-1.0}",
            REST));
    assertPrinted(
        dryRun("--from", "a.png", "--replace-negatives"),
        body("{\"text\":\"a person\"},{\"text\":\"sea\",\"weight\":1.30}", REST));
  }

  @Test
  void replacesTheFirstPrompt() throws IOException {
    String prompts = PROMPTS.replace("a person", "a dog");
    Files.writeString(folder.resolve("prompt.txt"), "a dog\n");

    assertPrinted(dryRun("a dog", "--from", "a.png"), body(prompts, REST));
    assertPrinted(run("--dry-run", "--from", "a.png", "--", "a dog"), body(prompts, REST));
    assertPrinted(dryRun("--from", "a.png", "--prompt-file", "prompt.txt"), body(prompts, REST));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--size=1024x1024   | 1024 | 1024",
        "--aspect-ratio=9:21| 640  | 1536",
      })
  void replacesTheSizeAsAWhole(String option, String width, String height) {
    assertThat(dryRun("--from", "a.png", option).out())
        .isEqualTo(body(PROMPTS, REST.replace("1344", width).replace("768", height)));
  }

  @Test
  void replacesTheSizeByOneSide() {
    assertPrinted(
        dryRun("--from", "a.png", "-W", "640"),
        body(PROMPTS, REST.replace("1344", "640").replace(",\"height\":768", "")));
    assertPrinted(
        dryRun("--from", "a.png", "-H", "640"),
        body(PROMPTS, REST.replace("\"width\":1344,", "").replace("768", "640")));
  }

  @Test
  void readsStdin() throws IOException {
    byte[] png = Files.readAllBytes(folder.resolve("a.png"));

    assertPrinted(program().stdin(png).run("--from", "-", "--dry-run"), body(PROMPTS, REST));
    for (String[] other : new String[][] {{"-"}, {"--prompt-file", "-"}}) {
      String[] args = Arrays.copyOf(other, other.length + 2);
      args[other.length] = "--from";
      args[other.length + 1] = "-";
      assertRefused(
          run(args),
          2,
          """
          sdxl-gen: --from and the prompt both want stdin
            Name a file for one of them
          """,
          "a.png");
    }
    assertRefused(
        run("--from", "-", "--init-image", "-"),
        2,
        """
        sdxl-gen: --from and an image both want stdin
          Name a file for one of them
        """,
        "a.png");
  }

  @Test
  void winsOverTheEnvironmentAndLosesToTheCommandLine() {
    run("--from", "a.png", "-o", "b.png");
    program().with("SDXL_GEN_MODEL", "core").run("--from", "a.png", "-o", "c.png");
    program()
        .with("SDXL_GEN_MODEL", "core")
        .run("--from", "a.png", "-o", "d.png", "-m", "stability.stable-diffusion-xl-v0");

    assertThat(bedrock.requests())
        .extracting(request -> request.modelId())
        .containsExactly(V1, V1, "stability.stable-diffusion-xl-v0");
  }

  @Test
  void leavesTheRegionToTheUser() {
    assertThat(program().without("AWS_REGION").run("--from", "a.png", "-o", "b.png").err())
        .startsWith("sdxl-gen: there is no AWS region\n");
  }

  @Test
  void tellsWhatAnotherModelDoesNotTake() {
    Run run = dryRun("--from", "a.png", "-m", "core");

    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: a.png: left out, since stability.stable-image-core-v1:1 doesn't take it:"
                + " the weights, --steps, --cfg-scale, --sampler, --style-preset\n"
                + "sdxl-gen: 1344x768 becomes the aspect ratio 16:9, the nearest that there is\n");
    assertThat(run.out())
        .isEqualTo(
            "{\"prompt\":\"a person, sea\",\"negative_prompt\":\"hat\",\"aspect_ratio\":\"16:9\","
                + "\"seed\":41}\n");
    assertThat(dryRun("--from", "a.png", "-m", "core", "-q").err()).isEmpty();
  }

  @Test
  void refusesWhatTheUserAskedOfAnotherModel() throws IOException {
    Run run = run("--from", "a.png", "-q", "-m", "core", "--steps", "30");

    assertRefused(
        run,
        2,
        """
        sdxl-gen: --steps is not something stability.stable-image-core-v1:1 takes
          Models that do: sdxl
          It starts from a.png: what is given on the command line wins over its recipe
        """,
        "a.png");
  }

  @Test
  void saysWhereAValueIsFromThatAnotherModelRefuses() throws IOException {
    write("b.png", RecipeImages.png(V1, "{\"text_prompts\":[{\"text\":\"a\"}]}", 4294967295L));

    assertRefused(
        run("--from", "b.png", "-m", "nova-canvas"),
        2,
        """
        sdxl-gen: --seed 4294967295 is out of range for amazon.nova-canvas-v1:0
          Allowed: 0 to 858993459
          It starts from b.png: what is given on the command line wins over its recipe
        """,
        "a.png",
        "b.png");
  }

  @Test
  void leavesToAutoWhatTheModelTakes() {
    assertPrinted(dryRun("--from", "a.png", "-m", "auto", "-q"), body(PROMPTS, REST));
  }

  @Test
  void asksForAModelWhoseAccountWasCutOut() throws IOException {
    write(
        "b.png",
        RecipeImages.png(
            "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/abc",
            "{\"prompt\":\"a\",\"aspect_ratio\":\"16:9\"}",
            7L));

    assertRefused(
        program().with("SDXL_GEN_MODEL", "core").run("--from", "b.png"),
        2,
        """
        sdxl-gen: b.png was made with arn:aws:bedrock:us-west-2::provisioned-model/abc, whose \
        account no recipe holds
          Name the model: sdxl-gen --from b.png -m MODEL
        """,
        "a.png",
        "b.png");
    assertPrinted(
        dryRun(
            "--from",
            "b.png",
            "-m",
            "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/abc"),
        "{\"prompt\":\"a\",\"aspect_ratio\":\"16:9\",\"seed\":7}\n");
  }

  @Test
  void asksForTheImageThatItStartedFrom() throws Exception {
    write("start.png", PICTURE);
    String base64 = java.util.Base64.getEncoder().encodeToString(PICTURE);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(PICTURE));
    String body =
        "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":7,\"init_image\":\""
            + base64
            + "\",\"init_image_mode\":\"IMAGE_STRENGTH\",\"image_strength\":0.70}";
    write("b.png", RecipeImages.png(V1, body, 7L));

    assertRefused(
        run("--from", "b.png"),
        2,
        """
        sdxl-gen: b.png was made with another image, which no recipe holds
          Name it: sdxl-gen --from b.png --init-image FILE
          The SHA-256 of that one is %s
        """
            .formatted(hash),
        "a.png",
        "b.png",
        "start.png");
    assertRefused(
        run("--from", "b.png", "--init-image", "a.png"),
        2,
        """
        sdxl-gen: --init-image a.png is not what b.png was made with
          The SHA-256 of that one is %s
        """
            .formatted(hash),
        "a.png",
        "b.png",
        "start.png");
    assertRefused(
        run("--from", "b.png", "--init-image", "-"),
        2,
        """
        sdxl-gen: --init-image - can't be compared with what b.png was made with
          Name a file
          The SHA-256 of that one is %s
        """
            .formatted(hash),
        "a.png",
        "b.png",
        "start.png");
    assertRefused(
        run("--from", "b.png", "--init-image", "gone.png"),
        2,
        """
        sdxl-gen: --init-image gone.png isn't there
          It starts from b.png: what is given on the command line wins over its recipe
        """,
        "a.png",
        "b.png",
        "start.png");
    assertPrinted(dryRun("--from", "b.png", "--init-image", "start.png"), body + "\n");
    assertPrinted(
        dryRun("--from", "b.png", "--init-image", "start.png", "--step-schedule-start", "0.2"),
        body.replace("IMAGE_STRENGTH", "STEP_SCHEDULE")
                .replace("\"image_strength\":0.70", "\"step_schedule_start\":0.2")
            + "\n");
  }

  @Test
  void asksForTheMaskToo() throws Exception {
    write("start.png", PICTURE);
    String base64 = java.util.Base64.getEncoder().encodeToString(PICTURE);
    String body =
        "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":7,\"init_image\":\""
            + base64
            + "\",\"mask_source\":\"MASK_IMAGE_BLACK\",\"mask_image\":\""
            + base64
            + "\"}";
    write("b.png", RecipeImages.png(V1, body, 7L));

    assertThat(run("--from", "b.png", "--init-image", "start.png").err())
        .startsWith("sdxl-gen: b.png was made with a mask, which no recipe holds\n");
    assertPrinted(
        dryRun("--from", "b.png", "--init-image", "start.png", "--mask-image", "start.png"),
        body + "\n");
    Run core = dryRun("--from", "b.png", "-m", "core");
    assertThat(core.out()).isEqualTo("{\"prompt\":\"a\",\"seed\":7}\n");
    assertThat(core.err())
        .isEqualTo(
            "sdxl-gen: b.png: left out, since stability.stable-image-core-v1:1 doesn't take it:"
                + " --init-image, --mask-source\n");
  }

  @Test
  void startsFromAnImageThatTheRecipeDidNot() throws IOException {
    write("start.png", PICTURE);

    Run run = dryRun("--from", "a.png", "--init-image", "start.png");

    assertThat(run.err())
        .isEqualTo("sdxl-gen: a.png: its size is left out, since --init-image has one\n");
    assertThat(run.out()).contains("\"init_image\":\"").doesNotContain("1344");
  }

  @Test
  void countsStableImagesStrengthTheOtherWayRound() throws IOException {
    write("start.png", PICTURE);
    String base64 = java.util.Base64.getEncoder().encodeToString(PICTURE);
    String body =
        "{\"prompt\":\"a\",\"mode\":\"image-to-image\",\"image\":\""
            + base64
            + "\",\"strength\":0.3,\"seed\":7}";
    write("b.png", RecipeImages.png("stability.sd3-5-large-v1:0", body, 7L));

    assertPrinted(dryRun("--from", "b.png", "--init-image", "start.png"), body + "\n");
  }

  @Test
  void letsTheFileNameSayTheFormat() throws IOException {
    write(
        "b.png",
        RecipeImages.png(
            "stability.sd3-5-large-v1:0", "{\"prompt\":\"a\",\"output_format\":\"jpeg\"}", 7L));

    assertPrinted(
        dryRun("--from", "b.png"), "{\"prompt\":\"a\",\"output_format\":\"jpeg\",\"seed\":7}\n");
    assertPrinted(dryRun("--from", "b.png", "-o", "c.PNG"), "{\"prompt\":\"a\",\"seed\":7}\n");
    assertPrinted(
        dryRun("--from", "b.png", "-o", "c.jpeg"),
        "{\"prompt\":\"a\",\"output_format\":\"jpeg\",\"seed\":7}\n");
    assertPrinted(
        dryRun("--from", "b.png", "-m", "sdxl", "-q"),
        "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":7}\n");
  }

  @Test
  void keepsFieldsForTheSameFamilyAlone() throws IOException {
    write(
        "b.png",
        RecipeImages.png(
            "amazon.nova-canvas-v1:0",
            """
            {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a"},
            "imageGenerationConfig":{"quality":"premium","seed":7}}
            """,
            7L));

    assertThat(dryRun("--from", "b.png", "-m", "titan").out())
        .isEqualTo(
            "{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":{\"text\":\"a\"},"
                + "\"imageGenerationConfig\":{\"seed\":7,\"quality\":\"premium\"}}\n");
    assertThat(dryRun("--from", "b.png", "--param", "imageGenerationConfig.quality=standard").out())
        .contains("\"quality\":\"standard\"");
    Run other = dryRun("--from", "b.png", "-m", "core");
    assertThat(other.out()).isEqualTo("{\"prompt\":\"a\",\"seed\":7}\n");
    assertThat(other.err())
        .isEqualTo(
            "sdxl-gen: b.png: left out, since stability.stable-image-core-v1:1 doesn't take it:"
                + " --param\n");
  }

  @Test
  void takesTheWebUisImages() throws IOException {
    write(
        "b.png",
        RecipeImages.withParameters(
            """
            a cat <lora:fur:0.8>
            Negative prompt: dog
            Steps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 123, Size: 1024x1024, \
            Hires upscale: 2, Model hash: 31e35c80fc\
            """));

    Run run = dryRun("--from", "b.png");

    assertThat(run.out())
        .isEqualTo(
            body(
                "{\"text\":\"a cat\"},{\"text\":\"dog\",\"weight\":-1.0}",
                "\"cfg_scale\":7.5,\"seed\":123,\"steps\":20,\"sampler\":\"K_EULER_ANCESTRAL\","
                    + "\"width\":1024,\"height\":1024"));
    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: b.png: not taken over: <lora:fur:0.8>, Hires upscale 2,"
                + " Model hash 31e35c80fc\n");
  }

  @Test
  void makesOfTheWebUisSizesTheNearestAndSaysSo() throws IOException {
    write(
        "b.png",
        RecipeImages.withParameters("a\nSteps: 20, Seed: 123, Size: 512x768, Clip skip: 2"));

    Run run = dryRun("--from", "b.png");

    assertThat(run.out())
        .isEqualTo(
            body("{\"text\":\"a\"}", "\"seed\":123,\"steps\":20,\"width\":832,\"height\":1216"));
    assertThat(run.err())
        .isEqualTo(
            """
            sdxl-gen: b.png: not taken over: Clip skip 2
            sdxl-gen: --aspect-ratio 512:768 becomes 832x1216, the nearest size there is
            """);
  }

  @Test
  void changesNoNumberOfTheWebUis() throws IOException {
    write("b.png", RecipeImages.withParameters("a\nSteps: 150, Seed: 123, Size: 1024x1024"));

    assertRefused(
        run("--from", "b.png"),
        2,
        """
        sdxl-gen: --steps 150 is out of range for stability.stable-diffusion-xl
          Allowed: 10 to 50
          It starts from b.png: what is given on the command line wins over its recipe
        """,
        "a.png",
        "b.png");
  }

  @Test
  void tellsOfAHostileImageInAFewPrintableLines() throws IOException {
    var text = new StringBuilder("a\nSteps: 20, Sampler: \u001B[31m\u202Ex, Seed: 1");
    for (int i = 0; i < 5000; i++) {
      text.append(", evil").append(i).append(": \u009B31m");
    }
    write("b.png", RecipeImages.withParameters(text.toString()));

    Run run = dryRun("--from", "b.png");

    assertThat(run.err())
        .startsWith(
            "sdxl-gen: b.png: not taken over: Sampler \\u001B[31m\\u202Ex, evil0 \\u009B31m")
        .endsWith(", evil10 \\u009B31m and 4989 more\n")
        .hasLineCount(1);
    write(
        "c.png",
        RecipeImages.png(
            V1, "{\"text_prompts\":[{\"text\":\"a\"}],\"sampler\":\"\\u001b[31m\"}", 1L));
    assertThat(run("--from", "c.png").err())
        .startsWith("sdxl-gen: --sampler \\u001B[31m is not a sampler of " + V1 + "\n");
  }

  @Test
  void saysWhenThereIsNothingToStartFrom() throws IOException {
    write("b.png", PICTURE);
    Files.writeString(folder.resolve("c.txt"), "hi");

    assertRefused(
        run("--from", "b.png"),
        2,
        """
        sdxl-gen: b.png holds no recipe, and there is no b.png.json
          sdxl-gen inspect IMAGE shows what an image says about itself
        """,
        "a.png",
        "b.png",
        "c.txt");
    assertRefused(
        run("--from", "gone.png"),
        2,
        "sdxl-gen: gone.png isn't there\n",
        "a.png",
        "b.png",
        "c.txt");
    assertRefused(
        run("--from", "c.txt"),
        2,
        "sdxl-gen: c.txt can't be read: it is neither a PNG nor a JPEG\n",
        "a.png",
        "b.png",
        "c.txt");
  }

  @Test
  void wantsAPromptFromSomewhere() throws IOException {
    write("b.png", RecipeImages.png(V1, "{\"steps\":20}", 1L));

    assertThat(run("--from", "b.png").err()).startsWith("sdxl-gen: there is no prompt\n");
    assertPrinted(
        dryRun("--from", "b.png", "a"), body("{\"text\":\"a\"}", "\"seed\":1,\"steps\":20"));
  }

  @Test
  void saysThatNegativesNeedARecipeToReplace() throws IOException {
    assertRefused(
        run("a", "--replace-negatives"),
        2,
        """
        sdxl-gen: --replace-negatives goes with --from IMAGE
          Without it, the negative prompts are those of the command line
        """,
        "a.png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help", "-V"})
  void looksAtNoImageForHelp(String option) {
    Run run = run("--from", "gone.png", option);

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void isNoOptionWhereItIsAValue() {
    assertPrinted(
        dryRun("a", "-n", "--from"),
        "{\"text_prompts\":[{\"text\":\"a\"},{\"text\":\"--from\",\"weight\":-1.0}]}\n");
  }

  @Test
  void quotesTheUsersOwnWordsWhenThePromptIsSeveral() throws IOException {
    assertRefused(
        run("--from", "a.png", "a", "dog"),
        2,
        """
        sdxl-gen: the prompt is one word for the shell, and here are 2
          Quote it: sdxl-gen --from a.png "a dog"
        """,
        "a.png");
  }

  @Test
  void isInTheCommandThatIsAdvisedForARetiredModel() throws IOException {
    bedrock.enqueue(
        Answer.error(
            404,
            "ResourceNotFoundException",
            "This model version has reached the end of its life. Please refer to the AWS"
                + " documentation for more details."));

    Run run = run("--from", "a.png", "-n", "--from", "--replace-negatives", "-o", "b.png");

    assertThat(run.exitCode()).isEqualTo(9);
    assertThat(run.err())
        .contains(
            "    sdxl-gen -p \"a person\" -p sea --seed 41 --size 1344x768 -n --from -o b.png"
                + " -m sd3.5-large --region us-west-2\n");
  }
}
