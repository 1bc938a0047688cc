package dev.sdxlgen.mock;

import dev.sdxlgen.request.Dimensions;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bodies and answers of Nova Canvas (Nova user guide, image-gen-req-resp-structure and
 * image-gen-errors) and of Titan Image Generator (Bedrock user guide,
 * model-parameters-titan-image), as far as they make a picture from text alone.
 */
final class AmazonFormat implements WireFormat {

  private static final String TEXT_IMAGE = "TEXT_IMAGE";
  private static final BigDecimal LEAST_CFG_SCALE = new BigDecimal("1.1");
  private static final BigDecimal MOST_CFG_SCALE = new BigDecimal("10");
  private static final BigDecimal DEFAULT_CFG_SCALE = new BigDecimal("6.5");
  private static final long MOST_IMAGES = 5;
  private static final BigDecimal DEFAULT_SIDE = new BigDecimal("1024");

  /** Ours: the models have a fixed one too, but tell nobody which. */
  private static final long DEFAULT_SEED = 0;

  private static final long NOVAS_LEAST_SIDE = 320;
  private static final long NOVAS_MOST_SIDE = 4096;
  private static final int NOVAS_STEP = 16;
  private static final long NOVAS_MOST_PIXELS = 4_194_304;
  private static final long NOVAS_MOST_ASPECT = 4;

  private static final List<String> TASKS =
      List.of(
          TEXT_IMAGE,
          "INPAINTING",
          "OUTPAINTING",
          "IMAGE_VARIATION",
          "COLOR_GUIDED_GENERATION",
          "BACKGROUND_REMOVAL",
          "VIRTUAL_TRY_ON");

  private static final List<String> STYLES =
      List.of(
          "3D_ANIMATED_FAMILY_FILM",
          "DESIGN_SKETCH",
          "FLAT_VECTOR_ILLUSTRATION",
          "GRAPHIC_NOVEL_ILLUSTRATION",
          "MAXIMALISM",
          "MIDCENTURY_RETRO",
          "PHOTOREALISM",
          "SOFT_DIGITAL_PAINTING");

  private static final List<String> QUALITIES = List.of("standard", "premium");
  private static final Set<String> FIELDS =
      Set.of("taskType", "textToImageParams", "imageGenerationConfig");
  private static final Set<String> NOVAS_TEXT_FIELDS = Set.of("text", "negativeText", "style");
  private static final Set<String> TITANS_TEXT_FIELDS = Set.of("text", "negativeText");
  private static final Set<String> CONFIG_FIELDS =
      Set.of("width", "height", "quality", "cfgScale", "seed", "numberOfImages");

  /** Fields of a task that the models have and the mock hasn't: a picture that conditions. */
  private static final List<String> CONDITION_FIELDS =
      List.of("conditionImage", "controlMode", "controlStrength");

  private static final List<Dimensions> TITANS_SIZES =
      List.of(
          new Dimensions(1024L, 1024L),
          new Dimensions(768L, 768L),
          new Dimensions(512L, 512L),
          new Dimensions(768L, 1152L),
          new Dimensions(384L, 576L),
          new Dimensions(1152L, 768L),
          new Dimensions(576L, 384L),
          new Dimensions(768L, 1280L),
          new Dimensions(384L, 640L),
          new Dimensions(1280L, 768L),
          new Dimensions(640L, 384L),
          new Dimensions(896L, 1152L),
          new Dimensions(448L, 576L),
          new Dimensions(1152L, 896L),
          new Dimensions(576L, 448L),
          new Dimensions(768L, 1408L),
          new Dimensions(384L, 704L),
          new Dimensions(1408L, 768L),
          new Dimensions(704L, 384L),
          new Dimensions(640L, 1408L),
          new Dimensions(320L, 704L),
          new Dimensions(1408L, 640L),
          new Dimensions(704L, 320L),
          new Dimensions(1152L, 640L),
          new Dimensions(1173L, 640L));

  static final AmazonFormat NOVA_CANVAS =
      new AmazonFormat(1024, NOVAS_TEXT_FIELDS, TASKS, 858_993_459L, List.of());

  static final AmazonFormat TITAN_V2 =
      new AmazonFormat(512, TITANS_TEXT_FIELDS, TASKS.subList(0, 6), 2_147_483_646L, TITANS_SIZES);

  static final AmazonFormat TITAN_V1 =
      new AmazonFormat(512, TITANS_TEXT_FIELDS, TASKS.subList(0, 4), 2_147_483_646L, TITANS_SIZES);

  private final int mostTextLength;
  private final Set<String> textFields;
  private final List<String> tasks;
  private final long mostSeed;

  /** Empty where sides are within limits instead, which is Nova. */
  private final List<Dimensions> sizes;

  private AmazonFormat(
      int mostTextLength,
      Set<String> textFields,
      List<String> tasks,
      long mostSeed,
      List<Dimensions> sizes) {
    this.mostTextLength = mostTextLength;
    this.textFields = textFields;
    this.tasks = tasks;
    this.mostSeed = mostSeed;
    this.sizes = sizes;
  }

  @Override
  public ImageOrder read(byte[] bytes) throws Refusal {
    var schema = new Schema();
    Map<String, Object> body = schema.body(bytes);
    schema.required("#", body, "taskType");
    String task = schema.name("#/taskType", body.get("taskType"), tasks);
    schema.end();
    if (!TEXT_IMAGE.equals(task)) {
      throw unspoken("the taskType " + task);
    }
    schema.onlyFields("#", body, FIELDS);
    schema.required("#", body, "textToImageParams");
    var likeness = new Likeness();
    readText(schema, body, likeness);
    ImageOrder order = readConfig(schema, body, likeness);
    schema.end();
    return order;
  }

  private static Refusal unspoken(String what) {
    return Refusal.validation("The mock doesn't speak " + what + ", only text to image");
  }

  private void readText(Schema schema, Map<String, Object> body, Likeness likeness) throws Refusal {
    if (!body.containsKey("textToImageParams")) {
      return;
    }
    String path = "#/textToImageParams";
    Map<String, Object> params = schema.object(path, body.get("textToImageParams"));
    if (params == null) {
      return;
    }
    for (String field : CONDITION_FIELDS) {
      if (params.containsKey(field) && tasks.size() > 4) {
        throw unspoken(field);
      }
    }
    schema.onlyFields(path, params, textFields);
    schema.required(path, params, "text");
    for (String field : new String[] {"text", "negativeText"}) {
      String text = schema.text(path + "/" + field, params.get(field), 1, mostTextLength);
      likeness.add(text == null ? "" : text);
    }
    String style = schema.name(path + "/style", params.get("style"), STYLES);
    likeness.add(style == null ? "" : style);
  }

  private ImageOrder readConfig(Schema schema, Map<String, Object> body, Likeness likeness) {
    String path = "#/imageGenerationConfig";
    Object given = body.getOrDefault("imageGenerationConfig", Map.of());
    Map<String, Object> config = schema.object(path, given);
    if (config == null) {
      return null;
    }
    schema.onlyFields(path, config, CONFIG_FIELDS);
    BigDecimal width = side(schema, path + "/width", config.get("width"));
    BigDecimal height = side(schema, path + "/height", config.get("height"));
    Dimensions size =
        new Dimensions(
            (width == null ? DEFAULT_SIDE : width).longValue(),
            (height == null ? DEFAULT_SIDE : height).longValue());
    checkSize(schema, path, size);
    String quality = schema.name(path + "/quality", config.get("quality"), QUALITIES);
    BigDecimal cfgScale =
        schema.number(path + "/cfgScale", config.get("cfgScale"), LEAST_CFG_SCALE, MOST_CFG_SCALE);
    BigDecimal seed = schema.whole(path + "/seed", config.get("seed"), 0, mostSeed);
    BigDecimal count =
        schema.whole(path + "/numberOfImages", config.get("numberOfImages"), 1, MOST_IMAGES);
    likeness
        .add(quality == null ? "standard" : quality)
        .add(cfgScale == null ? DEFAULT_CFG_SCALE : cfgScale);
    return new ImageOrder(
        size.width().intValue(),
        size.height().intValue(),
        count == null ? 1 : count.intValue(),
        PictureFormat.PNG,
        seed == null ? DEFAULT_SEED : seed.longValue(),
        likeness.add(size.width()).add(size.height()).sum());
  }

  private BigDecimal side(Schema schema, String path, Object value) {
    return sizes.isEmpty()
        ? schema.multiple(path, value, NOVAS_LEAST_SIDE, NOVAS_MOST_SIDE, NOVAS_STEP)
        : schema.whole(path, value, 1, Integer.MAX_VALUE);
  }

  private void checkSize(Schema schema, String path, Dimensions size) {
    long width = size.width();
    long height = size.height();
    if (!sizes.isEmpty()) {
      if (!sizes.contains(size)) {
        schema.violated(path, size + " is not a supported image size");
      }
    } else if (width * height > NOVAS_MOST_PIXELS) {
      schema.violated(path, size + " is more than " + NOVAS_MOST_PIXELS + " pixels");
    } else if (width > NOVAS_MOST_ASPECT * height || height > NOVAS_MOST_ASPECT * width) {
      schema.violated(path, size + " is not between 1:4 and 4:1");
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
    var body = new ByteArrayOutputStream();
    String separator = "{\"images\":[\"";
    for (byte[] picture : pictures) {
      body.writeBytes(separator.getBytes(StandardCharsets.US_ASCII));
      body.writeBytes(picture);
      separator = "\",\"";
    }
    String error =
        !filtered
            ? "null"
            : Json.quote(
                (pictures.isEmpty() ? "All" : "Some")
                    + " of the generated images have been blocked by our content filters.");
    String end = (pictures.isEmpty() ? "{\"images\":[" : "\"") + "],\"error\":" + error + "}";
    body.writeBytes(end.getBytes(StandardCharsets.US_ASCII));
    return new byte[][] {body.toByteArray()};
  }

  @Override
  public byte[][] blocked() throws Refusal {
    if (sizes.isEmpty()) {
      throw Refusal.validation(
          "This request has been blocked by our content filters. Please adjust your text prompt to"
              + " submit a new request.");
    }
    throw Refusal.blocked();
  }
}
