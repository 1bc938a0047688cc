package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.value;
import static dev.sdxlgen.cli.Option.flag;
import static dev.sdxlgen.cli.Option.option;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.batch.Rate;
import dev.sdxlgen.batch.Schedule.Limits;
import dev.sdxlgen.batch.Shard;
import dev.sdxlgen.batch.Sweep;
import dev.sdxlgen.generate.RetryPolicy;
import dev.sdxlgen.request.Numbers;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.ParseResult;

/**
 * Which images a batch makes, and how it goes about it.
 *
 * @param format how the prompt file is to be read; null when its name tells
 * @param limit the most images; 0 for all
 * @param shuffleSeed decides the order; null for the file's
 * @param rate calls a second, of all shards together; infinite when nothing was said
 * @param maxFailures how many images may fail before it stops; 0 for any number
 * @param grace how long calls in flight may take once it was told to stop
 */
record BatchOptions(
    String format,
    boolean skipInvalid,
    Sweep sweep,
    long repeat,
    long limit,
    Long shuffleSeed,
    Shard shard,
    Limits limits,
    double rate,
    long maxFailures,
    Duration grace) {

  private static final int USUAL_CONCURRENCY = 4;
  private static final int MOST_CONCURRENCY = 10_000;
  private static final int USUAL_UNSURE = 2;
  private static final long MOST = 1_000_000_000_000L;
  private static final Duration USUAL_PATIENCE = Duration.ofHours(1);
  private static final Duration USUAL_GRACE = Duration.ofSeconds(60);
  private static final long MOST_SECONDS = Duration.ofDays(365).toSeconds();

  static final String COMMAND = "sdxl-gen batch";

  /** The whole command's. */
  static Options options() {
    Options command = new Options(COMMAND);
    addInputTo(command);
    addRunTo(command);
    addOutputTo(command);
    BatchItems.addTo(command);
    ConnectionOptions.addAccountTo(command);
    command.add(ConnectionOptions.mockOption());
    GeneralOptions.addTo(command);
    return command;
  }

  /** What is made. */
  static void addInputTo(Options command) {
    command
        .add(option("FORMAT", "How FILE is to be read: txt, jsonl or csv.", "--format"))
        .add(flag("Tell the lines that can't be sent, and go on without them.", "--skip-invalid"))
        .add(
            Option.repeatable(
                "NAME=A,B",
                "Make every line with each of these values, 1..4 is a range; with several --sweep,"
                    + " every combination.",
                "--sweep"))
        .add(option("N", "Make every image N times; a seed counts up.", "--repeat"))
        .add(option("N", "Make the first N images.", "--limit"))
        .add(flag("In an order of chance.", "--shuffle"))
        .add(option("N", "In this order of chance.", "--shuffle-seed"))
        .add(flag("Print what would be made, what it costs and how long it takes.", "--dry-run"));
  }

  /** How it is made. */
  static void addRunTo(Options command) {
    command
        .add(option("N", "Calls at a time. Default: 4.", "--concurrency"))
        .add(
            option(
                "N/min",
                "The most calls, of all shards together; without it the account's limit is found.",
                "--rate"))
        .add(
            option(
                "TIME",
                "How long to try again while every call is throttled or fails. Default: 1h.",
                "--give-up-after"))
        .add(
            option(
                "N",
                "Calls for an image that fails, throttled ones not counted (AWS_MAX_ATTEMPTS)."
                    + " Default: 4.",
                "--max-attempts"))
        .add(
            option(
                "N",
                "How often to repeat a call that may have been billed. Default: 2.",
                "--retry-unsure"))
        .add(flag("Stop at the first image that fails.", "--fail-fast"))
        .add(option("N", "Stop when N images have failed.", "--max-failures"))
        .add(
            option(
                "TIME",
                "How long calls in flight may take after Ctrl-C or SIGTERM. Default: 60s.",
                "--grace"))
        .add(
            option(
                "I/N", "Make only part I (from 0) of N; each line is in exactly one.", "--shard"))
        .add(
            option(
                "N",
                "The number of parts; AWS Batch, Kubernetes or Slurm says which one this is.",
                "--shards"))
        .add(option("N", "What SLURM_ARRAY_TASK_ID begins with. Default: 0.", "--shard-base"));
  }

  /** Where it goes. */
  static void addOutputTo(Options command) {
    command
        .add(
            option(
                "DIR",
                "The folder for images and manifest, or s3://BUCKET/FOLDER/; or a name with {id} in"
                    + " it, and {n} {slug} {model} {seed}. Default in the folder: {id}.png.",
                "-o",
                "--output"))
        .add(
            option(
                "DIR",
                "Where manifest and images are while they go to S3. Default: a folder of the cache"
                    + " named for the URL.",
                "--state"))
        .add(
            option(
                "WHAT",
                "When another file has the name: skip (the default; a changed line is numbered),"
                    + " fail, overwrite or number.",
                "--if-exists"))
        .add(flag("Overwrite: --if-exists overwrite.", "-f", "--force"));
    OutputOptions.addKeepingTo(command);
    command.add(
        flag("The manifest's line of each image on stdout, in place of its path.", "--json"));
  }

  /**
   * @throws InvalidRequest when a value isn't allowed, or two options don't go together
   */
  static BatchOptions read(ParseResult parsed, Console console) {
    RetryPolicy retries = ConnectionOptions.readRetries(parsed, console, USUAL_UNSURE);
    String failures = value(parsed, "--max-failures");
    if (failures != null && has(parsed, "--fail-fast")) {
      throw new InvalidRequest("--fail-fast is --max-failures 1", "Leave one of them out");
    }
    String shuffleSeed = value(parsed, "--shuffle-seed");
    Long order = has(parsed, "--shuffle") ? ThreadLocalRandom.current().nextLong(MOST) : null;
    String rate = value(parsed, "--rate");
    return new BatchOptions(
        value(parsed, "--format"),
        has(parsed, "--skip-invalid"),
        Sweep.parse(List.of(CommandLineParser.values(parsed, "--sweep"))),
        whole(parsed, "--repeat", 1, MOST, 1),
        whole(parsed, "--limit", 1, MOST, 0),
        shuffleSeed == null
            ? order
            : Long.valueOf(
                Numbers.whole("--shuffle-seed", shuffleSeed, Long.MIN_VALUE, Long.MAX_VALUE)),
        Shard.of(
            value(parsed, "--shard"),
            value(parsed, "--shards"),
            value(parsed, "--shard-base"),
            console.environment()),
        new Limits(
            (int) whole(parsed, "--concurrency", 1, MOST_CONCURRENCY, USUAL_CONCURRENCY),
            retries.maxAttempts(),
            retries.retryUnsure(),
            time(parsed, "--give-up-after", USUAL_PATIENCE)),
        rate == null ? Double.POSITIVE_INFINITY : Rate.perSecond(rate),
        has(parsed, "--fail-fast") ? 1 : whole(parsed, "--max-failures", 1, MOST, 0),
        time(parsed, "--grace", USUAL_GRACE));
  }

  private static long whole(ParseResult parsed, String option, long least, long most, long usual) {
    String typed = value(parsed, option);
    return typed == null ? usual : Numbers.whole(option, typed, least, most);
  }

  /** Reads {@code 90}, {@code 90s}, {@code 5min}, {@code 1h} or {@code 2d}. */
  private static Duration time(ParseResult parsed, String option, Duration usual) {
    String typed = value(parsed, option);
    if (typed == null) {
      return usual;
    }
    String text = typed.strip();
    int end = text.length();
    while (end > 0 && Character.isLetter(text.charAt(end - 1))) {
      end--;
    }
    long unit =
        switch (text.substring(end)) {
          case "", "s", "sec" -> 1;
          case "m", "min" -> 60;
          case "h" -> 3600;
          case "d" -> 86_400;
          default -> 0;
        };
    try {
      BigDecimal seconds =
          new BigDecimal(text.substring(0, end).strip()).multiply(BigDecimal.valueOf(unit));
      if (unit > 0
          && seconds.signum() >= 0
          && seconds.compareTo(BigDecimal.valueOf(MOST_SECONDS)) <= 0) {
        return Duration.ofMillis(seconds.movePointRight(3).longValue());
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new InvalidRequest(
        option + " takes a time, not '" + typed + "'", "For example: 30s, 5min or 1h");
  }

  /** Calls a second of this shard: its part of the whole job's. */
  double shardRate() {
    return rate / shard.count();
  }
}
