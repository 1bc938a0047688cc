package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.WeightedPrompt;
import dev.sdxlgen.request.model.Model;
import dev.sdxlgen.request.model.ModelTable;
import dev.sdxlgen.request.model.Parameter;
import dev.sdxlgen.request.model.Translation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The command that works where a model can't be called: the user's own, for another model. */
final class ModelAdvice {

  /** These say which model, or are meant for one. */
  private static final Set<String> OF_THE_MODEL =
      Set.of("--model", "--region", "--family", "--param");

  private ModelAdvice() {}

  /**
   * Adds the whole command to run instead, when there is one.
   *
   * @param region where the model couldn't be called
   * @param tried whether the others there couldn't either
   */
  static void add(
      ModelUnavailable e,
      ParseResult parsed,
      GenerationRequest request,
      String region,
      boolean tried) {
    ModelTable.Entry instead =
        e.isElsewhere() ? null : ModelTable.read().instead(request.model(), region);
    if (instead == null || tried && instead.regions().contains(region)) {
      return;
    }
    Translation translation;
    try {
      translation = Translation.of(request, Model.of(instead.alias()));
    } catch (InvalidRequest other) {
      e.withAdvice(
          "The nearest active model is "
              + instead.alias()
              + ", which doesn't take this: "
              + other.getMessage());
      return;
    }
    e.withAdvice(
        "Run this instead ("
            + instead.alias()
            + " was active on "
            + instead.activeAsOf()
            + "):\n  "
            + command(parsed, translation, instead));
    String dropped = translation.droppedNames();
    if (!dropped.isEmpty()) {
      boolean several = dropped.contains(", ") || dropped.equals("the weights");
      e.withAdvice(
          dropped
              + (several ? " were" : " was")
              + " dropped: "
              + instead.id()
              + " doesn't take "
              + (several ? "them" : "it"));
    }
  }

  private static String command(
      ParseResult parsed, Translation translation, ModelTable.Entry instead) {
    List<String> words = new ArrayList<>(List.of(parsed.commandSpec().name().split(" ")));
    List<String> rest = new ArrayList<>();
    CommandSpec command = parsed.commandSpec();
    List<String> args = new ArrayList<>(parsed.originalArgs());
    boolean unweighted = translation.dropped().contains(Parameter.WEIGHTS);
    for (int i = 0; i < args.size(); i++) {
      String word = args.get(i);
      if (word.equals(CommandLineParser.END)) {
        rest.add("--");
        for (String prompt : args.subList(i + 1, args.size())) {
          rest.add(text("PROMPT", prompt, translation));
        }
        break;
      }
      Word read = Word.of(word, command);
      if (read.isSeveral(word)) {
        args.set(i, "-" + word.substring(2));
        args.add(i, word.substring(0, 2));
        i--;
        continue;
      }
      boolean valueFollows = read.option != null && read.value == null && takesValue(read.option);
      String value = valueFollows ? args.get(++i) : read.value;
      if (unweighted && isPromptFromElsewhere(word, read.option)) {
        // The weights are in there.
        words.add(translation.request().prompts().get(0).text().replace("::", "\\::"));
      } else if (read.option == null) {
        words.add(text("PROMPT", word, translation));
      } else if (!isDropped(read.option, translation)) {
        if (value == null || !isPrompt(read.option)) {
          words.add(word);
        } else {
          words.add(read.option.names()[0]);
          value = text("-p", value, translation);
          valueFollows = true;
        }
        if (valueFollows) {
          words.add(value);
        }
      }
    }
    words.addAll(List.of("-m", instead.alias()));
    if (!instead.regions().isEmpty()) {
      words.addAll(List.of("--region", instead.regions().get(0)));
    }
    words.addAll(rest);
    return ShellQuote.join(words);
  }

  /** A word of the command line: an option, its value when that is in the same word, or neither. */
  private record Word(OptionSpec option, String value) {

    static Word of(String word, CommandSpec command) {
      // Not findOption, which takes the word size for --size.
      Map<String, OptionSpec> options = command.optionsMap();
      OptionSpec whole = options.get(word);
      if (whole != null || !word.startsWith("-") || word.length() < 2) {
        return new Word(whole, null);
      }
      int equals = word.indexOf('=');
      OptionSpec before = equals < 0 ? null : options.get(word.substring(0, equals));
      if (before != null) {
        return new Word(before, word.substring(equals + 1));
      }
      OptionSpec attached = options.get(word.substring(0, 2));
      return attached == null || !takesValue(attached)
          ? new Word(attached, null)
          : new Word(attached, word.substring(2));
    }

    /** Whether flags stand before another option in the same word: {@code -fq}. */
    boolean isSeveral(String word) {
      return option != null && !takesValue(option) && !word.startsWith("--") && word.length() > 2;
    }
  }

  private static boolean isPromptFromElsewhere(String word, OptionSpec option) {
    return option == null ? word.equals("-") : option.longestName().equals("--prompt-file");
  }

  private static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  private static boolean isDropped(OptionSpec option, Translation translation) {
    String name = option.longestName();
    if (OF_THE_MODEL.contains(name)) {
      return true;
    }
    for (Parameter parameter : translation.dropped()) {
      if (name.equals(parameter.option())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPrompt(OptionSpec option) {
    return option.longestName().equals("--negative") || option.longestName().equals("--prompt");
  }

  /** A prompt as typed, without its weight where weights are dropped. */
  private static String text(String option, String typed, Translation translation) {
    return typed.contains("::") && translation.dropped().contains(Parameter.WEIGHTS)
        ? WeightedPrompt.negative(option, typed).text().replace("::", "\\::")
        : typed;
  }
}
