package dev.sdxlgen.cli;

import dev.sdxlgen.artifact.ArtifactReader;
import dev.sdxlgen.artifact.Sha256;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.bedrock.ConnectionSettings;
import java.util.Set;

/**
 * Loads what every call needs while the command line is still being read: the other cores have
 * nothing else to do then. It decides nothing; without it the program does the same, later: with
 * one other core 3 ms of 245 (and a mistake in a value is told 8 ms earlier).
 */
final class WarmUp {

  private static final Set<String> NO_CALL = Set.of("-h", "--help", "-V", "--version", "--dry-run");

  private WarmUp() {}

  static void start(String[] args) {
    if (args.length == 0 || SdxlGen.isCommand(args[0])) {
      return;
    }
    boolean tls = true;
    boolean hashes = false;
    boolean roles = ConnectionSettings.env(System.getenv(), "BEDROCK_ASSUME_ROLE") != null;
    for (String name : new String[] {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"}) {
      String endpoint = System.getenv(name);
      tls &= endpoint == null || !endpoint.startsWith("http:");
    }
    for (String arg : args) {
      if (NO_CALL.contains(arg)) {
        return;
      }
      hashes |= arg.equals("--json") || arg.equals("-") || arg.contains("{hash}");
      roles |= arg.startsWith("--assume-role");
      tls &= !arg.equals("--mock") && !arg.startsWith("http:") && !arg.contains("=http:");
    }
    if (GenerateCommand.OPTIONS.lacksOneOf(args)) {
      return;
    }
    // These classes belong in the archive, also where the build's training run does without.
    boolean secure = tls || Training.hasTls();
    boolean hash = hashes;
    boolean role = roles;
    String bundle = ConnectionSettings.env(System.getenv(), "AWS_CA_BUNDLE");
    start(
        "warm-up-security",
        () -> {
          BedrockInvoker.warmUpSecurity(secure);
          if (secure) {
            BedrockInvoker.warmUpTrust(bundle);
          }
        });
    start(
        "warm-up",
        () -> {
          BedrockInvoker.warmUp(secure);
          if (role) {
            BedrockInvoker.warmUpRole();
          }
          ArtifactReader.warmUp();
          if (hash) {
            Sha256.warmUp();
          }
        });
  }

  private static void start(String name, Runnable what) {
    Thread thread = new Thread(what, name);
    thread.setDaemon(true);
    thread.start();
  }
}
