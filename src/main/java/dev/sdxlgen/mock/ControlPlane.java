package dev.sdxlgen.mock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What Bedrock's control plane says of its models (Bedrock API reference, ListFoundationModels and
 * GetFoundationModel).
 */
final class ControlPlane {

  private static final String MODELS = "/foundation-models";
  private static final List<String> MODALITIES = List.of("TEXT", "IMAGE", "EMBEDDING");
  private static final List<String> INFERENCE_TYPES = List.of("ON_DEMAND", "PROVISIONED");
  private static final List<String> CUSTOMIZATIONS =
      List.of("FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION");

  private final Models models;

  ControlPlane(Models models) {
    this.models = models;
  }

  /** Whether the path is the control plane's, and not the runtime's. */
  static boolean owns(String path) {
    return path.equals(MODELS) || path.startsWith(MODELS + "/");
  }

  HttpResponse answer(HttpRequest request) throws Refusal {
    if (!request.method().equals("GET")) {
      HttpResponse refused =
          HttpResponse.error(405, "UnknownOperationException", request.method() + " isn't GET");
      return refused.with(Map.of("Allow", "GET"));
    }
    return request.path().equals(MODELS)
        ? list(parameters(request.query()))
        : get(HttpRequest.decode(request.path().substring(MODELS.length() + 1)));
  }

  private HttpResponse list(Map<String, String> by) throws Refusal {
    List<String> summaries = new ArrayList<>();
    String output = oneOf(MODALITIES, by, "byOutputModality");
    String inference = oneOf(INFERENCE_TYPES, by, "byInferenceType");
    String customization = oneOf(CUSTOMIZATIONS, by, "byCustomizationType");
    for (FoundationModel model : models.listed()) {
      if ((output == null || output.equals("IMAGE"))
          && (inference == null || model.inferenceTypes().contains(inference))
          && (customization == null || model.customizations().contains(customization))
          && isOf(model, by.get("byProvider"))) {
        summaries.add(model.toJson());
      }
    }
    return HttpResponse.json(200, "{\"modelSummaries\":[" + String.join(",", summaries) + "]}");
  }

  /** By its whole name or by what its models' ids begin with, in any case. */
  private static boolean isOf(FoundationModel model, String provider) {
    return provider == null
        || model.provider().equalsIgnoreCase(provider)
        || model.id().startsWith(provider.toLowerCase(Locale.ROOT) + ".");
  }

  private static String oneOf(List<String> names, Map<String, String> by, String parameter)
      throws Refusal {
    String name = by.get(parameter);
    if (name != null && !names.contains(name)) {
      throw Refusal.validation(
          "1 validation error detected: Value '"
              + name
              + "' at '"
              + parameter
              + "' failed to satisfy constraint: Member must satisfy enum value set: "
              + names);
    }
    return name;
  }

  /** By id or ARN. */
  private HttpResponse get(String identifier) throws Refusal {
    for (FoundationModel model : models.listed()) {
      if (identifier.equals(model.id()) || identifier.endsWith(":foundation-model/" + model.id())) {
        return HttpResponse.json(200, "{\"modelDetails\":" + model.toJson() + "}");
      }
    }
    throw Fault.INVALID_ID.refusal();
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String value = pair.substring(equals + 1).replace('+', ' ');
        parameters.put(HttpRequest.decode(pair.substring(0, equals)), HttpRequest.decode(value));
      }
    }
    return parameters;
  }
}
