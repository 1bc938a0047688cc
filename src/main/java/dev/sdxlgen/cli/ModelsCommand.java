package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.Option.flag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.bedrock.ConnectionSettings;
import dev.sdxlgen.bedrock.ModelListing;
import dev.sdxlgen.bedrock.ModelListing.ListedModel;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.request.Nearest;
import dev.sdxlgen.request.model.Model;
import dev.sdxlgen.request.model.ModelTable;
import dev.sdxlgen.request.model.ModelTable.Entry;
import dev.sdxlgen.request.model.Parameter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** {@code sdxl-gen models}: what there is to choose from, as known when this was built or live. */
final class ModelsCommand {

  private static final String NONE = "-";
  private static final String ENDPOINT = "AWS_ENDPOINT_URL_BEDROCK";

  /** A list comes at once, or not at all. */
  private static final int TIMEOUT_SECONDS = 30;

  /**
   * What a narrow terminal does without: when facts were known, negatives (all take them), regions,
   * sizes, masks, weights, the family, images. The alias, the id, the price and the lifecycle stay.
   */
  private static final int[] EXPENDABLE = {11, 9, 3, 12, 7, 6, 4, 2, 5};

  /** The same of the live list: name, inference types, provider. */
  private static final int[] EXPENDABLE_LIVE = {1, 4, 2};

  private final Console console;

  ModelsCommand(Console console) {
    this.console = console;
  }

  static Options options() {
    Options command = new Options("sdxl-gen models");
    command
        .add(flag("One JSON object a line for each model.", "--json"))
        .add(flag("Ask the account which image models the region really has.", "--live"));
    ConnectionOptions.addAccountTo(command, ENDPOINT, TIMEOUT_SECONDS);
    return command
        .add(flag("Ask the built-in mock instead of AWS.", "--mock"))
        .add(flag("Nothing on stderr but errors.", "-q", "--quiet"))
        .add(flag("This.", "-h", "--help"));
  }

  int run(String... args) {
    Options command = options();
    ParseResult parsed = CommandLineParser.parse(command, args);
    if (has(parsed, "--help")) {
      console.out().print(HelpPage.of(HelpPage.MODELS, command));
      return console.written(ExitCode.OK);
    }
    List<String> words = parsed.unmatched();
    if (words.size() > 1) {
      throw new InvalidRequest(
          "sdxl-gen models takes one model, not " + words.size(),
          ShellQuote.toDraw("models", words));
    }
    boolean live = has(parsed, "--live") || has(parsed, "--mock");
    ModelTable table = ModelTable.read();
    if (live && !words.isEmpty()) {
      throw new InvalidRequest(
          "--live lists all models", "sdxl-gen models " + words.get(0) + " tells of one");
    }
    if (live) {
      printLive(listed(parsed), has(parsed, "--json"));
    } else if (words.isEmpty()) {
      printAll(table, parsed);
    } else {
      printOne(entry(table, words.get(0)), table, has(parsed, "--json"));
    }
    return console.written(ExitCode.OK);
  }

  private static Entry entry(ModelTable table, String name) {
    Entry entry = table.find(name);
    if (entry == null) {
      List<String> known = Model.aliases();
      throw new InvalidRequest(
          (name.isEmpty() ? "''" : name) + " is not a model that sdxl-gen knows",
          Nearest.to(name, known).map(near -> "Did you mean " + near + "? ").orElse("")
              + "Models: "
              + String.join(", ", known)
              + (name.isEmpty() ? "" : "\n" + ShellQuote.toDraw("models", List.of(name))));
    }
    return entry;
  }

  private List<ListedModel> listed(ParseResult parsed) {
    if (!has(parsed, "--mock")) {
      return ModelListing.imageModels(
          ConnectionOptions.read(parsed, console, ENDPOINT, TIMEOUT_SECONDS));
    }
    try (MockBedrock mock = MockBedrock.start()) {
      ConnectionSettings settings = ConnectionOptions.forMock(parsed, mock.endpoint());
      return ModelListing.imageModels(settings);
    }
  }

  private void printAll(ModelTable models, ParseResult parsed) {
    if (has(parsed, "--json")) {
      for (Entry entry : models.entries()) {
        printJson(json(entry));
      }
      return;
    }
    Table table =
        new Table(
            "ALIAS",
            "MODEL ID",
            "FAMILY",
            "NEGATIVES",
            "WEIGHTS",
            "IMAGE",
            "MASK",
            "SIZES",
            "USD",
            "AS OF",
            "LIFECYCLE",
            "AS OF",
            "REGIONS");
    for (Entry entry : models.entries()) {
      JsonNode json = entry.json();
      Model model = Model.of(entry.id());
      table.add(
          orNone(entry.alias()),
          entry.id(),
          model.family().name(),
          "yes",
          mark(model, Parameter.WEIGHTS),
          mark(model, Parameter.INIT_IMAGE),
          mark(model, Parameter.MASK_IMAGE),
          json.path("sizes").asText(),
          known(json.at("/price/usd")),
          known(json.at("/price/as_of")),
          lifecycle(json),
          known(json.at("/lifecycle/as_of")),
          entry.regions().isEmpty() ? NONE : String.join(" ", entry.regions()));
    }
    int width = width();
    console.out().print(table.text(width, EXPENDABLE));
    new Reporter(console, 0, has(parsed, "--quiet"))
        .note(
            "as known on "
                + models.date()
                + (table.fits(width) ? "" : ", as much as fits the terminal")
                + "; models ALIAS tells more and names the sources, models --live asks the account");
  }

  /** How much goes into a line: anything, unless a person looks at it in a terminal. */
  private int width() {
    return console.outIsTerminal() ? TerminalSize.of(console).columns() : Table.ANY_WIDTH;
  }

  private static String mark(Model model, Parameter parameter) {
    return model.family().takes().contains(parameter) ? "yes" : "no";
  }

  private static String known(JsonNode value) {
    return value.isMissingNode() || value.isNull() ? NONE : value.asText();
  }

  /** {@code retired 2025-05-20}. */
  private static String lifecycle(JsonNode json) {
    String end = json.at("/lifecycle/end").asText("");
    return json.at("/lifecycle/status").asText(NONE)
        + (end.isEmpty() || end.equals("null") ? "" : " " + end);
  }

  /** What the code knows of a model, with what the table does. */
  private static ObjectNode json(Entry entry) {
    ObjectNode json = entry.json().deepCopy();
    Model model = Model.of(entry.id());
    ObjectNode takes = json.putObject("takes");
    takes.put("negatives", true);
    takes.put("weights", model.family().takes().contains(Parameter.WEIGHTS));
    takes.put("init_image", model.family().takes().contains(Parameter.INIT_IMAGE));
    takes.put("mask_image", model.family().takes().contains(Parameter.MASK_IMAGE));
    takes.put("jpeg", model.family().takes().contains(Parameter.JPEG));
    takes.put("images_per_call", model.family().mostImages());
    return json;
  }

  private void printOne(Entry entry, ModelTable table, boolean asJson) {
    if (asJson) {
      printJson(json(entry));
      return;
    }
    JsonNode json = entry.json();
    int width = width();
    StringBuilder text = new StringBuilder();
    text.append(entry.alias().isEmpty() ? entry.id() : entry.alias())
        .append(": ")
        .append(json.path("name").asText())
        .append('\n');
    line(text, width, "Model id", entry.id());
    List<String> also = new ArrayList<>();
    json.path("also").forEach(id -> also.add(id.asText()));
    line(text, width, "Also", String.join(" ", also));
    line(text, width, "Family", Model.of(entry.id()).family().name());
    JsonNode price = json.path("price");
    line(
        text,
        width,
        "Price",
        price.path("usd").asText() + " USD per " + price.path("per").asText() + source(price));
    line(text, width, "Lifecycle", lifecycle(json) + source(json.path("lifecycle")));
    JsonNode regions = json.path("regions");
    line(
        text,
        width,
        "Regions",
        regions.isObject() ? String.join(" ", entry.regions()) + source(regions) : "");
    line(text, width, "Parameters", "after " + json.at("/parameters/source").asText());
    console.out().print(text + "\n");
    Table parameters = new Table("OPTION", "FIELD", "DEFAULT", "RANGE");
    for (JsonNode parameter : json.at("/parameters/list")) {
      parameters.add(
          parameter.path("option").asText(),
          parameter.path("field").asText(),
          known(parameter.path("default")),
          parameter.path("range").asText());
    }
    console.out().print(parameters.text(width));
  }

  private static void line(StringBuilder text, int width, String name, String value) {
    if (!value.isEmpty()) {
      StringBuilder line = new StringBuilder("  " + name + " ".repeat(12 - name.length()));
      Table.appendWrapped(text, line, value, width);
    }
  }

  private static String source(JsonNode fact) {
    String date = known(fact.path("as_of"));
    return " ("
        + (date.equals(NONE) ? "" : "as of " + date + ", ")
        + fact.path("source").asText()
        + ")";
  }

  private void printLive(List<ListedModel> models, boolean asJson) {
    Table rows =
        new Table("MODEL ID", "NAME", "PROVIDER", "STATUS", "INFERENCE", "ALIAS", "FAMILY");
    for (ListedModel listed : models) {
      Model model = Model.of(listed.id());
      // An alias calls the newest of its line: the others have none.
      String alias = model.alias().equals(listed.id()) ? null : model.alias();
      String family = model.recognised() ? model.family().name() : "not spoken";
      if (asJson) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("id", listed.id());
        json.put("name", listed.name());
        json.put("provider", listed.provider());
        json.put("status", listed.status());
        listed.inferenceTypes().forEach(json.putArray("inference")::add);
        json.put("alias", alias);
        json.put("family", model.recognised() ? family : null);
        json.put("spoken", model.recognised());
        printJson(json);
        continue;
      }
      rows.add(
          listed.id(),
          orNone(listed.name()),
          orNone(listed.provider()),
          orNone(listed.status()),
          listed.inferenceTypes().isEmpty() ? NONE : String.join(" ", listed.inferenceTypes()),
          orNone(alias),
          family);
    }
    if (!asJson) {
      console.out().print(rows.text(width(), EXPENDABLE_LIVE));
    }
  }

  private static String orNone(String text) {
    return text == null || text.isEmpty() ? NONE : text;
  }

  private void printJson(ObjectNode json) {
    console.out().print(json + "\n");
  }
}
