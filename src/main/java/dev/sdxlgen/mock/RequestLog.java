package dev.sdxlgen.mock;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The model calls that arrived, the latest {@value #MOST_REQUESTS} of them and at most {@value
 * #MOST_BYTES} bytes of bodies: beyond either, the oldest are forgotten, so a mock can serve for
 * weeks.
 */
final class RequestLog {

  static final int MOST_REQUESTS = 10_000;
  static final long MOST_BYTES = 100_000_000;

  private final ArrayDeque<RecordedRequest> requests = new ArrayDeque<>();
  private long bytes;

  synchronized void add(RecordedRequest request) {
    requests.add(request);
    bytes += request.body().length;
    while (requests.size() > MOST_REQUESTS || bytes > MOST_BYTES) {
      bytes -= requests.remove().body().length;
    }
  }

  synchronized List<RecordedRequest> all() {
    return List.copyOf(requests);
  }

  synchronized void clear() {
    requests.clear();
    bytes = 0;
  }

  /** A JSON array of the bodies: as they were sent where they are JSON, else as a string. */
  byte[] toJson() {
    var json = new ByteArrayOutputStream();
    json.write('[');
    String separator = "";
    for (RecordedRequest request : all()) {
      json.writeBytes(separator.getBytes(StandardCharsets.US_ASCII));
      separator = ",\n";
      byte[] body = request.body();
      if (Json.isValid(body)) {
        json.writeBytes(body);
      } else {
        String quoted = Json.quote(new String(body, StandardCharsets.UTF_8));
        json.writeBytes(quoted.getBytes(StandardCharsets.UTF_8));
      }
    }
    json.writeBytes("]\n".getBytes(StandardCharsets.US_ASCII));
    return json.toByteArray();
  }
}
