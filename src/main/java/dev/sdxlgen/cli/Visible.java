package dev.sdxlgen.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Text of a stranger's, for a terminal: what would move the cursor, change the colour, turn the
 * reading direction around or show nothing at all is written out as {@code \}{@code u001B}.
 */
final class Visible {

  private static final char ZERO_WIDTH_NON_JOINER = '\u200C';
  private static final char ZERO_WIDTH_JOINER = '\u200D';

  private Visible() {}

  /** On one line. What is written out is so as JSON has it, within a string of JSON too. */
  static String line(String text) {
    if (!hasHidden(text)) {
      return text;
    }
    var line = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int end = i + Character.charCount(c);
      if (!isHidden(c)) {
        line.appendCodePoint(c);
      } else if (c == '\n') {
        line.append("\\n");
      } else {
        for (; i < end; i++) {
          line.append(String.format("\\u%04X", (int) text.charAt(i)));
        }
      }
      i = end;
    }
    return line.toString();
  }

  /** On as many lines as it has. */
  static String lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String each : text.split("\n", -1)) {
      lines.add(line(each));
    }
    return String.join("\n", lines);
  }

  /** The beginning, on one line. */
  static String excerpt(String text) {
    return text.codePointCount(0, text.length()) <= 40
        ? line(text)
        : line(text.substring(0, text.offsetByCodePoints(0, 40))) + "…";
  }

  static boolean hasHidden(String text) {
    return text.codePoints().anyMatch(Visible::isHidden);
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      // Emoji are joined by the one, Persian words need the other.
      case Character.FORMAT -> c != ZERO_WIDTH_JOINER && c != ZERO_WIDTH_NON_JOINER;
      default -> false;
    };
  }
}
