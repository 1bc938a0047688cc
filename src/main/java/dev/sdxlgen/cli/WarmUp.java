package dev.sdxlgen.cli;

import dev.sdxlgen.bedrock.BedrockInvoker;
import java.util.Set;

/**
 * Loads what every call needs while the command line is still being read. The second core has
 * nothing else to do then; it brings the start from 0.46 to 0.38 s (performance.md). It decides
 * nothing: without it the program does the same, later.
 */
final class WarmUp {

  private static final Set<String> NO_CALL = Set.of("-h", "--help", "-V", "--version", "--dry-run");

  private WarmUp() {}

  static void start(String[] args) {
    if (args.length == 0 || args[0].equals("mock")) {
      return;
    }
    for (String arg : args) {
      if (NO_CALL.contains(arg)) {
        return;
      }
    }
    Thread thread = new Thread(BedrockInvoker::warmUp, "warm-up");
    thread.setDaemon(true);
    thread.start();
  }
}
