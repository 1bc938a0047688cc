package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Words that are options, values or neither. */
class CommandLineTest extends EndToEnd {

  private static final String ADVICE =
      "sdxl-gen --help lists them; a prompt that begins with - goes after --\n";

  @ParameterizedTest
  @CsvSource({
    "--negativ,      --negative",
    "--stesp,        --steps",
    "--Sampler,      --sampler",
    "--cfg_scale,    --cfg-scale",
    "--out,          --output",
    "--style,        --style-preset",
    "--clip,         --clip-guidance-preset",
    "--forse,        --force",
    "--samples,      --count",
  })
  void namesTheNearestOption(String typed, String nearest) throws IOException {
    String message =
        "sdxl-gen: " + typed + " is not an option\n  Did you mean " + nearest + "? " + ADVICE;
    assertRefused(run("a person", typed, "7"), 2, message);
    assertRefused(run(typed + "=7", "a person"), 2, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--gpu", "-x", "-é", "--quality=best"})
  void guessesNothingWhereNothingIsNear(String typed) throws IOException {
    String name = typed.split("=")[0];

    assertRefused(
        run("a person", typed), 2, "sdxl-gen: " + name + " is not an option\n  " + ADVICE);
  }

  @ParameterizedTest
  @CsvSource({
    "-n,             --negative TEXT",
    "--prompt,       --prompt TEXT",
    "--prompt-file,  --prompt-file FILE",
    "-o,             --output PATH",
    "--if-exists,    --if-exists WHAT",
    "--count,        --count N",
    "-s,             --seed N",
    "--size,         --size WxH",
    "-m,             --model MODEL",
    "--assume-role,  --assume-role ARN",
    "--timeout,      --timeout SECONDS",
  })
  void asksForAMissingValue(String option, String usage) throws IOException {
    assertRefused(
        run("a person", option),
        2,
        "sdxl-gen: " + usage.split(" ")[0] + " takes a value: " + usage + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--json=yes", "--dry-run=no", "-q=x", "--mock=false"})
  void refusesAValueWhereNoneIsTaken(String word) throws IOException {
    var run = run("a person", word);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("sdxl-gen: ").doesNotContain("Exception");
    assertThat(run.out()).isEmpty();
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @Test
  void takesOptionsBeforeAndAfterThePrompt() {
    assertPrinted(run("-n", "hat", "a person", "-o", "out.png", "-f"), "out.png\n");
    assertPrinted(run("-fo", "out.png", "a person", "-nhat"), "out.png\n");
    assertPrinted(run("--output=out.png", "-f", "--negative=hat", "a person"), "out.png\n");

    String body = "{\"text_prompts\":[{\"text\":\"a person\"},{\"text\":\"hat\",\"weight\":-1.0}]}";
    assertThat(bodies()).containsExactly(body, body, body);
  }

  @Test
  void takesALaterValueOverAnEarlierOne() throws IOException {
    assertPrinted(
        run("a person", "-o", "1.png", "--output", "2.png", "--if-exists=skip", "--if-exists=fail"),
        "2.png\n");
    assertThat(tree()).containsExactly("2.png");
  }

  @Test
  void takesAFlagTwice() {
    assertPrinted(run("a person", "-o", "out.png", "-f", "-f", "--force"), "out.png\n");
  }

  @Test
  void runsTheMockOnlyWhenItIsTheFirstWord() {
    assertPrinted(run("-o", "out.png", "mock"), "out.png\n");
    assertThat(bodies()).containsExactly("{\"text_prompts\":[{\"text\":\"mock\"}]}");
  }

  @Test
  void tellsNoSecretWithABug() {
    // A stand-in for a bug of ours.
    String secret = "wJalrXUtnFEMI/K7MDENG";
    var stdin =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("signed with " + secret);
          }
        };
    var run =
        program()
            .with("AWS_SECRET_ACCESS_KEY", secret)
            .stdin(stdin)
            .run("--prompt-file", "-", "-o", "out.png");

    assertThat(run.err()).contains("this is a bug", "signed with …\n").doesNotContain(secret);
  }

  @Test
  void tellsABugAsOne() {
    // Null arguments can't come from a shell: a stand-in for a bug of ours.
    var run = program().run("a person", null);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            "sdxl-gen: this is a bug in sdxl-gen "
                + SdxlGen.version()
                + "\n  Please report it with the lines below and the command that led to it\n"
                + "java.lang.")
        .contains("\tat dev.sdxlgen.cli.");
    assertThat(bedrock.requests()).isEmpty();
  }
}
