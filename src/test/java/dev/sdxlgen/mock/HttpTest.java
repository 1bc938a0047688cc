package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server under the mock, byte by byte. */
class HttpTest {

  private static final String BODY = "{\"text_prompts\":[{\"text\":\"a\"}],\"seed\":7}";
  private static final String ANSWER =
      "{\"result\":\"success\",\"artifacts\":"
          + "[{\"seed\":7,\"base64\":\"AQ==\",\"finishReason\":\"SUCCESS\"}]}";
  private static final String LENGTH = "Content-Length: " + BODY.length() + "\r\n";

  private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
  private final MockBedrock mock =
      MockBedrock.start(MockOptions.DEFAULT.withPicture(new byte[] {1}).withLog(lines::add));

  @AfterEach
  void stop() {
    mock.close();
  }

  @Test
  void answersRequestAfterRequestOnOneConnection() {
    try (var wire = new Wire(mock)) {
      for (int i = 0; i < 3; i++) {
        wire.send(Wire.invoke(LENGTH, BODY));

        assertThat(wire.readHead())
            .startsWith("HTTP/1.1 200 OK\r\n")
            .contains("\r\nContent-Type: application/json\r\n")
            .contains("\r\nContent-Length: " + ANSWER.length() + "\r\n")
            .doesNotContain("Connection: close");
        assertThat(wire.readBody()).isEqualTo(ANSWER);
      }
    }
  }

  @Test
  void answersRequestsThatAreSentAhead() {
    try (var wire = new Wire(mock)) {
      wire.send(Wire.invoke(LENGTH, BODY) + "\r\n" + Wire.invoke(LENGTH, BODY));

      wire.readHead();
      assertThat(wire.readBody()).isEqualTo(ANSWER);
      wire.readHead();
      assertThat(wire.readBody()).isEqualTo(ANSWER);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Connection: close\r\n", "Connection: TE, Close\r\n"})
  void closesWhenTheClientAsks(String header) throws IOException {
    try (var wire = new Wire(mock)) {
      wire.send(Wire.invoke(header + LENGTH, BODY));

      assertThat(wire.readHead()).contains("\r\nConnection: close\r\n");
      assertThat(wire.readBody()).isEqualTo(ANSWER);
      assertThat(wire.read()).isEqualTo(-1);
    }
  }

  @Test
  void closesAfterARequestOfHttp10UnlessAskedNotTo() {
    String request = Wire.invoke(LENGTH, BODY).replace("HTTP/1.1", "HTTP/1.0");
    try (var wire = new Wire(mock)) {
      wire.send(request.replace(LENGTH, LENGTH + "Connection: keep-alive\r\n"));
      wire.readHead();
      assertThat(wire.readBody()).isEqualTo(ANSWER);

      wire.send(request);
      wire.readHead();
      assertThat(wire.readBody()).isEqualTo(ANSWER);
      assertThat(wire.read()).isEqualTo(-1);
    }
  }

  @Test
  void putsChunksTogether() {
    try (var wire = new Wire(mock)) {
      wire.send(
          Wire.invoke(
              "Transfer-Encoding: Chunked\r\n",
              "A;name=value\r\n"
                  + BODY.substring(0, 10)
                  + "\r\n"
                  + Integer.toHexString(BODY.length() - 10)
                  + "\r\n"
                  + BODY.substring(10)
                  + "\r\n0\r\nTrailer: x\r\n\r\n"));

      wire.readHead();
      assertThat(wire.readBody()).isEqualTo(ANSWER);
      assertThat(mock.requests().get(0).body()).isEqualTo(BODY.getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void tellsAClientThatAsksToGoOnWithTheBody() {
    try (var wire = new Wire(mock)) {
      wire.send(Wire.invoke("Expect: 100-continue\r\n" + LENGTH, ""));
      assertThat(wire.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

      wire.send(BODY);

      assertThat(wire.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(wire.readBody()).isEqualTo(ANSWER);
    }
  }

  @Test
  void takesLinesThatEndInALineFeedAlone() {
    try (var wire = new Wire(mock)) {
      wire.send(Wire.invoke(LENGTH, BODY).replace("\r\n", "\n"));

      wire.readHead();
      assertThat(wire.readBody()).isEqualTo(ANSWER);
    }
  }

  @Test
  void takesTheWholeAddressAsAProxyWould() {
    try (var wire = new Wire(mock)) {
      wire.send(
          Wire.invoke(LENGTH, BODY)
              .replace("POST /", "POST http://bedrock-runtime.us-east-1.amazonaws.com/"));
      wire.readHead();
      assertThat(wire.readBody()).isEqualTo(ANSWER);

      wire.send("GET https://example.com HTTP/1.1\r\n\r\n");
      wire.readHead();
      assertThat(wire.readBody()).isEqualTo("{\"message\":\"There is nothing at /\"}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hello                               | 400 Bad Request | not an HTTP request
          GET /                               | 400 Bad Request | not an HTTP request
          GET / FTP/1.1                       | 400 Bad Request | not an HTTP request
          ' / HTTP/1.1'                       | 400 Bad Request | not an HTTP request
          GET / HTTP/1.2                      | 505 HTTP Version Not Supported | HTTP/1.2 isn't spoken here
          PRI * HTTP/2.0                      | 505 HTTP Version Not Supported | HTTP/2 isn't spoken here: use the client's HTTP/1.1 handler
          GET / HTTP/1.1\\r\\nno colon        | 400 Bad Request | not a header: no colon
          GET / HTTP/1.1\\r\\n: no name       | 400 Bad Request | not a header: : no name
          GET / HTTP/1.1\\r\\nspace : before  | 400 Bad Request | not a header: space : before
          GET / HTTP/1.1\\r\\na: b\\r\\n folded: c | 400 Bad Request | not a header:  folded: c
          GET / HTTP/1.1\\r\\nContent-Length: -1 | 400 Bad Request | Content-Length is not a number: -1
          GET / HTTP/1.1\\r\\nContent-Length: | 400 Bad Request | Content-Length is not a number:
          GET / HTTP/1.1\\r\\nContent-Length: 1\\r\\nContent-Length: 2 | 400 Bad Request | Content-Length is not a number: 1, 2
          GET / HTTP/1.1\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked | 400 Bad Request | both Content-Length and Transfer-Encoding
          GET / HTTP/1.1\\r\\nTransfer-Encoding: gzip | 501 Not Implemented | Transfer-Encoding gzip isn't spoken here
          GET / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz | 400 Bad Request | not a chunk's size: xyz
          GET / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nab | 400 Bad Request | a chunk is longer than it says
          GET / HTTP/1.1\\r\\nContent-Length: 1\\r\\nExpect: the best | 417 Expectation Failed | Expect: the best can't be met
          """)
  void refusesWhatIsNotHttp(String request, String status, String message) throws IOException {
    try (var wire = new Wire(mock)) {
      wire.send(request.replace("\\r\\n", "\r\n") + "\r\n\r\n");

      assertThat(wire.readHead())
          .startsWith("HTTP/1.1 " + status + "\r\n")
          .contains("\r\nConnection: close\r\n");
      assertThat(wire.readBody().replace(": \"}", ":\"}"))
          .isEqualTo("{\"message\":\"" + message + "\"}");
      assertThat(wire.endOutput().read()).isEqualTo(-1);
    }
    assertThat(lines.poll()).startsWith("- - " + status.substring(0, 3) + " 0 ms " + message);
    assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(200);
  }

  @Test
  void refusesALineOrAHeaderBeyondTheLimits() {
    String longest = "a".repeat(HttpReader.MOST_LINE - "GET / HTTP/1.1".length());
    String headers = "X-Y: z\r\n".repeat(HttpReader.MOST_HEADERS);

    assertThat(head("GET /" + longest + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
    assertThat(head("GET /" + longest + "a HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 414 URI Too Long\r\n");
    assertThat(head("GET / HTTP/1.1\r\n" + headers + "\r\n")).startsWith("HTTP/1.1 404 ");
    assertThat(head("GET / HTTP/1.1\r\n" + headers + "A: b\r\n\r\n"))
        .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
    assertThat(head("GET / HTTP/1.1\r\nA: " + "b".repeat(HttpReader.MOST_LINE) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
  }

  private String head(String request) {
    try (var wire = new Wire(mock)) {
      return wire.send(request).readHead();
    }
  }

  @Test
  void takesABodyAtTheLimitAndNoneBeyond() throws IOException {
    byte[] most = new byte[HttpReader.MOST_BODY];
    try (var wire = new Wire(mock)) {
      wire.send(Wire.invoke("Content-Length: 25000000\r\n", "")).send(most);
      assertThat(wire.readHead()).startsWith("HTTP/1.1 400 ");
      wire.readBody();

      wire.send(Wire.invoke("Content-Length: 25000001\r\n", "")).send(most).send("x");
      assertThat(wire.readHead())
          .startsWith("HTTP/1.1 413 Content Too Large\r\n")
          .contains("x-amzn-ErrorType: ValidationException:http:");
      assertThat(wire.readBody())
          .isEqualTo("{\"message\":\"The request body is larger than 25000000 bytes.\"}");
      assertThat(wire.endOutput().read()).isEqualTo(-1);
    }
    assertThat(mock.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 99999999999999999999\r\n|",
        "Expect: 100-continue\r\nContent-Length: 25000001\r\n|",
        "Transfer-Encoding: chunked\r\n|17D7841\r\n",
        "Transfer-Encoding: chunked\r\n|1\r\na\r\n17D7840\r\n",
      })
  void refusesABodyThatSaysItIsTooLargeBeforeItComes(String request) {
    int bar = request.indexOf('|');
    String sent = Wire.invoke(request.substring(0, bar), request.substring(bar + 1));

    assertThat(head(sent)).startsWith("HTTP/1.1 413 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "POST",
        "POST / HTTP/1.1\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        "\r\n\r\n",
      })
  void saysNothingToAClientThatLeavesHalfway(String request) throws IOException {
    try (var wire = new Wire(mock)) {
      assertThat(wire.send(request).endOutput().readAll()).isEmpty();
    }
    assertThat(mock.requests()).isEmpty();
    assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(200);
  }

  @Test
  void survivesGarbage() throws IOException {
    byte[] garbage = new byte[20_000];
    new java.util.Random(3).nextBytes(garbage);
    for (int i = 0; i < 50; i++) {
      try (var wire = new Wire(mock)) {
        wire.send(java.util.Arrays.copyOfRange(garbage, i * 400, i * 400 + 400)).endOutput();
        wire.readAll();
      }
    }

    assertThat(Caller.invoke(mock, BODY).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "408,Request Timeout",
    "424,Failed Dependency",
    "500,Internal Server Error",
    "418,Status"
  })
  void namesTheStatusOfAnAnswer(int status, String reason) {
    mock.enqueue(Answer.json(status, "{}"));

    assertThat(head(Wire.invoke(LENGTH, BODY)))
        .startsWith("HTTP/1.1 " + status + " " + reason + "\r\n");
  }

  @Test
  void sendsALengthOfItsOwnAsItIsAndThenCloses() throws IOException {
    mock.enqueue(Answer.raw(200, java.util.Map.of("content-length", "5"), new byte[] {'a', 'b'}));
    try (var wire = new Wire(mock)) {
      wire.send(Wire.invoke(LENGTH, BODY));

      assertThat(wire.readHead())
          .contains("\r\ncontent-length: 5\r\n")
          .doesNotContain("Content-Length")
          .contains("\r\nConnection: close\r\n");
      assertThat(wire.readAll()).containsExactly('a', 'b');
    }
  }
}
