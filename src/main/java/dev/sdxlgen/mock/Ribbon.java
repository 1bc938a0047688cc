package dev.sdxlgen.mock;

/** A curtain of light in the sky: sharp below, fading upwards, with rays across. */
final class Ribbon {

  private static final int PROFILE = 1024;

  /** Where the curtain's lower edge lies in the profile. */
  private static final int EDGE = 96;

  private static final short[] BRIGHTNESS = profile();

  private final int[] edge;
  private final int[] rays;
  private final int scale;
  private final int first;
  private final int last;
  private final int red;
  private final int green;
  private final int blue;

  Ribbon(Dice dice, int width, int height, int number, int colour) {
    double middle = height * dice.between(0.2 + 0.12 * number, 0.32 + 0.12 * number);
    edge =
        Wave.curve(
            dice,
            width,
            Math.min(width, height) * dice.between(0.05, 0.12),
            dice.between(0.5, 1.3),
            3);
    double reach = height * dice.between(0.22, 0.42);
    scale = (int) (PROFILE * 4096.0 / (reach * 16));
    int lowest = 0;
    int highest = Integer.MAX_VALUE;
    int down = (int) (middle * 16);
    for (int x = 0; x < width; x++) {
      edge[x] += down;
      lowest = Math.max(lowest, edge[x]);
      highest = Math.min(highest, edge[x]);
    }
    first = (highest >> 4) - (int) reach;
    last = (lowest >> 4) + (int) reach * EDGE / PROFILE + 1;
    rays = rays(dice, width);
    red = colour >> 16 & 255;
    green = colour >> 8 & 255;
    blue = colour & 255;
  }

  /** How strong the light is in each column, of 256. */
  private static int[] rays(Dice dice, int width) {
    int[] broad = Wave.curve(dice, width, 4.2, dice.between(0.7, 1.6), 2);
    int[] fine = Wave.curve(dice, width, 1.6, dice.between(9, 16), 3);
    for (int x = 0; x < width; x++) {
      broad[x] = Math.max(14, Math.min(232, 118 + broad[x] + fine[x]));
    }
    return broad;
  }

  void paint(int y, Row row) {
    if (y < first || y > last) {
      return;
    }
    int at = y << 4;
    for (int x = 0; x < edge.length; x++) {
      int into = ((edge[x] - at) * scale >> 12) + EDGE;
      if ((into & -PROFILE) == 0) {
        int share = BRIGHTNESS[into] * rays[x] >> 8;
        row.red[x] += ((red << 8) - row.red[x]) * share >> 8;
        row.green[x] += ((green << 8) - row.green[x]) * share >> 8;
        row.blue[x] += ((blue << 8) - row.blue[x]) * share >> 8;
      }
    }
  }

  /** Of 256, from below the edge (0) to the curtain's top. */
  private static short[] profile() {
    short[] profile = new short[PROFILE];
    for (int i = 0; i < EDGE; i++) {
      double up = (double) i / EDGE;
      profile[i] = (short) (250 * up * up * (3 - 2 * up));
    }
    for (int i = EDGE; i < PROFILE; i++) {
      double fading = (double) (PROFILE - i) / (PROFILE - EDGE);
      profile[i] = (short) (250 * fading * fading * fading);
    }
    return profile;
  }
}
