import dev.sdxlgen.batch.RatePolicy;
import java.util.random.RandomGenerator;

/** What else could have decided when the next call is made; compared with ours by {@link Scale}. */
final class Policies {

  private static final double SECOND = 1e9;

  private Policies() {}

  /** No pacing: a throttled call waits anything up to 0.5, 1, 2, … 20 s (the SDK's "standard" mode). */
  static final class Backoff implements RatePolicy {
    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
      this.random = random;
    }

    @Override
    public long delay(long now) {
      return 0;
    }

    @Override
    public void sent(long now) {}

    @Override
    public void succeeded(long sentAt, long now) {}

    @Override
    public void throttled(long sentAt, long now) {}

    @Override
    public long backoff(int throttles) {
      double most = Math.min(20, 0.5 * Math.pow(2, Math.min(throttles - 1, 10)));
      return (long) (random.nextDouble() * most * SECOND);
    }

    @Override
    public double perSecond() {
      return Double.POSITIVE_INFINITY;
    }
  }

  /** Half the rate when throttled, 0.05 a second more each second otherwise. */
  static final class Aimd implements RatePolicy {
    private double rate = 1;
    private long next;
    private long lastCut = Long.MIN_VALUE;
    private long lastGrowth;
    private boolean begun;

    @Override
    public long delay(long now) {
      return begun ? next - now : 0;
    }

    @Override
    public void sent(long now) {
      if (!begun) {
        begun = true;
        lastGrowth = now;
      }
      next = Math.max(next, now) + (long) (SECOND / rate);
    }

    @Override
    public void succeeded(long sentAt, long now) {
      rate += 0.05 * (now - lastGrowth) / SECOND;
      lastGrowth = now;
    }

    @Override
    public void throttled(long sentAt, long now) {
      lastGrowth = now;
      if (sentAt >= lastCut) {
        lastCut = now;
        rate = Math.max(rate / 2, 0.0005);
      }
    }

    @Override
    public long backoff(int throttles) {
      return 0;
    }

    @Override
    public double perSecond() {
      return rate;
    }
  }

  /** The AWS SDKs' "adaptive" mode: CUBIC over a token bucket, with their constants. */
  static final class Cubic implements RatePolicy {
    private static final double BETA = 0.7;
    private static final double SCALE = 0.4;
    private static final double SMOOTH = 0.8;
    private static final double LEAST_RATE = 0.5;
    private static final double LEAST_CAPACITY = 1;

    private boolean enabled;
    private double fillRate;
    private double capacity;
    private double tokens;
    private double filledAt;
    private double lastMax;
    private double lastThrottle;
    private double measured;
    private double lastBucket;
    private int count;

    @Override
    public long delay(long now) {
      if (!enabled) {
        return 0;
      }
      fill(now / SECOND);
      return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / fillRate * SECOND);
    }

    @Override
    public void sent(long now) {
      if (enabled) {
        fill(now / SECOND);
        tokens -= 1;
      }
    }

    private void fill(double now) {
      tokens = Math.min(capacity, tokens + (now - filledAt) * fillRate);
      filledAt = now;
    }

    @Override
    public void succeeded(long sentAt, long now) {
      double t = now / SECOND;
      measure(t);
      double window = window();
      update(SCALE * Math.pow(t - lastThrottle - window, 3) + lastMax, t);
    }

    @Override
    public void throttled(long sentAt, long now) {
      double t = now / SECOND;
      measure(t);
      double used = enabled ? Math.min(measured, fillRate) : measured;
      lastMax = used;
      lastThrottle = t;
      if (!enabled) {
        enabled = true;
        filledAt = t;
      }
      update(used * BETA, t);
    }

    private double window() {
      return Math.cbrt(lastMax * (1 - BETA) / SCALE);
    }

    private void update(double calculated, double now) {
      if (!enabled) {
        return;
      }
      double rate = Math.min(calculated, 2 * measured);
      fill(now);
      fillRate = Math.max(rate, LEAST_RATE);
      capacity = Math.max(rate, LEAST_CAPACITY);
      tokens = Math.min(tokens, capacity);
    }

    private void measure(double now) {
      double bucket = Math.floor(now * 2) / 2;
      count++;
      if (bucket > lastBucket) {
        measured = count / (bucket - lastBucket) * SMOOTH + measured * (1 - SMOOTH);
        count = 0;
        lastBucket = bucket;
      }
    }

    @Override
    public long backoff(int throttles) {
      return 0;
    }

    @Override
    public double perSecond() {
      return enabled ? fillRate : Double.POSITIVE_INFINITY;
    }
  }
}
