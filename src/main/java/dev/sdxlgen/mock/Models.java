package dev.sdxlgen.mock;

/** The models the mock stands in for, by any of the names that Bedrock knows them by. */
final class Models {

  private static final String SDXL = "stability.stable-diffusion-xl";

  private Models() {}

  /**
   * How a model is spoken to: SDXL's three ids, with or without an inference profile's prefix
   * ({@code us.}); the ARN of such a model; or the ARN of something of one's own (an inference
   * profile, a provisioned, imported or custom model, an endpoint), which tells no family and is
   * taken as SDXL.
   *
   * @throws Refusal when Bedrock wouldn't know it
   */
  static WireFormat find(String modelId) throws Refusal {
    String id = modelId;
    if (modelId.startsWith("arn:")) {
      String[] arn = modelId.split(":", 6);
      int slash = arn.length == 6 ? arn[5].indexOf('/') : -1;
      if (slash < 0 || slash == arn[5].length() - 1) {
        throw unknown();
      }
      String kind = arn[5].substring(0, slash);
      boolean sageMaker = arn[2].equals("sagemaker") && kind.equals("endpoint");
      if (!sageMaker && !(arn[2].equals("bedrock") && isOnesOwn(kind))) {
        throw unknown();
      }
      if (!kind.equals("foundation-model")) {
        return SdxlFormat.V1;
      }
      id = arn[5].substring(slash + 1);
    }
    String bare = withoutProfile(id);
    if (!bare.equals(SDXL) && !bare.equals(SDXL + "-v0") && !bare.equals(SDXL + "-v1")) {
      throw unknown();
    }
    return bare.endsWith("-v0") ? SdxlFormat.V0 : SdxlFormat.V1;
  }

  private static boolean isOnesOwn(String kind) {
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

  private static Refusal unknown() {
    return Refusal.validation("The provided model identifier is invalid.");
  }
}
