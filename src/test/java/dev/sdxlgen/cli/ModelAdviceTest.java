package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command to run when a model can't be called. */
class ModelAdviceTest extends EndToEnd {

  private static final String RETIRED =
      "sdxl-gen: stability.stable-diffusion-xl is retired: This model version has reached the end"
          + " of its life. Please refer to the AWS documentation for more details.\n"
          + "  SDXL lives on behind Marketplace endpoints, whose ARN -m takes\n"
          + "  Run this instead (sd3.5-large was active on 2026-07-29):\n";

  @BeforeEach
  void files() throws IOException {
    Files.write(folder.resolve("a.png"), PICTURE);
    Files.writeString(folder.resolve("weighed.txt"), "a per\\::son::1.3");
    Files.writeString(folder.resolve("plain.txt"), "a person");
  }

  private Run retired(String... args) {
    bedrock.enqueue(Answer.of(Fault.EOL));
    return run(args);
  }

  @Test
  void givesTheCommandOfTheIssueAndSaysWhatWasDropped() {
    assertFailed(
        retired("a person", "-n", "hat", "--sampler", "DDIM"),
        9,
        RETIRED
            + "    sdxl-gen \"a person\" -n hat -m sd3.5-large --region us-west-2\n"
            + "  --sampler was dropped: stability.sd3-5-large-v1:0 doesn't take it\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          -m sdxl 'a person' --region us-east-1 | "a person" -m sd3.5-large --region us-west-2 | -
          -msdxl 'a person' --region=us-east-1  | "a person" -m sd3.5-large --region us-west-2 | -
          --model=sdxl 'a person' --family sdxl | "a person" -m sd3.5-large --region us-west-2 | -
          --steps=30 'a person' -W 1024 -s7     | "a person" -s7 -m sd3.5-large --region us-west-2 | --steps, --width were dropped: X doesn't take them
          'a person' -W 1344 -H 768             | "a person" -W 1344 -H 768 -m sd3.5-large --region us-west-2 | -
          'a person' --size=1344x768 -fq        | "a person" --size=1344x768 -f -q -m sd3.5-large --region us-west-2 | -
          'a person' -fqW 1024 -fmsdxl          | "a person" -f -q -f -m sd3.5-large --region us-west-2 | --width was dropped: X doesn't take it
          --prompt-file weighed.txt -n hat      | 'a per\\::son' -n hat -m sd3.5-large --region us-west-2 | the weights were dropped: X doesn't take them
          --prompt-file=plain.txt -n hat        | --prompt-file=plain.txt -n hat -m sd3.5-large --region us-west-2 | -
          'a person::1.3' -nhat::0.5 -o a.b     | "a person" -n hat -o a.b -m sd3.5-large --region us-west-2 | the weights were dropped: X doesn't take them
          -p 'a::2' --negative=b                | -p a -n b -m sd3.5-large --region us-west-2 | the weights were dropped: X doesn't take them
          'std\\::vector::2'                    | 'std\\::vector' -m sd3.5-large --region us-west-2 | the weights were dropped: X doesn't take them
          'x::y'                                | x::y -m sd3.5-large --region us-west-2 | -
          -s 5 seed                             | -s 5 seed -m sd3.5-large --region us-west-2 | -
          model -m sdxl                         | model -m sd3.5-large --region us-west-2 | -
          n -n hat                              | n -n hat -m sd3.5-large --region us-west-2 | -
          -n hat -- -person                     | -n hat -m sd3.5-large --region us-west-2 -- -person | -
          -n -- 'a person'                      | -n -- "a person" -m sd3.5-large --region us-west-2 | -
          'a person' --extras {} --param x=1    | "a person" -m sd3.5-large --region us-west-2 | --extras, --param were dropped: X doesn't take them
          'a person' --init-image a.png --image-strength 0.5 | "a person" --init-image a.png --image-strength 0.5 -m sd3.5-large --region us-west-2 | -
          'a person' --init-image a.png --mask-source alpha | "a person" --init-image a.png -m sd3.5-large --region us-west-2 | --mask-source was dropped: X doesn't take it
          'a person' --sampler DDIM --sampler DDPM | "a person" -m sd3.5-large --region us-west-2 | --sampler was dropped: X doesn't take it
          'a person' -n '$(rm -rf /)' -n `x` -n !! | "a person" -n '$(rm -rf /)' -n '`x`' -n '!!' -m sd3.5-large --region us-west-2 | -
          """)
  void translatesTheUsersOwnArguments(String args, String command, String dropped) {
    assertFailed(
        retired(Words.of(args)),
        9,
        RETIRED
            + "    sdxl-gen "
            + command
            + "\n"
            + (dropped == null
                ? ""
                : "  " + dropped.replace("X", "stability.sd3-5-large-v1:0") + "\n"));
  }

  @Test
  void quotesAWordOfSeveralLinesSoThatItStaysOne() {
    Run run = retired("a person\nand 'a dog'");

    assertThat(run.err())
        .isEqualTo(
            RETIRED
                + "    sdxl-gen \"$(printf 'a person\\nand \\047a dog\\047')\" -m sd3.5-large --region us-west-2\n");
  }

  @Test
  void saysWhenTheNearestDoesNotTakeWhatIsLeft() {
    assertFailed(
        retired("a person", "-s", "4294967295"),
        9,
        RETIRED.substring(0, RETIRED.indexOf("  Run this"))
            + "  The nearest active model is sd3.5-large, which doesn't take this: --seed 4294967295"
            + " is out of range for stability.sd3-5-large-v1:0\n");
  }

  @ParameterizedTest
  @CsvSource({
    "LEGACY, is a legacy model and closed to this account",
    "INVALID_ID, is not a model that us-west-2 has",
    "NOT_ENABLED, is not enabled for this account"
  })
  void helpsWhateverKeepsTheModelFromBeingCalled(Fault fault, String why) {
    bedrock.enqueue(Answer.of(fault));

    Run run = run("a person", "-o", "out.png");

    assertThat(run.exitCode()).isEqualTo(9);
    assertThat(run.err())
        .startsWith("sdxl-gen: stability.stable-diffusion-xl " + why + ": ")
        .endsWith("\n    sdxl-gen \"a person\" -o out.png -m sd3.5-large --region us-west-2\n");
  }

  @Test
  void namesTheSameModelWhereItIsInAnotherRegion() {
    bedrock.enqueue(Answer.of(Fault.INVALID_ID));

    Run run = program().with("AWS_REGION", "eu-west-1").run("a person", "-m", "core");

    assertThat(run.exitCode()).isEqualTo(9);
    assertThat(run.err()).endsWith("\n    sdxl-gen \"a person\" -m core --region us-west-2\n");
  }

  @Test
  void namesTheNewerOfAnOlderId() {
    bedrock.enqueue(Answer.of(Fault.EOL));

    Run run = run("a person", "-m", "us.stability.stable-image-core-v1:0");

    assertThat(run.err()).endsWith("\n    sdxl-gen \"a person\" -m core --region us-west-2\n");
  }

  @Test
  void translatesWhatOnlyAmazonTakes() {
    bedrock.enqueue(Answer.of(Fault.EOL));

    Run run = run(Words.of("'a person' -m titan --cfg-scale 7 --size 1024x1024 --count 3 -s 7"));

    assertThat(run.err())
        .endsWith(
            "\n    sdxl-gen \"a person\" --size 1024x1024 --count 3 -s 7 -m sd3.5-large --region"
                + " us-west-2\n"
                + "  --cfg-scale was dropped: stability.sd3-5-large-v1:0 doesn't take it\n");
  }

  @Test
  void givesACommandThatWorks() throws IOException {
    String error = retired("a person", "-n", "hat", "--sampler", "DDIM", "-o", "out.png").err();
    String command = error.lines().filter(line -> line.contains("-m sd3.5")).findFirst().get();

    assertPrinted(
        run(Words.of(command.strip().replace("sdxl-gen ", "").replace('"', '\''))), "out.png\n");
    assertThat(bodies().get(1)).isEqualTo("{\"prompt\":\"a person\",\"negative_prompt\":\"hat\"}");
    assertThat(sent(folder.resolve("out.png"))).isEqualTo(PICTURE);
  }
}
