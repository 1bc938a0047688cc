package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.bedrock.ConnectionSettings;
import dev.sdxlgen.generate.ImageGenerator.Sleeper;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import java.util.function.IntConsumer;

/** The program: a command line in, results on out, everything else on err, an exit code back. */
public final class SdxlGen {

  /** Waits as long as it is told. */
  private static final Sleeper PATIENT = time -> Thread.sleep(time.toMillis());

  private final Console console;
  private final Sleeper sleeper;
  private final IntConsumer exit;

  /**
   * @param sleeper how to wait between two attempts
   * @param exit ends the process when a signal asks for it; null leaves signals alone
   */
  SdxlGen(Console console, Sleeper sleeper, IntConsumer exit) {
    this.console = console;
    this.sleeper = sleeper;
    this.exit = exit;
  }

  /** Runs the process's command line and ends the process with its exit code. */
  public static void runAndExit(String[] args) {
    // The JDK sends no password to a proxy it tunnels through unless this is empty; read once,
    // early.
    if (System.getProperty("jdk.http.auth.tunneling.disabledSchemes") == null) {
      System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }
    WarmUp.start(args);
    Console console = Console.ofProcess();
    // Not exit, which waits for what runs at the end: there is nothing to clean up. A signal
    // doesn't flush either: a reader that doesn't read would keep us for ever.
    IntConsumer halt = code -> Runtime.getRuntime().halt(code);
    int code = new SdxlGen(console, PATIENT, halt).run(args);
    console.out().flush();
    console.err().flush();
    if (code == 0 && Training.isOn()) {
      code = Training.run(console, other -> new SdxlGen(other, PATIENT, null), args);
    }
    halt.accept(code);
  }

  /** Runs a command line. */
  int run(String... args) {
    try {
      int code =
          switch (args.length == 0 ? "" : args[0]) {
            case "batch" -> new BatchCommand(console, exit).run(rest(args));
            case "mock" -> new MockCommand(console).run(rest(args));
            case "gallery" -> new GalleryCommand(console).run(rest(args));
            case "inspect" -> new InspectCommand(console).run(rest(args));
            case "models" -> new ModelsCommand(console).run(rest(args));
            default -> new GenerateCommand(console, sleeper, exit).run(args);
          };
      console.out().flush();
      return code;
    } catch (SdxlGenException e) {
      new Reporter(console, 0, false).failure("", e);
      return ExitCode.of(e);
    } catch (RuntimeException | Error e) {
      tellBug(e);
      return ExitCode.BUG;
    }
  }

  /** Whether the first word of a command line would be taken for a command. */
  static boolean isCommand(String word) {
    return Set.of("batch", "gallery", "inspect", "mock", "models").contains(word);
  }

  private static String[] rest(String... args) {
    return Arrays.copyOfRange(args, 1, args.length);
  }

  private void tellBug(Throwable e) {
    PrintStream err = console.err();
    err.print("sdxl-gen: this is a bug in sdxl-gen " + version() + "\n");
    err.print("  Please report it with the lines below and the command that led to it\n");
    var trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    err.print(ConnectionSettings.withoutSecrets(trace.toString(), console.environment()));
    err.flush();
  }

  /** The version that was built. */
  static String version() {
    // From the jar's manifest, which is in the archive: opening the jar takes 4 ms.
    String implementation = SdxlGen.class.getPackage().getImplementationVersion();
    if (implementation != null) {
      return implementation;
    }
    Properties properties = new Properties();
    try (var in = SdxlGen.class.getResourceAsStream("/dev/sdxlgen/version.properties")) {
      properties.load(in);
    } catch (java.io.IOException | NullPointerException e) {
      return "unknown";
    }
    return properties.getProperty("version");
  }
}
