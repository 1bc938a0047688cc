package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each answer that isn't an image comes to: the message, whole, and the exit code. */
class BedrockErrorTest extends EndToEnd {

  private static final String RETIRED_ADVICE =
      "SDXL lives on behind Marketplace endpoints, whose ARN -m takes";
  private static final String INSTEAD =
      "  Run this instead (sd3.5-large was active on 2026-07-29):\n";
  private static final String THROTTLED_ADVICE =
      "Wait a minute and run it again; the quota is in the Service Quotas console of us-west-2";
  private static final String UNKNOWN_ADVICE =
      "Look at its spelling, try another --region, or name another one with -m";
  private static final String REFUSED_ADVICE = "--dry-run shows the request that was sent";

  private static Arguments row(
      int status, String type, String said, int exitCode, String message, String advice) {
    return Arguments.of(status, type, said, exitCode, message, advice);
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        row(
            400,
            "ValidationException",
            "Malformed input request: #/text_prompts: expected minimum item count: 1, found: 0,"
                + " please reformat your input and try again.",
            2,
            "Bedrock refuses the request: Malformed input request: #/text_prompts: expected minimum"
                + " item count: 1, found: 0, please reformat your input and try again.",
            REFUSED_ADVICE),
        row(
            400,
            "ValidationException",
            "This prompt\n  has been\tblocked. ",
            2,
            "Bedrock refuses the request: This prompt has been blocked.",
            REFUSED_ADVICE),
        row(
            400,
            "ValidationException",
            "The provided model identifier is invalid.",
            9,
            MODEL + " is not a model that us-west-2 has: The provided model identifier is invalid.",
            UNKNOWN_ADVICE),
        row(
            400,
            "ValidationException",
            "1 validation error detected: Value 'x' at 'modelId' failed to satisfy constraint:"
                + " Member must satisfy regular expression pattern: (arn:aws(-[^:]+)?:bedrock:.*)",
            9,
            MODEL
                + " is not a model that us-west-2 has: 1 validation error detected: Value 'x' at"
                + " 'modelId' failed to satisfy constraint: Member must satisfy regular expression"
                + " pattern: (arn:aws(-[^:]+)?:bedrock:.*)",
            UNKNOWN_ADVICE),
        row(
            400,
            "ValidationException",
            "Invocation of model ID x with on-demand throughput isn’t supported. Retry your request"
                + " with the ID or ARN of an inference profile that contains this model.",
            9,
            MODEL
                + " can't be called by its own id: Invocation of model ID x with on-demand"
                + " throughput isn’t supported. Retry your request with the ID or ARN of an"
                + " inference profile that contains this model.",
            "Name an inference profile that contains it: -m us." + MODEL),
        row(
            403,
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/me is not authorized to perform:"
                + " bedrock:InvokeModel",
            3,
            "AWS doesn't allow it: User: arn:aws:iam::123456789012:user/me is not authorized to"
                + " perform: bedrock:InvokeModel",
            "The credentials need bedrock:InvokeModel on " + MODEL),
        row(
            403,
            "AccessDeniedException",
            "You don't have access to the model with the specified model ID.",
            9,
            MODEL
                + " is not enabled for this account: You don't have access to the model with the"
                + " specified model ID.",
            "Ask for it under Model access in the Bedrock console of us-west-2"),
        row(
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            3,
            "AWS doesn't know these credentials: The security token included in the request is"
                + " invalid.",
            "Look at AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or at the profile"),
        row(
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            3,
            "the AWS credentials have expired",
            "Get new ones (aws sso login, aws login, or whatever issued them) and run it again"),
        row(
            403,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided.",
            3,
            "AWS finds the signature wrong",
            "The secret key doesn't belong to the access key: look at AWS_SECRET_ACCESS_KEY"),
        row(
            404,
            "ResourceNotFoundException",
            "This model version has reached the end of its life. Please refer to the AWS"
                + " documentation for more details.",
            9,
            MODEL
                + " is retired: This model version has reached the end of its life. Please refer to"
                + " the AWS documentation for more details.",
            RETIRED_ADVICE),
        row(
            404,
            "ResourceNotFoundException",
            "Access denied. This Model is marked by provider as Legacy and you have not been"
                + " actively using the model in the last 15 days. Please upgrade to an active model"
                + " on Amazon Bedrock",
            9,
            MODEL
                + " is a legacy model and closed to this account: Access denied. This Model is"
                + " marked by provider as Legacy and you have not been actively using the model in"
                + " the last 15 days. Please upgrade to an active model on Amazon Bedrock",
            ""),
        row(
            404,
            "ResourceNotFoundException",
            "Could not resolve the foundation model.",
            9,
            MODEL + " is not a model that us-west-2 has: Could not resolve the foundation model.",
            UNKNOWN_ADVICE),
        row(
            408,
            "ModelTimeoutException",
            "The model timed out.",
            6,
            "the model took too long: The model timed out.",
            "Fewer --steps may help; --retry-unsure 1 asks again, which may be billed twice"),
        row(424, "ModelErrorException", "It broke.", 6, "the model failed: It broke.", ""),
        row(
            429,
            "ThrottlingException",
            "Too many requests, please wait before trying again.",
            5,
            "Bedrock is throttling this account: Too many requests, please wait before trying"
                + " again.",
            THROTTLED_ADVICE),
        row(
            429,
            "ModelNotReadyException",
            "Wait.",
            5,
            MODEL + " isn't ready: Wait.",
            "Try again in a minute"),
        row(
            400,
            "ServiceQuotaExceededException",
            "Your request exceeds the service quota for your account.",
            5,
            "Bedrock is throttling this account: Your request exceeds the service quota for your"
                + " account.",
            THROTTLED_ADVICE),
        row(
            500,
            "InternalServerException",
            "Oops.",
            6,
            "Bedrock answered 500: Oops.",
            "Try again in a minute"),
        row(
            503,
            "ServiceUnavailableException",
            "Busy.",
            6,
            "Bedrock answered 503: Busy.",
            "Try again in a minute"),
        row(
            504,
            "GatewayTimeout",
            "Gave up.",
            6,
            "Bedrock answered 504: Gave up.",
            "The image may have been made and billed. --timeout waits longer; --retry-unsure 1 asks"
                + " again"),
        row(
            413,
            "RequestEntityTooLargeException",
            "Too large.",
            2,
            "Bedrock refuses the request: Too large.",
            "The request is too large"),
        row(
            401,
            "Unauthorized",
            "Who are you?",
            3,
            // The JDK keeps the body of a 401 to itself once the request was streamed.
            "AWS doesn't allow it: it doesn't say why",
            "The credentials need bedrock:InvokeModel on " + MODEL));
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @MethodSource("answers")
  void becomesAdvice(
      int status, String type, String said, int exitCode, String message, String advice)
      throws IOException {
    bedrock.enqueue(Answer.error(status, type, said));

    Run run = run("a person", "-n", "hat", "-o", "a/out.png", "--max-attempts", "1");

    assertFailed(
        run,
        exitCode,
        "sdxl-gen: "
            + message
            + "\n"
            + (advice.isEmpty() ? "" : "  " + advice + "\n")
            + (exitCode != 9 || message.contains("by its own id")
                ? ""
                : INSTEAD
                    + "    sdxl-gen \"a person\" -n hat -o a/out.png --max-attempts 1"
                    + " -m sd3.5-large --region us-west-2\n"));
    assertThat(bedrock.requests()).hasSize(1);
    assertThat(tree()).isEmpty();
  }

  /** As the mock plays them, with the words that Bedrock was heard to use. */
  @ParameterizedTest
  @ValueSource(strings = {"DENIED 3", "EXPIRED 3", "EOL 9", "THROTTLE 5", "QUOTA 5", "FILTERED 4"})
  void endsWithTheCodeOfTheFault(String row) throws IOException {
    String[] fault = row.split(" ");
    bedrock.enqueue(Answer.of(Fault.valueOf(fault[0])));

    Run run = run("a person", "-o", "out.png", "--max-attempts", "1");

    assertThat(run.exitCode()).isEqualTo(Integer.parseInt(fault[1]));
    assertThat(run.out()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Signature expired: 20261124T041300Z is now earlier than 20261124T041500Z (…)",
        "Signature not yet current: 20261124T041300Z is still later than 20261124T041000Z (…)"
      })
  void tellsThatTheClockIsOff(String said) {
    bedrock.enqueue(Answer.error(403, "InvalidSignatureException", said));

    Run run = run("a person", "-o", "out.png");

    assertThat(run.err())
        .matches(
            """
            sdxl-gen: this computer's clock is off: AWS finds the signature's time wrong
              Set the clock \\(it says \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\) and run it again
            """);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void understandsAProxyThatAnswersInHtml() {
    byte[] page = "<html><h1>Bad Gateway</h1></html>".getBytes(StandardCharsets.UTF_8);
    bedrock.enqueue(Answer.raw(502, Map.of("Content-Type", "text/html"), page));

    assertFailed(
        run("a person", "-o", "out.png", "--max-attempts", "1"),
        6,
        """
        sdxl-gen: Bedrock answered 502: it doesn't say why
          Try again in a minute
        """);
  }

  @Test
  void saysWhatIsNoBedrockAtAll() {
    bedrock.enqueue(Answer.json(404, "{}"));
    String host = bedrock.endpoint().getAuthority();

    assertFailed(
        run("a person", "-o", "out.png"),
        6,
        "sdxl-gen: "
            + host
            + " answered 404: it doesn't say why\n  Is it a Bedrock Runtime endpoint?\n");
  }

  @Test
  void followsNoRedirection() throws IOException {
    bedrock.enqueue(Answer.json(302, "{}").withHeader("Location", bedrock.endpoint() + "/model/x"));
    String host = bedrock.endpoint().getAuthority();

    assertFailed(
        run("a person", "-o", "out.png"),
        6,
        "sdxl-gen: "
            + host
            + " answered 302: it doesn't say why\n  Is it a Bedrock Runtime endpoint?\n");
    assertThat(bedrock.requests()).hasSize(1);
    assertThat(tree()).isEmpty();
  }

  @Test
  void shortensWhatGoesOnForPages() {
    bedrock.enqueue(Answer.error(400, "ValidationException", "x".repeat(100_000)));

    assertFailed(
        run("a person", "-o", "out.png"),
        2,
        "sdxl-gen: Bedrock refuses the request: "
            + "x".repeat(500)
            + "…\n  --dry-run shows the request that was sent\n");
  }

  @Test
  void tellsOfAFilteredImageAndSavesNothing() throws IOException {
    bedrock.enqueue(Answer.image(PICTURE, 12, "CONTENT_FILTERED"));

    assertFailed(
        run("a person", "-o", "a/out.png"),
        4,
        """
        sdxl-gen: the model filtered the image (seed 12)
          Try other words or another seed; --keep-filtered saves the blurred image
        """);
    assertThat(tree()).isEmpty();
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void savesAFilteredImageWhenAsked() throws IOException {
    bedrock.enqueue(Answer.image(PICTURE, 12, "CONTENT_FILTERED"));

    Run run = run("a person", "--keep-filtered");

    assertThat(run.err()).isEqualTo("sdxl-gen: the model filtered this image and blurred it\n");
    assertThat(run.out()).isEqualTo("a-person-12.png\n");
    assertThat(run.exitCode()).isZero();
    assertThat(sent(folder.resolve("a-person-12.png"))).isEqualTo(PICTURE);
  }

  @Test
  void tellsOfAModelThatTheMockDoesNotKnow() {
    Run run = run("a person", "-m", "stability.stable-diffusion-2", "-o", "out.png");

    assertFailed(
        run,
        9,
        "sdxl-gen: stability.stable-diffusion-2 doesn't tell what it speaks and is taken as sdxl."
            + " --family sdxl|stable-image|amazon says otherwise\n"
            + "sdxl-gen: stability.stable-diffusion-2 is not a model that us-west-2 has: The provided"
            + " model identifier is invalid.\n  "
            + UNKNOWN_ADVICE
            + "\n"
            + INSTEAD
            + "    sdxl-gen \"a person\" -o out.png -m sd3.5-large --region us-west-2\n");
  }
}
