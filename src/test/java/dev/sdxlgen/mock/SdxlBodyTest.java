package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.mock.Caller.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What SDXL takes and what it doesn't, each limit at its edge and one past it. */
class SdxlBodyTest {

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
        "\"cfg_scale\":0",
        "\"cfg_scale\":35",
        "\"cfg_scale\":7.5",
        "\"steps\":10",
        "\"steps\":50",
        "\"seed\":0",
        "\"seed\":4294967295",
        "\"samples\":1",
        "\"sampler\":\"K_DPMPP_2S_ANCESTRAL\"",
        "\"style_preset\":\"3d-model\"",
        "\"clip_guidance_preset\":\"SLOWEST\"",
        "\"width\":1536",
        "\"height\":640",
        "\"width\":640,\"height\":1536",
        "\"extras\":{}",
        "\"extras\":{\"a\":[1,2.5,true,null,{\"b\":\"c\"}]}",
        "\"init_image\":\"AAAA\"",
        "\"init_image\":\"AAAA\",\"init_image_mode\":\"IMAGE_STRENGTH\",\"image_strength\":0",
        "\"init_image\":\"AAAA\",\"image_strength\":1",
        "\"init_image\":\"AAAA\",\"init_image_mode\":\"STEP_SCHEDULE\","
            + "\"step_schedule_start\":0,\"step_schedule_end\":1",
        "\"init_image\":\"AAAA\",\"mask_source\":\"MASK_IMAGE_WHITE\",\"mask_image\":\"AAAA\"",
        "\"init_image\":\"AAAA\",\"mask_source\":\"INIT_IMAGE_ALPHA\"",
      })
  void takesWhatIsWithinTheLimits(String fields) {
    assertThat(invokeWith(fields).text())
        .startsWith("{\"result\":\"success\",\"artifacts\":[{\"seed\":");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "cfg_scale":-0.1         | #/cfg_scale: -0.1 is not greater or equal to 0
          "cfg_scale":35.1         | #/cfg_scale: 35.1 is not less or equal to 35
          "cfg_scale":1e999999999  | #/cfg_scale: 1e999999999 is not less or equal to 35
          "cfg_scale":"7"          | #/cfg_scale: expected type: Number, found: String
          "cfg_scale":null         | #/cfg_scale: expected type: Number, found: Null
          "steps":9                | #/steps: 9 is not greater or equal to 10
          "steps":51               | #/steps: 51 is not less or equal to 50
          "steps":30.0             | #/steps: expected type: Integer, found: BigDecimal
          "steps":true             | #/steps: expected type: Integer, found: Boolean
          "seed":-1                | #/seed: -1 is not greater or equal to 0
          "seed":4294967296        | #/seed: 4294967296 is not less or equal to 4294967295
          "samples":0              | #/samples: 0 is not greater or equal to 1
          "samples":2              | #/samples: 2 is not less or equal to 1
          "sampler":"k_euler"      | #/sampler: k_euler is not a valid enum value
          "sampler":3              | #/sampler: expected type: String, found: Integer
          "style_preset":"oil"     | #/style_preset: oil is not a valid enum value
          "clip_guidance_preset":"FAST" | #/clip_guidance_preset: FAST is not a valid enum value
          "extras":"x"             | #/extras: expected type: JSONObject, found: String
          "extras":[]              | #/extras: expected type: JSONObject, found: JSONArray
          "wdith":1024             | #: extraneous key [wdith] is not permitted
          "width":0                | #/width: 0 is not greater or equal to 1
          "width":"1024"           | #/width: expected type: Integer, found: String
          "init_image":""          | #/init_image: is not valid base64
          "init_image":"A*AA"      | #/init_image: is not valid base64
          "init_image":7           | #/init_image: expected type: String, found: Integer
          "init_image":"AAAA","width":1024  | #: extraneous key [width] is not permitted
          "init_image":"AAAA","height":1024 | #: extraneous key [height] is not permitted
          "init_image":"AAAA","init_image_mode":"X" | #/init_image_mode: X is not a valid enum value
          "init_image":"AAAA","image_strength":-0.1 | #/image_strength: -0.1 is not greater or equal to 0
          "init_image":"AAAA","image_strength":1.1 | #/image_strength: 1.1 is not less or equal to 1
          "init_image":"AAAA","step_schedule_start":1.1 | #/step_schedule_start: 1.1 is not less or equal to 1
          "init_image":"AAAA","step_schedule_end":-1 | #/step_schedule_end: -1 is not greater or equal to 0
          "init_image_mode":"STEP_SCHEDULE" | #: required key [init_image] not found
          "image_strength":0.5     | #: required key [init_image] not found
          "init_image":"AAAA","mask_image":"AAAA" | #: required key [mask_source] not found
          "init_image":"AAAA","mask_source":"MASK_IMAGE_BLACK" | #: required key [mask_image] not found
          "mask_source":"INIT_IMAGE_ALPHA" | #: required key [init_image] not found
          "init_image":"AAAA","mask_source":"WHITE","mask_image":"AAAA" | #/mask_source: WHITE is not a valid enum value
          """)
  void refusesWhatIsOneStepBeyond(String fields, String violation) {
    assertRefused(
        invokeWith(fields),
        "Malformed input request: " + violation + ", please reformat your input and try again.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                             | #: required key [text_prompts] not found
          {"text_prompts":[]}            | #/text_prompts: expected minimum item count: 1, found: 0
          {"text_prompts":"a person"}    | #/text_prompts: expected type: JSONArray, found: String
          {"text_prompts":["a person"]}  | #/text_prompts/0: expected type: JSONObject, found: String
          {"text_prompts":[{}]}          | #/text_prompts/0: required key [text] not found
          {"text_prompts":[{"text":""}]} | #/text_prompts/0/text: expected minLength: 1, actual: 0
          {"text_prompts":[{"text":7}]}  | #/text_prompts/0/text: expected type: String, found: Integer
          {"text_prompts":[{"text":"a"},{"text":"b","weight":"-1"}]} | #/text_prompts/1/weight: expected type: Number, found: String
          {"text_prompts":[{"text":"a","wieght":1}]} | #/text_prompts/0: extraneous key [wieght] is not permitted
          ["a person"]                   | #: expected type: JSONObject, found: JSONArray
          7                              | #: expected type: JSONObject, found: Integer
          {"text_prompts":[],"steps":9}  | #/text_prompts: expected minimum item count: 1, found: 0#/steps: 9 is not greater or equal to 10
          """)
  void refusesABodyWithoutAProperPrompt(String body, String violation) {
    assertRefused(
        Caller.invoke(mock, body),
        "Malformed input request: " + violation + ", please reformat your input and try again.");
  }

  @Test
  void countsAPromptInCodePoints() {
    String atTheLimit = "😀".repeat(2000);

    assertThat(invokeWithPrompt(atTheLimit).status()).isEqualTo(200);
    assertRefused(
        invokeWithPrompt(atTheLimit + "x"),
        "Malformed input request: #/text_prompts/0/text: expected maxLength: 2000, actual: 2001,"
            + " please reformat your input and try again.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a person",
        "{",
        "{\"text_prompts\":[{\"text\":\"a\"}]",
        "{\"text_prompts\":[{\"text\":\"a\"}]} {}",
        "{\"text_prompts\":[{\"text\":\"a\"}],}",
        "{\"seed\":1,\"seed\":2,\"text_prompts\":[{\"text\":\"a\"}]}",
        "{\"text_prompts\":[{\"text\":\"a\"}],\"cfg_scale\":NaN}",
        "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":01}",
        "\uFEFF{\"text_prompts\":[{\"text\":\"a\"}]}",
        "{\"text_prompts\":[{\"text\":\"a\nb\"}]}",
      })
  void refusesWhatIsNotJson(String body) {
    assertRefused(
        Caller.invoke(mock, body),
        "Malformed input request, please reformat your input and try again.");
  }

  @Test
  void refusesJsonThatIsNestedWithoutEnd() {
    assertRefused(
        invokeWith("\"extras\":" + "{\"a\":".repeat(5000) + "1" + "}".repeat(5000)),
        "Malformed input request, please reformat your input and try again.");
  }

  @ParameterizedTest
  @CsvSource({"1000,1024", "1024,1152", "64,64"})
  void refusesASizeThatTheModelWasNotTrainedOn(int width, int height) {
    assertRefused(
        invokeWith("\"width\":" + width + ",\"height\":" + height),
        "for stable-diffusion-xl-1024-v0-9 and stable-diffusion-xl-1024-v1-0 the allowed dimensions"
            + " are 1024x1024, 1152x896, 1216x832, 1344x768, 1536x640, 640x1536, 768x1344,"
            + " 832x1216, 896x1152, but we received "
            + width
            + "x"
            + height);
  }

  @Test
  void refusesALoneSideThatNoSizeHas() {
    assertThat(invokeWith("\"width\":1000").message()).endsWith("but we received 1000x1024");
    assertThat(invokeWith("\"height\":1000").message()).endsWith("but we received 1024x1000");
  }

  @Test
  void takesMultiplesOf64FromV0() {
    String v0 = Caller.SDXL + "-v0";
    String body = "{\"text_prompts\":[{\"text\":\"a\"}],\"width\":%s,\"height\":%s}";

    assertThat(Caller.invoke(mock, v0, body.formatted(64, 2048)).status()).isEqualTo(200);
    assertRefused(
        Caller.invoke(mock, v0, body.formatted(65, 64)),
        "Malformed input request: #/width: 65 is not a multiple of 64,"
            + " please reformat your input and try again.");
    assertRefused(
        Caller.invoke(mock, v0, body.formatted(64, 2112)),
        "Malformed input request: #/height: 2112 is not less or equal to 2048,"
            + " please reformat your input and try again.");
  }

  private static Reply invokeWith(String fields) {
    return Caller.invoke(mock, "{\"text_prompts\":[{\"text\":\"a person\"}]," + fields + "}");
  }

  private static Reply invokeWithPrompt(String text) {
    return Caller.invoke(mock, "{\"text_prompts\":[{\"text\":\"" + text + "\"}]}");
  }

  private static void assertRefused(Reply reply, String message) {
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.header("x-amzn-ErrorType"))
        .isEqualTo("ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/");
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.message()).isEqualTo(message);
  }
}
