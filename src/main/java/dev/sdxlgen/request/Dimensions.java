package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.util.Locale;

/**
 * How large the picture should be, in pixels. A component that is null was not given and is not
 * sent.
 */
public record Dimensions(Long width, Long height) {

  /** Nothing given: the model decides. */
  public static final Dimensions DEFAULT = new Dimensions(null, null);

  /**
   * Reads {@code 1024x1024}.
   *
   * @throws InvalidRequest when it isn't two whole numbers with an x between them
   */
  public static Dimensions parse(String option, String text) {
    String size = text.toLowerCase(Locale.ROOT).replace('×', 'x');
    int by = size.indexOf('x');
    try {
      if (by >= 0) {
        return new Dimensions(
            Long.valueOf(size.substring(0, by).strip()),
            Long.valueOf(size.substring(by + 1).strip()));
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new InvalidRequest(
        option + " takes WIDTHxHEIGHT, not '" + text + "'", "For example: " + option + " 1344x768");
  }

  /** Whether neither side was given. */
  public boolean isDefault() {
    return width == null && height == null;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
