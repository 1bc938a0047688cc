package dev.sdxlgen.cli;

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

  static String quote(String word) {
    if (isPlain(word)) {
      return word;
    }
    if (word.chars().anyMatch(ShellQuote::isControl)) {
      return printed(word);
    }
    // In double quotes a prompt reads as a person would type it; where that isn't enough, in
    // single.
    if (word.chars().noneMatch(c -> "\"\\$`!".indexOf(c) >= 0)) {
      return '"' + word + '"';
    }
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static boolean isControl(int c) {
    return c < ' ' || c == 0x7f;
  }

  /** On one line, and harmless to a terminal; a line's end at the very end gets lost. */
  private static String printed(String word) {
    StringBuilder text = new StringBuilder("\"$(printf '");
    for (char c : word.toCharArray()) {
      if (c == '\n') {
        text.append("\\n");
      } else if (isControl(c) || c == '-' && text.charAt(text.length() - 1) == '\'') {
        text.append('\\').append((char) ('0' + (c >> 6)));
        text.append((char) ('0' + (c >> 3 & 7))).append((char) ('0' + (c & 7)));
      } else {
        text.append(c == '\'' ? "'\\'" : c == '%' ? "%" : c == '\\' ? "\\" : "").append(c);
      }
    }
    return text.append("')\"").toString();
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
