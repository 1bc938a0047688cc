package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException.Interrupted;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import sun.misc.Signal;

/**
 * What Ctrl-C and SIGTERM do: stop at once and leave nothing behind, unless an answer that is paid
 * for is arriving; that one is let finish, and a second signal stops it too.
 */
final class Interruption {

  private static final int INT = 2;
  private static final int TERM = 15;
  private static final int HUP = 1;

  private final Reporter reporter;
  private final Runnable cleanUp;
  private final IntConsumer exit;
  private boolean sent;
  private boolean answering;
  private Path kept;
  private int asked;

  /**
   * @param cleanUp removes what is unfinished
   * @param exit ends the process with a code, at once
   */
  Interruption(Reporter reporter, Runnable cleanUp, IntConsumer exit) {
    this.reporter = reporter;
    this.cleanUp = cleanUp;
    this.exit = exit;
  }

  /** Listens for the process's signals; those that are ignored (nohup) stay ignored. */
  void listen() {
    listen(this::signal);
  }

  /** Hands the numbers of the process's signals over; those that are ignored stay ignored. */
  static void listen(IntConsumer signal) {
    handle("INT", INT, signal);
    handle("TERM", TERM, signal);
    handle("HUP", HUP, signal);
  }

  // The JDK's only way to hear of a signal and go on; written out, since an import can't be
  // excused.
  @SuppressWarnings("sunapi")
  private static void handle(String name, int number, IntConsumer listener) {
    try {
      Signal.handle(new Signal(name), signal -> listener.accept(number));
    } catch (IllegalArgumentException e) {
      // This platform has no such signal, or -Xrs keeps it for others.
    }
  }

  synchronized void sending() {
    sent = true;
  }

  synchronized void answering() {
    answering = true;
  }

  /** The image is this file, and on its way to where it should be: that is waited for too. */
  synchronized void uploading(Path file) {
    answering = true;
    kept = file;
  }

  synchronized void settled() {
    kept = null;
    sent = false;
    answering = false;
  }

  /**
   * @throws Interrupted when a signal asked to stop while an answer was arriving
   */
  synchronized void check() {
    if (asked != 0) {
      throw new Interrupted(asked);
    }
  }

  synchronized void signal(int number) {
    if (answering && asked == 0) {
      asked = number;
      reporter.warning("the image is arriving and is let finish; again to stop now");
      return;
    }
    cleanUp.run();
    reporter.warning(
        kept != null
            ? "interrupted; the image is kept in " + kept
            : sent || answering
                ? "interrupted; the image may have been made and billed"
                : "interrupted");
    exit.accept(ExitCode.SIGNAL + number);
  }
}
