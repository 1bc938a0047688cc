package dev.sdxlgen.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * More of what users do, in the run whose classes the build puts into the archive. A class that
 * isn't in it opens the jar, which takes 10 ms: with them there, {@code --help} takes 0.09 s
 * instead of 0.15. It is for the build alone, which sets the property {@code sdxlgen.training}.
 */
final class Training {

  /** {@code true}, or the URL of a Bedrock and STS without TLS, or {@code plain}. */
  private static final String PROPERTY = "sdxlgen.training";

  /** For the archive that knows neither TLS, profiles nor roles. */
  private static final String PLAIN = "plain";

  private Training() {}

  static boolean isOn() {
    return System.getProperty(PROPERTY) != null;
  }

  /** Whether what TLS needs belongs in the archive. */
  static boolean hasTls() {
    return isOn() && !PLAIN.equals(System.getProperty(PROPERTY));
  }

  /**
   * @param args made an image
   * @param program the program, with its streams and environment
   * @return the exit code of what went wrong and shouldn't; 0 for none
   */
  static int run(Console console, Function<Console, SdxlGen> program, String... args) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Map<String, String> environment = new HashMap<>(console.environment());
    SdxlGen again = program.apply(with(console, nowhere, console.err(), environment));
    // The SDK takes a host that begins with a digit another way than a name.
    int code = again.run(byName(args));
    code = code == 0 ? again.run("--help") : code;
    code = code == 0 ? again.run("-h") : code;
    code = code == 0 ? again.run("--version") : code;
    program.apply(with(console, nowhere, nowhere, environment)).run("--stepz", "30", "a person");

    String url = System.getProperty(PROPERTY);
    if (code == 0 && url.startsWith("http:")) {
      environment.put("AWS_ACCESS_KEY_ID", "training");
      environment.put("AWS_SECRET_ACCESS_KEY", "training");
      environment.put("AWS_ENDPOINT_URL_STS", url);
      SdxlGen plain = program.apply(with(console, nowhere, console.err(), environment));
      List<String> line = new ArrayList<>(Arrays.asList(args));
      line.set(line.indexOf("--endpoint-url") + 1, url);
      code = plain.run(line.toArray(new String[0]));
      line.addAll(List.of("--assume-role", "arn:aws:iam::123456789012:role/training"));
      code = code == 0 ? plain.run(byName(line.toArray(new String[0]))) : code;
    }
    console.err().flush();
    return code;
  }

  /** The same call to the same server. */
  private static String[] byName(String... args) {
    return Arrays.stream(args)
        .map(arg -> arg.replace("//127.0.0.1:", "//localhost:"))
        .toArray(String[]::new);
  }

  private static Console with(
      Console console, PrintStream out, PrintStream err, Map<String, String> environment) {
    return new Console(
        console.in(), out, err, Map.copyOf(environment), console.directory(), false, false);
  }
}
