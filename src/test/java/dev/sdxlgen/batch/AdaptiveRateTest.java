package dev.sdxlgen.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveRateTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void holdsNothingBackUntilItIsThrottled() {
    RatePolicy rate = adaptive();
    for (int i = 0; i < 100; i++) {
      assertThat(rate.delay(i)).isZero();
      rate.sent(i);
      rate.succeeded(i, i);
    }
    assertThat(rate.perSecond()).isInfinite();
  }

  @Test
  void spacesCallsEvenlyAtTheRateThatTheUserAllows() {
    RatePolicy rate = new AdaptiveRate(2, new SplittableRandom(1));
    assertThat(sendAll(rate, 5))
        .containsExactly(0L, SECOND / 2, SECOND, 3 * SECOND / 2, 2 * SECOND);
  }

  @Test
  void makesUpForOneLateCallAndNoMore() {
    RatePolicy rate = new AdaptiveRate(2, new SplittableRandom(1));
    rate.sent(0);
    rate.sent(100 * SECOND);
    assertThat(rate.delay(100 * SECOND)).isZero();
    rate.sent(100 * SECOND);
    assertThat(rate.delay(100 * SECOND)).isEqualTo(SECOND / 2);
  }

  @Test
  void neverExceedsTheRateThatTheUserAllows() {
    RatePolicy rate = new AdaptiveRate(2, new SplittableRandom(1));
    rate.sent(0);
    rate.throttled(0, SECOND);
    assertThat(rate.perSecond()).isLessThan(2);
    for (long now = SECOND; now < 1000 * SECOND; now += SECOND / 4) {
      if (rate.delay(now) <= 0) {
        rate.sent(now);
        rate.succeeded(now, now);
      }
      assertThat(rate.perSecond()).isLessThanOrEqualTo(2);
    }
    assertThat(rate.perSecond()).isEqualTo(2);
  }

  @Test
  void countsCallsThatWereInFlightTogetherOnce() {
    RatePolicy rate = adaptive();
    for (int i = 0; i < 10; i++) {
      rate.sent(i);
    }
    rate.throttled(0, SECOND);
    double first = rate.perSecond();
    for (int i = 1; i < 10; i++) {
      rate.throttled(i, SECOND + i);
    }
    assertThat(rate.perSecond()).isEqualTo(first);
    rate.throttled(SECOND + 20, SECOND + 30);
    assertThat(rate.perSecond()).isEqualTo(0.9 * first);
  }

  @Test
  void triesEveryTwoMinutesHoweverOftenItIsThrottled() {
    RatePolicy rate = adaptive();
    rate.sent(0);
    long now = 0;
    for (int i = 0; i < 200; i++) {
      rate.throttled(now, now + 1);
      long delay = rate.delay(now + 1);
      assertThat(delay).isLessThanOrEqualTo(126 * SECOND);
      now += 1 + Math.max(0, delay);
      rate.sent(now);
    }
    assertThat(rate.perSecond()).isEqualTo(1 / 120.0);
  }

  /** A bucket of Bedrock's, filled evenly, from its first call on. */
  @ParameterizedTest
  @CsvSource({"60, 60", "60, 10", "60, 2", "600, 100", "6000, 100"})
  void usesTheQuotaOfAMinute(double perMinute, double burst) {
    RatePolicy rate = adaptive();
    double tokens = burst;
    long filledAt = 0;
    int used = 0;
    int calls = 0;
    for (long now = 0; now < 60 * SECOND; now += Math.max(SECOND / 1000, rate.delay(now))) {
      tokens = Math.min(burst, tokens + (now - filledAt) * perMinute / 60 / SECOND);
      filledAt = now;
      calls++;
      rate.sent(now);
      if (tokens >= 1) {
        tokens--;
        used++;
        rate.succeeded(now, now);
      } else {
        rate.throttled(now, now);
      }
    }
    assertThat(used).isBetween((int) (0.95 * (perMinute + burst)), (int) (perMinute + burst));
    assertThat(calls).isLessThan(2 * used);
  }

  @Test
  void decidesTheSameForTheSameSeed() {
    assertThat(throttledNowAndThen(7)).isEqualTo(throttledNowAndThen(7));
    assertThat(throttledNowAndThen(7)).isNotEqualTo(throttledNowAndThen(8));
  }

  private static List<Long> throttledNowAndThen(long seed) {
    RatePolicy rate = new AdaptiveRate(Double.POSITIVE_INFINITY, new SplittableRandom(seed));
    rate.sent(0);
    rate.throttled(0, SECOND);
    return sendAll(rate, 50);
  }

  private static List<Long> sendAll(RatePolicy rate, int calls) {
    List<Long> times = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < calls; i++) {
      now += Math.max(0, rate.delay(now));
      rate.sent(now);
      times.add(now);
    }
    return times;
  }

  private static RatePolicy adaptive() {
    return new AdaptiveRate(Double.POSITIVE_INFINITY, new SplittableRandom(1));
  }
}
