package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

class CommandLineParserTest {

  private static CommandSpec command() {
    return CommandLineParser.command("paint")
        .addOption(CommandLineParser.option("COLOUR", "What colour.", "-c", "--colour"))
        .addOption(CommandLineParser.repeatable("TEXT", "What else.", "-t", "--text"))
        .addOption(CommandLineParser.flag("At once.", "-a", "--at-once"));
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
    CommandSpec command = command();
    CommandLineParser.given(command, Map.of("colour", List.of("red"), "text", List.of("before")));

    ParseResult given = CommandLineParser.given(command, Map.of("text", List.of("-a", "--", "")));

    assertThat(CommandLineParser.values(given, "-t")).containsExactly("-a", "--", "");
    assertThat(CommandLineParser.value(given, "-c")).isNull();
    assertThat(CommandLineParser.has(given, "-a")).isFalse();
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
