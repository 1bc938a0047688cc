package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code -o} makes of its placeholders. */
class TemplateTest extends EndToEnd {

  @ParameterizedTest
  @CsvSource({
    "{slug}.png, a-person.png",
    "{model}/{slug}-{seed}.png, sdxl/a-person-12.png",
    "{seed:06}.png, 000012.png",
    "{n:04}.png, 0001.png",
    "{width}x{height}.png, 3x2.png",
    "{seed}/{slug}.png, 12/a-person.png",
    "a{{b}}.png, a{b}.png",
    "{{seed}}.png, {seed}.png",
    "{date}/{time}.png, 2001-09-09/014640.png",
    "{slug}/, a-person/a-person-12.png",
  })
  void isFilledIn(String output, String path) throws IOException {
    bedrock.enqueue(picture(12));
    Run run = program().with("SOURCE_DATE_EPOCH", "1000000000").run("a person", "-o", output);

    assertPrinted(run, path + "\n");
    assertThat(sent(folder.resolve(path))).isEqualTo(PICTURE);
  }

  @Test
  void holdsTheBeginningOfTheFilesHash() throws IOException {
    Run run = run("a person", "-o", "{hash}.png", "--json");

    String sha256 = run.out().replaceAll("(?s).*\"sha256\":\"([0-9a-f]{64}).*", "$1");
    assertThat(tree()).containsExactly(sha256.substring(0, 12) + ".png");
  }

  @Test
  void holdsAnIdThatIsTheSameForTheSameRequest() throws IOException {
    run("a person", "-o", "{id}.png");
    Run again = run("a person", "-o", "{id}.png");

    assertThat(tree()).hasSize(1).first().asString().matches("[0-9a-f]{12}\\.png");
    assertThat(again.exitCode()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "{sed}.png, {sed} is not a placeholder",
    "{seed.png, '{ begins a placeholder, and no } ends it'",
    "{n:x}.png, {n:x} has no length of at most 20 behind its colon",
    "{n:99}.png, {n:99} has no length of at most 20 behind its colon",
  })
  void isRefusedWhenItIsWrong(String output, String problem) throws IOException {
    Run run = run("a person", "-o", output);

    assertThat(run.err()).startsWith("sdxl-gen: -o " + output + ": " + problem + "\n  ");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @Test
  void numbersWhatIsKnownTooLateToBeRefused() throws IOException {
    Files.writeString(folder.resolve("3x2.png"), "old");
    Run run = run("a person", "-o", "{width}x{height}.png");

    assertThat(run.out()).isEqualTo("3x2-1.png\n");
    assertThat(run.err()).isEqualTo("sdxl-gen: 3x2.png exists: the image is 3x2-1.png\n");
    assertThat(folder.resolve("3x2.png")).hasContent("old");
  }

  @Test
  void givesEachOfSeveralItsNumber() throws IOException {
    assertPrinted(run("a person", "-o", "{n:02}.png", "--count", "2"), "01.png\n02.png\n");
    assertPrinted(run("a person", "-o", "{width}.png", "--count", "2"), "3.png\n3-1.png\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "..", "a\\b", "CON", "x.", "~/x"})
  void neverLeavesItsFolder(String prompt) throws IOException {
    Run run = run("--", prompt);
    Run named = run("-o", "pictures/{slug}.png", "--", prompt);

    assertThat(run.exitCode()).isZero();
    assertThat(named.exitCode()).isZero();
    assertThat(run.out()).doesNotContain("/", "\\", "..");
    assertThat(named.out()).startsWith("pictures/").doesNotContain("..");
    assertThat(tree()).hasSize(3);
  }

  @Test
  void hasNoModelBeforeAutoFoundOne() throws IOException {
    assertRefused(
        run("a person", "-m", "auto", "-o", "{model}.png"),
        2,
        "sdxl-gen: {model} is known only after the call with --model auto\n"
            + "  Name a model, or no {model}\n");
  }
}
