import dev.sdxlgen.batch.AdaptiveRate;
import dev.sdxlgen.batch.RatePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The tables and the plot of what happens when everyone is throttled. Run it with run.sh. */
final class Scale {

  private static final double PER_MINUTE = 600;
  private static final double BURST = 60;
  private static final double LATENCY = 8;
  private static final int[][] WORKERS = {{1, 128}, {10, 16}, {100, 4}, {1000, 4}};
  private static final Map<String, Function<RandomGenerator, RatePolicy>> POLICIES =
      new LinkedHashMap<>();

  static {
    POLICIES.put("sdxl-gen", random -> new AdaptiveRate(Double.POSITIVE_INFINITY, random));
    POLICIES.put("AIMD", random -> new Policies.Aimd());
    POLICIES.put("SDK adaptive (CUBIC)", random -> new Policies.Cubic());
    POLICIES.put("backoff, full jitter", Policies.Backoff::new);
  }

  private Scale() {}

  public static void main(String[] args) throws IOException {
    long million = 1_000_000;
    say("%,d images, one quota of %.0f a minute (burst %.0f), calls of %.0f s:%n", million, PER_MINUTE, BURST, LATENCY);
    say("| workers × calls at a time | hours | first worker done | calls | throttled | lost | quota used |%n");
    say("|---|---|---|---|---|---|---|%n");
    double[] hours = new double[WORKERS.length];
    row(million, 1, 4);
    for (int i = 0; i < WORKERS.length; i++) {
      hours[i] = row(million, WORKERS[i][0], WORKERS[i][1]);
    }
    long some = 60_000;
    say("%nHow it compares, with %,d images: hours, calls an image, lost%n%n| workers |", some);
    POLICIES.keySet().forEach(name -> say(" %s |", name));
    say("%n|---|---|---|---|---|%n");
    Map<String, double[]> calls = new LinkedHashMap<>();
    for (int i = 0; i < WORKERS.length; i++) {
      say("| %d |", WORKERS[i][0]);
      for (String name : POLICIES.keySet()) {
        Simulation.Outcome outcome =
            new Simulation(setting(some, WORKERS[i][0], WORKERS[i][1]), 1).run(POLICIES.get(name));
        calls.computeIfAbsent(name, key -> new double[WORKERS.length])[i] = outcome.callsPerImage();
        say(" %.1f h, %.2f, %d |", outcome.seconds() / 3600, outcome.callsPerImage(), outcome.lost());
      }
      say("%n");
    }
    minute();
    if (args.length > 0) {
      Files.writeString(Path.of(args[0]), Plot.svg(WORKERS, hours, million / PER_MINUTE / 60, calls));
    }
  }

  private static double row(long images, int workers, int concurrency) {
    Simulation.Outcome outcome =
        new Simulation(setting(images, workers, concurrency), 1).run(POLICIES.get("sdxl-gen"));
    say(
        "| %,d × %d | %.1f | %.1f | %,d | %.1f %% | %d | %.1f %% |%n",
        workers, concurrency, outcome.seconds() / 3600, outcome.fastest() / 3600, outcome.calls(),
        100.0 * outcome.throttled() / outcome.calls(), outcome.lost(), 100 * outcome.quota());
    return outcome.seconds() / 3600;
  }

  private static Simulation.Setting setting(long images, int workers, int concurrency) {
    return new Simulation.Setting(
        images, workers, concurrency, PER_MINUTE, BURST, Duration.ofHours(1000), LATENCY);
  }

  /** One process, from its first call on: the least of five seeds. */
  private static void minute() {
    double[][] quotas = {
      {20, 2, 4, 0.2}, {60, 1, 4, 0.2}, {60, 2, 4, 0.2}, {60, 10, 4, 0.2}, {60, 60, 4, 0.2},
      {600, 10, 16, 0.2}, {600, 600, 200, 8}, {6000, 100, 32, 0.2}
    };
    say("%nOne process, one minute and ten from its first call: quota used (least of five seeds)%n%n");
    say("| quota, burst, calls at a time, seconds |");
    POLICIES.keySet().forEach(name -> say(" %s |", name));
    say("%n|---|---|---|---|---|%n");
    for (double[] q : quotas) {
      say("| %.0f/min, %.0f, %.0f, %.1f |", q[0], q[1], q[2], q[3]);
      for (Function<RandomGenerator, RatePolicy> policy : POLICIES.values()) {
        say(" %.1f %%, %.1f %% |", least(q, policy, 1), least(q, policy, 10));
      }
      say("%n");
    }
  }

  private static double least(double[] q, Function<RandomGenerator, RatePolicy> policy, int minutes) {
    double least = 1;
    for (int seed = 1; seed <= 5; seed++) {
      Simulation.Setting setting =
          new Simulation.Setting(
              100_000_000, 1, (int) q[2], q[0], q[1], Duration.ofMinutes(minutes), q[3]);
      least = Math.min(least, new Simulation(setting, seed).run(policy).quota());
    }
    return 100 * least;
  }

  private static void say(String format, Object... args) {
    System.out.printf(Locale.ROOT, format, args);
  }
}
