package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.value;
import static dev.sdxlgen.cli.CommandLineParser.values;
import static dev.sdxlgen.cli.Option.flag;
import static dev.sdxlgen.cli.Option.option;
import static dev.sdxlgen.cli.Option.repeatable;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.artifact.ImageHeader;
import dev.sdxlgen.batch.Rate;
import dev.sdxlgen.mock.Family;
import dev.sdxlgen.mock.Fault;
import dev.sdxlgen.mock.Faults;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.mock.MockOptions;
import dev.sdxlgen.mock.Quota;
import dev.sdxlgen.request.Nearest;
import dev.sdxlgen.request.Numbers;
import dev.sdxlgen.request.model.Model;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.ParseResult;

/** {@code sdxl-gen mock}: the Bedrock double as a server that runs until it is stopped. */
final class MockCommand {

  private final Console console;

  MockCommand(Console console) {
    this.console = console;
  }

  static Options options() {
    return new Options("sdxl-gen mock")
        .add(option("HOST", "The address to listen on. Default: 127.0.0.1.", "--host"))
        .add(option("N", "The port; 0, the default, is any free one.", "--port"))
        .add(option("MS", "How long an answer takes, the picture included.", "--latency"))
        .add(option("N/TIME", "Throttle calls beyond this: 60/min, 2/s or 1000/h.", "--quota"))
        .add(option("N", "How many at once. Default: 6 s of it, at least 2.", "--burst"))
        .add(
            option(
                "KIND=RATE,...",
                "Faults by rate, such as throttle=0.1,reset=0.02: throttle, quota, 500, 503,"
                    + " timeout, reset, truncate, garbage, filtered, partial, blocked, denied,"
                    + " expired, eol, legacy, invalid-id or not-enabled.",
                "--fault"))
        .add(
            option(
                "KIND,...",
                "What the first answers are, such as throttle,ok,reset; then all are ok.",
                "--script"))
        .add(repeatable("ID", "A model at the end of its life; repeatable.", "--retired"))
        .add(
            option(
                "NAME",
                "What an id that tells no model speaks: sdxl, stable-image or amazon.",
                "--family"))
        .add(option("FILE", "Answer this picture instead of drawing one.", "--picture"))
        .add(option("N", "Makes faults and random seeds the same every time.", "--seed"))
        .add(flag("No line for each request.", "-q", "--quiet"))
        .add(flag("This.", "-h", "--help"));
  }

  int run(String... args) {
    Options command = options();
    ParseResult parsed = CommandLineParser.parse(command, args);
    if (has(parsed, "--help")) {
      console.out().print(HelpPage.of(HelpPage.MOCK, command));
      return console.written(ExitCode.OK);
    }
    if (!parsed.unmatched().isEmpty()) {
      throw new InvalidRequest(
          "sdxl-gen mock takes options only, not '" + parsed.unmatched().get(0) + "'",
          "To draw a picture of it: sdxl-gen -- \"mock " + parsed.unmatched().get(0) + "\"");
    }
    try (MockBedrock mock = MockBedrock.start(options(parsed))) {
      console.out().print(announcement(mock));
      console.written(ExitCode.OK);
      new CountDownLatch(1).await();
      return ExitCode.OK;
    } catch (InterruptedException e) {
      return ExitCode.OK;
    }
  }

  private static String announcement(MockBedrock mock) {
    return mock.endpoint()
        + "\nexport AWS_ENDPOINT_URL_BEDROCK_RUNTIME="
        + mock.endpoint()
        + "\nexport AWS_ENDPOINT_URL_BEDROCK="
        + mock.endpoint()
        + "\nexport AWS_ACCESS_KEY_ID=mock"
        + "\nexport AWS_SECRET_ACCESS_KEY=mock"
        // boto3 and the AWS CLI's first version read only the older name.
        + "\nexport AWS_DEFAULT_REGION=us-east-1"
        + "\nexport AWS_REGION=us-east-1\n";
  }

  private MockOptions options(ParseResult parsed) {
    MockOptions options = MockOptions.DEFAULT;
    if (has(parsed, "--host")) {
      options = options.withHost(value(parsed, "--host"));
    }
    if (has(parsed, "--port")) {
      options = options.withPort((int) Numbers.whole("--port", value(parsed, "--port"), 0, 65_535));
    }
    if (has(parsed, "--latency")) {
      long millis = Numbers.whole("--latency", value(parsed, "--latency"), 0, 3_600_000);
      options = options.withLatency(Duration.ofMillis(millis));
    }
    if (has(parsed, "--quota")) {
      options = options.withQuota(quota(parsed));
    } else if (has(parsed, "--burst")) {
      throw new InvalidRequest("--burst is of a quota, and there is none", "Add --quota 60/min");
    }
    if (has(parsed, "--fault")) {
      options = options.withFaults(Faults.parse("--fault", value(parsed, "--fault")));
    }
    if (has(parsed, "--script")) {
      options = options.withScript(Fault.parseScript("--script", value(parsed, "--script")));
    }
    if (has(parsed, "--retired")) {
      options = options.withRetired(retired(parsed));
    }
    if (has(parsed, "--family")) {
      options = options.withFamily(Family.parse("--family", value(parsed, "--family")));
    }
    if (has(parsed, "--picture")) {
      options = options.withPicture(picture(value(parsed, "--picture")));
    }
    if (has(parsed, "--seed")) {
      options = options.withSeed(Numbers.whole("--seed", value(parsed, "--seed")));
    }
    if (!has(parsed, "--quiet")) {
      options = options.withLog(this::log);
    }
    return options;
  }

  private static Quota quota(ParseResult parsed) {
    double perSecond = Rate.perSecond("--quota", value(parsed, "--quota"));
    if (!has(parsed, "--burst")) {
      return Quota.of(perSecond);
    }
    return new Quota(
        perSecond, (int) Numbers.whole("--burst", value(parsed, "--burst"), 1, Quota.MOST_BURST));
  }

  /**
   * Ids, by their short names too. With {@code --family} any id is a model, and of Stability's the
   * mock lists some that it doesn't speak.
   */
  private static Set<String> retired(ParseResult parsed) {
    Set<String> ids = new HashSet<>();
    for (String typed : values(parsed, "--retired")) {
      Model model = Model.of(typed);
      boolean isId = typed.startsWith("arn:") || typed.startsWith("stability.");
      if (!model.recognised() && !isId && !has(parsed, "--family")) {
        throw new InvalidRequest(
            "--retired " + (typed.isEmpty() ? "''" : typed) + " is not a model of the mock",
            Nearest.to(typed, Model.aliases()).map(near -> "Did you mean " + near + "? ").orElse("")
                + "Models: "
                + String.join(", ", Model.aliases())
                + ", or an id");
      }
      ids.add(model.id());
    }
    return ids;
  }

  private byte[] picture(String file) {
    try {
      byte[] picture = Files.readAllBytes(console.directory().resolve(file));
      ImageHeader.read(new ByteArrayInputStream(picture));
      return picture;
    } catch (NoSuchFileException e) {
      throw new InvalidRequest("--picture " + file + " isn't there", "");
    } catch (IOException | InvalidPathException e) {
      throw new InvalidRequest(
          "--picture " + file + " can't be answered: it isn't a PNG or JPEG that can be read", "");
    }
  }

  private synchronized void log(String line) {
    console.err().print(line + "\n");
    console.err().flush();
  }
}
