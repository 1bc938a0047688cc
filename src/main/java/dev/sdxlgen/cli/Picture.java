package dev.sdxlgen.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * A picture's pixels.
 *
 * @param pixels row by row, each {@code 0xRRGGBB}
 */
record Picture(int width, int height, int[] pixels) {

  /**
   * Reads a PNG or a JPEG; what is transparent becomes black.
   *
   * @throws IOException when it can't be decoded
   */
  static Picture read(Path file) throws IOException {
    // With a head, ImageIO would look for a screen, and macOS show us in its dock.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
    BufferedImage image;
    try {
      image = ImageIO.read(file.toFile());
    } catch (RuntimeException e) {
      // Some broken files do that to it.
      throw new IOException("it can't be decoded", e);
    }
    if (image == null) {
      throw new IOException("it can't be decoded");
    }
    int width = image.getWidth();
    int height = image.getHeight();
    int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = onBlack(pixels[i]);
    }
    return new Picture(width, height, pixels);
  }

  private static int onBlack(int argb) {
    int alpha = argb >>> 24;
    if (alpha == 255) {
      return argb & 0xffffff;
    }
    int red = (argb >> 16 & 255) * alpha / 255;
    int green = (argb >> 8 & 255) * alpha / 255;
    return red << 16 | green << 8 | (argb & 255) * alpha / 255;
  }

  /** The same in another size: each pixel the mean of those that it stands for. */
  Picture scaled(int newWidth, int newHeight) {
    int[] scaled = new int[newWidth * newHeight];
    for (int y = 0; y < newHeight; y++) {
      int top = (int) ((long) y * height / newHeight);
      int bottom = Math.max(top + 1, (int) ((y + 1L) * height / newHeight));
      for (int x = 0; x < newWidth; x++) {
        int left = (int) ((long) x * width / newWidth);
        int right = Math.max(left + 1, (int) ((x + 1L) * width / newWidth));
        scaled[y * newWidth + x] = mean(left, top, right, bottom);
      }
    }
    return new Picture(newWidth, newHeight, scaled);
  }

  private int mean(int left, int top, int right, int bottom) {
    long red = 0;
    long green = 0;
    long blue = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int pixel = pixels[y * width + x];
        red += pixel >> 16;
        green += pixel >> 8 & 255;
        blue += pixel & 255;
      }
    }
    long count = (long) (right - left) * (bottom - top);
    long half = count / 2;
    return (int) ((red + half) / count << 16 | (green + half) / count << 8 | (blue + half) / count);
  }
}
