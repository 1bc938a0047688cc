package dev.sdxlgen.cli;

import dev.sdxlgen.generate.ImageGenerator.Sleeper;
import dev.sdxlgen.mock.MockBedrock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The whole program in this process, with streams, an environment and a folder of its own. It waits
 * for nothing: what it would have slept is in {@link #slept()}.
 */
final class Program {

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final List<Duration> slept = new ArrayList<>();
  private InputStream in = InputStream.nullInputStream();
  private OutputStream out;
  private OutputStream err;
  private Sleeper sleeper = slept::add;
  private boolean terminal;
  private IntConsumer exit;

  private Program(Path folder) {
    this.folder = folder;
    // No file of the developer's is read.
    environment.put("HOME", folder.resolve("nobody").toString());
  }

  /** What a run printed and how it ended. */
  record Run(int exitCode, byte[] outBytes, String err) {

    String out() {
      return new String(outBytes, StandardCharsets.UTF_8);
    }
  }

  static Program in(Path folder) {
    return new Program(folder);
  }

  /**
   * With keys, a region and the mock's address in the environment, as {@code sdxl-gen mock} says.
   */
  Program against(MockBedrock bedrock) {
    return against(bedrock.endpoint());
  }

  Program against(URI endpoint) {
    return withKeys().with("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", endpoint.toString());
  }

  Program withKeys() {
    return with("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIsecret")
        .with("AWS_REGION", "us-west-2");
  }

  Program with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Program without(String variable) {
    environment.remove(variable);
    return this;
  }

  Program stdin(byte[] bytes) {
    return stdin(new ByteArrayInputStream(bytes));
  }

  Program stdin(InputStream stream) {
    in = stream;
    return this;
  }

  /** Stdout goes here, which may fail. */
  Program stdoutTo(OutputStream stream) {
    out = stream;
    return this;
  }

  /** Stderr goes here, as it comes; the run's own is empty then. */
  Program stderrTo(OutputStream stream) {
    err = stream;
    return this;
  }

  /** Both streams are terminals. */
  Program onATerminal() {
    terminal = true;
    return this;
  }

  /** Listens for signals, and ends by this when one asks for it. */
  Program exitingBy(IntConsumer consumer) {
    exit = consumer;
    return this;
  }

  /** Waits between two attempts like this. */
  Program waitingBy(Sleeper other) {
    sleeper = other;
    return this;
  }

  List<Duration> slept() {
    return slept;
  }

  Run run(String... args) {
    var outBytes = new ByteArrayOutputStream();
    var errBytes = new ByteArrayOutputStream();
    Console console =
        new Console(
            in,
            new PrintStream(out == null ? outBytes : out, false, StandardCharsets.UTF_8),
            new PrintStream(err == null ? errBytes : err, false, StandardCharsets.UTF_8),
            environment,
            folder,
            terminal,
            terminal);
    int code = new SdxlGen(console, sleeper, exit).run(args);
    console.out().flush();
    return new Run(code, outBytes.toByteArray(), errBytes.toString(StandardCharsets.UTF_8));
  }
}
