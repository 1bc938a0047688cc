package dev.sdxlgen.mock;

import java.util.Arrays;

/** One row of a picture in the making: each channel in 1/256, so that soft light has no steps. */
final class Row {

  /** A threshold that hides the steps of 8-bit colour, 0 to 252; 8 x 8. */
  private static final int[] DITHER = dither();

  final int[] red;
  final int[] green;
  final int[] blue;

  Row(int width) {
    red = new int[width];
    green = new int[width];
    blue = new int[width];
  }

  /** One colour from left to right: {@code from} at a share of 0, {@code to} at 512. */
  void fill(int from, int to, int share) {
    Arrays.fill(red, between(from >> 16, to >> 16, share));
    Arrays.fill(green, between(from >> 8 & 255, to >> 8 & 255, share));
    Arrays.fill(blue, between(from & 255, to & 255, share));
  }

  private static int between(int from, int to, int share) {
    return (from << 8) + ((to - from) * share >> 1);
  }

  void set(int x, int colour) {
    red[x] = colour >> 8 & 0xff00;
    green[x] = colour & 0xff00;
    blue[x] = colour << 8 & 0xff00;
  }

  /** Lays a colour over a pixel; {@code share} of 256. */
  void mix(int x, int colour, int share) {
    red[x] += ((colour >> 8 & 0xff00) - red[x]) * share >> 8;
    green[x] += ((colour & 0xff00) - green[x]) * share >> 8;
    blue[x] += ((colour << 8 & 0xff00) - blue[x]) * share >> 8;
  }

  /** Rounds the row into its place in the picture. */
  void copyTo(byte[] rgb, int y) {
    int at = 3 * y * red.length;
    int line = (y & 7) << 3;
    for (int x = 0; x < red.length; x++) {
      int nudge = DITHER[line | x & 7];
      rgb[at] = (byte) (red[x] + nudge >> 8);
      rgb[at + 1] = (byte) (green[x] + nudge >> 8);
      rgb[at + 2] = (byte) (blue[x] + nudge >> 8);
      at += 3;
    }
  }

  /** Bayer's matrix: the bits of x^y and y, interleaved and reversed. */
  private static int[] dither() {
    int[] matrix = new int[64];
    for (int i = 0; i < 64; i++) {
      int x = i & 7;
      int y = i >> 3;
      int value = 0;
      for (int bit = 0; bit < 3; bit++) {
        value = value << 2 | ((x ^ y) >> bit & 1) << 1 | y >> bit & 1;
      }
      matrix[i] = value << 2;
    }
    return matrix;
  }
}
