package dev.sdxlgen.generate;

import java.time.Duration;

/** Comes out of a call that was got ready and isn't made: it can be made anew. */
public final class NotSent extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A request that is older isn't sent: its signature, or the key it was signed with, expires. */
  private static final long STALE = Duration.ofMinutes(1).toNanos();

  public NotSent() {
    super(null, null, false, false);
  }

  /**
   * Whether a request that was got ready is too old to be sent.
   *
   * @param age in nanoseconds
   */
  public static boolean isStale(long age) {
    return age > STALE;
  }
}
