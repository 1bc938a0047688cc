package dev.sdxlgen.cli;

import dev.sdxlgen.batch.BatchProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Shows how far a batch is: a bar on a terminal, elsewhere a line every 30 seconds. */
final class BatchDisplay implements AutoCloseable {

  private static final Duration LINE_EVERY = Duration.ofSeconds(30);
  private static final Duration BAR_EVERY = Duration.ofMillis(250);

  /** A terminal shows ^C where the cursor is: on the next line it would stay. */
  private static final int ROOM_FOR_CTRL_C = 3;

  /** Windows are made narrower and wider: so many bars are drawn before it is asked again. */
  private static final int BARS_A_SIZE = 8;

  /** Until then a bar that is too long must not go on in the next line, where nothing clears it. */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";
  private static final int MOST_BAR = 20;
  private static final int LEAST_BAR = 6;
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  private final Reporter reporter;
  private final Supplier<BatchProgress> progress;
  private final Cost cost;
  private final Console console;
  private final Thread thread;

  private BatchDisplay(
      Reporter reporter, Console console, Supplier<BatchProgress> progress, Cost cost) {
    this.reporter = reporter;
    this.console = console;
    this.progress = progress;
    this.cost = cost;
    this.thread = new Thread(reporter.isAnimated() ? this::drawBars : this::printLines, "progress");
    thread.setDaemon(true);
  }

  /** Begins to show it. */
  static BatchDisplay start(
      Reporter reporter, Console console, Supplier<BatchProgress> progress, Cost cost) {
    BatchDisplay display = new BatchDisplay(reporter, console, progress, cost);
    display.thread.start();
    return display;
  }

  private void printLines() {
    try {
      while (true) {
        Thread.sleep(LINE_EVERY.toMillis());
        reporter.note(line(progress.get(), cost.total()));
      }
    } catch (InterruptedException e) {
      // That is how it is told to stop.
    }
  }

  private void drawBars() {
    try {
      int columns = 0;
      for (long i = 0; ; i++) {
        if (i % BARS_A_SIZE == 0) {
          columns = TerminalSize.of(console).columns();
        }
        BatchProgress now = progress.get();
        if (now.planned() > 0) {
          reporter.draw(NO_WRAP + bar(now, cost.total(), columns - ROOM_FOR_CTRL_C) + WRAP);
        }
        Thread.sleep(BAR_EVERY.toMillis());
      }
    } catch (InterruptedException e) {
      // That is how it is told to stop.
    }
  }

  /**
   * {@code ██████▌ 412/1,000, 58.9/min, 9:58 left, …}, in at most so many columns: what has no room
   * is left out, the last first.
   */
  static String bar(BatchProgress now, String dollars, int columns) {
    List<String> parts = new ArrayList<>();
    parts.add(count(now.done()) + "/" + count(now.planned()));
    parts.add(String.format(Locale.ROOT, "%,.1f/min", now.perMinute()));
    if (now.left() != null) {
      parts.add(clock(now.left()) + " left");
    }
    addCount(parts, now.failed(), " failed");
    addCount(parts, now.throttled(), " throttled");
    if (dollars != null) {
      parts.add(dollars);
    }
    parts.add(count(now.inFlight()) + " in flight");
    StringBuilder text = new StringBuilder();
    for (String part : parts) {
      if (text.length() + part.length() + 2 <= columns - LEAST_BAR) {
        text.append(text.isEmpty() ? " " : ", ").append(part);
      }
    }
    int length = Math.min(MOST_BAR, columns - text.length());
    int eighths = (int) ((double) now.done() / now.planned() * length * EIGHTHS.length());
    StringBuilder bar = new StringBuilder("█".repeat(eighths / EIGHTHS.length()));
    if (bar.length() < length) {
      bar.append(EIGHTHS.charAt(eighths % EIGHTHS.length()));
    }
    return bar.append(" ".repeat(length - bar.length())).append(text).toString();
  }

  private static void addCount(List<String> parts, long number, String what) {
    if (number > 0) {
      parts.add(count(number) + what);
    }
  }

  /** {@code 0:45}, {@code 9:58}, {@code 2:05:00}. */
  private static String clock(Duration time) {
    long seconds = time.toSeconds();
    String end = String.format(Locale.ROOT, ":%02d", seconds % 60);
    return seconds < 3600
        ? seconds / 60 + end
        : String.format(Locale.ROOT, "%d:%02d%s", seconds / 3600, seconds / 60 % 60, end);
  }

  /** {@code 412 of 1,000 done, 58.9 a minute, 4 in flight, …}. */
  static String line(BatchProgress now, String dollars) {
    List<String> parts = new ArrayList<>();
    parts.add(count(now.done()) + " of " + count(now.planned()) + " done");
    parts.add(String.format(Locale.ROOT, "%,.1f a minute", now.perMinute()));
    parts.add(count(now.inFlight()) + " in flight");
    addCount(parts, now.throttled(), " throttled");
    addCount(parts, now.failed(), " failed");
    if (dollars != null) {
      parts.add(dollars);
    }
    if (now.left() != null) {
      parts.add(time(now.left()) + " left");
    }
    return String.join(", ", parts);
  }

  /** {@code 1,000}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 45 s}, {@code 9 min 58 s}, {@code 2 h 5 min}, {@code 3 d 4 h}. */
  static String time(Duration time) {
    long seconds = Math.round(time.toMillis() / 1000.0);
    if (seconds < 60) {
      return seconds == 0 && !time.isZero()
          ? String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0)
          : seconds + " s";
    }
    if (seconds < 3600) {
      return two(seconds, 60, " min", 1, " s");
    }
    return seconds < 172_800
        ? two(seconds, 3600, " h", 60, " min")
        : two(seconds, 86_400, " d", 3600, " h");
  }

  private static String two(long seconds, long large, String unit, long small, String smallUnit) {
    long rest = seconds % large / small;
    return seconds / large + unit + (rest == 0 ? "" : " " + rest + smallUnit);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reporter.erase();
  }
}
