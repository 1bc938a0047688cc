package dev.sdxlgen.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.SdxlGenException.Throttled;
import dev.sdxlgen.batch.Schedule.Limits;
import dev.sdxlgen.batch.Schedule.Task;
import dev.sdxlgen.batch.Schedule.Verdict;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3600 * SECOND;
  private static final SdxlGenException THROTTLED = new Throttled("too many", "", null);
  private static final SdxlGenException SAFE = new BedrockFailed("500", "", Repeat.SAFE, null);
  private static final SdxlGenException UNSURE =
      new BedrockFailed("reset", "", Repeat.MAYBE_BILLED, null);

  private final Schedule<String> schedule = schedule(Double.POSITIVE_INFINITY);

  private static Schedule<String> schedule(double rate) {
    return schedule(2, rate);
  }

  private static Schedule<String> schedule(int concurrency, double rate) {
    SplittableRandom random = new SplittableRandom(1);
    return new Schedule<>(
        new Limits(concurrency, 5, 2, Duration.ofHours(1)), new AdaptiveRate(rate, random), random);
  }

  @Test
  void makesNoMoreCallsAtATimeThanAllowed() {
    Task<String> a = next("a", 0);
    next("b", 0);
    schedule.offer("c");
    assertThat(schedule.poll(0)).isNull();
    assertThat(schedule.wakeAt()).isEqualTo(Long.MAX_VALUE);
    assertThat(schedule.calling()).isEqualTo(2);
    schedule.answered(a, 1);
    assertThat(schedule.poll(1).image()).isEqualTo("c");
    schedule.finished(a, 2);
    assertThat(schedule.calling()).isEqualTo(2);
  }

  @Test
  void takesNoMoreImagesThanAreSoonCalledFor() {
    int taken = 0;
    while (schedule.hasRoom()) {
      Task<String> task = next("image " + taken++, 0);
      if (task != null) {
        schedule.failed(task, THROTTLED, 0);
      }
    }
    assertThat(taken).isLessThanOrEqualTo(18);
  }

  @Test
  void holdsAsManyImagesReadyAsThereAreCallsAtATimeButNoCrowd() {
    assertThat(ready(schedule)).isEqualTo(2);
    assertThat(ready(schedule(500, Double.POSITIVE_INFINITY))).isEqualTo(16);
  }

  private static int ready(Schedule<String> schedule) {
    int ready = 0;
    while (schedule.hasRoom()) {
      schedule.offer("image " + ready++);
    }
    return ready;
  }

  @Test
  void asksForTheOldestImageFirst() {
    Task<String> a = next("a", 0);
    Task<String> b = next("b", 0);
    schedule.failed(b, THROTTLED, SECOND);
    schedule.failed(a, THROTTLED, SECOND);
    schedule.offer("c");
    assertThat(schedule.waiting()).isEqualTo(2);
    assertThat(pollLater(2 * SECOND).image()).isEqualTo("a");
    assertThat(pollLater(100 * SECOND).image()).isEqualTo("b");
  }

  @Test
  void waitsAsLongAsTheRateSays() {
    Schedule<String> slow = schedule(1);
    slow.offer("a");
    slow.poll(0);
    slow.offer("b");
    assertThat(slow.poll(0)).isNull();
    assertThat(slow.wakeAt()).isEqualTo(SECOND);
    assertThat(slow.poll(SECOND).image()).isEqualTo("b");
  }

  @Test
  void throttlesDontCountAsAttemptsOfAnImage() {
    Task<String> a = next("a", 0);
    long now = 0;
    for (int i = 0; i < 100; i++) {
      now += SECOND;
      assertThat(schedule.failed(a, THROTTLED, now)).isEqualTo(Verdict.AGAIN);
      a = pollLater(now);
      now = Math.max(now, schedule.wakeAt() == Long.MAX_VALUE ? now : schedule.wakeAt());
    }
  }

  @Test
  void givesUpWhenNothingGotThroughForTooLong() {
    Task<String> a = next("a", 0);
    assertThat(schedule.failed(a, THROTTLED, HOUR - 1)).isEqualTo(Verdict.AGAIN);
    a = pollLater(HOUR - 1);
    assertThat(schedule.failed(a, THROTTLED, HOUR)).isEqualTo(Verdict.HOPELESS);
  }

  @Test
  void keepsOnWhileOthersGetThrough() {
    Task<String> a = next("a", 0);
    Task<String> b = next("b", 0);
    schedule.finished(b, HOUR / 2);
    assertThat(schedule.failed(a, THROTTLED, HOUR + 1)).isEqualTo(Verdict.AGAIN);
  }

  @Test
  void givesUpAnImageThatFailsWhileOthersGetThrough() {
    Task<String> a = next("a", 0);
    for (int i = 1; i < 5; i++) {
      assertThat(schedule.failed(a, SAFE, i * 100 * SECOND)).isEqualTo(Verdict.AGAIN);
      Task<String> retried = pollLater(i * 100 * SECOND + 20 * SECOND);
      assertThat(retried).isSameAs(a);
      schedule.finished(next("other", i * 100 * SECOND + 20 * SECOND), i * 100 * SECOND);
    }
    assertThat(schedule.failed(a, SAFE, 500 * SECOND)).isEqualTo(Verdict.FAILED);
    assertThat(a.attempts()).isEqualTo(5);
  }

  @Test
  void outlivesAnOutageInWhichNothingGetsThrough() {
    Task<String> a = next("a", 0);
    for (int i = 1; i < 60; i++) {
      assertThat(schedule.failed(a, SAFE, i * 60 * SECOND)).isEqualTo(Verdict.AGAIN);
      a = pollLater(i * 60 * SECOND + 20 * SECOND);
    }
    assertThat(schedule.failed(a, SAFE, HOUR)).isEqualTo(Verdict.HOPELESS);
  }

  @Test
  void repeatsACallThatMayHaveBeenBilledTwiceAndCountsIt() {
    Task<String> a = next("a", 0);
    assertThat(schedule.failed(a, UNSURE, 0)).isEqualTo(Verdict.AGAIN);
    a = pollLater(20 * SECOND);
    assertThat(schedule.failed(a, UNSURE, 0)).isEqualTo(Verdict.AGAIN);
    a = pollLater(40 * SECOND);
    assertThat(schedule.failed(a, UNSURE, 0)).isEqualTo(Verdict.FAILED);
    assertThat(a.unsure()).isEqualTo(2);
    assertThat(schedule.repeatedUnsure()).isEqualTo(2);
  }

  @Test
  void doesNotRepeatWhatWouldFailAgain() {
    assertThat(schedule.failed(next("a", 0), new Filtered("filtered", ""), 0))
        .isEqualTo(Verdict.FAILED);
  }

  @Test
  void retriesWithinHalfASecondThenOneThenTwo() {
    Task<String> a = next("a", 0);
    schedule.failed(a, SAFE, 0);
    schedule.poll(0);
    assertThat(schedule.wakeAt()).isBetween(0L, SECOND / 2);
    a = pollLater(SECOND);
    schedule.failed(a, SAFE, SECOND);
    schedule.poll(SECOND);
    assertThat(schedule.wakeAt()).isBetween(SECOND, 2 * SECOND);
  }

  @Test
  void isOverWhenAllIsDone() {
    Task<String> a = next("a", 0);
    schedule.close();
    schedule.failed(a, SAFE, 0);
    assertThat(schedule.isOver()).isFalse();
    a = pollLater(SECOND);
    schedule.answered(a, SECOND);
    assertThat(schedule.isOver()).isFalse();
    schedule.finished(a, SECOND);
    assertThat(schedule.isOver()).isTrue();
  }

  @Test
  void makesNoCallOnceStopped() {
    Task<String> a = next("a", 0);
    Task<String> b = next("b", 0);
    schedule.failed(b, SAFE, 0);
    schedule.stop();
    assertThat(schedule.hasRoom()).isFalse();
    assertThat(schedule.poll(HOUR)).isNull();
    assertThat(schedule.isOver()).isFalse();
    schedule.finished(a, 0);
    assertThat(schedule.isOver()).isTrue();
  }

  @Test
  void tellsWhoWasNeverCalledForWhenItStops() {
    Task<String> a = next("a", 0);
    schedule.failed(a, THROTTLED, 0);
    Task<String> b = schedule.offer("b");
    assertThat(schedule.stop()).containsExactly(b);
    assertThat(schedule.stop()).isEmpty();
  }

  @Test
  void anImageThatFailsBeforeItsCallMakesRoomForAnother() {
    schedule.offer("a");
    Task<String> b = schedule.offer("b");
    assertThat(schedule.hasRoom()).isFalse();
    assertThat(schedule.failed(b, new OutputFailed("no place", "", null), 7 * SECOND))
        .isEqualTo(Verdict.FAILED);
    assertThat(schedule.hasRoom()).isTrue();
    assertThat(b.attempts()).isEqualTo(1);
    assertThat(b.firstSent()).isEqualTo(7 * SECOND);
    assertThat(schedule.poll(0).image()).isEqualTo("a");
    assertThat(schedule.poll(0)).isNull();
  }

  @Test
  void tellsWhetherTheNextCallWaitsForRoomAloneOrForItsTime() {
    next("a", 0);
    assertThat(schedule.waitsForRoomAlone(0)).isTrue();
    Schedule<String> slow = schedule(1);
    slow.offer("a");
    assertThat(slow.waitsForRoomAlone(0)).isTrue();
    slow.poll(0);
    assertThat(slow.waitsForRoomAlone(SECOND / 2)).isFalse();
    assertThat(slow.waitsForRoomAlone(SECOND)).isTrue();
    schedule.stop();
    assertThat(schedule.waitsForRoomAlone(0)).isFalse();
  }

  private Task<String> next(String image, long now) {
    schedule.offer(image);
    return schedule.poll(now);
  }

  /** The next task, however long the rate makes it wait. */
  private Task<String> pollLater(long now) {
    Task<String> task = schedule.poll(now);
    return task == null && schedule.wakeAt() != Long.MAX_VALUE
        ? schedule.poll(schedule.wakeAt())
        : task;
  }
}
