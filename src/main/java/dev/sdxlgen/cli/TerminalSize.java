package dev.sdxlgen.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * How large the terminal is.
 *
 * @param columns in characters
 * @param rows in lines
 */
record TerminalSize(int columns, int rows) {

  /** What a terminal has that doesn't say. */
  private static final TerminalSize USUAL = new TerminalSize(80, 24);

  private static final int PATIENCE_SECONDS = 2;

  /** What COLUMNS and LINES say, else stty of the terminal that the process belongs to. */
  static TerminalSize of(Console console) {
    int columns = number(console.env("COLUMNS"));
    int rows = number(console.env("LINES"));
    TerminalSize size = columns > 0 ? USUAL : parse(stty());
    return new TerminalSize(columns > 0 ? columns : size.columns, rows > 0 ? rows : size.rows);
  }

  /** Reads {@code 24 80}: rows, then columns. */
  static TerminalSize parse(String stty) {
    int blank = stty.indexOf(' ');
    int rows = blank < 0 ? 0 : number(stty.substring(0, blank));
    int columns = blank < 0 ? 0 : number(stty.substring(blank + 1));
    return rows > 0 && columns > 0 ? new TerminalSize(columns, rows) : USUAL;
  }

  /** Java itself can't ask a terminal. Empty where there is no stty or no terminal. */
  private static String stty() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (stty.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      }
      stty.destroy();
    } catch (IOException e) {
      // Then it has the usual size.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "";
  }

  private static int number(String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
