package dev.sdxlgen.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under a heading, in columns as wide as what is in them. */
final class Table {

  /** For readers that aren't terminals. */
  static final int ANY_WIDTH = Integer.MAX_VALUE;

  private static final int GAP = 2;
  private static final int INDENT = 4;

  /** With less room than this, text is easier to read below than beside. */
  private static final int LEAST_ROOM = 30;

  private final List<List<String>> rows = new ArrayList<>();
  private final int[] widths;

  Table(String... heading) {
    widths = new int[heading.length];
    add(heading);
  }

  /** One more row, a text for each column. */
  void add(String... row) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], row[i].length());
    }
    rows.add(List.of(row));
  }

  /** Whether it can be shown whole in that many columns. */
  boolean fits(int width) {
    return widthOf(everything()) <= width;
  }

  /**
   * The table in that many columns. What is too wide is wrapped in the last of them.
   *
   * @param expendable the columns that are left out when there is no room, the first of these first
   */
  String text(int width, int... expendable) {
    boolean[] shown = everything();
    for (int i = 0; i < expendable.length && widthOf(shown) > width; i++) {
      shown[expendable[i]] = false;
    }
    int last = widths.length - 1;
    while (!shown[last]) {
      last--;
    }
    int start = widthOf(shown) - widths[last];
    boolean below = widthOf(shown) > width && width - start < LEAST_ROOM;
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < last; i++) {
        if (shown[i]) {
          line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + GAP));
        }
      }
      if (below) {
        text.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(" ".repeat(INDENT));
      }
      appendWrapped(text, line, row.get(last), width);
    }
    return text.toString();
  }

  /** Text after the beginning of a line; what doesn't fit goes below it, one word after another. */
  static void appendWrapped(StringBuilder text, StringBuilder line, String words, int width) {
    int indent = line.length();
    boolean first = true;
    for (String word : words.split(" ")) {
      if (!first && line.length() + 1 + word.length() > width) {
        text.append(line).append('\n');
        line = new StringBuilder(" ".repeat(indent));
        first = true;
      }
      line.append(first ? "" : " ").append(word);
      first = false;
    }
    text.append(line).append('\n');
  }

  private boolean[] everything() {
    boolean[] all = new boolean[widths.length];
    Arrays.fill(all, true);
    return all;
  }

  private int widthOf(boolean[] shown) {
    int width = -GAP;
    for (int i = 0; i < widths.length; i++) {
      width += shown[i] ? widths[i] + GAP : 0;
    }
    return width;
  }
}
