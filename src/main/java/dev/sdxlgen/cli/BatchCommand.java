package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.value;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.batch.AdaptiveRate;
import dev.sdxlgen.batch.BatchImages;
import dev.sdxlgen.batch.BatchProgress;
import dev.sdxlgen.batch.BatchRunner;
import dev.sdxlgen.batch.BatchRunner.Settings;
import dev.sdxlgen.batch.BatchSummary;
import dev.sdxlgen.batch.Checked;
import dev.sdxlgen.batch.FailedFile;
import dev.sdxlgen.batch.Plan;
import dev.sdxlgen.batch.Problem;
import dev.sdxlgen.batch.PromptFile;
import dev.sdxlgen.batch.PromptFormat;
import dev.sdxlgen.batch.Schedule;
import dev.sdxlgen.batch.Shard;
import dev.sdxlgen.batch.Sweep;
import dev.sdxlgen.batch.Threads;
import dev.sdxlgen.batch.Ticker;
import dev.sdxlgen.batch.manifest.DoneImages;
import dev.sdxlgen.batch.manifest.Manifest;
import dev.sdxlgen.batch.manifest.ManifestLine;
import dev.sdxlgen.batch.manifest.ManifestLine.Finished;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.bedrock.ConnectionSettings;
import dev.sdxlgen.generate.Metadata;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.store.S3Location;
import dev.sdxlgen.store.S3Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import picocli.CommandLine.ParseResult;

/** {@code sdxl-gen batch FILE -o DIR}: many images, none of them lost. */
final class BatchCommand {

  /** How many files of earlier runs are read at a time. */
  private static final int READERS = 4;

  private final Console console;
  private final IntConsumer exit;
  private Reporter reporter;
  private BatchRunner runner;
  private int signal;
  private boolean urgent;

  /**
   * @param exit ends the process when a signal asks for it; null leaves signals alone
   */
  BatchCommand(Console console, IntConsumer exit) {
    this.console = console;
    this.exit = exit;
  }

  int run(String... args) {
    if (args.length > 0 && args[0].equals("status")) {
      return new BatchStatusCommand(console).run(List.of(args).subList(1, args.length));
    }
    ParseResult parsed = CommandLineParser.parse(BatchOptions.options(), args);
    if (has(parsed, "-h") || has(parsed, "--help")) {
      console.out().print(has(parsed, "--help") ? HelpPage.batch() : HelpPage.BATCH);
      return console.written(ExitCode.OK);
    }
    if (has(parsed, "-V")) {
      console.out().print("sdxl-gen " + SdxlGen.version() + "\n");
      return console.written(ExitCode.OK);
    }
    reporter = new Reporter(console, GeneralOptions.readVerbosity(parsed), has(parsed, "-q"));
    String file = file(parsed.unmatched());
    BatchOptions options = BatchOptions.read(parsed, console);
    boolean numbered = options.repeat() * options.sweep().combinations() > 1;
    String output = value(parsed, "--output");
    if (output == null && !has(parsed, "--dry-run")) {
      throw new InvalidRequest(
          "-o is missing: which folder do the images go to?",
          "For example: sdxl-gen batch " + ShellQuote.quote(file) + " -o out/");
    }
    BatchNames names = BatchNames.of(output == null ? "out/" : output, numbered);
    String state = value(parsed, "--state");
    if (names.areInS3()) {
      if ("number".equals(value(parsed, "--if-exists"))) {
        throw new InvalidRequest(
            "--if-exists number is for files, not for S3", "fail, skip or overwrite");
      }
      names = names.keptIn(state == null ? state(names) : state);
    } else if (state != null) {
      throw new InvalidRequest(
          "--state is for -o s3://…; the manifest is in " + names.folder(), "Leave it out");
    }
    Job job =
        new Job(
            parsed,
            file,
            options,
            OutputOptions.read(parsed, console),
            names,
            new BatchItems(parsed, names, options.repeat(), console),
            output != null);
    if (exit != null) {
      Interruption.listen(this::signal);
    }
    try (PromptFile prompts = open(file, options, parsed)) {
      return run(job, prompts);
    } catch (IOException e) {
      throw new OutputFailed("the prompts' temporary file can't be closed", "", e);
    }
  }

  private String state(BatchNames names) {
    Path cache = CacheFolder.of(console);
    if (cache == null) {
      throw new InvalidRequest(
          "there is no folder for caches: neither HOME nor XDG_CACHE_HOME is set",
          "Name one where the manifest of " + names.folder() + " can be: --state DIR");
    }
    return cache.resolve("s3").resolve(S3Location.parse(names.folder()).localName()).toString();
  }

  private static String file(List<String> words) {
    if (words.size() != 1) {
      throw new InvalidRequest(
          "sdxl-gen batch takes one file of prompts"
              + (words.isEmpty() ? "" : ", not " + words.size()),
          "For example: sdxl-gen batch prompts.jsonl -o out/\n"
              + ShellQuote.toDraw("batch", words));
    }
    return words.get(0);
  }

  private PromptFile open(String file, BatchOptions options, ParseResult parsed) {
    boolean here = !file.equals("-") && !OutputOptions.isS3(file);
    if (here && file.indexOf('\0') < 0 && Files.isDirectory(console.directory().resolve(file))) {
      throw new InvalidRequest(file + " is a folder", "Name a file of prompts");
    }
    PromptFormat format = PromptFormat.of(file, options.format());
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    if (OutputOptions.isS3(file)) {
      try (S3Store store = S3Store.connect(ConnectionOptions.read(parsed, console));
          InputStream in = store.open(S3Location.parse(file))) {
        return PromptFile.spool(in, format, temporary);
      } catch (IOException e) {
        throw new InvalidRequest(file + " can't be read: " + e.getMessage(), "");
      }
    }
    if (file.equals("-")) {
      return PromptFile.spool(console.in(), format, temporary);
    }
    try {
      return PromptFile.open(console.directory().resolve(file), file, format, temporary);
    } catch (InvalidPathException e) {
      throw new InvalidRequest("'" + file.replace('\0', '?') + "' can't be a file", "");
    }
  }

  /** What the command line says. */
  private record Job(
      ParseResult parsed,
      String file,
      BatchOptions options,
      OutputOptions output,
      BatchNames names,
      BatchItems items,
      boolean hasFolder) {

    Shard shard() {
      return options.shard();
    }
  }

  private int run(Job job, PromptFile prompts) {
    Checked checked = check(job, prompts);
    BatchOptions options = job.options();
    Plan plan =
        Plan.of(
            checked.index().size(),
            options.sweep().combinations(),
            options.repeat(),
            options.limit(),
            options.shuffleSeed());
    if (has(job.parsed(), "--dry-run")) {
      return dryRun(job, prompts, checked, plan);
    }
    // The JDK keeps five idle connections to a host unless this says more; read once, early.
    if (System.getProperty("http.maxConnections") == null) {
      System.setProperty("http.maxConnections", Integer.toString(options.limits().concurrency()));
    }
    if (!ConnectionOptions.isMock(job.parsed())) {
      return make(job, prompts, checked, plan, ConnectionOptions.read(job.parsed(), console));
    }
    try (MockBedrock mock = ConnectionOptions.startMock(job.parsed())) {
      reporter.note("the built-in mock draws these; no model is asked");
      return make(
          job, prompts, checked, plan, ConnectionOptions.forMock(job.parsed(), mock.endpoint()));
    }
  }

  private Checked check(Job job, PromptFile prompts) {
    for (Sweep.Axis axis : job.options().sweep().axes()) {
      String reason = job.items().refuse(axis.field());
      if (reason != null) {
        throw new InvalidRequest("--sweep " + axis.field() + ": " + reason, "");
      }
    }
    Checked checked;
    Spinner spinner = Spinner.start(reporter, "checking " + job.file());
    try {
      checked = prompts.check(job.items(), job.options().sweep(), job.items(), BatchNames::ofId);
    } finally {
      if (spinner != null) {
        spinner.close();
      }
    }
    if (!job.options().skipInvalid()) {
      checked.refuseBadLines(job.file());
    }
    for (Problem problem : checked.problems()) {
      reporter.warning(job.file() + ": " + problem);
    }
    if (checked.bad() > 0) {
      reporter.warning(
          job.file()
              + ": "
              + (checked.bad() == 1 ? "a line is" : checked.bad() + " lines are")
              + " skipped");
    }
    if (checked.index().size() == 0) {
      throw new InvalidRequest(job.file() + " asks for no image", "");
    }
    job.items().notes().forEach(reporter::note);
    return checked;
  }

  /**
   * @param there whether an image is where the manifest says; null looks for its file
   */
  private DoneImages done(Job job, Plan plan, Path folder, Predicate<Finished> there) {
    Predicate<String> wanted = id -> BatchImages.owns(job.shard(), plan, id);
    return there == null
        ? DoneImages.read(folder, wanted, READERS)
        : DoneImages.read(folder, wanted, there, READERS);
  }

  private BatchImages images(
      Job job, PromptFile prompts, Checked checked, Plan plan, DoneImages done) {
    return new BatchImages(
        prompts,
        checked.index(),
        job.options().sweep(),
        plan,
        job.shard(),
        done,
        ConnectionOptions.isMock(job.parsed()));
  }

  private int dryRun(Job job, PromptFile prompts, Checked checked, Plan plan) {
    Path folder = console.directory().resolve(job.names().local());
    boolean begun = job.hasFolder() && Files.isDirectory(folder);
    // Nothing is asked of S3: what the manifest tells is believed.
    Predicate<Finished> there = job.names().areInS3() ? image -> true : null;
    DoneImages done = begun ? done(job, plan, folder, there) : DoneImages.none();
    BatchImages images = images(job, prompts, checked, plan, done);
    BatchPlan.print(images, job.items(), job.names(), job.options(), job.output().json(), console);
    return console.written(ExitCode.OK);
  }

  private int make(
      Job job, PromptFile prompts, Checked checked, Plan plan, ConnectionSettings settings) {
    Path folder = console.directory().resolve(job.names().local());
    Metadata metadata =
        new Metadata(
            SdxlGen.version(),
            OutputOptions.time(console),
            job.output().metadata(),
            job.output().sidecar(),
            null);
    Shard shard = job.shard();
    ExecutorService threads = Threads.perTask();
    try (BedrockInvoker bedrock = BedrockInvoker.connect(settings);
        BatchUpload upload = upload(job, folder);
        Manifest manifest = manifest(folder, job);
        FailedFile failed = FailedFile.in(folder, shard.fileName("failed"), input(job, folder));
        ArtifactWriter writer =
            new ArtifactWriter(console.directory(), console.out(), tag(shard))) {
      clearTemporaryFiles(folder, shard);
      Cost cost = new Cost(ConnectionOptions.isMock(job.parsed()));
      BatchMaker maker =
          new BatchMaker(
              job.items(),
              job.names(),
              job.output(),
              console.directory(),
              writer,
              bedrock,
              metadata,
              reporter,
              cost,
              upload);
      SplittableRandom random = new SplittableRandom();
      BatchRunner batch =
          new BatchRunner(
              new Settings(
                  job.options().maxFailures(), !job.output().metadata(), job.options().grace()),
              images(
                  job,
                  prompts,
                  checked,
                  plan,
                  done(job, plan, folder, upload == null ? null : upload::isThere)),
              new Schedule<>(
                  job.options().limits(),
                  new AdaptiveRate(job.options().shardRate(), random),
                  random),
              maker,
              line -> record(manifest, line, job),
              failed,
              Ticker.SYSTEM,
              threads);
      if (upload != null) {
        upload.follow(manifest, BatchUpload.EVERY);
      }
      setRunner(batch);
      long started = System.nanoTime();
      BatchSummary summary = run(batch, cost);
      BatchReport report =
          new BatchReport(summary, System.nanoTime() - started, cost, maker.keptAnswers());
      SdxlGenException behind = upload == null ? null : finish(upload, manifest, failed);
      report.print(reporter, job.names().folder(), failed(job, summary));
      int exitCode = exitCode(job, report, maker, bedrock);
      if (behind != null) {
        reporter.failure("the manifest isn't up to date in S3: ", behind);
        exitCode = exitCode == ExitCode.OK ? ExitCode.of(behind) : exitCode;
      }
      return console.written(exitCode);
    } catch (IOException e) {
      throw new OutputFailed(
          job.names().local() + " can't be written: " + OutputFailed.reason(e), "", e);
    } finally {
      threads.shutdown();
    }
  }

  private BatchSummary run(BatchRunner batch, Cost cost) {
    BatchDisplay display = BatchDisplay.start(reporter, console, batch::progress, cost);
    try {
      return batch.run();
    } finally {
      display.close();
    }
  }

  private int exitCode(Job job, BatchReport report, BatchMaker maker, BedrockInvoker bedrock) {
    if (signal() != 0) {
      return ExitCode.SIGNAL + signal();
    }
    SdxlGenException reason = report.stoppedBy();
    if (reason != null) {
      GenerationRequest asked = maker.unavailable();
      if (reason instanceof ModelUnavailable e
          && asked != null
          && job.items().isDefault(asked.modelId())) {
        ModelAdvice.add(e, job.parsed(), asked, bedrock.region(), false);
      }
      reporter.failure("stopped: ", reason);
    }
    return report.exitCode();
  }

  /** As the user would name it, for the command that runs the failed ones again. */
  private static String failed(Job job, BatchSummary summary) {
    return summary.failed() == null
        ? null
        : job.names().shown(summary.failed().getFileName().toString());
  }

  private static Manifest manifest(Path folder, Job job) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new OutputFailed(
          "the folder " + job.names().local() + " can't be made: " + OutputFailed.reason(e),
          "Choose another one with " + (job.names().areInS3() ? "--state" : "-o"),
          e);
    }
    return Manifest.open(folder, job.shard().fileName("manifest"));
  }

  /** Null when no image goes to S3. */
  private BatchUpload upload(Job job, Path folder) {
    return job.names().areInS3()
        ? BatchUpload.begin(
            ConnectionOptions.read(job.parsed(), console),
            S3Location.parse(job.names().folder()),
            folder,
            job.output().ifExists(),
            job.shard(),
            reporter)
        : null;
  }

  /** The file that is read, as it would be in this folder if it is one of S3. */
  private Path input(Job job, Path folder) {
    String output = job.names().folder();
    return job.names().areInS3() && job.file().startsWith(output)
        ? folder.resolve(job.file().substring(output.length()))
        : console.directory().resolve(job.file());
  }

  /** What keeps the manifest from being uploaded; null when it is. */
  private SdxlGenException finish(BatchUpload upload, Manifest manifest, FailedFile failed) {
    if (isUrgent()) {
      return null;
    }
    try {
      upload.finish(manifest, failed);
      return null;
    } catch (SdxlGenException e) {
      return e;
    }
  }

  /** What the temporary files of a shard are known by: {@code b3of64}. */
  private static String tag(Shard shard) {
    return "b" + shard.index() + "of" + shard.count();
  }

  private static void clearTemporaryFiles(Path folder, Shard shard) throws IOException {
    List<String> live = Manifest.live(folder);
    ArtifactWriter.clear(
        folder,
        tag -> {
          if (!tag.matches("b\\d{1,7}of\\d{1,7}")) {
            return false;
          }
          int of = tag.indexOf("of");
          Shard other =
              new Shard(
                  Integer.parseInt(tag.substring(1, of)), Integer.parseInt(tag.substring(of + 2)));
          return other.equals(shard) || !live.contains(other.fileName("manifest"));
        });
  }

  private void record(Manifest manifest, ManifestLine line, Job job) {
    manifest.append(line);
    if (job.output().json()) {
      if (line instanceof ManifestLine.Finished || line instanceof ManifestLine.Failed) {
        reporter.result(Manifest.text(line));
      }
    } else if (line instanceof ManifestLine.Finished image) {
      reporter.result(job.names().shown(image.file()) + "\n");
    }
  }

  private synchronized void setRunner(BatchRunner batch) {
    runner = batch;
  }

  private synchronized int signal() {
    return signal;
  }

  /** Whether it was told twice to stop. */
  private synchronized boolean isUrgent() {
    return urgent;
  }

  /** Ctrl-C or SIGTERM: the first lets calls in flight finish, the second doesn't. */
  private void signal(int number) {
    BatchRunner batch;
    synchronized (this) {
      batch = runner;
      if (batch == null) {
        reporter.warning("interrupted; nothing was sent");
        exit.accept(ExitCode.SIGNAL + number);
        return;
      }
      if (signal == 0) {
        BatchProgress now = batch.progress();
        reporter.warning(
            (now.inFlight() == 0
                ? "stopping"
                : "stopping: the "
                    + now.inFlight()
                    + " calls in flight are let finish; again to stop now"));
      }
      urgent = signal != 0;
      signal = signal == 0 ? number : signal;
    }
    batch.stop();
  }
}
