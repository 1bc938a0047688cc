package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.BatchDisplay.count;
import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.Option.flag;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.batch.manifest.Manifest;
import dev.sdxlgen.batch.manifest.RunStatus;
import dev.sdxlgen.store.S3Location;
import dev.sdxlgen.store.S3Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ParseResult;

/** {@code sdxl-gen batch status DIR}: where a batch stands, without running it. */
final class BatchStatusCommand {

  private static final double MEGABYTE = 1e6;

  private final Console console;

  BatchStatusCommand(Console console) {
    this.console = console;
  }

  static Options options() {
    Options command = new Options("sdxl-gen batch status").add(flag("One JSON object.", "--json"));
    ConnectionOptions.addAccountTo(command);
    return command.add(flag("This.", "-h", "--help"));
  }

  int run(List<String> args) {
    Options command = options();
    ParseResult parsed = CommandLineParser.parse(command, args.toArray(new String[0]));
    if (has(parsed, "--help")) {
      console.out().print(HelpPage.of(HelpPage.BATCH_STATUS, command));
      return console.written(ExitCode.OK);
    }
    List<String> words = parsed.unmatched();
    if (words.size() != 1) {
      throw new InvalidRequest(
          "sdxl-gen batch status takes one folder"
              + (words.isEmpty() ? "" : ", not " + words.size()),
          "For example: sdxl-gen batch status out/");
    }
    String name = words.get(0);
    boolean inS3 = OutputOptions.isS3(name);
    RunStatus status = inS3 ? readS3(name, parsed) : read(name);
    if (status.manifests() == 0) {
      throw new InvalidRequest(
          name + " holds no batch's manifest", "sdxl-gen batch FILE -o " + name + " begins one");
    }
    console.out().print(has(parsed, "--json") ? json(status, inS3) : text(status, inS3));
    return console.written(ExitCode.OK);
  }

  private RunStatus read(String name) {
    try {
      Path folder = console.directory().resolve(name);
      if (!Files.isDirectory(folder)) {
        throw new InvalidRequest(
            name + (Files.exists(folder) ? " is not a folder" : " isn't there"),
            "Name the folder that a batch's -o named");
      }
      return RunStatus.read(folder);
    } catch (InvalidPathException e) {
      throw new InvalidRequest("'" + name.replace('\0', '?') + "' can't be a folder", "");
    } catch (IOException e) {
      throw new InvalidRequest(name + " can't be read: " + e.getMessage(), "");
    }
  }

  /** What the copies in S3 say, which a run brings up to date each minute. */
  private RunStatus readS3(String name, ParseResult parsed) {
    S3Location folder = S3Location.parse(name).folder();
    try (S3Store store = S3Store.connect(ConnectionOptions.read(parsed, console))) {
      Path copies = Files.createTempDirectory("sdxl-gen-status");
      try {
        store.list(folder, (key, bytes) -> copy(store, folder, key, copies));
        return RunStatus.read(copies);
      } finally {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(copies)) {
          for (Path file : files) {
            Files.delete(file);
          }
        }
        Files.delete(copies);
      }
    } catch (IOException e) {
      throw new OutputFailed("the manifests can't be copied: " + e.getMessage(), "", e);
    }
  }

  private static void copy(S3Store store, S3Location folder, String key, Path copies) {
    String name = key.substring(folder.key().length());
    if (Manifest.isName(name)) {
      try (InputStream in = store.open(folder.child(name))) {
        Files.copy(in, copies.resolve(name));
      } catch (IOException e) {
        throw new OutputFailed(folder.child(name) + " can't be copied: " + e.getMessage(), "", e);
      }
    }
  }

  private static String text(RunStatus status, boolean inS3) {
    long left = Math.max(0, status.planned() - status.done() - status.failed());
    // The input was changed, or limited, since they were made.
    boolean ofOthers = status.done() > status.planned();
    StringBuilder text = new StringBuilder();
    line(
        text,
        "done",
        count(status.done())
            + (ofOthers ? "" : " of " + count(status.planned()))
            + String.format(Locale.ROOT, ", %,.1f MB", status.bytes() / MEGABYTE)
            + (ofOthers ? "; the last run was to have " + count(status.planned()) : ""));
    line(text, "failed", failed(status));
    line(text, "left", count(left));
    line(text, "calls", calls(status));
    line(text, "running", inS3 ? "S3 doesn't tell" : running(status));
    line(text, "begun", time(status.started()));
    line(text, "last image", time(status.last()));
    if (status.unreadable() > 0) {
      String lines = status.unreadable() == 1 ? " line" : " lines";
      line(text, "unreadable", count(status.unreadable()) + lines + " of the manifests");
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-12s%s%n", name, value));
  }

  private static String failed(RunStatus status) {
    StringBuilder text = new StringBuilder(count(status.failed()));
    String gap = ": ";
    for (var kind : status.failures().entrySet()) {
      text.append(gap).append(count(kind.getValue())).append(' ').append(kind.getKey());
      gap = ", ";
    }
    return text.toString();
  }

  private static String calls(RunStatus status) {
    return count(status.attempts())
        + (status.possiblyPaidTwice() == 0
            ? ""
            : ", " + count(status.possiblyPaidTwice()) + " possibly paid twice");
  }

  private static String running(RunStatus status) {
    int live = status.live().size();
    if (status.shards() == 1) {
      return live > 0 ? "yes" : "no";
    }
    return live
        + " of "
        + status.shards()
        + " shards"
        + (status.manifests() < status.shards()
            ? "; " + (status.shards() - status.manifests()) + " haven't begun"
            : "");
  }

  private static String time(Instant time) {
    return time == null ? "-" : time.toString().substring(0, 19).replace('T', ' ') + " UTC";
  }

  private static String json(RunStatus status, boolean inS3) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("planned", status.planned());
    json.put("done", status.done());
    json.put("failed", status.failed());
    json.put("begun", status.begun());
    ObjectNode failures = json.putObject("failures");
    status.failures().forEach(failures::put);
    json.put("calls", status.attempts());
    json.put("possibly_paid_twice", status.possiblyPaidTwice());
    json.put("bytes", status.bytes());
    json.put("unreadable_lines", status.unreadable());
    json.put("shards", status.shards());
    json.put("manifests", status.manifests());
    if (inS3) {
      json.putNull("running");
    } else {
      status.live().forEach(json.putArray("running")::add);
    }
    json.put("started", status.started() == null ? null : status.started().toString());
    json.put("last", status.last() == null ? null : status.last().toString());
    return json + "\n";
  }
}
