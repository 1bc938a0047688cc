package dev.sdxlgen.mock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;

/**
 * How many model calls are let through, those of all models together: a bucket that begins full
 * with {@code burst} calls, gives one to each call and is refilled evenly. A call that finds it
 * empty is throttled.
 *
 * @param perSecond calls a second, from one a day to 10,000
 * @param burst how many calls may come at once when none came for a while, from 1 to 100,000
 */
public record Quota(double perSecond, int burst) {

  /** The largest burst. */
  public static final int MOST_BURST = 100_000;

  private static final double LEAST = 1 / 86_400.0;
  private static final double MOST = 10_000;
  private static final double BURST_SECONDS = 6;

  /**
   * @throws InvalidRequest when one of them is out of range
   */
  public Quota {
    if (!(perSecond >= LEAST && perSecond <= MOST)) {
      throw new InvalidRequest("the quota is out of range", "Allowed: one call a day to 10000/s");
    }
    if (burst < 1 || burst > MOST_BURST) {
      throw new InvalidRequest(
          "a burst of " + burst + " is out of range", "Allowed: 1 to " + MOST_BURST);
    }
  }

  /**
   * With a burst of what six seconds let through, at least 2: a bucket of 1 forgives no call that
   * comes early, so that a client which spaces its calls well still loses a seventh of the quota.
   */
  public static Quota of(double perSecond) {
    return new Quota(perSecond, (int) Math.max(2, Math.round(perSecond * BURST_SECONDS)));
  }
}
