import dev.sdxlgen.SdxlGenException.Throttled;
import dev.sdxlgen.batch.RatePolicy;
import dev.sdxlgen.batch.Schedule;
import dev.sdxlgen.batch.Schedule.Limits;
import dev.sdxlgen.batch.Schedule.Task;
import dev.sdxlgen.batch.Schedule.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Many sdxl-gen processes and one Bedrock on a simulated clock. The scheduling and the rate policy are
 * the real ones; Bedrock is a token bucket, and a call takes as long as it is said to.
 */
final class Simulation {

  private static final long SECOND = 1_000_000_000L;
  private static final Throttled THROTTLED = new Throttled("too many requests", "", null);

  /**
   * @param concurrency calls at a time of each worker
   * @param perMinute what the bucket is filled with
   * @param burst what it holds when full, as it is at the start
   * @param most the clock stops then
   * @param latency seconds that a call takes, a quarter more or less
   */
  record Setting(
      long images, int workers, int concurrency, double perMinute, double burst, Duration most,
      double latency) {}

  /**
   * @param seconds until the last process had ended
   * @param lost images that were given up
   * @param quota how much of what the bucket gave until then was used
   * @param fastest when the first process had ended
   */
  record Outcome(
      double seconds, long made, long calls, long throttled, long lost, double quota, double fastest) {

    double callsPerImage() {
      return (double) calls / (calls - throttled);
    }
  }

  private record Event(long time, long order, Worker worker, Task<Integer> task, boolean let) {}

  private final class Worker {
    final Schedule<Integer> schedule;
    long left;
    long wake = Long.MAX_VALUE;
    long end;

    Worker(Schedule<Integer> schedule, long left) {
      this.schedule = schedule;
      this.left = left;
    }

    void run(long now) {
      for (; ; ) {
        if (schedule.hasRoom()) {
          if (left > 0) {
            left--;
            schedule.offer(0);
          } else {
            schedule.close();
          }
        }
        Task<Integer> task = schedule.poll(now);
        if (task == null) {
          break;
        }
        call(this, task, now);
      }
      long wakeAt = schedule.wakeAt();
      if (wakeAt != Long.MAX_VALUE && wakeAt != wake) {
        wake = wakeAt;
        events.add(new Event(wakeAt, order++, this, null, false));
      }
    }
  }

  private final Setting setting;
  private final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.time != b.time ? Long.compare(a.time, b.time) : Long.compare(a.order, b.order));
  private long order;
  private double tokens;
  private long filledAt;
  private long calls;
  private long throttled;
  private long made;
  private long lost;
  private long let;

  Simulation(Setting setting, long seed) {
    this.setting = setting;
    this.random = new SplittableRandom(seed);
    this.tokens = setting.burst();
  }

  Outcome run(Function<RandomGenerator, RatePolicy> policy) {
    List<Worker> workers = new ArrayList<>();
    Limits limits = new Limits(setting.concurrency(), 5, 2, Duration.ofHours(1));
    for (int i = 0; i < setting.workers(); i++) {
      RandomGenerator own = random.split();
      long share = setting.images() * (i + 1) / setting.workers() - setting.images() * i / setting.workers();
      Worker worker = new Worker(new Schedule<>(limits, policy.apply(own), own), share);
      workers.add(worker);
      // Processes of one job start within ten seconds of each other.
      long start = setting.workers() == 1 ? 0 : random.nextLong(10 * SECOND);
      events.add(new Event(start, order++, worker, null, false));
    }
    long most = setting.most().toNanos();
    long now = 0;
    while (!events.isEmpty() && events.peek().time() <= most) {
      Event event = events.poll();
      now = event.time();
      Worker worker = event.worker();
      if (event.task() == null) {
        if (worker.wake == now) {
          worker.wake = Long.MAX_VALUE;
        }
      } else if (event.let()) {
        made++;
        worker.end = now;
        worker.schedule.finished(event.task(), now);
      } else if (worker.schedule.failed(event.task(), THROTTLED, now) != Verdict.AGAIN) {
        lost++;
        worker.end = now;
      }
      worker.run(now);
    }
    long fastest = Long.MAX_VALUE;
    long slowest = 0;
    for (Worker worker : workers) {
      fastest = Math.min(fastest, worker.end);
      slowest = Math.max(slowest, worker.end);
    }
    double seconds = (double) (events.isEmpty() ? slowest : most) / SECOND;
    double given = setting.burst() + setting.perMinute() / 60 * seconds;
    return new Outcome(
        seconds, made, calls, throttled, lost, let / given, (double) fastest / SECOND);
  }

  private void call(Worker worker, Task<Integer> task, long now) {
    tokens = Math.min(setting.burst(), tokens + (now - filledAt) * setting.perMinute() / 60 / SECOND);
    filledAt = now;
    calls++;
    boolean passes = tokens >= 1;
    if (passes) {
      tokens -= 1;
      let++;
    } else {
      throttled++;
    }
    double took =
        passes
            ? setting.latency() * (0.75 + 0.5 * random.nextDouble())
            : 0.05 + 0.1 * random.nextDouble();
    events.add(new Event(now + (long) (took * SECOND), order++, worker, task, passes));
  }
}
