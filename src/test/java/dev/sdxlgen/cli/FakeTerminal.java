package dev.sdxlgen.cli;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A console whose stderr can be read while it is written, and waited for. */
final class FakeTerminal extends ByteArrayOutputStream {

  private final Map<String, String> environment;
  private final boolean terminal;

  FakeTerminal(boolean terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  FakeTerminal() {
    this(true, Map.of("TERM", "xterm"));
  }

  Console console() {
    return new Console(
        InputStream.nullInputStream(),
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
        new PrintStream(this, false, StandardCharsets.UTF_8),
        environment,
        Path.of("").toAbsolutePath(),
        terminal,
        terminal);
  }

  synchronized String text() {
    return toString(StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    super.write(bytes, offset, length);
    notifyAll();
  }

  /** Waits until it shows this. */
  synchronized void await(String text) throws InterruptedException {
    while (!text().contains(text)) {
      wait();
    }
  }
}
