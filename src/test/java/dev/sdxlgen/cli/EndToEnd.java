package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.png.PngEncoder;
import dev.sdxlgen.artifact.recipe.RecipeChunks;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.mock.MockOptions;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The program as a user runs it: in an empty folder, against a Bedrock of its own. */
abstract class EndToEnd {

  /** What Bedrock answers in place of a drawn picture: 3 x 2 pixels are soon made. */
  static final byte[] PICTURE = PngEncoder.encode(3, 2, new byte[18]);

  static final String MODEL = "stability.stable-diffusion-xl";

  @TempDir Path folder;
  MockBedrock bedrock;

  @BeforeEach
  final void start() {
    bedrock = MockBedrock.start(MockOptions.DEFAULT.withPicture(PICTURE));
  }

  @AfterEach
  final void stop() {
    bedrock.close();
  }

  final Program program() {
    return Program.in(folder).against(bedrock);
  }

  /** A port that nobody listens on. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  final Run run(String... args) {
    return program().run(args);
  }

  /** The bodies that arrived, in order. */
  final List<String> bodies() {
    return bedrock.requests().stream()
        .map(request -> new String(request.body(), StandardCharsets.UTF_8))
        .toList();
  }

  /** What is in a file but for the recipe that we put into it: just what Bedrock sent. */
  static byte[] sent(Path file) {
    try {
      return RecipeChunks.strip(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A good answer of the picture, with a seed that is known. */
  static Answer picture(long seed) {
    return Answer.image(PICTURE, seed, "SUCCESS");
  }

  /** The same as bytes, for a server that is none of ours. */
  static byte[] http(byte[] picture) {
    String body =
        "{\"artifacts\":[{\"seed\":1,\"base64\":\""
            + Base64.getEncoder().encodeToString(picture)
            + "\",\"finishReason\":\"SUCCESS\"}]}";
    String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length();
    return (head + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
  }

  /** The same stream, which opens a latch as soon as something is out. */
  static OutputStream opening(CountDownLatch latch, OutputStream stream) {
    return new FilterOutputStream(stream) {
      @Override
      public void flush() {
        latch.countDown();
      }
    };
  }

  /** Everything below the folder, with {@code /} after a folder's name, sorted. */
  final List<String> tree() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> !path.equals(folder))
          .map(path -> folder.relativize(path) + (Files.isDirectory(path) ? "/" : ""))
          .sorted()
          .toList();
    }
  }

  /** Ended well, said nothing on stderr and this on stdout. */
  static void assertPrinted(Run run, String out) {
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(out);
    assertThat(run.exitCode()).isZero();
  }

  /** Ended with this code, this whole message on stderr, and nothing on stdout. */
  static void assertFailed(Run run, int exitCode, String message) {
    assertThat(run.err()).isEqualTo(message);
    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
  }

  /** Failed so, with no call made and nothing left in the folder but what was there. */
  final void assertRefused(Run run, int exitCode, String message, String... there)
      throws IOException {
    assertFailed(run, exitCode, message);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).containsExactly(there);
  }
}
