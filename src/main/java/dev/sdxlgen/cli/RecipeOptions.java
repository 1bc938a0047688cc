package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.flag;
import static dev.sdxlgen.cli.CommandLineParser.option;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import dev.sdxlgen.artifact.recipe.RecipeReader.Found;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** The image whose recipe a command line starts from. */
final class RecipeOptions {

  static final String FROM = "--from";
  static final String REPLACE_NEGATIVES = "--replace-negatives";

  private RecipeOptions() {}

  static void addTo(CommandSpec command) {
    command
        .addOption(
            option(
                "IMAGE",
                "Start from how this image was made, as it says itself; what else is given wins."
                    + " - is stdin.",
                FROM))
        .addOption(
            flag(
                "Start the negative prompts over: -n adds to the image's otherwise.",
                REPLACE_NEGATIVES));
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
