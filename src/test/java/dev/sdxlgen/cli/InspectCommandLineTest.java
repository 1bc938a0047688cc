package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.request.model.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code inspect --command} prints makes the image again, by way of a real shell. */
@DisabledOnOs(OS.WINDOWS)
class InspectCommandLineTest extends EndToEnd {

  private static final String SEED = "4294967290";

  static Stream<List<String>> commands() {
    return Stream.of(
        List.of("a person", "-n", "hat", "-s", SEED),
        List.of(
            "a person::1.30",
            "-p",
            "sea::0.5",
            "-n",
            "hat::1",
            "-n",
            "-f",
            "-s",
            SEED,
            "--steps",
            "30",
            "--cfg-scale",
            "7.50",
            "--sampler",
            "K_EULER",
            "--style-preset",
            "anime",
            "--clip-guidance-preset",
            "SLOW",
            "--size",
            "1344x768",
            "--extras",
            "{\"a\": [1.50]}",
            "--param",
            "later={\"b\": \"it's $5\"}",
            "--param",
            "x=y"),
        List.of("a", "-s", SEED, "-W", "1024"),
        List.of("a", "-s", SEED, "-H", "768"),
        List.of("a", "-s", SEED, "-m", "arn:aws:bedrock:us-west-2::foundation-model/x"),
        List.of("a", "-s", SEED, "-m", "gateway/sd3", "--family", "stable-image"),
        List.of("a", "-s", SEED, "-m", "core", "-n", "b", "-n", "c, d", "--aspect-ratio", "21:9"),
        List.of("a", "-s", SEED, "-m", "sd3.5-large", "--output-format", "jpeg"),
        List.of("a", "-s", "0858993459", "-m", "nova-canvas", "-n", "b", "--size", "1024x1024"),
        List.of(
            "a",
            "-s",
            "7",
            "-m",
            "titan",
            "--cfg-scale",
            "8.0",
            "--size",
            "512x512",
            "--param",
            "imageGenerationConfig.quality=premium"),
        List.of(
            "a",
            "-s",
            "7",
            "-m",
            "nova-canvas",
            "--param",
            "textToImageParams.style=\"3D animated" + " family film\""),
        List.of("-s", SEED, "--", "-f"),
        List.of("-s", SEED, "--", "mock"),
        List.of("-s", SEED, "-p", "-"),
        List.of("it's \"$5\" `id` $(id) \\ !", "-s", SEED),
        List.of("a\\::1.3", "-p", "b\\::c\\::d::2", "-p", "e:::1::1.0", "-n", "C:\\", "-s", SEED),
        List.of("two\nlines\n", "-n", "\u001B[31mred\u202E 100%\n", "-s", SEED),
        List.of("🧢 café", "-s", SEED));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void asksForTheSameToTheByte(List<String> first) throws Exception {
    String body = dryRun(first).out();
    int option = first.indexOf("-m");
    String model = option < 0 ? MODEL : Model.of(first.get(option + 1)).id();

    Run inspected = inspect(model, body, null);

    assertThat(inspected.err()).isEmpty();
    assertThat(inspected.exitCode()).isZero();
    assertThat(inspected.out()).hasLineCount(1);
    List<String> again = words(inspected.out());
    assertThat(again).startsWith("sdxl-gen").containsSequence("--model", model);
    assertPrinted(dryRun(again.subList(1, again.size())), body);
  }

  private Run dryRun(List<String> args) {
    List<String> words = new ArrayList<>(List.of("--dry-run", "-q"));
    words.addAll(args);
    return run(words.toArray(new String[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sdxl", "sd3.5-large", "core", "ultra", "nova-canvas", "titan"})
  void makesItAgain(String model) throws Exception {
    run("a person", "-n", "hat", "-n", "a scarf", "-s", "7", "-m", model, "-o", "first.png");
    var call = bedrock.requests().get(0);
    String body = new String(call.body(), StandardCharsets.UTF_8);

    Run inspected = inspect(call.modelId(), body, 7L);

    List<String> again = words(inspected.out() + " -o again.png");
    assertPrinted(run(again.subList(1, again.size()).toArray(new String[0])), "again.png\n");
    assertThat(bodies()).containsExactly(body, body);
    assertThat(bedrock.requests().get(1).modelId()).isEqualTo(call.modelId());
  }

  @Test
  void makesTheSameFileWhenTheTimeIsFixed() throws IOException {
    Program program = program().with("SOURCE_DATE_EPOCH", "1700000000");
    program.run("two\nlines", "-n", "it's $5", "-s", "7", "--steps", "30", "-o", "first.png");

    List<String> again =
        words(program.run("inspect", "--command", "first.png").out() + " -o b.png");
    program.run(again.subList(1, again.size()).toArray(new String[0]));

    assertThat(folder.resolve("b.png")).hasSameBinaryContentAs(folder.resolve("first.png"));
  }

  /** As a shell takes the line apart. */
  private static List<String> words(String line) throws IOException {
    Process shell =
        new ProcessBuilder("sh", "-c", "printf '%s\\0' " + line.replace("\n", " ")).start();
    shell.getOutputStream().close();
    String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Arrays.asList(out.split("\0"));
  }

  private Run inspect(String model, String body, Long seed) throws IOException {
    RecipeImages.write(folder, "a.png", RecipeImages.png(model, body, seed));
    return run("inspect", "--command", "a.png");
  }

  @Test
  void namesTheSeedThatTheModelDrew() throws IOException {
    assertPrinted(
        inspect(MODEL, "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":0}", 7L),
        "sdxl-gen a --model stability.stable-diffusion-xl --seed 7\n");
  }

  @Test
  void saysWhenNobodyKnowsTheSeed() throws IOException {
    Run run = inspect(MODEL, "{\"text_prompts\":[{\"text\":\"a\"}]}", null);

    assertThat(run.out()).isEqualTo("sdxl-gen a --model stability.stable-diffusion-xl\n");
    assertThat(run.err())
        .isEqualTo("sdxl-gen: a.png doesn't say its seed: another image comes of it\n");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void saysWhenItIsOneOfSeveral() throws IOException {
    Run run =
        inspect(
            "amazon.nova-canvas-v1:0",
            """
            {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a"},
            "imageGenerationConfig":{"seed":7,"numberOfImages":3}}
            """,
            7L);

    assertThat(run.out()).isEqualTo("sdxl-gen a --model amazon.nova-canvas-v1:0 --seed 7\n");
    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: a.png is one of 3 images of one call, and which one it doesn't say: alone"
                + " it may come out otherwise\n");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void refusesWhatStartedFromAnImage() throws IOException {
    assertFailed(
        inspect(
            MODEL,
            "{\"text_prompts\":[{\"text\":\"a\"}],\"init_image\":\"aGVsbG8=\","
                + "\"mask_image\":\"aGVsbG8=\"}",
            7L),
        2,
        """
        sdxl-gen: a.png was made with another image, which no recipe holds
          Name it: sdxl-gen --from a.png --init-image FILE --mask-image FILE
          The SHA-256 of that one is 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
        """);
  }

  @Test
  void refusesAFieldThatHeldAPicture() throws IOException {
    assertFailed(
        inspect(MODEL, "{\"text_prompts\":[{\"text\":\"a\"}],\"controlImage\":\"aGVsbG8=\"}", 7L),
        2,
        """
        sdxl-gen: a.png was made with a picture in controlImage, which no recipe holds
          Give it: --param controlImage=VALUE
        """);
  }

  @Test
  void refusesAModelWhoseAccountWasCutOut() throws IOException {
    assertFailed(
        inspect(
            "arn:aws:sagemaker:us-west-2:111122223333:endpoint/sdxl",
            "{\"text_prompts\":[{\"text\":\"a\"}]}",
            7L),
        2,
        """
        sdxl-gen: a.png was made with arn:aws:sagemaker:us-west-2::endpoint/sdxl, whose account no \
        recipe holds
          Name the model: sdxl-gen --from a.png -m MODEL
        """);
  }

  @Test
  void refusesWhatNoCommandLineSays() throws IOException {
    assertFailed(
        inspect(MODEL, "{\"text_prompts\":[{\"text\":\"a\"},{\"text\":\"b\",\"weight\":11}]}", 7L),
        2,
        "sdxl-gen: no command line makes a.png again: none says the prompt 'b' of weight 11\n");
    assertFailed(
        inspect(MODEL, "{\"text_prompts\":[{\"text\":\"a\"}],\"b.c\":1}", 7L),
        2,
        "sdxl-gen: no command line makes a.png again: none says b.c\n");
    assertFailed(
        inspect(MODEL, "{\"text_prompts\":[{\"text\":\"a\",\"weight\":-1.0}]}", 7L),
        2,
        """
        sdxl-gen: a.png was made without a prompt
          Give one: sdxl-gen --from a.png PROMPT
        """);
  }

  @Test
  void makesTheBestOfWhatTheWebUiWrote() throws IOException {
    RecipeImages.write(
        folder,
        "a.png",
        RecipeImages.withParameters(
            """
            a (red:1.3) cat, <lora:fur:0.8>
            Negative prompt: dog
            Steps: 20, Sampler: UniPC, CFG scale: 7, Seed: 123, Size: 512x768, Clip skip: 2, \
            Model: sd_xl_base_1.0, Denoising strength: 0.4, Version: v1.9.4\
            """));

    Run run = run("inspect", "--command", "a.png");

    assertThat(run.out())
        .isEqualTo(
            "sdxl-gen \"a (red:1.3) cat\" -n dog --seed 123 --steps 20 --cfg-scale 7"
                + " --aspect-ratio 512:768\n");
    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: a.png: not taken over: <lora:fur:0.8>, the weight in (red:1.3),"
                + " Sampler UniPC, Clip skip 2, Model sd_xl_base_1.0, Denoising strength 0.4\n");
    assertThat(run.exitCode()).isZero();
    assertThat(run("inspect", "--command", "-q", "a.png").err()).isEmpty();
  }

  @Test
  void knowsItsOwnModelInAParametersTextAlone() throws IOException {
    RecipeImages.write(
        folder,
        "a.png",
        RecipeImages.withParameters(
            """
            a
            Steps: 30, Seed: 1, Size: 1024x1024, Model: "stability.sd3-5-large-v1:0", \
            Version: sdxl-gen 0.1.0\
            """));

    Run run = run("inspect", "--command", "a.png");

    assertThat(run.out())
        .isEqualTo("sdxl-gen a --model stability.sd3-5-large-v1:0 --seed 1 --size 1024x1024\n");
    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: a.png: left out, since stability.sd3-5-large-v1:0 doesn't take it:"
                + " --steps\n");
  }
}
