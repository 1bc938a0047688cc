package dev.sdxlgen.mock;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request is answered with, and how much of it gets there.
 *
 * @param body in parts, sent one after the other
 */
record HttpResponse(int status, Map<String, String> headers, byte[][] body, Delivery delivery) {

  /** How an answer reaches the client. */
  enum Delivery {
    WHOLE,
    /** The head and the first half of the body, then the end of the stream. */
    HALF,
    /** Nothing: the connection is reset (RST). */
    RESET,
    /** Nothing, for as long as the client waits. */
    NEVER
  }

  static HttpResponse of(int status, String contentType, byte[]... body) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (contentType != null) {
      headers.put("Content-Type", contentType);
    }
    return new HttpResponse(status, headers, body, Delivery.WHOLE);
  }

  static HttpResponse json(int status, String body) {
    return of(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  /** An error in Bedrock's shape: the message in the body, the type in a header. */
  static HttpResponse error(int status, String type, String message) {
    HttpResponse error = json(status, "{\"message\":" + Json.quote(message) + "}");
    error.headers.put(
        "x-amzn-ErrorType", type + ":http://internal.amazon.com/coral/com.amazon.bedrock/");
    return error;
  }

  HttpResponse delivered(Delivery how) {
    return new HttpResponse(status, headers, body, how);
  }

  /** The same with further headers, which replace those of the same name. */
  HttpResponse with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    for (Map.Entry<String, String> header : more.entrySet()) {
      for (String name : headers.keySet()) {
        if (name.equalsIgnoreCase(header.getKey())) {
          all.remove(name);
        }
      }
      all.put(header.getKey(), header.getValue());
    }
    return new HttpResponse(status, all, body, delivery);
  }

  /** In bytes. */
  long length() {
    long length = 0;
    for (byte[] part : body) {
      length += part.length;
    }
    return length;
  }
}
