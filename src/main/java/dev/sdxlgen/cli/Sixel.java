package dev.sdxlgen.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A picture as DEC's terminals take it (VT330/VT340 Programmer Reference Manual, volume 2, chapter
 * 14): bands of six rows, each drawn once for every colour in it.
 */
final class Sixel {

  private static final int MOST_COLOURS = 256;
  private static final int BAND = 6;

  /** Colours are told apart by five bits each of red, green and blue. */
  private static final int BINS = 1 << 15;

  /** A run of fewer is shorter written out. */
  private static final int LEAST_RUN = 4;

  private final Picture picture;
  private final StringBuilder text = new StringBuilder();

  /** Which colour of the palette a bin has become. */
  private final int[] colourOf = new int[BINS];

  private Sixel(Picture picture) {
    this.picture = picture;
  }

  /** The whole sequence, from DCS to ST. */
  static String encode(Picture picture) {
    return new Sixel(picture).encode();
  }

  private String encode() {
    // 1: what isn't drawn keeps its colour. "1;1: pixels are square.
    text.append("\u001bP0;1;0q\"1;1;").append(picture.width()).append(';');
    text.append(picture.height());
    int colours = writePalette();
    for (int top = 0; top < picture.height(); top += BAND) {
      writeBand(top, Math.min(BAND, picture.height() - top), colours);
    }
    return text.append("\u001b\\").toString();
  }

  /** Splits the colours by their median until there are enough, the most frequent ones first. */
  private int writePalette() {
    int[] counts = new int[BINS];
    for (int pixel : picture.pixels()) {
      counts[bin(pixel)]++;
    }
    List<Box> boxes = new ArrayList<>();
    boxes.add(new Box(usedBins(counts), counts));
    while (boxes.size() < MOST_COLOURS) {
      Box largest = null;
      for (Box box : boxes) {
        if (box.bins.length > 1 && (largest == null || box.weight() > largest.weight())) {
          largest = box;
        }
      }
      if (largest == null) {
        break;
      }
      boxes.remove(largest);
      largest.split(boxes);
    }
    for (int i = 0; i < boxes.size(); i++) {
      for (int bin : boxes.get(i).bins) {
        colourOf[bin] = i;
      }
    }
    writeColours(boxes.size());
    return boxes.size();
  }

  private static int[] usedBins(int[] counts) {
    int[] used = new int[BINS];
    int size = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (counts[bin] > 0) {
        used[size++] = bin;
      }
    }
    return Arrays.copyOf(used, size);
  }

  /** Each colour as the mean of its pixels, in percent. */
  private void writeColours(int count) {
    long[][] sums = new long[count][4];
    for (int pixel : picture.pixels()) {
      long[] sum = sums[colourOf[bin(pixel)]];
      sum[0] += pixel >> 16;
      sum[1] += pixel >> 8 & 255;
      sum[2] += pixel & 255;
      sum[3]++;
    }
    for (int i = 0; i < count; i++) {
      text.append('#').append(i).append(";2");
      for (int channel = 0; channel < 3; channel++) {
        text.append(';').append(Math.round(sums[i][channel] * 100.0 / (sums[i][3] * 255)));
      }
    }
  }

  private void writeBand(int top, int height, int colours) {
    int width = picture.width();
    byte[][] sixels = new byte[colours][];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int colour = colourOf[bin(picture.pixels()[(top + y) * width + x])];
        if (sixels[colour] == null) {
          sixels[colour] = new byte[width];
        }
        sixels[colour][x] |= (byte) (1 << y);
      }
    }
    boolean first = true;
    for (int colour = 0; colour < colours; colour++) {
      if (sixels[colour] != null) {
        // $: back to the left.
        text.append(first ? "#" : "$#").append(colour);
        writeRuns(sixels[colour]);
        first = false;
      }
    }
    text.append('-');
  }

  private void writeRuns(byte[] row) {
    int end = row.length;
    while (row[end - 1] == 0) {
      end--;
    }
    for (int x = 0; x < end; ) {
      int next = x;
      while (next < end && row[next] == row[x]) {
        next++;
      }
      String sixel = Character.toString('?' + row[x]);
      text.append(next - x < LEAST_RUN ? sixel.repeat(next - x) : "!" + (next - x) + sixel);
      x = next;
    }
  }

  private static int bin(int pixel) {
    return pixel >> 19 << 10 | (pixel >> 11 & 31) << 5 | pixel >> 3 & 31;
  }

  /** Colours that are near to each other. */
  private static final class Box {

    private final int[] bins;
    private final int[] counts;
    private final long pixels;

    /** How far to shift a bin for the channel in which its colours differ most. */
    private final int widest;

    private final int extent;

    Box(int[] bins, int[] counts) {
      this.bins = bins;
      this.counts = counts;
      long sum = 0;
      for (int bin : bins) {
        sum += counts[bin];
      }
      pixels = sum;
      int shift = 0;
      int most = -1;
      for (int channel = 0; channel <= 10; channel += 5) {
        int least = 31;
        int greatest = 0;
        for (int bin : bins) {
          least = Math.min(least, bin >> channel & 31);
          greatest = Math.max(greatest, bin >> channel & 31);
        }
        if (greatest - least > most) {
          most = greatest - least;
          shift = channel;
        }
      }
      widest = shift;
      extent = most;
    }

    long weight() {
      return pixels * extent;
    }

    /** Adds its two halves, of as many pixels each as can be. */
    void split(List<Box> boxes) {
      // The channel first, then the bin itself: the sort has to be of plain numbers.
      long[] sorted = new long[bins.length];
      for (int i = 0; i < bins.length; i++) {
        sorted[i] = (long) (bins[i] >> widest & 31) << 15 | bins[i];
      }
      Arrays.sort(sorted);
      int[] ordered = new int[bins.length];
      for (int i = 0; i < bins.length; i++) {
        ordered[i] = (int) (sorted[i] & BINS - 1);
      }
      long sum = 0;
      int middle = 0;
      while (middle < ordered.length - 1 && (middle == 0 || sum * 2 < pixels)) {
        sum += counts[ordered[middle++]];
      }
      boxes.add(new Box(Arrays.copyOf(ordered, middle), counts));
      boxes.add(new Box(Arrays.copyOfRange(ordered, middle, ordered.length), counts));
    }
  }
}
