package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.bedrock.ConnectionSettings;
import dev.sdxlgen.generate.ImageGenerator;
import dev.sdxlgen.generate.ImageGenerator.Sleeper;
import dev.sdxlgen.generate.RetryPolicy;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.RequestBuilder;
import dev.sdxlgen.request.Sampling;
import dev.sdxlgen.request.WeightedPrompt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code sdxl-gen [OPTIONS] PROMPT}: one image, or a few one after the other. */
final class GenerateCommand {

  private final Console console;
  private final Sleeper sleeper;
  private final IntConsumer exit;

  GenerateCommand(Console console, Sleeper sleeper, IntConsumer exit) {
    this.console = console;
    this.sleeper = sleeper;
    this.exit = exit;
  }

  static CommandSpec spec() {
    CommandSpec command = CommandLineParser.command("sdxl-gen");
    PromptOptions.addTo(command);
    SamplingOptions.addTo(command);
    ImageOptions.addTo(command);
    OutputOptions.addTo(command);
    ConnectionOptions.addTo(command);
    GeneralOptions.addTo(command);
    return command;
  }

  int run(String... args) {
    ParseResult parsed = CommandLineParser.parse(spec(), args);
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
    GenerationRequest[] requests = requests(parsed, output.count());
    if (output.dryRun()) {
      return printBodies(requests);
    }
    Destination[] places =
        output.destinations(
            requests[0].prompts().get(0).text(), requests[0].sampling().seed(), console);
    Reporter reporter =
        new Reporter(console, GeneralOptions.readVerbosity(parsed), has(parsed, "-q"));
    if (!ConnectionOptions.isMock(parsed)) {
      ConnectionSettings settings = ConnectionOptions.read(parsed, console);
      return generate(false, settings, requests, places, output, retries, reporter);
    }
    try (MockBedrock mock = MockBedrock.start()) {
      ConnectionSettings settings = ConnectionOptions.forMock(parsed, mock.endpoint());
      return generate(true, settings, requests, places, output, retries, reporter);
    }
  }

  /** A request for each image; each is checked here, before anything is sent or written. */
  private GenerationRequest[] requests(ParseResult parsed, int count) {
    List<WeightedPrompt> prompts = PromptOptions.read(parsed, console);
    Sampling sampling = SamplingOptions.read(parsed);
    Dimensions dimensions = SamplingOptions.readDimensions(parsed);
    String model = ConnectionOptions.readModel(parsed, console);
    GenerationRequest first =
        new GenerationRequest(
            model,
            prompts,
            sampling,
            dimensions,
            ImageOptions.read(parsed, console),
            SamplingOptions.readExtras(parsed));
    GenerationRequest[] requests = new GenerationRequest[count];
    Long seed = sampling.seed();
    for (int i = 0; i < count; i++) {
      requests[i] = seed == null || seed == 0 ? first : first.withSeed(seed + i);
      requests[i].family().check(requests[i]);
    }
    // A seed counts up, so the last body is the longest: here it is seen whether Bedrock takes it.
    RequestBuilder.body(requests[count - 1]);
    return requests;
  }

  private int printBodies(GenerationRequest[] requests) {
    for (GenerationRequest request : requests) {
      byte[] body = RequestBuilder.body(request);
      console.out().write(body, 0, body.length);
      console.out().print("\n");
    }
    return console.written(ExitCode.OK);
  }

  private int generate(
      boolean mock,
      ConnectionSettings settings,
      GenerationRequest[] requests,
      Destination[] places,
      OutputOptions output,
      RetryPolicy retries,
      Reporter reporter) {
    try (ArtifactWriter writer = new ArtifactWriter(console.directory(), console.out())) {
      ImageReport report = new ImageReport(console.out(), reporter, output, requests.length);
      Interruption interruption = new Interruption(reporter, writer::close, exit);
      if (exit != null) {
        interruption.listen();
      }
      try (BedrockInvoker bedrock = connect(settings, writer, places);
          Progress progress = new Progress(reporter, interruption)) {
        if (mock) {
          reporter.note("the built-in mock draws this; no model is asked");
        }
        ImageGenerator generator =
            new ImageGenerator(bedrock, writer, retries, output.keepFiltered(), sleeper, progress);
        boolean stopped = false;
        for (int i = 0; i < requests.length && !stopped; i++) {
          interruption.check();
          stopped = !makes(requests[i], places[i], i, writer, generator, report, reporter);
        }
        interruption.check();
      } catch (Interrupted e) {
        throw e;
      } catch (SdxlGenException e) {
        return console.written(report.refused(e, requests[0]));
      }
      return console.written(report.exitCode());
    }
  }

  /** Bedrock, when there is a place for every image. */
  private static BedrockInvoker connect(
      ConnectionSettings settings, ArtifactWriter writer, Destination[] places) {
    for (Destination place : places) {
      writer.existing(place);
    }
    return BedrockInvoker.connect(settings);
  }

  /** Makes an image, or tells why not; whether the ones after it may come. */
  private static boolean makes(
      GenerationRequest request,
      Destination place,
      int index,
      ArtifactWriter writer,
      ImageGenerator generator,
      ImageReport report,
      Reporter reporter) {
    try {
      // Looked at again: another run may have made it meanwhile.
      Path existing = writer.existing(place);
      if (existing != null) {
        report.skipped(existing, request);
        return true;
      }
      if (reporter.verbosity() > 1) {
        reporter.detail(requestLine(request));
      }
      report.made(generator.generate(request, place), request, place);
      return true;
    } catch (Interrupted e) {
      throw e;
    } catch (SdxlGenException e) {
      return !report.failed(e, index, request);
    }
  }

  /** The call that is made, but for the images in it. */
  private static String requestLine(GenerationRequest request) {
    String body = new String(RequestBuilder.body(request), StandardCharsets.UTF_8);
    return "POST /model/"
        + request.modelId()
        + "/invoke "
        + body.replaceAll("\"(init_image|mask_image)\":\"[^\"]*\"", "\"$1\":\"…\"");
  }
}
