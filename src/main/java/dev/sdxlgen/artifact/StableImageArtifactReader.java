package dev.sdxlgen.artifact;

import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.json.JsonReader;
import java.io.IOException;

/**
 * Reads {@code {"seeds":[2130420379],"finish_reasons":[null],"images":["…"]}}; a reason that isn't
 * null says why an image is missing (Bedrock user guide, model-parameters-diffusion-3-5-large).
 */
public final class StableImageArtifactReader extends JsonArtifactReader {

  @Override
  void read(String field, JsonReader json, Found found) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      JsonToken value = json.currentToken();
      switch (field) {
        case "images" -> found.readPicture(json);
        case "seeds" ->
            found.seeds.add(value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : null);
        case "finish_reasons" ->
            found.reasons.add(value == JsonToken.VALUE_STRING ? json.getText() : null);
        default -> json.skipChildren();
      }
    }
  }

  /**
   * "Filter reason: prompt", "Filter reason: output image", "Filter reason: input image"; some
   * gateways say it in SDXL's words.
   */
  @Override
  boolean isFiltered(String reason) {
    return reason != null
        && (reason.startsWith("Filter reason") || reason.equals("CONTENT_FILTERED"));
  }

  /** Some gateways say it in SDXL's words. */
  @Override
  boolean isGood(String reason) {
    return reason.equals("SUCCESS");
  }
}
