package dev.sdxlgen.mock;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON value as plain Java: {@code Map}, {@code List}, {@code String}, {@link Num}, {@code
 * Boolean} or {@link #NULL}. Bodies are small or mostly one long string, so a tree costs little.
 */
final class Json {

  /** JSON's null, which isn't the same as a field that isn't there. */
  static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(HttpReader.MOST_BODY).build())
          .build();

  private Json() {}

  /**
   * A number as it was written.
   *
   * @param whole whether it has neither a point nor an exponent
   */
  record Num(String text, boolean whole) {

    BigDecimal value() {
      return new BigDecimal(text);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * The value that the bytes are.
   *
   * @throws IOException when they aren't one JSON value in UTF-8
   */
  static Object parse(byte[] bytes) throws IOException {
    try (JsonParser parser = parser(bytes)) {
      Object value = value(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new IOException("more than one value");
      }
      return value;
    }
  }

  /** Whether the bytes are one JSON value in UTF-8. */
  static boolean isValid(byte[] bytes) {
    try (JsonParser parser = parser(bytes)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      parser.finishToken();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static JsonParser parser(byte[] bytes) throws IOException {
    // The parser would guess UTF-16 or UTF-32 from a null byte, and skip a byte-order mark.
    for (int i = 0; i < bytes.length && i < 4; i++) {
      if (bytes[i] == 0 || bytes[i] == (byte) 0xEF && i == 0) {
        throw new IOException("not UTF-8 without a byte-order mark");
      }
    }
    return FACTORY.createParser(bytes);
  }

  private static Object value(JsonParser parser, JsonToken token) throws IOException {
    if (token == null) {
      throw new IOException("nothing there");
    }
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> new Num(parser.getText(), true);
      case VALUE_NUMBER_FLOAT -> new Num(parser.getText(), false);
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      default -> NULL;
    };
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      object.put(name, value(parser, parser.nextToken()));
    }
    return object;
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> array = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.add(value(parser, token));
    }
    return array;
  }

  /** A string as JSON has it, in quotes. */
  static String quote(String text) {
    var quoted = new StringBuilder(text.length() + 8);
    quoted.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, quoted);
    return quoted.append('"').toString();
  }
}
