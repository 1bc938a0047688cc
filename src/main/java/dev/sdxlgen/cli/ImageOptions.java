package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.value;
import static dev.sdxlgen.cli.Option.option;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.ImageHeader;
import dev.sdxlgen.artifact.ImageHeader.Format;
import dev.sdxlgen.request.ImageInput;
import dev.sdxlgen.request.Numbers;
import dev.sdxlgen.request.SourceImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.ParseResult;

/** What the picture starts from, and which parts of that are drawn anew. */
final class ImageOptions {

  private static final String INIT = "--init-image";
  private static final String MASK = "--mask-image";

  /** A larger one would make a body that Bedrock doesn't take, whatever else is in it. */
  private static final int MOST_FILE_BYTES = 25_000_000;

  private ImageOptions() {}

  static void addTo(Options command) {
    command
        .add(
            option(
                "FILE",
                "Start from this PNG, JPEG or (sd3.5-large, ultra) WebP; - is stdin.",
                INIT))
        .add(
            option(
                "NUMBER",
                "How much of it to keep, 0 to 1: near 1 all, near 0 nothing.",
                "--image-strength"))
        .add(
            option(
                "NUMBER",
                "Instead: where in the steps its influence begins, 0 to 1.",
                "--step-schedule-start"))
        .add(option("NUMBER", "And where it ends, 0 to 1.", "--step-schedule-end"))
        .add(option("FILE", "Draw anew only what this image of the same size masks.", MASK))
        .add(
            option(
                "WHAT",
                "What is drawn anew: the mask's white (the default) or black, or alpha, where the"
                    + " image itself is transparent.",
                "--mask-source"));
  }

  /**
   * @throws InvalidRequest when a number isn't one, or a file isn't an image that can be read
   */
  static ImageInput read(ParseResult parsed, Console console) {
    String init = value(parsed, INIT);
    String mask = value(parsed, MASK);
    String maskSource = value(parsed, "--mask-source");
    BigDecimal strength = number(parsed, "--image-strength");
    BigDecimal start = number(parsed, "--step-schedule-start");
    BigDecimal end = number(parsed, "--step-schedule-end");
    boolean none = init == null && mask == null && maskSource == null;
    if (none && strength == null && start == null && end == null) {
      return ImageInput.NONE;
    }
    if ("-".equals(init) && "-".equals(mask)) {
      throw new InvalidRequest(
          INIT + " and " + MASK + " both want stdin", "Name a file for one of them");
    }
    return new ImageInput(
        image(INIT, init, console), strength, start, end, image(MASK, mask, console), maskSource);
  }

  /** Whether stdin holds an image, so that it can't hold the prompt. */
  static boolean takesStdin(ParseResult parsed) {
    return "-".equals(value(parsed, INIT)) || "-".equals(value(parsed, MASK));
  }

  private static BigDecimal number(ParseResult parsed, String option) {
    String typed = value(parsed, option);
    return typed == null ? null : Numbers.decimal(option, typed, "For example: 0.35");
  }

  private static SourceImage image(String option, String name, Console console) {
    if (name == null) {
      return null;
    }
    if (name.isEmpty()) {
      throw new InvalidRequest(option + " is empty", "Name a file, or - for stdin");
    }
    String what = option + " " + name;
    try {
      byte[] bytes = bytes(name, what, console);
      if (bytes.length > MOST_FILE_BYTES) {
        throw new InvalidRequest(
            what + " is larger than 25 MB", "Bedrock takes at most 25000000 bytes in a request");
      }
      ImageHeader header = ImageHeader.read(new ByteArrayInputStream(bytes));
      String format = header.format() == Format.WEBP ? "WebP" : header.format().name();
      return new SourceImage(option, bytes, format, header.width(), header.height());
    } catch (NoSuchFileException e) {
      throw new InvalidRequest(what + " isn't there", "");
    } catch (IOException | InvalidPathException e) {
      throw new InvalidRequest(
          what + " can't be used: " + e.getMessage(),
          "Wanted is a PNG, a JPEG or, for sd3.5-large and ultra, a WebP; its name doesn't matter");
    }
  }

  private static byte[] bytes(String name, String what, Console console) throws IOException {
    if (name.equals("-")) {
      return console.in().readNBytes(MOST_FILE_BYTES + 1);
    }
    Path file = console.directory().resolve(name);
    if (Files.isDirectory(file)) {
      throw new InvalidRequest(what + " is a folder", "");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MOST_FILE_BYTES + 1);
    }
  }
}
