package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.store.StubS3;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A real signal, heard in this process; its own handlers are put back afterwards. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
@SuppressWarnings("sunapi")
class SignalTest extends EndToEnd {

  private static final List<String> HEARD = List.of("INT", "TERM", "HUP");

  private static final String UNREADABLE =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

  private final List<sun.misc.SignalHandler> handlers = new ArrayList<>();

  @BeforeEach
  void rememberTheHandlers() {
    for (String name : HEARD) {
      handlers.add(sun.misc.Signal.handle(new sun.misc.Signal(name), signal -> {}));
    }
  }

  @AfterEach
  void putTheHandlersBack() {
    for (int i = 0; i < HEARD.size(); i++) {
      sun.misc.Signal.handle(new sun.misc.Signal(HEARD.get(i)), handlers.get(i));
    }
  }

  @Test
  void waitsForAnImageThatIsBeingUploaded() {
    var told = new CountDownLatch(1);
    var err = new ByteArrayOutputStream();
    try (StubS3 s3 = StubS3.start()) {
      s3.then(
          StubS3.usual(),
          StubS3.usual(),
          StubS3.usual(),
          (exchange, request, stub) -> {
            sun.misc.Signal.raise(new sun.misc.Signal("HUP"));
            try {
              told.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return false;
          });
      Run run =
          program()
              .with("AWS_ENDPOINT_URL_S3", s3.endpoint().toString())
              .with("XDG_CACHE_HOME", folder.resolve("cache").toString())
              .stderrTo(opening(told, err))
              .exitingBy(code -> {})
              .run("a person", "-o", "s3://pictures/out.png");

      assertThat(run.exitCode()).isEqualTo(129);
      assertThat(run.out()).isEqualTo("s3://pictures/out.png\n");
      assertThat(s3.keys()).containsExactly("out.png");
      assertThat(err.toString(StandardCharsets.UTF_8))
          .startsWith("sdxl-gen: the image is arriving and is let finish; again to stop now\n");
    }
  }

  /** The second one is out by then: it began when the first one's answer did. */
  @Test
  void asksForNoMoreImagesWhenItIsToldToStopWhileOneArrives() throws Exception {
    var told = new CountDownLatch(1);
    var next = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    var first = new AtomicBoolean(true);
    var err = new ByteArrayOutputStream();
    try (RawServer server =
        RawServer.start(
            socket -> {
              if (first.getAndSet(false)) {
                signalWithin(socket, next, told);
              } else {
                next.countDown();
                over.await();
              }
            })) {
      Run run =
          Program.in(folder)
              .against(server.endpoint())
              .stderrTo(opening(told, err))
              .exitingBy(code -> {})
              .run("a person", "--count", "3", "-o", "out.png");

      assertThat(run.exitCode()).isEqualTo(129);
      assertThat(run.out()).isEqualTo("out-1.png\n");
      assertThat(err.toString(StandardCharsets.UTF_8))
          .isEqualTo(
              "sdxl-gen: the image is arriving and is let finish; again to stop now\n"
                  + "sdxl-gen: interrupted\n"
                  + "  The next image may have been made and billed\n");
      assertThat(server.requests()).isEqualTo(2);
      assertThat(tree()).containsExactly("out-1.png");
    } finally {
      over.countDown();
    }
  }

  /** The first answer can't be read; before it is asked for once more, the second one arrives. */
  @Test
  void savesTheImageThatArrivesWhenTheOneBeforeItIsGivenUp() throws Exception {
    // That the first is kept, and that the second is let finish.
    var told = new CountDownLatch(2);
    var err = new ByteArrayOutputStream();
    var unreadable = new AtomicBoolean(true);
    try (RawServer server =
        RawServer.start(
            socket -> {
              if (unreadable.getAndSet(false)) {
                socket.getOutputStream().write(UNREADABLE.getBytes(StandardCharsets.US_ASCII));
              } else {
                signalWithin(socket, new CountDownLatch(0), told);
              }
            })) {
      Run run =
          Program.in(folder)
              .against(server.endpoint())
              .stderrTo(opening(told, err))
              .waitingBy(time -> told.await())
              .exitingBy(code -> {})
              .run("a person", "--count", "2", "--retry-unsure", "1", "-o", "out.png");

      assertThat(run.exitCode()).isEqualTo(129);
      assertThat(run.out()).isEqualTo("out-2.png\n");
      assertThat(err.toString(StandardCharsets.UTF_8).lines())
          .satisfiesExactly(
              kept ->
                  assertThat(kept).startsWith("sdxl-gen: an answer that can't be read is kept in "),
              line ->
                  assertThat(line)
                      .isEqualTo(
                          "sdxl-gen: the image is arriving and is let finish; again to stop now"),
              line -> assertThat(line).isEqualTo("sdxl-gen: interrupted"));
      assertThat(server.requests()).isEqualTo(2);
      assertThat(tree()).hasSize(2).contains("out-2.png");
    }
  }

  @Test
  void leavesNothingBehindWhenItIsToldToStop() throws Exception {
    var arrived = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    try (RawServer server =
        RawServer.start(
            socket -> {
              arrived.countDown();
              stopped.await();
            })) {
      assertThat(toldToStop(server.endpoint(), arrived::await, stopped::countDown))
          .isEqualTo("sdxl-gen: interrupted; the image may have been made and billed\n");
    }
  }

  @Test
  void saysNothingOfABillWhileBedrockIsOnlyBeingReached() throws Exception {
    var client = new CompletableFuture<Socket>();
    try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI silent = URI.create("https://127.0.0.1:" + server.getLocalPort());
      Step reached = () -> client.complete(server.accept());
      assertThat(toldToStop(silent, reached, () -> client.get().close()))
          .isEqualTo("sdxl-gen: interrupted\n");
    }
  }

  /** An image that has arrived but for its end when the signal comes, and whole when it is told. */
  private static void signalWithin(Socket socket, CountDownLatch when, CountDownLatch told)
      throws IOException, InterruptedException {
    // More than what fits between the two: when it is sent, the client is reading.
    byte[] picture = new byte[24 << 20];
    System.arraycopy(PICTURE, 0, picture, 0, PICTURE.length);
    byte[] answer = http(picture);
    int most = answer.length - 100;
    socket.getOutputStream().write(answer, 0, most);
    when.await();
    sun.misc.Signal.raise(new sun.misc.Signal("HUP"));
    told.await();
    socket.getOutputStream().write(answer, most, 100);
  }

  private interface Step {
    void run() throws Exception;
  }

  /**
   * What is said when a signal comes while a call is under way.
   *
   * @param reached returns when the server has been reached as far as it is to be
   * @param end ends the call
   */
  private String toldToStop(URI endpoint, Step reached, Step end) throws Exception {
    var exited = new CompletableFuture<Integer>();
    var said = new CompletableFuture<String>();
    var err = new ByteArrayOutputStream();
    Program program =
        Program.in(folder)
            .against(endpoint)
            .stderrTo(err)
            .exitingBy(
                code -> {
                  // In earnest nobody says anything after that.
                  said.complete(err.toString(StandardCharsets.UTF_8));
                  exited.complete(code);
                });
    var running =
        new Thread(
            () -> program.run("a person", "-o", "a/b/out.png", "--max-attempts", "1"), "sdxl-gen");
    running.start();
    reached.run();

    sun.misc.Signal.raise(new sun.misc.Signal("HUP"));

    assertThat(exited.get()).isEqualTo(129);
    // In earnest the process is gone now; here it is seen what it leaves.
    assertThat(tree()).isEmpty();
    end.run();
    running.join();
    assertThat(tree()).isEmpty();
    return said.get();
  }
}
