package dev.sdxlgen.bedrock;

import static dev.sdxlgen.bedrock.Settings.BODY;
import static dev.sdxlgen.bedrock.Settings.MODEL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.bedrock.RawServer.Conversation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelRequest;

/** How far a call got before it broke: what may be repeated, and what there is of an answer. */
class ObservedHttpClientTest {

  private static final String BILLED =
      "The image may have been made and billed. --timeout waits longer; --retry-unsure 1 asks"
          + " again";
  private static final String JSON = "Content-Type: application/json\r\n";

  private final List<String> heard = new ArrayList<>();
  private final CallListener listener =
      new CallListener() {
        @Override
        public void ready() {
          heard.add("ready");
        }

        @Override
        public void goingOut() {
          heard.add("going out");
        }

        @Override
        public void answering() {
          heard.add("answering");
        }

        @Override
        public void answered() {
          heard.add("answered");
        }
      };

  @Test
  void givesTheAnswersBytesAndTellsThatTheyArrive() {
    try (RawServer server =
        RawServer.answering(
            RawServer.http("200 OK", JSON + "x-amzn-RequestId: request-7\r\n", "{\"a\":1}"))) {

      Answer answer = Settings.to(server.uri()).invoke(BODY, listener);

      assertThat(answer.body()).isEqualTo(UTF_8.encode("{\"a\":1}"));
      assertThat(answer.requestId()).isEqualTo("request-7");
      assertThat(heard).containsExactly("ready", "going out", "answering", "answered");
      assertThat(server.requests()).hasSize(1);
      assertThat(server.requests().get(0).body()).isEqualTo(BODY);
    }
  }

  @Test
  void givesAnEmptyAnswerAsOne() {
    try (RawServer server = RawServer.answering(RawServer.http("200 OK", JSON, ""))) {
      assertThat(Settings.to(server.uri()).invoke().body()).isEqualTo(UTF_8.encode(""));
    }
  }

  @Test
  void givesAnAnswerWithoutALengthAsFarAsItGoes() {
    try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n{\"a\":1}")) {
      assertThat(Settings.to(server.uri()).invoke().body()).isEqualTo(UTF_8.encode("{\"a\":1}"));
    }
  }

  @Test
  void givesAChunkedAnswerWhole() {
    try (RawServer server =
        RawServer.answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n"
                + "0\r\n\r\n")) {
      assertThat(Settings.to(server.uri()).invoke().body()).isEqualTo(UTF_8.encode("{\"a\":1}"));
    }
  }

  @Test
  void givesUpAnAnswerWithoutAnEnd() {
    byte[] more = new byte[1 << 20];
    try (RawServer server =
        RawServer.start(
            connection -> {
              connection.read();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 900000000000\r\n\r\n");
              while (true) {
                connection.write(more);
              }
            })) {
      BedrockFailed failure = failure(server, Repeat.MAYBE_BILLED);

      assertThat(failure)
          .hasMessage("Bedrock's answer was cut off after 134217728 of 900000000000 bytes");
      assertThat(failure.answer()).hasSize(134_217_728);
    }
  }

  @Test
  void givesAnAnswerThatSomebodyCompressedOnItsWay() {
    String json = "{\"a\":\"" + "x".repeat(100_000) + "\"}";
    try (RawServer server = compressing(gzip(json))) {
      assertThat(Settings.to(server.uri()).invoke(BODY, listener).body())
          .isEqualTo(UTF_8.encode(json));
      assertThat(heard).containsExactly("ready", "going out", "answering", "answered");
    }
  }

  @Test
  void givesACompressedAnswerThatIsShorterThanItCame() {
    try (RawServer server = compressing(gzip("{}"))) {
      assertThat(Settings.to(server.uri()).invoke().body()).isEqualTo(UTF_8.encode("{}"));
    }
  }

  @Test
  void givesWhatIsntCompressedThoughItSaysSoAsItCame() {
    try (RawServer server = compressing("{\"a\":1}".getBytes(UTF_8))) {
      assertThat(Settings.to(server.uri()).invoke().body()).isEqualTo(UTF_8.encode("{\"a\":1}"));
    }
  }

  @Test
  void givesWhatIsCompressedInAWayThatWeDontKnowAsItCame() {
    try (RawServer server =
        RawServer.answering(
            RawServer.http("200 OK", JSON + "Content-Encoding: br\r\n", "squeezed"))) {
      assertThat(Settings.to(server.uri()).invoke().body()).isEqualTo(UTF_8.encode("squeezed"));
    }
  }

  @Test
  void givesWhatThereIsOfACompressedAnswerThatIsCutOff() {
    byte[] whole = gzip("{\"a\":1}");
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    try (RawServer server = compressing(whole.length, half)) {
      BedrockFailed failure = failure(server, Repeat.MAYBE_BILLED);

      assertThat(failure)
          .hasMessage(
              "Bedrock's answer was cut off after "
                  + half.length
                  + " of "
                  + whole.length
                  + " bytes");
      assertThat(failure.answer()).isEqualTo(half);
    }
  }

  @Test
  void givesAnAnswerThatHasAChecksum() {
    var checksum = new CRC32();
    checksum.update("{\"a\":1}".getBytes(UTF_8));
    String header = "x-amz-crc32: " + checksum.getValue() + "\r\n";
    try (RawServer server =
        RawServer.answering(RawServer.http("200 OK", JSON + header, "{\"a\":1}"))) {
      assertThat(Settings.to(server.uri()).invoke().body()).isEqualTo(UTF_8.encode("{\"a\":1}"));
    }
  }

  @Test
  void keepsAnAnswerThatTheSdkMakesNothingOf() throws IOException {
    SdkHttpClient network = mock();
    ExecutableHttpRequest request = mock();
    when(network.prepareRequest(any())).thenReturn(request);
    when(request.call())
        .thenReturn(
            HttpExecuteResponse.builder()
                .response(SdkHttpResponse.builder().statusCode(200).build())
                .responseBody(
                    AbortableInputStream.create(
                        new ByteArrayInputStream("{\"a\":1}".getBytes(UTF_8))))
                .build());
    var http = new ObservedHttpClient(network, () -> {});
    BedrockRuntimeClient client = mock();
    SdkClientException told = SdkClientException.create("no idea");
    when(client.invokeModel(any(InvokeModelRequest.class)))
        .thenAnswer(
            call -> {
              http.prepareRequest(HttpExecuteRequest.builder().build()).call();
              throw told;
            });
    var errors = new ErrorTranslation(Settings.to(URI.create("http://localhost")).build(), "x");
    try (var invoker = new BedrockInvoker(client, http, null, errors, null)) {
      BedrockFailed failure =
          catchThrowableOfType(BedrockFailed.class, () -> invoker.invoke(MODEL, BODY, listener));

      assertThat(failure)
          .hasMessage("the AWS SDK can't read Bedrock's answer: no idea")
          .hasCause(told);
      assertThat(failure.answer()).isEqualTo("{\"a\":1}".getBytes(UTF_8));
      assertThat(failure.repeat()).isEqualTo(Repeat.MAYBE_BILLED);
    }
  }

  private static RawServer compressing(byte[] body) {
    return compressing(body.length, body);
  }

  private static RawServer compressing(int promised, byte[] body) {
    return RawServer.start(
        connection -> {
          connection.read();
          connection.write(
              "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: "
                  + promised
                  + "\r\n\r\n");
          connection.write(body);
        });
  }

  private static byte[] gzip(String text) {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Test
  void takesTheMemoryOfAnAnswerThatIsClosedForAShorterOne() {
    String longer = "x".repeat(100_000);
    try (RawServer server = answeringWith(longer, "short");
        BedrockInvoker invoker = Settings.to(server.uri()).connect()) {
      Answer first = invoker.invoke(MODEL, BODY, listener);
      ByteBuffer body = first.body();
      assertThat(body).isEqualTo(UTF_8.encode(longer));
      first.close();

      ByteBuffer next = invoker.invoke(MODEL, BODY, listener).body();

      assertThat(next).isEqualTo(UTF_8.encode("short"));
      assertThat(next.array()).isSameAs(body.array());
      assertThatThrownBy(first::body)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the answer is closed");
    }
  }

  @Test
  void takesNoMemoryOfAnAnswerThatIsRead() {
    try (RawServer server = answeringWith("one", "two");
        BedrockInvoker invoker = Settings.to(server.uri()).connect()) {
      Answer one = invoker.invoke(MODEL, BODY, listener);
      Answer two = invoker.invoke(MODEL, BODY, listener);

      assertThat(one.body()).isEqualTo(UTF_8.encode("one"));
      assertThat(two.body()).isEqualTo(UTF_8.encode("two"));
    }
  }

  @Test
  void givesItsMemoryBackOnlyOnce() {
    try (RawServer server = answeringWith("one", "two", "three");
        BedrockInvoker invoker = Settings.to(server.uri()).connect()) {
      Answer one = invoker.invoke(MODEL, BODY, listener);
      one.close();
      one.close();
      Answer two = invoker.invoke(MODEL, BODY, listener);
      Answer three = invoker.invoke(MODEL, BODY, listener);

      assertThat(two.body()).isEqualTo(UTF_8.encode("two"));
      assertThat(three.body()).isEqualTo(UTF_8.encode("three"));
    }
  }

  @Test
  void makesRoomForAnAnswerWithoutALengthThatIsLongerThanTheLast() {
    String longer = "x".repeat(1_000_000);
    Deque<String> answers =
        new ArrayDeque<>(
            List.of(RawServer.http("200 OK", JSON, "one"), "HTTP/1.1 200 OK\r\n\r\n" + longer));
    try (RawServer server = taking(answers);
        BedrockInvoker invoker = Settings.to(server.uri()).connect()) {
      invoker.invoke(MODEL, BODY, listener).close();

      assertThat(invoker.invoke(MODEL, BODY, listener).body()).isEqualTo(UTF_8.encode(longer));
    }
  }

  private static RawServer answeringWith(String... bodies) {
    Deque<String> answers = new ArrayDeque<>();
    for (String body : bodies) {
      answers.add(RawServer.http("200 OK", JSON, body));
    }
    return taking(answers);
  }

  private static RawServer taking(Deque<String> answers) {
    return RawServer.start(
        connection -> {
          connection.read();
          connection.write(answers.remove());
        });
  }

  @Test
  void tellsOfNoAnswerWhereAnErrorComes() {
    try (RawServer server =
        RawServer.answering(RawServer.http("503 Service Unavailable", JSON, "{}"))) {
      BedrockFailed failure = failure(server, Repeat.SAFE);

      assertThat(failure).hasMessage("Bedrock answered 503: it doesn't say why");
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void tellsWhatAnErrorSaysAsFarAsItCame() {
    try (RawServer server =
        RawServer.answering("HTTP/1.1 500 Error\r\nContent-Length: 500\r\n\r\n{\"message\":\"x")) {
      assertThat(failure(server, Repeat.SAFE))
          .hasMessage("Bedrock answered 500: it doesn't say why");
    }
  }

  // Before the request was sent

  @Test
  void sendsNothingWhenTheListenerThrowsAndThrowsJustThat() {
    IllegalStateException refusal = new IllegalStateException("not now");
    CallListener refusing =
        new CallListener() {
          @Override
          public void ready() {
            throw refusal;
          }

          @Override
          public void answering() {}
        };
    try (RawServer server = RawServer.answering(RawServer.http("200 OK", JSON, "{}"))) {
      assertThatThrownBy(() -> Settings.to(server.uri()).invoke(BODY, refusing)).isSameAs(refusal);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void mayRepeatWhatWasRefused() {
    URI nobody;
    try (RawServer server = RawServer.start(connection -> {})) {
      nobody = server.uri();
    }

    BedrockFailed failure = Settings.to(nobody).failure(BedrockFailed.class);

    assertThat(failure).hasMessage("127.0.0.1:" + nobody.getPort() + " refuses the connection");
    assertThat(failure.advice()).isEqualTo("Is it running, and is the port right?");
    assertThat(failure.repeat()).isEqualTo(Repeat.SAFE);
  }

  @Test
  void mayRepeatWhatWentToAHostThatIsNotThere() {
    BedrockFailed failure =
        Settings.to(URI.create("http://nowhere.invalid:8080")).failure(BedrockFailed.class);

    assertThat(failure).hasMessage("nowhere.invalid:8080 can't be found");
    assertThat(failure.advice())
        .isEqualTo("Look at --endpoint-url (or AWS_ENDPOINT_URL_BEDROCK_RUNTIME)");
    assertThat(failure.repeat()).isEqualTo(Repeat.SAFE);
  }

  /** More than what fits between the two: it can't have been sent whole. */
  @Test
  void mayRepeatARequestThatBrokeOffHalfWay() {
    byte[] large = new byte[32 << 20];
    try (RawServer server =
        RawServer.start(
            connection -> {
              connection.readHead();
              connection.reset();
            })) {

      BedrockFailed failure =
          catchThrowableOfType(
              BedrockFailed.class, () -> Settings.to(server.uri()).invoke(large, () -> {}));

      assertThat(failure.repeat()).isEqualTo(Repeat.SAFE);
      assertThat(failure.getMessage())
          .startsWith("the connection to 127.0.0.1:" + server.uri().getPort() + " failed: ");
      assertThat(failure.advice()).isEqualTo("Nothing was made yet: run it again");
    }
  }

  // After the request was sent

  @Test
  void mayHaveBeenBilledWhenTheConnectionClosesAfterTheRequest() {
    assertBrokeAfterSending(connection -> connection.read());
  }

  @Test
  void mayHaveBeenBilledWhenTheConnectionIsResetAfterTheRequest() {
    assertBrokeAfterSending(
        connection -> {
          connection.read();
          connection.reset();
        });
  }

  @Test
  void mayHaveBeenBilledWhenTheAnswerBreaksOffWithinItsHeaders() {
    assertBrokeAfterSending(
        connection -> {
          connection.read();
          connection.write("HTTP/1.");
        });
  }

  @Test
  void mayHaveBeenBilledWhenWhatComesIsNotHttp() {
    try (RawServer server = RawServer.answering("SSH-2.0-OpenSSH_9.6\r\n")) {
      assertThat(failure(server, Repeat.MAYBE_BILLED).advice()).isEqualTo(BILLED);
    }
  }

  @Test
  void mayHaveBeenBilledWhenNoAnswerComesInTime() {
    try (RawServer server =
        RawServer.start(
            connection -> {
              connection.read();
              connection.hang();
            })) {
      BedrockFailed failure =
          Settings.to(server.uri()).timeout(Duration.ofSeconds(1)).failure(BedrockFailed.class);

      assertThat(failure)
          .hasMessage("127.0.0.1:" + server.uri().getPort() + " didn't answer within 1 s");
      assertThat(failure.advice()).isEqualTo(BILLED);
      assertThat(failure.repeat()).isEqualTo(Repeat.MAYBE_BILLED);
      assertThat(failure.answer()).isEmpty();
      assertThat(server.requests()).hasSize(1);
    }
  }

  private void assertBrokeAfterSending(Conversation conversation) {
    try (RawServer server = RawServer.start(conversation)) {
      BedrockFailed failure = failure(server, Repeat.MAYBE_BILLED);

      assertThat(failure)
          .hasMessage(
              "the connection to 127.0.0.1:"
                  + server.uri().getPort()
                  + " broke after the request was sent");
      assertThat(failure.advice()).isEqualTo(BILLED);
      assertThat(failure.answer()).isEmpty();
      assertThat(server.requests()).as("calls").hasSize(1);
      assertThat(heard).isEmpty();
    }
  }

  // While the answer came

  @Test
  void givesWhatThereIsOfAnAnswerThatEndedEarly() {
    String part = "{\"result\":" + "x".repeat(100_000);
    try (RawServer server =
        RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + part)) {

      BedrockFailed failure = failure(server, Repeat.MAYBE_BILLED);

      assertThat(failure).hasMessage("Bedrock's answer was cut off after 100010 of 500000 bytes");
      assertThat(failure.answer()).isEqualTo(part.getBytes(UTF_8));
      assertThat(heard).containsExactly("answering");
      assertThat(server.requests()).as("calls").hasSize(1);
    }
  }

  @Test
  void leavesWhatThereIsOfAnAnswerAsItWasWhenItsMemoryIsUsedAgain() {
    Deque<String> answers =
        new ArrayDeque<>(
            List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nfirst",
                RawServer.http("200 OK", JSON, "second")));
    try (RawServer server = taking(answers);
        BedrockInvoker invoker = Settings.to(server.uri()).connect()) {

      BedrockFailed failure =
          catchThrowableOfType(
              BedrockFailed.class, () -> invoker.invoke(MODEL, BODY, listener).close());
      Answer second = invoker.invoke(MODEL, BODY, listener);

      assertThat(failure.answer()).isEqualTo("first".getBytes(UTF_8));
      assertThat(second.body()).isEqualTo(UTF_8.encode("second"));
    }
  }

  @Test
  void givesNothingOfAnAnswerThatEndedBeforeItBegan() {
    try (RawServer server =
        RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n")) {

      BedrockFailed failure = failure(server, Repeat.MAYBE_BILLED);

      assertThat(failure).hasMessage("Bedrock's answer was cut off after 0 of 500000 bytes");
      assertThat(failure.answer()).isEmpty();
    }
  }

  @Test
  void givesWhatThereIsOfAnAnswerWhoseConnectionWasReset() {
    String part = "x".repeat(10_000);
    try (RawServer server =
        RawServer.start(
            connection -> {
              connection.read();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + part);
              connection.awaitAnswering();
              connection.reset();
            })) {

      BedrockFailed failure =
          catchThrowableOfType(
              BedrockFailed.class,
              () -> Settings.to(server.uri()).invoke(BODY, server::answeringSeen));

      // How much of it gets through a reset is the network's affair.
      String came = new String(failure.answer(), UTF_8);
      assertThat(part).startsWith(came);
      assertThat(failure)
          .hasMessage("Bedrock's answer was cut off after " + came.length() + " of 500000 bytes");
      assertThat(failure.repeat()).isEqualTo(Repeat.MAYBE_BILLED);
    }
  }

  @Test
  void givesWhatThereIsOfAChunkedAnswerThatEndedEarly() {
    try (RawServer server =
        RawServer.answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nde")) {

      BedrockFailed failure = failure(server, Repeat.MAYBE_BILLED);

      assertThat(failure).hasMessage("Bedrock's answer was cut off after 5 bytes");
      assertThat(failure.answer()).isEqualTo("abcde".getBytes(UTF_8));
    }
  }

  @Test
  void givesWhatThereIsOfAnAnswerThatFellSilent() {
    try (RawServer server =
        RawServer.start(
            connection -> {
              connection.read();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
              connection.hang();
            })) {

      BedrockFailed failure =
          Settings.to(server.uri()).timeout(Duration.ofMillis(300)).failure(BedrockFailed.class);

      assertThat(failure).hasMessage("Bedrock's answer was cut off after 3 of 10 bytes");
      assertThat(failure.answer()).isEqualTo("abc".getBytes(UTF_8));
      assertThat(failure.repeat()).isEqualTo(Repeat.MAYBE_BILLED);
    }
  }

  @Test
  void givesAnAnswerWhoseLengthIsNoNumber() {
    try (RawServer server =
        RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{\"a\":1}")) {
      assertThat(Settings.to(server.uri()).invoke().body()).isEqualTo(UTF_8.encode("{\"a\":1}"));
    }
  }

  private BedrockFailed failure(RawServer server, Repeat repeat) {
    BedrockFailed failure =
        catchThrowableOfType(
            BedrockFailed.class,
            () -> Settings.to(server.uri()).invoke(BODY, () -> heard.add("answering")));
    assertThat(failure).isNotNull();
    assertThat(failure.repeat()).isEqualTo(repeat);
    return failure;
  }
}
