package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.flag;
import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.option;
import static dev.sdxlgen.cli.CommandLineParser.value;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.artifact.IfExists;
import dev.sdxlgen.artifact.Slug;
import dev.sdxlgen.request.NameList;
import dev.sdxlgen.request.Numbers;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.request.model.Model;
import dev.sdxlgen.request.model.Parameter;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * How many images, where they go, and what is told of them.
 *
 * @param output {@code -o}, as typed; null when it wasn't given
 * @param ifExists null when nothing was said
 * @param format the format that is asked for, or that the output's name says; null when neither is
 */
record OutputOptions(
    String output,
    IfExists ifExists,
    OutputFormat format,
    int count,
    boolean keepFiltered,
    boolean json,
    boolean dryRun) {

  private static final int MOST_IMAGES = 10_000;

  /** A file of such a name would lie about what is in it. */
  private static final List<String> OTHER_FORMATS =
      List.of("webp", "gif", "tif", "tiff", "bmp", "avif", "heic", "heif", "jxl", "svg");

  private static final NameList POLICIES =
      new NameList(
          "--if-exists", "a choice", "Choices", List.of("fail", "overwrite", "number", "skip"));

  static void addTo(CommandSpec command) {
    command
        .addOption(
            option(
                "PATH",
                "Where to save: a file ({seed} in its name is the seed), a folder, or - for stdout."
                    + " Default: a name made of prompt and seed, in this folder.",
                "-o",
                "--output"))
        .addOption(
            option(
                "WHAT",
                "When the file exists: fail (the default), overwrite, number or skip.",
                "--if-exists"))
        .addOption(flag("Overwrite: --if-exists overwrite.", "-f", "--force"))
        .addOption(
            option(
                "FORMAT",
                "png or, from sd3.5-large, core and ultra, jpeg; the file's name says it too.",
                "--output-format"))
        .addOption(option("N", "Make N images, one after the other; a seed counts up.", "--count"))
        .addOption(flag("Save an image that the model filtered and blurred.", "--keep-filtered"))
        .addOption(flag("One JSON object a line for each image on stdout.", "--json"))
        .addOption(
            flag("Print the exact request body and send nothing; needs no AWS.", "--dry-run"));
  }

  /**
   * @throws InvalidRequest when a value isn't allowed, or two options don't go together
   */
  static OutputOptions read(ParseResult parsed, Console console) {
    String output = value(parsed, "--output");
    String typed = value(parsed, "--if-exists");
    IfExists ifExists = null;
    if (typed != null) {
      String name = POLICIES.wireName(typed, "sdxl-gen");
      ifExists = IfExists.valueOf(name.toUpperCase(Locale.ROOT));
    }
    if (has(parsed, "--force")) {
      if (ifExists != null && ifExists != IfExists.OVERWRITE) {
        throw new InvalidRequest(
            "-f and --if-exists " + typed + " say different things", "-f is --if-exists overwrite");
      }
      ifExists = IfExists.OVERWRITE;
    }
    String count = value(parsed, "--count");
    var options =
        new OutputOptions(
            output,
            ifExists,
            format(value(parsed, "--output-format"), output),
            count == null ? 1 : (int) Numbers.whole("--count", count, 1, MOST_IMAGES),
            has(parsed, "--keep-filtered"),
            has(parsed, "--json"),
            has(parsed, "--dry-run"));
    if (options.toStdout() && !options.dryRun) {
      options.checkStdout(console);
    }
    return options;
  }

  /** What is asked for, and what the output's name promises: one of them is enough. */
  private static OutputFormat format(String typed, String output) {
    OutputFormat asked = typed == null ? null : OutputFormat.parse(typed);
    String extension = extension(output);
    OutputFormat named =
        switch (extension) {
          case "png" -> OutputFormat.PNG;
          case "jpg", "jpeg", "jpe", "jfif" -> OutputFormat.JPEG;
          default -> null;
        };
    if (OTHER_FORMATS.contains(extension)) {
      throw new InvalidRequest(
          "-o " + output + ": no model makes that format",
          "They make PNG; sd3.5-large, core and ultra make JPEG too");
    }
    if (asked != null && named != null && asked != named) {
      throw new InvalidRequest(
          "-o " + output + " and --output-format " + typed + " say different things",
          "Leave one of them out");
    }
    // Unasked, all models make PNGs: that needn't be sent.
    return asked != null || named == OutputFormat.PNG ? asked : named;
  }

  private static String extension(String output) {
    if (output == null) {
      return "";
    }
    int start = Math.max(output.lastIndexOf('/'), output.lastIndexOf(File.separatorChar)) + 1;
    int dot = output.lastIndexOf('.');
    return dot > start ? output.substring(dot + 1).toLowerCase(Locale.ROOT) : "";
  }

  /**
   * @throws InvalidRequest when the name promises what the model doesn't make
   */
  void checkFormat(Model model) {
    if (format == OutputFormat.JPEG
        && !model.family().takes().contains(Parameter.JPEG)
        && !extension(output).isEmpty()) {
      throw new InvalidRequest(
          "-o " + output + " would be a JPEG, and " + model.id() + " makes PNGs",
          "Models that make JPEGs: " + String.join(", ", Model.takers(Parameter.JPEG)));
    }
  }

  private boolean toStdout() {
    return output != null && Destination.isStdout(output);
  }

  private void checkStdout(Console console) {
    if (count > 1) {
      throw new InvalidRequest("-o - takes one image, not " + count, "Name a folder: -o images/");
    }
    if (json) {
      throw new InvalidRequest(
          "--json and -o - both want stdout", "Name a file with -o to get the JSON on stdout");
    }
    if (console.outIsTerminal()) {
      throw new InvalidRequest(
          "the image would go to the terminal", "Redirect it: sdxl-gen … -o - > out.png");
    }
  }

  /**
   * Where the images of this command go, in order.
   *
   * @param seed of the first, null when it is random
   * @throws InvalidRequest when the output can't be a path
   */
  List<Destination> destinations(String prompt, Long seed, Console console) {
    boolean random = seed == null;
    List<Destination> places = new ArrayList<>(count);
    try {
      boolean folder = output == null || isFolder(console);
      for (int i = 0; i < count; i++) {
        Path path;
        if (folder) {
          String name =
              Slug.of(prompt)
                  + "-"
                  + (random ? Destination.SEED : Long.toString(seed + i))
                  + (format == null ? OutputFormat.PNG : format).extension();
          path = output == null ? Path.of(name) : Path.of(output).resolve(name);
        } else {
          String file = random ? output : output.replace(Destination.SEED, Long.toString(seed + i));
          boolean apart = count == 1 || !file.equals(output);
          path = apart ? Path.of(file) : Destination.numbered(Path.of(file), i + 1);
          if (count > 1 && isStream(console)) {
            throw new InvalidRequest(
                "-o " + output + " takes one image, not " + count, "Name a folder: -o images/");
          }
        }
        // A name that we made up steps aside; one that the user chose doesn't.
        IfExists policy = ifExists != null ? ifExists : folder ? IfExists.NUMBER : IfExists.FAIL;
        places.add(new Destination(path, policy));
      }
    } catch (InvalidPathException e) {
      throw output == null
          ? new InvalidRequest(
              "this locale can't hold a file name made of the prompt",
              "Name one with -o, or set LC_ALL=C.UTF-8")
          : new InvalidRequest(
              "-o '" + output.replace('\0', '?') + "' can't be a file name",
              "Name a file or a folder: -o out.png");
    }
    return places;
  }

  private boolean isFolder(Console console) {
    if (output.isEmpty()) {
      throw new InvalidRequest("-o is empty", "Name a file or a folder: -o out.png");
    }
    return !toStdout()
        && (output.endsWith("/")
            || output.endsWith(File.separator)
            || Files.isDirectory(console.directory().resolve(output)));
  }

  /** A device or a pipe, which has no neighbours to number. */
  private boolean isStream(Console console) {
    Path path = console.directory().resolve(output);
    return Files.exists(path) && !Files.isRegularFile(path);
  }
}
