package dev.sdxlgen.bedrock;

import static dev.sdxlgen.bedrock.Settings.MODEL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.SdxlGenException.Throttled;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.MockBedrock;
import java.net.URI;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Every error of Bedrock's, as it comes over HTTP, is advice. */
class ErrorTranslationTest {

  private static final String QUOTA =
      "Wait a minute and run it again; the quota is in the Service Quotas console of us-west-2";
  private static final String DRY_RUN = "--dry-run shows the request that was sent";
  private static final String SPELLING =
      "Look at its spelling, try another --region, or name another one with -m";
  private static final String RETIRED =
      "SDXL lives on behind Marketplace endpoints, whose ARN -m takes";
  private static final String BILLED =
      "The image may have been made and billed. --timeout waits longer; --retry-unsure 1 asks"
          + " again";
  private static final String MAY_INVOKE = "The credentials need bedrock:InvokeModel on " + MODEL;

  private static MockBedrock bedrock;

  @BeforeAll
  static void start() {
    bedrock = MockBedrock.start();
  }

  @AfterAll
  static void stop() {
    bedrock.close();
  }

  /** An error and what is said of it. */
  record Row(
      int status,
      String type,
      String said,
      Class<? extends SdxlGenException> kind,
      Repeat repeat,
      String message,
      String advice) {

    @Override
    public String toString() {
      return status + " " + type + ": " + said;
    }
  }

  static Stream<Row> bedrocksTable() {
    return Stream.of(
        new Row(
            400,
            "ValidationException",
            "Malformed input request: #: required key [text_prompts] not found",
            InvalidRequest.class,
            Repeat.NO,
            "Bedrock refuses the request: Malformed input request: #: required key [text_prompts]"
                + " not found",
            DRY_RUN),
        new Row(
            403,
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/joe is not authorized to perform:"
                + " bedrock:InvokeModel on resource: x because no identity-based policy allows it",
            Credentials.class,
            Repeat.NO,
            "AWS doesn't allow it: User: arn:aws:iam::123456789012:user/joe is not authorized to"
                + " perform: bedrock:InvokeModel on resource: x because no identity-based policy"
                + " allows it",
            MAY_INVOKE),
        new Row(
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            Credentials.class,
            Repeat.NO,
            "AWS doesn't know these credentials: The security token included in the request is"
                + " invalid.",
            "Look at AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or at the profile"),
        new Row(
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            Credentials.class,
            Repeat.NO,
            "the AWS credentials have expired",
            "Get new ones (aws sso login, aws login, or whatever issued them) and run it again"),
        new Row(
            404,
            "ResourceNotFoundException",
            "Could not resolve the foundation model from the provided model identifier.",
            ModelUnavailable.class,
            Repeat.NO,
            MODEL
                + " is not a model that us-west-2 has: Could not resolve the foundation model from"
                + " the provided model identifier.",
            SPELLING),
        new Row(
            408,
            "ModelTimeoutException",
            "Model processing timed out.",
            BedrockFailed.class,
            Repeat.MAYBE_BILLED,
            "the model took too long: Model processing timed out.",
            "Fewer --steps may help; --retry-unsure 1 asks again, which may be billed twice"),
        new Row(
            424,
            "ModelErrorException",
            "The request processing has failed because of a model error.",
            BedrockFailed.class,
            Repeat.NO,
            "the model failed: The request processing has failed because of a model error.",
            ""),
        new Row(
            429,
            "ThrottlingException",
            "Too many requests, please wait before trying again.",
            Throttled.class,
            Repeat.SAFE,
            "Bedrock is throttling this account: Too many requests, please wait before trying"
                + " again.",
            QUOTA),
        new Row(
            429,
            "ModelNotReadyException",
            "Model is warming up.",
            Throttled.class,
            Repeat.SAFE,
            MODEL + " isn't ready: Model is warming up.",
            "Try again in a minute"),
        new Row(
            400,
            "ServiceQuotaExceededException",
            "You have exceeded your quota.",
            Throttled.class,
            Repeat.SAFE,
            "Bedrock is throttling this account: You have exceeded your quota.",
            QUOTA),
        new Row(
            500,
            "InternalServerException",
            "The system encountered an unexpected error during processing.",
            BedrockFailed.class,
            Repeat.SAFE,
            "Bedrock answered 500: The system encountered an unexpected error during processing.",
            "Try again in a minute"),
        new Row(
            503,
            "ServiceUnavailableException",
            "Bedrock is unable to process your request.",
            BedrockFailed.class,
            Repeat.SAFE,
            "Bedrock answered 503: Bedrock is unable to process your request.",
            "Try again in a minute"));
  }

  static Stream<Row> messagesSeenInTheWild() {
    String endOfLife =
        "This model version has reached the end of its life. Please refer to the AWS"
            + " documentation for more details.";
    String legacy =
        "Access denied. This Model is marked by provider as Legacy and you have not been actively"
            + " using the model in the last 15 days. Please upgrade to an active model on Amazon"
            + " Bedrock";
    String pattern =
        "1 validation error detected: Value 'a b' at 'modelId' failed to satisfy constraint: Member"
            + " must satisfy regular expression pattern: [a-z0-9-]{1,63}";
    String profile =
        "Invocation of model ID stability.sd3-5 with on-demand throughput isn\u2019t supported."
            + " Retry your request with the ID or ARN of an inference profile that contains this"
            + " model.";
    String noAccess = "You don't have access to the model with the specified model ID.";
    return Stream.of(
        new Row(
            404,
            "ResourceNotFoundException",
            endOfLife,
            ModelUnavailable.class,
            Repeat.NO,
            MODEL + " is retired: " + endOfLife,
            RETIRED),
        new Row(
            404,
            "ResourceNotFoundException",
            legacy,
            ModelUnavailable.class,
            Repeat.NO,
            MODEL + " is a legacy model and closed to this account: " + legacy,
            ""),
        new Row(
            400,
            "ValidationException",
            "The provided model identifier is invalid.",
            ModelUnavailable.class,
            Repeat.NO,
            MODEL + " is not a model that us-west-2 has: The provided model identifier is invalid.",
            SPELLING),
        new Row(
            400,
            "ValidationException",
            pattern,
            ModelUnavailable.class,
            Repeat.NO,
            MODEL + " is not a model that us-west-2 has: " + pattern,
            SPELLING),
        new Row(
            400,
            "ValidationException",
            profile,
            ModelUnavailable.class,
            Repeat.NO,
            MODEL + " can't be called by its own id: " + profile,
            "Name an inference profile that contains it: -m us." + MODEL),
        new Row(
            400,
            "ValidationException",
            endOfLife,
            ModelUnavailable.class,
            Repeat.NO,
            MODEL + " is retired: " + endOfLife,
            RETIRED),
        new Row(
            403,
            "AccessDeniedException",
            noAccess,
            ModelUnavailable.class,
            Repeat.NO,
            MODEL + " is not enabled for this account: " + noAccess,
            "Ask for it under Model access in the Bedrock console of us-west-2"),
        new Row(
            403,
            "InvalidSignatureException",
            "Signature expired: 20150830T123600Z is now earlier than 20150830T124500Z"
                + " (20150830T125000Z - 5 min.)",
            Credentials.class,
            Repeat.NO,
            "this computer's clock is off: AWS finds the signature's time wrong",
            null),
        new Row(
            403,
            "InvalidSignatureException",
            "Signature not yet current: 20150830T125600Z is still later than 20150830T124500Z",
            Credentials.class,
            Repeat.NO,
            "this computer's clock is off: AWS finds the signature's time wrong",
            null),
        new Row(
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
            Credentials.class,
            Repeat.NO,
            "this computer's clock is off: AWS finds the signature's time wrong",
            null),
        new Row(
            403,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check"
                + " your AWS Secret Access Key and signing method.",
            Credentials.class,
            Repeat.NO,
            "AWS finds the signature wrong",
            "The secret key doesn't belong to the access key: look at AWS_SECRET_ACCESS_KEY"));
  }

  @ParameterizedTest
  @MethodSource({"bedrocksTable", "messagesSeenInTheWild"})
  void turnsAnErrorIntoAdvice(Row row) {
    bedrock.enqueue(Answer.error(row.status(), row.type(), row.said()));

    SdxlGenException failure = Settings.to(bedrock.endpoint()).failure(SdxlGenException.class);

    assertThat(failure).isExactlyInstanceOf(row.kind()).hasMessage(row.message());
    assertThat(failure.repeat()).isEqualTo(row.repeat());
    if (row.advice() == null) {
      assertThat(failure.advice()).startsWith("Set the clock (it says 20").endsWith("run it again");
    } else {
      assertThat(failure.advice()).isEqualTo(row.advice());
    }
  }

  // What no Bedrock answers, but a gateway, a proxy or a wrong address may

  static Stream<Row> statusesWithoutAType() {
    String where = "127.0.0.1:" + "PORT" + " answered ";
    String notBedrock = "Is it a Bedrock Runtime endpoint?";
    String silent = ": it doesn't say why";
    return Stream.of(
        new Row(301, null, null, BedrockFailed.class, Repeat.NO, where + 301 + silent, notBedrock),
        new Row(404, null, null, BedrockFailed.class, Repeat.NO, where + 404 + silent, notBedrock),
        new Row(407, null, null, BedrockFailed.class, Repeat.NO, where + 407 + silent, notBedrock),
        new Row(
            413,
            null,
            null,
            InvalidRequest.class,
            Repeat.NO,
            "Bedrock refuses the request" + silent,
            "The request is too large"),
        new Row(
            400,
            null,
            null,
            InvalidRequest.class,
            Repeat.NO,
            "Bedrock refuses the request" + silent,
            DRY_RUN),
        new Row(
            401,
            null,
            null,
            Credentials.class,
            Repeat.NO,
            "AWS doesn't allow it" + silent,
            MAY_INVOKE),
        new Row(
            403,
            null,
            null,
            Credentials.class,
            Repeat.NO,
            "AWS doesn't allow it" + silent,
            MAY_INVOKE),
        new Row(
            429,
            null,
            null,
            Throttled.class,
            Repeat.SAFE,
            "Bedrock is throttling this account" + silent,
            QUOTA),
        new Row(
            502,
            null,
            null,
            BedrockFailed.class,
            Repeat.SAFE,
            "Bedrock answered 502" + silent,
            "Try again in a minute"),
        new Row(
            504,
            null,
            null,
            BedrockFailed.class,
            Repeat.MAYBE_BILLED,
            "Bedrock answered 504" + silent,
            BILLED));
  }

  @ParameterizedTest
  @MethodSource("statusesWithoutAType")
  void makesSenseOfAPageInsteadOfAnError(Row row) {
    bedrock.enqueue(
        Answer.raw(
            row.status(),
            Map.of("Content-Type", "text/html", "Location", "http://127.0.0.1:1/"),
            "<html><h1>No</h1></html>".getBytes(UTF_8)));

    SdxlGenException failure = Settings.to(bedrock.endpoint()).failure(SdxlGenException.class);

    assertThat(failure)
        .isExactlyInstanceOf(row.kind())
        .hasMessage(row.message().replace("PORT", Integer.toString(bedrock.endpoint().getPort())));
    assertThat(failure.advice()).isEqualTo(row.advice());
    assertThat(failure.repeat()).isEqualTo(row.repeat());
  }

  /** Java's client throws a 401's body away, but not that it is one. */
  @ParameterizedTest
  @ValueSource(strings = {"X-Nothing", "WWW-Authenticate"})
  void tellsThatABearerTokenIsNotTaken(String header) {
    bedrock.enqueue(Answer.json(401, "{\"message\":\"Bad key\"}").withHeader(header, "Bearer"));

    Credentials failure =
        Settings.to(bedrock.endpoint())
            .with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-secret")
            .failure(Credentials.class);

    assertThat(failure)
        .hasMessage("Bedrock doesn't take the key in AWS_BEARER_TOKEN_BEDROCK: it doesn't say why");
    assertThat(failure.repeat()).isEqualTo(Repeat.NO);
  }

  // Nothing that signs is in a message

  @ParameterizedTest
  @ValueSource(
      strings = {"InvalidSignatureException", "AccessDeniedException", "ValidationException"})
  void saysNothingOfWhatWasSigned(String type) {
    bedrock.enqueue(
        Answer.error(
            403,
            type,
            "The request signature we calculated does not match the signature you provided."
                + " Consult the service documentation for details.\n\nThe Canonical String for this"
                + " request should have been\n'POST\n/model/x/invoke\n\nhost:x\n"
                + "x-amz-security-token:FwoGZXIvYXdzEJr\n'\n\nThe String-to-Sign should have been\n"
                + "'AWS4-HMAC-SHA256\n20150830'"));

    SdxlGenException failure =
        Settings.to(bedrock.endpoint())
            .with("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEJr")
            .failure(SdxlGenException.class);

    assertThat(failure.getMessage() + failure.advice())
        .doesNotContain("FwoGZXIvYXdzEJr")
        .doesNotContain("Canonical")
        .doesNotContain("String-to-Sign")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({"AKIAIOSFODNN7EXAMPLE, AKIA\u2026", "ASIAIOSFODNN7EXAMPLE, ASIA\u2026"})
  void saysNoAccessKey(String key, String shown) {
    bedrock.enqueue(Answer.error(400, "ValidationException", "Key " + key + " is odd"));

    assertThat(Settings.to(bedrock.endpoint()).failure(InvalidRequest.class))
        .hasMessage("Bedrock refuses the request: Key " + shown + " is odd");
  }

  @Test
  void saysALongOrBrokenMessageInOneLine() {
    bedrock.enqueue(
        Answer.error(
            400, "ValidationException", " two\r\n\tlines \u001b[31mred " + "x".repeat(5000)));

    String message = Settings.to(bedrock.endpoint()).failure(InvalidRequest.class).getMessage();

    assertThat(message)
        .startsWith("Bedrock refuses the request: two lines [31mred xxx")
        .endsWith("x\u2026");
    assertThat(message.length()).isLessThan(600);
  }

  @Test
  void saysWhatFailedWithoutAnEndpointByTheRegion() {
    ErrorTranslation errors = new ErrorTranslation(Settings.to(null).build(), "eu-west-1");

    SdxlGenException failure =
        errors.translate(
            SdkClientException.create("x", new java.net.UnknownHostException("x")), MODEL, false);

    assertThat(failure).hasMessage("Bedrock in eu-west-1 can't be found");
    assertThat(failure.advice())
        .isEqualTo("Is there a network, and is eu-west-1 a region with Bedrock?");
  }

  @ParameterizedTest
  @CsvSource({
    "https://gateway.example.com/bedrock, gateway.example.com",
    "http://10.0.0.1:8080, 10.0.0.1:8080",
    "http://[::1]:8080, [::1]:8080"
  })
  void saysWhereItSpokeToWithoutThePath(String endpoint, String where) {
    ErrorTranslation errors =
        new ErrorTranslation(Settings.to(URI.create(endpoint)).build(), "eu-west-1");

    assertThat(
            errors.translate(
                SdkClientException.create("x", new java.net.SocketTimeoutException()),
                MODEL,
                false))
        .hasMessage(where + " can't be reached");
  }

  /** API Gateway and the like say so of an Authorization header that they don't understand. */
  @Test
  void saysNoBearerTokenThatAGatewayEchoes() {
    bedrock.enqueue(
        Answer.error(
            403,
            "IncompleteSignatureException",
            "'bedrock-api-key-secret' not a valid key=value pair (missing equal-sign) in"
                + " Authorization header: 'Bearer bedrock-api-key-secret'."));

    SdxlGenException failure =
        Settings.to(bedrock.endpoint())
            .with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-secret")
            .failure(SdxlGenException.class);

    assertThat(failure.getMessage() + failure.advice()).doesNotContain("bedrock-api-key-secret");
  }

  @Test
  void saysNoSessionTokenThatAGatewayEchoes() {
    bedrock.enqueue(
        Answer.error(
            400, "ValidationException", "x-amz-security-token: FwoGZXIvYXdzEJr is too long"));

    SdxlGenException failure =
        Settings.to(bedrock.endpoint())
            .with("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEJr")
            .failure(SdxlGenException.class);

    assertThat(failure.getMessage()).doesNotContain("FwoGZXIvYXdzEJr");
  }

  /** It is about the model: exit 9, not 3. aws-samples/anthropic-on-aws issue 251. */
  @Test
  void tellsThatAModelIsNotEnabledInBedrocksOtherWords() {
    String said =
        "Model access is denied due to IAM user or service role is not authorized to perform the"
            + " required AWS Marketplace actions (aws-marketplace:ViewSubscriptions,"
            + " aws-marketplace:Subscribe) to enable access to this model.";
    bedrock.enqueue(Answer.error(403, "AccessDeniedException", said));

    assertThat(Settings.to(bedrock.endpoint()).failure(SdxlGenException.class))
        .isExactlyInstanceOf(ModelUnavailable.class);
  }
}
