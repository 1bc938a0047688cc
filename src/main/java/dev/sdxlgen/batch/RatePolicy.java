package dev.sdxlgen.batch;

/**
 * When the next call may be made. Driven by the times it is told, in nanoseconds of one clock of
 * any origin: it neither waits nor looks at a clock itself. Not thread-safe; {@link Schedule} asks
 * it.
 */
public interface RatePolicy {

  /** How long until a call may be made, in nanoseconds; 0 or less when it may be made now. */
  long delay(long now);

  /** A call is made now. */
  void sent(long now);

  /** A call was let through. */
  void succeeded(long sentAt, long now);

  /** A call was refused because the quota is used up. */
  void throttled(long sentAt, long now);

  /**
   * How long a throttled image waits before it asks for a call again, in nanoseconds, beyond what
   * {@link #delay} says.
   *
   * @param throttles how often it was throttled in a row, from 1
   */
  long backoff(int throttles);

  /** The calls a second that it lets through at present; infinite when it holds nothing back. */
  double perSecond();
}
