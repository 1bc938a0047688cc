package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException;
import java.nio.file.Path;
import java.util.Map;

/**
 * How a batch ended.
 *
 * @param progress how far it came
 * @param stoppedBy the failure that would have met every image; null when none stopped it
 * @param failures how often each kind of failure was final, with one of them for its words
 * @param vanished how many images of earlier runs the input doesn't ask for any more; 0 when it
 *     didn't come to the end
 * @param failed the file that the failed ones can be run again from; null when there are none
 */
public record BatchSummary(
    BatchProgress progress,
    SdxlGenException stoppedBy,
    Map<String, Failures> failures,
    long vanished,
    Path failed) {

  /** Failures of one kind. */
  public record Failures(long count, SdxlGenException first) {}
}
