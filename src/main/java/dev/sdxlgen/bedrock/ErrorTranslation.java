package dev.sdxlgen.bedrock;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.SdxlGenException.Throttled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.thirdparty.jackson.core.JsonProcessingException;

/**
 * What an error of the SDK or of Bedrock means to the user, and what to do about it. Types,
 * statuses and messages: Bedrock API reference, InvokeModel, Errors; the messages seen in the wild
 * are in the threads named beside them.
 */
final class ErrorTranslation {

  private static final String PROXY_ADVICE =
      "Look at HTTPS_PROXY, user and password included; NO_PROXY names hosts to reach directly";

  private static final String CONTROL_PLANE_ADVICE =
      "Is it an endpoint of Bedrock's control plane, as AWS_ENDPOINT_URL_BEDROCK names one?";

  private final ConnectionSettings settings;
  private final String region;

  ErrorTranslation(ConnectionSettings settings, String region) {
    this.settings = settings;
    this.region = region;
  }

  /**
   * @param sent whether the request was sent whole, so that the image may have been billed
   */
  SdxlGenException translate(SdkException e, String modelId, boolean sent) {
    SdxlGenException ours = cause(e, SdxlGenException.class);
    if (ours != null) {
      return ours;
    }
    if (e instanceof AwsServiceException service) {
      return isSts(service) ? role(service) : answered(service, modelId);
    }
    IOException io = cause(e, IOException.class);
    return io == null && !sent ? credentials(e) : unanswered(e, io, sent);
  }

  /** What went wrong when the account was asked for its models: nothing is billed for that. */
  SdxlGenException translateListing(SdkException e) {
    if (e instanceof AwsServiceException service && !isSts(service)) {
      SdxlGenException caller = caller(service);
      if (caller != null) {
        return caller;
      }
      int status = service.statusCode();
      if (status == 403) {
        return new Credentials(
            "AWS doesn't allow it: " + message(service),
            "The credentials need bedrock:ListFoundationModels",
            e);
      }
      boolean ofAnyCall = status == 401 || status == 429 || status >= 500;
      if (!ofAnyCall && !type(service).startsWith("Throttl")) {
        return new BedrockFailed(
            where() + " answered " + status + ": " + message(service),
            CONTROL_PLANE_ADVICE,
            Repeat.NO,
            e);
      }
    }
    if (cause(e, JsonProcessingException.class) != null) {
      return new BedrockFailed(
          where() + " answered something that is no list of models",
          CONTROL_PLANE_ADVICE,
          Repeat.NO,
          e);
    }
    SocketTimeoutException late = cause(e, SocketTimeoutException.class);
    if (late != null && "Read timed out".equals(late.getMessage())) {
      return new BedrockFailed(
          where() + " didn't answer within " + settings.timeout().toSeconds() + " s",
          "--timeout waits longer",
          Repeat.SAFE,
          e);
    }
    return translate(e, "the list of models", false);
  }

  /** What went wrong when credentials were looked for. */
  SdxlGenException credentials(RuntimeException e) {
    SdxlGenException ours = cause(e, SdxlGenException.class);
    if (ours != null) {
      return ours;
    }
    AwsServiceException service = cause(e, AwsServiceException.class);
    if (service != null && isSts(service)) {
      return role(service);
    }
    IOException io = cause(e, IOException.class);
    if (io instanceof UnknownHostException || io instanceof ConnectException) {
      return new BedrockFailed(
          (settings.assumeRole() == null ? "the sign-in's server" : "STS") + " can't be reached",
          "Is there a network? AWS_ENDPOINT_URL_STS names another place for STS",
          Repeat.SAFE,
          e);
    }
    String text = e.getMessage() == null ? "" : e.getMessage();
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("unable to load credentials from any")) {
      return new Credentials(
          "there are no AWS credentials",
          "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile;"
              + " or try it without AWS: --mock",
          e);
    }
    // That message ends with all that is in the file, an SSO session for instance.
    boolean none = lower.contains("contained no credentials");
    text = text.replaceFirst(": ProfileFile\\(.*", "");
    if (!none
        && (lower.contains("sso")
            || lower.contains("re-authenticate")
            || lower.contains("aws login")
            || lower.contains("expired"))) {
      return new Credentials(
          "the AWS session has expired or was never begun",
          "Sign in again: aws sso login (or aws login), with --profile NAME for a profile",
          e);
    }
    if (e.getCause() != null && e.getCause().getMessage() != null) {
      text += ": " + e.getCause().getMessage();
    }
    return new Credentials(
        "the AWS credentials can't be had: " + clean(text),
        "aws sts get-caller-identity shows whether the AWS CLI gets them",
        e);
  }

  private SdxlGenException role(AwsServiceException e) {
    SdxlGenException caller = caller(e);
    if (caller != null) {
      return caller;
    }
    if (e.statusCode() == 429 || type(e).startsWith("Throttl")) {
      return new Throttled(
          "STS is throttling this account: " + message(e), "Wait a minute and run it again", e);
    }
    if (e.statusCode() >= 500) {
      return new BedrockFailed(
          "STS answered " + e.statusCode() + ": " + message(e),
          "Nothing was made yet: run it again",
          Repeat.SAFE,
          e);
    }
    return new Credentials(
        "the role "
            + (settings.assumeRole() == null ? "of the profile" : settings.assumeRole())
            + " can't be assumed: "
            + message(e),
        "Its trust policy must name you, and you need sts:AssumeRole on it",
        e);
  }

  private SdxlGenException answered(AwsServiceException e, String modelId) {
    String type = type(e);
    String said = message(e);
    SdxlGenException caller = caller(e);
    if (caller != null) {
      return caller;
    }
    return switch (type) {
      case "ThrottlingException", "TooManyRequestsException", "ServiceQuotaExceededException" ->
          throttled(said, e);
      case "ModelNotReadyException" ->
          new Throttled(modelId + " isn't ready: " + said, "Try again in a minute", e);
      case "ResourceNotFoundException" -> unavailable(modelId, said, e);
      case "ValidationException" ->
          isAboutTheModel(said) ? unavailable(modelId, said, e) : refused(said, e);
      case "ModelTimeoutException" ->
          new BedrockFailed(
              "the model took too long: " + said,
              "Fewer --steps may help; --retry-unsure 1 asks again, which may be billed twice",
              Repeat.MAYBE_BILLED,
              e);
      case "ModelErrorException" ->
          new BedrockFailed("the model failed: " + said, "", Repeat.NO, e);
      default -> byStatus(e, said, modelId);
    };
  }

  /** What is wrong with who calls, whatever service is called; null when that is all right. */
  SdxlGenException ofCaller(AwsServiceException e) {
    return isSts(e) ? role(e) : caller(e);
  }

  /** What is wrong with who calls, whatever is called; null when that is all right. */
  private SdxlGenException caller(AwsServiceException e) {
    String type = type(e);
    return switch (type) {
      case "ExpiredTokenException", "ExpiredToken" ->
          new Credentials(
              "the AWS credentials have expired",
              "Get new ones (aws sso login, aws login, or whatever issued them) and run it again",
              e);
      case "UnrecognizedClientException",
          "InvalidClientTokenId",
          "MissingAuthenticationToken",
          // S3's own words (S3 API reference, Error responses).
          "InvalidAccessKeyId",
          "InvalidToken" ->
          new Credentials(
              "AWS doesn't know these credentials: " + message(e),
              "Look at AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or at the profile",
              e);
      case "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "RequestExpired",
          "RequestTimeTooSkewed",
          "RequestInTheFuture" ->
          signature(type, message(e), e);
      default -> null;
    };
  }

  private SdxlGenException byStatus(AwsServiceException e, String said, String modelId) {
    int status = e.statusCode();
    String message = "Bedrock answered " + status + ": " + said;
    if (status == 401 || status == 403) {
      return denied(e, said, modelId);
    }
    if (status == 429) {
      return throttled(said, e);
    }
    if (status == 504) {
      // A gateway gave up waiting: behind it the image may have been made.
      return new BedrockFailed(message, maybeBilled(), Repeat.MAYBE_BILLED, e);
    }
    if (status >= 500) {
      return new BedrockFailed(message, "Try again in a minute", Repeat.SAFE, e);
    }
    if (status == 400 || status == 413) {
      return refused(said, e);
    }
    return new BedrockFailed(
        where() + " answered " + status + ": " + said,
        "Is it a Bedrock Runtime endpoint?",
        Repeat.NO,
        e);
  }

  /** Nova and Titan: "This request has been blocked by our content filters." */
  private static SdxlGenException refused(String said, AwsServiceException e) {
    return said.contains("content filter")
        ? new Filtered("the model filtered the prompt: " + said, "Try other words")
        : new InvalidRequest("Bedrock refuses the request: " + said, shownBy(e));
  }

  private SdxlGenException denied(AwsServiceException e, String said, String modelId) {
    String lower = said.toLowerCase(Locale.ROOT);
    if (isModelAccess(lower)) {
      return unavailable(modelId, said, e);
    }
    if (settings.env("AWS_BEARER_TOKEN_BEDROCK") != null && e.statusCode() == 401) {
      return new Credentials(
          "Bedrock doesn't take the key in AWS_BEARER_TOKEN_BEDROCK: " + said, "", e);
    }
    return new Credentials(
        "AWS doesn't allow it: " + said,
        "The credentials need bedrock:InvokeModel on " + modelId,
        e);
  }

  private SdxlGenException signature(String type, String said, AwsServiceException e) {
    String lower = said.toLowerCase(Locale.ROOT);
    boolean clock =
        type.startsWith("Request")
            || lower.contains("expired")
            || lower.contains("not yet current");
    return clock
        ? new Credentials(
            "this computer's clock is off: AWS finds the signature's time wrong",
            "Set the clock (it says " + Instant.now() + ") and run it again",
            e)
        : new Credentials(
            "AWS finds the signature wrong",
            "The secret key doesn't belong to the access key: look at AWS_SECRET_ACCESS_KEY",
            e);
  }

  private SdxlGenException throttled(String said, AwsServiceException e) {
    return new Throttled(
        "Bedrock is throttling this account: " + said,
        "Wait a minute and run it again; the quota is in the Service Quotas console of " + region,
        e);
  }

  /**
   * Messages about the model rather than the request: "The provided model identifier is invalid."
   * (aws/aws-sdk-js-v3 issue 6424), the complaint about the pattern of modelId, and the one that an
   * inference profile is needed.
   */
  private static boolean isAboutTheModel(String said) {
    String lower = said.toLowerCase(Locale.ROOT);
    return lower.contains("model identifier")
        || lower.contains("modelid")
        || lower.contains("on-demand throughput")
        || lower.contains("end of its life")
        || lower.contains("model version");
  }

  /** The second: aws-samples/anthropic-on-aws issue 251. */
  private static boolean isModelAccess(String lower) {
    return lower.contains("access to the model") || lower.contains("model access is denied");
  }

  /**
   * "This model version has reached the end of its life." (aws-samples/amazon-bedrock-aistylist-lab
   * issue 8); "This Model is marked by provider as Legacy and you have not been actively using the
   * model in the last 15 days." (aws-samples/amazon-bedrock-workshop issue 386).
   */
  private SdxlGenException unavailable(String modelId, String said, AwsServiceException e) {
    String lower = said.toLowerCase(Locale.ROOT);
    if (lower.contains("end of its life")) {
      return new ModelUnavailable(
          modelId + " is retired: " + said,
          modelId.contains("stable-diffusion-xl")
              ? "SDXL lives on behind Marketplace endpoints, whose ARN -m takes"
              : "",
          e);
    }
    if (lower.contains("legacy")) {
      return new ModelUnavailable(
          modelId + " is a legacy model and closed to this account: " + said, "", e);
    }
    if (isModelAccess(lower)) {
      return new ModelUnavailable(
          modelId + " is not enabled for this account: " + said,
          "Ask for it under Model access in the Bedrock console of " + region,
          e);
    }
    if (lower.contains("on-demand throughput")) {
      return new ModelUnavailable(
          modelId + " can't be called by its own id: " + said,
          "Name an inference profile that contains it: -m us." + modelId,
          true,
          e);
    }
    return new ModelUnavailable(
        modelId + " is not a model that " + region + " has: " + said,
        "Look at its spelling, try another --region, or name another one with -m",
        e);
  }

  private SdxlGenException unanswered(RuntimeException e, IOException io, boolean sent) {
    String where = where();
    String refusal = io == null || io.getMessage() == null ? "" : io.getMessage();
    if (refusal.contains("Unable to tunnel through proxy")) {
      return new BedrockFailed(
          "the proxy lets nothing through: " + clean(refusal),
          PROXY_ADVICE,
          refusal.contains(" 407") ? Repeat.NO : Repeat.SAFE,
          e);
    }
    URI proxy = sent ? null : proxy();
    if (proxy != null && (io instanceof UnknownHostException || io instanceof ConnectException)) {
      return new BedrockFailed(
          "the proxy " + host(proxy) + " can't be reached", PROXY_ADVICE, Repeat.SAFE, e);
    }
    if (io instanceof UnknownHostException) {
      return new BedrockFailed(
          where + " can't be found",
          settings.endpoint() == null
              ? "Is there a network, and is " + region + " a region with Bedrock?"
              : "Look at --endpoint-url (or AWS_ENDPOINT_URL_BEDROCK_RUNTIME)",
          Repeat.SAFE,
          e);
    }
    // JDK 17 says behind it that it is wrong, 25 before it.
    if (refusal.contains("HTTPS hostname")) {
      return new BedrockFailed(
          "no secure connection to " + where + ": the server's certificate is for another name",
          settings.endpoint() == null
              ? "Does a company's proxy answer in its place?"
              : "Look at --endpoint-url (or AWS_ENDPOINT_URL_BEDROCK_RUNTIME)",
          Repeat.NO,
          e);
    }
    if (io instanceof SSLException && !sent) {
      return new BedrockFailed(
          "no secure connection to "
              + where
              + ": "
              + reason(refusal.isEmpty() ? io.toString() : refusal),
          "Behind a company's proxy, AWS_CA_BUNDLE names the authorities to trust",
          Repeat.NO,
          e);
    }
    if (sent) {
      return new BedrockFailed(
          io instanceof SocketTimeoutException
              ? where + " didn't answer within " + settings.timeout().toSeconds() + " s"
              : "the connection to " + where + " broke after the request was sent",
          maybeBilled(),
          Repeat.MAYBE_BILLED,
          e);
    }
    if (io instanceof ConnectException || io instanceof NoRouteToHostException) {
      return new BedrockFailed(
          where + " refuses the connection",
          "Is it running, and is the port right?",
          Repeat.SAFE,
          e);
    }
    if (io instanceof SocketTimeoutException) {
      return new BedrockFailed(
          where + " can't be reached", "Is there a network, or a proxy to set?", Repeat.SAFE, e);
    }
    String why = io == null ? e.getMessage() : io.getMessage();
    return new BedrockFailed(
        "the connection to " + where + " failed: " + clean(why == null ? "" : why),
        "Nothing was made yet: run it again",
        Repeat.SAFE,
        e);
  }

  /**
   * Why there is no TLS: of BoringSSL, which says where in its code it saw that too, what it names
   * first, {@code sslv3 alert handshake failure} say.
   */
  private String reason(String said) {
    Matcher named = Pattern.compile("OPENSSL_internal:(\\w+)").matcher(said);
    return clean(named.find() ? named.group(1).replace('_', ' ').toLowerCase(Locale.ROOT) : said);
  }

  /** The proxy between us and Bedrock; null when there is none. */
  private URI proxy() {
    URI endpoint = settings.endpoint();
    return new Connections(settings)
        .proxyFor(
            endpoint == null
                ? URI.create("https://bedrock-runtime." + region + ".amazonaws.com")
                : endpoint);
  }

  private static String maybeBilled() {
    return "The image may have been made and billed. --timeout waits longer; --retry-unsure 1 asks"
        + " again";
  }

  private String where() {
    URI endpoint = settings.endpoint();
    return endpoint == null ? "Bedrock in " + region : host(endpoint);
  }

  private static String host(URI uri) {
    return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  private static String shownBy(AwsServiceException e) {
    return e.statusCode() == 413
        ? "The request is too large"
        : "--dry-run shows the request that was sent";
  }

  private static String type(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  private static String service(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details == null || details.serviceName() == null ? "" : details.serviceName();
  }

  private static boolean isSts(AwsServiceException e) {
    return "Sts".equalsIgnoreCase(service(e));
  }

  /** One line of what a service said, with nothing in it that signs. */
  String message(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String said = details == null ? null : details.errorMessage();
    return said == null || said.isBlank() ? "it doesn't say why" : clean(said);
  }

  /** One line of it, and nothing that signs: some services answer with the signed headers. */
  String clean(String said) {
    String text = said.strip();
    for (String start : List.of("The Canonical String", "in Authorization header")) {
      int at = text.indexOf(start);
      text = at < 0 ? text : text.substring(0, at);
    }
    text = ConnectionSettings.withoutSecrets(text, settings.environment());
    text = text.replaceAll("\\(Service: .*?\\)", "").replaceAll("(AKIA|ASIA)[A-Z0-9]{12,}", "$1…");
    text = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    return text.length() > 500 ? text.substring(0, 500) + "…" : text;
  }

  private static <T extends Throwable> T cause(Throwable e, Class<T> type) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
      if (t instanceof UncheckedIOException u && type.isInstance(u.getCause())) {
        return type.cast(u.getCause());
      }
    }
    return null;
  }
}
