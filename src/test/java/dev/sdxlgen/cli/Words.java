package dev.sdxlgen.cli;

import java.util.ArrayList;
import java.util.List;

/** A command line as it stands in a table of a test. */
final class Words {

  private Words() {}

  /** The words between spaces; {@code 'a person'} is one, and {@code ''} an empty one. */
  static String[] of(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    boolean quoted = false;
    for (char c : line.toCharArray()) {
      if (c == ' ' && !quoted) {
        if (word != null) {
          words.add(word.toString());
        }
        word = null;
        continue;
      }
      word = word == null ? new StringBuilder() : word;
      if (c == '\'') {
        quoted = !quoted;
      } else {
        word.append(c);
      }
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words.toArray(new String[0]);
  }
}
