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
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the images of a batch are called. A name is known before the call, so that a run which
 * follows a killed one finds the image.
 *
 * @param folder what all of them are in, as typed; the manifest is in it
 * @param template their paths, the folder's included; without the extension where {@code format} is
 *     null
 * @param format what the name says they are; null when each image decides
 */
record BatchNames(String folder, NameTemplate template, OutputFormat format) {

  private static final List<String> KNOWN_BEFORE = List.of("id", "n", "slug", "model", "seed");

  /**
   * @param output {@code -o}, as typed
   * @param numbered whether a line may have several images
   * @throws InvalidRequest when two images would have one name, or a name is known too late
   */
  static BatchNames of(String output, boolean numbered) {
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
      return new BatchNames(folder, new NameTemplate(parts), null);
    }
    NameTemplate template = NameTemplate.parse(output);
    check(template, output, numbered);
    return new BatchNames(folder(template), template, format == null ? OutputFormat.PNG : format);
  }

  private static OutputFormat format(String output) {
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
    return Slug.ofId(id, String.format("%016x", Hash.of(id)));
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

  /** The path of an image, as typed: relative, or not. */
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
