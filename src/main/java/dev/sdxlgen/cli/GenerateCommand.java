package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.bedrock.ConnectionSettings;
import dev.sdxlgen.generate.ImageGenerator.Sleeper;
import dev.sdxlgen.generate.Metadata;
import dev.sdxlgen.generate.RetryPolicy;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.request.RequestBuilder;
import java.util.List;
import java.util.function.IntConsumer;
import picocli.CommandLine.ParseResult;

/** {@code sdxl-gen [OPTIONS] PROMPT}: one image, or a few one after the other. */
final class GenerateCommand {

  static final Options OPTIONS = options();

  private final Console console;
  private final Sleeper sleeper;
  private final IntConsumer exit;

  GenerateCommand(Console console, Sleeper sleeper, IntConsumer exit) {
    this.console = console;
    this.sleeper = sleeper;
    this.exit = exit;
  }

  private static Options options() {
    Options command = new Options("sdxl-gen");
    PromptOptions.addTo(command);
    SamplingOptions.addTo(command);
    ImageOptions.addTo(command);
    OutputOptions.addTo(command);
    ConnectionOptions.addTo(command);
    RecipeOptions.addTo(command);
    GeneralOptions.addTo(command);
    return command;
  }

  int run(String... args) {
    return RecipeOptions.areIn(args) ? RecipeOptions.run(args, console, this::make) : make(args);
  }

  private int make(String... args) {
    ParseResult parsed = CommandLineParser.parse(OPTIONS, args);
    if (has(parsed, "-h") || has(parsed, "--help")) {
      console.out().print(has(parsed, "--help") ? HelpPage.full() : HelpPage.SHORT);
      return console.written(ExitCode.OK);
    }
    if (has(parsed, "-V")) {
      console.out().print("sdxl-gen " + SdxlGen.version() + "\n");
      return console.written(ExitCode.OK);
    }
    OutputOptions output = OutputOptions.read(parsed, console);
    RetryPolicy retries = ConnectionOptions.readRetries(parsed, console);
    Reporter reporter =
        new Reporter(console, GeneralOptions.readVerbosity(parsed), has(parsed, "-q"));
    GenerationRequest asked = request(parsed, output.format(), console);
    ModelChoice choice =
        ConnectionOptions.isAuto(parsed, console)
            ? ModelChoice.auto(asked, console, reporter)
            : ModelChoice.of(asked, reporter);
    List<GenerationRequest> calls = Calls.of(choice.request(), output, 0);
    if (output.dryRun()) {
      choice.tellDryRun();
      return printBodies(calls);
    }
    S3Output s3 =
        output.toS3()
            ? new S3Output(output, asked, ConnectionOptions.read(parsed, console), console)
            : null;
    List<Destination> places = s3 == null ? output.destinations(asked, console) : s3.files();
    if (choice.isAuto() && output.namesModel()) {
      throw new InvalidRequest(
          "{model} is known only after the call with --model auto", "Name a model, or no {model}");
    }
    Run run = new Run(parsed, output, retries, reporter, choice, places, s3, metadata(output));
    if (!ConnectionOptions.isMock(parsed)) {
      return generate(run, ConnectionOptions.read(parsed, console), calls);
    }
    try (MockBedrock mock = ConnectionOptions.startMock(parsed)) {
      return generate(run, ConnectionOptions.forMock(parsed, mock.endpoint()), calls);
    }
  }

  /** What all calls of a command line share. */
  record Run(
      ParseResult parsed,
      OutputOptions output,
      RetryPolicy retries,
      Reporter reporter,
      ModelChoice choice,
      List<Destination> places,
      S3Output s3,
      Metadata metadata) {}

  /**
   * What a command line asks for.
   *
   * @param format what the output's name says of it; may be null
   */
  static GenerationRequest request(ParseResult parsed, OutputFormat format, Console console) {
    return new GenerationRequest(
        ConnectionOptions.readModel(parsed, console),
        PromptOptions.read(parsed, console),
        SamplingOptions.read(parsed),
        SamplingOptions.readDimensions(parsed),
        SamplingOptions.readAspectRatio(parsed),
        ImageOptions.read(parsed, console),
        format,
        SamplingOptions.readExtras(parsed),
        SamplingOptions.readParams(parsed),
        1,
        null);
  }

  private int printBodies(List<GenerationRequest> calls) {
    for (GenerationRequest request : calls) {
      byte[] body = RequestBuilder.body(request);
      console.out().write(body, 0, body.length);
      console.out().print("\n");
    }
    return console.written(ExitCode.OK);
  }

  private int generate(Run run, ConnectionSettings settings, List<GenerationRequest> calls) {
    Reporter reporter = run.reporter();
    try (ArtifactWriter writer = new ArtifactWriter(console.directory(), console.out())) {
      ImageReport report = new ImageReport(console, reporter, run.output(), run.places().size());
      Interruption interruption =
          new Interruption(reporter, writer::close, exit, Interruption.GRACE);
      if (exit != null) {
        interruption.listen();
      }
      try (S3Output s3 = run.s3();
          BedrockInvoker bedrock = connect(settings, writer, run.places(), s3)) {
        if (has(run.parsed(), "--mock")) {
          reporter.note("the built-in mock draws this; no model is asked");
        }
        new Calls(run, bedrock, writer, sleeper, report, interruption).make(calls);
        interruption.check();
      } catch (Interrupted e) {
        interruption.awaitSignal();
        throw e;
      } catch (SdxlGenException e) {
        return console.written(report.refused(e, calls.get(0)));
      }
      return console.written(report.exitCode());
    }
  }

  private Metadata metadata(OutputOptions output) {
    return new Metadata(
        SdxlGen.version(), OutputOptions.time(console), output.metadata(), output.sidecar(), null);
  }

  /** Bedrock, when there is a place for every image. */
  private static BedrockInvoker connect(
      ConnectionSettings settings, ArtifactWriter writer, List<Destination> places, S3Output s3) {
    for (Destination place : places) {
      writer.existing(place);
    }
    if (s3 != null) {
      s3.check();
    }
    return BedrockInvoker.connect(settings);
  }
}
