package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.value;
import static dev.sdxlgen.cli.CommandLineParser.values;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.HexFormat;
import picocli.CommandLine.ParseResult;

/**
 * The pictures that an image was made with. A recipe knows them by their SHA-256 alone: the command
 * line has to name them.
 *
 * @param image as the user named it
 * @param given the command line
 */
record RecipePictures(String image, RecipeArguments recipe, ParseResult given, Console console) {

  /**
   * @throws InvalidRequest when a field held one, and isn't given anew
   */
  void checkFields() {
    for (String name : recipe.pictures()) {
      boolean extras = name.equals("extras");
      if (!(extras ? has(given, "--extras") : givesParam(given, name))) {
        throw new InvalidRequest(
            RecipeOptions.shown(image)
                + " was made with a picture in "
                + name
                + ", which no recipe holds",
            "Give it: "
                + (extras ? "--extras JSON" : RecipeArguments.PARAM + " " + name + "=VALUE"));
      }
    }
  }

  static boolean givesParam(ParseResult given, String key) {
    for (String param : values(given, RecipeArguments.PARAM)) {
      if (param.startsWith(key + "=")) {
        return true;
      }
    }
    return false;
  }

  /**
   * @throws InvalidRequest when it started from an image, and the command line doesn't name that
   */
  void checkInitImage() {
    String more = recipe.source().mask() == null ? "" : " --mask-image FILE";
    check("--init-image", "another image", recipe.source().image(), more);
  }

  /**
   * @throws InvalidRequest when it was made with a mask, and the command line doesn't name that
   */
  void checkMask() {
    check("--mask-image", "a mask", recipe.source().mask(), "");
  }

  private void check(String option, String what, String sha256, String more) {
    String file = value(given, option);
    if (sha256 == null) {
      return;
    }
    String shown = RecipeOptions.shown(image);
    String told = "The SHA-256 of that one is " + Visible.line(sha256);
    if (file == null) {
      String command = "sdxl-gen --from " + ShellQuote.quote(image) + " " + option + " FILE" + more;
      throw new InvalidRequest(
          shown + " was made with " + what + ", which no recipe holds",
          "Name it: " + command + "\n" + told);
    }
    if (file.equals("-")) {
      throw new InvalidRequest(
          option + " - can't be compared with what " + shown + " was made with",
          "Name a file\n" + told);
    }
    String other = sha256(file);
    if (other != null && !other.equals(sha256)) {
      throw new InvalidRequest(
          option + " " + Visible.line(file) + " is not what " + shown + " was made with", told);
    }
  }

  /** Null when it can't be read: then that is told in its turn. */
  private String sha256(String file) {
    try (InputStream in = Files.newInputStream(console.directory().resolve(file))) {
      return HexFormat.of().formatHex(Sha256.of(in));
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }
}
