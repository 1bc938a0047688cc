package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.request.model.Model;
import dev.sdxlgen.request.model.ModelTable;
import dev.sdxlgen.request.model.ModelTable.Entry;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sdxl-gen models}: what is known without asking anybody. */
class ModelsTest extends EndToEnd {

  private static final String NOTE =
      "sdxl-gen: as known on "
          + ModelTable.read().date()
          + "; models ALIAS tells more and names the sources, models --live asks the account\n";

  private static JsonNode json(String line) throws IOException {
    return new ObjectMapper().readTree(line);
  }

  private Run runInColumns(int columns, String... args) {
    return program().onATerminal().with("COLUMNS", Integer.toString(columns)).run(args);
  }

  // ---- what a user does wrong

  @Test
  void refusesAModelThatItDoesNotKnowWithTheNearest() throws IOException {
    assertRefused(
        run("models", "ultrra"),
        2,
        """
        sdxl-gen: ultrra is not a model that sdxl-gen knows
          Did you mean ultra? Models: sdxl, sd3.5-large, core, ultra, nova-canvas, titan
          To draw a picture of it: sdxl-gen "models ultrra"
        """);
    assertRefused(
        run("models", "dall-e"),
        2,
        """
        sdxl-gen: dall-e is not a model that sdxl-gen knows
          Models: sdxl, sd3.5-large, core, ultra, nova-canvas, titan
          To draw a picture of it: sdxl-gen "models dall-e"
        """);
  }

  @Test
  void refusesAnEmptyName() throws IOException {
    assertRefused(
        run("models", ""),
        2,
        """
        sdxl-gen: '' is not a model that sdxl-gen knows
          Models: sdxl, sd3.5-large, core, ultra, nova-canvas, titan
        """);
  }

  @Test
  void refusesASentenceThatWasMeantAsAPrompt() throws IOException {
    assertRefused(
        run("models", "on", "a", "catwalk"),
        2,
        """
        sdxl-gen: sdxl-gen models takes one model, not 3
          To draw a picture of it: sdxl-gen "models on a catwalk"
        """);
  }

  @Test
  void refusesOneModelOfTheLiveList() throws IOException {
    assertRefused(
        run("models", "--live", "sdxl"),
        2,
        """
        sdxl-gen: --live lists all models
          sdxl-gen models sdxl tells of one
        """);
  }

  @Test
  void refusesAnOptionThatItDoesNotHave() throws IOException {
    assertRefused(
        run("models", "--seed", "7"),
        2,
        """
        sdxl-gen: --seed is not an option
          sdxl-gen models --help lists them
        """);
  }

  // ---- the table

  @Test
  void listsWhatIsKnownInATable() {
    Run run = run("models");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEqualTo(NOTE);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(1 + ModelTable.read().entries().size());
    assertThat(lines.get(0).split(" {2,}"))
        .containsExactly(
            "ALIAS",
            "MODEL ID",
            "FAMILY",
            "NEGATIVES",
            "WEIGHTS",
            "IMAGE",
            "MASK",
            "SIZES",
            "USD",
            "AS OF",
            "LIFECYCLE",
            "AS OF",
            "REGIONS");
    assertThat(lines.get(1))
        .startsWith(
            "sdxl         stability.stable-diffusion-xl      sdxl          yes        yes      yes"
                + "    yes   9 sizes      ");
    for (Entry entry : ModelTable.read().entries()) {
      assertThat(lines).anyMatch(line -> line.contains(" " + entry.id() + " "));
    }
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void leavesACellEmptyWhereNothingIsKnown() {
    for (String line : run("models").out().lines().skip(1).toList()) {
      String[] cells = line.split(" {2,}");
      Entry entry = ModelTable.read().find(cells[1]);

      assertThat(cells).hasSize(13);
      assertThat(cells[0]).isEqualTo(entry.alias().isEmpty() ? "-" : entry.alias());
      assertCell(cells[8], entry.json().at("/price/usd"));
      assertCell(cells[9], entry.json().at("/price/as_of"));
      assertCell(cells[11], entry.json().at("/lifecycle/as_of"));
      assertThat(cells[12])
          .isEqualTo(entry.regions().isEmpty() ? "-" : String.join(" ", entry.regions()));
    }
  }

  private static void assertCell(String cell, JsonNode fact) {
    assertThat(cell).isEqualTo(fact.isMissingNode() || fact.isNull() ? "-" : fact.asText());
  }

  @Test
  void isQuietOnStderrWhenAsked() {
    Run run = run("models", "--quiet");

    assertPrinted(run, run("models").out());
  }

  @Test
  void leavesOutColumnsThatATerminalHasNoRoomFor() {
    Run run = runInColumns(80, "models");

    assertThat(run.out().lines().map(String::length)).allMatch(length -> length <= 80);
    assertThat(run.out().lines().findFirst())
        .hasValue("ALIAS        MODEL ID                           IMAGE  USD   LIFECYCLE");
    assertThat(run.err())
        .isEqualTo(NOTE.replace("; models ALIAS", ", as much as fits the terminal; models ALIAS"));
    assertThat(runInColumns(400, "models").out()).isEqualTo(run("models").out());
    assertThat(runInColumns(400, "models").err()).isEqualTo(NOTE);
  }

  @Test
  void leavesOutOneColumnAfterAnother() {
    int before = 14;
    for (int width = 192; width >= 70; width -= 4) {
      String heading = runInColumns(width, "models", "-q").out().lines().findFirst().orElseThrow();
      int columns = heading.split(" {2,}").length;

      assertThat(columns).isBetween(4, before);
      assertThat(heading).contains("ALIAS  ", "MODEL ID  ", "USD  ", "LIFECYCLE");
      before = columns;
    }
    assertThat(before).isEqualTo(4);
  }

  // ---- one model

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sd3.5-large",
        "SD3.5-Large",
        "stability.sd3-5-large-v1:0",
        "us.stability.sd3-5-large-v1:0",
        "arn:aws:bedrock:us-west-2::foundation-model/stability.sd3-5-large-v1:0"
      })
  void tellsAllOfOneModelByAnyOfItsNames(String name) {
    JsonNode entry = ModelTable.read().find("sd3.5-large").json();

    assertPrinted(
        run("models", name),
        "sd3.5-large: Stable Diffusion 3.5 Large\n"
            + "  Model id    stability.sd3-5-large-v1:0\n"
            + "  Family      stable-image\n"
            + ("  Price       " + entry.at("/price/usd").asText() + " USD per image")
            + source(entry.get("price"))
            + ("  Lifecycle   " + entry.at("/lifecycle/status").asText())
            + source(entry.get("lifecycle"))
            + ("  Regions     " + entry.at("/regions/ids/0").asText())
            + source(entry.get("regions"))
            + """
              Parameters  after Amazon Bedrock user guide, model-parameters-diffusion-3-5-large

            OPTION                  FIELD            DEFAULT  RANGE
            PROMPT, -p              prompt           -        up to 10000 characters in all
            -n                      negative_prompt  -        up to 10000 characters in all
            --aspect-ratio, --size  aspect_ratio     1:1      16:9, 1:1, 21:9, 2:3, 3:2, 4:5, 5:4, \
            9:16 or 9:21; the nearest is sent
            --output-format         output_format    -        png or jpeg
            --seed                  seed             random   0 to 4294967294; 0 is random
            --init-image            image            -        PNG, JPEG or WebP
            --image-strength        strength         0.35     0 to 1; 1 keeps the image; sent as 1 \
            minus it
            """);
  }

  private static String source(JsonNode fact) {
    return " (as of " + fact.get("as_of").asText() + ", " + fact.get("source").asText() + ")\n";
  }

  @Test
  void saysNothingOfWhatIsNotKnown() {
    // Where Stable Diffusion 3 was, and when it ended, nobody says.
    String out = run("models", "stability.sd3-large-v1:0").out();

    assertThat(out).startsWith("stability.sd3-large-v1:0: Stable Diffusion 3 Large\n");
    assertThat(out).doesNotContain("Regions", "null", "()");
  }

  @Test
  void wrapsWhatIsLongInATerminal() {
    for (String alias : Model.aliases()) {
      Run run = runInColumns(80, "models", alias);

      // What has no blank in it can't be broken: an address.
      assertThat(run.out().lines())
          .allMatch(line -> line.length() <= 80 || line.strip().indexOf(' ') < 0);
      assertThat(run.out().replaceAll("\\s+", " "))
          .contains("OPTION FIELD DEFAULT RANGE PROMPT, -p ");
    }
    assertThat(runInColumns(80, "models", "sdxl").out())
        .contains(
            """
            --style-preset             style_preset          -
                3d-model, analog-film, anime, cinematic, comic-book, digital-art, enhance,
                fantasy-art, isometric, line-art, low-poly, modeling-compound, neon-punk,
                origami, photographic, pixel-art or tile-texture
            """);
    assertThat(runInColumns(120, "models", "sdxl").out())
        .contains(
            """
            --sampler                  sampler               the model picks  DDIM, DDPM, K_DPMPP_SDE, K_DPMPP_2M,
                                                                              K_DPMPP_2S_ANCESTRAL, K_DPM_2, K_DPM_2_ANCESTRAL,
                                                                              K_EULER, K_EULER_ANCESTRAL, K_HEUN or K_LMS
            """);
  }

  // ---- JSON

  @Test
  void givesAJsonObjectALineForEachModel() throws IOException {
    Run run = run("models", "--json");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    List<Entry> entries = ModelTable.read().entries();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSameSizeAs(entries);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode json = json(lines.get(i));
      entries
          .get(i)
          .json()
          .properties()
          .forEach(fact -> assertThat(json.get(fact.getKey())).isEqualTo(fact.getValue()));
      assertThat(json.size()).isEqualTo(entries.get(i).json().size() + 1);
    }
    assertThat(json(lines.get(0)).get("takes"))
        .isEqualTo(
            json(
                """
                {"negatives":true,"weights":true,"init_image":true,"mask_image":true,
                 "jpeg":false,"images_per_call":1}"""));
  }

  @Test
  void givesOneModelAsJson() throws IOException {
    Run run = run("models", "--json", "titan");

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).hasSize(1);
    assertThat(json(run.out()).get("id").asText()).isEqualTo("amazon.titan-image-generator-v2:0");
    assertThat(json(run.out()).get("takes"))
        .isEqualTo(
            json(
                """
                {"negatives":true,"weights":false,"init_image":false,"mask_image":false,
                 "jpeg":false,"images_per_call":5}"""));
  }

  // ---- help

  @Test
  void explainsItself() {
    for (String help : List.of("-h", "--help")) {
      Run run = run("models", help);

      assertThat(run.out())
          .startsWith("Usage: sdxl-gen models [OPTIONS] [MODEL]\n")
          .contains("--live ", "--json ", "--mock ", "AWS_ENDPOINT_URL_BEDROCK,", "Default: 30.")
          .endsWith("\n");
      assertThat(run.out().lines().map(String::length)).allMatch(length -> length <= 80);
      assertThat(run.err()).isEmpty();
      assertThat(run.exitCode()).isZero();
    }
  }
}
