package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.SdxlGenException.Throttled;

/** What the program's exit code says; scripts depend on these numbers. */
final class ExitCode {

  static final int OK = 0;
  static final int BUG = 1;
  static final int INVALID_REQUEST = 2;
  static final int CREDENTIALS = 3;
  static final int FILTERED = 4;
  static final int THROTTLED = 5;
  static final int BEDROCK_FAILED = 6;
  static final int OUTPUT_FAILED = 7;
  static final int SOME_MISSING = 8;
  static final int MODEL_UNAVAILABLE = 9;
  static final int SIGNAL = 128;

  private ExitCode() {}

  static int of(SdxlGenException e) {
    // A switch over the sealed kinds reads better, but is a preview feature on Java 17.
    if (e instanceof InvalidRequest) {
      return INVALID_REQUEST;
    } else if (e instanceof Credentials) {
      return CREDENTIALS;
    } else if (e instanceof Filtered) {
      return FILTERED;
    } else if (e instanceof Throttled) {
      return THROTTLED;
    } else if (e instanceof BedrockFailed) {
      return BEDROCK_FAILED;
    } else if (e instanceof OutputFailed) {
      return OUTPUT_FAILED;
    } else if (e instanceof ModelUnavailable) {
      return MODEL_UNAVAILABLE;
    } else if (e instanceof Interrupted interrupted) {
      return SIGNAL + interrupted.signal();
    }
    return BUG;
  }
}
