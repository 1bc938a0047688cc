package dev.sdxlgen.mock;

import java.util.Map;

/**
 * One request as it came over the wire.
 *
 * @param path without the query, still percent-encoded
 * @param headers by lower-case name; a repeated one is joined by {@code ", "}
 */
record HttpRequest(String method, String path, Map<String, String> headers, byte[] body) {

  /** A header's value, or null. */
  String header(String name) {
    return headers.get(name);
  }
}
