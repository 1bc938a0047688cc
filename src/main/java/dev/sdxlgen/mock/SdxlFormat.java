package dev.sdxlgen.mock;

import dev.sdxlgen.request.Dimensions;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stable Diffusion XL's bodies and answers (Bedrock user guide,
 * model-parameters-diffusion-1-0-text-image, …-image-image and …-mask). A double must find what the
 * program gets wrong, so it keeps the limits itself.
 */
final class SdxlFormat implements WireFormat {

  /** Sides are multiples of 64. */
  static final SdxlFormat V0 = new SdxlFormat(List.of());

  /** Sizes are the nine that the model was trained on. */
  static final SdxlFormat V1 =
      new SdxlFormat(
          List.of(
              new Dimensions(1024L, 1024L),
              new Dimensions(1152L, 896L),
              new Dimensions(1216L, 832L),
              new Dimensions(1344L, 768L),
              new Dimensions(1536L, 640L),
              new Dimensions(640L, 1536L),
              new Dimensions(768L, 1344L),
              new Dimensions(832L, 1216L),
              new Dimensions(896L, 1152L)));

  /** Ours: -v0 says no more than that sides are multiples of 64, and memory ends somewhere. */
  private static final long MOST_SIDE = 2048;

  private static final long DEFAULT_SIDE = 1024;

  private static final Set<String> FIELDS =
      Set.of(
          "text_prompts",
          "cfg_scale",
          "clip_guidance_preset",
          "sampler",
          "samples",
          "seed",
          "steps",
          "style_preset",
          "extras",
          "height",
          "width",
          "init_image",
          "init_image_mode",
          "image_strength",
          "step_schedule_start",
          "step_schedule_end",
          "mask_image",
          "mask_source");

  private static final Set<String> PROMPT_FIELDS = Set.of("text", "weight");
  private static final int MOST_PROMPT_LENGTH = 2000;
  private static final BigDecimal MOST_CFG_SCALE = new BigDecimal("35");
  private static final long LEAST_STEPS = 10;
  private static final long MOST_STEPS = 50;
  private static final long MOST_SEED = 4294967295L;

  private static final List<String> SAMPLERS =
      List.of(
          "DDIM",
          "DDPM",
          "K_DPMPP_SDE",
          "K_DPMPP_2M",
          "K_DPMPP_2S_ANCESTRAL",
          "K_DPM_2",
          "K_DPM_2_ANCESTRAL",
          "K_EULER",
          "K_EULER_ANCESTRAL",
          "K_HEUN",
          "K_LMS");

  private static final List<String> STYLE_PRESETS =
      List.of(
          "3d-model",
          "analog-film",
          "anime",
          "cinematic",
          "comic-book",
          "digital-art",
          "enhance",
          "fantasy-art",
          "isometric",
          "line-art",
          "low-poly",
          "modeling-compound",
          "neon-punk",
          "origami",
          "photographic",
          "pixel-art",
          "tile-texture");

  private static final List<String> CLIP_GUIDANCE_PRESETS =
      List.of("FAST_BLUE", "FAST_GREEN", "NONE", "SIMPLE", "SLOW", "SLOWER", "SLOWEST");

  private static final List<String> IMAGE_MODES = List.of("IMAGE_STRENGTH", "STEP_SCHEDULE");
  private static final List<String> MASK_SOURCES =
      List.of("MASK_IMAGE_WHITE", "MASK_IMAGE_BLACK", "INIT_IMAGE_ALPHA");

  private final List<Dimensions> sizes;

  private SdxlFormat(List<Dimensions> sizes) {
    this.sizes = sizes;
  }

  @Override
  public ImageOrder read(byte[] bytes) throws Refusal {
    var schema = new Schema();
    var likeness = new Likeness();
    Map<String, Object> body = schema.body(bytes);
    schema.onlyFields("#", body, FIELDS);
    schema.required("#", body, "text_prompts");
    readPrompts(schema, body.get("text_prompts"), likeness);
    readSampling(schema, body, likeness);
    BigDecimal seed = schema.whole("#/seed", body.get("seed"), 0, MOST_SEED);
    schema.whole("#/samples", body.get("samples"), 1, 1);
    if (body.containsKey("extras")) {
      Object extras = schema.object("#/extras", body.get("extras"));
      if (extras != null) {
        likeness.addValue(extras);
      }
    }
    SourcePicture source = schema.picture("#/init_image", body.get("init_image"));
    schema.picture("#/mask_image", body.get("mask_image"));
    readImages(schema, body, likeness);
    BigDecimal width = side(schema, "#/width", body.get("width"));
    BigDecimal height = side(schema, "#/height", body.get("height"));
    schema.end();
    Dimensions size = size(source, width, height);
    return new ImageOrder(
        size.width().intValue(),
        size.height().intValue(),
        1,
        PictureFormat.PNG,
        seed == null || seed.signum() == 0 ? null : seed.longValue(),
        likeness.add(size.width()).add(size.height()).sum());
  }

  private static void readPrompts(Schema schema, Object value, Likeness likeness) {
    List<?> prompts = schema.list("#/text_prompts", value);
    if (prompts == null) {
      return;
    }
    likeness.add(prompts.size());
    for (int i = 0; i < prompts.size(); i++) {
      String path = "#/text_prompts/" + i;
      Map<String, Object> prompt = schema.object(path, prompts.get(i));
      if (prompt == null) {
        continue;
      }
      schema.onlyFields(path, prompt, PROMPT_FIELDS);
      schema.required(path, prompt, "text");
      String text = schema.text(path + "/text", prompt.get("text"), 1, MOST_PROMPT_LENGTH);
      BigDecimal weight = schema.number(path + "/weight", prompt.get("weight"), null, null);
      likeness.add(text == null ? "" : text).add(weight == null ? BigDecimal.ONE : weight);
    }
  }

  /** A parameter that is given with its default value draws the same picture as one that isn't. */
  private static void readSampling(Schema schema, Map<String, Object> body, Likeness likeness) {
    BigDecimal cfgScale =
        schema.number("#/cfg_scale", body.get("cfg_scale"), BigDecimal.ZERO, MOST_CFG_SCALE);
    BigDecimal steps = schema.whole("#/steps", body.get("steps"), LEAST_STEPS, MOST_STEPS);
    likeness.add(cfgScale == null ? BigDecimal.valueOf(7) : cfgScale);
    likeness.add(steps == null ? BigDecimal.valueOf(30) : steps);
    addName(likeness, schema, body, "style_preset", STYLE_PRESETS);
    addName(likeness, schema, body, "sampler", SAMPLERS);
    addName(likeness, schema, body, "clip_guidance_preset", CLIP_GUIDANCE_PRESETS);
  }

  private static void addName(
      Likeness likeness,
      Schema schema,
      Map<String, Object> body,
      String field,
      List<String> names) {
    String name = schema.name("#/" + field, body.get(field), names);
    likeness.add(name == null ? "" : name);
  }

  private static void readImages(Schema schema, Map<String, Object> body, Likeness likeness) {
    for (String field : new String[] {"init_image", "mask_image"}) {
      if (body.get(field) instanceof String base64) {
        likeness.add(base64);
      }
    }
    addName(likeness, schema, body, "init_image_mode", IMAGE_MODES);
    addName(likeness, schema, body, "mask_source", MASK_SOURCES);
    for (String field :
        new String[] {"image_strength", "step_schedule_start", "step_schedule_end"}) {
      BigDecimal share =
          schema.number("#/" + field, body.get(field), BigDecimal.ZERO, BigDecimal.ONE);
      likeness.add(share == null ? "" : share.toString());
    }
    if (body.containsKey("init_image")) {
      for (String side : new String[] {"height", "width"}) {
        if (body.containsKey(side)) {
          schema.violated("#", "extraneous key [" + side + "] is not permitted");
        }
      }
    }
    Object source = body.get("mask_source");
    if (source != null || body.containsKey("mask_image")) {
      schema.required("#", body, "init_image");
      schema.required("#", body, "mask_source");
      if (source != null && !source.equals("INIT_IMAGE_ALPHA")) {
        schema.required("#", body, "mask_image");
      }
    } else if (body.containsKey("init_image_mode") || body.containsKey("image_strength")) {
      schema.required("#", body, "init_image");
    }
  }

  private BigDecimal side(Schema schema, String path, Object value) {
    return sizes.isEmpty()
        ? schema.multiple(path, value, 1, MOST_SIDE, 64)
        : schema.whole(path, value, 1, Integer.MAX_VALUE);
  }

  private Dimensions size(SourcePicture source, BigDecimal width, BigDecimal height)
      throws Refusal {
    if (source != null) {
      Dimensions size = source.size();
      return size != null && size.width() <= MOST_SIDE && size.height() <= MOST_SIDE
          ? size
          : new Dimensions(DEFAULT_SIDE, DEFAULT_SIDE);
    }
    if (sizes.isEmpty()) {
      return new Dimensions(
          width == null ? DEFAULT_SIDE : width.longValue(),
          height == null ? DEFAULT_SIDE : height.longValue());
    }
    for (Dimensions size : sizes) {
      if ((width == null || width.longValue() == size.width())
          && (height == null || height.longValue() == size.height())) {
        return size;
      }
    }
    throw Refusal.validation(
        "for stable-diffusion-xl-1024-v0-9 and stable-diffusion-xl-1024-v1-0 the allowed dimensions"
            + " are "
            + allowed()
            + ", but we received "
            + (width == null ? DEFAULT_SIDE : width)
            + "x"
            + (height == null ? DEFAULT_SIDE : height));
  }

  private String allowed() {
    var list = new StringBuilder();
    for (Dimensions size : sizes) {
      list.append(list.length() == 0 ? "" : ", ").append(size);
    }
    return list.toString();
  }

  @Override
  public long mostSeed() {
    return MOST_SEED;
  }

  @Override
  public boolean showsFiltered() {
    return true;
  }

  @Override
  public byte[][] answer(List<byte[]> pictures, long seed, boolean filtered) {
    return body(pictures.get(0), seed, filtered ? "CONTENT_FILTERED" : "SUCCESS");
  }

  @Override
  public byte[][] blocked() throws Refusal {
    throw Refusal.blocked();
  }

  static byte[][] body(byte[] base64, long seed, String finishReason) {
    String before = "{\"result\":\"success\",\"artifacts\":[{\"seed\":" + seed + ",\"base64\":\"";
    String after = "\",\"finishReason\":" + Json.quote(finishReason) + "}]}";
    return new byte[][] {
      before.getBytes(StandardCharsets.US_ASCII), base64, after.getBytes(StandardCharsets.UTF_8)
    };
  }
}
