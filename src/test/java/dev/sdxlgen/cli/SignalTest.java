package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
  void leavesNothingBehindWhenItIsToldToStop() throws Exception {
    var arrived = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    var exited = new CompletableFuture<Integer>();
    var err = new ByteArrayOutputStream();
    try (RawServer server =
        RawServer.start(
            socket -> {
              arrived.countDown();
              stopped.await();
            })) {
      Program program =
          Program.in(folder).against(server.endpoint()).stderrTo(err).exitingBy(exited::complete);
      var running = new Thread(() -> program.run("a person", "-o", "a/b/out.png"), "sdxl-gen");
      running.start();
      arrived.await();

      sun.misc.Signal.raise(new sun.misc.Signal("HUP"));

      assertThat(exited.get()).isEqualTo(129);
      // In earnest the process is gone now; here it is seen what it leaves.
      assertThat(tree()).isEmpty();
      assertThat(err.toString(StandardCharsets.UTF_8))
          .isEqualTo("sdxl-gen: interrupted; the image may have been made and billed\n");
      stopped.countDown();
      running.join();
      assertThat(tree()).isEmpty();
    }
  }
}
