package dev.sdxlgen.mock;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a body field by field and gathers what is wrong with it, in the words of the JSON-schema
 * validator behind Bedrock (as quoted in fumito-ito/AnthropicSwiftSDK issue 19 and
 * aws-samples/serverless-pdf-chat issue 35).
 */
final class Schema {

  private final StringBuilder violations = new StringBuilder();

  /**
   * Ends the check.
   *
   * @throws Refusal with every violation, when there is one
   */
  void end() throws Refusal {
    if (violations.length() > 0) {
      throw malformed(violations.toString());
    }
  }

  /**
   * The body, as the object that it must be.
   *
   * @throws Refusal when it is no JSON, or another value
   */
  Map<String, Object> body(byte[] bytes) throws Refusal {
    Object parsed;
    try {
      parsed = Json.parse(bytes);
    } catch (IOException e) {
      throw Refusal.validation(
          "Malformed input request, please reformat your input and try again.");
    }
    Map<String, Object> body = object("#", parsed);
    end();
    return body;
  }

  private static Refusal malformed(String violations) {
    return Refusal.validation(
        "Malformed input request: " + violations + ", please reformat your input and try again.");
  }

  void violated(String path, String rule) {
    violations.append(path).append(": ").append(rule);
  }

  /** The value as an object, or null when it isn't one, which is then a violation. */
  Map<String, Object> object(String path, Object value) {
    if (value instanceof Map<?, ?>) {
      @SuppressWarnings("unchecked") // Json makes no other maps
      var object = (Map<String, Object>) value;
      return object;
    }
    wrongType(path, "JSONObject", value);
    return null;
  }

  void onlyFields(String path, Map<String, Object> object, Set<String> known) {
    for (String name : object.keySet()) {
      if (!known.contains(name)) {
        violated(path, "extraneous key [" + name + "] is not permitted");
      }
    }
  }

  void required(String path, Map<String, Object> object, String name) {
    if (!object.containsKey(name)) {
      violated(path, "required key [" + name + "] not found");
    }
  }

  /** A list of at least one; null when it isn't there or isn't a list. */
  List<?> list(String path, Object value) {
    if (value == null) {
      return null;
    }
    if (!(value instanceof List<?> list)) {
      wrongType(path, "JSONArray", value);
      return null;
    }
    if (list.isEmpty()) {
      violated(path, "expected minimum item count: 1, found: 0");
    }
    return list;
  }

  /** A string whose length, in code points, is within a range. */
  String text(String path, Object value, int least, int most) {
    String text = string(path, value);
    if (text != null) {
      int length = text.codePointCount(0, text.length());
      if (length < least) {
        violated(path, "expected minLength: " + least + ", actual: " + length);
      } else if (length > most) {
        violated(path, "expected maxLength: " + most + ", actual: " + length);
      }
    }
    return text;
  }

  /** A string; null when it isn't there or isn't one. */
  String string(String path, Object value) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    wrongType(path, "String", value);
    return null;
  }

  /** One of the names, to the letter. */
  String name(String path, Object value, List<String> names) {
    String name = string(path, value);
    if (name != null && !names.contains(name)) {
      violated(path, name + " is not a valid enum value");
    }
    return name;
  }

  /** A file in base64; null when it isn't there or isn't one. */
  SourcePicture picture(String path, Object value) {
    String base64 = string(path, value);
    if (base64 == null) {
      return null;
    }
    SourcePicture picture = SourcePicture.of(base64);
    if (picture == null) {
      violated(path, "is not valid base64");
    }
    return picture;
  }

  /** A number within a range whose ends may be null; null when it isn't there or isn't one. */
  BigDecimal number(String path, Object value, BigDecimal least, BigDecimal most) {
    return inRange(path, value, "Number", least, most);
  }

  /** A whole number within a range. */
  BigDecimal whole(String path, Object value, long least, long most) {
    if (value instanceof Json.Num number && !number.whole()) {
      wrongType(path, "Integer", value);
      return null;
    }
    return inRange(path, value, "Integer", BigDecimal.valueOf(least), BigDecimal.valueOf(most));
  }

  /** A whole number within a range that is a multiple of another. */
  BigDecimal multiple(String path, Object value, long least, long most, int of) {
    BigDecimal number = whole(path, value, least, most);
    if (number != null && number.longValue() % of != 0) {
      violated(path, number + " is not a multiple of " + of);
    }
    return number;
  }

  private BigDecimal inRange(
      String path, Object value, String type, BigDecimal least, BigDecimal most) {
    if (value == null) {
      return null;
    }
    if (!(value instanceof Json.Num number)) {
      wrongType(path, type, value);
      return null;
    }
    BigDecimal size = number.value();
    if (least != null && size.compareTo(least) < 0) {
      violated(path, number + " is not greater or equal to " + least.toPlainString());
    } else if (most != null && size.compareTo(most) > 0) {
      violated(path, number + " is not less or equal to " + most.toPlainString());
    } else {
      return size;
    }
    return null;
  }

  private void wrongType(String path, String expected, Object found) {
    violated(path, "expected type: " + expected + ", found: " + typeOf(found));
  }

  private static String typeOf(Object value) {
    if (value instanceof Json.Num number) {
      return number.whole() ? "Integer" : "BigDecimal";
    }
    if (value instanceof Map) {
      return "JSONObject";
    }
    if (value instanceof List) {
      return "JSONArray";
    }
    return value == Json.NULL ? "Null" : value.getClass().getSimpleName();
  }
}
