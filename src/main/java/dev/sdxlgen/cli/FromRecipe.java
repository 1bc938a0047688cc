package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.value;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.recipe.RecipeReader.Found;
import dev.sdxlgen.cli.RecipeArguments.Argument;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.ImageInput;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.request.Sampling;
import dev.sdxlgen.request.WeightedPrompt;
import dev.sdxlgen.request.model.Model;
import dev.sdxlgen.request.model.Parameter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/**
 * A command line that starts from an image's recipe: the recipe's options where it gives none of
 * its own.
 */
final class FromRecipe {

  private static final Set<String> SIZE =
      Set.of("--size", "--width", "--height", "--aspect-ratio", "--init-image");
  private static final Set<String> MASK = Set.of("--mask-image", "--mask-source");
  private static final Set<String> STRENGTH =
      Set.of(
          "--image-strength",
          "--step-schedule-start",
          "--step-schedule-end",
          "--mask-image",
          "--mask-source");

  /** What of a recipe gives way to what else of a command line. */
  private static final Map<String, Set<String>> GIVES_WAY_TO =
      Map.of(
          "--family",
          Set.of("--family", "--model"),
          "--size",
          SIZE,
          "--width",
          SIZE,
          "--height",
          SIZE,
          "--aspect-ratio",
          SIZE,
          "--image-strength",
          STRENGTH,
          "--step-schedule-start",
          STRENGTH,
          "--step-schedule-end",
          STRENGTH,
          RecipeArguments.NEGATIVE,
          Set.of(RecipeOptions.REPLACE_NEGATIVES));

  /** A stranger's image may have any number of things that can't be taken over. */
  private static final int MOST_TOLD = 12;

  private final String image;
  private final RecipeArguments recipe;
  private final ParseResult given;
  private final Console console;
  private final List<Argument> arguments = new ArrayList<>();
  private final Set<String> dropped = new LinkedHashSet<>();
  private Model model;
  private boolean auto;

  /**
   * @param image as the user named it
   * @param given the command line
   * @throws InvalidRequest when the recipe can't be followed
   */
  FromRecipe(String image, Found found, ParseResult given, Console console) {
    this.image = image;
    this.recipe = RecipeArguments.of(found);
    this.given = given;
    this.console = console;
    addModel();
    var pictures = new RecipePictures(image, recipe, given, console);
    pictures.checkFields();
    checkSource(pictures);
    boolean prompted = !given.matchedPositionals().isEmpty() || has(given, "--prompt-file");
    for (Argument argument : recipe.arguments()) {
      if (argument.option().equals(RecipeArguments.PROMPT) && prompted) {
        prompted = false;
      } else if (!givesWay(argument)) {
        add(argument);
      }
    }
  }

  /**
   * The whole command line that makes an image again, for a shell: more options may follow it.
   *
   * @throws InvalidRequest when none does
   */
  static List<String> command(String image, Found found, Console console, Reporter reporter) {
    ParseResult nothing = CommandLineParser.parse(GenerateCommand.OPTIONS);
    var from = new FromRecipe(image, found, nothing, console);
    String shown = RecipeOptions.shown(image);
    if (found.recipe() != null && !from.recipe.lost().isEmpty()) {
      throw new InvalidRequest(
          "no command line makes " + shown + " again: none says " + from.lost(), "");
    }
    List<Argument> rest = new ArrayList<>();
    Argument first = null;
    for (Argument argument : from.arguments) {
      if (isPrompt(argument)) {
        rest.add(argument);
        first = first == null && !isNegative(argument) ? argument : first;
      }
    }
    if (first == null) {
      throw new InvalidRequest(
          shown + " was made without a prompt",
          "Give one: sdxl-gen --from " + ShellQuote.quote(image) + " PROMPT");
    }
    for (String note : from.notes()) {
      reporter.note(note);
    }
    List<String> words = new ArrayList<>();
    words.add("sdxl-gen");
    if (!isOption(first.value()) && !SdxlGen.isCommand(first.value())) {
      words.add(first.value());
      rest.remove(first);
    }
    for (Argument argument : from.arguments) {
      if (!isPrompt(argument)) {
        rest.add(argument);
      }
    }
    words.addAll(words(rest));
    return words;
  }

  private static boolean isPrompt(Argument argument) {
    return argument.option().equals(RecipeArguments.PROMPT) || isNegative(argument);
  }

  private static boolean isNegative(Argument argument) {
    return argument.option().equals(RecipeArguments.NEGATIVE);
  }

  /** Whether it means something else than itself where a prompt is. */
  private static boolean isOption(String word) {
    return word.startsWith("-");
  }

  /** The recipe's part of the command line. */
  List<String> words() {
    return words(arguments);
  }

  private static List<String> words(List<Argument> arguments) {
    List<String> words = new ArrayList<>();
    for (Argument argument : arguments) {
      words.add(argument.option());
      words.add(argument.value());
    }
    return words;
  }

  /** What isn't taken over, a line each. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    String shown = RecipeOptions.shown(image);
    if (!recipe.lost().isEmpty()) {
      notes.add(shown + ": not taken over: " + lost());
    }
    if (!dropped.isEmpty()) {
      notes.add(
          shown
              + ": left out, since "
              + model.id()
              + " doesn't take it: "
              + String.join(", ", dropped));
    }
    if (has(given, "--init-image") && hasSize()) {
      notes.add(shown + ": its size is left out, since --init-image has one");
    }
    if (recipe.images() > 1 && !has(given, "--seed")) {
      notes.add(
          shown
              + " is one of "
              + recipe.images()
              + " images of one call, and which one it doesn't say: alone it may come out"
              + " otherwise");
    } else if (!isSeedKnown() && !has(given, "--seed")) {
      notes.add(shown + " doesn't say its seed: another image comes of it");
    }
    return notes;
  }

  private String lost() {
    List<String> lost = recipe.lost();
    int more = lost.size() - MOST_TOLD;
    return String.join(", ", lost.subList(0, Math.min(lost.size(), MOST_TOLD)))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private boolean hasSize() {
    return recipe.arguments().stream().anyMatch(argument -> SIZE.contains(argument.option()));
  }

  private boolean isSeedKnown() {
    for (Argument argument : recipe.arguments()) {
      if (argument.option().equals("--seed")) {
        return !model.family().isRandom(Long.valueOf(argument.value()));
      }
    }
    return false;
  }

  /** The recipe's model, or the one that is given in its place. */
  private void addModel() {
    String typed = value(given, "--model");
    if (typed == null && recipe.modelCut()) {
      throw new InvalidRequest(
          RecipeOptions.shown(image)
              + " was made with "
              + recipe.model()
              + ", whose account no recipe holds",
          "Name the model: sdxl-gen --from " + ShellQuote.quote(image) + " -m MODEL");
    }
    String family = value(given, "--family");
    boolean known = recipe.family() != null && recipe.model() != null;
    if (typed == null && recipe.model() != null) {
      arguments.add(new Argument("--model", recipe.model()));
      Model own = Model.of(recipe.model());
      if (family == null
          && known
          && !(own.recognised() && own.family().name().equals(recipe.family()))) {
        arguments.add(new Argument("--family", recipe.family()));
      }
    } else if (family == null && known && recipe.modelCut() && !Model.of(typed).recognised()) {
      // The same model, most likely: it speaks what it spoke.
      arguments.add(new Argument("--family", recipe.family()));
    }
    List<String> words = words(arguments);
    for (String option : new String[] {"--model", "--family"}) {
      if (value(given, option) != null) {
        words.add(option);
        words.add(value(given, option));
      }
    }
    ParseResult parsed =
        CommandLineParser.parse(GenerateCommand.OPTIONS, words.toArray(new String[0]));
    model = ConnectionOptions.readModel(parsed, console);
    auto = ConnectionOptions.isAuto(parsed, console);
  }

  private void checkSource(RecipePictures pictures) {
    if (recipe.source() == null) {
      return;
    }
    if (!takes(Parameter.INIT_IMAGE)) {
      dropped.add("--init-image");
      return;
    }
    pictures.checkInitImage();
    if (takes(Parameter.MASK_IMAGE)) {
      pictures.checkMask();
    } else if (recipe.source().mask() != null) {
      dropped.add("--mask-image");
    }
  }

  private boolean takes(Parameter parameter) {
    return auto || model.family().takes().contains(parameter);
  }

  /** Whether the command line says the same, otherwise. */
  private boolean givesWay(Argument argument) {
    String option = argument.option();
    if (option.equals(RecipeArguments.PROMPT)) {
      return false;
    }
    if (option.equals(RecipeArguments.PARAM)) {
      String key = argument.value().substring(0, argument.value().indexOf('='));
      return RecipePictures.givesParam(given, key);
    }
    if (option.equals("--output-format") && namesAnotherFormat(argument.value())) {
      return true;
    }
    for (String other : GIVES_WAY_TO.getOrDefault(option, Set.of(option))) {
      if (has(given, other)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the name of the output says so. */
  private boolean namesAnotherFormat(String format) {
    String output = value(given, "--output");
    if (output == null) {
      return false;
    }
    String name = output.toLowerCase(Locale.ROOT);
    boolean jpeg = name.matches("(?s).*\\.(jpg|jpeg|jpe|jfif)");
    return format.equals("png") ? jpeg : name.endsWith(".png");
  }

  /** Puts it before the options of the command line, unless the model doesn't take it. */
  private void add(Argument argument) {
    if (auto) {
      arguments.add(argument);
      return;
    }
    switch (argument.option()) {
      case RecipeArguments.PROMPT, RecipeArguments.NEGATIVE -> addPrompt(argument);
      case RecipeArguments.PARAM -> {
        if (recipe.family() == null || recipe.family().equals(model.family().name())) {
          arguments.add(argument);
        } else {
          dropped.add(RecipeArguments.PARAM);
        }
      }
      case "--size" -> addSize(argument);
      case "--output-format" ->
          addIf(
              takes(Parameter.JPEG)
                  || argument.value().equalsIgnoreCase(OutputFormat.PNG.wireName()),
              argument);
      default -> addIf(isTaken(argument.option()), argument);
    }
  }

  private void addIf(boolean taken, Argument argument) {
    if (taken) {
      arguments.add(argument);
    } else {
      dropped.add(argument.option());
    }
  }

  private boolean isTaken(String option) {
    for (Parameter parameter : Parameter.values()) {
      if (option.equals(parameter.option())) {
        return takes(parameter);
      }
    }
    return true;
  }

  private void addPrompt(Argument argument) {
    boolean negative = isNegative(argument);
    WeightedPrompt prompt =
        negative
            ? WeightedPrompt.negative(argument.option(), argument.value())
            : WeightedPrompt.positive(argument.option(), argument.value());
    if (!prompt.isWeighted() || takes(Parameter.WEIGHTS)) {
      arguments.add(argument);
      return;
    }
    dropped.add("the weights");
    arguments.add(
        new Argument(
            argument.option(),
            RecipeArguments.typed(
                prompt.text(),
                new BigDecimal(negative ? WeightedPrompt.NEGATIVE : WeightedPrompt.POSITIVE))));
  }

  /** The web UI makes any size: where the model doesn't, the nearest shape, which it tells. */
  private void addSize(Argument argument) {
    boolean foreign = recipe.family() == null;
    arguments.add(
        foreign && !makes(argument.value())
            ? new Argument("--aspect-ratio", argument.value().replace('x', ':'))
            : argument);
  }

  private boolean makes(String size) {
    try {
      List<WeightedPrompt> prompts = List.of(WeightedPrompt.positive("-p", "a"));
      model
          .family()
          .check(
              new GenerationRequest(
                  model,
                  prompts,
                  Sampling.DEFAULT,
                  Dimensions.parse("--size", size),
                  null,
                  ImageInput.NONE,
                  null,
                  null,
                  List.of(),
                  1,
                  null));
      return true;
    } catch (InvalidRequest e) {
      return false;
    }
  }
}
