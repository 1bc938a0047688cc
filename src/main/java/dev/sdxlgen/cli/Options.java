package dev.sdxlgen.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a command takes: its options, in the order of its help, and other words or none. */
final class Options {

  private final String command;
  private final List<Option> list = new ArrayList<>();
  private final Map<String, Option> byName = new HashMap<>();
  private Option words;

  /**
   * @param command what the user calls it
   */
  Options(String command) {
    this.command = command;
  }

  Options add(Option option) {
    list.add(option);
    for (String name : option.names()) {
      if (byName.put(name, option) != null) {
        throw new IllegalStateException(name + " is there twice");
      }
    }
    return this;
  }

  /** Takes words that are no options; else there are none but what the command makes of them. */
  Options addWords(String label, String description) {
    words = new Option(label, description, true, List.of());
    return this;
  }

  String command() {
    return command;
  }

  List<Option> list() {
    return list;
  }

  /**
   * The words that are no options, an option without a name; null when it takes none, or reads them
   * itself.
   */
  Option words() {
    return words;
  }

  /** The option of that very name; null when there is none. */
  Option named(String name) {
    return byName.get(name);
  }

  /** Whether a word is an option and the next one its value. */
  boolean takesValue(String word) {
    Option option = named(word);
    return option != null && option.takesValue();
  }

  /**
   * Whether a command line has a long option that isn't one: cheap, and wrong about a value that
   * looks like one behind several options in a word.
   */
  boolean lacksOneOf(String... args) {
    for (int i = 0; i < args.length && !args[i].equals("--"); i++) {
      if (takesValue(args[i])) {
        i++;
      } else if (args[i].startsWith("--")) {
        int equals = args[i].indexOf('=');
        if (named(equals < 0 ? args[i] : args[i].substring(0, equals)) == null) {
          return true;
        }
      }
    }
    return false;
  }
}
