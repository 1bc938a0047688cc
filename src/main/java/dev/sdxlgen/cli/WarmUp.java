package dev.sdxlgen.cli;

import dev.sdxlgen.bedrock.BedrockInvoker;
import java.util.Set;

/**
 * Loads what every call needs while the command line is still being read: the second core has
 * nothing else to do then. It decides nothing; without it the program does the same, later.
 */
final class WarmUp {

  private static final Set<String> NO_CALL = Set.of("-h", "--help", "-V", "--version", "--dry-run");

  private WarmUp() {}

  static void start(String[] args) {
    if (args.length == 0 || SdxlGen.isCommand(args[0])) {
      return;
    }
    boolean tls = true;
    for (String name : new String[] {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"}) {
      String endpoint = System.getenv(name);
      tls &= endpoint == null || !endpoint.startsWith("http:");
    }
    for (String arg : args) {
      if (NO_CALL.contains(arg)) {
        return;
      }
      tls &= !arg.equals("--mock") && !arg.startsWith("http:") && !arg.contains("=http:");
    }
    // The build's training run has no TLS to make, but its classes belong in the archive.
    boolean secure = tls || Boolean.getBoolean("sdxlgen.training");
    Thread thread = new Thread(() -> BedrockInvoker.warmUp(secure), "warm-up");
    thread.setDaemon(true);
    thread.start();
  }
}
