package dev.sdxlgen.gallery;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An image and what is known of how it was made.
 *
 * @param path where the image is, seen from the page: relative, its parts separated by {@code /},
 *     not encoded; it may begin with {@code ../}
 * @param width in pixels; 0 when it isn't known
 * @param height in pixels; 0 when it isn't known
 * @param bytes the file's length
 * @param time when it was made; null when that isn't known
 * @param model the model's id; null when it isn't known
 * @param family the wire format's name; null when it isn't known
 * @param prompts in the order in which they were sent; empty when they aren't known
 * @param seed the one really used; null when it isn't known
 * @param parameters the others, as a person reads them, in the order to show them. The page filters
 *     by {@link #SAMPLER} and {@link #STYLE}, and makes any of them an axis of a grid.
 * @param command the {@code sdxl-gen} line that makes it again; null when there is none
 * @param note what else to say of it, such as {@code no recipe}; null for nothing
 */
public record GalleryImage(
    String path,
    int width,
    int height,
    long bytes,
    Instant time,
    String model,
    String family,
    List<Prompt> prompts,
    Long seed,
    Map<String, String> parameters,
    String command,
    String note) {

  /** The name of the parameter that holds the sampler. */
  public static final String SAMPLER = "sampler";

  /** The name of the parameter that holds the style preset. */
  public static final String STYLE = "style";

  /**
   * @throws IllegalArgumentException when the path is empty or absolute, or a number is below 0
   */
  public GalleryImage {
    if (path.isEmpty() || path.startsWith("/")) {
      throw new IllegalArgumentException("'" + path + "' is not a relative path");
    }
    if (width < 0 || height < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          width + " x " + height + " pixels, " + bytes + " bytes: of what?");
    }
    prompts = List.copyOf(prompts);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /**
   * A piece of text and how strongly the image followed it.
   *
   * @param weight below 0 for what the image should avoid
   */
  public record Prompt(String text, BigDecimal weight) {}
}
