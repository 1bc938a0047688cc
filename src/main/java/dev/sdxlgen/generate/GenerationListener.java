package dev.sdxlgen.generate;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.bedrock.CallListener;
import java.nio.file.Path;
import java.time.Duration;

/** Hears how an image is getting on. */
public interface GenerationListener extends CallListener {

  /** A call is made. */
  void sending(int attempt);

  /** The image is a file, or what there is of it is kept: nothing is left to be lost. */
  void settled();

  /**
   * A call failed and is made again.
   *
   * @param kept where the unreadable answer is, or null when none came
   */
  void retrying(SdxlGenException failure, int failedAttempt, Duration delay, Path kept);
}
