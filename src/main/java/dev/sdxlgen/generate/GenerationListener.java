package dev.sdxlgen.generate;

import dev.sdxlgen.SdxlGenException;
import java.nio.file.Path;
import java.time.Duration;

/** Hears how an image is getting on. */
public interface GenerationListener {

  /** A call is made. */
  void sending(int attempt);

  /** An answer that is paid for begins to arrive: it is to be let finish. */
  void answering();

  /** The answer is there, whole: another call may be made while it is read and saved. */
  default void answered() {}

  /** The image is a file, or what there is of it is kept: nothing is left to be lost. */
  void settled();

  /**
   * A call failed and is made again.
   *
   * @param kept where the unreadable answer is, or null when none came
   */
  void retrying(SdxlGenException failure, int failedAttempt, Duration delay, Path kept);
}
