package dev.sdxlgen.mock;

/** Smooth curves across a picture: a few sines of random phase, from one table of integers. */
final class Wave {

  private static final int STEPS = 4096;

  /** 1/16384. StrictMath gives every JDK the same bits, which Math doesn't promise. */
  private static final short[] SINE = sines();

  private Wave() {}

  /**
   * A value for each column, in 1/16 pixel.
   *
   * @param swing how far it goes up and down, in pixels
   * @param waves how many swings the first sine has across the picture; each further one has about
   *     twice as many and goes half as far
   */
  static int[] curve(Dice dice, int width, double swing, double waves, int sines) {
    int[] curve = new int[width];
    for (int i = 0; i < sines; i++) {
      add(curve, dice.below(STEPS), waves * STEPS * 256 / width, swing * 16 / (1 << i));
      waves *= dice.between(1.7, 2.5);
    }
    return curve;
  }

  private static void add(int[] curve, int phase, double step, double swing) {
    int stride = (int) step;
    int factor = (int) swing;
    int at = phase << 8;
    for (int x = 0; x < curve.length; x++) {
      curve[x] += SINE[at >> 8 & STEPS - 1] * factor >> 14;
      at += stride;
    }
  }

  private static short[] sines() {
    short[] table = new short[STEPS];
    int quarter = STEPS / 4;
    for (int i = 0; i <= quarter; i++) {
      short value = (short) Math.round(16384 * StrictMath.sin(Math.PI / 2 * i / quarter));
      table[i] = value;
      table[2 * quarter - i] = value;
      table[2 * quarter + i & STEPS - 1] = (short) -value;
      table[4 * quarter - i & STEPS - 1] = (short) -value;
    }
    return table;
  }
}
