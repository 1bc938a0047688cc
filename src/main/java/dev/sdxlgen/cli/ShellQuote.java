package dev.sdxlgen.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes words so that a POSIX shell reads them as they are. */
final class ShellQuote {

  private static final String SAFE = "@%+=:,./_-";

  private ShellQuote() {}

  /** A command line of these words. */
  static String join(List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(line.length() == 0 ? "" : " ").append(quote(word));
    }
    return line.toString();
  }

  /**
   * What to type for a picture of words that begin like a command of ours.
   *
   * @param words those behind the command's name; none for its name alone
   */
  static String toDraw(String command, List<String> words) {
    return "To draw a picture of it: sdxl-gen "
        + (words.isEmpty() ? "-- " + command : quote(command + " " + String.join(" ", words)));
  }

  static String quote(String word) {
    if (isPlain(word)) {
      return word;
    }
    // A line stays one line, and a terminal shows it as it is.
    if (Visible.hasHidden(word) && !word.endsWith("\n")) {
      return "\"$(printf '" + printfFormat(word) + "')\"";
    }
    // In double quotes a prompt reads as a person would type it; where that isn't enough, in
    // single.
    if (word.chars().noneMatch(c -> "\"\\$`!".indexOf(c) >= 0)) {
      return '"' + word + '"';
    }
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** Bytes of UTF-8 in octal where a shell, a terminal or printf itself would see more in them. */
  private static String printfFormat(String word) {
    var format = new StringBuilder();
    word.codePoints()
        .forEach(
            c -> {
              String text = Character.toString(c);
              if (c == '\n') {
                format.append("\\n");
              } else if (c == '%') {
                format.append("%%");
              } else if (c == '\\') {
                format.append("\\\\");
              } else if (c == '\'' || c == '-' && format.length() == 0 || Visible.hasHidden(text)) {
                for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
                  format.append(String.format("\\%03o", each & 0xff));
                }
              } else {
                format.append(text);
              }
            });
    return format.toString();
  }

  private static boolean isPlain(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!letter && SAFE.indexOf(c) < 0) {
        return false;
      }
    }
    return !word.isEmpty();
  }
}
