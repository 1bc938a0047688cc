package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

class CommandLineParserTest {

  private static Options command() {
    return new Options("paint")
        .add(Option.option("COLOUR", "What colour.", "-c", "--colour"))
        .add(Option.repeatable("TEXT", "What else.", "-t", "--text"))
        .add(Option.flag("At once.", "-a", "--at-once"))
        .add(Option.counted("More.", "-m", "--more"));
  }

  @Test
  void givesNothingForWhatIsNotThere() {
    ParseResult parsed = CommandLineParser.parse(command());

    assertThat(CommandLineParser.value(parsed, "--colour")).isNull();
    assertThat(CommandLineParser.values(parsed, "--text")).isEmpty();
    assertThat(CommandLineParser.has(parsed, "--at-once")).isFalse();
  }

  @Test
  void givesTheLastValueAndAllOfARepeatable() {
    ParseResult parsed =
        CommandLineParser.parse(
            command(), "-c", "red", "-t", "-a", "--text", "-c", "--colour=blue", "-at", "-t");

    assertThat(CommandLineParser.value(parsed, "-c")).isEqualTo("blue");
    assertThat(CommandLineParser.values(parsed, "-t")).containsExactly("-a", "-c", "-t");
    assertThat(CommandLineParser.has(parsed, "-a")).isTrue();
  }

  @Test
  void takesValuesThatAreNoWordsOfACommandLine() {
    CommandSpec command = CommandLineParser.spec(command());
    CommandLineParser.given(command, Map.of("colour", List.of("red"), "text", List.of("before")));

    ParseResult given = CommandLineParser.given(command, Map.of("text", List.of("-a", "--", "")));

    assertThat(CommandLineParser.values(given, "-t")).containsExactly("-a", "--", "");
    assertThat(CommandLineParser.value(given, "-c")).isNull();
    assertThat(CommandLineParser.has(given, "-a")).isFalse();
  }

  /** picocli is told of those options alone that may be there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-c red",
        "--colour red",
        "--colour=red",
        "-cred",
        "-c=red",
        "-acred",
        "-amc red",
        "-t x -c blue --colour red"
      })
  void findsAnOptionHoweverItIsWritten(String line) {
    ParseResult parsed = CommandLineParser.parse(command(), line.split(" "));

    assertThat(CommandLineParser.value(parsed, "--colour")).isEqualTo("red");
    assertThat(parsed.unmatched()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--color red, --color",
    "--at-onc, --at-onc",
    "--at-onces, --at-onces",
    "-x, -x",
    "-ax, -x in -ax",
    "--, ",
    "--c red, --c",
    "wall --stop, --stop",
    "-a --colours=red, --colours",
  })
  void saysWhichOptionThereIsNot(String line, String unknown) {
    if (unknown == null) {
      CommandLineParser.parse(command(), line.split(" "));
    } else {
      assertThatExceptionOfType(InvalidRequest.class)
          .isThrownBy(() -> CommandLineParser.parse(command(), line.split(" ")))
          .withMessage(unknown + " is not an option");
    }
  }

  @Test
  void countsAFlagThatSaysMoreEachTime() {
    ParseResult parsed = CommandLineParser.parse(command(), "-mam", "--more");

    assertThat(parsed.matchedOptionValue("-m", new boolean[0])).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "--color red, true",
    "wall --color=red, true",
    "--colour red -a wall, false",
    "--colour=red --at-once, false",
    "--text --stop, false",
    "-t --stop, false",
    "-x, false",
    "-- --stop, false",
  })
  void knowsALongOptionThatIsNoneAtOnce(String line, boolean lacks) {
    assertThat(command().lacksOneOf(line.split(" "))).isEqualTo(lacks);
  }

  @Test
  void hasEachNameOnce() {
    assertThatIllegalStateException()
        .isThrownBy(() -> command().add(Option.flag("Another.", "--again", "-a")))
        .withMessage("-a is there twice");
  }

  @Test
  void leavesBareWordsToTheCommand() {
    assertThat(CommandLineParser.parse(command(), "wall", "-a").unmatched())
        .containsExactly("wall");
  }

  @Test
  void namesTheCommandInItsAdvice() {
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> CommandLineParser.parse(command(), "--color", "red"))
        .withMessage("--color is not an option")
        .satisfies(
            e ->
                assertThat(e.advice()).isEqualTo("Did you mean --colour? paint --help lists them"));
  }
}
