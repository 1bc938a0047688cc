package dev.sdxlgen.mock;

import java.util.List;

/**
 * A model as ListFoundationModels tells it (Bedrock API reference, FoundationModelSummary).
 *
 * @param id such as {@code stability.sd3-5-large-v1:0}
 * @param inputs TEXT, IMAGE; its output is always IMAGE
 * @param customizations FINE_TUNING, …
 * @param inferenceTypes ON_DEMAND, PROVISIONED, INFERENCE_PROFILE
 * @param status ACTIVE or LEGACY
 * @param format how the mock speaks as it; null when it doesn't
 */
record FoundationModel(
    String id,
    String name,
    String provider,
    List<String> inputs,
    List<String> customizations,
    List<String> inferenceTypes,
    String status,
    WireFormat format) {

  /** As JSON. No dates: the mock would have to make them up. */
  String toJson() {
    return "{\"modelArn\":"
        + Json.quote("arn:aws:bedrock:us-east-1::foundation-model/" + id)
        + ",\"modelId\":"
        + Json.quote(id)
        + ",\"modelName\":"
        + Json.quote(name)
        + ",\"providerName\":"
        + Json.quote(provider)
        + ",\"inputModalities\":"
        + list(inputs)
        + ",\"outputModalities\":[\"IMAGE\"],\"responseStreamingSupported\":false"
        + ",\"customizationsSupported\":"
        + list(customizations)
        + ",\"inferenceTypesSupported\":"
        + list(inferenceTypes)
        + ",\"modelLifecycle\":{\"status\":"
        + Json.quote(status)
        + "}}";
  }

  private static String list(List<String> words) {
    return words.isEmpty() ? "[]" : "[\"" + String.join("\",\"", words) + "\"]";
  }
}
