package dev.sdxlgen.request.model;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.json.JsonWriter;
import dev.sdxlgen.request.AspectRatio;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.Param;
import dev.sdxlgen.request.Sampling;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Amazon Nova Canvas and Titan Image Generator, task TEXT_IMAGE. Limits and names: Nova user guide,
 * image-gen-req-resp-structure; Bedrock user guide, model-parameters-titan-image.
 */
public final class AmazonFamily implements ModelFamily {

  /** Nova Canvas makes nearly every size. */
  public static final AmazonFamily NOVA = new AmazonFamily(1024, 858993459L, List.of());

  /** Titan Image Generator makes these sizes, the largest of a shape first. */
  public static final AmazonFamily TITAN =
      new AmazonFamily(
          512,
          2147483646L,
          sizes(
              "1024x1024 768x768 512x512 768x1152 384x576 1152x768 576x384 768x1280 384x640"
                  + " 1280x768 640x384 896x1152 448x576 1152x896 576x448 768x1408 384x704 1408x768"
                  + " 704x384 640x1408 320x704 1408x640 704x320 1152x640 1173x640"));

  /** How many pictures one call makes. */
  public static final int MOST_IMAGES = 5;

  private static final String LEAST_CFG_SCALE = "1.1";
  private static final long LEAST_SIDE = 320;
  private static final long MOST_SIDE = 4096;
  private static final long STEP = 16;
  private static final long MOST_PIXELS = 4_194_304;

  /** From 1:4 to 4:1. */
  private static final long MOST_RATIO = 4;

  /** The widest picture of a megapixel. */
  private static final Dimensions WIDEST = new Dimensions(2048L, 512L);

  private static final long USUAL_PIXELS = 1024 * 1024;

  /** In code points: all prompts together, and all negative ones. */
  private final int mostPromptLength;

  private final long mostSeed;
  private final List<Dimensions> sizes;

  private AmazonFamily(int mostPromptLength, long mostSeed, List<Dimensions> sizes) {
    this.mostPromptLength = mostPromptLength;
    this.mostSeed = mostSeed;
    this.sizes = sizes;
  }

  @Override
  public String name() {
    return "amazon";
  }

  @Override
  public int mostImages() {
    return MOST_IMAGES;
  }

  @Override
  public long mostSeed() {
    return mostSeed;
  }

  /** An absent seed is a fixed default: it would be the same picture each time. */
  @Override
  public boolean drawsSeeds() {
    return false;
  }

  @Override
  public boolean isRandom(Long seed) {
    return false;
  }

  @Override
  public Set<Parameter> takes() {
    return Set.of(Parameter.CFG_SCALE);
  }

  @Override
  public void check(GenerationRequest request) {
    Sampling sampling = request.sampling();
    Limits.taken(request);
    checkParams(request);
    checkText("the prompt", Limits.joined(request, false), request);
    checkText("the negative prompt", Limits.joined(request, true), request);
    Limits.range("--cfg-scale", sampling.cfgScale(), LEAST_CFG_SCALE, "10", request);
    Limits.range("--seed", sampling.seed(), 0, mostSeed, request);
    if (request.aspectRatio() != null) {
      Limits.oneSize(request);
    }
    Dimensions size = size(request);
    if (size.isDefault()) {
      return;
    }
    if (sizes.isEmpty()) {
      checkSides(size, request);
    } else if (!sizes.contains(size)) {
      throw new InvalidRequest(
          size + " is not a size of " + request.modelId(),
          "Nearest: "
              + nearest(new AspectRatio(Math.max(1, size.width()), Math.max(1, size.height())))
              + ". Sizes: "
              + String.join(", ", sizes.stream().map(Dimensions::toString).toList()));
    }
  }

  /** What a call made and with which seed must be known, or an image would be lost or misnamed. */
  private static void checkParams(GenerationRequest request) {
    for (Param param : request.params()) {
      if (param.key().equals("imageGenerationConfig")) {
        throw new InvalidRequest(
            "--param imageGenerationConfig would replace the seed that is sent",
            "Give its fields one by one: --param imageGenerationConfig.quality=premium");
      }
      String option =
          switch (param.key()) {
            case "imageGenerationConfig.seed" -> "--seed";
            case "imageGenerationConfig.numberOfImages" -> "--count";
            default -> null;
          };
      if (option != null) {
        throw new InvalidRequest(
            "--param " + param.key() + " is what " + option + " says",
            "Give it as " + option + " N");
      }
    }
  }

  private void checkText(String what, String text, GenerationRequest request) {
    if (text != null) {
      Limits.length(what, text, mostPromptLength, "", request);
    }
  }

  private static void checkSides(Dimensions size, GenerationRequest request) {
    if (!isSize(size)) {
      Dimensions near = new Dimensions(nearestSide(size.width()), nearestSide(size.height()));
      throw new InvalidRequest(
          size + " is not a size of " + request.modelId(),
          (isSize(near) ? "Nearest: " + near + ". " : "")
              + "Width and height are multiples of 16 from 320 to 4096, one at most 4 times the"
              + " other, together at most 4194304 pixels");
    }
  }

  private static boolean isSize(Dimensions size) {
    return isSide(size.width())
        && isSide(size.height())
        && size.width() * size.height() <= MOST_PIXELS
        && size.width() <= MOST_RATIO * size.height()
        && size.height() <= MOST_RATIO * size.width();
  }

  private static long nearestSide(long side) {
    return rounded(Math.min(MOST_SIDE, Math.max(LEAST_SIDE, side)));
  }

  private static boolean isSide(long side) {
    return side >= LEAST_SIDE && side <= MOST_SIDE && side % STEP == 0;
  }

  /** The size that is sent: the one that was given, or one of the shape that was. */
  private Dimensions size(GenerationRequest request) {
    AspectRatio ratio = request.aspectRatio();
    if (ratio == null) {
      return request.dimensions();
    }
    if (!sizes.isEmpty()) {
      return nearest(ratio);
    }
    if (ratio.value() > MOST_RATIO) {
      return WIDEST;
    }
    if (ratio.value() < 1.0 / MOST_RATIO) {
      return new Dimensions(WIDEST.height(), WIDEST.width());
    }
    // Multiples of 16 that have the shape exactly, as near to a megapixel as they come.
    long common =
        BigInteger.valueOf(ratio.width()).gcd(BigInteger.valueOf(ratio.height())).longValue();
    long width = ratio.width() / common * STEP;
    long height = ratio.height() / common * STEP;
    long times = Math.max(1, Math.round(Math.sqrt((double) USUAL_PIXELS / (width * height))));
    if (width * times * height * times <= MOST_PIXELS) {
      return new Dimensions(width * times, height * times);
    }
    double side = Math.sqrt(USUAL_PIXELS * ratio.value());
    return new Dimensions(rounded(side), rounded(side / ratio.value()));
  }

  private static long rounded(double side) {
    return Math.max(1, Math.round(side / STEP)) * STEP;
  }

  private Dimensions nearest(AspectRatio ratio) {
    return ratio.nearest(sizes, size -> (double) size.width() / size.height());
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

  private static List<Dimensions> sizes(String list) {
    List<Dimensions> sizes = new ArrayList<>();
    for (String size : list.split(" ")) {
      sizes.add(Dimensions.parse("--size", size));
    }
    return List.copyOf(sizes);
  }

  @Override
  public void write(GenerationRequest request, JsonWriter json) {
    json.writeStartObject();
    json.writeStringField("taskType", "TEXT_IMAGE");
    json.writeObjectFieldStart("textToImageParams");
    json.writeStringField("text", Limits.joined(request, false));
    String negative = Limits.joined(request, true);
    if (negative != null) {
      json.writeStringField("negativeText", negative);
    }
    json.writeEndObject();
    Dimensions size = size(request);
    Sampling sampling = request.sampling();
    boolean configured =
        !size.isDefault()
            || sampling.cfgScale() != null
            || sampling.seed() != null
            || request.images() > 1;
    if (configured) {
      json.writeObjectFieldStart("imageGenerationConfig");
      if (!size.isDefault()) {
        json.writeNumberField("width", size.width());
        json.writeNumberField("height", size.height());
      }
      Limits.write(json, "cfgScale", sampling.cfgScale());
      if (sampling.seed() != null) {
        json.writeNumberField("seed", sampling.seed());
      }
      if (request.images() > 1) {
        json.writeNumberField("numberOfImages", request.images());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
