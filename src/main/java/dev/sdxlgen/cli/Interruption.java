package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException.Interrupted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import sun.misc.Signal;

/**
 * What Ctrl-C and SIGTERM do: stop at once and leave nothing behind, unless an answer that is paid
 * for is arriving; that one is let finish, for a minute, and a second signal stops it too.
 */
final class Interruption {

  /** As a batch has it: an answer may never end, nor whoever reads the image. */
  static final Duration GRACE = Duration.ofSeconds(60);

  private static final int INT = 2;
  private static final int TERM = 15;
  private static final int HUP = 1;

  private final Reporter reporter;
  private final Runnable cleanUp;
  private final IntConsumer exit;
  private final Duration grace;

  /** The calls that are waited for, and those whose answers are coming or being saved. */
  private final Set<Object> sent = new HashSet<>();

  private final Set<Object> answering = new HashSet<>();
  private Path uploading;
  private int asked;

  /**
   * @param cleanUp removes what is unfinished
   * @param exit ends the process with a code, at once
   * @param grace how long what is arriving is waited for
   */
  Interruption(Reporter reporter, Runnable cleanUp, IntConsumer exit, Duration grace) {
    this.reporter = reporter;
    this.cleanUp = cleanUp;
    this.exit = exit;
    this.grace = grace;
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

  synchronized void sending(Object call) {
    sent.add(call);
  }

  synchronized void answering(Object call) {
    sent.remove(call);
    answering.add(call);
  }

  /** Nothing of a call is left to be lost. */
  synchronized void settled(Object call) {
    sent.remove(call);
    answering.remove(call);
  }

  /** The image is this file, and on its way to where it should be: that is waited for too. */
  synchronized void uploading(Path file) {
    uploading = file;
  }

  synchronized void uploaded() {
    uploading = null;
  }

  /**
   * Lets no more calls go out.
   *
   * @throws Interrupted when a signal asked to stop, whatever is still arriving
   */
  synchronized void checkAsked() {
    if (asked != 0) {
      throw new Interrupted(asked);
    }
  }

  /**
   * @throws Interrupted when a signal asked to stop while an answer was arriving, and none is
   */
  synchronized void check() {
    if (asked == 0 || isArriving()) {
      return;
    }
    Interrupted interrupted = new Interrupted(asked);
    if (!sent.isEmpty()) {
      interrupted.withAdvice("The next image may have been made and billed");
    }
    throw interrupted;
  }

  private boolean isArriving() {
    return !answering.isEmpty() || uploading != null;
  }

  /**
   * Waits for a signal that is just being handled: it ends the process, and has said so, before
   * whoever was broken off by it says the same.
   */
  void awaitSignal() {
    synchronized (this) {
      // It is handled with this lock.
    }
  }

  synchronized void signal(int number) {
    if (isArriving() && asked == 0) {
      asked = number;
      reporter.warning("the image is arriving and is let finish; again to stop now");
      Thread last = new Thread(() -> endGrace(number), "grace");
      last.setDaemon(true);
      last.start();
      return;
    }
    cleanUp.run();
    reporter.warning(
        uploading != null
            ? "interrupted; the image is kept in " + uploading
            : sent.isEmpty() && answering.isEmpty()
                ? "interrupted"
                : "interrupted; the image may have been made and billed");
    exit.accept(ExitCode.SIGNAL + number);
  }

  private void endGrace(int number) {
    try {
      Thread.sleep(grace.toMillis());
    } catch (InterruptedException e) {
      return;
    }
    synchronized (this) {
      if (isArriving()) {
        signal(number);
      }
    }
  }
}
