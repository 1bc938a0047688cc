package dev.sdxlgen.mock;

/** A line of hills from side to side, with mist rising behind the next one. */
final class Hill {

  private static final int DEPTHS = 256;

  /** Of a pixel, in sixteenths: how far a ridge's edge is softened. */
  private static final int HALF = 8;

  private final int[] ridge;
  private final int[] colours = new int[DEPTHS];
  private final int scale;
  private final int top;

  /**
   * @param distance 0 for the nearest hills, 1 for those at the horizon
   */
  Hill(Dice dice, int width, int height, double distance, Palette palette) {
    double middle = height * (0.845 - 0.27 * distance) + height * dice.between(-0.015, 0.015);
    double swing = Math.min(width, height) * dice.between(0.035, 0.06) * (1.1 - 0.5 * distance);
    ridge = Wave.curve(dice, width, swing, dice.between(0.6, 1.4) * (1 + distance), 4);
    int highest = Integer.MAX_VALUE;
    for (int x = 0; x < width; x++) {
      ridge[x] += (int) (middle * 16);
      highest = Math.min(highest, ridge[x]);
    }
    top = (highest >> 4) - 1;
    int away = (int) (256 * distance);
    int colour = Palette.blend(palette.near(), palette.far(), away);
    int mist = Palette.blend(colour, palette.horizon(), 40 + (int) (120 * distance));
    for (int i = 0; i < DEPTHS; i++) {
      colours[i] = Palette.blend(colour, mist, i);
    }
    scale = (int) (DEPTHS * 4096 / (height * 0.16 * 16));
  }

  /** The first row that any of it is in. */
  int top() {
    return top;
  }

  /** The first row from which on it covers everything. */
  int foot() {
    int lowest = Integer.MIN_VALUE;
    for (int height : ridge) {
      lowest = Math.max(lowest, height);
    }
    return (lowest >> 4) + 2;
  }

  /**
   * @param front the hills before it, which hide some of it; null for none
   */
  void paint(int y, Row row, Hill front) {
    if (y < top) {
      return;
    }
    int at = (y << 4) + HALF;
    int[] hiding = front == null ? null : front.ridge;
    for (int x = 0; x < ridge.length; x++) {
      int below = at - ridge[x];
      if (below > -HALF && (hiding == null || at - hiding[x] <= HALF)) {
        if (below > HALF) {
          int depth = below * scale >> 12;
          row.set(x, colours[depth < DEPTHS ? depth : DEPTHS - 1]);
        } else {
          row.mix(x, colours[0], (below + HALF) << 4);
        }
      }
    }
  }
}
