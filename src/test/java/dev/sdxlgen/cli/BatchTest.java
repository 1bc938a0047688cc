package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A batch that goes well: which images it makes, of what, and where they are. */
class BatchTest extends EndToEnd {

  private static final String MANIFEST = "manifest.jsonl";

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** Runs quietly, one call at a time so that the bodies are in order. */
  private Run batch(String line) {
    List<String> words = new ArrayList<>(List.of("batch", "-q", "--concurrency", "1"));
    words.addAll(List.of(Words.of(line)));
    return run(words.toArray(new String[0]));
  }

  private static String body(String prompt) {
    return "{\"text_prompts\":[{\"text\":\"" + prompt + "\"}]}";
  }

  /** Ended well, said nothing on stderr and told of these images, in whatever order. */
  private static void assertMade(Run run, String... files) {
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).containsExactlyInAnyOrder(files);
    assertThat(run.exitCode()).isZero();
  }

  private List<String> images(String name) throws IOException {
    try (Stream<Path> paths = Files.walk(folder.resolve(name))) {
      return paths
          .map(path -> folder.resolve(name).relativize(path).toString())
          .filter(path -> path.endsWith(".png") || path.endsWith(".jpg"))
          .sorted()
          .toList();
    }
  }

  @Test
  void saysOnceAndAtOnceWhyNobodyIsReached() throws IOException {
    write("p.txt", "a cat\na dog\n");
    int port = freePort();

    Run run =
        Program.in(folder)
            .against(URI.create("http://127.0.0.1:" + port))
            .run("batch", "p.txt", "-o", "out", "-q", "--give-up-after", "0.1s");

    assertThat(run.err())
        .startsWith(
            "sdxl-gen: trying again: 127.0.0.1:"
                + port
                + " refuses the connection\n  Is it running, and is the port right?\n")
        .containsOnlyOnce("trying again");
  }

  @Test
  void makesAnImageOfEveryLineOfAText() throws IOException {
    write("p.txt", "# some of mine\na cat\n\n  a dog  \r\na cat\n");

    Run run = batch("p.txt -o out");

    assertThat(bodies()).containsExactly(body("a cat"), body("a dog"), body("a cat"));
    List<String> names = images("out");
    assertThat(names).hasSize(3).allMatch(name -> name.matches("[0-9a-f]{16}(-2)?\\.png"));
    assertThat(run.out().lines().sorted().toList())
        .containsExactlyElementsOf(names.stream().map(name -> "out/" + name).toList());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    for (String name : names) {
      assertThat(sent(folder.resolve("out").resolve(name))).isEqualTo(PICTURE);
    }
  }

  @Test
  void takesTheFieldsOfALine() throws IOException {
    write(
        "p.jsonl",
        """
        {"id":"one","prompt":"a cat::1.2","negative":["hat","dog::0.5"],"seed":7,"cfg-scale":7.0}
        {"id":"two","prompt":["a","b"],"negative":"hat","size":"1344x768"}
        """);

    assertMade(batch("p.jsonl -o out/"), "out/one.png", "out/two.png");
    assertThat(bodies())
        .containsExactly(
            "{\"text_prompts\":[{\"text\":\"a cat\",\"weight\":1.2},{\"text\":\"hat\",\"weight\":-1.0},"
                + "{\"text\":\"dog\",\"weight\":-0.5}],\"cfg_scale\":7.0,\"seed\":7}",
            "{\"text_prompts\":[{\"text\":\"a\"},{\"text\":\"b\"},{\"text\":\"hat\",\"weight\":-1.0}],"
                + "\"width\":1344,\"height\":768}");
  }

  @Test
  void takesFromTheCommandLineWhatALineDoesntSay() throws IOException {
    write(
        "p.csv",
        """
        id,prompt,negative,steps,width
        a,"a cat, asleep",,20,
        b,a dog,cat,,1024
        """);

    assertMade(batch("p.csv -o out -n hat --steps 30 --size 1344x768"), "out/a.png", "out/b.png");
    assertThat(bodies())
        .containsExactly(
            "{\"text_prompts\":[{\"text\":\"a cat, asleep\"},{\"text\":\"hat\",\"weight\":-1.0}],"
                + "\"steps\":20,\"width\":1344,\"height\":768}",
            "{\"text_prompts\":[{\"text\":\"a dog\"},{\"text\":\"cat\",\"weight\":-1.0}],"
                + "\"steps\":30,\"width\":1024}");
  }

  @Test
  void sendsTheRecordsOfBedrocksOwnBatchesAsTheyAre() throws IOException {
    String body = "{ \"text_prompts\" : [{\"text\":\"a \\u00e9t\\u00e9\"}],\"cfg_scale\":7.50}";
    write("p.jsonl", "{\"recordId\":\"r1\",\"modelInput\":" + body + "}\n");

    assertPrinted(batch("p.jsonl -o out -n hat --steps 30"), "out/r1.png\n");
    assertThat(bodies()).containsExactly(body);
  }

  @Test
  void takesSeveralModels() throws IOException {
    write(
        "p.jsonl",
        """
        {"id":"a","prompt":"a cat"}
        {"id":"b","prompt":"a cat","model":"core"}
        {"id":"c","prompt":"a cat","model":"nova-canvas","seed":3}
        """);

    assertThat(batch("p.jsonl -o out -m sd3.5-large --output-format png").exitCode()).isZero();
    assertThat(bedrock.requests())
        .extracting(request -> request.modelId())
        .containsExactly(
            "stability.sd3-5-large-v1:0",
            "stability.stable-image-core-v1:1",
            "amazon.nova-canvas-v1:0");
  }

  @Test
  void drawsTheSeedOfAnAmazonModelOnceAndForAll() throws IOException {
    write("p.txt", "a cat\n");

    batch("p.txt -o one -m nova-canvas");
    batch("p.txt -o two -m nova-canvas");

    assertThat(bodies()).hasSize(2);
    assertThat(bodies().get(0)).contains("\"seed\":").isEqualTo(bodies().get(1));
  }

  @Test
  void readsStdin() throws IOException {
    Run run =
        program()
            .stdin("a cat\n".getBytes(StandardCharsets.UTF_8))
            .run("batch", "-", "--format", "txt", "-o", "out", "-q");

    assertThat(run.exitCode()).isZero();
    assertThat(bodies()).containsExactly(body("a cat"));
  }

  @Test
  void multipliesByASweepAndRepeatsWithSeedsThatCountUp() throws IOException {
    write(
        "p.jsonl",
        "{\"id\":\"a\",\"prompt\":\"cat\"}\n{\"id\":\"b\",\"prompt\":\"dog\",\"seed\":7}\n");

    assertMade(
        batch("p.jsonl -o out --sweep steps=10,20 --repeat 2 -s 5"),
        "out/a-1.png",
        "out/a-2.png",
        "out/a-3.png",
        "out/a-4.png",
        "out/b-1.png",
        "out/b-2.png",
        "out/b-3.png",
        "out/b-4.png");
    assertThat(bodies())
        .containsExactly(
            "{\"text_prompts\":[{\"text\":\"cat\"}],\"seed\":5,\"steps\":10}",
            "{\"text_prompts\":[{\"text\":\"cat\"}],\"seed\":6,\"steps\":10}",
            "{\"text_prompts\":[{\"text\":\"cat\"}],\"seed\":5,\"steps\":20}",
            "{\"text_prompts\":[{\"text\":\"cat\"}],\"seed\":6,\"steps\":20}",
            "{\"text_prompts\":[{\"text\":\"dog\"}],\"seed\":7,\"steps\":10}",
            "{\"text_prompts\":[{\"text\":\"dog\"}],\"seed\":8,\"steps\":10}",
            "{\"text_prompts\":[{\"text\":\"dog\"}],\"seed\":7,\"steps\":20}",
            "{\"text_prompts\":[{\"text\":\"dog\"}],\"seed\":8,\"steps\":20}");
  }

  @Test
  void takesTheFirstOnesAndTheSameOrderOfChanceAgain() throws IOException {
    write("p.txt", "a\nb\nc\nd\ne\nf\ng\nh\n");

    batch("p.txt -o one --limit 2");
    assertThat(bodies()).containsExactly(body("a"), body("b"));
    batch("p.txt -o two --shuffle-seed 9 --limit 5");
    batch("p.txt -o three --shuffle-seed 9 --limit 5");

    assertThat(bodies().subList(2, 7))
        .isEqualTo(bodies().subList(7, 12))
        .isNotEqualTo(List.of(body("a"), body("b"), body("c"), body("d"), body("e")));
  }

  @Test
  void namesThemAsATemplateSays() throws IOException {
    write("p.jsonl", "{\"id\":\"a/../b\",\"prompt\":\"A Cat!\",\"seed\":7}\n");

    assertPrinted(
        batch("p.jsonl -o out/{model}/{slug}_{id}-{n:03}-{seed}.png"),
        "out/sdxl/a-cat_a-..-b-001-7.png\n");
    assertThat(folder.resolve("out/" + MANIFEST)).exists();
  }

  @Test
  void givesEveryIdASafeName() throws IOException {
    write(
        "p.jsonl",
        """
        {"id":"../../etc/passwd","prompt":"a"}
        {"id":"con","prompt":"a"}
        {"id":"日本 1","prompt":"a"}
        {"id":"...","prompt":"a"}
        {"id":".hidden.","prompt":"a"}
        {"id":"Ab_c.d-1","prompt":"a"}
        """);

    assertThat(batch("p.jsonl -o out").exitCode()).isZero();
    assertThat(images("out"))
        .containsExactlyInAnyOrder(
            "etc-passwd.png",
            "image-con.png",
            "日本-1.png",
            "id-ab5df625bc76dbd4.png",
            "hidden.png",
            "Ab_c.d-1.png");
  }

  @Test
  void makesJpegsWhereAsked() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\",\"output-format\":\"jpeg\"}\n");

    batch("p.jsonl -o out -m core");
    batch("p.jsonl -o {id}.jpg -m core");

    assertThat(images("out")).containsExactly("a.jpg");
    assertThat(folder.resolve("a.jpg")).exists();
    assertThat(folder.resolve(MANIFEST)).exists();
    assertThat(bodies()).allMatch(body -> body.contains("\"output_format\":\"jpeg\""));
  }

  @Test
  void putsTheRequestsHashIntoTheRecipe() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n");

    batch("p.jsonl -o out");

    JsonNode line = manifest("out").get(1);
    String hash = RecipeReader.read(folder.resolve("out/a.png"), false).recipe().requestHash();
    assertThat(hash).isEqualTo(line.get("request_hash").asText()).matches("[0-9a-f]{64}");
  }

  private List<JsonNode> manifest(String name) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(name).resolve(MANIFEST))) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void recordsEachImage() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n");
    bedrock.enqueue(picture(31));

    Run run = batch("p.jsonl -o out --json");

    List<JsonNode> lines = manifest("out");
    assertThat(lines)
        .extracting(line -> line.get("event").asText())
        .containsExactly("run", "finished");
    JsonNode line = lines.get(1);
    assertThat(run.out())
        .isEqualTo(Files.readAllLines(folder.resolve("out/" + MANIFEST)).get(1) + "\n");
    assertThat(line.get("id").asText()).isEqualTo("a");
    assertThat(line.get("file").asText()).isEqualTo("a.png");
    assertThat(line.get("seed").asLong()).isEqualTo(31);
    assertThat(line.get("model").asText()).isEqualTo(MODEL);
    assertThat(line.get("finish_reason").asText()).isEqualTo("SUCCESS");
    assertThat(line.get("attempts").asInt()).isEqualTo(1);
    assertThat(line.get("bytes").asLong()).isEqualTo(Files.size(folder.resolve("out/a.png")));
    assertThat(line.get("sha256").asText())
        .isEqualTo(RecipeReader.read(folder.resolve("out/a.png"), true).sha256());
  }

  @Test
  void tellsOfEachBeginningWhereTheImageCant() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n");

    batch("p.jsonl -o out --no-metadata");

    assertThat(manifest("out"))
        .extracting(line -> line.get("event").asText())
        .containsExactly("run", "started", "finished");
    assertThat(Files.readAllBytes(folder.resolve("out/a.png"))).isEqualTo(PICTURE);
  }

  @Test
  void repeatsWhatIsThrottledOrFailsUntilItIsThere() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n{\"id\":\"b\",\"prompt\":\"b\"}\n");
    bedrock.enqueue(Answer.error(429, "ThrottlingException", "Too many requests."));
    bedrock.enqueue(Answer.error(500, "InternalServerException", "Oops."));

    assertThat(batch("p.jsonl -o out").exitCode()).isZero();
    assertThat(images("out")).containsExactly("a.png", "b.png");
    assertThat(bedrock.requests()).hasSize(4);
  }

  @Test
  void saysAtItsEndWhatItDid() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n{\"id\":\"b\",\"prompt\":\"b\"}\n");

    Run run = run("batch", "p.jsonl", "-o", "out");

    assertThat(run.err())
        .matches(
            "sdxl-gen: 2 of 2 images are in out/: 2 made in \\S+ m?s\n"
                + "sdxl-gen: 2 calls, \\S+ images a minute, \\$0\\.08 at the table's prices\n");
  }

  @Test
  void drawsWithTheBuiltInMock() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n");

    Run run = run("batch", "p.jsonl", "-o", "out", "--mock");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .startsWith("sdxl-gen: the built-in mock draws these; no model is asked\n")
        .doesNotContain("$");
    assertThat(bedrock.requests()).isEmpty();
    assertThat(images("out")).containsExactly("a.png");
  }

  @Test
  void takesNoImageOfTheMocksForAModels() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n");
    run("batch", "p.jsonl", "-o", "out", "--mock");

    assertThat(run("batch", "p.jsonl", "-o", "out", "--mock").out()).isEmpty();
    assertThat(run("batch", "p.jsonl", "-o", "out").out()).isEqualTo("out/a-1.png\n");
    assertThat(run("batch", "p.jsonl", "-o", "out").out()).isEmpty();
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void sharesTheLinesAmongShards() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append("{\"id\":\"p" + i + "\",\"prompt\":\"prompt " + i + "\"}\n");
    }
    write("p.jsonl", text.toString());

    for (int shard = 0; shard < 4; shard++) {
      assertThat(batch("p.jsonl -o out --shard " + shard + "/4").exitCode()).isZero();
    }

    assertThat(images("out")).hasSize(40);
    assertThat(bodies()).hasSize(40).doesNotHaveDuplicates();
    for (int shard = 0; shard < 4; shard++) {
      assertThat(folder.resolve("out/manifest.0000" + shard + "-of-00004.jsonl")).exists();
    }
    assertThat(run("batch", "status", "out").out())
        .startsWith("done        40 of 40, ")
        .contains("\nrunning     0 of 4 shards\n");
  }

  @Test
  void takesItsPartFromTheEngine() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n{\"id\":\"b\",\"prompt\":\"b\"}\n");

    Run run =
        program()
            .with("SLURM_ARRAY_TASK_ID", "2")
            .run("batch", "p.jsonl", "-o", "out", "-q", "--shards", "2", "--shard-base", "1");

    assertThat(run.exitCode()).isZero();
    assertThat(folder.resolve("out/manifest.00001-of-00002.jsonl")).exists();
  }

  @Test
  void tellsWhatItWouldDo() throws IOException {
    write(
        "p.jsonl",
        """
        {"id":"a","prompt":"a"}
        {"id":"b","prompt":"b","model":"ultra"}
        {"id":"c","prompt":"c","model":"my.own-model","family":"sdxl"}
        """);

    assertPrinted(
        run("batch", "p.jsonl", "--dry-run", "--rate", "2/min"),
        """
        3 images to make
        1 from my.own-model, price unknown
        1 from stability.stable-diffusion-xl at $0.04 (per image of up to 50 steps, 2024-03-13): $0.04
        1 from stability.stable-image-ultra-v1:1 at $0.14 (per image): $0.14
        $0.18 and 1 image of unknown price in all
        at least 1 min 30 s at the rate given
        """);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).containsExactly("p.jsonl");
  }

  @Test
  void tellsWhatIsLeftToDo() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n{\"id\":\"b\",\"prompt\":\"b\"}\n");
    batch("p.jsonl -o out --limit 1");

    assertPrinted(
        run("batch", "p.jsonl", "-o", "out", "--dry-run"),
        """
        1 image to make, 1 done before
        1 from stability.stable-diffusion-xl at $0.04 (per image of up to 50 steps, 2024-03-13): $0.04
        as fast as the account allows; --rate 60/min tells how long at that rate
        """);
  }

  @Test
  void printsTheBodiesOfAPlan() throws IOException {
    write("p.jsonl", "{\"id\":\"a\",\"prompt\":\"a\"}\n");

    assertPrinted(
        run("batch", "p.jsonl", "-o", "out/", "--dry-run", "--json", "--sweep", "seed=1..2"),
        """
        {"id":"a-1","file":"out/a-1.png","model":"stability.stable-diffusion-xl","request":{"text_prompts":[{"text":"a"}],"seed":1}}
        {"id":"a-2","file":"out/a-2.png","model":"stability.stable-diffusion-xl","request":{"text_prompts":[{"text":"a"}],"seed":2}}
        """);
  }
}
