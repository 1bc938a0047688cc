package dev.sdxlgen.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {

  private static final JsonFactory JACKSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private final JsonWriter json = new JsonWriter(16);

  @Test
  void anObjectHasNoWhiteSpaceAndACommaBetweenItsFields() {
    json.writeStartObject();
    json.writeArrayFieldStart("prompts");
    json.writeStartObject();
    json.writeStringField("text", "a person");
    json.writeFieldName("weight");
    json.writeNumber("-1.0");
    json.writeEndObject();
    json.writeStartObject();
    json.writeEndObject();
    json.writeString("hat");
    json.writeEndArray();
    json.writeArrayFieldStart("none");
    json.writeEndArray();
    json.writeObjectFieldStart("config");
    json.writeNumberField("seed", 4294967295L);
    json.writeBooleanField("skipped", true);
    json.writeNullField("result");
    json.writeStringField("reason", null);
    json.writeEndObject();
    json.writeFieldName("extras");
    json.writeRawValue("{\"a\":1}");
    json.writeBinaryField("image", new byte[] {0, 1, 2, -1});
    json.writeEndObject();

    assertThat(json.toByteArray())
        .asString(UTF_8)
        .isEqualTo(
            """
            {"prompts":[{"text":"a person","weight":-1.0},{},"hat"],"none":[],\
            "config":{"seed":4294967295,"skipped":true,"result":null,"reason":null},\
            "extras":{"a":1},"image":"AAEC/w=="}""");
  }

  @Test
  void aPictureIsBase64WithoutLineBreaks() throws IOException {
    byte[] picture = new byte[100_000];
    new Random(1).nextBytes(picture);

    json.writeStartObject();
    json.writeBinaryField("init_image", picture);
    json.writeEndObject();

    assertThat(new ObjectMapper().readTree(json.toByteArray()).get("init_image").binaryValue())
        .isEqualTo(picture);
    assertThat(json.toByteArray()).doesNotContain('\n', '\r');
  }

  @Test
  void aTextIsWrittenAsJacksonWritesIt() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      String text = text(random);
      JsonWriter writer = new JsonWriter(16);
      writer.writeString(text);

      assertThat(writer.toByteArray()).asString(UTF_8).isEqualTo(jackson(text));
    }
  }

  @Test
  void allControlCharactersAreEscapedAsJacksonDoes() throws IOException {
    for (char c = 0; c < 0x100; c++) {
      assertThat(JsonWriter.quoted("a" + c + "b")).isEqualTo(jackson("a" + c + "b"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "\uDE00", "a\uD83D", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"})
  void halfACharacterComesBackFromJackson(String text) throws IOException {
    json.writeString(text);

    assertThat(new ObjectMapper().readTree(json.toByteArray()).textValue()).isEqualTo(text);
  }

  @Test
  void halfACharacterInWhatIsWrittenAlreadyComesBackFromJackson() throws IOException {
    json.writeRawValue("{\"a\":\"\uD83D \uD83D\uDE00\"}");

    assertThat(json.toByteArray()).asString(UTF_8).isEqualTo("{\"a\":\"\\uD83D \uD83D\uDE00\"}");
    assertThat(new ObjectMapper().readTree(json.toByteArray()).get("a").textValue())
        .isEqualTo("\uD83D \uD83D\uDE00");
  }

  @Test
  void bytesThatAreWrittenAlreadyAreLeftAsTheyAre() {
    json.writeStartObject();
    json.writeStringField("a", "b");
    json.writeFieldName("request");
    json.writeRawValue("{\"text\":\"\u00E9\"}".getBytes(UTF_8));
    json.writeEndObject();

    assertThat(json.toByteArray())
        .asString(UTF_8)
        .isEqualTo("{\"a\":\"b\",\"request\":{\"text\":\"\u00E9\"}}");
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(12); length > 0; length--) {
      switch (random.nextInt(5)) {
        case 0 -> text.append((char) random.nextInt(0x80));
        case 1 -> text.append("\"\\/\b\t\n\f\r".charAt(random.nextInt(8)));
        case 2 -> text.append((char) random.nextInt(0xD800));
        case 3 -> text.append((char) (0xE000 + random.nextInt(0x2000)));
        default -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
      }
    }
    return text.toString();
  }

  private static String jackson(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = JACKSON.createGenerator(bytes, JsonEncoding.UTF8)) {
      generator.writeString(text);
    }
    return bytes.toString(UTF_8);
  }
}
