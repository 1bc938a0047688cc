package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.flag;
import static dev.sdxlgen.cli.CommandLineParser.has;

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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code sdxl-gen models}: what there is to choose from, as known when this was built or live. */
final class ModelsCommand {

  private static final String NONE = "-";

  private final Console console;

  ModelsCommand(Console console) {
    this.console = console;
  }

  static CommandSpec spec() {
    CommandSpec command = CommandLineParser.command("sdxl-gen models");
    command
        .addOption(flag("One JSON object a line for each model.", "--json"))
        .addOption(flag("Ask the account which image models the region really has.", "--live"));
    ConnectionOptions.addAccountTo(command, "AWS_ENDPOINT_URL_BEDROCK");
    return command
        .addOption(flag("Ask the built-in mock instead of AWS.", "--mock"))
        .addOption(flag("Nothing on stderr but errors.", "-q", "--quiet"))
        .addOption(flag("This.", "-h", "--help"));
  }

  int run(String... args) {
    CommandSpec command = spec();
    ParseResult parsed = CommandLineParser.parse(command, args);
    if (has(parsed, "--help")) {
      console.out().print(HelpPage.of(HelpPage.MODELS, command));
      return console.written(ExitCode.OK);
    }
    List<String> words = parsed.unmatched();
    if (words.size() > 1) {
      throw new InvalidRequest(
          "sdxl-gen models takes one model, not " + words.size(),
          "To draw a picture of it: sdxl-gen "
              + ShellQuote.quote("models " + String.join(" ", words)));
    }
    boolean live = has(parsed, "--live") || has(parsed, "--mock");
    ModelTable table = ModelTable.read();
    if (live && !words.isEmpty()) {
      throw new InvalidRequest(
          "--live lists all models", "sdxl-gen models " + words.get(0) + " tells of one");
    }
    if (live) {
      printLive(table, listed(parsed), has(parsed, "--json"));
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
          name + " is not a model that sdxl-gen knows",
          Nearest.to(name, known).map(near -> "Did you mean " + near + "? ").orElse("")
              + "Models: "
              + String.join(", ", known)
              + "\nTo draw a picture of it: sdxl-gen "
              + ShellQuote.quote("models " + name));
    }
    return entry;
  }

  private List<ListedModel> listed(ParseResult parsed) {
    if (!has(parsed, "--mock")) {
      return ModelListing.imageModels(
          ConnectionOptions.read(parsed, console, "AWS_ENDPOINT_URL_BEDROCK"));
    }
    try (MockBedrock mock = MockBedrock.start()) {
      ConnectionSettings settings = ConnectionOptions.forMock(parsed, mock.endpoint());
      return ModelListing.imageModels(settings);
    }
  }

  private void printAll(ModelTable table, ParseResult parsed) {
    if (has(parsed, "--json")) {
      for (Entry entry : table.entries()) {
        printJson(json(entry));
      }
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
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
            "REGIONS"));
    for (Entry entry : table.entries()) {
      JsonNode json = entry.json();
      Model model = Model.of(entry.id());
      rows.add(
          List.of(
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
              entry.regions().isEmpty() ? NONE : String.join(" ", entry.regions())));
    }
    printTable(rows);
    new Reporter(console, 0, has(parsed, "--quiet"))
        .note(
            "as known on "
                + table.date()
                + "; models ALIAS tells more and names the sources, models --live asks the account");
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
    StringBuilder text = new StringBuilder();
    text.append(entry.alias().isEmpty() ? entry.id() : entry.alias())
        .append(": ")
        .append(json.path("name").asText())
        .append('\n');
    line(text, "Model id", entry.id());
    List<String> also = new ArrayList<>();
    json.path("also").forEach(id -> also.add(id.asText()));
    line(text, "Also", String.join(" ", also));
    line(text, "Family", Model.of(entry.id()).family().name());
    JsonNode price = json.path("price");
    line(
        text,
        "Price",
        price.path("usd").asText() + " USD per " + price.path("per").asText() + source(price));
    line(text, "Lifecycle", lifecycle(json) + source(json.path("lifecycle")));
    JsonNode regions = json.path("regions");
    line(
        text,
        "Regions",
        regions.isObject() ? String.join(" ", entry.regions()) + source(regions) : "");
    line(text, "Parameters", "after " + json.at("/parameters/source").asText());
    console.out().print(text + "\n");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("OPTION", "FIELD", "DEFAULT", "RANGE"));
    for (JsonNode parameter : json.at("/parameters/list")) {
      rows.add(
          List.of(
              parameter.path("option").asText(),
              parameter.path("field").asText(),
              known(parameter.path("default")),
              parameter.path("range").asText()));
    }
    printTable(rows);
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append("  ").append(name).append(" ".repeat(12 - name.length()));
      text.append(value).append('\n');
    }
  }

  private static String source(JsonNode fact) {
    String date = known(fact.path("as_of"));
    return " ("
        + (date.equals(NONE) ? "" : "as of " + date + ", ")
        + fact.path("source").asText()
        + ")";
  }

  private void printLive(ModelTable table, List<ListedModel> models, boolean asJson) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("MODEL ID", "NAME", "PROVIDER", "STATUS", "INFERENCE", "ALIAS", "FAMILY"));
    for (ListedModel listed : models) {
      Model model = Model.of(listed.id());
      Entry entry = table.find(listed.id());
      String family = model.recognised() ? model.family().name() : "not spoken";
      if (asJson) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("id", listed.id());
        json.put("name", listed.name());
        json.put("provider", listed.provider());
        json.put("status", listed.status());
        listed.inferenceTypes().forEach(json.putArray("inference")::add);
        json.put("alias", entry == null || entry.alias().isEmpty() ? null : entry.alias());
        json.put("family", model.recognised() ? family : null);
        json.put("spoken", model.recognised());
        printJson(json);
        continue;
      }
      rows.add(
          List.of(
              listed.id(),
              orNone(listed.name()),
              orNone(listed.provider()),
              orNone(listed.status()),
              listed.inferenceTypes().isEmpty() ? NONE : String.join(" ", listed.inferenceTypes()),
              entry == null ? NONE : orNone(entry.alias()),
              family));
    }
    if (!asJson) {
      printTable(rows);
    }
  }

  private static String orNone(String text) {
    return text == null || text.isEmpty() ? NONE : text;
  }

  private void printJson(ObjectNode json) {
    console.out().print(json + "\n");
  }

  /** Columns as wide as what is in them; the last as it comes. */
  private void printTable(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int i = 0; i < columns - 1; i++) {
        text.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(row.get(columns - 1)).append('\n');
    }
    console.out().print(text);
  }
}
