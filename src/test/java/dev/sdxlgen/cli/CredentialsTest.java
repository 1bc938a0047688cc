package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the call is made as, and in which region: both are to be read in its signature. */
class CredentialsTest extends EndToEnd {

  private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final String TOKEN = "FwoGZXIvYXdzEXAMPLEsessionTOKEN";
  private static final String ROLE = "arn:aws:iam::123456789012:role/painter";

  /** Where the files of a user are: not in the folder that the images go to. */
  @TempDir Path home;

  /** Only the endpoint is known. */
  private Program stranger() {
    return Program.in(folder)
        .with("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.endpoint().toString());
  }

  private Program stranger(String config, String credentials) throws IOException {
    return stranger()
        .with("AWS_CONFIG_FILE", Files.writeString(home.resolve("config"), config).toString())
        .with(
            "AWS_SHARED_CREDENTIALS_FILE",
            Files.writeString(home.resolve("credentials"), credentials).toString());
  }

  private String authorization() {
    assertThat(bedrock.requests()).hasSize(1);
    return bedrock.requests().get(0).headers().get("authorization");
  }

  private void assertSignedAs(String key, String region) {
    assertThat(authorization())
        .matches(
            "AWS4-HMAC-SHA256 Credential="
                + key
                + "/\\d{8}/"
                + region
                + "/bedrock/aws4_request, .*");
  }

  @Test
  void signsWithTheKeysOfTheEnvironment() {
    Run run =
        stranger()
            .with("AWS_ACCESS_KEY_ID", KEY)
            .with("AWS_SECRET_ACCESS_KEY", SECRET)
            .with("AWS_REGION", "us-west-2")
            .run("a person", "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertSignedAs(KEY, "us-west-2");
    assertThat(bedrock.requests().get(0).headers()).doesNotContainKey("x-amz-security-token");
  }

  @Test
  void sendsTheSessionToken() {
    assertPrinted(
        program().with("AWS_SESSION_TOKEN", TOKEN).run("a person", "-o", "out.png"), "out.png\n");
    assertThat(bedrock.requests().get(0).headers()).containsEntry("x-amz-security-token", TOKEN);
  }

  @Test
  void takesTheNewerNameOfTheRegionOverTheOlder() {
    assertPrinted(
        program()
            .with("AWS_REGION", "eu-west-1")
            .with("AWS_DEFAULT_REGION", "us-east-1")
            .run("a person", "-o", "out.png"),
        "out.png\n");
    assertSignedAs("AKIDEXAMPLE", "eu-west-1");
  }

  @Test
  void takesTheOlderNameOfTheRegionToo() {
    assertPrinted(
        program()
            .with("AWS_REGION", " ")
            .with("AWS_DEFAULT_REGION", "us-east-1")
            .run("a person", "-o", "out.png"),
        "out.png\n");
    assertSignedAs("AKIDEXAMPLE", "us-east-1");
  }

  @Test
  void takesTheRegionOptionOverBoth() {
    assertPrinted(
        program()
            .with("AWS_DEFAULT_REGION", "us-east-1")
            .run("a person", "-o", "out.png", "--region", "ap-southeast-2"),
        "out.png\n");
    assertSignedAs("AKIDEXAMPLE", "ap-southeast-2");
  }

  @Test
  void refusesNoRegion() throws IOException {
    assertRefused(
        program().without("AWS_REGION").run("a person", "-o", "a/out.png"),
        2,
        """
        sdxl-gen: there is no AWS region
          Give one with --region us-west-2 or in AWS_REGION; or try it without AWS: --mock
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"us west 2", "US-WEST-2", "evil.example.com/", "us-west-2#", ""})
  void refusesARegionThatIsNone(String region) throws IOException {
    assertRefused(
        run("a person", "-o", "a/out.png", "--region", region),
        2,
        "sdxl-gen: '" + region + "' is not an AWS region\n  For example: --region us-west-2\n");
  }

  @Test
  void refusesNoCredentials() throws IOException {
    assertRefused(
        stranger().with("AWS_REGION", "us-west-2").run("a person", "-o", "a/out.png"),
        3,
        """
        sdxl-gen: there are no AWS credentials
          Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile; \
        or try it without AWS: --mock
        """);
  }

  /** What can't be sent must not be told either. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_BEARER_TOKEN_BEDROCK"
      })
  void refusesASecretWithALineBreakInIt(String name) throws IOException {
    assertRefused(
        program().with(name, "ABSKTOPSECRET\nPART2").run("a person", "-o", "a/out.png"),
        3,
        "sdxl-gen: "
            + name
            + " has a line break in it, or another control character\n"
            + "  Was it pasted from a terminal that breaks lines? Set it anew, in one line\n");
  }

  @Test
  void refusesAProfileWithoutCredentialsAndNamesNoOther() throws IOException {
    assertRefused(
        stranger("[profile play]\nregion=us-east-1\n[profile work]\nregion=us-east-1\n", "")
            .run("a person", "-o", "a/out.png", "--profile", "work"),
        3,
        """
        sdxl-gen: the AWS credentials can't be had: Profile file contained no credentials for \
        profile 'work'
          aws sts get-caller-identity shows whether the AWS CLI gets them
        """);
  }

  @Test
  void refusesHalfOfTheCredentials() throws IOException {
    Run run =
        stranger()
            .with("AWS_REGION", "us-west-2")
            .with("AWS_ACCESS_KEY_ID", KEY)
            .run("a person", "-o", "a/out.png");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @Test
  void takesKeysAndRegionOfTheDefaultProfile() throws IOException {
    Run run =
        stranger(
                "[default]\nregion = eu-central-1\n",
                "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                    .formatted(KEY, SECRET))
            .run("a person", "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertSignedAs(KEY, "eu-central-1");
  }

  @Test
  void findsTheFilesAtHome() throws IOException {
    Path aws = Files.createDirectory(home.resolve(".aws"));
    Files.writeString(aws.resolve("config"), "[profile work]\nregion = eu-central-1\n");
    Files.writeString(
        aws.resolve("credentials"),
        "[work]\naws_access_key_id = %s\naws_secret_access_key = %s\n".formatted(KEY, SECRET));

    assertPrinted(
        stranger()
            .with("HOME", home.toString())
            .with("AWS_PROFILE", "work")
            .run("a person", "-o", "out.png"),
        "out.png\n");
    assertSignedAs(KEY, "eu-central-1");
  }

  @Test
  void findsFilesBelowATilde() throws IOException {
    Files.writeString(
        home.resolve("my-config"),
        "[profile work]\nregion = eu-north-1\naws_access_key_id = %s\naws_secret_access_key = %s\n"
            .formatted(KEY, SECRET));

    assertPrinted(
        stranger()
            .with("HOME", home.toString())
            .with("AWS_CONFIG_FILE", "~/my-config")
            .run("a person", "-o", "out.png", "--profile", "work"),
        "out.png\n");
    assertSignedAs(KEY, "eu-north-1");
  }

  @Test
  void takesTheProfileThatIsNamedOverKeysInTheEnvironment() throws IOException {
    Run run =
        stranger(
                "[profile work]\nregion = eu-central-1\n",
                "[work]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                    .formatted(KEY, SECRET))
            .with("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT")
            .with("AWS_SECRET_ACCESS_KEY", "other")
            .with("AWS_PROFILE", "play")
            .run("a person", "-o", "out.png", "--profile", "work");

    assertPrinted(run, "out.png\n");
    assertSignedAs(KEY, "eu-central-1");
  }

  @Test
  void takesTheRegionOfTheEnvironmentOverTheProfiles() throws IOException {
    Run run =
        stranger(
                "[profile work]\nregion = eu-central-1\n",
                "[work]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                    .formatted(KEY, SECRET))
            .with("AWS_DEFAULT_REGION", "us-east-1")
            .run("a person", "-o", "out.png", "--profile", "work");

    assertPrinted(run, "out.png\n");
    assertSignedAs(KEY, "us-east-1");
  }

  @Test
  void refusesAProfileThatIsNotThere() throws IOException {
    String config = "[profile work]\nregion = eu-central-1\n[profile play]\nregion = us-east-1\n";

    assertRefused(
        stranger(config, "").run("a person", "-o", "a/out.png", "--profile", "wrok"),
        3,
        """
        sdxl-gen: there is no AWS profile named wrok
          Profiles: play, work
        """);
    assertRefused(
        stranger(config, "").with("AWS_PROFILE", "wrok").run("a person", "-o", "a/out.png"),
        3,
        """
        sdxl-gen: there is no AWS profile named wrok
          Profiles: play, work
        """);
  }

  @Test
  void saysHowToMakeTheFirstProfile() throws IOException {
    assertRefused(
        run("a person", "-o", "a/out.png", "--profile", "work"),
        3,
        """
        sdxl-gen: there is no AWS profile named work
          aws configure --profile work makes it
        """);
  }

  @Test
  void refusesAConfigurationThatCannotBeRead() throws IOException {
    Run run =
        stranger("[profile work\nregion = eu-central-1\n", "")
            .run("a person", "-o", "a/out.png", "--profile", "work");

    assertThat(run.err()).startsWith("sdxl-gen: " + home.resolve("config") + " can't be read: ");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @Test
  void refusesAProfileWithoutKeys() throws IOException {
    Run run =
        stranger("[profile work]\nregion = eu-central-1\n", "")
            .run("a person", "-o", "a/out.png", "--profile", "work");

    assertThat(run.err()).startsWith("sdxl-gen: ").endsWith("\n").doesNotContain("\tat ");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @Test
  void asksToSignInAgainWhenTheSessionIsNotThere() throws IOException {
    Run run =
        stranger(
                """
                [profile work]
                region = eu-central-1
                sso_session = company
                sso_account_id = 123456789012
                sso_role_name = painter
                [sso-session company]
                sso_region = eu-central-1
                sso_start_url = https://company.example.com/start
                sso_registration_scopes = sso:account:access
                """,
                "")
            .run("a person", "-o", "a/out.png", "--profile", "work");

    assertRefused(
        run,
        3,
        """
        sdxl-gen: the AWS session has expired or was never begun
          Sign in again: aws sso login (or aws login), with --profile NAME for a profile
        """);
  }

  @Test
  void runsTheProfilesOwnProgramForCredentials() throws IOException {
    Path answer =
        Files.writeString(
            home.resolve("answer.json"),
            "{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\"}"
                .formatted(KEY, SECRET));

    Run run =
        stranger(
                "[profile work]\nregion = eu-central-1\ncredential_process = cat " + answer + "\n",
                "")
            .run("a person", "-o", "out.png", "--profile", "work");

    assertPrinted(run, "out.png\n");
    assertSignedAs(KEY, "eu-central-1");
  }

  @Test
  void sendsTheBearerTokenInPlaceOfASignature() {
    Run run =
        stranger()
            .with("AWS_REGION", "us-west-2")
            .with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-SECRET")
            .run("a person", "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertThat(authorization()).isEqualTo("Bearer bedrock-api-key-SECRET");
  }

  @Test
  void prefersTheBearerTokenToKeysButNotToAProfileThatIsNamed() throws IOException {
    assertPrinted(
        program().with("AWS_BEARER_TOKEN_BEDROCK", "key").run("a person", "-o", "1.png"),
        "1.png\n");
    assertThat(authorization()).isEqualTo("Bearer key");

    assertPrinted(
        stranger(
                "[profile work]\nregion = eu-central-1\n",
                "[work]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                    .formatted(KEY, SECRET))
            .with("AWS_BEARER_TOKEN_BEDROCK", "key")
            .run("a person", "-o", "2.png", "--profile", "work"),
        "2.png\n");
    assertThat(bedrock.requests().get(1).headers().get("authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=" + KEY);
  }

  @Test
  void tellsExpiredCredentialsFromMissingPermission() throws IOException {
    bedrock.enqueue(Answer.of(Fault.EXPIRED));
    assertFailed(
        run("a person", "-o", "a/out.png"),
        3,
        """
        sdxl-gen: the AWS credentials have expired
          Get new ones (aws sso login, aws login, or whatever issued them) and run it again
        """);

    bedrock.enqueue(Answer.of(Fault.DENIED));
    assertFailed(
        run("a person", "-o", "a/out.png"),
        3,
        """
        sdxl-gen: AWS doesn't allow it: User: arn:aws:iam::123456789012:user/mock is not \
        authorized to perform: bedrock:InvokeModel on resource: \
        arn:aws:bedrock:us-east-1::foundation-model/stability.stable-diffusion-xl because no \
        identity-based policy allows the bedrock:InvokeModel action
          The credentials need bedrock:InvokeModel on stability.stable-diffusion-xl
        """);
    assertThat(tree()).isEmpty();
  }

  @Test
  void tellsThatTheBearerTokenIsNotTaken() {
    bedrock.enqueue(Answer.error(403, "AccessDeniedException", "Authentication failed: API key"));

    Run run =
        stranger()
            .with("AWS_REGION", "us-west-2")
            .with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-SECRET")
            .run("a person", "-o", "out.png");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .contains("Authentication failed: API key")
        .doesNotContain("bedrock-api-key-SECRET");
  }

  // Roles

  private static HttpServer sts(int status, String answer, List<String> asked) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.getResponseHeaders().set("Content-Type", "text/xml");
          byte[] body = answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static final String ASSUMED =
      """
      <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
      <Credentials><AccessKeyId>ASIAROLEKEY</AccessKeyId><SecretAccessKey>role-secret\
      </SecretAccessKey><SessionToken>role-token</SessionToken>\
      <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
      <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>
      """;

  private static final String DENIED =
      """
      <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>\
      <Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/me is not authorized \
      to perform: sts:AssumeRole</Message></Error><RequestId>1</RequestId></ErrorResponse>
      """;

  @Test
  void assumesARoleAndSignsAsIt() throws IOException {
    List<String> asked = new ArrayList<>();
    HttpServer sts = sts(200, ASSUMED, asked);
    try {
      for (Map<String, String> environment :
          List.of(Map.of("BEDROCK_ASSUME_ROLE", ROLE), Map.<String, String>of())) {
        Program program = program().with("AWS_ENDPOINT_URL_STS", address(sts));
        environment.forEach(program::with);

        Run run =
            environment.isEmpty()
                ? program.run("a person", "-o", "out.png", "-f", "--assume-role", ROLE)
                : program.run("a person", "-o", "out.png", "-f");

        assertPrinted(run, "out.png\n");
      }
      assertThat(asked)
          .hasSize(2)
          .allSatisfy(
              call ->
                  assertThat(call)
                      .contains("Credential=AKIDEXAMPLE/")
                      .contains("/us-west-2/sts/aws4_request")
                      .contains("Action=AssumeRole")
                      .contains("role%2Fpainter"));
      assertThat(bedrock.requests())
          .hasSize(2)
          .allSatisfy(
              request ->
                  assertThat(request.headers())
                      .containsEntry("x-amz-security-token", "role-token")
                      .hasEntrySatisfying(
                          "authorization",
                          value -> assertThat(value).contains("Credential=ASIAROLEKEY/")));
    } finally {
      sts.stop(0);
    }
  }

  @Test
  void refusesARoleThatCannotBeAssumed() throws IOException {
    HttpServer sts = sts(403, DENIED, new ArrayList<>());
    try {
      assertRefused(
          program()
              .with("AWS_ENDPOINT_URL_STS", address(sts))
              .run("a person", "-o", "a/out.png", "--assume-role", ROLE),
          3,
          "sdxl-gen: the role "
              + ROLE
              + " can't be assumed: User: arn:aws:iam::123456789012:user/me is not authorized to"
              + " perform: sts:AssumeRole\n"
              + "  Its trust policy must name you, and you need sts:AssumeRole on it\n");
    } finally {
      sts.stop(0);
    }
  }

  @Test
  void refusesARoleThatIsNoArn() throws IOException {
    assertRefused(
        run("a person", "-o", "a/out.png", "--assume-role", "painter"),
        2,
        """
        sdxl-gen: --assume-role painter is not an ARN
          For example: arn:aws:iam::123456789012:role/painter
        """);
  }

  // Secrets

  /** What AWS is known to answer: all that was signed, the session token with it. */
  private static String signatureMismatch(String separator) {
    return String.join(
        separator,
        "The request signature we calculated does not match the signature you provided.",
        "The Canonical String for this request should have been",
        "'POST",
        "/model/stability.stable-diffusion-xl/invoke",
        "",
        "x-amz-security-token:" + TOKEN,
        "authorization:AWS4-HMAC-SHA256 Credential=" + KEY + "/20261124',",
        SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-q", "--json", "-v", "-vv", "-vvv"})
  void tellsNoSecretHoweverMuchItSays(String verbosity) {
    for (Answer answer :
        List.of(
            Answer.error(403, "InvalidSignatureException", signatureMismatch("\n")),
            Answer.error(403, "SignatureDoesNotMatch", signatureMismatch("\n")),
            Answer.error(403, "AccessDeniedException", signatureMismatch("\n")),
            Answer.of(Fault.EXPIRED),
            Answer.of(Fault.THROTTLE),
            Answer.of(Fault.RESET),
            Answer.of(Fault.OK))) {
      bedrock.enqueue(answer);

      Run run =
          Program.in(folder)
              .against(bedrock)
              .with("AWS_ACCESS_KEY_ID", KEY)
              .with("AWS_SECRET_ACCESS_KEY", SECRET)
              .with("AWS_SESSION_TOKEN", TOKEN)
              .run("a person", "-o", "out.png", "-f", verbosity, "--max-attempts", "1");

      assertThat(run.err() + run.out())
          .doesNotContain(SECRET)
          .doesNotContain(TOKEN)
          .doesNotContain(KEY)
          .doesNotContain("Signature=");
    }
  }

  @Test
  void tellsNoBearerTokenHoweverMuchItSays() {
    bedrock.enqueue(Answer.error(401, "Unauthorized", "No."));

    Run run =
        stranger()
            .with("AWS_REGION", "us-west-2")
            .with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-SECRET")
            .run("a person", "-o", "out.png", "-vv");

    assertThat(run.err())
        .contains("sdxl-gen: Bedrock doesn't take the key in AWS_BEARER_TOKEN_BEDROCK: ")
        .doesNotContain("SECRET");
    assertThat(run.exitCode()).isEqualTo(3);
  }

  @Test
  void doesNotTakeEveryWordWithThoseLettersForASession() throws IOException {
    // "espresso" has "sso" in it.
    Run run =
        stranger("[profile espresso]\nregion = eu-central-1\n", "")
            .run("a person", "-o", "a/out.png", "--profile", "espresso");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).doesNotContain("session has expired");
  }

  @Test
  void refusesAnAddressOfTheRoleServiceThatIsNoUrl() throws IOException {
    Run run =
        program()
            .with("AWS_ENDPOINT_URL_STS", "http://me:hunter2@not a url")
            .run("a person", "-o", "a/out.png", "--assume-role", ROLE);

    assertThat(run.err()).startsWith("sdxl-gen: AWS_ENDPOINT_URL_STS ").doesNotContain("hunter2");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @Test
  void tellsNoAccessKeyOfTheFirstLineEither() {
    bedrock.enqueue(
        Answer.error(
            403,
            "UnrecognizedClientException",
            "The AWS Access Key Id " + KEY + " needs a subscription for the service"));

    Run run = program().with("AWS_ACCESS_KEY_ID", KEY).run("a person", "-o", "out.png", "-v");

    assertThat(run.err()).contains("caused by ").doesNotContain(KEY);
  }

  @Test
  void namesTheVariableThatHoldsABadRole() throws IOException {
    assertRefused(
        program().with("BEDROCK_ASSUME_ROLE", "painter").run("a person", "-o", "a/out.png"),
        2,
        """
        sdxl-gen: BEDROCK_ASSUME_ROLE painter is not an ARN
          For example: arn:aws:iam::123456789012:role/painter
        """);
  }
}
