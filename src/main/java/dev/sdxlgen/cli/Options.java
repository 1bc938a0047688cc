package dev.sdxlgen.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** The words that are no options, an option without a name; null when it takes none. */
  Option words() {
    return words;
  }

  /** What all are called, with their dashes. */
  Set<String> names() {
    return byName.keySet();
  }

  /** The option of that very name; null when there is none. */
  Option named(String name) {
    return byName.get(name);
  }

  /**
   * Whether a command line has a long option that isn't one: cheap, and wrong about a value that
   * looks like one behind several options in a word.
   */
  boolean lacksOneOf(String... args) {
    for (int i = 0; i < args.length && !args[i].equals("--"); i++) {
      Option option = named(args[i]);
      if (option != null && option.takesValue()) {
        i++;
      } else if (option == null && args[i].startsWith("--")) {
        int equals = args[i].indexOf('=');
        if (equals < 0 || named(args[i].substring(0, equals)) == null) {
          return true;
        }
      }
    }
    return false;
  }
}
