package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reads a command line the way curl and git do, and says what is wrong with it in our words. */
final class CommandLineParser {

  /** No argument can be this. */
  static final String END = "\0";

  static {
    // Ours are all text: looking for converters to dates and the like, by reflection, takes 6 ms.
    System.setProperty("picocli.converters.excludes", ".*");
    // Or picocli looks for Groovy, and opens the jar to see that it isn't there: 4 ms.
    System.setProperty("picocli.disable.closures", "true");
  }

  private CommandLineParser() {}

  /** picocli's model of all that a command takes. */
  static CommandSpec spec(Options options) {
    return spec(options, options.list());
  }

  /** Of those options that a command line may mention: each takes 40 µs, and there are 60. */
  private static CommandSpec specFor(Options options, String... args) {
    List<Option> mentioned = new ArrayList<>();
    for (Option option : options.list()) {
      for (String arg : args) {
        if (arg.startsWith("-") && option.mayBe(arg)) {
          mentioned.add(option);
          break;
        }
      }
    }
    return spec(options, mentioned);
  }

  /**
   * With the manners of our command line: a later option wins over an earlier one, an option's
   * value may be any word, and {@code @file} means nothing special.
   */
  private static CommandSpec spec(Options options, List<Option> known) {
    // No ${variables} in it: looking for them takes 6 ms.
    CommandSpec spec = CommandSpec.create().name(options.command()).interpolateVariables(false);
    spec.parser()
        .allowOptionsAsOptionParameters(true)
        .overwrittenOptionsAllowed(true)
        .unmatchedArgumentsAllowed(true)
        .expandAtFiles(false)
        .endOfOptionsDelimiter(END);
    for (Option option : known) {
      spec.addOption(spec(option));
    }
    if (options.words() != null) {
      spec.addPositional(
          PositionalParamSpec.builder()
              .index("0..*")
              .paramLabel(options.words().label())
              .type(String[].class)
              .arity("0..1")
              .build());
    }
    return spec;
  }

  private static OptionSpec spec(Option option) {
    OptionSpec.Builder spec = OptionSpec.builder(option.names().toArray(new String[0]));
    if (option.takesValue()) {
      return spec.paramLabel(option.label())
          .arity("1")
          .type(option.repeatable() ? String[].class : String.class)
          .build();
    }
    return spec.arity("0").type(option.repeatable() ? boolean[].class : boolean.class).build();
  }

  /**
   * @throws InvalidRequest when there is an option that isn't one, or one without its value
   */
  static ParseResult parse(Options command, String... args) {
    ParseResult parsed;
    try {
      String[] words = ended(command, args);
      parsed = new CommandLine(specFor(command, words)).parseArgs(words);
    } catch (MissingParameterException e) {
      throw new InvalidRequest(
          e.getMissing().isEmpty() || !(e.getMissing().get(0) instanceof OptionSpec option)
              ? e.getMessage()
              : option.longestName() + " takes a value: " + usage(option),
          "");
    } catch (ParameterException e) {
      if (e.getMessage().contains("should be specified without")
          && e.getArgSpec() instanceof OptionSpec option) {
        throw new InvalidRequest(option.longestName() + " takes no value", "");
      }
      throw new InvalidRequest(e.getMessage(), help(command));
    }
    for (String word : parsed.unmatched()) {
      if (word.startsWith("-") && word.length() > 1) {
        throw unknown(command, word);
      }
    }
    return parsed;
  }

  /**
   * With the {@code --} that ends the options as {@link #END}, so that one which is an option's
   * value isn't taken for it.
   */
  private static String[] ended(Options command, String... args) {
    String[] words = args.clone();
    for (int i = 0; i < words.length; i++) {
      if (command.takesValue(words[i])) {
        i++;
      } else if (words[i].equals("--")) {
        words[i] = END;
        break;
      }
    }
    return words;
  }

  private static InvalidRequest unknown(Options command, String word) {
    String found = word.replaceFirst(" \\(while processing option: '(.*)'\\)$", " in $1");
    String name = found.contains("=") ? found.substring(0, found.indexOf('=')) : found;
    List<String> known = new ArrayList<>();
    for (Option option : command.list()) {
      known.addAll(option.names());
    }
    // The wire's samples are what --count makes: Bedrock takes one a call.
    String sought = name.equals("--samples") && known.contains("--count") ? "--count" : name;
    String guess =
        name.startsWith("--")
            ? Nearest.to(sought, known).map(near -> "Did you mean " + near + "? ").orElse("")
            : "";
    return new InvalidRequest(name + " is not an option", guess + help(command));
  }

  private static String help(Options command) {
    return command.command()
        + " --help lists them"
        + (command.words() == null ? "" : "; a prompt that begins with - goes after --");
  }

  private static String usage(OptionSpec option) {
    return option.longestName() + " " + option.paramLabel();
  }

  /**
   * As if a command line with nothing but these options had been read, at a tenth of the cost. The
   * result is good until the next one is read with the same model.
   *
   * @param values by the options' long names, without the dashes: one each, or any number where the
   *     option may be repeated. There are no others than the command's
   */
  static ParseResult given(CommandSpec command, Map<String, List<String>> values) {
    ParseResult.Builder given = ParseResult.builder(command);
    for (Map.Entry<String, List<String>> value : values.entrySet()) {
      OptionSpec option = command.optionsMap().get("--" + value.getKey());
      List<String> texts = value.getValue();
      option.setValue(option.isMultiValue() ? texts.toArray(new String[0]) : texts.get(0));
      given.addOption(option);
    }
    return given.build();
  }

  /** The option's last value; null when it wasn't given. */
  static String value(ParseResult parsed, String option) {
    return has(parsed, option) ? option(parsed, option).getValue() : null;
  }

  /** All of the option's values, in the order given. */
  static String[] values(ParseResult parsed, String option) {
    return has(parsed, option) ? option(parsed, option).getValue() : new String[0];
  }

  /** Whatever was given for an option, one value or several. */
  static List<String> given(ParseResult parsed, String option) {
    Object value = has(parsed, option) ? option(parsed, option).getValue() : null;
    return value instanceof String[] several
        ? List.of(several)
        : value == null ? List.of() : List.of(value.toString());
  }

  static boolean has(ParseResult parsed, String option) {
    // Not hasMatchedOption, which compares the texts of names.
    OptionSpec sought = option(parsed, option);
    for (OptionSpec matched : parsed.matchedOptions()) {
      if (matched == sought) {
        return true;
      }
    }
    return false;
  }

  private static OptionSpec option(ParseResult parsed, String name) {
    return parsed.commandSpec().optionsMap().get(name);
  }
}
