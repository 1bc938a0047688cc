package dev.sdxlgen.request.model;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.json.JsonWriter;
import dev.sdxlgen.request.AspectRatio;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.ImageInput;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Stable Diffusion 3 and 3.5 and Stable Image Core and Ultra. Limits and names: Bedrock user guide,
 * model-parameters-diffusion-3-5-large, …-stable-image-core-…, …-stable-ultra-….
 */
public final class StableImageFamily implements ModelFamily {

  /** Stable Diffusion 3.5 Large. */
  public static final StableImageFamily SD3_5 = new StableImageFamily(Image.WITH_MODE, 4294967294L);

  /** Stable Diffusion 3 Large. */
  public static final StableImageFamily SD3 = new StableImageFamily(Image.WITH_MODE, 4294967295L);

  /** Stable Image Core: from text alone. */
  public static final StableImageFamily CORE = new StableImageFamily(Image.NONE, 4294967295L);

  /** Stable Image Ultra: an image is enough, it has no mode for it. */
  public static final StableImageFamily ULTRA = new StableImageFamily(Image.ALONE, 4294967295L);

  /** In code points: all prompts together, and all negative ones. */
  public static final int MOST_PROMPT_LENGTH = 10_000;

  /** The shapes it makes. */
  public static final List<AspectRatio> ASPECT_RATIOS =
      List.of(
          new AspectRatio(16, 9),
          new AspectRatio(1, 1),
          new AspectRatio(21, 9),
          new AspectRatio(2, 3),
          new AspectRatio(3, 2),
          new AspectRatio(4, 5),
          new AspectRatio(5, 4),
          new AspectRatio(9, 16),
          new AspectRatio(9, 21));

  /** Required on the wire; the same as SDXL's default of 0.35 the other way round. */
  private static final String DEFAULT_STRENGTH = "0.65";

  private enum Image {
    NONE,
    WITH_MODE,
    ALONE
  }

  private final Image initImage;
  private final long mostSeed;
  private final Set<Parameter> takes;

  private StableImageFamily(Image initImage, long mostSeed) {
    this.initImage = initImage;
    this.mostSeed = mostSeed;
    this.takes =
        Collections.unmodifiableSet(
            initImage == Image.NONE
                ? EnumSet.of(Parameter.JPEG)
                : EnumSet.of(Parameter.JPEG, Parameter.INIT_IMAGE, Parameter.IMAGE_STRENGTH));
  }

  @Override
  public String name() {
    return "stable-image";
  }

  @Override
  public long mostSeed() {
    return mostSeed;
  }

  @Override
  public Set<Parameter> takes() {
    return takes;
  }

  @Override
  public void check(GenerationRequest request) {
    Limits.taken(request);
    checkText("the prompt", Limits.joined(request, false), request);
    checkText("the negative prompt", Limits.joined(request, true), request);
    Limits.range("--seed", request.sampling().seed(), 0, mostSeed, request);
    checkShape(request);
    if (request.image() != ImageInput.NONE) {
      Limits.initImage(request, "PNG", "JPEG", "WebP");
      Limits.range("--image-strength", request.image().strength(), "0", "1", request);
    }
  }

  private static void checkText(String what, String text, GenerationRequest request) {
    if (text != null) {
      Limits.length(what, text, MOST_PROMPT_LENGTH, "", request);
    }
  }

  private static void checkShape(GenerationRequest request) {
    Dimensions size = request.dimensions();
    if (request.aspectRatio() != null) {
      Limits.oneSize(request);
    } else if (!size.isDefault() && (size.width() < 1 || size.height() < 1)) {
      throw new InvalidRequest(size + " is not a size", "For example: --size 1344x768");
    }
  }

  private static AspectRatio nearest(AspectRatio ratio) {
    return ratio.nearest(ASPECT_RATIOS, AspectRatio::value);
  }

  /** The shape that is sent; null when none was given. */
  private static AspectRatio shape(GenerationRequest request) {
    Dimensions size = request.dimensions();
    AspectRatio given =
        size.isDefault() ? request.aspectRatio() : new AspectRatio(size.width(), size.height());
    return given == null ? null : nearest(given);
  }

  @Override
  public List<String> notes(GenerationRequest request) {
    AspectRatio shape = shape(request);
    AspectRatio ratio = request.aspectRatio();
    Dimensions size = request.dimensions();
    if (shape == null || shape.isExactly(size) || ratio != null && shape.isExactly(ratio)) {
      return List.of();
    }
    Object given = size.isDefault() ? "--aspect-ratio " + ratio : size;
    return List.of(given + " becomes the aspect ratio " + shape + ", the nearest that there is");
  }

  @Override
  public void write(GenerationRequest request, JsonWriter json) {
    json.writeStartObject();
    json.writeStringField("prompt", Limits.joined(request, false));
    String negative = Limits.joined(request, true);
    if (negative != null) {
      json.writeStringField("negative_prompt", negative);
    }
    if (shape(request) != null) {
      json.writeStringField("aspect_ratio", shape(request).toString());
    }
    ImageInput image = request.image();
    if (image.init() != null) {
      if (initImage == Image.WITH_MODE) {
        json.writeStringField("mode", "image-to-image");
      }
      json.writeBinaryField("image", image.init().bytes());
      // SDXL's image_strength says how much is kept, this one how much is not.
      Limits.write(
          json,
          "strength",
          image.strength() == null
              ? new BigDecimal(DEFAULT_STRENGTH)
              : BigDecimal.ONE.subtract(image.strength()));
    }
    if (request.outputFormat() != null) {
      json.writeStringField("output_format", request.outputFormat().wireName());
    }
    if (request.sampling().seed() != null) {
      json.writeNumberField("seed", request.sampling().seed());
    }
    json.writeEndObject();
  }
}
