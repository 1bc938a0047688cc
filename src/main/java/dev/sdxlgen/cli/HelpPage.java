package dev.sdxlgen.cli;

import java.util.List;
import java.util.function.Consumer;

/** What {@code -h} and {@code --help} print. */
final class HelpPage {

  private static final int WIDTH = 80;
  private static final int INDENT = 30;

  /** One screen of 24 lines by 80 columns. */
  static final String SHORT =
      """
      Usage: sdxl-gen [OPTIONS] PROMPT
      Turns a prompt into an image through Amazon Bedrock.

        -n, --negative TEXT       what must not be in the image; repeatable
        -o, --output PATH         where to save: a file, a folder, or - for stdout
        -s, --seed N              what makes an image again; 0 is random
            --size WxH            1024x1024, 1344x768, 768x1344, …
            --steps N             10 to 50
            --cfg-scale NUMBER    how closely to follow the prompts, 0 to 35
            --style-preset NAME   photographic, anime, digital-art, …
            --count N             make N images
        -m, --model MODEL         sdxl, sd3.5-large, core, ultra, …, or any id
            --mock                without AWS: the built-in mock

      Commands (the first word; -h tells more): batch, inspect, gallery, models, mock

        sdxl-gen "a person" -n hat -o out.png
        sdxl-gen "a sunny day" -n clouds -n storms --style-preset anime --count 4
        sdxl-gen "a person" -n hat --dry-run

      --help lists every option.
      """;

  static final String BATCH =
      """
      Usage: sdxl-gen batch [OPTIONS] FILE -o DIR
             sdxl-gen batch status DIR
      Makes an image of every line of FILE (.txt, .jsonl or .csv; - is stdin), as fast
      as the account allows. Run again, it goes on where it stopped.

        -o, --output DIR          the folder for images and manifest, or s3://BUCKET/DIR/
            --concurrency N       calls at a time; default: 4
            --rate N/min          the most calls
            --sweep NAME=A,B      make every line with each of these values
            --repeat N            make every image N times
            --dry-run             what would be made, and what it costs
            --shard I/N           only part I (from 0) of N
        -n, -m, --steps, ...      whatever one image takes: the lines' defaults

        sdxl-gen batch prompts.txt -o out/
        sdxl-gen batch prompts.csv -o out/ -n blurry --rate 60/min
        sdxl-gen batch prompts.jsonl -o out/ --sweep cfg-scale=5,9 --sweep seed=1..4

      --help lists every option.
      """;

  static final String BATCH_STATUS =
      """
      Usage: sdxl-gen batch status [OPTIONS] DIR
      Where a batch stands, as the manifests in its folder or s3://BUCKET/FOLDER/ say.

      """;

  static final String MOCK =
      """
      Usage: sdxl-gen mock [OPTIONS]
      A Bedrock double on loopback: it checks requests and draws pictures, at no cost.
      It prints its URL and the lines that make the AWS SDKs and the AWS CLI use it,
      and runs until it is stopped.

      """;

  static final String INSPECT =
      """
      Usage: sdxl-gen inspect [OPTIONS] IMAGE...
      How images were made, as they say themselves or IMAGE.json beside them does:
      ours, and those with AUTOMATIC1111's parameters. - is stdin.

      """;

  static final String GALLERY =
      """
      Usage: sdxl-gen gallery [OPTIONS] DIR
      Makes one HTML page of all the images in a folder and below: search, filters, how
      each was made, and grids of those that differ in one or two parameters.

      """;

  static final String MODELS =
      """
      Usage: sdxl-gen models [OPTIONS] [MODEL]
      The models that sdxl-gen speaks to: what they take, what an image costs, where
      they stand. With MODEL (an alias or an id), everything about one.

      """;

  private HelpPage() {}

  /** Options that are about one thing, under their heading. */
  record Group(String heading, Consumer<Options> options) {

    List<Option> list() {
      Options group = new Options("");
      options.accept(group);
      return group.list();
    }
  }

  /** The groups of the one-image command, in the order of its help. */
  static List<Group> groups() {
    return List.of(
        new Group("Prompts", PromptOptions::addTo),
        new Group("Picture", SamplingOptions::addTo),
        new Group("Image to image", ImageOptions::addTo),
        new Group("Output", OutputOptions::addTo),
        new Group("Model and AWS", ConnectionOptions::addTo),
        new Group("Again", RecipeOptions::addTo),
        new Group("General", GeneralOptions::addTo));
  }

  /** The groups of the batch command, in the order of its help. */
  static List<Group> batchGroups() {
    return List.of(
        new Group("Input", BatchOptions::addInputTo),
        new Group("Running", BatchOptions::addRunTo),
        new Group("Output", BatchOptions::addOutputTo),
        new Group("What a line doesn't say", BatchItems::addTo),
        new Group(
            "AWS",
            command -> {
              ConnectionOptions.addAccountTo(command);
              command.add(ConnectionOptions.mockOption());
            }),
        new Group("General", GeneralOptions::addTo));
  }

  /** Everything about batches. */
  static String batch() {
    StringBuilder page = new StringBuilder();
    page.append("Usage: sdxl-gen batch [OPTIONS] FILE -o DIR\n");
    page.append("       sdxl-gen batch status [--json] DIR\n\n");
    page.append(
        """
        Makes an image of every line of FILE, as fast as the account allows; run again, it
        goes on where it stopped. FILE is .txt (a prompt a line), .jsonl (an object a line)
        or .csv; - is stdin. Fields have the names of the options (prompt, negative, seed,
        size, ...) and id; a record of Bedrock's own batches (recordId, modelInput) is sent
        as it is. manifest.jsonl in DIR tells of every image, failed.jsonl has those that
        failed and can be run again.
        """);
    for (Group group : batchGroups()) {
      page.append('\n').append(group.heading()).append(":\n");
      append(page, group.list());
    }
    page.append("\nExit codes are those of sdxl-gen --help.\n");
    return page.toString();
  }

  /** Everything. */
  static String full() {
    StringBuilder page = new StringBuilder();
    page.append("Usage: sdxl-gen [OPTIONS] PROMPT\n");
    page.append("       sdxl-gen batch [OPTIONS] FILE -o DIR\n");
    page.append("       sdxl-gen inspect [OPTIONS] IMAGE...\n");
    page.append("       sdxl-gen gallery [OPTIONS] DIR\n");
    page.append("       sdxl-gen models [OPTIONS] [MODEL]\n");
    page.append("       sdxl-gen mock [OPTIONS]\n\n");
    page.append(
        "Turns a prompt into an image through Amazon Bedrock. PROMPT is one word for the\n");
    page.append("shell: quote it. - reads it from stdin; -- ends the options.\n");
    for (Group group : groups()) {
      page.append('\n').append(group.heading()).append(":\n");
      append(page, group.list());
    }
    page.append(
        """

        Exit codes: 0 made, 1 a bug, 2 the request is wrong, 3 credentials, 4 filtered,
        5 throttled, 6 Bedrock failed, 7 the output, 8 some of several are missing,
        9 the model isn't available, 130 and 143 interrupted.
        """);
    return page.toString();
  }

  /** What a command's own help prints: what it does, and its options. */
  static String of(String beginning, Options command) {
    StringBuilder page = new StringBuilder(beginning);
    append(page, command.list());
    return page.toString();
  }

  private static void append(StringBuilder page, List<Option> options) {
    for (Option option : options) {
      String names = names(option);
      page.append("  ").append(names);
      int column = names.length() + 2;
      if (column > INDENT - 2) {
        page.append('\n');
        column = 0;
      }
      for (String word : option.description().split(" ")) {
        if (column < INDENT) {
          page.append(" ".repeat(INDENT - column));
          column = INDENT;
        } else if (column + 1 + word.length() > WIDTH) {
          page.append('\n').append(" ".repeat(INDENT));
          column = INDENT;
        } else {
          page.append(' ');
          column++;
        }
        page.append(word);
        column += word.length();
      }
      page.append('\n');
    }
  }

  /** {@code -n, --negative TEXT}. */
  static String names(Option option) {
    List<String> names = option.names();
    StringBuilder text = new StringBuilder(names.get(0).startsWith("--") ? "    " : "");
    text.append(String.join(", ", names));
    if (option.takesValue()) {
      text.append(' ').append(option.label());
    }
    return text.toString();
  }
}
