package dev.sdxlgen.bedrock;

import dev.sdxlgen.SdxlGenException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.FoundationModelSummary;
import software.amazon.awssdk.services.bedrock.model.ModelModality;

/**
 * Asks the account which image models there are: {@code GET
 * /foundation-models?byOutputModality=IMAGE} of the control plane (Bedrock API reference,
 * ListFoundationModels).
 */
public final class ModelListing {

  private ModelListing() {}

  /**
   * A model that the region has.
   *
   * @param status {@code ACTIVE}, {@code LEGACY} or what else the service says; null when it says
   *     nothing
   * @param inferenceTypes {@code ON_DEMAND}, {@code PROVISIONED}, {@code INFERENCE_PROFILE}, …
   */
  public record ListedModel(
      String id, String name, String provider, String status, List<String> inferenceTypes) {}

  /**
   * @throws SdxlGenException whatever keeps the list from coming
   */
  public static List<ListedModel> imageModels(ConnectionSettings settings) {
    ClientFactory factory = new ClientFactory(settings);
    ErrorTranslation errors = factory.errors();
    try (BedrockClient client = factory.controlPlane()) {
      List<ListedModel> models = new ArrayList<>();
      for (FoundationModelSummary model :
          client
              .listFoundationModels(request -> request.byOutputModality(ModelModality.IMAGE))
              .modelSummaries()) {
        models.add(
            new ListedModel(
                model.modelId(),
                model.modelName(),
                model.providerName(),
                model.modelLifecycle() == null ? null : model.modelLifecycle().statusAsString(),
                model.inferenceTypesSupportedAsStrings()));
      }
      return models;
    } catch (SdkException e) {
      throw errors.translateListing(e);
    }
  }
}
