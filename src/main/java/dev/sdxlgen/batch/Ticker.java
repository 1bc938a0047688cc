package dev.sdxlgen.batch;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/** The clock that a batch goes by, and how it waits. */
public interface Ticker {

  /** The machine's own. */
  Ticker SYSTEM =
      new Ticker() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public void await(Condition news, long nanos) throws InterruptedException {
          if (nanos == Long.MAX_VALUE) {
            news.await();
          } else {
            news.await(nanos, TimeUnit.NANOSECONDS);
          }
        }
      };

  /** Nanoseconds of any origin. */
  long nanoTime();

  /** The time of day. */
  Instant now();

  /**
   * Waits until there is news or the time is over, or less.
   *
   * @param nanos {@link Long#MAX_VALUE} for as long as it takes
   */
  void await(Condition news, long nanos) throws InterruptedException;
}
