package dev.sdxlgen.bedrock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How to get at Bedrock. A component that is null was not given.
 *
 * @param region the AWS region; null looks into the profile
 * @param profile the profile that was asked for by name, which then wins over keys in the
 *     environment
 * @param endpoint where to send calls instead of the region's own endpoint
 * @param assumeRole the ARN of a role to make the call with
 * @param timeout how long to wait for each answer
 * @param environment the environment variables, for what the AWS CLI also finds there: keys, bearer
 *     token, profile, configuration files, proxies, CA bundle, the STS endpoint
 * @param lasting whether there will be many calls: then encryption is what Java does best in the
 *     long run, not what it does best at once
 */
public record ConnectionSettings(
    String region,
    String profile,
    URI endpoint,
    String assumeRole,
    Duration timeout,
    Map<String, String> environment,
    boolean lasting) {

  private static final List<String> SECRETS =
      List.of(
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_BEARER_TOKEN_BEDROCK");

  /** What is shorter is a placeholder: an access key id has 16 characters or more (IAM API). */
  private static final int LEAST_SECRET = 11;

  public ConnectionSettings {
    environment = Map.copyOf(environment);
  }

  /** Settings for few calls. */
  public ConnectionSettings(
      String region,
      String profile,
      URI endpoint,
      String assumeRole,
      Duration timeout,
      Map<String, String> environment) {
    this(region, profile, endpoint, assumeRole, timeout, environment, false);
  }

  /**
   * Settings for a server that asks nobody who they are: with placeholders for all that would be
   * looked for.
   */
  public static ConnectionSettings unsecured(URI endpoint, Duration timeout) {
    return new ConnectionSettings(
        "us-east-1",
        null,
        endpoint,
        null,
        timeout,
        Map.of(
            "AWS_ACCESS_KEY_ID", "mock", "AWS_SECRET_ACCESS_KEY", "mock", "HOME", "/nonexistent"));
  }

  /**
   * The URL of an endpoint.
   *
   * @param name the option or variable that gave it
   * @throws InvalidRequest when it isn't one of a server, or holds a user and password
   */
  public static URI url(String name, String typed) {
    URI uri = null;
    try {
      uri = URI.create(typed.strip());
    } catch (IllegalArgumentException e) {
      // told below
    }
    boolean http =
        uri != null
            && uri.getHost() != null
            && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    if (http && uri.getRawUserInfo() == null) {
      return uri;
    }
    // A user and password in it are nobody else's business: then it isn't shown.
    boolean login = typed.indexOf('@') >= 0;
    throw new InvalidRequest(
        name
            + (login
                ? " can't hold a user or a password"
                : " '" + typed + "' is not the URL of a server"),
        "For example: https://" + service(name) + ".us-west-2.amazonaws.com");
  }

  /** How the name of the host begins that an option or variable tells of. */
  private static String service(String name) {
    return switch (name) {
      case "AWS_ENDPOINT_URL_S3" -> "s3";
      case "AWS_ENDPOINT_URL_STS" -> "sts";
      case "AWS_ENDPOINT_URL_BEDROCK" -> "bedrock";
      default -> "bedrock-runtime";
    };
  }

  /**
   * A text of somebody else's with the keys and tokens of the environment taken out.
   *
   * @param environment the environment variables
   */
  public static String withoutSecrets(String text, Map<String, String> environment) {
    String safe = text;
    for (String name : SECRETS) {
      String value = environment.get(name);
      // A placeholder such as "test" is no secret, and is a part of many words.
      if (value != null && value.length() >= LEAST_SECRET) {
        safe = safe.replace(value, "…");
      }
    }
    return safe;
  }

  /** Without the environment: it holds secrets. */
  @Override
  public String toString() {
    return "ConnectionSettings[region=" + region + ", endpoint=" + endpoint + "]";
  }

  /** An environment variable's value; null when it is not set or empty. */
  public static String env(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** An environment variable's value; null when it is not set or empty. */
  String env(String name) {
    return env(environment, name);
  }

  /** The first of two that is given. */
  static String either(String first, String second) {
    return first != null ? first : second;
  }
}
