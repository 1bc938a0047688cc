package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.HelpPage.Group;
import dev.sdxlgen.cli.Program.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest extends EndToEnd {

  private static int columns(String line) {
    return line.codePointCount(0, line.length());
  }

  @Test
  void fitsOnOneScreen() {
    Run run = run("-h");

    assertPrinted(run, HelpPage.SHORT);
    assertThat(run.out().lines()).hasSizeLessThanOrEqualTo(24);
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(columns(line)).isBetween(0, 80));
  }

  @Test
  void showsUsageTenOptionsTheCommandsAndThreeExamples() {
    List<String> lines = run("-h").out().lines().toList();

    assertThat(lines.get(0)).isEqualTo("Usage: sdxl-gen [OPTIONS] PROMPT");
    assertThat(lines).filteredOn(line -> line.matches(" {2}(-| {4}--).*")).hasSize(10);
    assertThat(lines).filteredOn(line -> line.startsWith("  sdxl-gen ")).hasSize(3);
    assertThat(lines).anyMatch(line -> line.startsWith("Commands ") && line.contains("mock"));
  }

  static List<String> names(Options command) {
    return command.list().stream().flatMap(option -> option.names().stream()).toList();
  }

  @Test
  void namesOnlyOptionsThatThereAre() {
    String text = HelpPage.SHORT + HelpPage.full();
    var known = names(GenerateCommand.OPTIONS);

    var matcher = Pattern.compile("(?<=[\\s(])--?[a-zA-Z][-a-z]*").matcher(text);
    while (matcher.find()) {
      assertThat(known).contains(matcher.group().replace("-vv", "-v"));
    }
  }

  /**
   * What it doesn't know it takes for a mistake, and has only what that needs loaded beforehand.
   */
  @Test
  void theLauncherKnowsTheLongOptions() throws IOException {
    String launcher = Files.readString(Path.of("src/main/launcher/sdxl-gen"));

    var list =
        Pattern.compile("(?m)^long_options=\" ((?:[^\"\\\\]|\\\\\n)+) \"$").matcher(launcher);

    assertThat(list.find()).isTrue();
    assertThat(list.group(1).replace("\\\n", "").split(" "))
        .containsExactlyElementsOf(
            names(GenerateCommand.OPTIONS).stream().filter(name -> name.startsWith("--")).toList());
  }

  @Test
  void listsEveryOptionUnderAHeading() {
    Run run = run("--help");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(HelpPage.full());
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(columns(line)).isBetween(0, 80));
    List<String> names = new ArrayList<>();
    for (Group group : HelpPage.groups()) {
      assertThat(run.out()).contains("\n" + group.heading() + ":\n");
      for (Option option : group.list()) {
        names.addAll(option.names());
        assertThat(run.out()).contains("\n  " + HelpPage.names(option));
      }
    }
    assertThat(names)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(names(GenerateCommand.OPTIONS));
  }

  @Test
  void keepsTheDescriptionsInTheirColumn() {
    assertThat(HelpPage.full())
        .contains(
            "\n  -n, --negative TEXT         What must not be in the image; repeatable.\n"
                + " ".repeat(30)
                + "TEXT::0.5 weighs it -0.5.\n")
        .contains("\n      --clip-guidance-preset NAME\n" + " ".repeat(30) + "FAST_BLUE, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-V", "--version"})
  void printsTheVersion(String option) {
    Run run = run(option);

    assertThat(run.out()).matches("sdxl-gen \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
    assertPrinted(run, "sdxl-gen " + SdxlGen.version() + "\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help", "-V"})
  void looksAtNothingElse(String option) throws Exception {
    Run run = Program.in(folder).run("--sampler", "NONE", option, "-o", "");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(tree()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help"})
  void helpsWithTheMock(String option) {
    Run run = run("mock", option);

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: sdxl-gen mock [OPTIONS]\n");
    assertThat(run.out().lines()).hasSizeLessThanOrEqualTo(24);
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(columns(line)).isBetween(0, 80));
    for (Option each : MockCommand.options().list()) {
      assertThat(run.out()).contains("\n  " + HelpPage.names(each));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help", "-V"})
  void tellsOfAStdoutThatCannotBeWritten(String option) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    assertFailed(
        program().stdoutTo(full).run(option),
        7,
        """
        sdxl-gen: stdout can't be written
          Is its disk full, or its reader gone?
        """);
  }
}
