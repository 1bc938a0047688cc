package dev.sdxlgen.mock;

import java.util.Map;

/**
 * A model call that arrived, whatever it was answered with.
 *
 * @param path as it was sent, percent-encoded and without the query
 * @param modelId the id or ARN in the path, decoded
 * @param headers by lower-case name; a repeated one is joined by {@code ", "}
 * @param body to the byte
 */
public record RecordedRequest(
    String method, String path, String modelId, Map<String, String> headers, byte[] body) {

  public RecordedRequest {
    headers = Map.copyOf(headers);
  }
}
