package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.bedrock.ConnectionSettings;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the program is run with: its streams, its environment, the folder it is in, and which of the
 * streams are terminals. A test hands over its own.
 *
 * @param out results only; UTF-8
 * @param err everything else; UTF-8
 * @param directory what relative paths are relative to
 * @param outIsTerminal whether a person reads {@code out} as it comes
 * @param errIsTerminal whether a person reads {@code err} as it comes
 */
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Path directory,
    boolean outIsTerminal,
    boolean errIsTerminal) {

  /** The process's own. Java can't tell what is a terminal, so the launcher does. */
  static Console ofProcess() {
    String terminals = System.getProperty("sdxlgen.terminal", "");
    return new Console(
        // Buffered, since JDK 17's own readNBytes seeks, which a pipe can't.
        new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        terminals.indexOf('1') >= 0,
        terminals.indexOf('2') >= 0);
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  /** An environment variable's value; null when it is not set or empty. */
  String env(String name) {
    return ConnectionSettings.env(environment, name);
  }

  /**
   * The exit code, unless the results couldn't be told.
   *
   * @throws OutputFailed when stdout can't be written, and nothing else went wrong
   */
  int written(int code) {
    if (out.checkError() && code == ExitCode.OK) {
      throw new OutputFailed(
          "stdout can't be written", "Is its disk full, or its reader gone?", null);
    }
    return code;
  }

  /** Whether a line on {@code err} may be drawn over and over. */
  boolean canAnimate() {
    return errIsTerminal && !"dumb".equals(env("TERM"));
  }
}
