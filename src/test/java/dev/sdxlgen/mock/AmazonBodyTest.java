package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.mock.Caller.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Nova Canvas and Titan take and what they don't, each limit at its edge and beyond. */
class AmazonBodyTest {

  private static final String NOVA = "amazon.nova-canvas-v1:0";
  private static final String TITAN = "amazon.titan-image-generator-v2:0";
  private static final String TITAN_V1 = "amazon.titan-image-generator-v1";

  private static MockBedrock mock;

  @BeforeAll
  static void start() {
    // A small picture of our own: these tests are about the bodies.
    mock = MockBedrock.start(MockOptions.DEFAULT.withPicture(new byte[] {1, 2, 3}));
  }

  @AfterAll
  static void stop() {
    mock.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"cfgScale\":1.1",
        "\"cfgScale\":10",
        "\"seed\":0",
        "\"numberOfImages\":1",
        "\"quality\":\"standard\"",
        "\"quality\":\"premium\"",
        "\"width\":1024,\"height\":1024",
      })
  void takesWhatIsWithinEveryModelsLimits(String fields) {
    for (String model : new String[] {NOVA, TITAN, TITAN_V1}) {
      assertThat(configured(model, fields).text())
          .isEqualTo("{\"images\":[\"AQID\"],\"error\":null}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"seed\":858993459",
        "\"width\":320,\"height\":320",
        "\"width\":4096,\"height\":1024",
        "\"width\":320,\"height\":1280",
        "\"width\":2048,\"height\":2048",
        "\"height\":336",
      })
  void takesWhatIsWithinNovasLimits(String fields) {
    assertThat(configured(NOVA, fields).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1024x1024", "768x768", "512x512", "768x1152", "384x576", "1152x768", "576x384", "768x1280",
        "384x640", "1280x768", "640x384", "896x1152", "448x576", "1152x896", "576x448", "768x1408",
        "384x704", "1408x768", "704x384", "640x1408", "320x704", "1408x640", "704x320", "1152x640",
        "1173x640",
      })
  void takesTitansSizes(String size) {
    String[] sides = size.split("x");
    for (String model : new String[] {TITAN, TITAN_V1}) {
      String fields = "\"seed\":2147483646,\"width\":" + sides[0] + ",\"height\":" + sides[1];
      assertThat(configured(model, fields).status()).isEqualTo(200);
    }
  }

  @Test
  void takesUpToFiveImages() {
    assertThat(configured(NOVA, "\"numberOfImages\":5").text())
        .isEqualTo("{\"images\":[\"AQID\",\"AQID\",\"AQID\",\"AQID\",\"AQID\"],\"error\":null}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          amazon.nova-canvas-v1:0 | "cfgScale":1.09 | /cfgScale: 1.09 is not greater or equal to 1.1
          amazon.nova-canvas-v1:0 | "cfgScale":10.1 | /cfgScale: 10.1 is not less or equal to 10
          amazon.nova-canvas-v1:0 | "cfgScale":"7" | /cfgScale: expected type: Number, found: String
          amazon.nova-canvas-v1:0 | "seed":-1 | /seed: -1 is not greater or equal to 0
          amazon.nova-canvas-v1:0 | "seed":858993460 | /seed: 858993460 is not less or equal to 858993459
          amazon.titan-image-generator-v2:0 | "seed":2147483647 | /seed: 2147483647 is not less or equal to 2147483646
          amazon.titan-image-generator-v1 | "seed":2147483647 | /seed: 2147483647 is not less or equal to 2147483646
          amazon.nova-canvas-v1:0 | "numberOfImages":0 | /numberOfImages: 0 is not greater or equal to 1
          amazon.nova-canvas-v1:0 | "numberOfImages":6 | /numberOfImages: 6 is not less or equal to 5
          amazon.nova-canvas-v1:0 | "quality":"draft" | /quality: draft is not a valid enum value
          amazon.nova-canvas-v1:0 | "width":304 | /width: 304 is not greater or equal to 320
          amazon.nova-canvas-v1:0 | "height":4112 | /height: 4112 is not less or equal to 4096
          amazon.nova-canvas-v1:0 | "width":1032 | /width: 1032 is not a multiple of 16
          amazon.nova-canvas-v1:0 | "width":4096,"height":1040 | : 4096x1040 is more than 4194304 pixels
          amazon.nova-canvas-v1:0 | "width":320,"height":1296 | : 320x1296 is not between 1:4 and 4:1
          amazon.nova-canvas-v1:0 | "width":1296,"height":320 | : 1296x320 is not between 1:4 and 4:1
          amazon.titan-image-generator-v2:0 | "width":1024,"height":768 | : 1024x768 is not a supported image size
          amazon.titan-image-generator-v1 | "width":512 | : 512x1024 is not a supported image size
          amazon.nova-canvas-v1:0 | "steps":30 | : extraneous key [steps] is not permitted
          """)
  void refusesWhatIsOneStepBeyond(String model, String fields, String violation) {
    assertMalformed(configured(model, fields), "#/imageGenerationConfig" + violation);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          amazon.nova-canvas-v1:0 | {} | #: required key [taskType] not found
          amazon.nova-canvas-v1:0 | {"taskType":7} | #/taskType: expected type: String, found: Integer
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT"} | #/taskType: TEXT is not a valid enum value
          amazon.titan-image-generator-v2:0 | {"taskType":"VIRTUAL_TRY_ON"} | #/taskType: VIRTUAL_TRY_ON is not a valid enum value
          amazon.titan-image-generator-v1 | {"taskType":"BACKGROUND_REMOVAL"} | #/taskType: BACKGROUND_REMOVAL is not a valid enum value
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT_IMAGE"} | #: required key [textToImageParams] not found
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT_IMAGE","textToImageParams":[]} | #/textToImageParams: expected type: JSONObject, found: JSONArray
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT_IMAGE","textToImageParams":{}} | #/textToImageParams: required key [text] not found
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT_IMAGE","textToImageParams":{"text":""}} | #/textToImageParams/text: expected minLength: 1, actual: 0
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a","negativeText":""}} | #/textToImageParams/negativeText: expected minLength: 1, actual: 0
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a","images":[]}} | #/textToImageParams: extraneous key [images] is not permitted
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a","style":"OIL"}} | #/textToImageParams/style: OIL is not a valid enum value
          amazon.titan-image-generator-v2:0 | {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a","style":"MAXIMALISM"}} | #/textToImageParams: extraneous key [style] is not permitted
          amazon.titan-image-generator-v1 | {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a","conditionImage":"AAAA"}} | #/textToImageParams: extraneous key [conditionImage] is not permitted
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a"},"imageGenerationConfig":7} | #/imageGenerationConfig: expected type: JSONObject, found: Integer
          amazon.nova-canvas-v1:0 | {"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a"},"seed":7} | #: extraneous key [seed] is not permitted
          """)
  void refusesABodyOfAnotherShape(String model, String body, String violation) {
    assertMalformed(Caller.invoke(mock, model, body), violation);
  }

  @ParameterizedTest
  @CsvSource({
    "amazon.nova-canvas-v1:0,1024",
    "amazon.titan-image-generator-v2:0,512",
    "amazon.titan-image-generator-v1,512"
  })
  void countsATextInCodePoints(String model, int most) {
    String atTheLimit = "😀".repeat(most);
    String actual = "expected maxLength: " + most + ", actual: " + (most + 1);

    assertThat(texts(model, atTheLimit, atTheLimit).status()).isEqualTo(200);
    assertMalformed(texts(model, atTheLimit + "x", "hat"), "#/textToImageParams/text: " + actual);
    assertMalformed(
        texts(model, "a", atTheLimit + "x"), "#/textToImageParams/negativeText: " + actual);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3D_ANIMATED_FAMILY_FILM",
        "DESIGN_SKETCH",
        "FLAT_VECTOR_ILLUSTRATION",
        "GRAPHIC_NOVEL_ILLUSTRATION",
        "MAXIMALISM",
        "MIDCENTURY_RETRO",
        "PHOTOREALISM",
        "SOFT_DIGITAL_PAINTING",
      })
  void takesNovasStyles(String style) {
    String body =
        "{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":{\"text\":\"a\",\"style\":\""
            + style
            + "\"}}";
    assertThat(Caller.invoke(mock, NOVA, body).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "amazon.nova-canvas-v1:0,INPAINTING",
    "amazon.nova-canvas-v1:0,VIRTUAL_TRY_ON",
    "amazon.titan-image-generator-v2:0,BACKGROUND_REMOVAL",
    "amazon.titan-image-generator-v1,IMAGE_VARIATION"
  })
  void saysWhichTasksItDoesNotSpeak(String model, String task) {
    Reply reply =
        Caller.invoke(
            mock, model, "{\"taskType\":\"" + task + "\",\"imageVariationParams\":{\"text\":1}}");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.errorType()).isEqualTo("ValidationException");
    assertThat(reply.message())
        .isEqualTo("The mock doesn't speak the taskType " + task + ", only text to image");
  }

  @Test
  void saysThatItDoesNotSpeakOfConditions() {
    String body =
        "{\"taskType\":\"TEXT_IMAGE\","
            + "\"textToImageParams\":{\"text\":\"a\",\"conditionImage\":\"AAAA\"}}";

    assertThat(Caller.invoke(mock, NOVA, body).message())
        .isEqualTo("The mock doesn't speak conditionImage, only text to image");
    assertThat(Caller.invoke(mock, TITAN, body).message())
        .isEqualTo("The mock doesn't speak conditionImage, only text to image");
  }

  private static Reply configured(String model, String config) {
    return Caller.invoke(
        mock,
        model,
        "{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":{\"text\":\"a person\"},"
            + "\"imageGenerationConfig\":{"
            + config
            + "}}");
  }

  private static Reply texts(String model, String text, String negative) {
    return Caller.invoke(
        mock,
        model,
        "{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":{\"text\":\""
            + text
            + "\",\"negativeText\":\""
            + negative
            + "\"}}");
  }

  private static void assertMalformed(Reply reply, String violation) {
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.errorType()).isEqualTo("ValidationException");
    assertThat(reply.message())
        .isEqualTo(
            "Malformed input request: "
                + violation
                + ", please reformat your input and try again.");
  }
}
