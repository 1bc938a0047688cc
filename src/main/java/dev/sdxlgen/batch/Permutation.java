package dev.sdxlgen.batch;

/**
 * The numbers from 0 to size - 1 in an order that a seed decides, without holding them: a Feistel
 * network over the next power of four, walked until it lands within.
 */
final class Permutation {

  private static final int ROUNDS = 6;

  private final long size;
  private final long seed;
  private final int halfBits;
  private final long halfMask;

  Permutation(long size, long seed) {
    this.size = size;
    this.seed = seed;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(size - 1, 1));
    this.halfBits = (bits + 1) / 2;
    this.halfMask = (1L << halfBits) - 1;
  }

  /** The number at a place; every number has exactly one. */
  long at(long place) {
    long number = place;
    do {
      number = encrypt(number);
    } while (number >= size);
    return number;
  }

  private long encrypt(long number) {
    long left = number >>> halfBits;
    long right = number & halfMask;
    for (int round = 0; round < ROUNDS; round++) {
      long swap = right;
      right = left ^ (mix(seed + round * 0x9E3779B97F4A7C15L ^ mix(right)) & halfMask);
      left = swap;
    }
    return left << halfBits | right;
  }

  /** SplitMix64's finaliser. */
  private static long mix(long x) {
    long z = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
