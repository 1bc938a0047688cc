package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.flag;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** How much is said, and the program about itself. */
final class GeneralOptions {

  private GeneralOptions() {}

  static void addTo(CommandSpec command) {
    command
        .addOption(flag("No notes and no progress; errors are still told.", "-q", "--quiet"))
        .addOption(
            OptionSpec.builder("-v", "--verbose")
                .arity("0")
                .type(boolean[].class)
                .description(
                    "Say what the model answered, each retry, and what is behind an error; -vv the request too.")
                .build())
        .addOption(flag("Print the version.", "-V", "--version"))
        .addOption(flag("The everyday options on one screen.", "-h"))
        .addOption(flag("Every option.", "--help"));
  }

  static int readVerbosity(ParseResult parsed) {
    return parsed.matchedOptionValue("-v", new boolean[0]).length;
  }
}
