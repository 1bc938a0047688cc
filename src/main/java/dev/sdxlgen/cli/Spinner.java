package dev.sdxlgen.cli;

/** The seconds that Bedrock takes, shown on a terminal while it works. */
final class Spinner implements AutoCloseable {

  private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  private static final long FRAME_MILLIS = 100;

  private final Reporter reporter;
  private final String text;
  private final long started = System.nanoTime();
  private final Thread thread;

  private Spinner(Reporter reporter, String text) {
    this.reporter = reporter;
    this.text = text;
    this.thread = new Thread(this::turn, "spinner");
    thread.setDaemon(true);
  }

  /** Begins to turn; null when nobody would see it. */
  static Spinner start(Reporter reporter, String text) {
    if (!reporter.isAnimated()) {
      return null;
    }
    Spinner spinner = new Spinner(reporter, text);
    spinner.thread.start();
    return spinner;
  }

  private void turn() {
    try {
      for (int frame = 0; ; frame++) {
        Thread.sleep(FRAME_MILLIS);
        long seconds = (System.nanoTime() - started) / 1_000_000_000L;
        reporter.draw(FRAMES[frame % FRAMES.length] + " " + text + " " + seconds + " s");
      }
    } catch (InterruptedException e) {
      // That is how it is told to stop.
    }
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
