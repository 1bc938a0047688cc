package dev.sdxlgen.artifact;

import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.json.JsonReader;
import java.io.IOException;

/**
 * Reads {@code
 * {"result":"success","artifacts":[{"seed":1234,"base64":"…","finishReason":"SUCCESS"}]}} (Bedrock
 * user guide, model-parameters-diffusion-1-0-text-image; Stability's v1 generation API).
 */
public final class SdxlArtifactReader extends JsonArtifactReader {

  @Override
  void read(String field, JsonReader json, Found found) throws IOException {
    JsonToken value = json.currentToken();
    if (field.equals("artifacts") && value == JsonToken.START_ARRAY) {
      boolean first = true;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (first && json.currentToken() == JsonToken.START_OBJECT) {
          readArtifact(json, found);
        } else {
          json.skipChildren();
        }
        first = false;
      }
    } else if (field.equals("result") && value == JsonToken.VALUE_STRING) {
      found.result = json.getText();
    } else {
      json.skipChildren();
    }
  }

  private static void readArtifact(JsonReader json, Found found) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (field.equals("base64")) {
        found.readPicture(json);
      } else if (field.equals("seed") && value == JsonToken.VALUE_NUMBER_INT) {
        found.seeds.add(json.getLongValue());
      } else if (field.equals("finishReason") && value == JsonToken.VALUE_STRING) {
        found.reasons.add(json.getText());
      } else {
        json.skipChildren();
      }
    }
  }

  @Override
  String usualReason() {
    return "SUCCESS";
  }

  /** It is blurred then. */
  @Override
  boolean isFiltered(String reason) {
    return "CONTENT_FILTERED".equals(reason);
  }

  /** Of the other words, ERROR alone is documented. */
  @Override
  boolean isGood(String reason) {
    return !reason.equals("ERROR");
  }
}
