package dev.sdxlgen.mock;

/**
 * The word MOCK, drawn with strokes and arcs of our own: there is no font on a build machine. One
 * unit is the height of a letter.
 */
final class Lettering {

  /** From the left of the M to the right of the K. */
  static final float WIDTH = 5.26f;

  /** Half of a stroke's thickness. */
  private static final float PEN = 0.052f;

  /** How far the C opens: the sine of half the angle. */
  private static final float OPENING = 0.62f;

  /** Each stroke: a letter's number, then where it begins and ends; y runs down. */
  private static final float[][] STROKES = {
    {0, 0.05f, 1, 0.13f, 0},
    {0, 0.13f, 0, 0.53f, 0.86f},
    {0, 0.53f, 0.86f, 0.93f, 0},
    {0, 0.93f, 0, 1.01f, 1},
    {3, 4.5f, 0, 4.5f, 1},
    {3, 4.54f, 0.6f, 5.12f, 0},
    {3, 4.74f, 0.42f, 5.2f, 1},
  };

  /** Each round letter: its number, then the middle of its circle. */
  private static final float[][] ROUNDS = {{1, 2.05f, 0.5f}, {2, 3.5f, 0.5f}};

  private Lettering() {}

  /**
   * Puts the word on a picture.
   *
   * @param left of the M, in pixels
   * @param top of the letters
   * @param size the height of a letter
   */
  static void draw(byte[] rgb, int width, int height, float left, float top, float size, int ink) {
    int firstY = Math.max(0, (int) (top - 0.15f * size));
    int lastY = Math.min(height - 1, (int) (top + 1.15f * size));
    int firstX = Math.max(0, (int) (left - 0.15f * size));
    int lastX = Math.min(width - 1, (int) (left + (WIDTH + 0.15f) * size));
    for (int y = firstY; y <= lastY; y++) {
      float v = (y + 0.5f - top) / size;
      for (int x = firstX; x <= lastX; x++) {
        float distance = distance((x + 0.5f - left) / size, v);
        float covered = (PEN - distance) * size + 0.5f;
        if (covered > 0) {
          mix(rgb, 3 * (y * width + x), ink, covered >= 1 ? 242 : (int) (242 * covered));
        }
      }
    }
  }

  /** From a point to the nearest line of the word. */
  private static float distance(float u, float v) {
    float nearest = 1;
    if (u > 1.35f && u < 4.2f) {
      for (float[] round : ROUNDS) {
        float dx = u - round[1];
        float dy = v - round[2];
        float away = (float) Math.sqrt(dx * dx + dy * dy);
        boolean open = round[0] == 2 && dx > 0 && Math.abs(dy) < OPENING * away;
        if (!open) {
          nearest = Math.min(nearest, Math.abs(away - 0.5f));
        }
      }
      // The C's ends are cut round, like every stroke.
      float endX = u - (3.5f + 0.5f * 0.7846f);
      float endY = Math.abs(v - 0.5f) - 0.5f * OPENING;
      return Math.min(nearest, (float) Math.sqrt(endX * endX + endY * endY));
    }
    for (float[] stroke : STROKES) {
      nearest = Math.min(nearest, fromStroke(stroke, u, v));
    }
    return nearest;
  }

  private static float fromStroke(float[] stroke, float u, float v) {
    float dx = stroke[3] - stroke[1];
    float dy = stroke[4] - stroke[2];
    float along = ((u - stroke[1]) * dx + (v - stroke[2]) * dy) / (dx * dx + dy * dy);
    along = Math.max(0, Math.min(1, along));
    float x = u - stroke[1] - along * dx;
    float y = v - stroke[2] - along * dy;
    return (float) Math.sqrt(x * x + y * y);
  }

  /** Lays ink on a pixel; {@code share} of 256. */
  static void mix(byte[] rgb, int at, int ink, int share) {
    for (int i = 0; i < 3; i++) {
      int under = rgb[at + i] & 255;
      rgb[at + i] = (byte) (under + (((ink >> (16 - 8 * i) & 255) - under) * share >> 8));
    }
  }
}
