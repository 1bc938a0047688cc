package dev.sdxlgen.cli;

/**
 * A picture in characters: upper half blocks, whose own colour is the upper pixel's and whose
 * background's is the lower one's.
 */
final class HalfBlocks {

  /** The levels of xterm's colour cube, of six each for red, green and blue. */
  private static final int[] LEVELS = {0, 95, 135, 175, 215, 255};

  private static final int FIRST_OF_CUBE = 16;
  private static final int FIRST_GREY = 232;
  private static final int GREYS = 24;

  private HalfBlocks() {}

  /**
   * Lines of characters with the sequences that colour them, ending in a reset and a line feed.
   *
   * @param picture of an even height
   * @param trueColour 24-bit colours, else the nearest of xterm's 256
   */
  static String encode(Picture picture, boolean trueColour) {
    StringBuilder text = new StringBuilder();
    int width = picture.width();
    for (int y = 0; y < picture.height(); y += 2) {
      String upper = "";
      String lower = "";
      for (int x = 0; x < width; x++) {
        String newUpper = colour(picture.pixels()[y * width + x], trueColour);
        String newLower = colour(picture.pixels()[(y + 1) * width + x], trueColour);
        if (!newUpper.equals(upper)) {
          text.append("\u001b[38;").append(newUpper).append('m');
        }
        if (!newLower.equals(lower)) {
          text.append("\u001b[48;").append(newLower).append('m');
        }
        text.append('▀');
        upper = newUpper;
        lower = newLower;
      }
      text.append("\u001b[0m\n");
    }
    return text.toString();
  }

  private static String colour(int rgb, boolean trueColour) {
    return trueColour
        ? "2;" + (rgb >> 16) + ";" + (rgb >> 8 & 255) + ";" + (rgb & 255)
        : "5;" + nearestOf256(rgb);
  }

  /** The number of the nearest colour of the cube, or of the greys beside it. */
  static int nearestOf256(int rgb) {
    int red = level(rgb >> 16);
    int green = level(rgb >> 8 & 255);
    int blue = level(rgb & 255);
    int mean = ((rgb >> 16) + (rgb >> 8 & 255) + (rgb & 255)) / 3;
    int grey = Math.max(0, Math.min(GREYS - 1, (mean - 3) / 10));
    int shade = 8 + 10 * grey;
    int inCube = LEVELS[red] << 16 | LEVELS[green] << 8 | LEVELS[blue];
    return distance(rgb, shade << 16 | shade << 8 | shade) < distance(rgb, inCube)
        ? FIRST_GREY + grey
        : FIRST_OF_CUBE + 36 * red + 6 * green + blue;
  }

  private static int level(int value) {
    int nearest = 0;
    for (int i = 1; i < LEVELS.length; i++) {
      if (Math.abs(LEVELS[i] - value) < Math.abs(LEVELS[nearest] - value)) {
        nearest = i;
      }
    }
    return nearest;
  }

  private static int distance(int one, int other) {
    int red = (one >> 16) - (other >> 16);
    int green = (one >> 8 & 255) - (other >> 8 & 255);
    int blue = (one & 255) - (other & 255);
    return red * red + green * green + blue * blue;
  }
}
