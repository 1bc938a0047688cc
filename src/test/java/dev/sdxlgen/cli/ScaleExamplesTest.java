package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sdxlgen.cli.Program.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * The commands of examples/scale are the program's own, and their parts together are the whole: a
 * dry run of every part, with the variables that its engine sets.
 */
class ScaleExamplesTest {

  private static final Path EXAMPLES = Path.of("examples", "scale");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> IDS = new ArrayList<>();

  static {
    for (int i = 100; i < 200; i++) {
      IDS.add("image-" + i);
    }
  }

  @TempDir Path folder;

  @BeforeEach
  void writePrompts() throws IOException {
    List<String> lines = new ArrayList<>();
    IDS.forEach(id -> lines.add("{\"id\":\"" + id + "\",\"prompt\":\"a house\"}"));
    Files.write(folder.resolve("prompts.jsonl"), lines);
  }

  private static JsonNode json(String file) throws IOException {
    return JSON.readTree(EXAMPLES.resolve(file).toFile());
  }

  /** As JSON, which is easier to walk through. */
  private static JsonNode yaml(String file) throws IOException {
    Object loaded = new Yaml().load(Files.readString(EXAMPLES.resolve(file)));
    return JSON.valueToTree(loaded);
  }

  private static List<String> words(JsonNode list) {
    List<String> words = new ArrayList<>();
    // An argument that YAML takes for a number is one that Kubernetes refuses.
    list.forEach(word -> words.add(word.isTextual() ? word.textValue() : "not a string: " + word));
    return words;
  }

  /** The ids of the images that a part would make. */
  private List<String> part(List<String> command, Map<String, String> environment)
      throws IOException {
    List<String> args = new ArrayList<>(command);
    args.set(1, "prompts.jsonl");
    if (!args.contains("--state")) {
      args.set(args.indexOf("-o") + 1, "out/");
    }
    args.add("--dry-run");
    args.add("--json");
    Program program = Program.in(folder);
    environment.forEach(program::with);
    Run run = program.run(args.toArray(new String[0]));
    assertThat(run.exitCode()).as("%s: %s", args, run.err()).isZero();
    List<String> ids = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      ids.add(JSON.readTree(line).path("id").textValue());
    }
    return ids;
  }

  private interface Environment {
    Map<String, String> ofPart(int index);
  }

  private void assertPartsAreTheWhole(List<String> command, int count, Environment environment)
      throws IOException {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.addAll(part(command, environment.ofPart(i)));
    }
    assertThat(made).containsExactlyInAnyOrderElementsOf(IDS);
  }

  @Test
  void awsBatchMakesEachImageOnce() throws IOException {
    JsonNode definition = json("aws-batch.json");
    List<String> command = words(definition.at("/containerProperties/command"));
    command.replaceAll(
        word ->
            word.startsWith("Ref::")
                ? definition.at("/parameters/" + word.substring(5)).textValue()
                : word);
    command.set(command.indexOf("--state") + 1, folder.resolve("state").toString());

    assertThat(command).startsWith("batch", "s3://my-bucket/prompts.jsonl");
    assertPartsAreTheWhole(
        command,
        7,
        i -> Map.of("AWS_BATCH_JOB_ARRAY_INDEX", "" + i, "AWS_BATCH_JOB_ARRAY_SIZE", "7"));
  }

  @Test
  void awsBatchTriesAgainWhatMayGoBetter() throws IOException {
    JsonNode rules = json("aws-batch.json").at("/retryStrategy/evaluateOnExit");

    assertThat(rules).hasSizeBetween(1, 5);
    assertThat(rules.findValuesAsText("onExitCode"))
        .containsExactly("" + ExitCode.THROTTLED, "" + ExitCode.BEDROCK_FAILED, "*");
    assertThat(rules.get(rules.size() - 1).path("action").textValue()).isEqualTo("exit");
  }

  @Test
  void kubernetesMakesEachImageOnce() throws IOException {
    JsonNode spec = yaml("kubernetes.yaml").path("spec");
    int count = spec.path("completions").intValue();

    assertThat(spec.path("parallelism").intValue()).isEqualTo(count);
    assertPartsAreTheWhole(
        words(spec.at("/template/spec/containers/0/args")),
        count,
        i -> Map.of("JOB_COMPLETION_INDEX", "" + i));
  }

  @Test
  void kubernetesKnowsEveryExitCode() throws IOException {
    JsonNode spec = yaml("kubernetes.yaml").path("spec");
    List<Integer> given = new ArrayList<>();
    for (JsonNode rule : spec.at("/podFailurePolicy/rules")) {
      JsonNode codes = rule.path("onExitCodes");
      if (!codes.isMissingNode()) {
        assertThat(codes.path("containerName"))
            .isEqualTo(spec.at("/template/spec/containers/0/name"));
        codes.path("values").forEach(code -> given.add(code.intValue()));
      }
    }

    assertThat(given)
        .containsExactlyInAnyOrder(
            ExitCode.BUG,
            ExitCode.INVALID_REQUEST,
            ExitCode.CREDENTIALS,
            ExitCode.FILTERED,
            ExitCode.OUTPUT_FAILED,
            ExitCode.SOME_MISSING,
            ExitCode.MODEL_UNAVAILABLE);
  }

  @Test
  void slurmMakesEachImageOnce() throws IOException {
    String script = Files.readString(EXAMPLES.resolve("slurm.sh"));
    Matcher array = Pattern.compile("(?m)^#SBATCH --array=0-(\\d+)$").matcher(script);
    assertThat(array.find()).isTrue();
    int count = Integer.parseInt(array.group(1)) + 1;
    Matcher call = Pattern.compile("(?m)^srun sdxl-gen (.*?) \"\\$@\"").matcher(script);
    assertThat(call.find()).isTrue();
    String command =
        call.group(1)
            .replace("\"$SLURM_ARRAY_TASK_COUNT\"", "" + count)
            .replaceAll("\"\\$(\\w+)\"", "$1");

    assertPartsAreTheWhole(
        List.of(command.split(" ")), count, i -> Map.of("SLURM_ARRAY_TASK_ID", "" + i));
  }
}
