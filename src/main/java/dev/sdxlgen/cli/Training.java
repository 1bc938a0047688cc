package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * More of what users do, in the run whose classes the build puts into the archive. A class that
 * isn't in it opens the jar, which takes 4 ms: with them there, {@code --help} takes 0.09 s instead
 * of 0.15. It is for the build alone, which sets the property {@code sdxlgen.training}.
 */
final class Training {

  /**
   * {@code true}, or the URL of a Bedrock and STS without TLS, or {@code keys} for an archive
   * without profiles and roles, or {@code plain}, or {@code help}.
   */
  private static final String PROPERTY = "sdxlgen.training";

  /** For the archive that knows neither TLS, profiles nor roles. */
  private static final String PLAIN = "plain";

  /**
   * For the archive of who asks just for help or the version, says nothing, or mistypes an option.
   */
  private static final String HELP = "help";

  /**
   * What Java's HTTP client asks whether to log, where TLS has not had it asked before, as in the
   * training it has: 2 ms.
   */
  private static final List<String> LOGGERS =
      List.of(
          "jdk.internal.logger.LazyLoggers$JdkLazyLogger",
          "jdk.internal.logger.LazyLoggers$LazyLoggerAccessor",
          "jdk.internal.logger.SurrogateLogger");

  private static final Map<String, String> NONE = Map.of();

  private static final Map<String, String> KEYS =
      Map.of(
          "AWS_ACCESS_KEY_ID", "training",
          "AWS_SECRET_ACCESS_KEY", "training",
          "AWS_SESSION_TOKEN", "training");

  private static final Map<String, String> BEARER = Map.of("AWS_BEARER_TOKEN_BEDROCK", "training");

  private Training() {}

  static boolean isOn() {
    return System.getProperty(PROPERTY) != null;
  }

  /** Whether what TLS needs belongs in the archive. */
  static boolean hasTls() {
    return isOn() && !PLAIN.equals(System.getProperty(PROPERTY));
  }

  /**
   * @param args made an image, or asked for help where the archive is for that
   * @param program the program, with its streams and environment
   * @return the exit code of what went wrong and shouldn't; 0 for none
   */
  static int run(Console console, Function<Console, SdxlGen> program, String... args) {
    boolean images = !HELP.equals(System.getProperty(PROPERTY));
    List<Run> runs = new ArrayList<>();
    if (images) {
      for (String logger : LOGGERS) {
        try {
          Class.forName(logger);
        } catch (ClassNotFoundException e) {
          // Another Java, with other names.
        }
      }
      addImages(runs, args);
    }
    runs.add(new Run(NONE, List.of("--help")));
    runs.add(new Run(NONE, List.of("-h")));
    runs.add(new Run(NONE, List.of("--version")));
    for (Run run : runs) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int code = run.by(program, console, err);
      if (code != 0) {
        console.err().print(run.args + "\n" + err.toString(UTF_8));
        console.err().flush();
        return code;
      }
    }
    List<List<String>> mistakes =
        new ArrayList<>(List.of(List.of(), List.of("--stepz", "30", "a person")));
    if (images) {
      mistakes.add(and(byName(List.of(args)), "-m", "titan"));
    }
    for (List<String> mistake : mistakes) {
      new Run(NONE, mistake).by(program, console, OutputStream.nullOutputStream());
    }
    return 0;
  }

  private static void addImages(List<Run> runs, String... args) {
    // The SDK takes a host that begins with a digit another way than a name.
    List<String> line = byName(List.of(args));
    runs.add(new Run(NONE, and(line, "--count", "2", "-s", "7", "--steps", "30", "--json")));
    runs.add(new Run(NONE, and(line, "-m", "nova-canvas", "--size", "1024x1024")));
    runs.add(new Run(BEARER, and(line, "-m", "sd3.5-large", "--aspect-ratio", "16:9")));
    runs.add(new Run(KEYS, with(line, "-o", "-")));
    String url = System.getProperty(PROPERTY);
    if (url.startsWith("http:")) {
      List<String> plain = with(List.of(args), "--endpoint-url", url);
      runs.add(new Run(KEYS, plain));
      runs.add(new Run(NONE, and(plain, "--profile", "training")));
      Map<String, String> sts = new HashMap<>(KEYS);
      sts.put("AWS_ENDPOINT_URL_STS", url);
      runs.add(
          new Run(
              sts, and(byName(plain), "--assume-role", "arn:aws:iam::123456789012:role/training")));
    }
  }

  /** A command line, and what is set for it in the environment. */
  private record Run(Map<String, String> settings, List<String> args) {

    /** As on a terminal, where the seconds are counted. */
    int by(Function<Console, SdxlGen> program, Console console, OutputStream err) {
      Map<String, String> environment = new HashMap<>(console.environment());
      environment.putAll(settings);
      PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
      return program
          .apply(
              new Console(
                  console.in(),
                  nowhere,
                  new PrintStream(err, true, UTF_8),
                  environment,
                  console.directory(),
                  false,
                  true))
          .run(args.toArray(new String[0]));
    }
  }

  /** The same call to the same server. */
  private static List<String> byName(List<String> line) {
    return line.stream().map(arg -> arg.replace("//127.0.0.1:", "//localhost:")).toList();
  }

  private static List<String> and(List<String> line, String... more) {
    List<String> longer = new ArrayList<>(line);
    longer.addAll(List.of(more));
    return longer;
  }

  private static List<String> with(List<String> line, String option, String value) {
    List<String> changed = new ArrayList<>(line);
    changed.set(line.indexOf(option) + 1, value);
    return changed;
  }
}
