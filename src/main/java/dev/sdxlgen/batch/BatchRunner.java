package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.SdxlGenException.Throttled;
import dev.sdxlgen.batch.BatchSummary.Failures;
import dev.sdxlgen.batch.Schedule.Task;
import dev.sdxlgen.batch.Schedule.Verdict;
import dev.sdxlgen.batch.manifest.ManifestLine;
import dev.sdxlgen.batch.manifest.ManifestLine.Failed;
import dev.sdxlgen.batch.manifest.ManifestLine.Finished;
import dev.sdxlgen.batch.manifest.ManifestLine.Run;
import dev.sdxlgen.batch.manifest.ManifestLine.Started;
import dev.sdxlgen.generate.NotSent;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Makes the images of a batch, several at a time. Each has a thread of the executor, which gets
 * ready for its call before there is room for it, waits until {@link Schedule} says that it is its
 * turn, and saves what the call brings. So nothing but the request itself lies between one call and
 * the next: made ready only in its turn, it came 2 to 3 ms later.
 */
public final class BatchRunner {

  /** When so many were refused and none was made, the others would be too. */
  private static final int MOST_REFUSED = 10;

  /**
   * How a batch is run.
   *
   * @param maxFailures how many images may fail before it stops; 1 stops at the first, 0 never
   * @param recordStarts whether the manifest tells of an image before it is asked for
   * @param grace how long calls in flight may take once it was told to stop
   */
  public record Settings(long maxFailures, boolean recordStarts, Duration grace) {}

  /** An image, and how far its thread is. */
  public static final class Candidate {
    private final PlannedImage image;

    /** Open when its call may be made, or when no more are. */
    private final CountDownLatch go = new CountDownLatch(1);

    /** Whether a thread gets ready for its call, or waits to make it. */
    private boolean begun;

    private Candidate(PlannedImage image) {
      this.image = image;
    }
  }

  private final Settings settings;
  private final BatchImages images;
  private final Schedule<Candidate> schedule;
  private final Maker maker;
  private final Consumer<ManifestLine> manifest;
  private final FailedFile failedFile;
  private final Ticker ticker;
  private final Executor executor;

  private final ReentrantLock turn = new ReentrantLock();
  private final Condition news = turn.newCondition();
  private final Recent recent = new Recent();
  private final Map<String, Failures> failures = new LinkedHashMap<>();
  private final long planned;
  private long doneBefore;
  private long made;
  private long found;
  private long skipped;
  private long failed;
  private long calls;
  private long throttled;
  private int working;
  private boolean ended;
  private int stops;
  private long stoppedAt;
  private SdxlGenException stoppedBy;
  private Throwable bug;

  /**
   * @param manifest takes each line; it is on the disk when that returns
   * @param executor gives each task a thread at once; {@link Threads} has one
   */
  public BatchRunner(
      Settings settings,
      BatchImages images,
      Schedule<Candidate> schedule,
      Maker maker,
      Consumer<ManifestLine> manifest,
      FailedFile failedFile,
      Ticker ticker,
      Executor executor) {
    this.settings = settings;
    this.images = images;
    this.schedule = schedule;
    this.maker = maker;
    this.manifest = manifest;
    this.failedFile = failedFile;
    this.ticker = ticker;
    this.executor = executor;
    this.planned = images.planned();
  }

  /**
   * Makes them all, or as many as can be.
   *
   * @throws SdxlGenException when it can't begin, since the manifest can't be written
   */
  public BatchSummary run() {
    manifest.accept(new Run(planned, ticker.now()));
    turn.lock();
    try {
      recent.begin(ticker.nanoTime());
      while (!isOver()) {
        if (schedule.hasRoom()) {
          offerNext();
        }
        handOut();
        if (!schedule.hasRoom() && !isOver()) {
          waitForNews();
        }
      }
      if (bug != null) {
        throw new IllegalStateException("a thread of the batch failed", bug);
      }
      return new BatchSummary(
          progress(),
          stoppedBy,
          new LinkedHashMap<>(failures),
          ended ? images.vanished() : 0,
          failedFile.path());
    } finally {
      turn.unlock();
    }
  }

  /** Begins every call that may be made now. */
  private void handOut() {
    Task<Candidate> task;
    while ((task = schedule.poll(ticker.nanoTime())) != null) {
      if (!task.image().begun) {
        begin(task);
      }
      task.image().go.countDown();
    }
  }

  private void begin(Task<Candidate> task) {
    task.image().begun = true;
    working++;
    executor.execute(() -> work(task));
  }

  private boolean isOver() {
    return bug != null || working == 0 && schedule.isOver() || stops > 0 && graceLeft() <= 0;
  }

  private long graceLeft() {
    return stops > 1 ? 0 : stoppedAt + settings.grace().toNanos() - ticker.nanoTime();
  }

  /** Finds the next image to make, which may take a while: the others go on meanwhile. */
  private void offerNext() {
    turn.unlock();
    PlannedImage next = null;
    SdxlGenException failure = null;
    Made there = null;
    try {
      next = images.next();
      there = next == null ? null : maker.find(next);
      if (there != null && !there.skipped()) {
        Instant now = ticker.now();
        manifest.accept(finished(next, there, 0, 0, now, now));
      }
    } catch (SdxlGenException e) {
      failure = e;
    } finally {
      turn.lock();
    }
    doneBefore = images.doneBefore();
    if (failure != null) {
      stopBecause(failure);
    } else if (next == null) {
      ended = true;
      schedule.close();
    } else if (there == null) {
      Task<Candidate> task = schedule.offer(new Candidate(next));
      // What waits for its time has no need of being ready before.
      if (schedule.waitsForRoomAlone(ticker.nanoTime())) {
        begin(task);
      }
    } else if (there.skipped()) {
      skipped++;
    } else {
      found++;
    }
  }

  private void waitForNews() {
    long now = ticker.nanoTime();
    long wakeAt = schedule.wakeAt();
    long nanos = wakeAt == Long.MAX_VALUE ? Long.MAX_VALUE : wakeAt - now;
    nanos = stops > 0 ? Math.min(nanos, graceLeft()) : nanos;
    try {
      if (nanos > 0) {
        ticker.await(news, nanos);
      }
    } catch (InterruptedException e) {
      stopBecause(new Interrupted(2));
    }
  }

  private void work(Task<Candidate> task) {
    try {
      call(task);
    } catch (Throwable e) {
      turn.lock();
      bug = e;
      stopCalls();
      turn.unlock();
    } finally {
      turn.lock();
      working--;
      news.signalAll();
      turn.unlock();
    }
  }

  private void call(Task<Candidate> task) {
    try {
      Made result = make(task);
      if (result == null) {
        return;
      }
      if (!result.skipped()) {
        manifest.accept(
            finished(
                task.image().image,
                result,
                task.attempts(),
                task.unsure(),
                firstSent(task),
                ticker.now()));
      }
      finished(task, result);
    } catch (SdxlGenException e) {
      failed(task, e);
    } catch (OutOfMemoryError e) {
      failed(task, tooManyCalls(e));
    }
  }

  /** Null when the batch stopped before its call was made. */
  private Made make(Task<Candidate> task) {
    PlannedImage image = task.image().image;
    Gate gate = new Gate(task);
    while (true) {
      try {
        return maker.make(image, gate);
      } catch (NotSent e) {
        if (task.attempts() == 0) {
          return null;
        }
        // It had grown too old, as it may again where a machine sleeps.
      }
    }
  }

  /** When its first call was made. */
  private Instant firstSent(Task<Candidate> task) {
    return ticker.now().minusNanos(ticker.nanoTime() - task.firstSent());
  }

  /** Lets an image's call be made when its turn has come. */
  private final class Gate implements Maker.Call {

    private final Task<Candidate> task;

    Gate(Task<Candidate> task) {
      this.task = task;
    }

    @Override
    public void ready() {
      long since = ticker.nanoTime();
      try {
        task.image().go.await();
      } catch (InterruptedException e) {
        throw new Interrupted(2);
      }
      // Without an attempt it was no turn: the batch stops.
      if (task.attempts() == 0 || NotSent.isStale(ticker.nanoTime() - since)) {
        throw new NotSent();
      }
      if (settings.recordStarts() && task.attempts() == 1) {
        PlannedImage image = task.image().image;
        manifest.accept(new Started(image.id(), image.requestHash(), firstSent(task)));
      }
      turn.lock();
      calls++;
      turn.unlock();
    }

    @Override
    public void answered() {
      turn.lock();
      try {
        schedule.answered(task, ticker.nanoTime());
        // From here: by the time that another thread is awake, the call could be on its way.
        handOut();
        news.signalAll();
      } finally {
        turn.unlock();
      }
      // The next call goes first: the model's time is what is waited for.
      Thread.yield();
    }
  }

  private static SdxlGenException tooManyCalls(OutOfMemoryError e) {
    return new OutputFailed(
        "there is too little memory for so many calls at a time",
        "Fewer with --concurrency, or more memory with SDXL_GEN_OPTS=-Xmx2g",
        e);
  }

  private static Finished finished(
      PlannedImage image,
      Made made,
      int attempts,
      int possiblyPaidTwice,
      Instant started,
      Instant ended) {
    return new Finished(
        image.id(),
        image.requestHash(),
        made.file(),
        made.bytes(),
        made.sha256(),
        made.seed(),
        made.model(),
        made.finishReason(),
        attempts,
        possiblyPaidTwice,
        started,
        ended);
  }

  private void finished(Task<Candidate> task, Made result) {
    turn.lock();
    try {
      schedule.finished(task, ticker.nanoTime());
      if (result.skipped()) {
        skipped++;
      } else {
        made++;
        recent.add(ticker.nanoTime());
      }
    } finally {
      turn.unlock();
    }
  }

  private void failed(Task<Candidate> task, SdxlGenException e) {
    turn.lock();
    try {
      task.image().begun = false;
      throttled += e instanceof Throttled ? 1 : 0;
      Verdict verdict = schedule.failed(task, e, ticker.nanoTime());
      if (verdict == Verdict.AGAIN) {
        return;
      }
      if (e instanceof Interrupted) {
        stopBecause(e);
        return;
      }
      count(e);
      if (verdict == Verdict.HOPELESS
          || maker.stopsAll(task.image().image, e)
          || e.getCause() instanceof OutOfMemoryError
          || made == 0
              && e instanceof InvalidRequest
              && failures.get(kind(e)).count() >= MOST_REFUSED
          || settings.maxFailures() > 0 && failed >= settings.maxFailures()) {
        stopBecause(e);
      }
    } finally {
      turn.unlock();
    }
    SdxlGenException unwritten = record(task, e);
    if (unwritten != null) {
      turn.lock();
      stopBecause(unwritten);
      // Where the manifest can't, the last message tells of it.
      if (stoppedBy != e) {
        stoppedBy.withAdvice(task.image().image.id() + ": " + withKeptAnswer(e));
      }
      turn.unlock();
    }
  }

  private void count(SdxlGenException e) {
    failed++;
    Failures before = failures.get(kind(e));
    failures.put(
        kind(e),
        before == null ? new Failures(1, e) : new Failures(before.count() + 1, before.first()));
  }

  /** What keeps a failure from being recorded; null when it is. */
  private SdxlGenException record(Task<Candidate> task, SdxlGenException e) {
    PlannedImage image = task.image().image;
    try {
      failedFile.add(image);
      manifest.accept(
          new Failed(
              image.id(),
              image.requestHash(),
              kind(e),
              withKeptAnswer(e),
              task.attempts(),
              task.unsure(),
              firstSent(task),
              ticker.now()));
      return null;
    } catch (SdxlGenException unwritten) {
      return unwritten;
    }
  }

  private static String withKeptAnswer(SdxlGenException e) {
    return e.keptAnswer() == null
        ? e.getMessage()
        : e.getMessage()
            + (e.keepsImage() ? "; the image is kept in " : "; Bedrock's answer is kept in ")
            + e.keptAnswer();
  }

  /** {@code bedrock_failed}, {@code filtered}, … */
  private static String kind(SdxlGenException e) {
    StringBuilder kind = new StringBuilder();
    for (char c : e.getClass().getSimpleName().toCharArray()) {
      if (Character.isUpperCase(c) && !kind.isEmpty()) {
        kind.append('_');
      }
      kind.append(Character.toLowerCase(c));
    }
    return kind.toString();
  }

  private void stopBecause(SdxlGenException e) {
    stoppedBy = stoppedBy == null ? e : stoppedBy;
    stopCalls();
    news.signalAll();
  }

  private void stopCalls() {
    for (Task<Candidate> task : schedule.stop()) {
      task.image().go.countDown();
    }
  }

  /**
   * Makes no new calls and lets those in flight finish, for as long as the grace lasts; the second
   * time doesn't let them.
   */
  public void stop() {
    turn.lock();
    try {
      if (stops++ == 0) {
        stoppedAt = ticker.nanoTime();
      }
      stopCalls();
      news.signalAll();
    } finally {
      turn.unlock();
    }
  }

  /** How far it is. */
  public BatchProgress progress() {
    turn.lock();
    try {
      double perMinute = recent.perMinute(ticker.nanoTime());
      long left = planned - doneBefore - made - found - skipped - failed;
      return new BatchProgress(
          planned,
          doneBefore,
          made,
          found,
          skipped,
          failed,
          schedule.calling(),
          schedule.waiting(),
          calls,
          throttled,
          schedule.repeatedUnsure(),
          perMinute,
          perMinute == 0 ? null : Duration.ofMillis((long) (left / perMinute * 60_000)));
    } finally {
      turn.unlock();
    }
  }

  /** Counts what happened within the last minute, second by second. */
  private static final class Recent {
    private static final long SECOND = 1_000_000_000L;
    private static final int SECONDS = 60;

    private final int[] counts = new int[SECONDS];
    private long begun;
    private long second;

    void begin(long now) {
      begun = now;
    }

    void add(long now) {
      advance(now);
      counts[(int) (second % SECONDS)]++;
    }

    private void advance(long now) {
      long to = (now - begun) / SECOND;
      for (long s = Math.max(second + 1, to - SECONDS + 1); s <= to; s++) {
        counts[(int) (s % SECONDS)] = 0;
      }
      second = Math.max(second, to);
    }

    double perMinute(long now) {
      advance(now);
      long sum = 0;
      for (int count : counts) {
        sum += count;
      }
      double seconds = Math.min(SECONDS, Math.max(1, (double) (now - begun) / SECOND));
      return sum * SECONDS / seconds;
    }
  }
}
