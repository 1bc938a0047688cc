package dev.sdxlgen.mock;

/** Makes a picture as unrecognisable as the model's filter does. */
final class Blur {

  /** In pixels. */
  private static final int REACH = 40;

  private Blur() {}

  /** Averages every pixel with those around it, in place; twice, so that no edges are left. */
  static void apply(byte[] rgb, int width, int height) {
    for (int pass = 0; pass < 2; pass++) {
      for (int y = 0; y < height; y++) {
        for (int channel = 0; channel < 3; channel++) {
          average(rgb, 3 * y * width + channel, 3, width);
        }
      }
      for (int i = 0; i < 3 * width; i++) {
        average(rgb, i, 3 * width, height);
      }
    }
  }

  /** A running mean over one line of bytes. */
  private static void average(byte[] rgb, int from, int step, int count) {
    byte[] line = new byte[count];
    for (int i = 0; i < count; i++) {
      line[i] = rgb[from + i * step];
    }
    int sum = 0;
    int size = 0;
    for (int i = 0; i < Math.min(REACH, count); i++) {
      sum += line[i] & 255;
      size++;
    }
    for (int i = 0; i < count; i++) {
      if (i + REACH < count) {
        sum += line[i + REACH] & 255;
        size++;
      }
      if (i - REACH > 0) {
        sum -= line[i - REACH - 1] & 255;
        size--;
      }
      rgb[from + i * step] = (byte) (sum / size);
    }
  }
}
