package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.mock.MockOptions;
import dev.sdxlgen.request.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --model auto}: the first model that the account can call. */
class AutoTest extends EndToEnd {

  private static final String SDXL = "stability.stable-diffusion-xl";
  private static final String SD3_5 = "stability.sd3-5-large-v1:0";

  @TempDir Path caches;

  /** A Bedrock that has all but these. */
  private MockBedrock without(String... aliases) {
    List<String> ids = new ArrayList<>();
    for (String alias : aliases) {
      ids.add(Model.of(alias).id());
    }
    return MockBedrock.start(
        MockOptions.DEFAULT.withPicture(PICTURE).withRetired(ids.toArray(new String[0])));
  }

  private Program auto(MockBedrock other) {
    return Program.in(folder)
        .against(other)
        .with("SDXL_GEN_MODEL", "auto")
        .with("XDG_CACHE_HOME", caches.toString());
  }

  /** The models that were called, in order. */
  private static List<String> called(MockBedrock other) {
    return other.requests().stream().map(request -> Model.of(request.modelId()).alias()).toList();
  }

  private List<Path> remembered() throws IOException {
    Path cache = caches.resolve("sdxl-gen");
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(cache)) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          -                           | sdxl
          sdxl                        | sdxl sd3.5-large
          sdxl sd3.5-large            | sdxl sd3.5-large ultra
          sdxl sd3.5-large ultra      | sdxl sd3.5-large ultra core
          sdxl sd3.5-large ultra core | sdxl sd3.5-large ultra core nova-canvas
          """)
  void takesTheFirstThatCanBeCalledAndSaysWhich(String retired, String calls) {
    try (MockBedrock other = without(retired == null ? new String[0] : retired.split(" "))) {
      Run run = auto(other).run("a person", "-q", "-o", "out.png");

      String[] tried = calls.split(" ");
      assertThat(called(other)).containsExactly(tried);
      assertThat(run.err())
          .isEqualTo("sdxl-gen: --model auto: " + Model.of(tried[tried.length - 1]).id() + "\n");
      assertThat(run.out()).isEqualTo("out.png\n");
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void saysWhatItDroppedAndWhatBecameOfASize() {
    try (MockBedrock other = without("sdxl")) {
      Run run =
          auto(other)
              .run(
                  Words.of(
                      "'a person::1.3' -n hat::0.5 --sampler DDIM --steps 30 --size 1344x768 --param"
                          + " x=1 -o out.png"));

      assertThat(run.err())
          .isEqualTo(
              "sdxl-gen: --model auto: "
                  + SD3_5
                  + ", without the weights, --steps, --sampler, --param\n"
                  + "sdxl-gen: 1344x768 becomes the aspect ratio 16:9, the nearest that there is\n");
      assertThat(run.exitCode()).isZero();
      assertThat(new String(other.requests().get(1).body()))
          .isEqualTo(
              "{\"prompt\":\"a person\",\"negative_prompt\":\"hat\",\"aspect_ratio\":\"16:9\"}");
    }
  }

  @Test
  void tellsOfThoseThatItPassedOverWhenAsked() {
    try (MockBedrock other = without("sdxl")) {
      assertThat(auto(other).run("a person", "-v", "-o", "out.png").err())
          .startsWith(
              "--model auto: "
                  + SDXL
                  + " is retired: This model version has reached the end of its life. Please refer"
                  + " to the AWS documentation for more details.\n");
    }
  }

  @Test
  void takesFirstWhatOnlySomeModelsTake() {
    try (MockBedrock other = without("sdxl", "sd3.5-large")) {
      Run run = auto(other).run("a person", "--output-format", "jpeg", "-o", "out");

      assertThat(run.err()).isEqualTo("sdxl-gen: --model auto: " + Model.of("ultra").id() + "\n");
      assertThat(called(other)).containsExactly("sd3.5-large", "ultra");
    }
  }

  @Test
  void refusesWhatNoneOfThemTakes() throws IOException {
    assertRefused(
        program().run("a person", "-m", "auto", "-s", "4294967296"),
        2,
        """
        sdxl-gen: --seed 4294967296 is out of range for stability.stable-diffusion-xl
          Allowed: 0 to 4294967295
        """);
    assertRefused(
        program().run("a person", "-m", "auto", "--family", "sdxl"),
        2,
        """
        sdxl-gen: --family says what one model speaks, and --model auto looks for one
          Leave one of them out
        """);
  }

  /** Other models would leave it out; a slip of the pen is no reason to pay another one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --sampler K_EULR    | --sampler K_EULR is not a sampler of
          --style-preset x    | --style-preset x is not a style preset of
          --steps 60          | --steps 60 is out of range for
          --cfg-scale 36      | --cfg-scale 36 is out of range for
          --step-schedule-end 2 --init-image in.png | --step-schedule-end 2 is out of range for
          --sampler K_EULR -o out.jpg | --sampler K_EULR is not a sampler of
          """)
  void refusesAMistakeInWhatSdxlAloneTakes(String options, String message) throws IOException {
    Files.write(folder.resolve("in.png"), PICTURE);
    List<String> args = new ArrayList<>(List.of("a person", "-m", "auto", "-o", "out"));
    args.addAll(List.of(options.split(" ")));

    Run run = program().run(args.toArray(new String[0]));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("sdxl-gen: " + message + " " + SDXL + "\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void saysWhichBodyADryRunShows() {
    Run run =
        program().run("a person", "-m", "auto", "--dry-run", "-o", "out.jpg", "--steps", "30");

    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: --model auto: this is for "
                + SD3_5
                + ", without --steps, which is tried first\n");
    assertThat(run.out()).isEqualTo("{\"prompt\":\"a person\",\"output_format\":\"jpeg\"}\n");
  }

  @Test
  void makesSeveralWithTheOneItFound() {
    try (MockBedrock other = without("sdxl")) {
      Run run = auto(other).run("a person", "-s", "7", "--count", "3");

      assertThat(run.err()).isEqualTo("sdxl-gen: --model auto: " + SD3_5 + "\n");
      assertThat(run.out()).isEqualTo("a-person-7.png\na-person-8.png\na-person-9.png\n");
      assertThat(called(other))
          .containsExactly("sdxl", "sd3.5-large", "sd3.5-large", "sd3.5-large");
    }
  }

  @Test
  void makesSeveralInOneCallWhereTheModelDoes() {
    try (MockBedrock other = without("sdxl", "sd3.5-large", "ultra", "core")) {
      Run run = auto(other).run("a person", "--count", "3", "-o", "out.png");

      assertThat(run.out()).isEqualTo("out-1.png\nout-2.png\nout-3.png\n");
      assertThat(called(other)).hasSize(5);
    }
  }

  @Test
  void looksForAModelThoughTheFirstImageWasThere() throws IOException {
    Files.writeString(folder.resolve("out-1.png"), "precious");
    try (MockBedrock other = without("sdxl")) {
      Run run = auto(other).run(Words.of("'a person' -s 7 --count 3 -o out.png --if-exists skip"));

      assertThat(run.err()).isEqualTo("sdxl-gen: --model auto: " + SD3_5 + "\n");
      assertThat(run.out()).isEqualTo("out-1.png\nout-2.png\nout-3.png\n");
      assertThat(new String(other.requests().get(1).body())).contains("\"seed\":8");
      assertThat(called(other)).containsExactly("sdxl", "sd3.5-large", "sd3.5-large");
    }
  }

  @Test
  void endsWith9WhenNoneCanBeCalled() throws IOException {
    try (MockBedrock other = without("sdxl", "sd3.5-large", "ultra", "core", "nova-canvas")) {
      assertFailed(
          auto(other).run("a person", "--sampler", "DDIM", "-o", "a/out.png"),
          9,
          "sdxl-gen: --model auto: none of sdxl, sd3.5-large, ultra, core, nova-canvas can be called"
              + " in us-west-2\n  The last of them: amazon.nova-canvas-v1:0 is retired: This model"
              + " version has reached the end of its life. Please refer to the AWS documentation for"
              + " more details.\n  -v shows what is said of each\n");
      assertThat(tree()).isEmpty();
      assertThat(remembered()).isEmpty();
    }
  }

  @Test
  void namesTheRegionThatHasOneWhenThisHasNone() {
    try (MockBedrock other = without("sdxl", "sd3.5-large", "ultra", "core", "nova-canvas")) {
      Run run =
          auto(other)
              .with("AWS_REGION", "eu-west-1")
              .run("a person", "--model", "auto", "--sampler", "DDIM", "-o", "out.png");

      assertThat(run.exitCode()).isEqualTo(9);
      assertThat(run.err())
          .contains(" can be called in eu-west-1\n")
          .endsWith(
              "\n    sdxl-gen \"a person\" -o out.png -m sd3.5-large --region us-west-2\n"
                  + "  --sampler was dropped: stability.sd3-5-large-v1:0 doesn't take it\n");
    }
  }

  @Test
  void saysWhichItWasThatFilteredOrRefused() {
    bedrock.enqueue(Answer.of(Fault.EOL));
    bedrock.enqueue(
        Answer.json(200, "{\"finish_reasons\":[\"Filter reason: prompt\"],\"images\":[]}"));
    bedrock.enqueue(Answer.error(400, "ValidationException", "No."));

    assertFailed(
        auto(bedrock).run("a person", "-o", "out.png"),
        4,
        "sdxl-gen: --model auto: "
            + SD3_5
            + "\nsdxl-gen: the model filtered the prompt\n"
            + "  Try other words; prompts that aren't English are often filtered\n");
    assertFailed(
        auto(bedrock).run("a person", "-o", "out.png"),
        2,
        "sdxl-gen: --model auto: "
            + SD3_5
            + "\nsdxl-gen: Bedrock refuses the request: No.\n"
            + "  --dry-run shows the request that was sent\n");
  }

  @Test
  void doesNotGoOnAfterAnErrorThatIsNotAboutTheModel() {
    bedrock.enqueue(Answer.of(Fault.EXPIRED));

    assertThat(auto(bedrock).run("a person", "-o", "out.png").exitCode()).isEqualTo(3);
    assertThat(bedrock.requests()).hasSize(1);
  }

  // ---- memory

  @Test
  void remembersTheModel() throws IOException {
    try (MockBedrock other = without("sdxl")) {
      auto(other).run("a person", "-o", "1.png");
      Run second = auto(other).run("a person", "--steps", "30", "-o", "2.png");

      assertThat(called(other)).containsExactly("sdxl", "sd3.5-large", "sd3.5-large");
      assertThat(second.err())
          .isEqualTo("sdxl-gen: --model auto: " + SD3_5 + ", without --steps\n");
      assertThat(remembered()).hasSize(1);
      assertThat(remembered().get(0)).hasContent(SD3_5 + "\n");
      assertThat(remembered().get(0).getFileName().toString()).matches("model-[0-9a-f]{16}");
    }
  }

  @Test
  void remembersItUnderTheUsersHomeWithoutAnXdgFolder() {
    Path home = caches.resolve("home");
    try (MockBedrock other = without("sdxl")) {
      auto(other).without("XDG_CACHE_HOME").with("HOME", home.toString()).run("a person", "-q");
      auto(other)
          .with("XDG_CACHE_HOME", "relative")
          .with("HOME", home.toString())
          .run("a person", "-q");

      assertThat(called(other)).containsExactly("sdxl", "sd3.5-large", "sd3.5-large");
      assertThat(folder.resolve("relative")).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({"23, sd3.5-large", "25, sdxl sd3.5-large"})
  void forgetsItAfterADay(int hours, String calls) throws IOException {
    try (MockBedrock other = without("sdxl")) {
      auto(other).run("a person", "-o", "1.png");
      Files.setLastModifiedTime(
          remembered().get(0), FileTime.from(Instant.now().minus(Duration.ofHours(hours))));
      auto(other).run("a person", "-o", "2.png");

      assertThat(called(other).subList(2, other.requests().size()))
          .containsExactly(calls.split(" "));
    }
  }

  @Test
  void startsAnewWhenTheRememberedOneIsGone() throws IOException {
    try (MockBedrock other = without("sdxl")) {
      auto(other).run("a person", "-o", "1.png");
      other.enqueue(Answer.of(Fault.EOL));
      Run run = auto(other).run("a person", "-o", "2.png");

      assertThat(called(other))
          .containsExactly("sdxl", "sd3.5-large", "sd3.5-large", "sdxl", "ultra");
      assertThat(run.err()).isEqualTo("sdxl-gen: --model auto: " + Model.of("ultra").id() + "\n");
      assertThat(remembered().get(0)).hasContent(Model.of("ultra").id() + "\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_REGION, eu-west-1",
    "AWS_ACCESS_KEY_ID, AKIDOTHER",
    "AWS_BEARER_TOKEN_BEDROCK, other-token"
  })
  void remembersEachCallerApart(String variable, String value) throws IOException {
    try (MockBedrock other = without("sdxl")) {
      auto(other).run("a person", "-o", "1.png");
      auto(other).with(variable, value).run("a person", "-o", "2.png");

      assertThat(called(other)).containsExactly("sdxl", "sd3.5-large", "sdxl", "sd3.5-large");
      assertThat(remembered()).hasSize(2);
      for (Path file : remembered()) {
        assertThat(file.toString() + Files.readString(file)).doesNotContain(value, "AKID");
      }
    }
  }

  @Test
  void remembersEachEndpointApart() throws IOException {
    try (MockBedrock one = without("sdxl");
        MockBedrock other = without()) {
      auto(one).run("a person", "-o", "1.png");
      auto(other).run("a person", "-o", "2.png");

      assertThat(called(other)).containsExactly("sdxl");
      assertThat(remembered()).hasSize(2);
    }
  }

  @Test
  void doesWithoutAMemoryItCannotReadOrWrite() throws IOException {
    Files.writeString(caches.resolve("sdxl-gen"), "a file where the folder should be");
    try (MockBedrock other = without("sdxl")) {
      Run run = auto(other).run("a person", "-o", "out.png");

      assertThat(run.err()).isEqualTo("sdxl-gen: --model auto: " + SD3_5 + "\n");
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void passesOverAMemoryThatMakesNoSense() throws IOException {
    try (MockBedrock other = without("sdxl")) {
      auto(other).run("a person", "-o", "1.png");
      Files.write(remembered().get(0), new byte[] {(byte) 0xff, 0, 1});
      Run run = auto(other).run("a person", "-o", "2.png");

      assertThat(run.exitCode()).isZero();
      assertThat(called(other)).containsExactly("sdxl", "sd3.5-large", "sdxl", "sd3.5-large");
    }
  }
}
