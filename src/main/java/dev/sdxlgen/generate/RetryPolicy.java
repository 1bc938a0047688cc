package dev.sdxlgen.generate;

import dev.sdxlgen.SdxlGenException.Repeat;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a call that failed is made again.
 *
 * @param maxAttempts calls in all, from 1
 * @param retryUnsure how many of them may repeat one that may have been billed already
 */
public record RetryPolicy(int maxAttempts, int retryUnsure) {

  private static final long BASE_MILLIS = 500;
  private static final long MOST_MILLIS = 20_000;

  /**
   * Whether a call is made again after a failure.
   *
   * @param attempt how many calls were made so far
   * @param unsure how many of them repeated one that may have been billed
   */
  boolean mayRepeat(Repeat failure, int attempt, int unsure) {
    return attempt < maxAttempts
        && switch (failure) {
          case NO -> false;
          case SAFE -> true;
          case MAYBE_BILLED -> unsure < retryUnsure;
        };
  }

  /**
   * How long to wait before the next call: between half and the whole of 0.5, 1, 2, … seconds, at
   * most 20, so that those who were throttled together don't come back together.
   *
   * @param attempt how many calls were made so far
   */
  Duration delay(int attempt) {
    long millis = Math.min(MOST_MILLIS, BASE_MILLIS << Math.min(attempt - 1, 10));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
  }
}
