package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.value;
import static dev.sdxlgen.cli.Option.flag;
import static dev.sdxlgen.cli.Option.option;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import dev.sdxlgen.artifact.recipe.RecipeReader.Found;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** The image whose recipe a command line starts from. */
final class RecipeOptions {

  static final String FROM = "--from";
  static final String REPLACE_NEGATIVES = "--replace-negatives";

  private RecipeOptions() {}

  static void addTo(Options command) {
    command
        .add(
            option(
                "IMAGE",
                "Start from how this image was made, as it says itself; what else is given wins."
                    + " - is stdin.",
                FROM))
        .add(
            flag(
                "Start the negative prompts over: -n adds to the image's otherwise.",
                REPLACE_NEGATIVES));
  }

  /** Runs a command line. */
  interface Command {
    int run(String... args);
  }

  /** Whether a command line may start from a recipe: cheap, and right when it says no. */
  static boolean areIn(String... args) {
    for (String arg : args) {
      if (arg.startsWith(FROM) || arg.startsWith(REPLACE_NEGATIVES)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs the command line as it is with the recipe's options in it, where it names one.
   *
   * @throws InvalidRequest when there is no recipe, or it can't be followed
   */
  static int run(String[] args, Console console, Command command) {
    ParseResult given = CommandLineParser.parse(GenerateCommand.OPTIONS, args);
    String image = value(given, FROM);
    boolean misread =
        !given.matchedPositionals().isEmpty()
            && given.matchedPositionalValue(0, new String[0]).length > 1;
    if (has(given, "-h") || has(given, "--help") || has(given, "-V") || misread) {
      return command.run(args);
    }
    if (image == null) {
      if (has(given, REPLACE_NEGATIVES)) {
        throw new InvalidRequest(
            REPLACE_NEGATIVES + " goes with " + FROM + " IMAGE",
            "Without it, the negative prompts are those of the command line");
      }
      return command.run(args);
    }
    if (image.equals("-")) {
      checkStdin(given);
    }
    Found found = read(image, console, false);
    if (found.ingredients() == null) {
      throw new InvalidRequest(
          without(image), "sdxl-gen inspect IMAGE shows what an image says about itself");
    }
    var from = new FromRecipe(image, found, given, console);
    var reporter = new Reporter(console, 0, has(given, "-q"));
    for (String note : from.notes()) {
      reporter.note(note);
    }
    List<String> words = from.words();
    addWithoutOurs(words, args);
    try {
      return command.run(words.toArray(new String[0]));
    } catch (InvalidRequest e) {
      // What it complains of may be a stranger's, and isn't in sight.
      throw new InvalidRequest(
          Visible.line(e.getMessage()),
          Visible.lines(e.advice())
              + (e.advice().isEmpty() ? "" : "\n")
              + "It starts from "
              + shown(image)
              + ": what is given on the command line wins over its recipe");
    }
  }

  /** The recipe is in: a command that is made of these words says all that it says. */
  private static void addWithoutOurs(List<String> words, String... args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--")) {
        words.addAll(List.of(args).subList(i, args.length));
        return;
      }
      boolean value = GenerateCommand.OPTIONS.takesValue(args[i]);
      int last = value && i + 1 < args.length ? i + 1 : i;
      boolean ours = args[i].equals(FROM) || args[i].equals(REPLACE_NEGATIVES);
      if (!ours && !args[i].startsWith(FROM + "=")) {
        words.addAll(List.of(args).subList(i, last + 1));
      }
      i = last;
    }
  }

  private static void checkStdin(ParseResult given) {
    boolean prompt =
        "-".equals(value(given, "--prompt-file"))
            || !given.matchedPositionals().isEmpty()
                && List.of(given.matchedPositionalValue(0, new String[0])).contains("-");
    if (prompt || ImageOptions.takesStdin(given)) {
      throw new InvalidRequest(
          FROM + " and " + (prompt ? "the prompt" : "an image") + " both want stdin",
          "Name a file for one of them");
    }
  }

  /**
   * What an image says about how it was made; nothing, it may be.
   *
   * @param name the file's, or {@code -} for stdin
   * @param withSha256 whether to read the file to its end
   * @throws InvalidRequest when it can't be read, or is no image
   */
  static Found read(String name, Console console, boolean withSha256) {
    String shown = shown(name);
    try {
      if (name.equals("-")) {
        return RecipeReader.read(console.in(), withSha256);
      }
      Path file = console.directory().resolve(name);
      if (name.isEmpty() || Files.isDirectory(file)) {
        throw new InvalidRequest(
            shown + (name.isEmpty() ? " is no image" : " is a folder"), "Name an image file");
      }
      return RecipeReader.read(file, withSha256);
    } catch (NoSuchFileException e) {
      throw new InvalidRequest(shown + " isn't there", "");
    } catch (AccessDeniedException e) {
      throw new InvalidRequest(shown + " can't be read: permission denied", "");
    } catch (IOException | InvalidPathException e) {
      throw new InvalidRequest(
          shown + " can't be read: " + Visible.line(String.valueOf(e.getMessage())), "");
    }
  }

  /** How a message names an image. */
  static String shown(String name) {
    return name.equals("-") ? "stdin" : name.isEmpty() ? "''" : Visible.line(name);
  }

  /** The same at the beginning of a message that has found nothing. */
  static String without(String name) {
    return name.equals("-")
        ? "stdin holds no recipe"
        : shown(name)
            + " holds no recipe, and there is no "
            + shown(RecipeReader.sidecar(Path.of(name)).getFileName().toString());
  }
}
