package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.mock.Caller.Reply;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each family answers, to the byte, and the pictures in it. */
class FamilyTest {

  private static final String SD3_5 = "stability.sd3-5-large-v1:0";
  private static final String NOVA = "amazon.nova-canvas-v1:0";
  private static final String TITAN = "amazon.titan-image-generator-v2:0";
  private static final String PROMPT = "{\"prompt\":\"a person\",\"seed\":7}";
  private static final String FLAGGED =
      "This request has been blocked by our content filters. Our filters automatically flagged this"
          + " prompt because it may conflict our AUP or AWS Responsible AI Policy. Please adjust"
          + " your text prompt to submit a new request.";

  private static final MockOptions QUICK = MockOptions.DEFAULT.withPicture(new byte[] {1, 2, 3});

  private MockBedrock mock = MockBedrock.start(QUICK);

  @AfterEach
  void stop() {
    mock.close();
  }

  private void restart(MockOptions options) {
    mock.close();
    mock = MockBedrock.start(options);
  }

  private static String task(String config) {
    return "{\"taskType\":\"TEXT_IMAGE\",\"textToImageParams\":{\"text\":\"a person\"},"
        + "\"imageGenerationConfig\":{"
        + config
        + "}}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stability.sd3-large-v1:0",
        "stability.sd3-5-large-v1:0",
        "stability.stable-image-core-v1:0",
        "stability.stable-image-core-v1:1",
        "stability.stable-image-ultra-v0",
        "stability.stable-image-ultra-v1:0",
        "stability.stable-image-ultra-v1:1",
        "us.stability.stable-image-core-v1:1",
        "global.stability.sd3-5-large-v1%3A0",
        "arn:aws:bedrock:us-west-2::foundation-model%2Fstability.sd3-5-large-v1:0",
        "arn:aws:bedrock:us-west-2:123456789012:inference-profile%2Fus.stability.sd3-5-large-v1:0",
      })
  void answersToTheByteAsStableImageDoes(String model) {
    assertThat(Caller.invoke(mock, model, PROMPT).text())
        .isEqualTo("{\"seeds\":[7],\"finish_reasons\":[null],\"images\":[\"AQID\"]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amazon.nova-canvas-v1:0",
        "us.amazon.nova-canvas-v1:0",
        "amazon.titan-image-generator-v1",
        "amazon.titan-image-generator-v2:0",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile%2Feu.amazon.nova-canvas-v1:0",
      })
  void answersToTheByteAsAmazonDoes(String model) {
    assertThat(Caller.invoke(mock, model, task("\"numberOfImages\":2")).text())
        .isEqualTo("{\"images\":[\"AQID\",\"AQID\"],\"error\":null}");
  }

  @Test
  void filtersAsEachFamilyDoes() {
    restart(QUICK.withFaults(Faults.parse("--fault", "filtered=1")));

    assertThat(Caller.invoke(mock, SD3_5, PROMPT).text())
        .isEqualTo("{\"finish_reasons\":[\"Filter reason: output image\"]}");
    assertThat(Caller.invoke(mock, NOVA, task("\"numberOfImages\":2")).text())
        .isEqualTo(
            "{\"images\":[],\"error\":\"All of the generated images have been blocked by our"
                + " content filters.\"}");
    assertThat(Caller.invoke(mock, "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":7}").text())
        .isEqualTo(
            "{\"result\":\"success\",\"artifacts\":"
                + "[{\"seed\":7,\"base64\":\"AQID\",\"finishReason\":\"CONTENT_FILTERED\"}]}");
  }

  @Test
  void filtersTheLastOfSeveral() {
    restart(QUICK.withFaults(Faults.parse("--fault", "partial=1")));

    assertThat(Caller.invoke(mock, NOVA, task("\"numberOfImages\":3")).text())
        .isEqualTo(
            "{\"images\":[\"AQID\",\"AQID\"],\"error\":\"Some of the generated images have been"
                + " blocked by our content filters.\"}");
    assertThat(Caller.invoke(mock, NOVA, task("")).text())
        .isEqualTo(
            "{\"images\":[],\"error\":\"All of the generated images have been blocked by our"
                + " content filters.\"}");
    assertThat(Caller.invoke(mock, SD3_5, PROMPT).text())
        .isEqualTo("{\"finish_reasons\":[\"Filter reason: output image\"]}");
  }

  @Test
  void blocksAPromptAsEachFamilyDoes() {
    restart(QUICK.withFaults(Faults.parse("--fault", "blocked=1")));

    assertThat(Caller.invoke(mock, SD3_5, PROMPT).text())
        .isEqualTo("{\"finish_reasons\":[\"Filter reason: prompt\"]}");
    Reply nova = Caller.invoke(mock, NOVA, task(""));
    assertThat(nova.status()).isEqualTo(400);
    assertThat(nova.errorType()).isEqualTo("ValidationException");
    assertThat(nova.message())
        .isEqualTo(
            "This request has been blocked by our content filters. Please adjust your text prompt"
                + " to submit a new request.");
    assertThat(Caller.invoke(mock, TITAN, task("")).message()).isEqualTo(FLAGGED);
    assertThat(Caller.invoke(mock, "{\"text_prompts\":[{\"text\":\"a\"}]}").message())
        .isEqualTo(FLAGGED);
    assertThat(Caller.invoke(mock, SD3_5, "{}").message()).startsWith("Malformed input request");
  }

  @ParameterizedTest
  @CsvSource({
    "16:9,1344x768",
    "1:1,1024x1024",
    "21:9,1536x640",
    "2:3,832x1216",
    "3:2,1216x832",
    "4:5,896x1088",
    "5:4,1088x896",
    "9:16,768x1344",
    "9:21,640x1536"
  })
  void drawsInTheRatioThatWasAskedFor(String ratio, String size) throws IOException {
    restart(MockOptions.DEFAULT);

    BufferedImage picture =
        picture(
            Caller.invoke(mock, SD3_5, "{\"prompt\":\"a\",\"aspect_ratio\":\"" + ratio + "\"}"));

    assertThat(picture.getWidth() + "x" + picture.getHeight()).isEqualTo(size);
  }

  @Test
  void drawsTheSamePictureAsAJpegWhenAsked() throws IOException {
    restart(MockOptions.DEFAULT);
    Reply png = Caller.invoke(mock, SD3_5, PROMPT);
    Reply jpeg = Caller.invoke(mock, SD3_5, PROMPT.replace("}", ",\"output_format\":\"jpeg\"}"));

    assertThat(image(png)).startsWith(0x89, 'P', 'N', 'G');
    assertThat(image(jpeg)).startsWith(0xff, 0xd8, 0xff).endsWith(0xff, 0xd9);
    BufferedImage sharp = picture(png);
    BufferedImage decoded = picture(jpeg);
    assertThat(decoded.getWidth()).isEqualTo(1024);
    assertThat(decoded.getHeight()).isEqualTo(1024);
    long difference = 0;
    for (int y = 0; y < 1024; y++) {
      for (int x = 0; x < 1024; x++) {
        for (int shift = 0; shift < 24; shift += 8) {
          difference +=
              Math.abs((sharp.getRGB(x, y) >> shift & 255) - (decoded.getRGB(x, y) >> shift & 255));
        }
      }
    }
    assertThat(difference / (3.0 * 1024 * 1024)).isLessThan(3);
  }

  @Test
  void comesBackAsLargeAsTheImageItStartsFrom() throws IOException {
    restart(MockOptions.DEFAULT);
    String source =
        Base64.getEncoder()
            .encodeToString(PictureFormat.JPEG.encode(96, 64, new byte[3 * 96 * 64]));

    BufferedImage picture =
        picture(
            Caller.invoke(
                mock, SD3_5, "{\"prompt\":\"a\",\"strength\":0.5,\"image\":\"" + source + "\"}"));

    assertThat(picture.getWidth() + "x" + picture.getHeight()).isEqualTo("96x64");
  }

  @Test
  void picksAStableImageSeedAndTellsIt() {
    long seed = Caller.invoke(mock, SD3_5, "{\"prompt\":\"a\"}").json().at("/seeds/0").asLong();
    long zero =
        Caller.invoke(mock, SD3_5, "{\"prompt\":\"a\",\"seed\":0}").json().at("/seeds/0").asLong();

    assertThat(seed).isBetween(1L, 4294967294L).isNotEqualTo(zero);
  }

  @Test
  void drawsTheSameForAmazonWithoutASeedAndSeveralThatDiffer() {
    restart(MockOptions.DEFAULT);
    String small = "\"width\":320,\"height\":320";

    Reply one = Caller.invoke(mock, NOVA, task(small));
    Reply three = Caller.invoke(mock, NOVA, task(small + ",\"numberOfImages\":3"));

    assertThat(image(Caller.invoke(mock, NOVA, task(small)))).isEqualTo(image(one));
    assertThat(three.json().at("/images/0")).isEqualTo(one.json().at("/images/0"));
    assertThat(three.json().at("/images/1")).isNotEqualTo(one.json().at("/images/0"));
    assertThat(three.json().at("/images/2")).isNotEqualTo(three.json().at("/images/1"));
    assertThat(image(Caller.invoke(mock, NOVA, task(small + ",\"seed\":7"))))
        .isNotEqualTo(image(one));
  }

  @Test
  void drawsAnotherPictureWhenAnythingChanges() throws Exception {
    String source =
        Base64.getEncoder().encodeToString(PictureFormat.PNG.encode(64, 64, new byte[3 * 64 * 64]));
    Map<Long, String> seen = new HashMap<>();
    for (String fields :
        new String[] {
          "\"prompt\":\"a\"",
          "\"prompt\":\"A\"",
          "\"prompt\":\"a\",\"negative_prompt\":\"b\"",
          "\"prompt\":\"a\",\"aspect_ratio\":\"16:9\"",
          "\"prompt\":\"a\",\"image\":\"" + source + "\"",
          "\"prompt\":\"a\",\"strength\":0.5,\"image\":\"" + source + "\"",
        }) {
      byte[] body = ("{" + fields + "}").getBytes(StandardCharsets.UTF_8);
      assertThat(seen.put(StableImageFormat.ULTRA.read(body).likeness(), fields)).isNull();
    }
    for (String config :
        new String[] {
          "\"cfgScale\":6.5", "\"cfgScale\":7", "\"quality\":\"premium\"", "\"width\":512"
        }) {
      byte[] body = task(config).getBytes(StandardCharsets.UTF_8);
      assertThat(seen.put(AmazonFormat.NOVA_CANVAS.read(body).likeness(), config)).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"stable-image,{\"prompt\":\"a\"}", "AMAZON,"})
  void speaksTheFamilyThatItIsToldWhereAnIdTellsNone(String family, String body) {
    restart(QUICK.withFamily(Family.parse("--family", family)));
    String sent = body == null ? task("") : body;

    for (String id :
        new String[] {
          "my-own",
          "arn:aws:sagemaker:us-east-1:123456789012:endpoint%2Fmine",
          "arn:aws:bedrock:us-east-1:123456789012:provisioned-model%2Fabc",
        }) {
      assertThat(Caller.invoke(mock, id, sent).status()).as(id).isEqualTo(200);
    }
    assertThat(Caller.invoke(mock, "{\"text_prompts\":[{\"text\":\"a\"}]}").status())
        .isEqualTo(200);
  }

  @Test
  void refusesAFamilyThatThereIsNot() {
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> Family.parse("--family", "sxdl"))
        .withMessage("--family sxdl is not a family of the mock")
        .extracting(InvalidRequest::advice)
        .isEqualTo("Did you mean sdxl? Families: sdxl, stable-image, amazon");
  }

  @Test
  void saysThatItDoesNotSpeakAnEditService() {
    Reply reply = Caller.invoke(mock, "us.stability.stable-image-inpaint-v1:0", PROMPT);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.errorType()).isEqualTo("ValidationException");
    assertThat(reply.message())
        .isEqualTo(
            "The mock doesn't speak stability.stable-image-inpaint-v1:0, only text to image");
  }

  @ParameterizedTest
  @CsvSource({
    "stability.sd3-5-large-v1:0,stability.sd3-5-large-v1:0,true",
    "stability.sd3-5-large-v1:0,us.stability.sd3-5-large-v1:0,true",
    "stability.sd3-5-large-v1:0,arn:aws:bedrock:us-west-2::foundation-model%2F"
        + "stability.sd3-5-large-v1:0,true",
    "us.stability.sd3-5-large-v1:0,us.stability.sd3-5-large-v1:0,true",
    "us.stability.sd3-5-large-v1:0,stability.sd3-5-large-v1:0,false",
    "stability.stable-image-core-v1:1,stability.sd3-5-large-v1:0,false"
  })
  void retiresAModelByAnyOfItsIds(String retired, String called, boolean gone) {
    restart(QUICK.withRetired(retired));

    Reply reply = Caller.invoke(mock, called, PROMPT);

    if (gone) {
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.errorType()).isEqualTo("ResourceNotFoundException");
      assertThat(reply.message())
          .isEqualTo(
              "This model version has reached the end of its life. Please refer to the AWS"
                  + " documentation for more details.");
    } else {
      assertThat(reply.status()).isEqualTo(200);
    }
    assertThat(mock.requests()).hasSize(1);
  }

  @Test
  void retiresWhatIsOnesOwnByItsArn() {
    String arn = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc";
    restart(QUICK.withRetired(arn));

    assertThat(Caller.invoke(mock, arn.replace("/", "%2F"), PROMPT).status()).isEqualTo(404);
  }

  private static byte[] image(Reply reply) {
    return Base64.getDecoder().decode(reply.json().at("/images/0").asText());
  }

  private static BufferedImage picture(Reply reply) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(image(reply)));
  }
}
