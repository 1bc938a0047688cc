package dev.sdxlgen.batch;

import java.util.random.RandomGenerator;

/**
 * Finds the rate that the account allows by being throttled now and then, and never exceeds the one
 * that the user allows.
 *
 * <p>Nothing is held back until Bedrock throttles for the first time. From then on calls are spaced
 * evenly at a rate that each throttled call lowers, by 10 % or, when several are throttled in a
 * row, by 20, 40 and then 50 %, and that each call which is let through raises by 0.8 % /
 * rate<sup>0.4</sup> (the rate in calls a second), more so the longer none was throttled. So about
 * one call in ten is throttled whatever the quota; and because a slow process is raised by more
 * than a fast one, processes that share a quota and know nothing of each other come to share it
 * evenly. A process tries at least every two minutes, or it would notice too late that others have
 * finished.
 *
 * <p>As simulated (src/bench/scale: 600 calls a minute for all, a bucket of 60, calls of 8 s), with
 * the calls that an image takes on average:
 *
 * <pre>
 * processes                                  1      10     100   1,000
 * this                                    1.06    1.09    1.18    1.79
 * AIMD (half; 0.05/s more each second)    1.00    1.07    1.68    2.10  974 of 60,000 images given up
 * CUBIC, as in the SDK's adaptive mode    1.03    1.37    4.61   33.2   605 given up
 * exponential backoff with full jitter    8.34    9.70   23.2   167
 * </pre>
 *
 * It gave up none. A million images took 28 to 29 hours where the quota allows 27.8. What it pays
 * is evenness in short jobs: these 60,000 images took 1.9 to 2.0 hours over 10 processes and more,
 * where the quota allows 1.7, since those that are done early leave the others to speed up.
 *
 * <p>One process uses 97 to 100 % of 60 a minute from its first minute on, whatever the bucket from
 * 2 up (85 % of a bucket of 1, which forgives no call that comes early); AIMD uses 2 % and CUBIC 50
 * % of 6,000 a minute with a bucket of 100.
 */
public final class AdaptiveRate implements RatePolicy {

  private static final double SECOND = 1e9;
  private static final double CUT = 0.1;
  private static final double MOST_CUT = 0.5;
  private static final double GROWTH = 0.008;
  private static final double EVENNESS = 0.4;

  /** After so many calls in a row that were let through, the rate grows twice as fast. */
  private static final double QUIET = 15;

  /** How far a gap may differ from the even one, so that processes don't march in step. */
  private static final double JITTER = 0.05;

  /** Calls a second. */
  private static final double LEAST = 1 / 120.0;

  /** A first throttle this soon after the first call says nothing of the rate. */
  private static final double LEAST_SECONDS = 0.001;

  private final double most;
  private final RandomGenerator random;
  private double rate;
  private long firstSent;
  private long calls;
  private long next;
  private boolean paced;
  private long cutAt;
  private int cutsInARow;
  private int quiet;

  /**
   * @param most calls a second that the user allows, above 0; infinite when it is only the
   *     account's limit that counts
   */
  public AdaptiveRate(double most, RandomGenerator random) {
    this.most = most;
    this.rate = most;
    this.random = random;
  }

  @Override
  public long delay(long now) {
    return isFree() || calls == 0 ? 0 : next - now;
  }

  @Override
  public void sent(long now) {
    if (calls++ == 0) {
      firstSent = now;
      next = now;
    }
    if (isFree()) {
      return;
    }
    double gap = SECOND / rate;
    // A rate that isn't used up, because calls take long, must not grow without end.
    paced = now - next < gap;
    double spread = rate == most ? 1 : 1 - JITTER + 2 * JITTER * random.nextDouble();
    // One call that came late is made up for, not more: the quota is no more forgiving.
    next = Math.max(next, now - (long) gap) + (long) (gap * spread);
  }

  @Override
  public void succeeded(long sentAt, long now) {
    cutsInARow = 0;
    if (isFree() || !paced) {
      return;
    }
    quiet++;
    double faster = 1 + quiet / QUIET * (quiet / QUIET);
    setRate(rate * (1 + Math.min(1, GROWTH * Math.pow(rate, -EVENNESS) * faster)), now);
  }

  @Override
  public void throttled(long sentAt, long now) {
    quiet = 0;
    if (isFree()) {
      double seconds = Math.max((now - firstSent) / SECOND, LEAST_SECONDS);
      next = now;
      cutAt = now;
      setRate(calls / seconds, now);
    } else if (sentAt - cutAt >= 0) {
      // Of calls that were in flight together only one counts.
      cutAt = now;
      cutsInARow++;
      setRate(rate * (1 - Math.min(MOST_CUT, CUT * Math.pow(2, cutsInARow - 1))), now);
    }
    if (cutsInARow <= 1) {
      // The bucket was nearly full enough: waiting a whole gap would leave part of the quota
      // unused.
      next = Math.min(next, now + (long) (SECOND / rate * random.nextDouble()));
    }
  }

  private void setRate(double to, long now) {
    double before = rate;
    rate = Math.min(Math.max(to, LEAST), most);
    if (next > now && before < Double.POSITIVE_INFINITY) {
      next = now + (long) ((next - now) * (before / rate));
    }
  }

  private boolean isFree() {
    return rate == Double.POSITIVE_INFINITY;
  }

  /** None of its own: the next call, for whatever image, is spaced already. */
  @Override
  public long backoff(int throttles) {
    return 0;
  }

  @Override
  public double perSecond() {
    return rate;
  }
}
