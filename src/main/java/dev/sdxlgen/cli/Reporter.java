package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.bedrock.ConnectionSettings;
import java.io.PrintStream;

/**
 * Everything the program says on stderr, one speaker at a time, and results where they are on the
 * same terminal.
 */
final class Reporter {

  private final Console console;
  private final PrintStream err;
  private final boolean animated;
  private final int verbosity;
  private final boolean quiet;

  /** The line that the next one takes the place of; null when there is none. */
  private String drawn;

  Reporter(Console console, int verbosity, boolean quiet) {
    this.console = console;
    this.err = console.err();
    this.animated = console.canAnimate() && !quiet;
    this.verbosity = verbosity;
    this.quiet = quiet;
  }

  /** Whether {@link #draw} shows anything. */
  boolean isAnimated() {
    return animated;
  }

  int verbosity() {
    return verbosity;
  }

  /** What goes without saying when {@code --quiet} is given. */
  void note(String text) {
    if (!quiet) {
      print("sdxl-gen: " + text);
    }
  }

  /** What {@code -v} shows. */
  void detail(String text) {
    if (verbosity > 0) {
      print(text);
    }
  }

  /** What went otherwise than asked; never silenced. */
  void warning(String text) {
    print("sdxl-gen: " + text);
  }

  /** What happened and what to do about it. */
  void failure(String before, SdxlGenException e) {
    StringBuilder text = new StringBuilder("sdxl-gen: ").append(before).append(e.getMessage());
    if (!e.advice().isEmpty()) {
      text.append("\n  ").append(e.advice().replace("\n", "\n  "));
    }
    if (verbosity > 0) {
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        text.append("\n  caused by ").append(safe(cause.toString()));
      }
    }
    print(text.toString());
  }

  /** The first line, since AWS may answer with what was signed below it; and no secret in that. */
  private String safe(String text) {
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    // A parser shows what it couldn't read: no more of an image than -v shows of a good one.
    line = line.replaceAll("[A-Za-z0-9+/=]{81,}", "…");
    return ConnectionSettings.withoutSecrets(line, console.environment());
  }

  /** Prints a result on stdout, at once: a script may be waiting for it. */
  void result(String text) {
    if (!console.outIsTerminal()) {
      // Without the lock: whoever reads them may be slow.
      printResult(text);
      return;
    }
    synchronized (this) {
      String line = drawn;
      erase();
      printResult(text);
      if (line != null) {
        draw(line);
      }
    }
  }

  private void printResult(String text) {
    console.out().print(text);
    console.out().flush();
  }

  /** Shows a line that the next one takes the place of. */
  synchronized void draw(String line) {
    if (animated) {
      err.print("\r\u001b[K" + line);
      err.flush();
      drawn = line;
    }
  }

  /** Takes the drawn line away. */
  synchronized void erase() {
    if (drawn != null) {
      err.print("\r\u001b[K");
      err.flush();
      drawn = null;
    }
  }

  private synchronized void print(String text) {
    erase();
    err.print(text + "\n");
    err.flush();
  }
}
