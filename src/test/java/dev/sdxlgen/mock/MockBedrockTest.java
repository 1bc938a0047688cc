package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.mock.Caller.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MockBedrockTest {

  private static final String BODY = "{\"text_prompts\":[{\"text\":\"a person\"}],\"seed\":7}";
  private static final byte[] DOT = {1, 2, 3};
  private static final MockOptions QUICK = MockOptions.DEFAULT.withPicture(DOT);

  private MockBedrock mock = MockBedrock.start(QUICK);

  @AfterEach
  void stop() {
    mock.close();
  }

  private void restart(MockOptions options) {
    mock.close();
    mock = MockBedrock.start(options);
  }

  @Test
  void answersToTheByteAsSdxlDoes() {
    Reply reply = Caller.invoke(mock, BODY);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.text())
        .isEqualTo(
            "{\"result\":\"success\",\"artifacts\":"
                + "[{\"seed\":7,\"base64\":\"AQID\",\"finishReason\":\"SUCCESS\"}]}");
  }

  @Test
  void givesEveryAnswerAnIdOfItsOwn() {
    String pattern = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

    String one = Caller.invoke(mock, BODY).header("x-amzn-RequestId");
    String other = Caller.send(Caller.request(mock, "/")).header("x-amzn-RequestId");

    assertThat(one).matches(pattern).isNotEqualTo(other);
    assertThat(other).matches(pattern);
    mock.enqueue(Answer.json(200, "{}").withHeader("X-Amzn-RequestId", "mine"));
    assertThat(Caller.invoke(mock, BODY).http().headers().allValues("x-amzn-RequestId"))
        .containsExactly("mine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stability.stable-diffusion-xl",
        "stability.stable-diffusion-xl-v0",
        "stability.stable-diffusion-xl-v1",
        "us.stability.stable-diffusion-xl-v1",
        "eu.stability.stable-diffusion-xl",
        "stability%2Estable-diffusion-xl",
        "arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fstability.stable-diffusion-xl",
        "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aprovisioned-model%2Fabc",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile%2fus.stability.sdxl",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile%2fabc",
        "arn:aws:bedrock:us-east-1:123456789012:imported-model%2fabc",
        "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment%2fabc",
        "arn:aws-cn:sagemaker:cn-north-1:123456789012:endpoint%2fmine",
      })
  void knowsItsModelsByAllTheirNames(String encodedModelId) {
    assertThat(Caller.invoke(mock, encodedModelId, BODY).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stability.stable-diffusion-xxl",
        "xx.stability.stable-diffusion-xl",
        "anthropic.claude-v2",
        "%20",
        "%",
        "%zz",
        "%4",
        "arn",
        "arn:",
        "arn:aws:bedrock:us-east-1:123456789012:provisioned-model",
        "arn:aws:bedrock:us-east-1:123456789012:provisioned-model%2f",
        "arn:aws:bedrock:us-east-1:123456789012:guardrail%2fabc",
        "arn:aws:sagemaker:us-east-1:123456789012:model%2fabc",
        "arn:aws:s3:us-east-1:123456789012:endpoint%2fabc",
        "arn:aws:bedrock:us-east-1:123456789012:endpoint%2fabc",
        "arn:aws:bedrock:us-east-1::foundation-model%2fanthropic.claude-v2",
      })
  void refusesAModelItDoesNotKnow(String encodedModelId) {
    // java.net refuses half an escape, so these go over a socket of our own.
    try (var wire = new Wire(mock)) {
      wire.send(
          "POST /model/"
              + encodedModelId
              + "/invoke HTTP/1.1\r\nAuthorization: Bearer x\r\nContent-Length: 2\r\n\r\n{}");

      assertThat(wire.readHead()).startsWith("HTTP/1.1 400 ").contains("ValidationException:http:");
      assertThat(wire.readBody())
          .isEqualTo("{\"message\":\"The provided model identifier is invalid.\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic dXNlcjpwYXNz", "Bearer ", "Bearer", "AWS4-HMAC-SHA256"})
  void refusesARequestWithoutAuthorization(String authorization) {
    var request =
        Caller.request(mock, "/model/" + Caller.SDXL + "/invoke")
            .POST(BodyPublishers.ofString(BODY));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }

    Reply reply = Caller.send(request);

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.errorType()).isEqualTo("MissingAuthenticationTokenException");
    assertThat(reply.text()).isEqualTo("{\"message\":\"Missing Authentication Token\"}");
  }

  @Test
  void takesASignedRequest() {
    Reply reply =
        Caller.send(
            Caller.request(mock, "/model/" + Caller.SDXL + "/invoke?x=1")
                .header(
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/bedrock/aws4_request,"
                        + " SignedHeaders=host;x-amz-date, Signature=00")
                .POST(BodyPublishers.ofString(BODY)));

    assertThat(reply.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/",
    "POST,/model/stability.stable-diffusion-xl",
    "POST,/model/invoke",
    "POST,/model//invoke",
    "POST,/model/a/b/invoke",
    "POST,/model/stability.stable-diffusion-xl/converse",
    "POST,/model/stability.stable-diffusion-xl/invoke-with-response-stream",
    "GET,/_mock",
    "HEAD,/elsewhere"
  })
  void findsNothingOnAWrongPath(String method, String path) {
    Reply reply = Caller.send(Caller.request(mock, path).method(method, BodyPublishers.noBody()));

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.errorType()).isEqualTo("UnknownOperationException");
    assertThat(mock.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/model/stability.stable-diffusion-xl/invoke,POST",
    "DELETE,/model/stability.stable-diffusion-xl/invoke,POST",
    "POST,/_mock/requests,'GET, HEAD, DELETE'"
  })
  void namesTheMethodsThatAPathTakes(String method, String path, String allowed) {
    Reply reply = Caller.send(Caller.request(mock, path).method(method, BodyPublishers.noBody()));

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).isEqualTo(allowed);
  }

  @Test
  void recordsWhatWasSentToTheByte() {
    Caller.send(
        Caller.request(mock, "/model/stability%2Estable-diffusion-xl/invoke?query")
            .header("Authorization", "Bearer made-up")
            .header("X-Twice", "one")
            .header("X-Twice", "two")
            .POST(BodyPublishers.ofString("{ \"text_prompts\" : \"é😀\" }")));

    assertThat(mock.requests()).hasSize(1);
    RecordedRequest request = mock.requests().get(0);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/model/stability%2Estable-diffusion-xl/invoke");
    assertThat(request.modelId()).isEqualTo("stability.stable-diffusion-xl");
    assertThat(request.headers())
        .containsEntry("authorization", "Bearer made-up")
        .containsEntry("x-twice", "one, two");
    assertThat(request.body())
        .isEqualTo("{ \"text_prompts\" : \"é😀\" }".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void listsTheRecordedBodiesAsAnArray() {
    assertThat(requestsAsJson()).isEqualTo("[]\n");
    Caller.invoke(mock, "{ \"a\" : 1.0 }\n");
    Caller.invoke(mock, "not \"JSON\"");
    Caller.invoke(mock, "");
    Caller.invoke(mock, "\"open");
    Caller.invoke(mock, "1 2");
    Caller.invoke(mock, "[\"é\"]");

    assertThat(requestsAsJson())
        .isEqualTo(
            "[{ \"a\" : 1.0 }\n,\n\"not \\\"JSON\\\"\",\n\"\",\n\"\\\"open\",\n\"1 2\",\n[\"é\"]]\n");
  }

  @Test
  void forgetsTheRecordedBodiesWhenTold() {
    Caller.invoke(mock, BODY);

    Reply reply = Caller.send(Caller.request(mock, "/_mock/requests").DELETE());

    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.bytes()).isEmpty();
    assertThat(mock.requests()).isEmpty();
    assertThat(requestsAsJson()).isEqualTo("[]\n");
  }

  @Test
  void answersHeadWithoutABody() {
    Reply reply =
        Caller.send(
            Caller.request(mock, "/_mock/requests").method("HEAD", BodyPublishers.noBody()));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Length")).isEqualTo("3");
    assertThat(reply.bytes()).isEmpty();
  }

  private String requestsAsJson() {
    return Caller.send(Caller.request(mock, "/_mock/requests")).text();
  }

  @Test
  void servesManyAtOnce() {
    List<CompletableFuture<Reply>> calls = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      String body = BODY.replace("\"seed\":7", "\"seed\":" + i);
      calls.add(CompletableFuture.supplyAsync(() -> Caller.invoke(mock, body)));
    }
    Set<Long> seeds = new TreeSet<>();
    for (CompletableFuture<Reply> call : calls) {
      seeds.add(call.join().seed());
    }

    assertThat(seeds).hasSize(40);
    assertThat(mock.requests()).hasSize(40);
  }

  @Test
  void givesTheAnswersThatAreSetBeforeItsOwn() {
    restart(QUICK.withScript(Fault.ERROR_503));
    mock.enqueue(Answer.json(418, "{\"tea\":true}"));
    mock.enqueue(
        Answer.error(429, "ThrottlingException", "say \"please\"").withHeader("Retry-After", "1"));
    mock.enqueue(Answer.image(new byte[] {9}, 5, "ERROR"));
    mock.enqueue(
        Answer.raw(202, Map.of("content-type", "a/b"), new byte[] {7})
            .withHeader("Content-Type", "image/png")
            .withHeader("X-One", "1"));
    mock.enqueue(Answer.of(Fault.OK).withHeader("X-Served-By", "mock"));

    assertThat(Caller.invoke(mock, "anything").text()).isEqualTo("{\"tea\":true}");
    Reply error = Caller.invoke(mock, "no-model", BODY);
    assertThat(error.status()).isEqualTo(429);
    assertThat(error.errorType()).isEqualTo("ThrottlingException");
    assertThat(error.message()).isEqualTo("say \"please\"");
    assertThat(error.header("Retry-After")).isEqualTo("1");
    assertThat(Caller.invoke(mock, BODY).text())
        .isEqualTo(
            "{\"result\":\"success\",\"artifacts\":"
                + "[{\"seed\":5,\"base64\":\"CQ==\",\"finishReason\":\"ERROR\"}]}");
    Reply raw = Caller.invoke(mock, BODY);
    assertThat(raw.status()).isEqualTo(202);
    assertThat(raw.http().headers().allValues("Content-Type")).containsExactly("image/png");
    assertThat(raw.header("X-One")).isEqualTo("1");
    assertThat(raw.bytes()).containsExactly(7);
    Reply own = Caller.invoke(mock, BODY);
    assertThat(own.seed()).isEqualTo(7);
    assertThat(own.header("X-Served-By")).isEqualTo("mock");
    assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(503);
    assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(200);
  }

  @Test
  void takesItsLatencyForAWholeAnswer() {
    restart(QUICK.withLatency(Duration.ofMillis(120)));
    long start = System.nanoTime();

    assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(200);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(119));
  }

  @Test
  void logsALineForEveryRequest() {
    var lines = new ConcurrentLinkedQueue<String>();
    restart(QUICK.withLog(lines::add).withScript(Fault.OK, Fault.THROTTLE));
    Caller.invoke(mock, BODY);
    Caller.invoke(mock, BODY);
    requestsAsJson();

    assertThat(lines)
        .map(line -> line.replaceAll("\\d+ ms", "N ms"))
        .containsExactly(
            "POST /model/stability.stable-diffusion-xl/invoke 200 N ms",
            "POST /model/stability.stable-diffusion-xl/invoke 429 N ms throttle",
            "GET /_mock/requests 200 N ms");
  }

  @Test
  void listensOnTheHostAndPortItIsGiven() {
    int port = mock.endpoint().getPort();
    assertThat(mock.endpoint()).hasToString("http://127.0.0.1:" + port);
    mock.close();

    restart(QUICK.withHost("localhost").withPort(port));

    assertThat(mock.endpoint()).hasToString("http://localhost:" + port);
    assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(200);
  }

  @Test
  void isFoundOnLoopbackWhenItListensEverywhere() {
    restart(QUICK.withHost("0.0.0.0"));

    assertThat(mock.endpoint().getHost()).isEqualTo("127.0.0.1");
    assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(200);
  }

  @Test
  void refusesAPortThatIsTaken() {
    int port = mock.endpoint().getPort();

    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> MockBedrock.start(QUICK.withPort(port)))
        .withMessageStartingWith("can't listen on port " + port + " of 127.0.0.1: ")
        .extracting(InvalidRequest::advice)
        .isEqualTo("--port 0 takes any free port; ports below 1024 need permission");
  }

  @Test
  void refusesAHostThatIsNotThere() {
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> MockBedrock.start(QUICK.withHost("[nowhere")))
        .withMessage("--host [nowhere is not a host that this machine knows")
        .extracting(InvalidRequest::advice)
        .isEqualTo("Usually: --host 127.0.0.1, or 0.0.0.0 to be reached from outside");
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> MockBedrock.start(QUICK.withHost("192.0.2.1")))
        .withMessageStartingWith("can't listen on port 0 of 192.0.2.1: ");
  }

  @Test
  void closesAsOftenAsItIsTold() {
    mock.close();
    mock.close();

    assertThat(Wire.connects(mock)).isFalse();
  }

  @Test
  void refusesOptionsThatMakeNoSense() {
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> QUICK.withPort(65536))
        .withMessage("port 65536 is out of range");
    assertThatExceptionOfType(InvalidRequest.class).isThrownBy(() -> QUICK.withPort(-1));
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> QUICK.withLatency(Duration.ofMillis(-1)))
        .withMessage("the latency can't be negative");
  }
}
