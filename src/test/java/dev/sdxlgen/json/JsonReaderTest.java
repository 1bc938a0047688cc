package dev.sdxlgen.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** It is held against Jackson's parser, which it stands in for. */
class JsonReaderTest {

  private static final JsonFactory JACKSON = new JsonFactory();

  private static final List<String> TEXTS =
      List.of(
          "{\"result\":\"success\",\"artifacts\":[{\"seed\":42,\"base64\":\"QUJD\",\"finishReason\":\"SUCCESS\"}]}",
          " { \"a\" : [ 1 , -2.5 , 1e9 , 0 , -0 , 0.10 , 1E+2 , 3e-7 ] , \"b\" : { } , \"c\" : [ ] } ",
          "{\"a\":[true,false,null,[[]],{\"b\":{\"c\":[{}]}}],\"a\":\"twice\"}",
          "{\"\":\"\",\"\\u00e9\\\"\":\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud83d\\ude00\\uD800\"}",
          "{\"caf\u00e9 \uD83D\uDE00\":\"\u20ac \u0080\"}",
          "[]",
          "\"a\"",
          "-12",
          "null",
          "{}[]\"\" 1 true\n",
          "");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[",
        "}",
        "]",
        "{]",
        "[}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":}",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{1:1}",
        "{'a':1}",
        "[,]",
        "[1,]",
        "[1 2]",
        "[1,,2]",
        ",1",
        "\"a",
        "\"a\\",
        "\"a\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "\"\t\"",
        "\"\0\"",
        "'a'",
        "01",
        "-",
        "-a",
        "+1",
        ".5",
        "1.",
        "1.e1",
        "1e",
        "1e+",
        "-01",
        "NaN",
        "Infinity",
        "tru",
        "trux",
        "nul",
        "/* a */ 1",
        "# a",
        "1x",
        "1[]",
        "x",
        "\0",
        "\uFFFD"
      })
  void refusesWhatIsNotJson(String text) {
    assertThatExceptionOfType(JsonParseException.class)
        .isThrownBy(() -> read(text.getBytes(UTF_8)))
        .withMessageMatching("There is .+ before byte \\d+");
    assertThat(jackson(text.getBytes(UTF_8))).isNull();
  }

  @Test
  void refusesAStringThatIsNotUtf8() {
    assertThatExceptionOfType(JsonParseException.class)
        .isThrownBy(() -> read("\"caf\u00e9\"".getBytes(ISO_8859_1)))
        .withMessage("There is bytes that aren't UTF-8 before byte 6");
  }

  @Test
  void refusesANumberBeyond64Bits() throws IOException {
    JsonReader json = reader("[9223372036854775807,9223372036854775808]");
    json.nextToken();
    json.nextToken();
    assertThat(json.getLongValue()).isEqualTo(Long.MAX_VALUE);
    json.nextToken();
    assertThatExceptionOfType(JsonParseException.class).isThrownBy(json::getLongValue);
  }

  @Test
  void goesAsDeepAsJackson() {
    byte[] deep = ("[".repeat(1000) + "]".repeat(1000)).getBytes(UTF_8);
    assertThat(ours(deep)).isEqualTo(jackson(deep)).isNotNull();
    byte[] deeper = ("[".repeat(1001) + "]".repeat(1001)).getBytes(UTF_8);
    assertThat(ours(deeper)).isEqualTo(jackson(deeper)).isNull();
  }

  @Test
  void readsWhatJacksonReads() {
    for (String text : TEXTS) {
      byte[] bytes = text.getBytes(UTF_8);
      assertThat(ours(bytes)).as(text).isEqualTo(jackson(bytes)).isNotNull();
    }
  }

  @Test
  void readsAndRefusesTheSameAsJacksonOfJsonThatIsBroken() {
    Random random = new Random(7);
    int read = 0;
    for (int i = 0; i < 40_000; i++) {
      byte[] bytes = broken(TEXTS.get(random.nextInt(TEXTS.indexOf("null"))), random);
      List<String> ours = ours(bytes);
      assertThat(ours).as(new String(bytes, UTF_8)).isEqualTo(jackson(bytes));
      read += ours == null ? 0 : 1;
    }
    assertThat(read).isBetween(4_000, 36_000);
  }

  @Test
  void skipsAValueWithAllThatIsInIt() throws IOException {
    JsonReader json = reader("{\"a\":{\"b\":[1,{\"c\":\"]\\\"}\"}]},\"d\":2}");
    json.nextToken();
    json.nextToken();
    json.nextToken();
    json.skipChildren();
    assertThat(json.currentToken()).isEqualTo(JsonToken.END_OBJECT);
    assertThat(json.nextToken()).isEqualTo(JsonToken.FIELD_NAME);
    assertThat(json.currentName()).isEqualTo("d");
    json.skipChildren();
    assertThat(json.nextToken()).isEqualTo(JsonToken.VALUE_NUMBER_INT);
    json.skipChildren();
    assertThat(json.getText()).isEqualTo("2");
  }

  @Test
  void givesAValueAsItIsWritten() throws IOException {
    JsonReader json = reader("[{\"a\": [1.0, \"\u00e9\\n\"]}, \"\\u0041\", 1e2, true]");
    List<String> sources = new ArrayList<>();
    json.nextToken();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        assertThat(json.getText()).isEqualTo("A").isEqualTo(json.getText());
      }
      sources.add(json.source());
    }
    assertThat(sources)
        .containsExactly("{\"a\": [1.0, \"\u00e9\\n\"]}", "\"\\u0041\"", "1e2", "true");
  }

  @ParameterizedTest
  @ValueSource(strings = {" {}", "{} ", "[1,\t2]", "{\"a\" :1}", "{\"a\":\n1}", "{\r}", " "})
  void tellsOfWhiteSpaceBetweenTokens(String text) throws IOException {
    JsonReader json = reader(text);
    while (json.nextToken() != null) {}
    assertThat(json.isCompact()).isFalse();
  }

  @Test
  void tellsOfJsonWithoutWhiteSpace() throws IOException {
    JsonReader json = reader("{\"a\":[1,\" \",{}]}");
    while (json.nextToken() != null) {}
    assertThat(json.isCompact()).isTrue();
  }

  @Test
  void goesOnBehindAPicture() throws IOException {
    byte[] bytes = new byte[300_001];
    new Random(1).nextBytes(bytes);
    JsonReader json =
        reader("{\"a\":\"" + Base64.getEncoder().encodeToString(bytes) + "\",\"b\":1}");
    json.nextToken();
    json.nextToken();
    json.nextToken();
    var decoded = new ByteArrayOutputStream();
    assertThat(json.readBinaryValue(decoded)).isEqualTo(bytes.length);
    assertThat(decoded.toByteArray()).isEqualTo(bytes);
    assertThat(json.nextToken()).isEqualTo(JsonToken.FIELD_NAME);
    assertThat(json.currentName()).isEqualTo("b");
  }

  @Test
  void decodesAndRefusesTheSameBase64AsJackson() throws IOException {
    Random random = new Random(11);
    int read = 0;
    for (int i = 0; i < 40_000; i++) {
      byte[] bytes = new byte[random.nextInt(30)];
      random.nextBytes(bytes);
      String base64 = Base64.getEncoder().encodeToString(bytes);
      byte[] text = broken("\"" + base64.replace("/", i % 2 == 0 ? "\\/" : "/") + "\"", random);
      byte[] ours = decoded(text);
      assertThat(ours).as(new String(text, UTF_8)).isEqualTo(decodedByJackson(text));
      read += ours == null ? 0 : 1;
    }
    assertThat(read).isBetween(4_000, 36_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"QUI", "QQ", "Q", "Q===", "QUJD=", "QQ=x", "QU-_", "QU JD", "QUJD*"})
  void refusesWhatIsNotBase64(String text) throws IOException {
    JsonReader json = reader("\"" + text + "\"");
    json.nextToken();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> json.readBinaryValue(new ByteArrayOutputStream()));
  }

  private static JsonReader reader(String text) {
    return new JsonReader(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  private static byte[] broken(String text, Random random) {
    StringBuilder changed = new StringBuilder(text);
    String others = "{}[]\",:\\/u0123456789eE+-. \n\ttrufalsn=QZ'#\u0001";
    for (int i = random.nextInt(3); i > 0 && changed.length() > 0; i--) {
      int at = random.nextInt(changed.length());
      char other = others.charAt(random.nextInt(others.length()));
      switch (random.nextInt(4)) {
        case 0 -> changed.deleteCharAt(at);
        case 1 -> changed.insert(at, other);
        case 2 -> changed.setCharAt(at, other);
        default -> changed.setLength(at);
      }
    }
    return changed.toString().getBytes(UTF_8);
  }

  private static List<String> ours(byte[] text) {
    try {
      return read(text);
    } catch (JsonParseException e) {
      return null;
    }
  }

  private static List<String> read(byte[] text) throws JsonParseException {
    List<String> tokens = new ArrayList<>();
    JsonReader json = new JsonReader(ByteBuffer.wrap(text));
    while (json.nextToken() != null) {
      JsonToken token = json.currentToken();
      tokens.add(
          token
              + " "
              + (token == JsonToken.FIELD_NAME
                  ? json.currentName()
                  : token.isScalarValue() ? json.getText() : ""));
    }
    return tokens;
  }

  private static List<String> jackson(byte[] text) {
    List<String> tokens = new ArrayList<>();
    try (JsonParser json = JACKSON.createParser(text)) {
      while (json.nextToken() != null) {
        JsonToken token = json.currentToken();
        tokens.add(
            token
                + " "
                + (token == JsonToken.FIELD_NAME || token.isScalarValue() ? json.getText() : ""));
      }
      return tokens;
    } catch (IOException e) {
      return null;
    }
  }

  private static byte[] decoded(byte[] text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try {
      JsonReader json = new JsonReader(ByteBuffer.wrap(text));
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        return null;
      }
      json.readBinaryValue(bytes);
      return bytes.toByteArray();
    } catch (JsonParseException | IllegalArgumentException e) {
      return null;
    }
  }

  private static byte[] decodedByJackson(byte[] text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (JsonParser json = JACKSON.createParser(text)) {
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        return null;
      }
      json.readBinaryValue(bytes);
      return bytes.toByteArray();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return null;
    }
  }
}
