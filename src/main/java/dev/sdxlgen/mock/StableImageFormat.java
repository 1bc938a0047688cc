package dev.sdxlgen.mock;

import dev.sdxlgen.request.Dimensions;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The bodies and answers of Stable Diffusion 3 and 3.5 and of Stable Image Core and Ultra (Bedrock
 * user guide, model-parameters-diffusion-3-text-image, …-3-5-large, …-stable-image-core-… and
 * …-stable-ultra-…).
 *
 * <p>Two watchmen were seen at the door: Bedrock's schema asks for the prompt (BerriAI/litellm
 * issue 6722), then the model's own server refuses a field that it doesn't know (issue 6826). What
 * either says of a value out of range is in no document, so that is said in the schema's words.
 */
final class StableImageFormat implements WireFormat {

  private static final int MOST_PROMPT_LENGTH = 10_000;
  private static final long LEAST_SOURCE_SIDE = 64;

  /** Ours: memory ends somewhere. */
  private static final long MOST_SIDE = 2048;

  private static final String TEXT_TO_IMAGE = "text-to-image";
  private static final String IMAGE_TO_IMAGE = "image-to-image";
  private static final BigDecimal ULTRAS_STRENGTH = new BigDecimal("0.35");
  private static final List<String> OUTPUT_FORMATS = List.of("png", "jpeg");

  /** The sizes of about a megapixel that stand for the ratios, in the same order. */
  private static final List<Dimensions> SIZES =
      List.of(
          new Dimensions(1344L, 768L),
          new Dimensions(1024L, 1024L),
          new Dimensions(1536L, 640L),
          new Dimensions(832L, 1216L),
          new Dimensions(1216L, 832L),
          new Dimensions(896L, 1088L),
          new Dimensions(1088L, 896L),
          new Dimensions(768L, 1344L),
          new Dimensions(640L, 1536L));

  private static final List<String> RATIOS =
      List.of("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21");

  /** In the order in which Ultra's server names them. */
  private static final List<String> FIELDS =
      List.of(
          "prompt",
          "negative_prompt",
          "mode",
          "strength",
          "seed",
          "output_format",
          "image",
          "aspect_ratio");

  private static final List<String> CORES_FIELDS =
      List.of("prompt", "negative_prompt", "mode", "seed", "output_format", "aspect_ratio");

  static final StableImageFormat SD3 =
      new StableImageFormat(FIELDS, List.of(TEXT_TO_IMAGE, IMAGE_TO_IMAGE), null, 4294967295L);

  static final StableImageFormat SD3_5 =
      new StableImageFormat(FIELDS, List.of(TEXT_TO_IMAGE, IMAGE_TO_IMAGE), null, 4294967294L);

  static final StableImageFormat CORE =
      new StableImageFormat(CORES_FIELDS, List.of(TEXT_TO_IMAGE), null, 4294967295L);

  static final StableImageFormat ULTRA =
      new StableImageFormat(FIELDS, List.of(TEXT_TO_IMAGE), ULTRAS_STRENGTH, 4294967295L);

  private final List<String> fields;
  private final List<String> modes;

  /** Where strength has none it must come with an image. */
  private final BigDecimal defaultStrength;

  private final long mostSeed;

  private StableImageFormat(
      List<String> fields, List<String> modes, BigDecimal defaultStrength, long mostSeed) {
    this.fields = fields;
    this.modes = modes;
    this.defaultStrength = defaultStrength;
    this.mostSeed = mostSeed;
  }

  @Override
  public ImageOrder read(byte[] bytes) throws Refusal {
    var schema = new Schema();
    Map<String, Object> body = schema.body(bytes);
    schema.required("#", body, "prompt");
    schema.end();
    refuseUnknownFields(body);
    String prompt = schema.text("#/prompt", body.get("prompt"), 0, MOST_PROMPT_LENGTH);
    String negative =
        schema.text("#/negative_prompt", body.get("negative_prompt"), 0, MOST_PROMPT_LENGTH);
    String mode = schema.name("#/mode", body.get("mode"), modes);
    String ratio = schema.name("#/aspect_ratio", body.get("aspect_ratio"), RATIOS);
    String format = schema.name("#/output_format", body.get("output_format"), OUTPUT_FORMATS);
    BigDecimal strength =
        schema.number("#/strength", body.get("strength"), BigDecimal.ZERO, BigDecimal.ONE);
    BigDecimal seed = schema.whole("#/seed", body.get("seed"), 0, mostSeed);
    SourcePicture image = schema.picture("#/image", body.get("image"));
    Dimensions size = image == null ? size(ratio) : size(schema, image);
    checkMode(schema, body, mode);
    schema.end();
    var likeness = new Likeness().add(prompt).add(negative == null ? "" : negative);
    if (image != null) {
      likeness.add((String) body.get("image")).add(strength == null ? defaultStrength : strength);
    }
    return new ImageOrder(
        size.width().intValue(),
        size.height().intValue(),
        1,
        "jpeg".equals(format) ? PictureFormat.JPEG : PictureFormat.PNG,
        seed == null || seed.signum() == 0 ? null : seed.longValue(),
        likeness.add(size.width()).add(size.height()).sum());
  }

  private void refuseUnknownFields(Map<String, Object> body) throws Refusal {
    if (!fields.containsAll(body.keySet())) {
      throw Refusal.validation(
          "{\"detail\":\"Invalid field in request. Available fields: ['"
              + String.join("', '", fields)
              + "']\"}");
    }
  }

  private static Dimensions size(String ratio) {
    return SIZES.get(Math.max(0, RATIOS.indexOf(ratio == null ? "1:1" : ratio)));
  }

  /** A picture comes back as large as the one that was sent. */
  private static Dimensions size(Schema schema, SourcePicture image) {
    Dimensions size = image.size();
    if (size == null) {
      schema.violated("#/image", "is not a PNG, JPEG or WebP");
    } else if (size.width() < LEAST_SOURCE_SIDE || size.height() < LEAST_SOURCE_SIDE) {
      schema.violated("#/image", size + " is less than " + LEAST_SOURCE_SIDE + " pixels on a side");
    } else if (size.width() <= MOST_SIDE && size.height() <= MOST_SIDE) {
      return size;
    }
    return size(null);
  }

  /** An image without a mode starts from the image. */
  private void checkMode(Schema schema, Map<String, Object> body, String mode) {
    if (body.containsKey("image")) {
      if (TEXT_TO_IMAGE.equals(mode)) {
        schema.violated("#", "extraneous key [image] is not permitted");
      }
      if (body.containsKey("aspect_ratio")) {
        schema.violated("#", "extraneous key [aspect_ratio] is not permitted");
      }
      if (defaultStrength == null) {
        schema.required("#", body, "strength");
      }
    } else if (IMAGE_TO_IMAGE.equals(mode) && modes.contains(mode)
        || body.containsKey("strength")) {
      schema.required("#", body, "image");
    }
  }

  @Override
  public long mostSeed() {
    return mostSeed;
  }

  @Override
  public boolean showsFiltered() {
    return false;
  }

  @Override
  public byte[][] answer(List<byte[]> pictures, long seed, boolean filtered) {
    if (filtered) {
      return filtered("Filter reason: output image");
    }
    String before = "{\"seeds\":[" + seed + "],\"finish_reasons\":[null],\"images\":[\"";
    return new byte[][] {
      before.getBytes(StandardCharsets.US_ASCII),
      pictures.get(0),
      "\"]}".getBytes(StandardCharsets.US_ASCII)
    };
  }

  @Override
  public byte[][] blocked() {
    return filtered("Filter reason: prompt");
  }

  private static byte[][] filtered(String reason) {
    String body = "{\"finish_reasons\":[" + Json.quote(reason) + "]}";
    return new byte[][] {body.getBytes(StandardCharsets.US_ASCII)};
  }
}
