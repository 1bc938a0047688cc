package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.value;
import static dev.sdxlgen.cli.Option.flag;
import static dev.sdxlgen.cli.Option.option;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.bedrock.ConnectionSettings;
import dev.sdxlgen.generate.RetryPolicy;
import dev.sdxlgen.mock.Family;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.mock.MockOptions;
import dev.sdxlgen.request.Numbers;
import dev.sdxlgen.request.model.Model;
import java.net.URI;
import java.time.Duration;
import picocli.CommandLine.ParseResult;

/** Which model, in which region, as whom, and how patiently. A flag wins over the environment. */
final class ConnectionOptions {

  private static final String AUTO = "auto";
  private static final String DEFAULT_MODEL = "stability.stable-diffusion-xl";
  private static final int DEFAULT_TIMEOUT_SECONDS = 300;
  private static final int MOST_TIMEOUT_SECONDS = 86_400;
  private static final int DEFAULT_ATTEMPTS = 4;
  private static final int MOST_ATTEMPTS = 100;

  private ConnectionOptions() {}

  static void addTo(Options command) {
    addModelTo(command);
    addAccountTo(command);
    command
        .add(
            option(
                "N",
                "Calls in all when some fail (AWS_MAX_ATTEMPTS). Default: 4.",
                "--max-attempts"))
        .add(
            option(
                "N",
                "How often to repeat a call that may have been billed. Default: 0.",
                "--retry-unsure"))
        .add(mockOption());
  }

  static Option mockOption() {
    return flag("Use the built-in mock instead of AWS: no account, no cost.", "--mock");
  }

  /** What is called, and what it speaks. */
  static void addModelTo(Options command) {
    command
        .add(
            option(
                "MODEL",
                "sdxl (the default), sd3.5-large, core, ultra, nova-canvas or titan; any model id,"
                    + " inference profile or ARN; or auto: the first that the account can call"
                    + " (SDXL_GEN_MODEL).",
                "-m",
                "--model"))
        .add(
            option(
                "NAME",
                "What a model speaks whose id doesn't tell: sdxl, stable-image or amazon.",
                "--family"));
  }

  /** Who calls Bedrock's models, and where. */
  static void addAccountTo(Options command) {
    addAccountTo(command, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", DEFAULT_TIMEOUT_SECONDS);
  }

  /** Who calls, and where. */
  static void addAccountTo(Options command, String endpointVariable, int timeoutSeconds) {
    command
        .add(option("NAME", "The AWS region (AWS_REGION, AWS_DEFAULT_REGION).", "--region"))
        .add(option("NAME", "A profile of the AWS CLI (AWS_PROFILE).", "--profile"))
        .add(
            option(
                "URL",
                "Where Bedrock is (" + endpointVariable + ", AWS_ENDPOINT_URL).",
                "--endpoint-url"))
        .add(option("ARN", "Make the call with this role (BEDROCK_ASSUME_ROLE).", "--assume-role"))
        .add(
            option(
                "SECONDS",
                "How long to wait for each answer, or for more of it. Default: "
                    + timeoutSeconds
                    + ".",
                "--timeout"));
  }

  /** A mock in this process, which knows what {@code --family} says of a model of one's own. */
  static MockBedrock startMock(ParseResult parsed) {
    String family = value(parsed, "--family");
    return MockBedrock.start(
        family == null
            ? MockOptions.DEFAULT
            : MockOptions.DEFAULT.withFamily(Family.parse("--family", family)));
  }

  static boolean isMock(ParseResult parsed) {
    return has(parsed, "--mock");
  }

  /** Whether the model is to be the first that the account can call. */
  static boolean isAuto(ParseResult parsed, Console console) {
    return AUTO.equalsIgnoreCase(model(parsed, console));
  }

  /**
   * The model; for {@code auto} the one that is tried first.
   *
   * @throws InvalidRequest when it is blank, or there is no such family
   */
  static Model readModel(ParseResult parsed, Console console) {
    String model = model(parsed, console);
    if (model != null && (model.isBlank() || model.strip().indexOf(' ') >= 0)) {
      throw new InvalidRequest(
          (value(parsed, "--model") == null ? "SDXL_GEN_MODEL" : "--model")
              + " '"
              + model
              + "' is not a model id",
          "For example: -m " + DEFAULT_MODEL);
    }
    String family = value(parsed, "--family");
    boolean auto = AUTO.equalsIgnoreCase(model);
    if (auto && family != null) {
      throw new InvalidRequest(
          "--family says what one model speaks, and --model auto looks for one",
          "Leave one of them out");
    }
    return Model.of(model == null || auto ? DEFAULT_MODEL : model.strip(), family);
  }

  private static String model(ParseResult parsed, Console console) {
    String model = value(parsed, "--model");
    return model == null ? console.env("SDXL_GEN_MODEL") : model;
  }

  /**
   * @throws InvalidRequest when the endpoint isn't a URL, or the time-out isn't one
   */
  static ConnectionSettings read(ParseResult parsed, Console console) {
    return read(parsed, console, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", DEFAULT_TIMEOUT_SECONDS);
  }

  /**
   * @param endpointVariable what names the service's own endpoint in the environment
   * @param timeoutSeconds how long to wait unless told otherwise
   * @throws InvalidRequest when the endpoint isn't a URL, or the time-out isn't one
   */
  static ConnectionSettings read(
      ParseResult parsed, Console console, String endpointVariable, int timeoutSeconds) {
    String region = given(parsed, "--region", console, "AWS_REGION", "AWS_DEFAULT_REGION");
    String role = given(parsed, "--assume-role", console, "BEDROCK_ASSUME_ROLE");
    String profile = value(parsed, "--profile");
    if (role != null && !role.startsWith("arn:")) {
      throw new InvalidRequest(
          (value(parsed, "--assume-role") == null ? "BEDROCK_ASSUME_ROLE " : "--assume-role ")
              + role
              + " is not an ARN",
          "For example: arn:aws:iam::123456789012:role/painter");
    }
    return new ConnectionSettings(
        region,
        profile,
        endpoint(parsed, console, endpointVariable),
        role,
        timeout(parsed, timeoutSeconds),
        console.environment(),
        parsed.commandSpec().name().equals(BatchOptions.COMMAND));
  }

  /** The mock's address, and keys that open nothing. */
  static ConnectionSettings forMock(ParseResult parsed, URI endpoint) {
    // The SDK reads the user's profiles too, whatever its clients are given, and fails at a bad
    // one.
    for (String file : new String[] {"aws.configFile", "aws.sharedCredentialsFile"}) {
      if (System.getProperty(file) == null) {
        System.setProperty(file, "/nonexistent");
      }
    }
    return ConnectionSettings.unsecured(endpoint, timeout(parsed, DEFAULT_TIMEOUT_SECONDS));
  }

  /**
   * @throws InvalidRequest when a number is out of range
   */
  static RetryPolicy readRetries(ParseResult parsed, Console console) {
    return readRetries(parsed, console, 0);
  }

  /**
   * @param usualUnsure how often a call that may have been billed is repeated when nothing is said
   * @throws InvalidRequest when a number is out of range
   */
  static RetryPolicy readRetries(ParseResult parsed, Console console, int usualUnsure) {
    String attempts = value(parsed, "--max-attempts");
    String name = "--max-attempts";
    if (attempts == null) {
      attempts = console.env("AWS_MAX_ATTEMPTS");
      name = "AWS_MAX_ATTEMPTS";
    }
    String unsure = value(parsed, "--retry-unsure");
    return new RetryPolicy(
        attempts == null ? DEFAULT_ATTEMPTS : (int) Numbers.whole(name, attempts, 1, MOST_ATTEMPTS),
        unsure == null
            ? usualUnsure
            : (int) Numbers.whole("--retry-unsure", unsure, 0, MOST_ATTEMPTS));
  }

  private static Duration timeout(ParseResult parsed, int seconds) {
    String typed = value(parsed, "--timeout");
    return Duration.ofSeconds(
        typed == null ? seconds : Numbers.whole("--timeout", typed, 1, MOST_TIMEOUT_SECONDS));
  }

  private static URI endpoint(ParseResult parsed, Console console, String endpointVariable) {
    String name = "--endpoint-url";
    String typed = value(parsed, name);
    if (typed == null) {
      for (String variable : new String[] {endpointVariable, "AWS_ENDPOINT_URL"}) {
        if (console.env(variable) != null) {
          name = variable;
          typed = console.env(variable);
          break;
        }
      }
    }
    if (typed == null) {
      return null;
    }
    return ConnectionSettings.url(name, typed);
  }

  private static String given(
      ParseResult parsed, String option, Console console, String... variables) {
    String typed = value(parsed, option);
    for (int i = 0; typed == null && i < variables.length; i++) {
      typed = console.env(variables[i]);
    }
    return typed == null ? null : typed.strip();
  }
}
