package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.MockBedrock;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which model is called, and where. */
class ConnectionTest extends EndToEnd {

  private static final String ENDPOINT_ADVICE =
      "  For example: https://bedrock-runtime.us-west-2.amazonaws.com\n";

  @Test
  void callsStableDiffusionXlUnlessToldOtherwise() {
    assertPrinted(run("a person", "-o", "out.png"), "out.png\n");
    assertThat(bedrock.requests().get(0).modelId()).isEqualTo(MODEL);
    assertThat(bedrock.requests().get(0).path()).isEqualTo("/model/" + MODEL + "/invoke");
    assertThat(bedrock.requests().get(0).headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("accept", "application/json");
  }

  @Test
  void callsTheModelOfTheEnvironmentAndTheOptionsBeforeIt() {
    assertPrinted(
        program().with("SDXL_GEN_MODEL", MODEL + "-v1").run("a person", "-o", "1.png"), "1.png\n");
    assertPrinted(
        program().with("SDXL_GEN_MODEL", MODEL + "-v1").run("hi", "-o", "2.png", "-m", MODEL),
        "2.png\n");
    assertPrinted(
        program().with("SDXL_GEN_MODEL", " ").run("hi", "-o", "3.png", "--model", MODEL + "-v0"),
        "3.png\n");

    assertThat(bedrock.requests())
        .extracting("modelId")
        .containsExactly(MODEL + "-v1", MODEL, MODEL + "-v0");
  }

  @ParameterizedTest
  @CsvSource({
    "us.stability.stable-diffusion-xl-v1, us.stability.stable-diffusion-xl-v1",
    "arn:aws:sagemaker:us-west-2:111122223333:endpoint/sdxl,"
        + " arn%3Aaws%3Asagemaker%3Aus-west-2%3A111122223333%3Aendpoint%2Fsdxl",
    "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/abc123,"
        + " arn%3Aaws%3Abedrock%3Aus-west-2%3A111122223333%3Aprovisioned-model%2Fabc123",
    "arn:aws:bedrock:us-west-2:111122223333:application-inference-profile/x1,"
        + " arn%3Aaws%3Abedrock%3Aus-west-2%3A111122223333%3Aapplication-inference-profile%2Fx1",
  })
  void callsAnyIdOrArn(String model, String path) {
    assertPrinted(run("a person", "-m", model, "--family", "sdxl", "-o", "out.png"), "out.png\n");
    assertThat(bedrock.requests().get(0).modelId()).isEqualTo(model);
    assertThat(bedrock.requests().get(0).path()).isEqualTo("/model/" + path + "/invoke");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "stable diffusion"})
  void refusesAModelIdThatIsNone(String model) throws IOException {
    assertRefused(
        run("a person", "-o", "out.png", "-m", model),
        2,
        "sdxl-gen: --model '"
            + model
            + "' is not a model id\n  For example: -m stability.stable-diffusion-xl\n");
  }

  @Test
  void takesTheEndpointOptionOverTheServicesVariableOverTheCommonOne() {
    URI nowhere = URI.create("http://127.0.0.1:9");
    String here = bedrock.endpoint().toString();

    assertPrinted(
        Program.in(folder).against(nowhere).run("hi", "-o", "1.png", "--endpoint-url", here),
        "1.png\n");
    assertPrinted(
        program().with("AWS_ENDPOINT_URL", nowhere.toString()).run("hi", "-o", "2.png"), "2.png\n");
    assertPrinted(
        Program.in(folder).withKeys().with("AWS_ENDPOINT_URL", here).run("hi", "-o", "3.png"),
        "3.png\n");
    assertThat(bedrock.requests()).hasSize(3);
  }

  @Test
  void keepsThePathOfAGateway() throws IOException {
    try (MockBedrock gateway = MockBedrock.start()) {
      // The mock knows no such path; what counts is that it was asked for.
      Run run =
          Program.in(folder)
              .withKeys()
              .run("a person", "-o", "out.png", "--endpoint-url", gateway.endpoint() + "/bedrock/");

      assertThat(run.err()).contains("There is nothing at /bedrock/model/" + MODEL + "/invoke");
      assertThat(run.exitCode()).isEqualTo(6);
      assertThat(tree()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:8080",
        "ftp://localhost",
        "http://",
        "http:///x",
        "http:/x",
        "not a url",
        "http://a b",
        "file:///etc/passwd",
        "http://[::1",
        "https:example.com"
      })
  void refusesAnEndpointThatIsNoUrl(String endpoint) throws IOException {
    assertRefused(
        run("a person", "-o", "a/out.png", "--endpoint-url", endpoint),
        2,
        "sdxl-gen: --endpoint-url '"
            + endpoint
            + "' is not the URL of a server\n"
            + ENDPOINT_ADVICE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"})
  void namesTheVariableThatHoldsABadEndpoint(String variable) throws IOException {
    assertRefused(
        Program.in(folder).withKeys().with(variable, "localhost").run("a person"),
        2,
        "sdxl-gen: " + variable + " 'localhost' is not the URL of a server\n" + ENDPOINT_ADVICE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://me:hunter2@localhost:8080",
        "https://hunter2@example.com",
        "me:hunter2@localhost",
        "http://me:hunter2 @localhost"
      })
  void printsNoPasswordOfAnEndpoint(String endpoint) throws IOException {
    assertRefused(
        run("a person", "-o", "a/out.png", "-vv", "--endpoint-url", endpoint),
        2,
        "sdxl-gen: --endpoint-url can't hold a user or a password\n" + ENDPOINT_ADVICE);
  }

  @ParameterizedTest
  @CsvSource({
    "0,      ' is out of range'",
    "-1,     ' is out of range'",
    "86401,  ' is out of range'",
    "1.5,    ''",
    "soon,   ''",
  })
  void refusesATimeOutThatIsNone(String seconds, String range) throws IOException {
    assertRefused(
        run("a person", "-o", "a/out.png", "--timeout", seconds),
        2,
        (range.isEmpty()
                ? "sdxl-gen: --timeout takes a whole number, not '" + seconds + "'\n"
                : "sdxl-gen: --timeout " + seconds + range + "\n")
            + "  Allowed: 1 to 86400\n");
  }

  @Test
  void refusesAnAuthorityFileThatCannotBeRead() throws IOException {
    assertRefused(
        Program.in(folder)
            .against(URI.create("https://127.0.0.1:9"))
            .with("AWS_CA_BUNDLE", "missing.pem")
            .run("a person", "-o", "a/out.png"),
        2,
        """
        sdxl-gen: AWS_CA_BUNDLE names missing.pem, which can't be read as certificates
          It is a PEM file of the authorities to trust
        """);
  }

  @Test
  void drawsWithTheBuiltInMockAndSaysSo() {
    Run run = Program.in(folder).run("a person", "-n", "hat", "--mock", "-o", "out.png");

    assertThat(run.err()).isEqualTo("sdxl-gen: the built-in mock draws this; no model is asked\n");
    assertThat(run.out()).isEqualTo("out.png\n");
    assertThat(run.exitCode()).isZero();
    assertThat(folder.resolve("out.png")).isNotEmptyFile();
  }

  @Test
  void asksNobodyElseWithTheMock() {
    Run run = run("a person", "--mock", "-o", "out.png", "-q");

    assertPrinted(run, "out.png\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void drawsTheSameFromTheSameSeed() throws IOException {
    Program program = Program.in(folder).with("SOURCE_DATE_EPOCH", "0");
    program.run("a person", "--mock", "-s", "7", "-o", "1.png");
    program.run("a person", "--mock", "-s", "7", "-o", "2.png");
    program.run("a person", "--mock", "-s", "8", "-o", "3.png");

    assertThat(folder.resolve("1.png")).hasSameBinaryContentAs(folder.resolve("2.png"));
    assertThat(java.nio.file.Files.mismatch(folder.resolve("1.png"), folder.resolve("3.png")))
        .isNotNegative();
  }

  @Test
  void callsTheRegionsOwnEndpointThroughTheProxy() throws IOException {
    byte[] refusal = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8);
    try (RawServer proxy = RawServer.start(socket -> socket.getOutputStream().write(refusal))) {
      Program program =
          Program.in(folder).withKeys().with("HTTPS_PROXY", proxy.endpoint().toString());

      Run run = program.run("a person", "-o", "a/out.png", "--max-attempts", "2");

      assertThat(run.err()).startsWith("sdxl-gen: the proxy lets nothing through: ");
      assertThat(run.exitCode()).isEqualTo(6);
      assertThat(proxy.requestLines())
          .hasSize(2)
          .containsOnly("CONNECT bedrock-runtime.us-west-2.amazonaws.com:443 HTTP/1.1");
      assertThat(tree()).isEmpty();
    }
  }

  @Test
  void goesPastTheProxyWhereToldTo() {
    assertPrinted(
        program()
            .with("http_proxy", "http://127.0.0.1:9")
            .with("NO_PROXY", "example.com, 127.0.0.1")
            .run("a person", "-o", "out.png"),
        "out.png\n");
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void printsNoPasswordOfAProxy() throws IOException {
    Run run =
        Program.in(folder)
            .withKeys()
            .with("HTTPS_PROXY", "ftp://me:hunter2@proxy.invalid")
            .run("a person", "-o", "a/out.png", "-vv");

    assertThat(run.err())
        .contains(
            """
            sdxl-gen: HTTPS_PROXY is not the URL of an HTTP proxy
              For example: http://user:password@proxy.example.com:3128
            """)
        .doesNotContain("hunter2");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(tree()).isEmpty();
  }

  @Test
  void namesTheVariableThatHoldsABadModel() throws IOException {
    assertRefused(
        program().with("SDXL_GEN_MODEL", "stable diffusion").run("a person", "-o", "a/out.png"),
        2,
        """
        sdxl-gen: SDXL_GEN_MODEL 'stable diffusion' is not a model id
          For example: -m stability.stable-diffusion-xl
        """);
  }
}
