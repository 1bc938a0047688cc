package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.NameTemplate;
import dev.sdxlgen.artifact.NameTemplate.Part;
import dev.sdxlgen.artifact.Slug;
import dev.sdxlgen.batch.Item;
import dev.sdxlgen.batch.PlannedImage;
import dev.sdxlgen.batch.manifest.Hash;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.store.S3Location;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the images of a batch are called. A name is known before the call, so that a run which
 * follows a killed one finds the image.
 *
 * @param folder what all of them are in, as typed: a folder or an {@code s3://} URL, with {@code /}
 *     at its end
 * @param local the folder of this machine that they and the manifest are in, as typed; another one
 *     when {@code folder} is a URL
 * @param template their paths in {@code local}, that included; without the extension where {@code
 *     format} is null
 * @param format what the name says they are; null when each image decides
 */
record BatchNames(String folder, String local, NameTemplate template, OutputFormat format) {

  private static final List<String> KNOWN_BEFORE = List.of("id", "n", "slug", "model", "seed");

  /**
   * @param output {@code -o}, as typed
   * @param numbered whether a line may have several images
   * @throws InvalidRequest when two images would have one name, or a name is known too late
   */
  static BatchNames of(String output, boolean numbered) {
    if (OutputOptions.isS3(output)) {
      S3Location place = S3Location.parse(output);
      return named(output.indexOf('{') < 0 ? place.toString() : output, numbered);
    }
    if (output.isEmpty()) {
      throw new InvalidRequest("-o is empty", "Name a folder: -o out/");
    }
    if (output.equals("-")) {
      throw new InvalidRequest("a batch can't go to stdout", "Name a folder: -o out/");
    }
    try {
      Path.of(output.replace("{", "").replace("}", ""));
    } catch (InvalidPathException e) {
      throw new InvalidRequest("-o '" + output.replace('\0', '?') + "' can't be a folder", "");
    }
    return named(output, numbered);
  }

  private static BatchNames named(String output, boolean numbered) {
    OutputFormat format = format(output);
    if (output.indexOf('{') < 0) {
      if (format != null) {
        throw new InvalidRequest(
            "-o " + output + " names one file, and a batch makes many",
            "Name a folder, or put {id} into the name");
      }
      String folder = output.endsWith("/") ? output : output + "/";
      String name = numbered ? "{id}-{n}" : "{id}";
      List<Part> parts = new ArrayList<>();
      parts.add(new Part(folder, null, 0));
      parts.addAll(NameTemplate.parse(name).parts());
      return new BatchNames(folder, folder, new NameTemplate(parts), null);
    }
    NameTemplate template = NameTemplate.parse(output);
    check(template, output, numbered);
    String folder = folder(template);
    return new BatchNames(folder, folder, template, format == null ? OutputFormat.PNG : format);
  }

  /** Whether the images go to S3. */
  boolean areInS3() {
    return OutputOptions.isS3(folder);
  }

  /**
   * The same, with another folder of this machine.
   *
   * @param other as typed
   * @throws InvalidRequest when that can't be one, or what is behind the folder can't be a path
   */
  BatchNames keptIn(String other) {
    if (other.isEmpty() || other.indexOf('\0') >= 0) {
      throw new InvalidRequest(
          "--state '" + other.replace('\0', '?') + "' can't be a folder",
          "For example: --state state/");
    }
    String start = other.endsWith("/") ? other : other + "/";
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(start, null, 0));
    int left = local.length();
    for (Part part : template.parts()) {
      String text = part.text();
      int cut = text == null ? 0 : Math.min(left, text.length());
      left -= cut;
      parts.add(text == null ? part : new Part(text.substring(cut), null, 0));
    }
    var names = new BatchNames(folder, start, new NameTemplate(parts), format);
    for (String name : names.template.text("x").substring(start.length()).split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw new InvalidRequest(
            "-o " + folder + "…: a batch's names have no empty part, no . and no ..",
            "For example: " + folder + "{slug}/{id}.png");
      }
    }
    return names;
  }

  /** What a name says that the image is; null when it says nothing. */
  static OutputFormat format(String output) {
    String name = output.toLowerCase(Locale.ROOT);
    return name.endsWith(".png")
        ? OutputFormat.PNG
        : name.endsWith(".jpg") || name.endsWith(".jpeg") ? OutputFormat.JPEG : null;
  }

  private static void check(NameTemplate template, String output, boolean numbered) {
    for (Part part : template.parts()) {
      if (part.name() != null && !KNOWN_BEFORE.contains(part.name())) {
        throw new InvalidRequest(
            "-o "
                + output
                + ": {"
                + part.name()
                + "} can't be in a batch's names, by which the next run finds the images",
            "Placeholders: {" + String.join("} {", KNOWN_BEFORE) + "}");
      }
    }
    if (!template.wants("id")) {
      throw new InvalidRequest(
          "-o " + output + " has no {id}, and lines could have one name", "For example: {id}.png");
    }
    if (numbered && !template.wants("n")) {
      throw new InvalidRequest(
          "-o " + output + " has no {n}, and a line has several images",
          "For example: {id}-{n}.png");
    }
  }

  /** What is before the first placeholder, up to its last slash. */
  private static String folder(NameTemplate template) {
    StringBuilder start = new StringBuilder();
    for (Part part : template.parts()) {
      if (part.name() != null) {
        break;
      }
      start.append(part.text());
    }
    int slash = start.lastIndexOf("/");
    return slash < 0 ? "./" : start.substring(0, slash + 1);
  }

  /** The file name that an id gives: two ids must not give the same. */
  static String ofId(String id) {
    return Slug.ofId(id, HexFormat.of().toHexDigits(Hash.of(id)));
  }

  /**
   * @throws InvalidRequest when the name says another format, or a value isn't known before the
   *     call
   */
  void check(Item item, GenerationRequest request) {
    OutputFormat asked = request.outputFormat() == null ? OutputFormat.PNG : request.outputFormat();
    if (format != null && asked != format && item.body() == null) {
      throw new InvalidRequest(
          "--output-format "
              + asked.wireName()
              + " and a name that ends with "
              + format.extension()
              + " say different things",
          "");
    }
    if (template.wants("seed") && request.hasRandomSeed()) {
      throw new InvalidRequest("the name has {seed}, and there is no --seed", "");
    }
  }

  /**
   * What an image is called, for the user: a path or a URL.
   *
   * @param file within the folder
   */
  String shown(String file) {
    return areInS3() ? folder + file : Path.of(folder).resolve(file).toString();
  }

  /** What an image is called within the folder, with {@code /}. */
  String name(PlannedImage image, GenerationRequest request) {
    return relative(path(image, request));
  }

  /** A path as {@link #path} gives it, within the folder, with {@code /}. */
  String relative(Path path) {
    Path base = Path.of(local).normalize();
    return base.relativize(path.normalize()).toString().replace('\\', '/');
  }

  /** The path of an image on this machine, as typed: relative, or not. */
  Path path(PlannedImage image, GenerationRequest request) {
    Map<String, String> values = new HashMap<>();
    values.put("id", ofId(image.item().id()));
    values.put("n", Long.toString(image.number()));
    values.put("slug", Slug.of(request.prompts().get(0).text()));
    values.put("model", NameTemplate.safe(request.model().alias()));
    if (!request.hasRandomSeed()) {
      values.put("seed", Long.toString(request.sampling().seed()));
    }
    OutputFormat made = request.outputFormat() == null ? OutputFormat.PNG : request.outputFormat();
    return Path.of(template.with(values).text("") + (format == null ? made.extension() : ""));
  }
}
