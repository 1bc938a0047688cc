package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.Option.flag;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.recipe.RecipeReader.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** {@code sdxl-gen inspect}: how images were made, as they say themselves. */
final class InspectCommand {

  private final Console console;

  InspectCommand(Console console) {
    this.console = console;
  }

  static Options options() {
    return new Options("sdxl-gen inspect")
        .addWords("IMAGE", "A PNG or JPEG file; - is stdin.")
        .add(flag("One JSON object a line for each image.", "--json"))
        .add(
            flag(
                "Only the command that makes each image again, a line each, quoted for a shell.",
                "--command"))
        .add(flag("Draw each image in the terminal, on stderr.", "--show"))
        .add(flag("No notes; errors are still told.", "-q", "--quiet"))
        .add(flag("This.", "-h", "--help"));
  }

  int run(String... args) {
    Options command = options();
    ParseResult parsed = CommandLineParser.parse(command, args);
    if (has(parsed, "--help")) {
      console.out().print(HelpPage.of(HelpPage.INSPECT, command));
      return console.written(ExitCode.OK);
    }
    if (has(parsed, "--json") && has(parsed, "--command")) {
      throw new InvalidRequest("--json and --command both want stdout", "Give one of them");
    }
    List<String> images =
        parsed.matchedPositionals().isEmpty()
            ? List.of()
            : List.of(parsed.matchedPositionalValue(0, new String[0]));
    if (images.isEmpty()) {
      throw new InvalidRequest(
          "sdxl-gen inspect wants an image",
          "For example: sdxl-gen inspect out.png\n"
              + "To draw a picture of the word: sdxl-gen -- inspect");
    }
    var reporter = new Reporter(console, 0, has(parsed, "-q"));
    int code = ExitCode.OK;
    for (int i = 0; i < images.size(); i++) {
      try {
        inspect(images.get(i), i > 0, parsed, reporter);
      } catch (InvalidRequest e) {
        code = ExitCode.of(e);
        console.out().flush();
        reporter.failure("", e);
      }
    }
    return console.written(code);
  }

  private void inspect(String image, boolean further, ParseResult parsed, Reporter reporter) {
    boolean json = has(parsed, "--json");
    boolean command = has(parsed, "--command");
    Found found;
    try {
      found = RecipeOptions.read(image, console, !command);
    } catch (InvalidRequest e) {
      if (json) {
        print(RecipeReport.json(image, e));
      }
      throw e;
    }
    SdxlGenException none =
        found.ingredients() == null ? new InvalidRequest(RecipeOptions.without(image), "") : null;
    if (json) {
      print(RecipeReport.json(image, found, none));
    } else if (!command) {
      print((further ? "\n" : "") + RecipeReport.text(image, found));
    }
    if (has(parsed, "--show") && !image.equals("-")) {
      show(image, reporter);
    }
    if (none != null) {
      throw none;
    }
    if (command) {
      print(ShellQuote.join(FromRecipe.command(image, found, console, reporter)));
    }
  }

  private void show(String image, Reporter reporter) {
    try {
      TerminalImage.show(Path.of(image), console);
    } catch (IOException e) {
      reporter.warning(RecipeOptions.shown(image) + " can't be drawn: " + e.getMessage());
    }
  }

  /** Results, out at once: what is told of the next image comes after them. */
  private void print(String text) {
    console.out().print(text + "\n");
    console.out().flush();
  }
}
