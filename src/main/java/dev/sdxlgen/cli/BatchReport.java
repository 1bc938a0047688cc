package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.BatchDisplay.count;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.batch.BatchProgress;
import dev.sdxlgen.batch.BatchSummary;
import dev.sdxlgen.batch.BatchSummary.Failures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is said of a batch at its end.
 *
 * @param nanos how long it took
 * @param keptAnswers how many answers that could not be used are kept, in which folders
 */
record BatchReport(BatchSummary summary, long nanos, Cost cost, Map<String, Long> keptAnswers) {

  private static final double MINUTE = 60e9;

  /**
   * @param folder the output folder, as typed
   * @param failed the file of the failed ones, as typed; null when there is none
   */
  void print(Reporter reporter, String folder, String failed) {
    BatchProgress end = summary.progress();
    reporter.note(
        count(end.done())
            + " of "
            + count(end.planned())
            + (end.planned() == 1 ? " image is in " : " images are in ")
            + folder
            + parts(end));
    if (end.calls() > 0) {
      reporter.note(calls(end));
    }
    if (end.inFlight() > 0) {
      reporter.warning(
          (end.inFlight() == 1
                  ? "1 call was broken off: its image"
                  : count(end.inFlight()) + " calls were broken off: their images")
              + " may have been made and billed");
    }
    if (summary.vanished() > 0) {
      reporter.note(
          summary.vanished() == 1
              ? "1 image of earlier runs isn't among these and was left"
              : count(summary.vanished())
                  + " images of earlier runs aren't among these and were left");
    }
    keptAnswers.forEach(
        (place, number) ->
            reporter.warning(
                count(number)
                    + (number == 1
                        ? " answer that can't be used is kept: "
                        : " answers that can't be used are kept: ")
                    + place
                    + "sdxl-gen-answer-*.json"));
    summary.failures().forEach((kind, failures) -> printFailures(reporter, kind, failures));
    if (failed != null) {
      reporter.warning(
          failed
              + " has the "
              + (end.failed() == 1 ? "one" : count(end.failed()))
              + " that failed: sdxl-gen batch "
              + ShellQuote.quote(failed)
              + " -o "
              + ShellQuote.quote(folder));
    }
  }

  private String parts(BatchProgress end) {
    List<String> parts = new ArrayList<>();
    add(parts, end.made(), " made in " + BatchDisplay.time(Duration.ofNanos(nanos)));
    add(parts, end.doneBefore(), " done before");
    add(parts, end.found(), " found from a run that was stopped");
    add(parts, end.skipped(), " skipped, since another file has the name");
    add(parts, end.failed(), " failed");
    return parts.isEmpty() ? "" : ": " + String.join(", ", parts);
  }

  private static void add(List<String> parts, long number, String text) {
    if (number > 0) {
      parts.add(count(number) + text);
    }
  }

  private String calls(BatchProgress end) {
    StringBuilder text = new StringBuilder(count(end.calls()));
    text.append(end.calls() == 1 ? " call" : " calls");
    if (end.made() > 1) {
      text.append(
          String.format(Locale.ROOT, ", %,.1f images a minute", end.made() * MINUTE / nanos));
    }
    if (end.throttled() > 0) {
      text.append(", ").append(count(end.throttled())).append(" throttled");
    }
    if (end.possiblyPaidTwice() > 0) {
      text.append(", ").append(count(end.possiblyPaidTwice())).append(" possibly paid twice");
    }
    String total = cost.total();
    return total == null ? text.toString() : text + ", " + total + " at the table's prices";
  }

  private static void printFailures(Reporter reporter, String kind, Failures failures) {
    String example = failures.count() == 1 ? ": " : ", the first: ";
    reporter.warning(
        count(failures.count())
            + " failed ("
            + kind
            + ")"
            + example
            + failures.first().getMessage());
  }

  /** What ended it before its end; null when nothing did. */
  SdxlGenException stoppedBy() {
    return summary.stoppedBy();
  }

  /** The command's, when no signal ended it. */
  int exitCode() {
    if (stoppedBy() != null) {
      return ExitCode.of(stoppedBy());
    }
    BatchProgress end = summary.progress();
    if (end.failed() == 0) {
      return ExitCode.OK;
    }
    boolean oneReason = end.done() == 0 && summary.failures().size() == 1;
    return oneReason
        ? ExitCode.of(summary.failures().values().iterator().next().first())
        : ExitCode.SOME_MISSING;
  }
}
