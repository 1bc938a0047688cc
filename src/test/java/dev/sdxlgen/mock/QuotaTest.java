package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.mock.Caller.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaTest {

  private static final String BODY = "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":7}";
  private static final MockOptions QUICK = MockOptions.DEFAULT.withPicture(new byte[300]);
  private static final long SECOND = 1_000_000_000;

  /** Near the end of what a long can count, which {@link System#nanoTime} may be. */
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND);

  private MockBedrock start(MockOptions options) {
    return MockBedrock.start(options, clock::get);
  }

  private void after(double seconds) {
    clock.addAndGet(Math.round(seconds * SECOND));
  }

  private static int status(MockBedrock mock) {
    return Caller.invoke(mock, BODY).status();
  }

  private TokenBucket bucket(double perSecond, int burst) {
    return new TokenBucket(new Quota(perSecond, burst), clock::get);
  }

  private static int takeAll(TokenBucket bucket) {
    int taken = 0;
    while (bucket.take()) {
      taken++;
    }
    return taken;
  }

  @Test
  void throttlesAsBedrockDoes() {
    try (MockBedrock mock = start(QUICK.withQuota(new Quota(1, 1)))) {
      assertThat(status(mock)).isEqualTo(200);
      Reply reply = Caller.invoke(mock, BODY);

      assertThat(reply.status()).isEqualTo(429);
      assertThat(reply.header("x-amzn-ErrorType"))
          .isEqualTo("ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/");
      assertThat(reply.header("Content-Type")).isEqualTo("application/json");
      assertThat(reply.text())
          .isEqualTo("{\"message\":\"Too many requests, please wait before trying again.\"}");
      assertThat(mock.requests()).hasSize(2);
    }
  }

  @Test
  void letsTheBurstThroughAndThenWhatIsRefilled() {
    try (MockBedrock mock = start(QUICK.withQuota(new Quota(2, 3)))) {
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        statuses.add(status(mock));
      }
      after(0.499);
      statuses.add(status(mock));
      after(0.001);
      statuses.add(status(mock));
      statuses.add(status(mock));
      after(3600);
      for (int i = 0; i < 4; i++) {
        statuses.add(status(mock));
      }

      assertThat(statuses).containsExactly(200, 200, 200, 429, 429, 200, 429, 200, 200, 200, 429);
    }
  }

  @Test
  void countsTheCallsOfAllModelsTogether() {
    try (MockBedrock mock = start(QUICK.withQuota(new Quota(1, 1)))) {
      assertThat(status(mock)).isEqualTo(200);
      assertThat(Caller.invoke(mock, Caller.SDXL + "-v1", BODY).status()).isEqualTo(429);
    }
  }

  @Test
  void looksAtNothingBeyondTheQuotaButTheAuthorization() {
    MockOptions options =
        QUICK.withQuota(new Quota(1, 1)).withScript(Fault.GARBAGE, Fault.ERROR_500);
    try (MockBedrock mock = start(options)) {
      var unauthorized = Caller.request(mock, "/model/" + Caller.SDXL + "/invoke");
      assertThat(Caller.send(unauthorized.POST(BodyPublishers.ofString(BODY))).status())
          .isEqualTo(403);
      assertThat(Caller.invoke(mock, BODY).text()).startsWith("<html>");
      assertThat(Caller.invoke(mock, "unknown", "{").status()).isEqualTo(429);
      assertThat(Caller.send(unauthorized).status()).isEqualTo(403);
      after(1);
      // The script goes on where the quota stopped it.
      assertThat(status(mock)).isEqualTo(500);
      assertThat(status(mock)).isEqualTo(429);
      assertThat(Caller.send(Caller.request(mock, "/_mock/requests")).status()).isEqualTo(200);
    }
  }

  @Test
  void playsTheSameFaultsToTheCallsThatTheQuotaLetsThrough() {
    MockOptions faulty =
        QUICK.withFaults(Faults.parse("--fault", "500=0.3,503=0.2,denied=0.1")).withSeed(11L);
    List<Integer> expected = new ArrayList<>();
    try (MockBedrock mock = start(faulty)) {
      for (int i = 0; i < 60; i++) {
        expected.add(status(mock));
      }
    }
    List<Integer> statuses = new ArrayList<>();
    try (MockBedrock mock = start(faulty.withQuota(new Quota(1, 2)))) {
      while (statuses.size() < 60) {
        int status = status(mock);
        if (status == 429) {
          after(0.7);
        } else {
          statuses.add(status);
        }
      }
    }
    assertThat(statuses).isEqualTo(expected).contains(200, 403, 500, 503);
  }

  @Test
  void throttlesWithoutTheLatency() {
    MockOptions slow = QUICK.withLatency(Duration.ofDays(1)).withQuota(new Quota(1, 1));
    try (MockBedrock mock = start(slow);
        var wire = new Wire(mock)) {
      wire.send(Wire.invoke("Content-Length: " + BODY.length() + "\r\n", BODY));
      while (mock.requests().isEmpty()) {
        Thread.onSpinWait();
      }
      // The first call is recorded a moment before it takes from the bucket.
      CompletableFuture<Integer> one = CompletableFuture.supplyAsync(() -> status(mock));
      CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> status(mock));
      assertThat(CompletableFuture.anyOf(one, other).join()).isEqualTo(429);
    }
  }

  @Test
  void letsExactlyTheBurstThroughOfManyCallsAtOnce() {
    try (MockBedrock mock = start(QUICK.withQuota(new Quota(1, 10)))) {
      List<CompletableFuture<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        calls.add(CompletableFuture.supplyAsync(() -> status(mock)));
      }
      assertThat(calls.stream().map(CompletableFuture::join).filter(status -> status == 200))
          .hasSize(10);
    }
  }

  @ParameterizedTest
  @CsvSource({"60, 6", "600, 60", "20, 2", "10, 2", "0.1, 2", "50, 5", "600000, 60000"})
  void holdsWhatSixSecondsLetThroughAndAtLeastTwo(double perMinute, int burst) {
    assertThat(Quota.of(perMinute / 60)).isEqualTo(new Quota(perMinute / 60, burst));
  }

  @ParameterizedTest
  @CsvSource({"60, 6", "7, 2", "6000, 1", "0.001, 100000"})
  void givesTheRateToTheNanosecond(double perMinute, int burst) {
    TokenBucket bucket = bucket(perMinute / 60, burst);
    assertThat(takeAll(bucket)).isEqualTo(burst);
    int taken = 0;
    long gap = Math.round(60e9 / perMinute);
    for (int i = 0; i < 1000; i++) {
      clock.addAndGet(gap - 1);
      assertThat(bucket.take()).isFalse();
      clock.addAndGet(1);
      assertThat(bucket.take()).isTrue();
      taken++;
    }
    assertThat(taken).isEqualTo(1000);
    clock.addAndGet(gap * burst + gap / 2);
    assertThat(takeAll(bucket)).isEqualTo(burst);
  }

  /** One that spaces its calls evenly by 95 % of the quota, each up to half a gap late or early. */
  @ParameterizedTest
  @CsvSource({"20", "60", "600", "6000"})
  void givesASteadyClient95PercentOfTheQuota(double perMinute) {
    TokenBucket bucket = new TokenBucket(Quota.of(perMinute / 60), clock::get);
    var random = new SplittableRandom(1);
    double gap = 60 / (0.95 * perMinute);
    long start = clock.get();
    for (int i = 0; i < 5000; i++) {
      clock.set(start + Math.round((i + random.nextDouble()) * gap * SECOND));
      assertThat(bucket.take()).as("call %d", i).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "1e-9", "NaN", "10001", "Infinity"})
  void refusesAQuotaThatIsNone(double perSecond) {
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> new Quota(perSecond, 2))
        .withMessage("the quota is out of range")
        .extracting(InvalidRequest::advice)
        .isEqualTo("Allowed: one call a day to 10000/s");
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "100001"})
  void refusesABurstThatIsNone(int burst) {
    assertThatExceptionOfType(InvalidRequest.class)
        .isThrownBy(() -> new Quota(1, burst))
        .withMessage("a burst of " + burst + " is out of range")
        .extracting(InvalidRequest::advice)
        .isEqualTo("Allowed: 1 to 100000");
  }
}
