package dev.sdxlgen.mock;

/**
 * The mock's picture: lights in the sky over misty hills, and the word MOCK. Everything in it
 * follows from one number, so the same request always gives the same pixels, on every JDK: only
 * integers, tables, and floating-point operations that IEEE 754 defines to the bit.
 */
final class Painting {

  private static final int HILLS = 5;
  private static final int RIBBONS = 3;
  private static final int HALO = 1024;

  private final int width;
  private final int height;
  private final int side;
  private final Dice dice;
  private final Palette palette;
  private final byte[] rgb;
  private final Row row;

  private Painting(int width, int height, long likeness) {
    this.width = width;
    this.height = height;
    side = Math.min(width, height);
    dice = new Dice(likeness);
    palette = Palette.pick(dice);
    rgb = new byte[3 * width * height];
    row = new Row(width);
  }

  /**
   * Red, green and blue of every pixel, row by row from the top left.
   *
   * @param likeness what the request comes to, as a number: two requests that differ in anything
   *     have different ones
   */
  static byte[] rgb(int width, int height, long likeness) {
    var painting = new Painting(width, height, likeness);
    painting.paint();
    return painting.rgb;
  }

  private void paint() {
    double sunX = width * dice.between(0.2, 0.8);
    double sunY = height * dice.between(0.26, 0.5);
    double sunRadius = side * dice.between(0.05, 0.11);
    var ribbons = new Ribbon[RIBBONS];
    for (int i = 0; i < RIBBONS; i++) {
      ribbons[i] = new Ribbon(dice, width, height, i, palette.ribbons()[i]);
    }
    var hills = new Hill[HILLS];
    int skyline = height;
    for (int i = 0; i < HILLS; i++) {
      hills[i] = new Hill(dice, width, height, 1 - i / (HILLS - 1.0), palette);
      skyline = Math.min(skyline, hills[i].top());
    }
    int foot = hills[0].foot();
    int[] halo = halo();
    int horizon = Math.max(1, height * 62 / 100);
    for (int y = 0; y < height; y++) {
      if (y < foot) {
        paintSky(Math.min(1024, y * 1024 / horizon));
        paintSun(y, sunX, sunY, sunRadius, halo);
        for (Ribbon ribbon : ribbons) {
          ribbon.paint(y, row);
        }
      }
      for (int i = 0; i < HILLS; i++) {
        hills[i].paint(y, row, i + 1 < HILLS ? hills[i + 1] : null);
      }
      row.copyTo(rgb, y);
    }
    paintStars(skyline);
    float size = Math.max(6, side * 0.052f);
    float left = (width - Lettering.WIDTH * size) / 2;
    Lettering.draw(rgb, width, height, left, height * 0.925f - size / 2, size, palette.sun());
  }

  /**
   * @param down 0 at the top, 1024 at the horizon
   */
  private void paintSky(int down) {
    if (down < 512) {
      row.fill(palette.zenith(), palette.sky(), down);
    } else {
      row.fill(palette.sky(), palette.horizon(), down - 512);
    }
  }

  /** The disc, and the light around it. */
  private void paintSun(int y, double sunX, double sunY, double radius, int[] halo) {
    int reach = (int) (radius * 5);
    int dy = y - (int) sunY;
    if (Math.abs(dy) >= reach) {
      return;
    }
    int colour = palette.sun();
    int first = Math.max(0, (int) sunX - reach);
    int last = Math.min(width, (int) sunX + reach);
    long scale = ((long) HALO << 32) / ((long) reach * reach);
    for (int x = first; x < last; x++) {
      int dx = x - (int) sunX;
      int far = (int) ((dx * dx + dy * dy) * scale >> 32);
      if (far < HALO) {
        row.mix(x, colour, halo[far]);
      }
    }
    if (Math.abs(dy) <= radius + 1) {
      for (int x = (int) (sunX - radius - 1); x <= sunX + radius + 1; x++) {
        double dx = x + 0.5 - sunX;
        double covered = radius - Math.sqrt(dx * dx + (y + 0.5 - sunY) * (y + 0.5 - sunY)) + 0.5;
        if (covered > 0 && x >= 0 && x < width) {
          row.mix(x, colour, covered >= 1 ? 244 : (int) (244 * covered));
        }
      }
    }
  }

  /** By the square of the distance. */
  private static int[] halo() {
    int[] halo = new int[HALO];
    for (int i = 0; i < HALO; i++) {
      double far = Math.sqrt(i / (double) HALO);
      halo[i] = (int) (110 * (1 - far) * (1 - far) * (1 - far));
    }
    return halo;
  }

  private void paintStars(int skyline) {
    int stars = palette.starlight() == 0 ? 0 : 110 + dice.below(90);
    for (int i = 0; i < stars; i++) {
      double x = dice.between(3, width - 3);
      double depth = dice.fraction();
      double y = 3 + (skyline - 8) * depth;
      double size = side / 1024.0 * dice.between(0.45, 1.25);
      int light = (int) (palette.starlight() * (1 - depth) * dice.between(0.35, 1));
      paintStar(x, y, size, light);
    }
  }

  private void paintStar(double centreX, double centreY, double size, int light) {
    int around = (int) size + 2;
    for (int y = (int) centreY - around; y <= centreY + around; y++) {
      for (int x = (int) centreX - around; x <= centreX + around; x++) {
        double dx = x + 0.5 - centreX;
        double dy = y + 0.5 - centreY;
        double covered = size - Math.sqrt(dx * dx + dy * dy) + 0.7;
        if (covered > 0 && y >= 0 && y < height && x >= 0 && x < width) {
          int share = (int) (light * Math.min(1, covered));
          Lettering.mix(rgb, 3 * (y * width + x), palette.sun(), share);
        }
      }
    }
  }
}
