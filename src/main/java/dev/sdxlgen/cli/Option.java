package dev.sdxlgen.cli;

import java.util.List;

/**
 * An option of a command.
 *
 * @param label what the help calls its value; null when it takes none
 * @param description a sentence for the help
 * @param repeatable whether each time that it is given counts, and not just the last
 * @param names with their dashes, the short one first
 */
record Option(String label, String description, boolean repeatable, List<String> names) {

  /** One with a value. */
  static Option option(String label, String description, String... names) {
    return new Option(label, description, false, List.of(names));
  }

  /** One with a value that may be given again and again. */
  static Option repeatable(String label, String description, String... names) {
    return new Option(label, description, true, List.of(names));
  }

  /** One that is there or isn't. */
  static Option flag(String description, String... names) {
    return new Option(null, description, false, List.of(names));
  }

  /** One that says more each time. */
  static Option counted(String description, String... names) {
    return new Option(null, description, true, List.of(names));
  }

  boolean takesValue() {
    return label != null;
  }

  String longestName() {
    return names.get(names.size() - 1);
  }

  /** Whether a word that begins with a dash may be it, with a value or other options in it. */
  boolean mayBe(String word) {
    boolean isLong = word.startsWith("--");
    for (String name : names) {
      if (name.length() == 2
          ? !isLong && word.indexOf(name.charAt(1)) > 0
          : isLong && word.startsWith(name)) {
        return true;
      }
    }
    return false;
  }
}
