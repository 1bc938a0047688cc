package dev.sdxlgen.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.bedrock.RawServer.Request;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Roles: STS is a server here, which sees who asks, and Bedrock another, which sees who came. */
class RoleTest {

  private static final String ARN = "arn:aws:iam::123456789012:role/painter";

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

  @ParameterizedTest
  @ValueSource(strings = {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"})
  void asksForTheRoleAndMakesTheCallWithIt(String variable) {
    try (RawServer sts = sts("AssumeRole")) {
      Settings.to(bedrock.uri()).role(ARN).with(variable, sts.uri().toString()).invoke();

      assertThat(sts.requests()).hasSize(1);
      Request asked = sts.requests().get(0);
      assertThat(asked.line()).isEqualTo("POST / HTTP/1.1");
      assertThat(form(asked))
          .isEqualTo(
              Map.of(
                  "Action", "AssumeRole",
                  "Version", "2011-06-15",
                  "RoleArn", ARN,
                  "RoleSessionName", "sdxl-gen"));
      assertThat(asked.header("Authorization"))
          .contains("Credential=AKIDEXAMPLE/")
          .contains("/us-west-2/sts/aws4_request");
      assertThat(bedrock.requests()).hasSize(1);
      assertCalledAsRole();
    }
  }

  @Test
  void asksTheEndpointOfStsRatherThanTheOneOfAll() {
    try (RawServer sts = sts("AssumeRole");
        RawServer all = sts("AssumeRole")) {
      Settings.to(bedrock.uri())
          .role(ARN)
          .with("AWS_ENDPOINT_URL", all.uri().toString())
          .with("AWS_ENDPOINT_URL_STS", sts.uri().toString())
          .invoke();

      assertThat(sts.requests()).hasSize(1);
      assertThat(all.requests()).isEmpty();
    }
  }

  @Test
  void asksOnceForManyCalls() {
    try (RawServer sts = sts("AssumeRole");
        BedrockInvoker invoker =
            Settings.to(bedrock.uri())
                .role(ARN)
                .with("AWS_ENDPOINT_URL_STS", sts.uri().toString())
                .connect()) {
      invoker.invoke(Settings.MODEL, Settings.BODY, () -> {});
      invoker.invoke(Settings.MODEL, Settings.BODY, () -> {});

      assertThat(sts.requests()).hasSize(1);
      assertThat(bedrock.requests()).hasSize(2);
    }
  }

  /** AWS_MAX_ATTEMPTS, of which this is the same to the SDK, may be set to nothing. */
  @Test
  void asksThoughTheNumberOfAttemptsIsEmpty() {
    System.setProperty("aws.maxAttempts", "");
    try (RawServer sts = sts("AssumeRole")) {
      Settings.to(bedrock.uri())
          .role(ARN)
          .with("AWS_ENDPOINT_URL_STS", sts.uri().toString())
          .invoke();

      assertThat(sts.requests()).hasSize(1);
      assertCalledAsRole();
    } finally {
      System.clearProperty("aws.maxAttempts");
    }
  }

  @Test
  void asksWithASessionToken() {
    try (RawServer sts = sts("AssumeRole")) {
      Settings.to(bedrock.uri())
          .role(ARN)
          .with("AWS_SESSION_TOKEN", "mine")
          .with("AWS_ENDPOINT_URL_STS", sts.uri().toString())
          .invoke();

      assertThat(sts.requests().get(0).header("X-Amz-Security-Token")).isEqualTo("mine");
      assertCalledAsRole();
    }
  }

  @Test
  void prefersTheRoleToABearerToken() {
    try (RawServer sts = sts("AssumeRole")) {
      Settings.to(bedrock.uri())
          .role(ARN)
          .with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key")
          .with("AWS_ENDPOINT_URL_STS", sts.uri().toString())
          .invoke();

      assertCalledAsRole();
    }
  }

  @Test
  void asksAsTheProfileThatWasNamed() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("config"),
            "[profile work]\naws_access_key_id=AKIAWORK\naws_secret_access_key=s\n");
    try (RawServer sts = sts("AssumeRole")) {
      Settings.to(bedrock.uri())
          .role(ARN)
          .config(config)
          .profile("work")
          .with("AWS_ENDPOINT_URL_STS", sts.uri().toString())
          .invoke();

      assertThat(sts.requests().get(0).header("Authorization")).contains("Credential=AKIAWORK/");
      assertCalledAsRole();
    }
  }

  @Test
  void saysThatARoleCannotBeAssumed() {
    String said =
        "User: arn:aws:iam::123456789012:user/joe is not authorized to perform: sts:AssumeRole on"
            + " resource: "
            + ARN;
    try (RawServer sts = refusing("403 Forbidden", "AccessDenied", said)) {
      Credentials failure =
          Settings.to(bedrock.uri())
              .role(ARN)
              .with("AWS_ENDPOINT_URL_STS", sts.uri().toString())
              .failure(Credentials.class);

      assertThat(failure).hasMessage("the role " + ARN + " can't be assumed: " + said);
      assertThat(failure.advice())
          .isEqualTo("Its trust policy must name you, and you need sts:AssumeRole on it");
      assertThat(sts.requests()).hasSize(1);
      assertThat(bedrock.requests()).isEmpty();
    }
  }

  @Test
  void saysThatThereAreNoCredentialsToAskWith() {
    Credentials failure =
        Settings.to(bedrock.uri())
            .withoutKeys()
            .role(ARN)
            .with("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
            .failure(Credentials.class);

    assertThat(failure).hasMessage("there are no AWS credentials");
  }

  // Profiles with roles: the SDK asks by itself, where these properties says

  @Test
  void takesTheRoleOfAProfile() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("config"),
            "[profile base]\naws_access_key_id=AKIABASE\naws_secret_access_key=s\n"
                + "[profile work]\nrole_arn="
                + ARN
                + "\nsource_profile=base\nregion=us-west-2\n");
    try (RawServer sts = sts("AssumeRole")) {
      withStsAt(
          sts.uri(), () -> Settings.to(bedrock.uri()).config(config).profile("work").invoke());

      assertThat(form(sts.requests().get(0)))
          .containsEntry("Action", "AssumeRole")
          .containsEntry("RoleArn", ARN);
      assertThat(sts.requests().get(0).header("Authorization")).contains("Credential=AKIABASE/");
      assertCalledAsRole();
    }
  }

  @Test
  void saysThatTheRoleOfAProfileCannotBeAssumed() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("config"),
            "[profile base]\naws_access_key_id=AKIABASE\naws_secret_access_key=s\n"
                + "[profile work]\nrole_arn="
                + ARN
                + "\nsource_profile=base\nregion=us-west-2\n");
    try (RawServer sts = refusing("403 Forbidden", "AccessDenied", "no")) {
      withStsAt(
          sts.uri(),
          () ->
              assertThat(
                      Settings.to(bedrock.uri())
                          .config(config)
                          .profile("work")
                          .failure(Credentials.class))
                  .hasMessageContaining("can't be")
                  .hasMessageContaining("no"));
      assertThat(bedrock.requests()).isEmpty();
    }
  }

  @Test
  void takesTheRoleThatAWebIdentityGives() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "web.identity.token");
    Path config =
        Files.writeString(
            folder.resolve("config"),
            "[profile work]\nrole_arn="
                + ARN
                + "\nweb_identity_token_file="
                + token
                + "\nrole_session_name=ci\nregion=us-west-2\n");
    try (RawServer sts = sts("AssumeRoleWithWebIdentity")) {
      withStsAt(
          sts.uri(), () -> Settings.to(bedrock.uri()).config(config).profile("work").invoke());

      assertThat(form(sts.requests().get(0)))
          .containsEntry("Action", "AssumeRoleWithWebIdentity")
          .containsEntry("WebIdentityToken", "web.identity.token");
      assertCalledAsRole();
    }
  }

  /** What is wrong is not the role. */
  @ParameterizedTest
  @CsvSource({
    "ExpiredToken, The security token included in the request is expired,"
        + " the AWS credentials have expired",
    "InvalidClientTokenId, The security token included in the request is invalid.,"
        + " AWS doesn't know these credentials: The security token included in the request is"
        + " invalid.",
    "SignatureDoesNotMatch, Signature expired: 20150830T123600Z is now earlier than 20150830,"
        + " this computer's clock is off: AWS finds the signature's time wrong"
  })
  void tellsWhatIsWrongWithTheCallersOwnCredentials(String code, String said, String message) {
    try (RawServer sts = refusing("403 Forbidden", code, said)) {
      assertThat(
              Settings.to(bedrock.uri())
                  .role(ARN)
                  .with("AWS_ENDPOINT_URL_STS", sts.uri().toString())
                  .failure(Credentials.class))
          .hasMessage(message);
    }
  }

  @Test
  void saysThatItIsStsThatCannotBeReached() {
    URI nobody;
    try (RawServer server = RawServer.start(connection -> {})) {
      nobody = server.uri();
    }

    SdxlGenException failure =
        Settings.to(bedrock.uri())
            .role(ARN)
            .with("AWS_ENDPOINT_URL_STS", nobody.toString())
            .failure(SdxlGenException.class);

    assertThat(failure).isInstanceOf(BedrockFailed.class);
    assertThat(failure.getMessage())
        .doesNotContain(Integer.toString(bedrock.uri().getPort()))
        .contains("STS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"not a url", "localhost:8000", "127.0.0.1", "ftp://x", "http://"})
  void refusesAnEndpointOfStsThatIsNoUrl(String endpoint) {
    assertThat(
            Settings.to(bedrock.uri())
                .role(ARN)
                .with("AWS_ENDPOINT_URL_STS", endpoint)
                .failure(InvalidRequest.class))
        .hasMessageContaining("AWS_ENDPOINT_URL_STS")
        .hasMessageContaining("is not the URL of a server");
  }

  private void assertCalledAsRole() {
    Request call = bedrock.requests().get(0);
    assertThat(call.header("Authorization"))
        .contains("Credential=ASIAROLE/")
        .contains("/us-west-2/bedrock/aws4_request");
    assertThat(call.header("X-Amz-Security-Token")).isEqualTo("role-token");
  }

  private static void withStsAt(URI uri, Runnable test) {
    System.setProperty("aws.endpointUrlSts", uri.toString());
    System.setProperty("aws.region", "us-west-2");
    try {
      test.run();
    } finally {
      System.clearProperty("aws.endpointUrlSts");
      System.clearProperty("aws.region");
    }
  }

  private static Map<String, String> form(Request request) {
    Map<String, String> fields = new TreeMap<>();
    for (String field : request.text().split("&")) {
      String[] parts = field.split("=", 2);
      fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return fields;
  }

  private static RawServer sts(String action) {
    return RawServer.answering(
        RawServer.http(
            "200 OK",
            "Content-Type: text/xml\r\n",
            """
            <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <%1$sResult>
                <AssumedRoleUser>
                  <Arn>arn:aws:sts::123456789012:assumed-role/painter/sdxl-gen</Arn>
                  <AssumedRoleId>AROAEXAMPLE:sdxl-gen</AssumedRoleId>
                </AssumedRoleUser>
                <Credentials>
                  <AccessKeyId>ASIAROLE</AccessKeyId>
                  <SecretAccessKey>role-secret</SecretAccessKey>
                  <SessionToken>role-token</SessionToken>
                  <Expiration>2099-01-01T00:00:00Z</Expiration>
                </Credentials>
              </%1$sResult>
              <ResponseMetadata><RequestId>sts-1</RequestId></ResponseMetadata>
            </%1$sResponse>
            """
                .formatted(action)));
  }

  private static RawServer refusing(String status, String code, String message) {
    return RawServer.answering(
        RawServer.http(
            status,
            "Content-Type: text/xml\r\n",
            """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>
              <RequestId>sts-2</RequestId>
            </ErrorResponse>
            """
                .formatted(code, message)));
  }
}
