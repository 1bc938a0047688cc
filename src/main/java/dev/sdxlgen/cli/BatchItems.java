package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.batch.Checker;
import dev.sdxlgen.batch.Completion;
import dev.sdxlgen.batch.Item;
import dev.sdxlgen.batch.PlannedImage;
import dev.sdxlgen.batch.manifest.Hash;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.Nearest;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.request.RequestBuilder;
import dev.sdxlgen.request.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * What the lines of a batch ask for. Their fields are the one-image command's options and are read
 * by the same code; the batch's own command line gives the defaults.
 */
final class BatchItems implements Checker, Completion {

  private static final String MODEL = "model";
  private static final String SEED = "seed";
  private static final String FORMAT = "output-format";
  private static final Set<String> SHAPE = Set.of("size", "width", "height", "aspect-ratio");
  private static final Set<String> SCHEDULE = Set.of("step-schedule-start", "step-schedule-end");
  private static final int MOST_NOTES = 10;

  private final Console console;
  private final BatchNames names;
  private final long repeat;
  private final Map<String, List<String>> defaults = new LinkedHashMap<>();
  private final List<String> known = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /** The options that a line may give, for those who read one; each by one thread at a time. */
  private final Queue<CommandSpec> spare = new ConcurrentLinkedQueue<>();

  /**
   * @param parsed the batch's command line
   * @param names what the images are called
   * @param repeat how many images of each are made
   */
  BatchItems(ParseResult parsed, BatchNames names, long repeat, Console console) {
    this.console = console;
    this.names = names;
    this.repeat = repeat;
    for (Option option : options().list()) {
      String name = option.longestName();
      known.add(field(name));
      List<String> values = CommandLineParser.given(parsed, name);
      if (!values.isEmpty()) {
        defaults.put(field(name), values);
      }
    }
    if (names.format() == OutputFormat.JPEG) {
      defaults.putIfAbsent(FORMAT, List.of(OutputFormat.JPEG.wireName()));
    }
    if (!defaults.containsKey(MODEL)) {
      String model = console.env("SDXL_GEN_MODEL");
      defaults.put(MODEL, List.of(model == null ? Model.aliases().get(0) : model));
    }
  }

  /** The options that a line may give. */
  static Options options() {
    Options command = new Options(BatchOptions.COMMAND);
    addTo(command);
    return command;
  }

  static void addTo(Options command) {
    PromptOptions.addOptionsTo(command);
    SamplingOptions.addTo(command);
    ImageOptions.addTo(command);
    command.add(OutputOptions.formatOption());
    ConnectionOptions.addModelTo(command);
  }

  private static String field(String option) {
    return option.substring(2);
  }

  @Override
  public String refuse(String field) {
    if (known.contains(field)) {
      return null;
    }
    if (BatchOptions.options().named("--" + field) != null) {
      return field + " is the whole batch's: --" + field + " on the command line says it";
    }
    if (field.equals("count")) {
      return "count is not a field: --repeat makes several images of each line";
    }
    List<String> fields = new ArrayList<>(known);
    fields.add(0, "id");
    return "'"
        + field
        + "' is not a field. "
        + Nearest.to(field.replace('_', '-'), fields)
            .map(near -> "Did you mean " + near + "?")
            .orElse("Fields: " + String.join(", ", fields));
  }

  @Override
  public Map<String, List<String>> of(
      Item item, Map<String, List<String>> fields, long repetition) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> usual : defaults.entrySet()) {
      String name = usual.getKey();
      boolean record = item.body() != null && !name.equals(MODEL) && !name.equals("family");
      if (!record && !givesWay(name, fields.keySet())) {
        all.put(name, usual.getValue());
      }
    }
    all.putAll(fields);
    if (hasOne(all, MODEL)) {
      all.put(MODEL, List.of(Model.of(all.get(MODEL).get(0)).id()));
    }
    if (repetition > 0 && hasOne(all, SEED) && hasOne(all, MODEL)) {
      all.put(SEED, List.of(later(all.get(SEED).get(0), all, repetition)));
    }
    return all;
  }

  /** Whether there is just one value, as there should be. */
  private static boolean hasOne(Map<String, List<String>> fields, String name) {
    List<String> values = fields.get(name);
    return values != null && values.size() == 1;
  }

  /** The seed of a later one of several images that are otherwise the same; 0 is random. */
  private static String later(String seed, Map<String, List<String>> fields, long repetition) {
    try {
      long first = Long.parseLong(seed.strip());
      boolean random = Model.of(fields.get(MODEL).get(0)).family().isRandom(first);
      return random ? seed : Long.toString(first + repetition);
    } catch (NumberFormatException e) {
      return seed;
    }
  }

  /** Whether a default says something that a line says in other words. */
  private static boolean givesWay(String name, Set<String> fields) {
    if (name.equals("size") || name.equals("aspect-ratio")) {
      return fields.contains("init-image") || SHAPE.stream().anyMatch(fields::contains);
    }
    return switch (name) {
      case "width", "height" ->
          fields.contains("size")
              || fields.contains("aspect-ratio")
              || fields.contains("init-image");
      case "image-strength" -> SCHEDULE.stream().anyMatch(fields::contains);
      case "step-schedule-start", "step-schedule-end" -> fields.contains("image-strength");
      case "family" -> fields.contains(MODEL);
      default -> false;
    };
  }

  @Override
  public Fault check(Item item, Map<String, List<String>> fields) {
    try {
      // Which seed is drawn is known with the image: any will do.
      GenerationRequest request = drawn(item, request(item, fields), 0);
      names.check(item, request);
      RequestBuilder.body(request);
      if (repeat > 1) {
        checkRepeated(item, request);
      }
      if (notes.size() < MOST_NOTES) {
        notes.addAll(request.family().notes(request));
        if (!request.model().recognised()) {
          notes.add(
              request.modelId()
                  + " doesn't tell what it speaks and is taken as sdxl. "
                  + ModelChoice.FAMILY_ADVICE);
        }
      }
      return null;
    } catch (InvalidRequest e) {
      return new Fault(blamed(e.getMessage(), fields.keySet()), reason(e));
    }
  }

  private void checkRepeated(Item item, GenerationRequest request) {
    if (item.body() != null && !request.hasRandomSeed()) {
      throw new InvalidRequest(
          "a record with modelInput is sent as it is: repeated, it makes the same image", "");
    }
    Long seed = request.sampling().seed();
    if (item.body() == null && !request.hasRandomSeed()) {
      request.family().check(request.withSeed(seed + repeat - 1));
    }
  }

  private static String reason(InvalidRequest e) {
    int end = e.advice().indexOf('?');
    boolean guess = e.advice().startsWith("Did you mean") && end > 0;
    String message =
        e.getMessage().replaceFirst("^-p ", "prompt ").replaceFirst("^-n ", "negative ");
    if (e.advice().startsWith("Allowed: ") && !e.advice().contains("\n")) {
      return message + ". " + e.advice();
    }
    return message + (guess ? ". " + e.advice().substring(0, end + 1) : "");
  }

  /** The field that a message is about; null when it doesn't tell. */
  private static String blamed(String message, Set<String> fields) {
    String best = null;
    for (String field : fields) {
      boolean longer = best == null || field.length() > best.length();
      if (message.contains("--" + field) && longer) {
        best = field;
      }
    }
    if (best != null) {
      return best;
    }
    if (message.contains("-n ") && fields.contains("negative")) {
      return "negative";
    }
    return (message.contains("-p ") || message.contains("prompt")) && fields.contains("prompt")
        ? "prompt"
        : null;
  }

  /** What a planned image is asked for with. */
  GenerationRequest request(PlannedImage image) {
    // Not drawn by chance, so that an image that is asked for again is the same.
    return drawn(
        image.item(),
        request(image.item(), image.fields()),
        Hash.of(image.id() + "\n" + image.requestHash()));
  }

  /** With a seed where the model would always take the same. */
  private static GenerationRequest drawn(Item item, GenerationRequest request, long draw) {
    if (item.body() != null || request.sampling().seed() != null || request.family().drawsSeeds()) {
      return request;
    }
    return request.withSeed(Long.remainderUnsigned(draw, request.family().mostSeed() + 1));
  }

  /**
   * @throws InvalidRequest when a field isn't what it should be
   */
  private GenerationRequest request(Item item, Map<String, List<String>> fields) {
    for (Map.Entry<String, List<String>> field : fields.entrySet()) {
      if (field.getValue().size() != 1 && !isRepeatable(field.getKey())) {
        throw new InvalidRequest("--" + field.getKey() + " has one value", "");
      }
    }
    // Making the options takes longer than all that is done with them.
    CommandSpec options = spare.poll();
    options = options == null ? CommandLineParser.spec(options()) : options;
    try {
      return request(item, CommandLineParser.given(options, fields));
    } finally {
      spare.add(options);
    }
  }

  private GenerationRequest request(Item item, ParseResult parsed) {
    if (ConnectionOptions.isAuto(parsed, console)) {
      throw new InvalidRequest(
          "--model auto looks for a model by asking for an image: a batch names one",
          "sdxl-gen models lists them");
    }
    if (item.body() != null) {
      return GenerationRequest.ofBody(ConnectionOptions.readModel(parsed, console), item.body());
    }
    if (ImageOptions.takesStdin(parsed)) {
      throw new InvalidRequest("--init-image and --mask-image are files in a batch, not stdin", "");
    }
    String format = CommandLineParser.value(parsed, "--" + FORMAT);
    OutputFormat asked = format == null ? null : OutputFormat.parse(format);
    return GenerateCommand.request(parsed, asked, console);
  }

  private static boolean isRepeatable(String field) {
    return field.equals("prompt") || field.equals("negative") || field.equals("param");
  }

  /** What goes out otherwise than it was given, as far as it was seen; each once. */
  Set<String> notes() {
    return notes;
  }

  /** The model of an image. */
  static String model(PlannedImage image) {
    return image.fields().get(MODEL).get(0);
  }

  /** Whether every line without a model of its own is for this one. */
  boolean isDefault(String modelId) {
    return Model.of(defaults.get(MODEL).get(0)).id().equals(modelId);
  }
}
