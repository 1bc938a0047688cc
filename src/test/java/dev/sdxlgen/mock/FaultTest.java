package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.mock.Caller.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTest {

  private static final String BODY = "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":7}";
  private static final String REQUEST =
      Wire.invoke("Content-Length: " + BODY.length() + "\r\n", BODY);
  private static final MockOptions QUICK = MockOptions.DEFAULT.withPicture(new byte[300]);

  private static MockBedrock playing(Fault... script) {
    return MockBedrock.start(QUICK.withScript(script));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          throttle | 429 | ThrottlingException | Too many requests, please wait before trying again.
          quota    | 400 | ServiceQuotaExceededException | Your request exceeds the service quota for your account.
          500      | 500 | InternalServerException | The system encountered an unexpected error during processing. Try your request again.
          503      | 503 | ServiceUnavailableException | Bedrock is unable to process your request.
          denied   | 403 | AccessDeniedException | User: arn:aws:iam::123456789012:user/mock is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/stability.stable-diffusion-xl because no identity-based policy allows the bedrock:InvokeModel action
          expired  | 403 | ExpiredTokenException | The security token included in the request is expired
          eol      | 404 | ResourceNotFoundException | This model version has reached the end of its life. Please refer to the AWS documentation for more details.
          legacy   | 404 | ResourceNotFoundException | Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 15 days. Please upgrade to an active model on Amazon Bedrock
          invalid-id | 400 | ValidationException | The provided model identifier is invalid.
          not-enabled | 403 | AccessDeniedException | You don't have access to the model with the specified model ID.
          """)
  void playsBedrocksErrors(String fault, int status, String type, String message) {
    try (MockBedrock mock = playing(Fault.parse("--script", fault))) {
      Reply reply = Caller.invoke(mock, BODY);

      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.header("x-amzn-ErrorType"))
          .isEqualTo(type + ":http://internal.amazon.com/coral/com.amazon.bedrock/");
      assertThat(reply.message()).isEqualTo(message);
      assertThat(mock.requests()).hasSize(1);
      assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(200);
    }
  }

  @Test
  void namesTheArnThatIsDenied() {
    String arn = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc";
    try (MockBedrock mock = playing(Fault.DENIED)) {
      assertThat(Caller.invoke(mock, arn.replace("/", "%2F"), BODY).message())
          .contains("on resource: " + arn + " because");
    }
  }

  @Test
  void resetsTheConnectionAfterTheRequest() {
    try (MockBedrock mock = playing(Fault.RESET);
        var wire = new Wire(mock)) {
      wire.send(REQUEST);

      assertThatThrownBy(wire::read)
          .isInstanceOf(UncheckedIOException.class)
          .cause()
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      assertThat(mock.requests()).hasSize(1);
    }
  }

  @Test
  void cutsTheBodyInHalf() throws IOException {
    try (MockBedrock mock = playing(Fault.TRUNCATE);
        var wire = new Wire(mock)) {
      wire.send(REQUEST);

      assertThat(wire.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
      byte[] some = wire.readAll();
      assertThat(wire.length()).isGreaterThan(400);
      assertThat(some).hasSize(wire.length() / 2);
      assertThat(new String(some, StandardCharsets.US_ASCII))
          .startsWith("{\"result\":\"success\",\"artifacts\":[{\"seed\":7,\"base64\":\"AAAA");
    }
  }

  @Test
  void answersSomethingThatIsNotJson() {
    try (MockBedrock mock = playing(Fault.GARBAGE)) {
      Reply reply = Caller.invoke(mock, BODY);

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text()).isEqualTo("<html><body><h1>It works!</h1></body></html>\n");
    }
  }

  @Test
  void neverAnswersUntilTheMockIsClosed() throws InterruptedException {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    MockBedrock mock = MockBedrock.start(QUICK.withScript(Fault.TIMEOUT).withLog(lines::add));
    try (var wire = new Wire(mock)) {
      wire.send(REQUEST);
      assertThat(lines.poll(20, TimeUnit.SECONDS)).endsWith(" ms timeout").contains("/invoke - ");

      wire.send("still there?");
      mock.close();

      assertThatThrownBy(
              () -> {
                if (wire.read() < 0) {
                  throw new UncheckedIOException(new SocketException("ended"));
                }
              })
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void neverAnswersUntilTheClientGoes() throws IOException {
    try (MockBedrock mock = playing(Fault.TIMEOUT);
        var wire = new Wire(mock)) {
      assertThat(wire.send(REQUEST).endOutput().readAll()).isEmpty();
    }
  }

  @Test
  void stopsALongAnswerWhenItIsClosed() {
    MockBedrock mock = MockBedrock.start(QUICK.withLatency(Duration.ofDays(1)));
    try (var wire = new Wire(mock)) {
      wire.send(REQUEST);
      while (mock.requests().isEmpty()) {
        Thread.onSpinWait();
      }

      mock.close();

      assertThatThrownBy(wire::readHead).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void looksAtTheBodyBeforeItFiltersOrTruncates() {
    try (MockBedrock mock = playing(Fault.FILTERED, Fault.TRUNCATE)) {
      assertThat(Caller.invoke(mock, "{}").errorType()).isEqualTo("ValidationException");
      assertThat(Caller.invoke(mock, "{}").errorType()).isEqualTo("ValidationException");
    }
  }

  @Test
  void leavesTheScriptToThoseWhoAreAuthorized() {
    try (MockBedrock mock = playing(Fault.THROTTLE)) {
      var request = Caller.request(mock, "/model/" + Caller.SDXL + "/invoke");
      request.POST(BodyPublishers.ofString(BODY));

      assertThat(Caller.send(request).status()).isEqualTo(403);
      assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(429);
    }
  }

  @Test
  void playsFaultsAsOftenAsTheirRatesSay() {
    Faults faults = Faults.parse("--fault", "throttle=0.25,500=0.25");
    try (MockBedrock mock = MockBedrock.start(QUICK.withFaults(faults).withSeed(1L))) {
      int[] count = new int[600];
      for (int i = 0; i < 400; i++) {
        count[Caller.invoke(mock, BODY).status()]++;
      }

      assertThat(count[429]).isBetween(75, 125);
      assertThat(count[500]).isBetween(75, 125);
      assertThat(count[200]).isBetween(160, 240);
    }
  }

  @Test
  void playsTheSameFaultsWhetherTheSeedIsAskedForOrNot() {
    MockOptions options =
        QUICK.withFaults(Faults.parse("--fault", "throttle=0.3,500=0.2")).withSeed(1L);
    List<Integer> asked = new ArrayList<>();
    List<Integer> random = new ArrayList<>();
    try (MockBedrock mock = MockBedrock.start(options);
        MockBedrock other = MockBedrock.start(options)) {
      for (int i = 0; i < 30; i++) {
        asked.add(Caller.invoke(mock, BODY).status());
        random.add(Caller.invoke(other, BODY.replace(",\"seed\":7", "")).status());
      }
    }
    assertThat(random).isEqualTo(asked).contains(200, 429, 500);
  }

  @Test
  void alwaysPlaysAFaultWhoseRateIsOne() {
    Faults faults = Faults.parse("--fault", "quota=1");
    try (MockBedrock mock = MockBedrock.start(QUICK.withFaults(faults))) {
      for (int i = 0; i < 20; i++) {
        assertThat(Caller.invoke(mock, BODY).errorType())
            .isEqualTo("ServiceQuotaExceededException");
      }
    }
  }

  @Test
  void takesRatesThatComeToOneExactly() {
    Faults faults =
        Faults.parse(
            "--fault",
            "throttle=0.1, quota=0.1 ,500=0.1,503=.1,timeout=0.1,reset=0.1,truncate=0.1,"
                + "garbage=0.1,filtered=0.1,eol=1e-1,denied=0");

    assertThat(faults.at(0)).isEqualTo(Fault.THROTTLE);
    assertThat(faults.at(0.15)).isEqualTo(Fault.QUOTA);
    assertThat(faults.at(0.95)).isEqualTo(Fault.EOL);
    assertThat(Faults.parse("--fault", " ")).isEqualTo(Faults.NONE);
    assertThat(Faults.NONE.at(0)).isEqualTo(Fault.OK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          throttle       | --fault takes KIND=RATE, not 'throttle' | For example: --fault throttle=0.1,reset=0.02
          throttle=0.1,  | --fault takes KIND=RATE, not '' | For example: --fault throttle=0.1,reset=0.02
          throtle=0.1    | --fault throtle is not a fault of the mock | Did you mean throttle? Faults: ok, throttle, quota, 500, 503, timeout, reset, truncate, garbage, filtered, partial, blocked, denied, expired, eol, legacy, invalid-id, not-enabled
          ok=0.1         | --fault ok can't be given a rate | What the faults leave is answered properly
          throttle=x     | --fault throttle takes a number, not 'x' | A rate is a number from 0 to 1
          throttle=NaN   | --fault throttle takes a number, not 'NaN' | A rate is a number from 0 to 1
          throttle=-0.1  | --fault throttle has the rate -0.1 | A rate is a number from 0 to 1
          throttle=1.1   | --fault throttle has the rate 1.1 | A rate is a number from 0 to 1
          500=0.5,500=0.1 | --fault 500 is given twice | ''
          500=0.5,503=0.51 | --fault: the rates come to 1.01 | Together they are at most 1
          """)
  void refusesRatesThatMakeNoSense(String text, String message, String advice) {
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> Faults.parse("--fault", text))
        .withMessage(message)
        .extracting(InvalidRequest::advice)
        .isEqualTo(advice);
  }

  @Test
  void readsAScript() {
    assertThat(Fault.parseScript("--script", "throttle, THROTTLE,500,ok"))
        .isEqualTo(List.of(Fault.THROTTLE, Fault.THROTTLE, Fault.ERROR_500, Fault.OK));
    assertThat(Fault.parseScript("--script", "")).isEmpty();
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> Fault.parseScript("--script", "ok,,ok"))
        .withMessage("--script '' is not a fault of the mock");
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> Fault.parseScript("--script", "ok,tiemout"))
        .withMessage("--script tiemout is not a fault of the mock");
  }
}
