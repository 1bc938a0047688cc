package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.Repeat;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReporterTest {

  private static final String ERASE = "\r\u001b[K";

  private final FakeTerminal terminal = new FakeTerminal();
  private final FakeTerminal pipe = new FakeTerminal(false, Map.of());

  @Test
  void saysWhatHappenedAndWhatToDo() {
    var reporter = new Reporter(pipe.console(), 0, false);

    reporter.failure("", new InvalidRequest("this is wrong", ""));
    reporter.failure("image 1 of 2: ", new InvalidRequest("that is wrong", "Do this\nor that"));

    assertThat(pipe.text())
        .isEqualTo(
            """
            sdxl-gen: this is wrong
            sdxl-gen: image 1 of 2: that is wrong
              Do this
              or that
            """);
  }

  @Test
  void silencesNotesOnlyWhenQuiet() {
    var reporter = new Reporter(pipe.console(), 0, true);

    reporter.note("by the way");
    reporter.warning("look out");
    reporter.failure("", new InvalidRequest("this is wrong", ""));

    assertThat(pipe.text()).isEqualTo("sdxl-gen: look out\nsdxl-gen: this is wrong\n");
  }

  @Test
  void tellsDetailsOnlyWhenAsked() {
    new Reporter(pipe.console(), 0, false).detail("no");
    new Reporter(pipe.console(), 1, false).detail("yes");

    assertThat(pipe.text()).isEqualTo("yes\n");
  }

  @Test
  void namesTheCausesOnALineEachWhenAsked() {
    var cause = new IllegalStateException("first\nAuthorization: secret", new IOException("below"));
    var failure = new BedrockFailed("it failed", "Try again", Repeat.NO, cause);

    new Reporter(pipe.console(), 0, false).failure("", failure);
    new Reporter(pipe.console(), 1, false).failure("", failure);

    assertThat(pipe.text())
        .isEqualTo(
            """
            sdxl-gen: it failed
              Try again
            sdxl-gen: it failed
              Try again
              caused by java.lang.IllegalStateException: first
              caused by java.io.IOException: below
            """);
  }

  @Test
  void takesTheDrawnLineAwayBeforeItSaysSomething() {
    var reporter = new Reporter(terminal.console(), 0, false);

    reporter.draw("1 s");
    reporter.warning("look out");
    reporter.erase();
    reporter.draw("2 s");
    reporter.erase();

    assertThat(terminal.text())
        .isEqualTo(ERASE + "1 s" + ERASE + "sdxl-gen: look out\n" + ERASE + "2 s" + ERASE);
  }

  @Test
  void takesTheDrawnLineOutOfAResultsWay() {
    Console shown = terminal.console();
    var both =
        new Console(
            shown.in(),
            shown.err(),
            shown.err(),
            shown.environment(),
            shown.directory(),
            true,
            true);
    var reporter = new Reporter(both, 0, false);

    reporter.result("a.png\n");
    reporter.draw("1 of 3");
    reporter.result("b.png\n");
    reporter.erase();
    reporter.result("c.png\n");

    assertThat(terminal.text())
        .isEqualTo(
            "a.png\n" + ERASE + "1 of 3" + ERASE + "b.png\n" + ERASE + "1 of 3" + ERASE
                + "c.png\n");
  }

  @Test
  void leavesTheDrawnLineWhereResultsGoElsewhere() {
    Console shown = terminal.console();
    var out = new FakeTerminal();
    var apart =
        new Console(
            shown.in(),
            out.console().err(),
            shown.err(),
            shown.environment(),
            shown.directory(),
            false,
            true);
    var reporter = new Reporter(apart, 0, false);

    reporter.draw("1 of 3");
    reporter.result("b.png\n");

    assertThat(terminal.text()).isEqualTo(ERASE + "1 of 3");
    assertThat(out.text()).isEqualTo("b.png\n");
  }

  @Test
  void drawsNothingWhereItWouldStay() {
    var reporter = new Reporter(pipe.console(), 0, false);

    reporter.draw("1 s");
    reporter.erase();

    assertThat(reporter.isAnimated()).isFalse();
    assertThat(pipe.text()).isEmpty();
  }
}
