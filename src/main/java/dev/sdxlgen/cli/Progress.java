package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.generate.GenerationListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Shows a person how a call is getting on, and tells Ctrl-C what it may break off. */
final class Progress implements GenerationListener {

  private final Reporter reporter;
  private final Interruption interruption;
  private Spinner spinner;

  Progress(Reporter reporter, Interruption interruption) {
    this.reporter = reporter;
    this.interruption = interruption;
  }

  @Override
  public void sending(int attempt) {
    interruption.check();
    if (spinner == null) {
      spinner = Spinner.start(reporter, "Bedrock is drawing");
    }
  }

  @Override
  public void ready() {
    interruption.checkAsked();
  }

  @Override
  public void goingOut() {
    interruption.sending(this);
  }

  @Override
  public void answering() {
    interruption.answering(this);
  }

  @Override
  public void settled() {
    interruption.settled(this);
    if (spinner != null) {
      spinner.close();
      spinner = null;
    }
  }

  @Override
  public void retrying(SdxlGenException failure, int failedAttempt, Duration delay, Path kept) {
    interruption.check();
    reporter.detail(
        "attempt "
            + failedAttempt
            + " failed: "
            + failure.getMessage()
            + String.format(Locale.ROOT, "; again in %.1f s", delay.toMillis() / 1000.0));
    if (kept != null) {
      reporter.warning("an answer that can't be read is kept in " + kept);
    }
  }
}
