package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.Option.flag;

import picocli.CommandLine.ParseResult;

/** How much is said, and the program about itself. */
final class GeneralOptions {

  private GeneralOptions() {}

  static void addTo(Options command) {
    command
        .add(flag("No notes and no progress; errors are still told.", "-q", "--quiet"))
        .add(
            Option.counted(
                "Say what the model answered, each retry, and what is behind an error; -vv the request too.",
                "-v",
                "--verbose"))
        .add(flag("Print the version.", "-V", "--version"))
        .add(flag("The everyday options on one screen.", "-h"))
        .add(flag("Every option.", "--help"));
  }

  static int readVerbosity(ParseResult parsed) {
    return parsed.matchedOptionValue("-v", new boolean[0]).length;
  }
}
