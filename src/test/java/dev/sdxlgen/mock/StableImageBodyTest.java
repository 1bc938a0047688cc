package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.png.PngEncoder;
import dev.sdxlgen.mock.Caller.Reply;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the stable-image models take and what they don't, each limit at its edge and beyond. */
class StableImageBodyTest {

  private static final String SD3_5 = "stability.sd3-5-large-v1:0";
  private static final String CORE = "stability.stable-image-core-v1:1";
  private static final String ULTRA = "stability.stable-image-ultra-v1:1";

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
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          stability.sd3-5-large-v1:0 | "seed":0
          stability.sd3-5-large-v1:0 | "seed":4294967294
          stability.sd3-large-v1:0 | "seed":4294967295
          stability.stable-image-core-v1:1 | "seed":4294967295
          stability.stable-image-ultra-v1:1 | "seed":4294967295
          stability.sd3-5-large-v1:0 | "negative_prompt":""
          stability.sd3-5-large-v1:0 | "negative_prompt":"hat"
          stability.sd3-5-large-v1:0 | "aspect_ratio":"16:9","mode":"text-to-image"
          stability.sd3-5-large-v1:0 | "aspect_ratio":"9:21","output_format":"png"
          stability.stable-image-core-v1:1 | "mode":"text-to-image","output_format":"jpeg"
          stability.stable-image-core-v1:0 | "negative_prompt":"hat"
          stability.stable-image-ultra-v1:0 | "mode":"text-to-image"
          stability.stable-image-ultra-v0 | "aspect_ratio":"1:1"
          stability.sd3-5-large-v1:0 | "mode":"image-to-image","image":IMAGE,"strength":0
          stability.sd3-5-large-v1:0 | "image":IMAGE,"strength":1
          stability.sd3-large-v1:0 | "image":IMAGE,"strength":0.5
          stability.stable-image-ultra-v1:1 | "image":IMAGE
          stability.stable-image-ultra-v1:1 | "image":IMAGE,"strength":0.35
          """)
  void takesWhatIsWithinTheLimits(String model, String fields) {
    assertThat(invoke(model, fields).text()).startsWith("{\"seeds\":[");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          stability.sd3-5-large-v1:0 | "seed":-1 | #/seed: -1 is not greater or equal to 0
          stability.sd3-5-large-v1:0 | "seed":4294967295 | #/seed: 4294967295 is not less or equal to 4294967294
          stability.stable-image-core-v1:1 | "seed":4294967296 | #/seed: 4294967296 is not less or equal to 4294967295
          stability.stable-image-ultra-v1:1 | "seed":1.5 | #/seed: expected type: Integer, found: BigDecimal
          stability.sd3-5-large-v1:0 | "negative_prompt":null | #/negative_prompt: expected type: String, found: Null
          stability.sd3-5-large-v1:0 | "aspect_ratio":"4:3" | #/aspect_ratio: 4:3 is not a valid enum value
          stability.sd3-5-large-v1:0 | "mode":"inpaint" | #/mode: inpaint is not a valid enum value
          stability.stable-image-core-v1:1 | "mode":"image-to-image" | #/mode: image-to-image is not a valid enum value
          stability.stable-image-ultra-v1:1 | "mode":"image-to-image","image":IMAGE | #/mode: image-to-image is not a valid enum value
          stability.sd3-5-large-v1:0 | "output_format":"webp" | #/output_format: webp is not a valid enum value
          stability.sd3-5-large-v1:0 | "mode":"image-to-image" | #: required key [image] not found
          stability.sd3-5-large-v1:0 | "mode":"image-to-image","image":IMAGE | #: required key [strength] not found
          stability.sd3-5-large-v1:0 | "image":IMAGE | #: required key [strength] not found
          stability.stable-image-ultra-v1:1 | "strength":0.5 | #: required key [image] not found
          stability.sd3-5-large-v1:0 | "image":IMAGE,"strength":1.01 | #/strength: 1.01 is not less or equal to 1
          stability.sd3-5-large-v1:0 | "image":IMAGE,"strength":-0.01 | #/strength: -0.01 is not greater or equal to 0
          stability.sd3-5-large-v1:0 | "image":IMAGE,"strength":0.5,"mode":"text-to-image" | #: extraneous key [image] is not permitted
          stability.sd3-5-large-v1:0 | "image":IMAGE,"strength":0.5,"aspect_ratio":"1:1" | #: extraneous key [aspect_ratio] is not permitted
          stability.stable-image-ultra-v1:1 | "image":IMAGE,"aspect_ratio":"1:1" | #: extraneous key [aspect_ratio] is not permitted
          stability.stable-image-ultra-v1:1 | "image":SMALL | #/image: 63x64 is less than 64 pixels on a side
          stability.stable-image-ultra-v1:1 | "image":"AAAA" | #/image: is not a PNG, JPEG or WebP
          stability.stable-image-ultra-v1:1 | "image":"A*AA" | #/image: is not valid base64
          stability.stable-image-ultra-v1:1 | "image":"" | #/image: is not valid base64
          """)
  void refusesWhatIsOneStepBeyond(String model, String fields, String violation) {
    assertMalformed(invoke(model, fields), violation);
  }

  @Test
  void countsAPromptInCodePoints() {
    String atTheLimit = "😀".repeat(10_000);

    for (String model : new String[] {SD3_5, CORE, ULTRA}) {
      assertThat(Caller.invoke(mock, model, prompt(atTheLimit)).status()).isEqualTo(200);
      assertThat(Caller.invoke(mock, model, prompt("")).status()).isEqualTo(200);
      assertMalformed(
          Caller.invoke(mock, model, prompt(atTheLimit + "x")),
          "#/prompt: expected maxLength: 10000, actual: 10001");
      assertMalformed(
          invoke(model, "\"negative_prompt\":\"" + atTheLimit + "x\""),
          "#/negative_prompt: expected maxLength: 10000, actual: 10001");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {} | #: required key [prompt] not found
          {"text_prompts":[{"text":"a person"}]} | #: required key [prompt] not found
          {"prompt":7} | #/prompt: expected type: String, found: Integer
          ["a person"] | #: expected type: JSONObject, found: JSONArray
          """)
  void refusesABodyWithoutAProperPrompt(String body, String violation) {
    assertMalformed(Caller.invoke(mock, SD3_5, body), violation);
  }

  /** In the words quoted in BerriAI/litellm issue 6826. */
  @Test
  void namesTheFieldsThatThereAre() {
    String available =
        "'prompt', 'negative_prompt', 'mode', 'strength', 'seed', 'output_format', 'image',"
            + " 'aspect_ratio'";
    for (String model : new String[] {SD3_5, "stability.sd3-large-v1:0", ULTRA}) {
      assertThat(invoke(model, "\"cfg_scale\":7").text())
          .isEqualTo(
              "{\"message\":\"{\\\"detail\\\":\\\"Invalid field in request. Available fields: ["
                  + available
                  + "]\\\"}\"}");
    }
    for (String field : new String[] {"image", "strength", "style_preset"}) {
      Reply reply = invoke(CORE, "\"" + field + "\":1");
      assertThat(reply.errorType()).isEqualTo("ValidationException");
      assertThat(reply.message())
          .isEqualTo(
              "{\"detail\":\"Invalid field in request. Available fields: ['prompt',"
                  + " 'negative_prompt', 'mode', 'seed', 'output_format', 'aspect_ratio']\"}");
    }
  }

  private static Reply invoke(String model, String fields) {
    String given = fields.replace("IMAGE", png(64, 64)).replace("SMALL", png(63, 64));
    return Caller.invoke(mock, model, "{\"prompt\":\"a person\"," + given + "}");
  }

  private static String prompt(String text) {
    return "{\"prompt\":\"" + text + "\"}";
  }

  private static String png(int width, int height) {
    byte[] file = PngEncoder.encode(width, height, new byte[3 * width * height]);
    return '"' + Base64.getEncoder().encodeToString(file) + '"';
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
