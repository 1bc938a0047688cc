package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.EndToEnd.assertFailed;
import static dev.sdxlgen.cli.EndToEnd.assertPrinted;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.mock.MockOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sdxl-gen models --live}: what the account has. */
class LiveModelsTest {

  private static final String NONE = "{\"modelSummaries\":[]}";
  private static final String HEADING =
      "MODEL ID  NAME  PROVIDER  STATUS  INFERENCE  ALIAS  FAMILY\n";

  /** An answer of the control plane. */
  private record Reply(int status, String type, String body) {}

  @TempDir Path folder;

  private final Deque<Reply> replies = new ArrayDeque<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
          // The last one stays.
          Reply reply = replies.size() > 1 ? replies.remove() : replies.element();
          if (reply.type() != null) {
            exchange.getResponseHeaders().add("x-amzn-ErrorType", reply.type());
          }
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          byte[] body = reply.body().getBytes(UTF_8);
          exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Program program() {
    return Program.in(folder).withKeys().with("AWS_ENDPOINT_URL_BEDROCK", address());
  }

  private Run run(String... args) {
    return program().run(args);
  }

  private void answer(String body) {
    replies.add(new Reply(200, null, body));
  }

  private void refuse(int status, String type, String message) {
    replies.add(new Reply(status, type, "{\"message\":\"" + message + "\"}"));
  }

  // ---- what goes wrong

  @Test
  void refusesNoRegion() {
    assertFailed(
        Program.in(folder).run("models", "--live"),
        2,
        """
        sdxl-gen: there is no AWS region
          Give one with --region us-west-2 or in AWS_REGION; or try it without AWS: --mock
        """);
  }

  @Test
  void refusesAnEndpointThatIsNone() {
    assertFailed(
        program().with("AWS_ENDPOINT_URL_BEDROCK", "bedrock").run("models", "--live"),
        2,
        """
        sdxl-gen: AWS_ENDPOINT_URL_BEDROCK 'bedrock' is not the URL of a server
          For example: https://bedrock.us-west-2.amazonaws.com
        """);
  }

  @Test
  void tellsWhatPermissionIsMissing() {
    refuse(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/me is not authorized to perform:"
            + " bedrock:ListFoundationModels");

    assertFailed(
        run("models", "--live"),
        3,
        """
        sdxl-gen: AWS doesn't allow it: User: arn:aws:iam::123456789012:user/me is not authorized to \
        perform: bedrock:ListFoundationModels
          The credentials need bedrock:ListFoundationModels
        """);
    assertThat(asked).hasSize(1);
  }

  @Test
  void tellsThatTheCredentialsHaveExpired() {
    refuse(403, "ExpiredTokenException", "The security token included in the request is expired");

    assertFailed(
        run("models", "--live"),
        3,
        """
        sdxl-gen: the AWS credentials have expired
          Get new ones (aws sso login, aws login, or whatever issued them) and run it again
        """);
    assertThat(asked).hasSize(1);
  }

  @Test
  void tellsThatTheKeyIsUnknown() {
    refuse(403, "UnrecognizedClientException", "The security token included in it is invalid.");

    assertFailed(
        run("models", "--live"),
        3,
        """
        sdxl-gen: AWS doesn't know these credentials: The security token included in it is invalid.
          Look at AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or at the profile
        """);
  }

  @Test
  void tellsThatABearerTokenIsNotTaken() {
    refuse(401, "UnauthorizedException", "Invalid API key");

    assertFailed(
        program().with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-ABC").run("models", "--live"),
        3,
        "sdxl-gen: Bedrock doesn't take the key in AWS_BEARER_TOKEN_BEDROCK: Invalid API key\n");
  }

  @Test
  void asksAgainWhenThrottledAndGivesUpAfterThree() {
    refuse(429, "ThrottlingException", "Too many requests");

    assertFailed(
        run("models", "--live"),
        5,
        """
        sdxl-gen: Bedrock is throttling this account: Too many requests
          Wait a minute and run it again; the quota is in the Service Quotas console of us-west-2
        """);
    assertThat(asked).hasSize(3);
  }

  @Test
  void asksAgainWhenBedrockFailed() {
    refuse(503, "ServiceUnavailableException", "Down");
    answer(NONE);

    assertPrinted(run("models", "--live"), HEADING);
    assertThat(asked).hasSize(2);
  }

  @Test
  void givesUpWhenBedrockKeepsFailing() {
    refuse(500, "InternalServerException", "It broke");

    assertFailed(
        run("models", "--live"),
        6,
        """
        sdxl-gen: Bedrock answered 500: It broke
          Try again in a minute
        """);
    assertThat(asked).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"404, UnknownOperationException", "400, ValidationException"})
  void asksWhetherTheEndpointIsTheRightOne(int status, String type) {
    refuse(status, type, "There is no such thing");

    assertFailed(
        run("models", "--live"),
        6,
        "sdxl-gen: 127.0.0.1:"
            + server.getAddress().getPort()
            + " answered "
            + status
            + ": There is no such thing\n"
            + "  Is it an endpoint of Bedrock's control plane, as AWS_ENDPOINT_URL_BEDROCK names"
            + " one?\n");
    assertThat(asked).hasSize(1);
  }

  @Test
  void tellsThatNobodyListens() throws IOException {
    int port = EndToEnd.freePort();

    assertFailed(
        run("models", "--live", "--endpoint-url", "http://127.0.0.1:" + port),
        6,
        "sdxl-gen: 127.0.0.1:"
            + port
            + " refuses the connection\n"
            + "  Is it running, and is the port right?\n");
  }

  @Test
  void doesNotWaitAgainForAnAnswerThatDoesNotCome() throws IOException {
    try (RawServer silent = RawServer.start(socket -> socket.getInputStream().read())) {

      assertFailed(
          run("models", "--live", "--endpoint-url", silent.endpoint().toString(), "--timeout", "1"),
          6,
          "sdxl-gen: 127.0.0.1:"
              + silent.endpoint().getPort()
              + " didn't answer within 1 s\n"
              + "  --timeout waits longer\n");
      assertThat(silent.requests()).isEqualTo(1);
    }
  }

  @Test
  void showsNoSecretThatIsSentBack() {
    refuse(400, "ValidationException", "What is wJalrXUtnFEMIsecret and AKIAIOSFODNN7EXAMPLE?");

    Run run = run("models", "--live");

    assertThat(run.err()).contains("What is … and AKIA…?").doesNotContain("wJalr", "IOSF");
  }

  @Test
  void tellsThatAnAnswerCannotBeRead() {
    answer("<html>Welcome to the proxy</html>");

    assertFailed(
        run("models", "--live"),
        6,
        "sdxl-gen: 127.0.0.1:"
            + server.getAddress().getPort()
            + " answered something that is no list of models\n"
            + "  Is it an endpoint of Bedrock's control plane, as AWS_ENDPOINT_URL_BEDROCK names"
            + " one?\n");
    assertThat(asked).hasSize(1);
  }

  // ---- where and as whom

  @Test
  void asksForImageModelsSignedForTheRegion() {
    answer(NONE);

    assertPrinted(run("models", "--live", "--region", "eu-west-1"), HEADING);

    assertThat(asked).containsExactly("GET /foundation-models?byOutputModality=IMAGE");
    assertThat(authorizations.get(0))
        .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
        .contains("/eu-west-1/bedrock/aws4_request");
  }

  @Test
  void carriesABearerTokenInPlaceOfASignature() {
    answer(NONE);

    assertPrinted(
        program().with("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-ABC").run("models", "--live"),
        HEADING);

    assertThat(authorizations).containsExactly("Bearer bedrock-api-key-ABC");
  }

  @Test
  void takesTheEndpointOptionOverTheServicesVariableOverTheCommonOne() {
    answer(NONE);
    String nowhere = "http://127.0.0.1:9";

    for (Program program :
        List.of(
            Program.in(folder).withKeys().with("AWS_ENDPOINT_URL", address()),
            program().with("AWS_ENDPOINT_URL", nowhere),
            // The runtime's own is another service's.
            program().with("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", nowhere))) {
      assertPrinted(program.run("models", "--live"), HEADING);
    }
    assertPrinted(
        program()
            .with("AWS_ENDPOINT_URL_BEDROCK", nowhere)
            .run("models", "--live", "--endpoint-url", address() + "/gateway"),
        HEADING);

    assertThat(asked).hasSize(4);
    assertThat(asked.get(3)).isEqualTo("GET /gateway/foundation-models?byOutputModality=IMAGE");
  }

  // ---- what comes back

  @Test
  void showsWhatTheServiceSaysThoughItSaysSomethingNew() {
    answer(
        """
        {"modelSummaries":[
          {"modelId":"stability.sd3-5-large-v1:0","modelName":"SD3.5","providerName":"Stability AI",
           "inferenceTypesSupported":["ON_DEMAND","TELEPATHY"],
           "modelLifecycle":{"status":"SUNSETTING"}},
          {"modelId":"acme.painter-v1"}]}""");

    assertPrinted(
        run("models", "--live"),
        """
        MODEL ID                    NAME   PROVIDER      STATUS      INFERENCE            ALIAS        FAMILY
        stability.sd3-5-large-v1:0  SD3.5  Stability AI  SUNSETTING  ON_DEMAND TELEPATHY  sd3.5-large  stable-image
        acme.painter-v1             -      -             -           -                    -            not spoken
        """);
    assertPrinted(
        run("models", "--live", "--json"),
        """
        {"id":"stability.sd3-5-large-v1:0","name":"SD3.5","provider":"Stability AI",\
        "status":"SUNSETTING","inference":["ON_DEMAND","TELEPATHY"],"alias":"sd3.5-large",\
        "family":"stable-image","spoken":true}
        {"id":"acme.painter-v1","name":null,"provider":null,"status":null,"inference":[],\
        "alias":null,"family":null,"spoken":false}
        """);
  }

  @Test
  void listsNothingAsJsonWhereThereIsNothing() {
    answer(NONE);
    answer("{}");

    assertPrinted(run("models", "--live", "--json"), "");
    assertPrinted(run("models", "--live", "--json"), "");
  }

  // ---- the mock

  private static final String MOCK_LIST_END =
      """
      stability.stable-conservative-upscale-v1:0  Stable Image Conservative Upscale  Stability AI  \
      ACTIVE  INFERENCE_PROFILE      -            not spoken
      amazon.titan-image-generator-v1             Titan Image Generator G1           Amazon        \
      LEGACY  ON_DEMAND PROVISIONED  -            amazon
      amazon.titan-image-generator-v2:0           Titan Image Generator G1 v2        Amazon        \
      LEGACY  ON_DEMAND PROVISIONED  titan        amazon
      amazon.nova-canvas-v1:0                     Nova Canvas                        Amazon        \
      LEGACY  ON_DEMAND PROVISIONED  nova-canvas  amazon
      """;

  @Test
  void listsWhatTheMockHas() {
    List<String> log = new ArrayList<>();
    try (MockBedrock bedrock = MockBedrock.start(MockOptions.DEFAULT.withLog(log::add))) {
      Run run =
          Program.in(folder)
              .withKeys()
              .with("AWS_ENDPOINT_URL_BEDROCK", bedrock.endpoint().toString())
              .run("models", "--live");

      assertThat(run.err()).isEmpty();
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).endsWith(MOCK_LIST_END);
      assertThat(run.out().lines()).hasSize(17);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--live", "-q"})
  void asksTheMockWithoutAnAccount(String option) {
    Run run = Program.in(folder).run("models", "--mock", option);

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).endsWith(MOCK_LIST_END);
    assertThat(asked).isEmpty();
  }

  @Test
  void leavesOutColumnsThatATerminalHasNoRoomFor() {
    Run run = Program.in(folder).onATerminal().with("COLUMNS", "80").run("models", "--mock");

    assertThat(run.out())
        .startsWith(
            """
            MODEL ID                                    STATUS  ALIAS        FAMILY
            stability.stable-diffusion-xl               LEGACY  sdxl         sdxl
            """);
    assertThat(run.out().lines().map(String::length)).allMatch(length -> length <= 80);
  }
}
