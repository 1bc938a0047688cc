package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Throttled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * Which image is called for next, and what becomes of one whose call failed: the decisions of a
 * batch without its threads. It is told the time (in nanoseconds of any origin) and what happened,
 * and never waits, so that the simulation of a million images runs the same code. Not thread-safe.
 *
 * @param <T> an image
 */
public final class Schedule<T> {

  private static final long BASE_BACKOFF = Duration.ofMillis(500).toNanos();
  private static final long MOST_BACKOFF = Duration.ofSeconds(20).toNanos();

  /** Each may hold a request of 25 MB, and a file. */
  private static final int MOST_READY = 16;

  /**
   * How far a batch may go.
   *
   * @param concurrency calls at a time, from 1
   * @param maxAttempts calls for an image whose failures are its own, from 1; those that are
   *     throttled don't count
   * @param retryUnsure how many calls of an image may repeat one that may have been billed
   * @param giveUpAfter how long an image that is throttled, or can't be sent, is tried again while
   *     no other gets through either
   */
  public record Limits(int concurrency, int maxAttempts, int retryUnsure, Duration giveUpAfter) {}

  /** What becomes of an image whose call failed. */
  public enum Verdict {
    /** It is called for again. */
    AGAIN,
    /** It can't be made. */
    FAILED,
    /** It can't be made, and for as long as is waited for that no other could. */
    HOPELESS
  }

  /** One image on its way. */
  public static final class Task<T> {
    private final T image;
    private final long number;
    private int attempts;
    private int unsure;
    private boolean maybeBilled;
    private int throttles;
    private int ownFailures;
    private long successesBefore = -1;
    private long firstSent;
    private long sentAt;
    private long readyAt;
    private boolean calling;
    private boolean settling;

    private Task(T image, long number) {
      this.image = image;
      this.number = number;
    }

    public T image() {
      return image;
    }

    /** How many calls were made for it. */
    public int attempts() {
      return attempts;
    }

    /** When the first of them was made. */
    public long firstSent() {
      return firstSent;
    }

    /** How many of them repeated one that may have been billed. */
    public int unsure() {
      return unsure;
    }
  }

  private final Limits limits;
  private final RatePolicy rate;
  private final RandomGenerator random;
  private final long mostInProgress;
  private final PriorityQueue<Task<T>> waiting =
      new PriorityQueue<>(Comparator.comparingLong((Task<T> task) -> task.readyAt));

  /** Those that may be called for again; the one that was first called for goes first. */
  private final PriorityQueue<Task<T>> ready =
      new PriorityQueue<>(Comparator.comparingLong((Task<T> task) -> task.number));

  /** Those that were never called for, behind all others. */
  private final Queue<Task<T>> fresh = new ArrayDeque<>();

  private long offered;
  private int calling;
  private int settling;
  private long successes;
  private long lastSuccess;
  private long repeatedUnsure;
  private long wakeAt;
  private boolean closed;
  private boolean stopped;

  public Schedule(Limits limits, RatePolicy rate, RandomGenerator random) {
    this.limits = limits;
    this.rate = rate;
    this.random = random;
    this.mostInProgress = Math.max(4L * limits.concurrency(), limits.concurrency() + 16L);
  }

  /** Whether another image is wanted: a few are held ready for when there is room. */
  public boolean hasRoom() {
    return !closed
        && !stopped
        && fresh.size() < Math.min(limits.concurrency(), MOST_READY)
        && calling + settling + waiting() + fresh.size() < mostInProgress;
  }

  /** One more image to make. */
  public Task<T> offer(T image) {
    Task<T> task = new Task<>(image, offered++);
    fresh.add(task);
    return task;
  }

  /** Whether another call could be made if fewer were being made. */
  public boolean waitsForRoomAlone(long now) {
    return !stopped && rate.delay(now) <= 0;
  }

  /** There are no more. */
  public void close() {
    closed = true;
  }

  /**
   * No call is made from now on.
   *
   * @return those that were never called for and now won't be
   */
  public List<Task<T>> stop() {
    stopped = true;
    List<Task<T>> uncalled = List.copyOf(fresh);
    fresh.clear();
    return uncalled;
  }

  /** The image to call for now; null when there is none, or not until {@link #wakeAt}. */
  public Task<T> poll(long now) {
    wakeAt = Long.MAX_VALUE;
    if (stopped || calling >= limits.concurrency() || isDiskBehind()) {
      return null;
    }
    while (!waiting.isEmpty() && waiting.peek().readyAt - now <= 0) {
      ready.add(waiting.poll());
    }
    if (ready.isEmpty() && fresh.isEmpty()) {
      wakeAt = waiting.isEmpty() ? Long.MAX_VALUE : waiting.peek().readyAt;
      return null;
    }
    long delay = rate.delay(now);
    if (delay > 0) {
      wakeAt = now + delay;
      return null;
    }
    rate.sent(now);
    Task<T> task = ready.isEmpty() ? fresh.poll() : ready.poll();
    begin(task, now);
    if (task.maybeBilled) {
      task.unsure++;
      repeatedUnsure++;
    }
    task.maybeBilled = false;
    task.sentAt = now;
    task.calling = true;
    calling++;
    return task;
  }

  /** Whether as many images are to be saved as there may be calls at a time. */
  private boolean isDiskBehind() {
    return calling + settling >= 2 * limits.concurrency();
  }

  /**
   * When {@link #poll} is to be asked again although nothing else happens; {@link Long#MAX_VALUE}
   * for never.
   */
  public long wakeAt() {
    return wakeAt;
  }

  /** Its answer is there, and the next call may be made while the image is written. */
  public void answered(Task<T> task, long now) {
    if (task.calling) {
      endOfCall(task);
      task.settling = true;
      settling++;
      successes++;
      lastSuccess = now;
      rate.succeeded(task.sentAt, now);
    }
  }

  /** It is made, written and recorded. */
  public void finished(Task<T> task, long now) {
    answered(task, now);
    settling--;
  }

  /** Its call, or what came before or after it, failed. */
  public Verdict failed(Task<T> task, SdxlGenException failure, long now) {
    if (task.calling) {
      endOfCall(task);
    } else if (task.settling) {
      task.settling = false;
      settling--;
    } else if (task.attempts == 0) {
      fresh.remove(task);
      begin(task, now);
    }
    if (failure instanceof Throttled) {
      rate.throttled(task.sentAt, now);
      return hasHope(task, now)
          ? again(task, now + rate.backoff(++task.throttles))
          : Verdict.HOPELESS;
    }
    task.throttles = 0;
    return switch (failure.repeat()) {
      case NO -> Verdict.FAILED;
      case SAFE -> {
        // While nothing else gets through either, it isn't the image's fault.
        boolean own = task.successesBefore != successes;
        task.successesBefore = successes;
        task.ownFailures += own ? 1 : 0;
        if (task.ownFailures >= limits.maxAttempts()) {
          yield Verdict.FAILED;
        }
        yield hasHope(task, now) ? again(task, now + backoff(task.attempts)) : Verdict.HOPELESS;
      }
      case MAYBE_BILLED -> {
        task.ownFailures++;
        task.maybeBilled = true;
        yield task.ownFailures < limits.maxAttempts() && task.unsure < limits.retryUnsure()
            ? again(task, now + backoff(task.ownFailures))
            : Verdict.FAILED;
      }
    };
  }

  /** Whether anything got through lately, or there is still time to wait for that. */
  private boolean hasHope(Task<T> task, long now) {
    long since = successes == 0 ? task.firstSent : Math.max(task.firstSent, lastSuccess);
    return now - since < limits.giveUpAfter().toNanos();
  }

  private void begin(Task<T> task, long now) {
    if (task.attempts++ == 0) {
      task.firstSent = now;
    }
  }

  private void endOfCall(Task<T> task) {
    task.calling = false;
    calling--;
  }

  private Verdict again(Task<T> task, long readyAt) {
    task.readyAt = readyAt;
    waiting.add(task);
    return Verdict.AGAIN;
  }

  /** Anything from nothing to 0.5, 1, 2, … seconds, at most 20 ("full jitter"). */
  private long backoff(int failures) {
    long most = Math.min(MOST_BACKOFF, BASE_BACKOFF << Math.min(failures - 1, 10));
    return random.nextLong(most + 1);
  }

  /** Whether nothing is left to do or to wait for. */
  public boolean isOver() {
    boolean left = !stopped && (!closed || waiting() > 0 || !fresh.isEmpty());
    return calling == 0 && settling == 0 && !left;
  }

  /** How many calls are being made. */
  public int calling() {
    return calling;
  }

  /** How many calls repeated one that may have been billed. */
  public long repeatedUnsure() {
    return repeatedUnsure;
  }

  /** How many images wait for another call after a failure. */
  public int waiting() {
    return waiting.size() + ready.size();
  }
}
