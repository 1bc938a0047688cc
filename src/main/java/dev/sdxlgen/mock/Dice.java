package dev.sdxlgen.mock;

/**
 * Numbers that look random and follow from a seed alone, the same on every JDK (SplitMix64, Steele,
 * Lea and Flood 2014). Threads may share one.
 */
final class Dice {

  private static final long STEP = 0x9E3779B97F4A7C15L;

  private long state;

  Dice(long seed) {
    state = seed;
  }

  /** Any 64 bits. */
  synchronized long next() {
    state += STEP;
    return mix(state);
  }

  /** 0 or more, and less than 1. */
  double fraction() {
    return (next() >>> 11) * 0x1p-53;
  }

  /** From {@code least} to less than {@code most}. */
  double between(double least, double most) {
    return least + (most - least) * fraction();
  }

  /** From 0 to less than {@code bound}. */
  int below(int bound) {
    return (int) (fraction() * bound);
  }

  /** Spreads what differs in one bit of {@code value} over all of them. */
  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
