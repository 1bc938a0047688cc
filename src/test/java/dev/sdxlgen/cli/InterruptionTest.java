package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sdxlgen.SdxlGenException.Interrupted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptionTest {

  private static final int INT = 2;
  private static final int TERM = 15;
  private static final String CALL = "a call";
  private static final String NEXT = "the next call";

  private final FakeTerminal terminal = new FakeTerminal(false, Map.of());
  private final List<String> done = new ArrayList<>();
  private final Interruption interruption =
      new Interruption(
          new Reporter(terminal.console(), 0, false),
          () -> done.add("cleaned up"),
          code -> done.add("exit " + code),
          Interruption.GRACE);

  @Test
  void leavesNothingAndExits130OnControlC() {
    interruption.signal(INT);

    assertThat(done).containsExactly("cleaned up", "exit 130");
    assertThat(terminal.text()).isEqualTo("sdxl-gen: interrupted\n");
  }

  @Test
  void exits143WhenTerminated() {
    interruption.signal(TERM);

    assertThat(done).containsExactly("cleaned up", "exit 143");
  }

  @Test
  void saysThatACallThatWasSentMayBeBilled() {
    interruption.sending(CALL);
    interruption.signal(INT);

    assertThat(done).containsExactly("cleaned up", "exit 130");
    assertThat(terminal.text())
        .isEqualTo("sdxl-gen: interrupted; the image may have been made and billed\n");
  }

  @Test
  void letsAnAnswerThatIsArrivingFinish() {
    interruption.sending(CALL);
    interruption.answering(CALL);
    interruption.signal(INT);

    assertThat(done).isEmpty();
    assertThat(terminal.text())
        .isEqualTo("sdxl-gen: the image is arriving and is let finish; again to stop now\n");
    interruption.settled(CALL);
    assertThatExceptionOfType(Interrupted.class)
        .isThrownBy(interruption::check)
        .satisfies(e -> assertThat(ExitCode.of(e)).isEqualTo(130));
  }

  @Test
  void stopsAnArrivingAnswerThatDoesntEnd() throws InterruptedException {
    var exited = new SynchronousQueue<Integer>();
    var impatient =
        new Interruption(
            new Reporter(terminal.console(), 0, false),
            () -> done.add("cleaned up"),
            code -> {
              try {
                exited.put(code);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            Duration.ZERO);
    impatient.sending(CALL);
    impatient.answering(CALL);
    impatient.signal(TERM);

    assertThat(exited.poll(1, TimeUnit.MINUTES)).isEqualTo(143);
    assertThat(done).containsExactly("cleaned up");
    assertThat(terminal.text())
        .isEqualTo(
            """
            sdxl-gen: the image is arriving and is let finish; again to stop now
            sdxl-gen: interrupted; the image may have been made and billed
            """);
  }

  @Test
  void stopsAnArrivingAnswerTheSecondTime() {
    interruption.sending(CALL);
    interruption.answering(CALL);
    interruption.signal(INT);
    interruption.signal(INT);

    assertThat(done).containsExactly("cleaned up", "exit 130");
    assertThat(terminal.text())
        .endsWith("sdxl-gen: interrupted; the image may have been made and billed\n");
  }

  @Test
  void namesTheFileOfAnImageWhoseUploadIsntWaitedFor() {
    interruption.uploading(Path.of("/cache/out.png"));
    interruption.signal(INT);
    assertThat(done).isEmpty();
    interruption.signal(INT);

    assertThat(done).containsExactly("cleaned up", "exit 130");
    assertThat(terminal.text())
        .endsWith("sdxl-gen: interrupted; the image is kept in /cache/out.png\n");
  }

  @Test
  void forgetsACallThatIsSettled() {
    interruption.sending(CALL);
    interruption.answering(CALL);
    interruption.settled(CALL);
    assertThatCode(interruption::check).doesNotThrowAnyException();

    interruption.signal(INT);

    assertThat(terminal.text()).isEqualTo("sdxl-gen: interrupted\n");
    assertThat(done).containsExactly("cleaned up", "exit 130");
  }

  @Test
  void saysThatTheNextImageMayBeBilledWhenOneIsLetFinish() {
    interruption.sending(CALL);
    interruption.answering(CALL);
    interruption.sending(NEXT);
    interruption.signal(INT);
    interruption.settled(CALL);

    assertThat(done).isEmpty();
    assertThatExceptionOfType(Interrupted.class)
        .isThrownBy(interruption::check)
        .satisfies(
            e -> assertThat(e.advice()).isEqualTo("The next image may have been made and billed"));
  }

  @Test
  void letsTwoFinishThatAreArriving() {
    interruption.sending(CALL);
    interruption.answering(CALL);
    interruption.sending(NEXT);
    interruption.signal(INT);
    interruption.answering(NEXT);
    interruption.settled(CALL);

    assertThatExceptionOfType(Interrupted.class).isThrownBy(interruption::checkAsked);
    assertThatCode(interruption::check).doesNotThrowAnyException();
    interruption.settled(NEXT);
    assertThatExceptionOfType(Interrupted.class)
        .isThrownBy(interruption::check)
        .satisfies(e -> assertThat(e.advice()).isEmpty());
  }

  @Test
  void saysThatTheNextImageMayBeBilledWhenOnlyThatIsOut() {
    interruption.sending(CALL);
    interruption.answering(CALL);
    interruption.sending(NEXT);
    interruption.settled(CALL);
    interruption.signal(INT);

    assertThat(done).containsExactly("cleaned up", "exit 130");
    assertThat(terminal.text())
        .isEqualTo("sdxl-gen: interrupted; the image may have been made and billed\n");
  }
}
