package dev.sdxlgen.artifact;

import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.json.JsonReader;
import java.io.IOException;

/**
 * Reads {@code {"images":["…"],"error":null}}: filtered images are missing, and the error says so
 * (Nova user guide, image-gen-req-resp-structure). No seed comes back.
 */
public final class AmazonArtifactReader extends JsonArtifactReader {

  @Override
  void read(String field, JsonReader json, Found found) throws IOException {
    JsonToken value = json.currentToken();
    if (field.equals("images") && value == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        found.readPicture(json);
      }
    } else if (field.equals("error") && value == JsonToken.VALUE_STRING) {
      found.error = json.getText();
    } else {
      json.skipChildren();
    }
  }

  /** The error is about those that are missing. */
  @Override
  String reason(int index, Found found) {
    return index < found.pictures ? null : found.error;
  }

  @Override
  boolean isFiltered(String reason) {
    return reason != null;
  }
}
