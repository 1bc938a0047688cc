package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.value;
import static dev.sdxlgen.cli.Option.flag;
import static dev.sdxlgen.cli.Option.option;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.artifact.IfExists;
import dev.sdxlgen.artifact.NameTemplate;
import dev.sdxlgen.artifact.NameTemplate.Part;
import dev.sdxlgen.artifact.Slug;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.NameList;
import dev.sdxlgen.request.Numbers;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.request.RequestBuilder;
import dev.sdxlgen.request.model.Model;
import dev.sdxlgen.request.model.Parameter;
import dev.sdxlgen.store.S3Location;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    boolean metadata,
    boolean sidecar,
    boolean show,
    boolean open,
    boolean json,
    boolean dryRun) {

  private static final int MOST_IMAGES = 10_000;
  private static final int ID_DIGITS = 12;
  private static final long LAST_SECOND_OF_9999 = 253_402_300_799L;

  /** A file of such a name would lie about what is in it. */
  private static final List<String> OTHER_FORMATS =
      List.of("webp", "gif", "tif", "tiff", "bmp", "avif", "heic", "heif", "jxl", "svg");

  private static final NameList POLICIES =
      new NameList(
          "--if-exists", "a choice", "Choices", List.of("fail", "overwrite", "number", "skip"));

  static void addTo(Options command) {
    command
        .add(
            option(
                "PATH",
                "Where to save: a file, a folder, s3://BUCKET/KEY, or - for stdout. Its name may"
                    + " hold {slug} {seed}"
                    + " {n} {model} {date} {time} {hash} {width} {height} {id}; {n:04} fills with"
                    + " zeros, {{ is a brace. Default: {slug}-{seed}.png, in this folder.",
                "-o",
                "--output"))
        .add(
            option(
                "WHAT",
                "When the file exists: fail (the default), overwrite, number or skip.",
                "--if-exists"))
        .add(flag("Overwrite: --if-exists overwrite.", "-f", "--force"))
        .add(formatOption())
        .add(option("N", "Make N images, one after the other; a seed counts up.", "--count"));
    addKeepingTo(command);
    command
        .add(flag("Draw each image in the terminal, on stderr.", "--show"))
        .add(flag("Open each image in the desktop's viewer.", "--open"))
        .add(flag("One JSON object a line for each image on stdout.", "--json"))
        .add(flag("Print the exact request body and send nothing; needs no AWS.", "--dry-run"));
  }

  static Option formatOption() {
    return option(
        "FORMAT",
        "png or, from sd3.5-large, core and ultra, jpeg; the file's name says it too.",
        "--output-format");
  }

  /** What is kept of an answer. */
  static void addKeepingTo(Options command) {
    command
        .add(flag("Save an image that the model filtered and blurred.", "--keep-filtered"))
        .add(
            flag(
                "Save just what Bedrock sent, without how it was made (its recipe).",
                "--no-metadata"))
        .add(flag("Write the recipe into NAME.json beside the image too.", "--sidecar"));
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
            !has(parsed, "--no-metadata"),
            has(parsed, "--sidecar"),
            has(parsed, "--show"),
            has(parsed, "--open"),
            has(parsed, "--json"),
            has(parsed, "--dry-run"));
    if (options.sidecar && (!options.metadata || options.toStdout())) {
      throw new InvalidRequest(
          options.toStdout()
              ? "--sidecar has no place beside stdout"
              : "--sidecar and --no-metadata say different things",
          "Leave one of them out");
    }
    if (options.toS3()) {
      options.checkS3();
    }
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

  /** Whether the images go to S3, or are meant to. */
  boolean toS3() {
    return output != null && isS3(output);
  }

  /** Whether what was typed means a place in S3, well written or not. */
  static boolean isS3(String typed) {
    return typed.regionMatches(true, 0, "s3:", 0, 3);
  }

  private void checkS3() {
    S3Location.parse(output);
    if (ifExists == IfExists.NUMBER) {
      throw new InvalidRequest(
          "--if-exists number is for files, not for S3",
          "fail, skip or overwrite; or let {date} and {time} make the name another one");
    }
    if (open) {
      throw new InvalidRequest(
          "--open opens a file, and -o " + output + " leaves none here",
          "--show draws the image in the terminal");
    }
  }

  private void checkStdout(Console console) {
    if (count > 1) {
      throw new InvalidRequest("-o - takes one image, not " + count, "Name a folder: -o images/");
    }
    if (open) {
      throw new InvalidRequest("--open opens a file, and -o - makes none", "Name a file with -o");
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
   * @param request of the first of them
   * @throws InvalidRequest when the output can't be a path
   */
  List<Destination> destinations(GenerationRequest request, Console console) {
    List<Destination> places = new ArrayList<>(count);
    try {
      boolean folder = output == null || isFolder(console);
      NameTemplate template = template(request, console, folder);
      boolean apart =
          count == 1 || template.wants("n") || template.wants("seed") || template.wants("hash");
      if (!apart && isStream(console)) {
        throw new InvalidRequest(
            "-o " + output + " takes one image, not " + count, "Name a folder: -o images/");
      }
      // A name that we made up steps aside; one that the user chose doesn't.
      IfExists usual = folder ? IfExists.NUMBER : IfExists.FAIL;
      Long seed = request.hasRandomSeed() ? null : request.sampling().seed();
      for (int i = 0; i < count; i++) {
        Map<String, String> values = new HashMap<>();
        values.put("n", Integer.toString(i + 1));
        if (seed != null) {
          values.put("seed", Long.toString(seed + i));
        }
        NameTemplate name = template.with(values);
        Path path = Path.of(name.text("0"));
        if (name.isOpen()) {
          // The images of one command don't stand in each other's way.
          IfExists policy = ifExists != null ? ifExists : apart ? usual : IfExists.NUMBER;
          places.add(new Destination(name, policy));
        } else {
          places.add(
              new Destination(
                  apart ? path : Destination.numbered(path, i + 1),
                  ifExists != null ? ifExists : usual));
        }
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

  /**
   * Where the images of this command go in S3, in order.
   *
   * @param request of the first of them
   * @throws InvalidRequest when a name holds what only the answer tells
   */
  List<S3Location> s3Places(GenerationRequest request, Console console) {
    S3Location typed = S3Location.parse(output);
    NameTemplate template = s3Template(request, console, typed);
    boolean apart = count == 1 || template.wants("n") || template.wants("seed");
    List<S3Location> places = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Map<String, String> values = new HashMap<>();
      values.put("n", Integer.toString(i + 1));
      if (knowsSeed(request)) {
        values.put("seed", Long.toString(request.sampling().seed() + i));
      }
      NameTemplate name = template.with(values);
      for (Part part : name.parts()) {
        if (part.name() != null) {
          throw new InvalidRequest(
              "-o " + output + ": {" + part.name() + "} is known only after the call",
              part.name().equals("seed")
                  ? "Give one with --seed; or name it by {id}, {date} and {time}"
                  : "In S3, placeholders are {slug} {n} {model} {date} {time} {id}, and {seed} with"
                      + " --seed");
        }
      }
      S3Location place = S3Location.parse(name.text(""));
      places.add(apart ? place : place.numbered(i + 1));
    }
    return places;
  }

  private static boolean knowsSeed(GenerationRequest request) {
    return !request.hasRandomSeed() && request.sampling().seed() != null;
  }

  private NameTemplate s3Template(GenerationRequest request, Console console, S3Location typed) {
    List<Part> parts = new ArrayList<>();
    boolean plain = output.indexOf('{') < 0 && output.indexOf('}') < 0;
    if (typed.isFolder() && plain) {
      parts.add(text(typed.toString()));
    } else {
      parts.addAll(plain ? List.of(text(output)) : NameTemplate.parse(output).parts());
    }
    if (typed.isFolder()) {
      parts.add(new Part(null, "slug", 0));
      parts.add(text("-"));
      // What the model draws would be known too late.
      parts.add(new Part(null, knowsSeed(request) ? "seed" : "id", 0));
      parts.add(text((format == null ? OutputFormat.PNG : format).extension()));
    }
    return common(new NameTemplate(parts), request, console);
  }

  /** The name with all in it that the images have in common. */
  private NameTemplate template(GenerationRequest request, Console console, boolean folder) {
    List<Part> parts = new ArrayList<>();
    if (output != null && isExistingFolder(console)) {
      parts.add(text(output.endsWith("/") ? output : output + "/"));
    } else if (output != null) {
      boolean plain = output.indexOf('{') < 0 && output.indexOf('}') < 0;
      parts.addAll(plain ? List.of(text(output)) : NameTemplate.parse(output).parts());
    }
    if (folder) {
      parts.add(new Part(null, "slug", 0));
      parts.add(text("-"));
      parts.add(new Part(null, "seed", 0));
      parts.add(text((format == null ? OutputFormat.PNG : format).extension()));
    }
    return common(new NameTemplate(parts), request, console);
  }

  /** With the values that all images have. */
  private NameTemplate common(NameTemplate template, GenerationRequest request, Console console) {
    Map<String, String> values = new HashMap<>();
    values.put("slug", Slug.of(request.prompts().get(0).text()));
    values.put("model", NameTemplate.safe(request.model().alias()));
    if (template.wants("date") || template.wants("time")) {
      Instant time = time(console) == null ? Instant.now() : time(console);
      values.put("date", time.toString().substring(0, 10));
      values.put("time", time.toString().substring(11, 19).replace(":", ""));
    }
    if (template.wants("id")) {
      values.put("id", id(request));
    }
    return template.with(values);
  }

  /** What {@code {id}} stands for. */
  static String id(GenerationRequest request) {
    return RequestBuilder.hash(request).substring(0, ID_DIGITS);
  }

  /** Whether the model is in the output's name. */
  boolean namesModel() {
    return output != null && output.contains("{model");
  }

  private static Part text(String text) {
    return new Part(text, null, 0);
  }

  /**
   * The time that is to be given in place of the real one, so that the same command makes the same
   * file; null when none is (reproducible-builds.org, SOURCE_DATE_EPOCH).
   *
   * @throws InvalidRequest when it isn't one
   */
  static Instant time(Console console) {
    String seconds = console.env("SOURCE_DATE_EPOCH");
    return seconds == null
        ? null
        : Instant.ofEpochSecond(
            Numbers.whole("SOURCE_DATE_EPOCH", seconds, 0, LAST_SECOND_OF_9999));
  }

  private boolean isExistingFolder(Console console) {
    return !toStdout() && Files.isDirectory(console.directory().resolve(output));
  }

  private boolean isFolder(Console console) {
    if (output.isEmpty()) {
      throw new InvalidRequest("-o is empty", "Name a file or a folder: -o out.png");
    }
    return !toStdout()
        && (output.endsWith("/") || output.endsWith(File.separator) || isExistingFolder(console));
  }

  /** A device or a pipe, which has no neighbours to number. */
  private boolean isStream(Console console) {
    Path path = console.directory().resolve(output);
    return Files.exists(path) && !Files.isRegularFile(path);
  }
}
