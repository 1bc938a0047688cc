package dev.sdxlgen.bedrock;

import static dev.sdxlgen.bedrock.Settings.BODY;
import static dev.sdxlgen.bedrock.Settings.MODEL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.bedrock.RawServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In which region, as whom and where to a call is made. */
class ClientFactoryTest {

  @TempDir Path folder;
  private RawServer bedrock;

  @BeforeEach
  void start() {
    bedrock =
        RawServer.answering(
            RawServer.http("200 OK", "Content-Type: application/json\r\n", "{\"a\":1}"));
  }

  @AfterEach
  void stop() {
    bedrock.close();
  }

  // The request

  @Test
  void sendsTheBodyAsItIsSignedWithTheKeys() {
    Settings.to(bedrock.uri()).invoke();

    Request request = sent();
    assertThat(request.line())
        .isEqualTo("POST /model/stability.stable-diffusion-xl/invoke HTTP/1.1");
    assertThat(request.body()).isEqualTo(BODY);
    assertThat(request.header("Content-Type")).isEqualTo("application/json");
    assertThat(request.header("Accept")).isEqualTo("application/json");
    assertThat(request.header("Content-Length")).isEqualTo(Integer.toString(BODY.length));
    assertThat(request.header("X-Amz-Security-Token")).isNull();
    assertThat(request.header("Authorization"))
        .matches(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/us-west-2/bedrock/aws4_request,"
                + " SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}");
  }

  @Test
  void signsWithASessionTokenToo() {
    Settings.to(bedrock.uri()).with("AWS_SESSION_TOKEN", " token \n").invoke();

    assertThat(sent().header("X-Amz-Security-Token")).isEqualTo("token");
    assertThat(sent().header("Authorization")).contains(";x-amz-security-token");
  }

  @ParameterizedTest
  @CsvSource({
    "stability.stable-diffusion-xl-v1:0, stability.stable-diffusion-xl-v1%3A0",
    "us.stability.x, us.stability.x",
    "arn:aws:sagemaker:us-west-2:123456789012:endpoint/sdxl,"
        + " arn%3Aaws%3Asagemaker%3Aus-west-2%3A123456789012%3Aendpoint%2Fsdxl"
  })
  void encodesTheModelIdInThePath(String model, String path) {
    try (BedrockInvoker invoker = Settings.to(bedrock.uri()).connect()) {
      invoker.invoke(model, BODY, () -> {});
    }

    assertThat(sent().line()).isEqualTo("POST /model/" + path + "/invoke HTTP/1.1");
  }

  @Test
  void keepsThePathOfAnEndpoint() {
    Settings.to(URI.create(bedrock.uri() + "/gateway")).invoke();

    assertThat(sent().line()).isEqualTo("POST /gateway/model/" + MODEL + "/invoke HTTP/1.1");
  }

  @Test
  void makesManyCallsWithOneClient() {
    try (BedrockInvoker invoker = Settings.to(bedrock.uri()).connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(invoker.invoke(MODEL, BODY, () -> {}).body())
            .isEqualTo(UTF_8.encode("{\"a\":1}"));
      }
    }
    assertThat(bedrock.requests()).hasSize(3);
  }

  @Test
  void warmsUpWithoutACall() {
    BedrockInvoker.warmUp(true);
    BedrockInvoker.warmUp(false);
    BedrockInvoker.warmUpRole();
    BedrockInvoker.warmUpSecurity(true);
    BedrockInvoker.warmUpTrust(null);
    BedrockInvoker.warmUpTrust("no such file");

    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void sendsABearerTokenInsteadOfASignature() {
    Settings.to(bedrock.uri()).with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key").invoke();

    assertThat(sent().header("Authorization")).isEqualTo("Bearer bedrock-api-key");
  }

  @Test
  void needsNoKeysWhereThereIsABearerToken() {
    Settings.to(bedrock.uri())
        .withoutKeys()
        .with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key")
        .invoke();

    assertThat(sent().header("Authorization")).isEqualTo("Bearer bedrock-api-key");
  }

  @Test
  void signsAsTheProfileThatWasNamedAlsoWhereThereIsABearerToken() throws IOException {
    Settings.to(bedrock.uri())
        .with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key")
        .config(config("[profile work]\naws_access_key_id=AKIAWORK\naws_secret_access_key=s\n"))
        .profile("work")
        .invoke();

    assertThat(sent().header("Authorization")).contains("Credential=AKIAWORK/");
  }

  // The region

  @ParameterizedTest
  @ValueSource(
      strings = {
        "us-west-2.evil.com/",
        "us-west-2.evil.com",
        "us-west-2/",
        "us-west-2#",
        "us-west-2?x",
        "us-west-2@evil",
        "us west",
        "US-WEST-2",
        "us_west_2",
        "us-west-2\n",
        "\u00fcs-west-2",
        "us-west-2%2f",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
      })
  void refusesARegionThatCouldTurnTheCallElsewhere(String region) {
    InvalidRequest failure =
        Settings.to(bedrock.uri()).region(region).failure(InvalidRequest.class);

    assertThat(failure).hasMessage("'" + region + "' is not an AWS region");
    assertThat(failure.advice()).isEqualTo("For example: --region us-west-2");
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void refusesAnEmptyRegion() {
    assertThat(Settings.to(bedrock.uri()).region("").failure(InvalidRequest.class))
        .hasMessage("'' is not an AWS region");
  }

  @Test
  void saysThatThereIsNoRegion() {
    InvalidRequest failure = Settings.to(bedrock.uri()).region(null).failure(InvalidRequest.class);

    assertThat(failure).hasMessage("there is no AWS region");
    assertThat(failure.advice())
        .isEqualTo(
            "Give one with --region us-west-2 or in AWS_REGION; or try it without AWS: --mock");
  }

  @Test
  void takesTheRegionOfTheProfile() throws IOException {
    Path config = config("[default]\nregion=eu-west-1\n[profile work]\nregion=ap-south-1\n");

    Settings.to(bedrock.uri()).region(null).config(config).invoke();
    Settings.to(bedrock.uri()).region(null).config(config).with("AWS_PROFILE", "work").invoke();

    assertThat(bedrock.requests().get(0).header("Authorization")).contains("/eu-west-1/bedrock/");
    assertThat(bedrock.requests().get(1).header("Authorization")).contains("/ap-south-1/bedrock/");
  }

  @Test
  void refusesARegionOfTheProfileThatCouldTurnTheCallElsewhere() throws IOException {
    assertThat(
            Settings.to(bedrock.uri())
                .region(null)
                .config(config("[default]\nregion=x.evil.com/\n"))
                .failure(InvalidRequest.class))
        .hasMessage("'x.evil.com/' is not an AWS region");
  }

  // Profiles

  @Test
  void saysThatThereIsNoSuchProfileAndWhichThereAre() throws IOException {
    Path config =
        config("[default]\nregion=x\n[profile work]\nregion=x\n[profile play]\nregion=x\n");

    Credentials failure =
        Settings.to(bedrock.uri()).config(config).profile("wrok").failure(Credentials.class);

    assertThat(failure).hasMessage("there is no AWS profile named wrok");
    assertThat(failure.advice()).isEqualTo("Profiles: default, play, work");
  }

  @Test
  void saysHowToMakeAProfileWhereThereIsNone() {
    Credentials failure =
        Settings.to(bedrock.uri()).with("AWS_PROFILE", "work").failure(Credentials.class);

    assertThat(failure).hasMessage("there is no AWS profile named work");
    assertThat(failure.advice()).isEqualTo("aws configure --profile work makes it");
  }

  @Test
  void readsTheCredentialsFileToo() throws IOException {
    Path credentials =
        Files.writeString(
            folder.resolve("credentials"),
            "[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = s\n"
                + "aws_session_token = t\n");

    Settings.to(bedrock.uri())
        .withoutKeys()
        .with("AWS_SHARED_CREDENTIALS_FILE", credentials.toString())
        .with("AWS_PROFILE", "work")
        .invoke();

    assertThat(sent().header("Authorization")).contains("Credential=AKIAWORK/");
    assertThat(sent().header("X-Amz-Security-Token")).isEqualTo("t");
  }

  @Test
  void findsTheFilesBelowHome() throws IOException {
    Files.createDirectory(folder.resolve(".aws"));
    Files.writeString(folder.resolve(".aws/config"), "[default]\nregion = eu-west-1\n");
    Files.writeString(
        folder.resolve(".aws/credentials"),
        "[default]\naws_access_key_id = AKIAHOME\naws_secret_access_key = s\n");

    Settings.to(bedrock.uri()).withoutKeys().region(null).with("HOME", folder.toString()).invoke();

    assertThat(sent().header("Authorization"))
        .contains("Credential=AKIAHOME/")
        .contains("/eu-west-1/");
  }

  @Test
  void findsAFileThatIsNamedFromHome() throws IOException {
    config("[default]\nregion=eu-west-1\n");

    Settings.to(bedrock.uri())
        .region(null)
        .with("HOME", folder.toString())
        .with("AWS_CONFIG_FILE", "~/config")
        .invoke();

    assertThat(sent().header("Authorization")).contains("/eu-west-1/");
  }

  @Test
  void saysThatAConfigurationFileIsBroken() throws IOException {
    Path config = config("not a profile\n");

    Credentials failure =
        Settings.to(bedrock.uri()).config(config).profile("x").failure(Credentials.class);

    assertThat(failure).hasMessageStartingWith(config + " can't be read: ");
  }

  @Test
  void takesTheEndpointOfTheProfile() throws IOException {
    Settings.to(null).config(config("[default]\nendpoint_url = " + bedrock.uri() + "\n")).invoke();

    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void takesTheEndpointOfTheProfilesServices() throws IOException {
    Settings.to(null)
        .config(
            config(
                "[default]\nservices = mine\n[services mine]\nbedrock_runtime =\n  endpoint_url = "
                    + bedrock.uri()
                    + "\n"))
        .invoke();

    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void saysThatThereAreNoCredentials() {
    Credentials failure = Settings.to(bedrock.uri()).withoutKeys().failure(Credentials.class);

    assertThat(failure).hasMessage("there are no AWS credentials");
    assertThat(failure.advice())
        .isEqualTo(
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile; or"
                + " try it without AWS: --mock");
    assertThat(bedrock.requests()).isEmpty();
  }

  // Processes that give credentials

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void signsAsAProcessSays() throws IOException {
    Path script =
        script(
            "echo '{\"Version\":1,\"AccessKeyId\":\"ASIAPROCESS\",\"SecretAccessKey\":\"s\","
                + "\"SessionToken\":\"process-token\"}'");

    Settings.to(bedrock.uri())
        .config(config("[profile work]\ncredential_process = " + script + "\n"))
        .profile("work")
        .invoke();

    assertThat(sent().header("Authorization")).contains("Credential=ASIAPROCESS/");
    assertThat(sent().header("X-Amz-Security-Token")).isEqualTo("process-token");
  }

  // Sessions that someone has to begin

  @Test
  void saysHowToSignInWhereAnSsoSessionWasNotBegun() throws IOException {
    Credentials failure =
        Settings.to(bedrock.uri())
            .config(
                config(
                    "[profile work]\nsso_session = never-begun-7d1f\nsso_account_id = 123456789012\n"
                        + "sso_role_name = painter\n[sso-session never-begun-7d1f]\n"
                        + "sso_region = us-west-2\nsso_start_url = https://sso.invalid/start\n"))
            .profile("work")
            .failure(Credentials.class);

    assertSignIn(failure);
  }

  @Test
  void saysHowToSignInWhereAnSsoSessionOfTheOldKindWasNotBegun() throws IOException {
    Credentials failure =
        Settings.to(bedrock.uri())
            .config(
                config(
                    "[profile work]\nsso_account_id = 123456789012\nsso_role_name = painter\n"
                        + "sso_region = us-west-2\nsso_start_url = https://never-7d1f.invalid/\n"))
            .profile("work")
            .failure(Credentials.class);

    assertSignIn(failure);
  }

  private void assertSignIn(SdxlGenException failure) {
    assertThat(failure).hasMessage("the AWS session has expired or was never begun");
    assertThat(failure.advice())
        .isEqualTo(
            "Sign in again: aws sso login (or aws login), with --profile NAME for a profile");
    assertThat(bedrock.requests()).isEmpty();
  }

  /** The SDK's message lists what is in the file, an SSO session for instance. */
  @Test
  void saysThatThereAreNoCredentialsAlsoWhereAnotherProfileHasAnSsoSession() throws IOException {
    Credentials failure =
        Settings.to(bedrock.uri())
            .withoutKeys()
            .config(
                config(
                    "[default]\nregion = us-west-2\n[profile sso-work]\nregion = us-west-2\n"
                        + "[sso-session x]\nsso_region = us-west-2\n"
                        + "sso_start_url = https://sso.invalid/start\n"))
            .failure(Credentials.class);

    assertThat(failure).hasMessage("there are no AWS credentials");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void saysThatAProcessFailed() throws IOException {
    Path script = script("echo 'the lesson is over' >&2; exit 3");

    Credentials failure =
        Settings.to(bedrock.uri())
            .config(config("[profile work]\ncredential_process = " + script + "\n"))
            .profile("work")
            .failure(Credentials.class);

    assertThat(failure)
        .hasMessageStartingWith("the AWS credentials can't be had: ")
        .hasMessageContaining("the lesson is over");
    assertThat(failure.advice())
        .isEqualTo("aws sts get-caller-identity shows whether the AWS CLI gets them");
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void saysThatAProfileHoldsNoCredentials() throws IOException {
    Credentials failure =
        Settings.to(bedrock.uri())
            .config(config("[profile work]\nregion=eu-west-1\n"))
            .profile("work")
            .failure(Credentials.class);

    assertThat(failure)
        .hasMessageStartingWith(
            "the AWS credentials can't be had: Profile file contained no credentials for profile"
                + " 'work'");
  }

  /** The SDK's own clients look for a region too: not at --region, nor at AWS_DEFAULT_REGION. */
  @Test
  void findsTheRegionOfALoginWhereTheCallFindsIt() throws IOException {
    Credentials failure =
        Settings.to(bedrock.uri())
            .config(
                config(
                    "[profile work]\nlogin_session = arn:aws:iam::123456789012:user/never-7d1f\n"))
            .profile("work")
            .failure(Credentials.class);

    assertSignIn(failure);
  }

  @Test
  void saysHowToSignInWhereNobodyLoggedIn() throws IOException {
    System.setProperty("aws.region", "us-west-2");
    Credentials failure;
    try {
      failure =
          Settings.to(bedrock.uri())
              .config(
                  config(
                      "[profile work]\nlogin_session = arn:aws:iam::123456789012:user/never-7d1f\n"))
              .profile("work")
              .failure(Credentials.class);
    } finally {
      System.clearProperty("aws.region");
    }

    assertSignIn(failure);
  }

  private Request sent() {
    assertThat(bedrock.requests()).hasSize(1);
    return bedrock.requests().get(0);
  }

  private Path config(String text) throws IOException {
    return Files.writeString(folder.resolve("config"), text);
  }

  private Path script(String commands) throws IOException {
    Path script = Files.writeString(folder.resolve("script"), "#!/bin/sh\n" + commands + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }
}
