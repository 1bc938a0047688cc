package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.util.List;
import java.util.Locale;

/** An image format that a model can be asked for. */
public enum OutputFormat {
  /** W3C PNG. */
  PNG(".png"),
  /** ITU-T T.81. */
  JPEG(".jpg");

  private static final NameList NAMES =
      new NameList("--output-format", "an image format", "Formats", List.of("png", "jpeg"));

  private final String extension;

  OutputFormat(String extension) {
    this.extension = extension;
  }

  /**
   * @throws InvalidRequest when there is no such format
   */
  public static OutputFormat parse(String typed) {
    boolean jpg = typed.equalsIgnoreCase("jpg");
    return valueOf(
        NAMES.wireName(jpg ? "jpeg" : typed, "Bedrock's models").toUpperCase(Locale.ROOT));
  }

  /** What a file of this format is called, with the dot. */
  public String extension() {
    return extension;
  }

  /** The name on the wire. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
