package dev.sdxlgen.batch;

import java.time.Duration;

/**
 * How far a batch is.
 *
 * @param planned how many images there are to be in the end
 * @param doneBefore how many of them earlier runs had made
 * @param made how many this run has made
 * @param found how many a killed run had saved but not recorded
 * @param skipped how many were left because there was a file of that name
 * @param failed how many can't be made
 * @param inFlight how many calls are being made
 * @param waiting how many images wait for another call
 * @param calls how many calls were made
 * @param throttled how many of them were throttled
 * @param possiblyPaidTwice how many of them repeated one that may have been billed
 * @param perMinute images made a minute, over the last minute
 * @param left how long it will take at that rate; null when nothing says it
 */
public record BatchProgress(
    long planned,
    long doneBefore,
    long made,
    long found,
    long skipped,
    long failed,
    int inFlight,
    int waiting,
    long calls,
    long throttled,
    long possiblyPaidTwice,
    double perMinute,
    Duration left) {

  /** How many are there. */
  public long done() {
    return doneBefore + made + found + skipped;
  }
}
