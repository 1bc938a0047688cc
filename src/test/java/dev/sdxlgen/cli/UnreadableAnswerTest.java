package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An answer that was paid for and can't be made an image of: nothing is saved, all is kept. */
class UnreadableAnswerTest extends EndToEnd {

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String artifact(String base64) {
    return "{\"result\":\"success\",\"artifacts\":[{\"seed\":7,\"base64\":\""
        + base64
        + "\",\"finishReason\":\"SUCCESS\"}]}";
  }

  static Stream<Arguments> answers() {
    String notJson = "Bedrock's answer can't be read: it isn't the JSON it should be";
    String badBase64 = "Bedrock's answer can't be read: the image's base64 is broken";
    String noImage = "Bedrock's answer holds no image";
    String notImage = "what Bedrock sent is not an image: it is neither a PNG nor a JPEG";
    String cut = "what Bedrock sent is not an image: it ends within its header";
    String picture = base64(PICTURE);
    return Stream.of(
        Arguments.of("<html><h1>It works!</h1></html>\n", notJson),
        Arguments.of("It works", notJson),
        Arguments.of("{\"result\":\"success\",\"artifacts\":[{\"base64\":\"" + picture, notJson),
        Arguments.of("{\"artifacts\":[{\"base64\":\"" + picture + "\"}]", notJson),
        Arguments.of("{\"artifacts\":[{\"base64\":\"" + picture + "\"", notJson),
        Arguments.of(artifact(picture).replace("}]}", "}],}"), notJson),
        Arguments.of(artifact("!!!" + picture), badBase64),
        Arguments.of(artifact(picture.substring(0, 21)), badBase64),
        Arguments.of(artifact("caf\u00e9" + picture), badBase64),
        Arguments.of("{}", noImage),
        Arguments.of("[]", noImage),
        Arguments.of("null", noImage),
        Arguments.of("{\"result\":\"success\"}", noImage),
        Arguments.of("{\"result\":\"success\",\"artifacts\":[]}", noImage),
        Arguments.of("{\"result\":\"success\",\"artifacts\":null}", noImage),
        Arguments.of("{\"artifacts\":{\"base64\":\"" + picture + "\"}}", noImage),
        Arguments.of("{\"artifacts\":[{\"seed\":7,\"finishReason\":\"SUCCESS\"}]}", noImage),
        Arguments.of("{\"artifacts\":[{\"base64\":null}]}", noImage),
        Arguments.of("{\"artifacts\":[[\"" + picture + "\"]]}", noImage),
        Arguments.of(artifact(""), noImage),
        Arguments.of(artifact(base64(new byte[] {(byte) 0x89, 'P', 'N', 'G'})), cut),
        Arguments.of(artifact(base64("GIF89a".getBytes(UTF_8))), notImage),
        Arguments.of(artifact(base64("<svg/>".getBytes(UTF_8))), notImage),
        Arguments.of(
            artifact(picture).replace("SUCCESS", "ERROR"),
            "the model failed to make the image (finish reason ERROR)"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void isKeptToTheByte(String answer, String message) throws IOException {
    bedrock.enqueue(Answer.json(200, answer));

    Run run = run("a person", "-n", "hat", "-o", "out.png");

    Kept kept = Kept.in(run, folder);
    assertFailed(
        run, 6, "sdxl-gen: " + message + "\n  Bedrock's answer is kept in " + kept.file() + "\n");
    assertThat(kept.bytes()).isEqualTo(answer.getBytes(UTF_8));
    assertThat(tree()).containsExactly(kept.file().getFileName().toString());
    assertThat(bedrock.requests()).hasSize(1);
  }

  @Test
  void isKeptWhenItIsNotEvenText() throws IOException {
    byte[] answer = new byte[256];
    for (int i = 0; i < answer.length; i++) {
      answer[i] = (byte) i;
    }
    bedrock.enqueue(Answer.raw(200, Map.of("Content-Type", "application/json"), answer));

    Run run = run("a person", "-o", "out.png");

    assertThat(run.exitCode()).isEqualTo(6);
    assertThat(Kept.in(run, folder).bytes()).isEqualTo(answer);
  }

  @Test
  void isKeptAsFarAsItCameWhenItWasCutOff() throws IOException {
    byte[] half = artifact(base64(PICTURE)).substring(0, 80).getBytes(UTF_8);
    bedrock.enqueue(Answer.raw(200, Map.of("Content-Length", "5000"), half));

    Run run = run("a person", "-o", "out.png");

    Kept kept = Kept.in(run, folder);
    assertFailed(
        run,
        6,
        "sdxl-gen: Bedrock's answer was cut off after 80 of 5000 bytes\n"
            + "  Bedrock's answer is kept in "
            + kept.file()
            + "\n");
    assertThat(kept.bytes()).isEqualTo(half);
    assertThat(tree()).containsExactly(kept.file().getFileName().toString());
  }

  @Test
  void isKeptWhenTheMockTruncatesIt() throws IOException {
    bedrock.enqueue(Answer.of(Fault.TRUNCATE));

    Run run = run("a person", "-o", "out.png");

    assertThat(run.err())
        .matches(
            "sdxl-gen: Bedrock's answer was cut off after \\d+ of \\d+ bytes\n"
                + "  Bedrock's answer is kept in .*\n");
    assertThat(run.exitCode()).isEqualTo(6);
    assertThat(new String(Kept.in(run, folder).bytes(), UTF_8))
        .startsWith("{\"result\":\"success\",\"artifacts\":[{");
  }

  @Test
  void isKeptAsFarAsItCameWhenAChunkIsMissing() throws IOException {
    byte[] half = artifact(base64(PICTURE)).substring(0, 80).getBytes(UTF_8);
    try (RawServer server =
        RawServer.start(
            socket -> {
              OutputStream out = socket.getOutputStream();
              out.write(
                  ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                          + "Transfer-Encoding: chunked\r\n\r\n50\r\n")
                      .getBytes(UTF_8));
              out.write(half);
              out.write("\r\nffff\r\n{".getBytes(UTF_8));
              out.flush();
            })) {

      Run run = Program.in(folder).against(server.endpoint()).run("a person", "-o", "out.png");

      assertThat(run.err()).startsWith("sdxl-gen: Bedrock's answer was cut off after ");
      assertThat(run.exitCode()).isEqualTo(6);
      assertThat(run.out()).isEmpty();
      assertThat(new String(Kept.in(run, folder).bytes(), UTF_8)).startsWith("{\"result\":");
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void isNotRepeatedWhenTheConnectionIsResetHalfWay() throws IOException {
    try (RawServer server =
        RawServer.start(
            socket -> {
              socket
                  .getOutputStream()
                  .write(
                      ("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"result\":\"succ")
                          .getBytes(UTF_8));
              socket.getOutputStream().flush();
              socket.setSoLinger(true, 0);
            })) {

      Run run = Program.in(folder).against(server.endpoint()).run("a person", "-o", "out.png");

      // What was sent before the reset may or may not have got through.
      assertThat(run.err())
          .startsWith("sdxl-gen: ")
          .containsAnyOf("was cut off after", "broke after the request was sent");
      assertThat(run.exitCode()).isEqualTo(6);
      assertThat(run.out()).isEmpty();
      assertThat(folder.resolve("out.png")).doesNotExist();
      assertThat(tree()).noneMatch(name -> name.endsWith(".tmp"));
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void keepsNothingOfNothing() throws IOException {
    bedrock.enqueue(Answer.raw(200, Map.of(), new byte[0]));

    assertFailed(
        run("a person", "-o", "a/out.png"), 6, "sdxl-gen: Bedrock's answer holds no image\n");
    assertThat(tree()).isEmpty();
  }

  @Test
  void staysInTheFolderThatWasMadeForTheImage() throws IOException {
    bedrock.enqueue(Answer.of(Fault.GARBAGE));

    Run run = run("a person", "-o", "new/out.png");

    Kept kept = Kept.in(run, folder.resolve("new"));
    assertThat(tree()).containsExactly("new/", "new/" + kept.file().getFileName());
  }

  @Test
  void goesToTheTemporaryFolderWhenTheImageGoesToStdout() throws IOException {
    bedrock.enqueue(Answer.of(Fault.GARBAGE));

    Run run = run("a person", "-o", "-");

    Kept kept = Kept.in(run);
    assertThat(kept.file().getParent()).isEqualTo(Path.of(System.getProperty("java.io.tmpdir")));
    assertThat(run.outBytes()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(6);
    assertThat(tree()).isEmpty();
  }

  @Test
  void leavesAFileThatShouldHaveBeenReplaced() throws IOException {
    Path precious = Files.writeString(folder.resolve("out.png"), "precious");
    bedrock.enqueue(Answer.of(Fault.GARBAGE));

    assertThat(run("a person", "-f", "-o", "out.png").exitCode()).isEqualTo(6);
    assertThat(precious).hasContent("precious");
  }

  @Test
  void isReadWhateverElseItHolds() throws IOException {
    bedrock.enqueue(
        Answer.json(
            200,
            "{\"id\":[1,{\"a\":2}],\"artifacts\":[{\"x\":{\"base64\":\"no\"},\"finishReason\":null,"
                + "\"base64\":\""
                + base64(PICTURE)
                + "\",\"seed\":9},{\"base64\":\"second\"},3],\"result\":{}}"));

    assertPrinted(run("a person"), "a-person-9.png\n");
    assertThat(sent(folder.resolve("a-person-9.png"))).isEqualTo(PICTURE);
  }

  @Test
  void isReadInChunks() throws IOException {
    byte[] answer = artifact(base64(PICTURE)).getBytes(UTF_8);
    try (RawServer server =
        RawServer.start(
            socket -> {
              OutputStream out = socket.getOutputStream();
              out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(UTF_8));
              for (byte b : answer) {
                out.write(new byte[] {'1', '\r', '\n', b, '\r', '\n'});
              }
              out.write("0\r\n\r\n".getBytes(UTF_8));
            })) {

      assertPrinted(
          Program.in(folder).against(server.endpoint()).run("a person", "-o", "out.png"),
          "out.png\n");
      assertThat(sent(folder.resolve("out.png"))).isEqualTo(PICTURE);
    }
  }

  @Test
  void mayBeAJpeg() throws IOException {
    byte[] jpeg = {
      (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc0, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0
    };
    bedrock.enqueue(Answer.image(jpeg, 7, "SUCCESS"));

    Run run = run("a person", "-o", "out.png", "-v");

    assertThat(run.err()).contains("seed 7, SUCCESS, 3x2 JPEG, 15 bytes, ");
    assertThat(run.err()).endsWith("sdxl-gen: Bedrock sent a JPEG: out.png is one\n");
    assertThat(folder.resolve("out.png")).hasBinaryContent(jpeg);
  }

  @Test
  void isReadThoughItsLengthIsNoNumber() throws IOException {
    byte[] answer = artifact(base64(PICTURE)).getBytes(UTF_8);
    bedrock.enqueue(Answer.raw(200, Map.of("Content-Length", "many"), answer));

    assertPrinted(run("a person", "-o", "out.png"), "out.png\n");
    assertThat(sent(folder.resolve("out.png"))).isEqualTo(PICTURE);
  }

  @Test
  void isFilteredThoughItHoldsNoImage() throws IOException {
    bedrock.enqueue(
        Answer.json(200, "{\"artifacts\":[{\"seed\":7,\"finishReason\":\"CONTENT_FILTERED\"}]}"));

    assertFailed(
        run("a person", "-o", "a/out.png"),
        4,
        """
        sdxl-gen: the model filtered the image (seed 7)
          Try other words or another seed; --keep-filtered saves the blurred image
        """);
    assertThat(tree()).isEmpty();
  }
}
