package dev.sdxlgen.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A field of the body that we don't know (yet): {@code --param KEY=VALUE}.
 *
 * @param key the fields' names from the body's root, joined by dots
 * @param value as typed: JSON, or else a string
 */
public record Param(String key, String value) {

  /**
   * @throws InvalidRequest when it isn't KEY=VALUE
   */
  public static Param parse(String typed) {
    int equals = typed.indexOf('=');
    String key = equals < 0 ? "" : typed.substring(0, equals).strip();
    if (key.isEmpty() || key.startsWith(".") || key.endsWith(".") || key.contains("..")) {
      throw new InvalidRequest(
          "--param takes KEY=VALUE, not '" + typed + "'",
          "For example: --param imageGenerationConfig.quality=premium");
    }
    return new Param(key, typed.substring(equals + 1));
  }

  /**
   * The body with the fields in it; one that is there already is replaced.
   *
   * @throws InvalidRequest when a key goes through something that isn't an object
   */
  static byte[] addTo(byte[] body, List<Param> params) {
    return params.isEmpty() ? body : Tree.with(body, params);
  }

  /**
   * Loaded for those alone who give such a field, and Jackson with it: a mapper's first use takes
   * some 55 ms.
   */
  private static final class Tree {

    /** Numbers stay as they are: 7.0 is 7.0. An image in the body is one long text. */
    private static final ObjectMapper MAPPER =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    static byte[] with(byte[] body, List<Param> params) {
      try {
        ObjectNode root = (ObjectNode) MAPPER.readTree(body);
        for (Param param : params) {
          set(root, param);
        }
        return MAPPER.writeValueAsBytes(root);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void set(ObjectNode root, Param param) {
      String[] path = param.key.split("\\.");
      ObjectNode place = root;
      for (int i = 0; i < path.length - 1; i++) {
        JsonNode next = place.get(path[i]);
        if (next == null) {
          next = place.putObject(path[i]);
        }
        if (!(next instanceof ObjectNode object)) {
          throw new InvalidRequest(
              "--param " + param.key + " goes through " + path[i] + ", which isn't an object",
              "--dry-run shows the body");
        }
        place = object;
      }
      place.set(path[path.length - 1], json(param.value));
    }

    private static JsonNode json(String value) {
      try {
        JsonNode json = MAPPER.readTree(value);
        if (!json.isMissingNode()) {
          return json;
        }
      } catch (JsonProcessingException e) {
        // A plain word.
      }
      return MAPPER.getNodeFactory().textNode(value);
    }
  }
}
