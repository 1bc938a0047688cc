package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sdxlgen.mock.Caller.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlPlaneTest {

  private static final String SD3_5 =
      "{\"modelArn\":\"arn:aws:bedrock:us-east-1::foundation-model/stability.sd3-5-large-v1:0\","
          + "\"modelId\":\"stability.sd3-5-large-v1:0\","
          + "\"modelName\":\"Stable Diffusion 3.5 Large\",\"providerName\":\"Stability AI\","
          + "\"inputModalities\":[\"TEXT\",\"IMAGE\"],\"outputModalities\":[\"IMAGE\"],"
          + "\"responseStreamingSupported\":false,\"customizationsSupported\":[],"
          + "\"inferenceTypesSupported\":[\"ON_DEMAND\"],"
          + "\"modelLifecycle\":{\"status\":\"ACTIVE\"}}";

  private MockBedrock mock = MockBedrock.start();

  @AfterEach
  void stop() {
    mock.close();
  }

  private Reply get(String path) {
    return Caller.send(Caller.request(mock, path).header("Authorization", "Bearer made-up"));
  }

  private List<String> ids(String query) {
    List<String> ids = new ArrayList<>();
    for (JsonNode model : get("/foundation-models" + query).json().path("modelSummaries")) {
      ids.add(model.path("modelId").asText());
    }
    return ids;
  }

  @Test
  void listsWhatItSpeaksAndSomeThatItDoesNot() {
    Reply reply = get("/foundation-models?byOutputModality=IMAGE");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.text()).startsWith("{\"modelSummaries\":[{").contains("," + SD3_5 + ",");
    assertThat(ids("?byOutputModality=IMAGE"))
        .containsExactly(
            "stability.stable-diffusion-xl",
            "stability.stable-diffusion-xl-v0",
            "stability.stable-diffusion-xl-v1",
            "stability.sd3-large-v1:0",
            "stability.sd3-5-large-v1:0",
            "stability.stable-image-core-v1:0",
            "stability.stable-image-core-v1:1",
            "stability.stable-image-ultra-v0",
            "stability.stable-image-ultra-v1:0",
            "stability.stable-image-ultra-v1:1",
            "stability.stable-image-inpaint-v1:0",
            "stability.stable-image-control-sketch-v1:0",
            "stability.stable-conservative-upscale-v1:0",
            "amazon.titan-image-generator-v1",
            "amazon.titan-image-generator-v2:0",
            "amazon.nova-canvas-v1:0");
    assertThat(ids("")).isEqualTo(ids("?byOutputModality=IMAGE"));
  }

  @Test
  void leavesOutWhatIsRetired() {
    mock.close();
    mock = MockBedrock.start(MockOptions.DEFAULT.withRetired("stability.sd3-5-large-v1:0"));

    assertThat(ids("")).hasSize(15).doesNotContain("stability.sd3-5-large-v1:0");
    assertThat(get("/foundation-models/stability.sd3-5-large-v1:0").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "?byOutputModality=TEXT,0",
    "?byProvider=amazon,3",
    "?byProvider=Amazon&byOutputModality=IMAGE,3",
    "?byProvider=Stability%20AI,13",
    "?byProvider=stability+ai,13",
    "?byProvider=stability,13",
    "?byProvider=Meta,0",
    "?byInferenceType=ON_DEMAND,13",
    "?byInferenceType=PROVISIONED,3",
    "?byCustomizationType=FINE_TUNING,3",
    "?byCustomizationType=DISTILLATION,0",
    "?byProvider=stability&byInferenceType=PROVISIONED,0",
    "?other=1&x,16"
  })
  void listsByWhatItIsAskedFor(String query, int count) {
    assertThat(ids(query)).hasSize(count);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          byOutputModality=VIDEO | 1 validation error detected: Value 'VIDEO' at 'byOutputModality' failed to satisfy constraint: Member must satisfy enum value set: [TEXT, IMAGE, EMBEDDING]
          byInferenceType=on_demand | 1 validation error detected: Value 'on_demand' at 'byInferenceType' failed to satisfy constraint: Member must satisfy enum value set: [ON_DEMAND, PROVISIONED]
          byCustomizationType=NONE | 1 validation error detected: Value 'NONE' at 'byCustomizationType' failed to satisfy constraint: Member must satisfy enum value set: [FINE_TUNING, CONTINUED_PRE_TRAINING, DISTILLATION]
          """)
  void refusesAFilterThatThereIsNot(String query, String message) {
    Reply reply = get("/foundation-models?" + query);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.errorType()).isEqualTo("ValidationException");
    assertThat(reply.message()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stability.sd3-5-large-v1:0",
        "stability.sd3-5-large-v1%3A0",
        "arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fstability.sd3-5-large-v1%3A0",
      })
  void describesAModel(String identifier) {
    assertThat(get("/foundation-models/" + identifier).text())
        .isEqualTo("{\"modelDetails\":" + SD3_5 + "}");
  }

  @Test
  void describesNoModelThatThereIsNot() {
    Reply reply = get("/foundation-models/stability.sd4");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.errorType()).isEqualTo("ValidationException");
    assertThat(reply.message()).isEqualTo("The provided model identifier is invalid.");
  }

  @Test
  void wantsAuthorizationAndGet() {
    assertThat(Caller.send(Caller.request(mock, "/foundation-models")).errorType())
        .isEqualTo("MissingAuthenticationTokenException");
    Reply posted =
        Caller.send(
            Caller.request(mock, "/foundation-models")
                .header("Authorization", "Bearer made-up")
                .POST(BodyPublishers.noBody()));
    assertThat(posted.status()).isEqualTo(405);
    assertThat(posted.header("Allow")).isEqualTo("GET");
  }

  @Test
  void isNoModelCall() {
    mock.close();
    mock = MockBedrock.start(MockOptions.DEFAULT.withScript(Fault.THROTTLE));

    assertThat(get("/foundation-models").status()).isEqualTo(200);

    assertThat(mock.requests()).isEmpty();
  }
}
