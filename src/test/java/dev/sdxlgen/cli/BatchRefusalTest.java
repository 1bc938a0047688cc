package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a batch doesn't begin with: nothing is sent then, and nothing written. */
class BatchRefusalTest extends EndToEnd {

  @BeforeEach
  void prompts() throws IOException {
    Files.writeString(folder.resolve("p.txt"), "a cat\n");
    Files.createDirectory(folder.resolve("folder.txt"));
  }

  private void assertRefused(String line, String message) throws IOException {
    assertRefused(run(("batch " + line).split(" ")), 2, message, "folder.txt/", "p.txt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p.txt                     | -o is missing: which folder do the images go to?"
            + "\\n  For example: sdxl-gen batch p.txt -o out/",
        "-o out                    | sdxl-gen batch takes one file of prompts"
            + "\\n  For example: sdxl-gen batch prompts.jsonl -o out/"
            + "\\n  To draw a picture of it: sdxl-gen -- batch",
        "p.txt of cats -o out      | sdxl-gen batch takes one file of prompts, not 3"
            + "\\n  For example: sdxl-gen batch prompts.jsonl -o out/"
            + "\\n  To draw a picture of it: sdxl-gen \"batch p.txt of cats\"",
        "nothing.txt -o out        | nothing.txt isn't there",
        "folder.txt -o out         | folder.txt is a folder\\n  Name a file of prompts",
        "folder.txt/. -o out       | folder.txt/. is a folder\\n  Name a file of prompts",
        "p.doc -o out              | p.doc doesn't say by its name how it is to be read"
            + "\\n  --format txt, jsonl or csv says it",
        "p.txt -o out --format x   | --format x isn't known\\n  Allowed: txt, jsonl, csv",
        "p.txt -o -                | a batch can't go to stdout\\n  Name a folder: -o out/",
        "p.txt -o out.png          | -o out.png names one file, and a batch makes many"
            + "\\n  Name a folder, or put {id} into the name",
        "p.txt -o out/{slug}.png   | -o out/{slug}.png has no {id}, and lines could have one name"
            + "\\n  For example: {id}.png",
        "p.txt -o {id}-{hash}.png  | -o {id}-{hash}.png: {hash} can't be in a batch's names,"
            + " by which the next run finds the images"
            + "\\n  Placeholders: {id} {n} {slug} {model} {seed}",
        "p.txt -o {id}.png --repeat 2 | -o {id}.png has no {n}, and a line has several images"
            + "\\n  For example: {id}-{n}.png",
        "p.txt -o out --sweep stepz=1,2 | --sweep stepz: 'stepz' is not a field."
            + " Did you mean steps?",
        "p.txt -o out --fail-fast --max-failures 2 | --fail-fast is --max-failures 1"
            + "\\n  Leave one of them out",
        "p.txt -o out --grace soon | --grace takes a time, not 'soon'"
            + "\\n  For example: 30s, 5min or 1h",
        "p.txt -o out --rate fast  | --rate takes calls per time, not 'fast'"
            + "\\n  For example: 60/min, 2/s or 1000/h",
        "p.txt -o out --concurrency 0 | --concurrency 0 is out of range\\n  Allowed: 1 to 10000",
        "p.txt -o out --shard 4/4  | --shard takes a whole number from 0 to 3, not '4'",
        "p.txt -o out --count 3    | --count is not an option"
            + "\\n  sdxl-gen batch --help lists them",
        "p.txt -o out --sidecar --no-metadata | --sidecar and --no-metadata say different things"
            + "\\n  Leave one of them out",
      })
  void saysWhatIsWrongWithTheCommandLine(String line, String message) throws IOException {
    assertRefused(line, "sdxl-gen: " + message.replace("\\n", "\n") + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-m auto             | line 1: --model auto looks for a model by asking for an image:"
            + " a batch names one",
        "--steps 9           | line 1: --steps 9 is out of range for stability.stable-diffusion-xl."
            + " Allowed: 10 to 50",
        "--sampler DDIN      | line 1: --sampler DDIN is not a sampler of"
            + " stability.stable-diffusion-xl. Did you mean DDIM?",
        "--init-image -      | line 1: --init-image and --mask-image are files in a batch,"
            + " not stdin",
        "--init-image no.png | line 1: --init-image no.png isn't there",
        "-m sd3.5-large --sampler DDIM | line 1: --sampler is not something"
            + " stability.sd3-5-large-v1:0 takes",
      })
  void checksTheDefaultsWithEveryLine(String options, String problem) throws IOException {
    assertRefused(
        "p.txt -o out " + options,
        "sdxl-gen: p.txt: a line can't be sent, and nothing was\n  " + problem + "\n");
  }

  @Test
  void listsEveryBadLine() throws IOException {
    Files.writeString(
        folder.resolve("p.jsonl"),
        """
        {"id":"a","prompt":"a cat","steps":5}
        {"id":"b","prompt":"a cat"}
        {"id":"b","prompt":"a dog"}
        {"prompt":"a cat","stepz":20}
        {"prompt":"a cat","region":"us-east-1"}
        {"prompt":"a cat","count":2}
        {"prompt":"a cat","ID":"c"}
        {"prompt":
        {"prompt":""}
        {"prompt":"a cat","seed":[1,2]}
        {"recordId":"r","modelInput":{"text_prompts":[{"text":"a"}],"samples":2}}
        {}
        """);

    assertRefused(
        run("batch", "p.jsonl", "-o", "out"),
        2,
        """
        sdxl-gen: p.jsonl: 11 lines can't be sent, and nothing was
          line 1, column 36: --steps 5 is out of range for stability.stable-diffusion-xl. Allowed: 10 to 50
          line 3: the id b is line 2's already
          line 4, column 27: 'stepz' is not a field. Did you mean steps?
          line 5, column 28: region is the whole batch's: --region on the command line says it
          line 6, column 27: count is not a field: --repeat makes several images of each line
          line 7, column 24: 'ID' is not a field. Did you mean id?
          line 8, column 11: this is not JSON: it ends too early
          line 9, column 11: prompt is empty
          line 10, column 26: --seed has one value
          line 11: samples is 2: a record makes one image here
          line 12: there is no prompt
          --skip-invalid goes on without them
        """,
        "folder.txt/",
        "p.jsonl",
        "p.txt");
  }

  @Test
  void refusesAFieldWithoutAValueWhereOneIsMeant() throws IOException {
    Files.writeString(
        folder.resolve("p.jsonl"),
        """
        {"prompt":"a","seed":[]}
        {"prompt":"a","model":[]}
        {"prompt":"a","model":["core","ultra"]}
        {"prompt":[]}
        """);

    assertRefused(
        run("batch", "p.jsonl", "-o", "out", "--repeat", "2"),
        2,
        """
        sdxl-gen: p.jsonl: 4 lines can't be sent, and nothing was
          line 1, column 22: --seed has one value
          line 2, column 23: --model has one value
          line 3, column 23: --model has one value
          line 4, column 11: there is no prompt
        """,
        "folder.txt/",
        "p.jsonl",
        "p.txt");
  }

  @Test
  void listsTwentyOfThem() throws IOException {
    Files.writeString(folder.resolve("p.jsonl"), "{\"prompt\":7,\"steps\":1}\n".repeat(25));

    Run run = run("batch", "p.jsonl", "-o", "out");

    assertThat(run.err().lines()).hasSize(1 + 20 + 1);
    assertThat(run.err())
        .startsWith("sdxl-gen: p.jsonl: 25 lines can't be sent, and nothing was\n")
        .endsWith("\n  and 5 more\n");
  }

  @Test
  void goesOnWithoutBadLinesWhereAsked() throws IOException {
    Files.writeString(
        folder.resolve("p.jsonl"),
        "{\"id\":\"a\",\"prompt\":\"a\",\"steps\":1}\n{\"id\":\"b\",\"prompt\":\"b\"}\n");

    Run run = run("batch", "p.jsonl", "-o", "out", "--skip-invalid", "-q");

    assertThat(run.out()).isEqualTo("out/b.png\n");
    assertThat(run.err())
        .isEqualTo(
            """
            sdxl-gen: p.jsonl: line 1, column 32: --steps 1 is out of range for stability.stable-diffusion-xl. Allowed: 10 to 50
            sdxl-gen: p.jsonl: a line is skipped
            """);
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void cantSkipAHeader() throws IOException {
    Files.writeString(folder.resolve("p.csv"), "ID;prompt\n1;a cat\n");

    assertRefused(
        run("batch", "p.csv", "-o", "out", "--skip-invalid"),
        2,
        """
        sdxl-gen: the header can't be used, and nothing was sent
          line 1, column 1: 'ID;prompt' is not a field. Did you mean prompt?
          A header names the columns: id,prompt,seed
        """,
        "folder.txt/",
        "p.csv",
        "p.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# nothing\n"})
  void saysSoWhenNothingIsAskedFor(String text) throws IOException {
    Files.writeString(folder.resolve("p.txt"), text);

    assertRefused("p.txt -o out", "sdxl-gen: p.txt asks for no image\n");
  }

  @Test
  void refusesARepeatedSeedThatCountsTooFar() throws IOException {
    assertRefused(
        "p.txt -o out -s 4294967295 --repeat 2",
        """
        sdxl-gen: p.txt: a line can't be sent, and nothing was
          line 1: --seed 4294967296 is out of range for stability.stable-diffusion-xl. Allowed: 0 to 4294967295
        """);
  }

  @Test
  void refusesARecordThatRepeatedWouldBeTheSame() throws IOException {
    Files.writeString(
        folder.resolve("p.jsonl"),
        "{\"modelInput\":{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":7}}\n");

    Run run = run("batch", "p.jsonl", "-o", "out", "--repeat", "2");

    assertThat(run.err())
        .contains(
            "\n  line 1: a record with modelInput is sent as it is: repeated, it makes the same"
                + " image\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void refusesAnArrayJobThatDoesntSayHowManyItHas() throws IOException {
    assertRefused(
        program().with("JOB_COMPLETION_INDEX", "3").run("batch", "p.txt", "-o", "out"),
        2,
        """
        sdxl-gen: JOB_COMPLETION_INDEX is set, but not of how many shards
          --shards N says it; --shards 1 says that this process alone makes everything
        """,
        "folder.txt/",
        "p.txt");
  }

  @Test
  void refusesAFolderThatCantBe() throws IOException {
    assertRefused(
        run("batch", "p.txt", "-o", "p.txt/"),
        7,
        """
        sdxl-gen: the folder p.txt/ can't be made: there is a file of that name
          Choose another one with -o
        """,
        "folder.txt/",
        "p.txt");
  }

  @Test
  void saysBeforeTheFolderIsMadeThatThereAreNoCredentials() throws IOException {
    Run run = Program.in(folder).with("AWS_REGION", "us-west-2").run("batch", "p.txt", "-o", "out");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(tree()).containsExactly("folder.txt/", "p.txt");
  }

  @Test
  void readsAWholeTextThatIsNotOne() throws IOException {
    Files.write(folder.resolve("p.txt"), "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

    assertRefused(
        "p.txt -o out",
        """
        sdxl-gen: p.txt: a line can't be sent, and nothing was
          line 1, column 4: this is not UTF-8
        """);
  }
}
