package dev.sdxlgen.mock;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the next model call is answered with ({@link MockBedrock#enqueue}). The call must be
 * authorized; its model and body aren't looked at, except by {@link #of}.
 */
public final class Answer {

  /** Null where {@link #fault} says it all. */
  private final HttpResponse response;

  private final Fault fault;
  private final Map<String, String> headers;

  private Answer(HttpResponse response, Fault fault, Map<String, String> headers) {
    this.response = response;
    this.fault = fault;
    this.headers = headers;
  }

  private Answer(HttpResponse response) {
    this(response, Fault.OK, Map.of());
  }

  /** Any JSON, or what is to be taken for it. */
  public static Answer json(int status, String body) {
    return new Answer(HttpResponse.json(status, body));
  }

  /**
   * An error in Bedrock's shape.
   *
   * @param type such as {@code ThrottlingException}; sent in the header x-amzn-ErrorType
   */
  public static Answer error(int status, String type, String message) {
    return new Answer(HttpResponse.error(status, type, message));
  }

  /**
   * A picture, answered as SDXL does.
   *
   * @param png the file's bytes, of any format
   * @param finishReason {@code SUCCESS}, {@code ERROR} or {@code CONTENT_FILTERED}
   */
  public static Answer image(byte[] png, long seed, String finishReason) {
    byte[] base64 = Base64.getEncoder().encode(png);
    return new Answer(
        HttpResponse.of(200, "application/json", SdxlFormat.body(base64, seed, finishReason)));
  }

  /**
   * Anything at all. A Content-Length among the headers is sent as it is, right or wrong, and the
   * connection closed after the body.
   */
  public static Answer raw(int status, Map<String, String> headers, byte[] body) {
    return new Answer(HttpResponse.of(status, null, body.clone()).with(headers));
  }

  /** A fault, or the answer that the request deserves. */
  public static Answer of(Fault fault) {
    return new Answer(null, fault, Map.of());
  }

  /** The same with a further header, such as {@code Retry-After}. */
  public Answer withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(response, fault, more);
  }

  HttpResponse response() {
    return response;
  }

  Fault fault() {
    return fault;
  }

  Map<String, String> headers() {
    return headers;
  }
}
