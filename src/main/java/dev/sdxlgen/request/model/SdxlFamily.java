package dev.sdxlgen.request.model;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.json.JsonWriter;
import dev.sdxlgen.request.AspectRatio;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.ImageInput;
import dev.sdxlgen.request.NameList;
import dev.sdxlgen.request.Sampling;
import dev.sdxlgen.request.SourceImage;
import dev.sdxlgen.request.WeightedPrompt;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Stable Diffusion XL, as {@code stability.stable-diffusion-xl} and its -v0 and -v1 speak it.
 * Limits and names: Bedrock user guide, model-parameters-diffusion-1-0-text-image; key order: the
 * notebook.
 */
public final class SdxlFamily implements ModelFamily {

  /** Sizes are multiples of 64. */
  public static final SdxlFamily V0 = new SdxlFamily(List.of());

  /** Sizes are the nine that the model was trained on. */
  public static final SdxlFamily V1 =
      new SdxlFamily(
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

  /** In code points, each prompt. */
  public static final int MOST_PROMPT_LENGTH = 2000;

  /** From 0. */
  public static final int MOST_CFG_SCALE = 35;

  /** The fewest denoising steps. */
  public static final long LEAST_STEPS = 10;

  /** The most denoising steps. */
  public static final long MOST_STEPS = 50;

  /** 32 bits, without a sign; 0 asks for a random seed. */
  public static final long MOST_SEED = 4294967295L;

  /** The denoising algorithms' names. */
  public static final NameList SAMPLERS =
      new NameList(
          "--sampler",
          "a sampler",
          "Samplers",
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
              "K_LMS"));

  /** The styles that the model knows by name. */
  public static final NameList STYLE_PRESETS =
      new NameList(
          "--style-preset",
          "a style preset",
          "Style presets",
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
              "tile-texture"));

  /** The CLIP guidances by name. */
  public static final NameList CLIP_GUIDANCE_PRESETS =
      new NameList(
          "--clip-guidance-preset",
          "a CLIP guidance preset",
          "Presets",
          List.of("FAST_BLUE", "FAST_GREEN", "NONE", "SIMPLE", "SLOW", "SLOWER", "SLOWEST"));

  /** What in the mask says which pixels are drawn anew, in words. */
  private static final NameList MASK_SOURCES =
      new NameList(
          "--mask-source", "a mask source", "Mask sources", List.of("white", "black", "alpha"));

  /** The same as the wire has it, in the same order. */
  private static final List<String> WIRE_MASK_SOURCES =
      List.of("MASK_IMAGE_WHITE", "MASK_IMAGE_BLACK", "INIT_IMAGE_ALPHA");

  private static final int WHITE = 0;
  private static final String INIT_IMAGE_ALPHA = "INIT_IMAGE_ALPHA";

  private static final Set<Parameter> TAKES =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Parameter.JPEG)));

  private final List<Dimensions> sizes;

  private SdxlFamily(List<Dimensions> sizes) {
    this.sizes = sizes;
  }

  /** The sizes it makes, width by height; empty for -v0, which makes every multiple of 64. */
  public List<Dimensions> sizes() {
    return sizes;
  }

  @Override
  public String name() {
    return "sdxl";
  }

  @Override
  public long mostSeed() {
    return MOST_SEED;
  }

  @Override
  public Set<Parameter> takes() {
    return TAKES;
  }

  @Override
  public void check(GenerationRequest request) {
    Limits.taken(request);
    for (WeightedPrompt prompt : request.prompts()) {
      String what = prompt.isNegative() ? "a negative prompt" : "the prompt";
      Limits.length(what, prompt.text(), MOST_PROMPT_LENGTH, " in each", request);
    }
    Sampling sampling = request.sampling();
    Limits.range(
        "--cfg-scale", sampling.cfgScale(), "0", Integer.toString(MOST_CFG_SCALE), request);
    Limits.range("--seed", sampling.seed(), 0, MOST_SEED, request);
    Limits.range("--steps", sampling.steps(), LEAST_STEPS, MOST_STEPS, request);
    String model = request.modelId();
    if (sampling.sampler() != null) {
      SAMPLERS.wireName(sampling.sampler(), model);
    }
    if (sampling.stylePreset() != null) {
      STYLE_PRESETS.wireName(sampling.stylePreset(), model);
    }
    if (sampling.clipGuidancePreset() != null) {
      CLIP_GUIDANCE_PRESETS.wireName(sampling.clipGuidancePreset(), model);
    }
    if (request.aspectRatio() != null) {
      Limits.oneSize(request);
    } else if (sizes.isEmpty()) {
      checkMultipleOf64("width", request.dimensions().width(), request);
      checkMultipleOf64("height", request.dimensions().height(), request);
    } else {
      checkSize(request);
    }
    if (request.image() != ImageInput.NONE) {
      checkImage(request.image(), request);
    }
  }

  private static void checkImage(ImageInput image, GenerationRequest request) {
    Limits.initImage(request, "PNG", "JPEG");
    Limits.range("--image-strength", image.strength(), "0", "1", request);
    Limits.range("--step-schedule-start", image.scheduleStart(), "0", "1", request);
    Limits.range("--step-schedule-end", image.scheduleEnd(), "0", "1", request);
    boolean schedule = image.scheduleStart() != null || image.scheduleEnd() != null;
    if (image.strength() != null && schedule) {
      throw new InvalidRequest(
          "--image-strength and --step-schedule-… say the same thing in two ways",
          "Give one of them");
    }
    if (image.mask() != null || image.maskSource() != null) {
      if (image.strength() != null || schedule) {
        throw new InvalidRequest(
            (schedule ? "--step-schedule-…" : "--image-strength") + " doesn't go with a mask",
            "The mask says what is kept");
      }
      checkMask(image, request);
    }
  }

  private static void checkMask(ImageInput image, GenerationRequest request) {
    String source = maskSource(image, request);
    SourceImage mask = image.mask();
    if (mask == null) {
      if (!source.equals(INIT_IMAGE_ALPHA)) {
        throw new InvalidRequest(
            "--mask-source " + image.maskSource() + " wants a --mask-image",
            "--mask-source alpha takes the mask from the image itself");
      }
      if (image.init().format().equals("JPEG")) {
        throw new InvalidRequest(
            "--mask-source alpha draws anew what is transparent, and a JPEG never is",
            "Give a PNG, or a --mask-image");
      }
      return;
    }
    if (source.equals(INIT_IMAGE_ALPHA)) {
      throw new InvalidRequest(
          "--mask-source alpha takes the mask from the image itself, and here is a --mask-image",
          "Mask sources with a mask: white, black");
    }
    SourceImage init = image.init();
    if (mask.width() != init.width() || mask.height() != init.height()) {
      throw new InvalidRequest(
          "the mask is "
              + mask.width()
              + "x"
              + mask.height()
              + " and its image "
              + init.width()
              + "x"
              + init.height(),
          "They must have the same size");
    }
  }

  /** In words or as the wire has it; white, which most tools draw anew, when it isn't said. */
  private static String maskSource(ImageInput image, GenerationRequest request) {
    String typed = image.maskSource();
    if (typed == null) {
      return WIRE_MASK_SOURCES.get(WHITE);
    }
    for (String source : WIRE_MASK_SOURCES) {
      if (source.equalsIgnoreCase(typed)) {
        return source;
      }
    }
    String word = MASK_SOURCES.wireName(typed, request.modelId());
    return WIRE_MASK_SOURCES.get(MASK_SOURCES.names().indexOf(word));
  }

  /** The size that is sent: the one that was given, or the one of the shape that was. */
  private Dimensions size(GenerationRequest request) {
    return request.aspectRatio() == null ? request.dimensions() : nearest(request.aspectRatio());
  }

  private static Dimensions nearest(AspectRatio ratio) {
    return ratio.nearest(V1.sizes, size -> (double) size.width() / size.height());
  }

  @Override
  public List<String> notes(GenerationRequest request) {
    AspectRatio ratio = request.aspectRatio();
    if (ratio == null || ratio.isExactly(size(request))) {
      return List.of();
    }
    return List.of(
        "--aspect-ratio " + ratio + " becomes " + size(request) + ", the nearest size there is");
  }

  private static void checkMultipleOf64(String side, Long given, GenerationRequest request) {
    if (given != null && (given < 64 || given % 64 != 0)) {
      long below = given - given % 64;
      long nearest = given < 64 ? 64 : given % 64 < 32 ? below : Math.max(below, below + 64);
      throw notASize("--" + side + " " + given, "a " + side, nearest, "multiples of 64", request);
    }
  }

  private void checkSize(GenerationRequest request) {
    Dimensions given = request.dimensions();
    if (given.isDefault()) {
      return;
    }
    Dimensions nearest = null;
    double least = Double.POSITIVE_INFINITY;
    for (Dimensions size : sizes) {
      if ((given.width() == null || given.width().equals(size.width()))
          && (given.height() == null || given.height().equals(size.height()))) {
        return;
      }
      double distance = distance(given, size);
      if (distance < least) {
        least = distance;
        nearest = size;
      }
    }
    String all = list(sizes);
    if (given.height() == null) {
      throw notASize("--width " + given.width(), "a width", nearest.width(), all, request);
    }
    if (given.width() == null) {
      throw notASize("--height " + given.height(), "a height", nearest.height(), all, request);
    }
    throw notASize(given.toString(), "a size", nearest, all, request);
  }

  private static InvalidRequest notASize(
      String given, String noun, Object nearest, String sizes, GenerationRequest request) {
    return new InvalidRequest(
        given + " is not " + noun + " of " + request.modelId(),
        "Nearest: " + nearest + ". Sizes: " + sizes);
  }

  /** All sizes are about a megapixel: where both sides are given, it is the shape that tells. */
  private static double distance(Dimensions given, Dimensions size) {
    if (given.height() == null) {
      return Math.abs((double) given.width() - size.width());
    }
    if (given.width() == null) {
      return Math.abs((double) given.height() - size.height());
    }
    return Math.abs(shape(given) - shape(size));
  }

  private static double shape(Dimensions size) {
    return Math.log(Math.max(1, size.width())) - Math.log(Math.max(1, size.height()));
  }

  private static String list(List<Dimensions> sizes) {
    var text = new StringBuilder();
    for (Dimensions size : sizes) {
      text.append(text.length() == 0 ? "" : ", ").append(size);
    }
    return text.toString();
  }

  @Override
  public void write(GenerationRequest request, JsonWriter json) {
    json.writeStartObject();
    json.writeArrayFieldStart("text_prompts");
    for (WeightedPrompt prompt : request.prompts()) {
      json.writeStartObject();
      json.writeStringField("text", prompt.text());
      if (!prompt.isDefaultWeight()) {
        json.writeFieldName("weight");
        json.writeNumber(prompt.weight());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    Sampling sampling = request.sampling();
    String model = request.modelId();
    Limits.write(json, "cfg_scale", sampling.cfgScale());
    writeWhole(json, "seed", sampling.seed());
    writeWhole(json, "steps", sampling.steps());
    writeName(json, "style_preset", STYLE_PRESETS, sampling.stylePreset(), model);
    writeName(
        json, "clip_guidance_preset", CLIP_GUIDANCE_PRESETS, sampling.clipGuidancePreset(), model);
    writeName(json, "sampler", SAMPLERS, sampling.sampler(), model);
    Dimensions size = size(request);
    writeWhole(json, "width", size.width());
    writeWhole(json, "height", size.height());
    if (request.extras() != null) {
      json.writeFieldName("extras");
      json.writeRawValue(request.extras());
    }
    if (request.image() != ImageInput.NONE) {
      writeImage(json, request.image(), request);
    }
    json.writeEndObject();
  }

  private static void writeImage(JsonWriter json, ImageInput image, GenerationRequest request) {
    json.writeBinaryField("init_image", image.init().bytes());
    if (image.strength() != null) {
      json.writeStringField("init_image_mode", "IMAGE_STRENGTH");
    } else if (image.scheduleStart() != null || image.scheduleEnd() != null) {
      json.writeStringField("init_image_mode", "STEP_SCHEDULE");
    }
    Limits.write(json, "image_strength", image.strength());
    Limits.write(json, "step_schedule_start", image.scheduleStart());
    Limits.write(json, "step_schedule_end", image.scheduleEnd());
    if (image.mask() != null || image.maskSource() != null) {
      json.writeStringField("mask_source", maskSource(image, request));
    }
    if (image.mask() != null) {
      json.writeBinaryField("mask_image", image.mask().bytes());
    }
  }

  private static void writeWhole(JsonWriter json, String field, Long value) {
    if (value != null) {
      json.writeNumberField(field, value);
    }
  }

  private static void writeName(
      JsonWriter json, String field, NameList names, String typed, String model) {
    if (typed != null) {
      json.writeStringField(field, names.wireName(typed, model));
    }
  }
}
