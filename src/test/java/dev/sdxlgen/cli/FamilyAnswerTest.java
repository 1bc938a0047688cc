package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.png.PngEncoder;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the answers of Stable Image, Nova Canvas and Titan come to. */
class FamilyAnswerTest extends EndToEnd {

  private static final byte[] OTHER = PngEncoder.encode(2, 5, new byte[30]);
  private static final String BLOCKED = "1 of the images was blocked.";

  private static Answer stableImage(String seeds, String reasons, String images) {
    return Answer.json(
        200,
        "{\"seeds\":" + seeds + ",\"finish_reasons\":" + reasons + ",\"images\":" + images + "}");
  }

  private static Answer amazon(String error, byte[]... pictures) {
    String images =
        Arrays.stream(pictures)
            .map(picture -> '"' + Base64.getEncoder().encodeToString(picture) + '"')
            .collect(Collectors.joining(","));
    return Answer.json(
        200,
        "{\"images\":["
            + images
            + "],\"error\":"
            + (error == null ? "null" : '"' + error + '"')
            + "}");
  }

  /** The seed of each body that arrived. */
  private List<Long> seeds() {
    return bodies().stream()
        .map(body -> Pattern.compile("\"seed\":(\\d+)").matcher(body))
        .filter(Matcher::find)
        .map(seed -> Long.valueOf(seed.group(1)))
        .toList();
  }

  // ---- one image

  @ParameterizedTest
  @ValueSource(strings = {"sdxl", "stable-image", "amazon"})
  void theBuiltInMockSpeaksTheFamilyThatIsNamed(String family) throws IOException {
    String arn = "arn:aws:sagemaker:us-west-2:111122223333:endpoint/mine";
    Files.writeString(folder.resolve("p.jsonl"), "{\"id\":\"two\",\"prompt\":\"a person\"}\n");

    assertPrinted(
        run(
            "--mock",
            "-m",
            arn,
            "--family",
            family,
            "a person",
            "-n",
            "hat",
            "-q",
            "-o",
            "one.png"),
        "one.png\n");
    Run batch =
        run("batch", "p.jsonl", "--mock", "-m", arn, "--family", family, "-q", "-o", "made");
    assertThat(batch.err()).isEmpty();
    assertThat(batch.exitCode()).isZero();
  }

  @Test
  void namesTheFileByTheSeedThatStableImageSays() {
    bedrock.enqueue(
        stableImage(
            "[2130420379]", "[null]", "[\"" + Base64.getEncoder().encodeToString(PICTURE) + "\"]"));

    assertPrinted(run("a person", "-m", "core"), "a-person-2130420379.png\n");
    assertThat(sent(folder.resolve("a-person-2130420379.png"))).isEqualTo(PICTURE);
  }

  @ParameterizedTest
  @CsvSource({"nova-canvas, 858993459", "titan, 2147483646"})
  void namesTheFileByTheSeedThatWasDrawnForAmazon(String model, long most) {
    Run run = run("a person", "-m", model, "--json");

    long seed = seeds().get(0);
    assertThat(seed).isBetween(0L, most);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("{\"file\":\"a-person-" + seed + ".png\",\"seed\":" + seed + ",")
        .endsWith(",\"request\":" + bodies().get(0) + "}\n");
    assertThat(sent(folder.resolve("a-person-" + seed + ".png"))).isEqualTo(PICTURE);
  }

  @Test
  void drawsAnotherSeedEachTime() {
    for (int i = 0; i < 3; i++) {
      run("a person", "-m", "titan", "-q");
    }

    assertThat(seeds()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void takesASeedOfZeroAsItIsForAmazon() {
    assertPrinted(run("a person", "-m", "titan", "-s", "0"), "a-person-0.png\n");
    assertThat(seeds()).containsExactly(0L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          Filter reason: prompt       | the model filtered the prompt | Try other words; prompts that aren't English are often filtered
          Filter reason: input image  | the model filtered the init image | Try another one
          Filter reason: output image | the model filtered the image that it made | Try other words or another seed
          Filter reason: moon phase   | the model filtered the image: Filter reason: moon phase | Try other words or another seed
          """)
  void endsWith4WhenStableImageFilters(String reason, String message, String advice)
      throws IOException {
    bedrock.enqueue(stableImage("[7]", "[\"" + reason + "\"]", "[]"));

    assertFailed(
        run("a person", "-m", "core", "-o", "a/out.png"),
        4,
        "sdxl-gen: " + message + "\n  " + advice + "\n");
    assertThat(tree()).isEmpty();
  }

  @Test
  void endsWith6WhenTheModelFails() {
    bedrock.enqueue(stableImage("[7]", "[\"Inference error\"]", "[]"));

    Run run = run("a person", "-m", "core", "-o", "out.png");

    assertThat(run.err())
        .startsWith(
            "sdxl-gen: the model failed to make the image (finish reason Inference error)\n");
    assertThat(run.exitCode()).isEqualTo(6);
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void endsWith4WhenAmazonFiltersThePrompt() throws IOException {
    String said =
        "This request has been blocked by our content filters. Our filters automatically flagged"
            + " this prompt because it may conflict our AUP or AWS Responsible AI Policy.";
    bedrock.enqueue(Answer.error(400, "ValidationException", said));

    assertFailed(
        run("a person", "-m", "titan", "-o", "out.png"),
        4,
        "sdxl-gen: the model filtered the prompt: " + said + "\n  Try other words\n");
    assertThat(tree()).isEmpty();
  }

  @Test
  void endsWith4WhenAmazonFiltersTheImage() throws IOException {
    bedrock.enqueue(amazon("All of the generated images have been blocked."));

    assertFailed(
        run("a person", "-m", "titan", "-o", "out.png"),
        4,
        "sdxl-gen: the model filtered the image: All of the generated images have been blocked.\n"
            + "  Try other words or another seed\n");
    assertThat(tree()).isEmpty();
  }

  @Test
  void tellsWhenAJpegIsAPng() {
    bedrock.enqueue(
        stableImage("[7]", "[null]", "[\"" + Base64.getEncoder().encodeToString(PICTURE) + "\"]"));

    Run run = run("a person", "-m", "core", "-o", "out.jpg");

    assertThat(run.err()).isEqualTo("sdxl-gen: Bedrock sent a PNG: out.jpg is one\n");
    assertThat(run.out()).isEqualTo("out.jpg\n");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void tellsHowToGetAtTheImageOfAnAnswerThatWasKept() throws IOException {
    bedrock.enqueue(amazon(null, PICTURE));
    OutputStreamThatFails full = new OutputStreamThatFails();

    Run run = program().stdoutTo(full).run("a person", "-m", "titan", "-s", "7", "-o", "-");

    assertThat(run.exitCode()).isEqualTo(7);
    Kept kept = Kept.in(run);
    assertThat(run.err()).contains("\n  The image is in it: jq -r '.images[0]' " + kept.file());
  }

  private static final class OutputStreamThatFails extends java.io.OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  // ---- several

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "2, 1, 2", "5, 1, 5", "6, 2, 5", "7, 2, 2", "12, 3, 2"})
  void asksForAsManyAsACallMakes(int count, int calls, int numberInOne) {
    Run run = run("a person", "-m", "nova-canvas", "--count", "" + count, "-o", "out.png");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines()).hasSize(count).doesNotHaveDuplicates();
    assertThat(bodies()).hasSize(calls);
    assertThat(seeds()).hasSize(calls).doesNotHaveDuplicates();
    if (numberInOne > 0) {
      assertThat(bodies())
          .anyMatch(body -> body.endsWith(",\"numberOfImages\":" + numberInOne + "}}"));
    }
    if (count % 5 == 1) {
      assertThat(bodies().get(calls - 1)).doesNotContain("numberOfImages");
    }
  }

  @Test
  void makesACallForEachSeed() {
    assertPrinted(
        run("a person", "-m", "nova-canvas", "--count", "3", "-s", "7"),
        "a-person-7.png\na-person-8.png\na-person-9.png\n");
    assertThat(seeds()).containsExactly(7L, 8L, 9L);
    assertThat(bodies()).noneMatch(body -> body.contains("numberOfImages"));
  }

  @Test
  void refusesASeedThatWouldCountTooFar() throws IOException {
    assertRefused(
        run("a person", "-m", "nova-canvas", "--count", "2", "-s", "858993459"),
        2,
        """
        sdxl-gen: --seed 858993459 counts up to 858993460, which is out of range for \
        amazon.nova-canvas-v1:0
          Allowed with --count 2: 0 to 858993458
        """);
  }

  @Test
  void numbersImagesThatShareASeed() throws IOException {
    bedrock.enqueue(amazon(null, PICTURE, OTHER));

    Run run = run("a person", "-m", "titan", "--count", "2");

    long seed = seeds().get(0);
    assertPrinted(run, "a-person-" + seed + ".png\na-person-" + seed + "-1.png\n");
    assertThat(sent(folder.resolve("a-person-" + seed + ".png"))).isEqualTo(PICTURE);
    assertThat(sent(folder.resolve("a-person-" + seed + "-1.png"))).isEqualTo(OTHER);
  }

  @Test
  void losesNoneOfThemWhereTheNameTheUserChoseHoldsTheSeed() throws IOException {
    bedrock.enqueue(amazon(null, PICTURE, OTHER));

    Run run = run("a person", "-m", "titan", "--count", "2", "-o", "x-{seed}.png");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines()).hasSize(2).doesNotHaveDuplicates();
    assertThat(tree()).hasSize(2);
  }

  @Test
  void keepsThoseThatCameWhenSomeWereFiltered() throws IOException {
    bedrock.enqueue(amazon(BLOCKED, PICTURE, OTHER));

    Run run = run("a person", "-m", "titan", "--count", "3", "-o", "out.png");

    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: image 3 of 3: the model filtered 1 of 3 images: "
                + BLOCKED
                + "\n  Try other words or another seed\n");
    assertThat(run.out()).isEqualTo("out-1.png\nout-2.png\n");
    assertThat(run.exitCode()).isEqualTo(8);
    assertThat(tree()).containsExactly("out-1.png", "out-2.png");
  }

  @Test
  void tellsOfImagesThatAreMissingWithoutAReason() throws IOException {
    bedrock.enqueue(amazon(null, PICTURE));

    Run run = run("a person", "-m", "titan", "--count", "3", "-o", "out.png");

    assertThat(run.err())
        .isEqualTo("sdxl-gen: image 2 of 3: Bedrock sent no more than 1 of 3 images\n");
    assertThat(run.out()).isEqualTo("out-1.png\n");
    assertThat(run.exitCode()).isEqualTo(8);
    assertThat(tree()).containsExactly("out-1.png");
  }

  @Test
  void endsWith4WhenAllOfThemWereFiltered() throws IOException {
    bedrock.enqueue(amazon("All were blocked."));

    assertFailed(
        run("a person", "-m", "titan", "--count", "3", "-o", "out.png"),
        4,
        "sdxl-gen: image 1 of 3: the model filtered 3 of 3 images: All were blocked.\n"
            + "  Try other words or another seed\n");
    assertThat(tree()).isEmpty();
  }

  @Test
  void goesOnWithTheNextCallWhenOneWasFiltered() throws IOException {
    bedrock.enqueue(amazon("All were blocked."));

    Run run = run("a person", "-m", "titan", "--count", "7", "-o", "out.png");

    assertThat(run.out()).isEqualTo("out-6.png\nout-7.png\n");
    assertThat(run.exitCode()).isEqualTo(8);
    assertThat(bodies()).hasSize(2);
  }

  @Test
  void asksForThoseAloneThatAreMissing() throws IOException {
    Files.writeString(folder.resolve("out-2.png"), "precious");

    Run run = run(Words.of("'a person' -m titan --count 3 -o out.png --if-exists skip"));

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).containsExactlyInAnyOrder("out-1.png", "out-2.png", "out-3.png");
    assertThat(bodies()).hasSize(1);
    assertThat(bodies().get(0)).endsWith(",\"numberOfImages\":2}}");
    assertThat(folder.resolve("out-2.png")).hasContent("precious");
  }

  // ---- --param

  @Test
  void putsFieldsIntoTheBodyThatGoesOut() {
    assertPrinted(
        run(
            Words.of(
                "'a person' -m titan -s 7 --param imageGenerationConfig.quality=premium --param"
                    + " imageGenerationConfig.cfgScale=7.0 -o out.png")),
        "out.png\n");
    assertThat(bodies())
        .containsExactly(
            "{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":{\"text\":\"a person\"},"
                + "\"imageGenerationConfig\":{\"seed\":7,\"quality\":\"premium\",\"cfgScale\":7.0}}");
  }

  @Test
  void refusesAParamThatSaysWhatASeedOrACountWasNot() throws IOException {
    assertRefused(
        run(Words.of("'a person' -m titan --param imageGenerationConfig.numberOfImages=3")),
        2,
        """
        sdxl-gen: --param imageGenerationConfig.numberOfImages is what --count says
          Give it as --count N
        """);
    assertRefused(
        run(Words.of("'a person' -m nova-canvas --param imageGenerationConfig.seed=3")),
        2,
        """
        sdxl-gen: --param imageGenerationConfig.seed is what --seed says
          Give it as --seed N
        """);
    assertRefused(
        run(Words.of("'a person' -m titan --param 'imageGenerationConfig={\"numberOfImages\":2}'")),
        2,
        """
        sdxl-gen: --param imageGenerationConfig would replace the seed that is sent
          Give its fields one by one: --param imageGenerationConfig.quality=premium
        """);
  }

  @Test
  void refusesAParamThatIsNoneOrGoesThroughANumber() throws IOException {
    assertRefused(
        run(Words.of("'a person' --param quality")),
        2,
        """
        sdxl-gen: --param takes KEY=VALUE, not 'quality'
          For example: --param imageGenerationConfig.quality=premium
        """);
    assertRefused(
        run(Words.of("'a person' --steps 30 --param steps.x=1")),
        2,
        """
        sdxl-gen: --param steps.x goes through steps, which isn't an object
          --dry-run shows the body
        """);
  }

  @Test
  void showsTheBodyThatTheParamsMade() {
    assertThat(
            new String(
                run(Words.of("'a person' --dry-run --param refiner.steps=5 --param tag=é"))
                    .outBytes(),
                UTF_8))
        .isEqualTo(
            "{\"text_prompts\":[{\"text\":\"a person\"}],\"refiner\":{\"steps\":5},\"tag\":\"é\"}\n");
  }
}
