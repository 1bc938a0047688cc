package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.bedrock.ConnectionSettings;
import dev.sdxlgen.generate.Generated;
import dev.sdxlgen.generate.GeneratedImage;
import dev.sdxlgen.generate.ImageGenerator;
import dev.sdxlgen.generate.ImageGenerator.Sleeper;
import dev.sdxlgen.generate.Metadata;
import dev.sdxlgen.generate.RetryPolicy;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.request.RequestBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
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
    RecipeOptions.addTo(command);
    GeneralOptions.addTo(command);
    return command;
  }

  int run(String... args) {
    return RecipeOptions.areIn(args) ? RecipeOptions.run(args, console, this::make) : make(args);
  }

  private int make(String... args) {
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
    Reporter reporter =
        new Reporter(console, GeneralOptions.readVerbosity(parsed), has(parsed, "-q"));
    GenerationRequest asked = request(parsed, output.format(), console);
    ModelChoice choice =
        ConnectionOptions.isAuto(parsed, console)
            ? ModelChoice.auto(asked, console, reporter)
            : ModelChoice.of(asked, reporter);
    List<GenerationRequest> calls = calls(choice.request(), output, 0);
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
    try (MockBedrock mock = MockBedrock.start()) {
      return generate(run, ConnectionOptions.forMock(parsed, mock.endpoint()), calls);
    }
  }

  /** What all calls of a command line share. */
  private record Run(
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

  /**
   * A request for each call; each is checked here, before anything is sent or written.
   *
   * @param there how many images are there already
   */
  private static List<GenerationRequest> calls(
      GenerationRequest asked, OutputOptions output, int there) {
    output.checkFormat(asked.model());
    List<GenerationRequest> calls = new ArrayList<>();
    Long seed = asked.sampling().seed();
    boolean drawn = seed == null && !asked.family().drawsSeeds();
    if (!drawn && !asked.hasRandomSeed()) {
      checkLastSeed(asked, output.count());
    }
    int left = output.count() - there;
    while (left > 0) {
      GenerationRequest call = asked;
      if (drawn) {
        call =
            asked
                .withSeed(ThreadLocalRandom.current().nextLong(asked.family().mostSeed() + 1))
                .withImages(Math.min(left, asked.family().mostImages()));
      } else if (!asked.hasRandomSeed()) {
        call = asked.withSeed(seed + there + calls.size());
      }
      call.family().check(call);
      calls.add(call);
      left -= call.images();
    }
    // A seed counts up, so the last body is the longest: here it is seen whether Bedrock takes it.
    RequestBuilder.body(calls.get(calls.size() - 1));
    return calls;
  }

  /** A seed that is out of range by itself is told of by the model's family. */
  private static void checkLastSeed(GenerationRequest asked, int count) {
    long seed = asked.sampling().seed();
    long most = asked.family().mostSeed();
    if (seed <= most && seed > most - count + 1) {
      throw new InvalidRequest(
          "--seed "
              + seed
              + " counts up to "
              + (seed + count - 1)
              + ", which is out of range for "
              + asked.modelId(),
          "Allowed with --count " + count + ": 0 to " + (most - count + 1));
    }
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
      Interruption interruption = new Interruption(reporter, writer::close, exit);
      if (exit != null) {
        interruption.listen();
      }
      try (S3Output s3 = run.s3();
          BedrockInvoker bedrock = connect(settings, writer, run.places(), s3);
          Progress progress = new Progress(reporter, interruption)) {
        if (has(run.parsed(), "--mock")) {
          reporter.note("the built-in mock draws this; no model is asked");
        }
        ImageGenerator generator =
            new ImageGenerator(
                bedrock,
                writer,
                run.retries(),
                run.output().keepFiltered(),
                run.metadata(),
                sleeper,
                progress);
        new Calls(run, bedrock, writer, generator, report, interruption).make(calls);
        interruption.check();
      } catch (Interrupted e) {
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

  /** The calls of a command line, one after the other. */
  private record Calls(
      Run run,
      BedrockInvoker bedrock,
      ArtifactWriter writer,
      ImageGenerator generator,
      ImageReport report,
      Interruption interruption) {

    void make(List<GenerationRequest> checked) {
      ModelChoice choice = run.choice();
      List<GenerationRequest> calls = checked;
      if (choice.remembers(bedrock)) {
        calls = calls(choice.request(), run.output(), 0);
      }
      int first = 0;
      for (int i = 0; i < calls.size(); i++) {
        interruption.check();
        GenerationRequest call = calls.get(i);
        try {
          if (make(call, first)) {
            return;
          }
        } catch (Interrupted e) {
          throw e;
        } catch (ModelUnavailable e) {
          if (choice.next(e)) {
            calls = calls(choice.request(), run.output(), first);
            i = -1;
            continue;
          }
          report.failed(choice.advised(e, run.parsed(), bedrock.region()), first, call);
          return;
        } catch (SdxlGenException e) {
          if (report.failed(choice.explained(e), first, call)) {
            return;
          }
        }
        first += call.images();
      }
    }

    /**
     * @return whether the calls after it would fail
     */
    private boolean make(GenerationRequest call, int first) {
      List<Destination> places = new ArrayList<>();
      for (Destination place : run.places().subList(first, first + call.images())) {
        String existing = existing(place);
        if (existing == null) {
          places.add(place);
        } else {
          report.skipped(existing, call);
        }
      }
      if (places.isEmpty()) {
        return false;
      }
      GenerationRequest request = call.withImages(places.size());
      run.choice().tell();
      if (run.reporter().verbosity() > 1) {
        run.reporter().detail(requestLine(request));
      }
      Generated generated = generator.generate(request, places);
      run.choice().works();
      boolean stops = false;
      for (int i = 0; i < generated.images().size(); i++) {
        stops |= keep(generated.images().get(i), request, places.get(i), first + i);
      }
      return generated.missing() != null
              && report.failed(generated.missing(), first + generated.images().size(), request)
          || stops;
    }

    /** What is there already in an image's place; null when it is to be made. */
    private String existing(Destination place) {
      if (run.s3() != null) {
        return run.s3().existing(place);
      }
      // Looked at again: another run may have made it meanwhile.
      Path file = writer.existing(place);
      return file == null ? null : file.toString();
    }

    /**
     * @param index of the image, from 0
     * @return whether the images after it would fail
     */
    private boolean keep(
        GeneratedImage image, GenerationRequest request, Destination place, int index) {
      if (run.s3() == null) {
        report.made(image, request, place);
        return false;
      }
      GeneratedImage uploaded;
      interruption.uploading(image.image().file());
      Spinner spinner = Spinner.start(run.reporter(), "uploading");
      try {
        uploaded = run.s3().upload(image, request, place);
      } catch (SdxlGenException e) {
        return report.failed(e, index, request);
      } finally {
        if (spinner != null) {
          spinner.close();
        }
        interruption.settled();
      }
      if (uploaded == null) {
        String there = run.s3().url(place);
        run.reporter()
            .warning(
                there
                    + " was made by another meanwhile; this one is kept in "
                    + image.image().file());
        report.skipped(there, request);
        return false;
      }
      report.made(uploaded, request, place);
      S3Output.uploaded(uploaded.image());
      return false;
    }
  }

  /** The call that is made, but for the images in it. */
  private static String requestLine(GenerationRequest request) {
    String body = new String(RequestBuilder.body(request), StandardCharsets.UTF_8);
    return "POST /model/"
        + request.modelId()
        + "/invoke "
        + body.replaceAll("\"(init_image|mask_image|image)\":\"[^\"]*\"", "\"$1\":\"…\"");
  }
}
