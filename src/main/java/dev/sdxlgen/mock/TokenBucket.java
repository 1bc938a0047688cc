package dev.sdxlgen.mock;

import java.util.function.LongSupplier;

/**
 * A quota's bucket. It counts in whole nanoseconds, so nothing is lost to rounding: what is kept is
 * when the bucket will be full again if no more calls come. Threads may share one.
 */
final class TokenBucket {

  private final LongSupplier nanoTime;

  /** In which one call is refilled. */
  private final long gap;

  /** How far away a full bucket may be for one more call to be in it. */
  private final long reach;

  private long fullAt;

  /**
   * @param nanoTime nanoseconds of any origin, such as {@link System#nanoTime}
   */
  TokenBucket(Quota quota, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    gap = Math.round(1e9 / quota.perSecond());
    reach = (quota.burst() - 1) * gap;
    fullAt = nanoTime.getAsLong();
  }

  /** Whether there was a call left; then it is taken. */
  synchronized boolean take() {
    long now = nanoTime.getAsLong();
    long wait = Math.max(fullAt - now, 0);
    if (wait > reach) {
      return false;
    }
    fullAt = now + wait + gap;
    return true;
  }
}
