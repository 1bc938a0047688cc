package dev.sdxlgen.mock;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The models the mock stands in for, by any of the names that Bedrock knows them by. */
final class Models {

  private static final String STABILITY = "Stability AI";
  private static final String AMAZON = "Amazon";
  private static final String ACTIVE = "ACTIVE";
  private static final String LEGACY = "LEGACY";
  private static final List<String> TEXT = List.of("TEXT");
  private static final List<String> TEXT_AND_IMAGE = List.of("TEXT", "IMAGE");
  private static final List<String> ON_DEMAND = List.of("ON_DEMAND");
  private static final List<String> ALSO_PROVISIONED = List.of("ON_DEMAND", "PROVISIONED");

  private static final List<FoundationModel> ALL =
      List.of(
          stability("stable-diffusion-xl", "SDXL 0.8", TEXT_AND_IMAGE, LEGACY, SdxlFormat.V1),
          stability("stable-diffusion-xl-v0", "SDXL 0.8", TEXT_AND_IMAGE, LEGACY, SdxlFormat.V0),
          stability("stable-diffusion-xl-v1", "SDXL 1.0", TEXT_AND_IMAGE, LEGACY, SdxlFormat.V1),
          stability(
              "sd3-large-v1:0", "SD3 Large 1.0", TEXT_AND_IMAGE, LEGACY, StableImageFormat.SD3),
          stability(
              "sd3-5-large-v1:0",
              "Stable Diffusion 3.5 Large",
              TEXT_AND_IMAGE,
              ACTIVE,
              StableImageFormat.SD3_5),
          stability(
              "stable-image-core-v1:0",
              "Stable Image Core 1.0",
              TEXT,
              LEGACY,
              StableImageFormat.CORE),
          stability(
              "stable-image-core-v1:1",
              "Stable Image Core 1.0",
              TEXT,
              ACTIVE,
              StableImageFormat.CORE),
          stability(
              "stable-image-ultra-v0",
              "Stable Image Ultra 1.0",
              TEXT_AND_IMAGE,
              LEGACY,
              StableImageFormat.ULTRA),
          stability(
              "stable-image-ultra-v1:0",
              "Stable Image Ultra 1.0",
              TEXT_AND_IMAGE,
              LEGACY,
              StableImageFormat.ULTRA),
          stability(
              "stable-image-ultra-v1:1",
              "Stable Image Ultra 1.0",
              TEXT_AND_IMAGE,
              ACTIVE,
              StableImageFormat.ULTRA),
          service("stable-image-inpaint-v1:0", "Stable Image Inpaint"),
          service("stable-image-control-sketch-v1:0", "Stable Image Control Sketch"),
          service("stable-conservative-upscale-v1:0", "Stable Image Conservative Upscale"),
          amazon(
              "titan-image-generator-v1",
              "Titan Image Generator G1",
              List.of("FINE_TUNING"),
              ALSO_PROVISIONED,
              AmazonFormat.TITAN_V1),
          amazon(
              "titan-image-generator-v2:0",
              "Titan Image Generator G1 v2",
              List.of("FINE_TUNING"),
              ALSO_PROVISIONED,
              AmazonFormat.TITAN_V2),
          amazon(
              "nova-canvas-v1:0",
              "Nova Canvas",
              List.of("FINE_TUNING"),
              ALSO_PROVISIONED,
              AmazonFormat.NOVA_CANVAS));

  private final Family family;
  private final Set<String> retired;

  /**
   * @param family what is spoken by an id or ARN that tells no model; null for SDXL by ARNs, and no
   *     such ids
   * @param retired ids of models that have reached their end
   */
  Models(Family family, Set<String> retired) {
    this.family = family;
    this.retired = retired;
  }

  private static FoundationModel stability(
      String id, String name, List<String> inputs, String status, WireFormat format) {
    return new FoundationModel(
        "stability." + id, name, STABILITY, inputs, List.of(), ON_DEMAND, status, format);
  }

  /** What edits pictures, which the mock only lists. */
  private static FoundationModel service(String id, String name) {
    return new FoundationModel(
        "stability." + id,
        name,
        STABILITY,
        TEXT_AND_IMAGE,
        List.of(),
        List.of("INFERENCE_PROFILE"),
        ACTIVE,
        null);
  }

  private static FoundationModel amazon(
      String id,
      String name,
      List<String> customizations,
      List<String> inferenceTypes,
      WireFormat format) {
    return new FoundationModel(
        "amazon." + id,
        name,
        AMAZON,
        TEXT_AND_IMAGE,
        customizations,
        inferenceTypes,
        LEGACY,
        format);
  }

  /** Those that have not reached their end. */
  List<FoundationModel> listed() {
    List<FoundationModel> listed = new ArrayList<>();
    for (FoundationModel model : ALL) {
      if (!retired.contains(model.id())) {
        listed.add(model);
      }
    }
    return listed;
  }

  /**
   * How a model is spoken to: one of the models by its id, with or without an inference profile's
   * prefix ({@code us.}), or by an ARN that ends in either; or the ARN of something of one's own
   * (an application's inference profile, a provisioned, imported or custom model, an endpoint),
   * which tells none.
   *
   * @throws Refusal when Bedrock wouldn't know it, when it is retired, or when the mock doesn't
   *     speak it
   */
  WireFormat find(String modelId) throws Refusal {
    String id = modelId.startsWith("arn:") ? resource(modelId) : modelId;
    String bare = withoutProfile(id);
    if (retired.contains(modelId) || retired.contains(id) || retired.contains(bare)) {
      throw Fault.EOL.refusal();
    }
    for (FoundationModel model : ALL) {
      if (model.id().equals(bare)) {
        if (model.format() == null) {
          throw Refusal.validation("The mock doesn't speak " + bare + ", only text to image");
        }
        return model.format();
      }
    }
    boolean ofOnesOwn = !id.equals(modelId) && !modelId.contains(":foundation-model/");
    if (family == null && !ofOnesOwn) {
      throw Fault.INVALID_ID.refusal();
    }
    return family == null ? SdxlFormat.V1 : family.format();
  }

  /** The last part of an ARN that InvokeModel takes. */
  private static String resource(String text) throws Refusal {
    String[] arn = text.split(":", 6);
    int slash = arn.length == 6 ? arn[5].indexOf('/') : -1;
    if (slash < 0 || slash == arn[5].length() - 1) {
      throw Fault.INVALID_ID.refusal();
    }
    String kind = arn[5].substring(0, slash);
    boolean sageMaker = arn[2].equals("sagemaker") && kind.equals("endpoint");
    if (!sageMaker && !(arn[2].equals("bedrock") && isBedrocks(kind))) {
      throw Fault.INVALID_ID.refusal();
    }
    return arn[5].substring(slash + 1);
  }

  private static boolean isBedrocks(String kind) {
    return switch (kind) {
      case "foundation-model",
          "inference-profile",
          "application-inference-profile",
          "provisioned-model",
          "imported-model",
          "custom-model-deployment",
          "marketplace" ->
          true;
      default -> false;
    };
  }

  private static String withoutProfile(String id) {
    for (String prefix : new String[] {"us.", "us-gov.", "eu.", "apac.", "jp.", "au.", "global."}) {
      if (id.startsWith(prefix)) {
        return id.substring(prefix.length());
      }
    }
    return id;
  }
}
