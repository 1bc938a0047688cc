package dev.sdxlgen.generate;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.artifact.Artifact;
import java.util.List;

/** What an image that is missing from an answer means to the user. */
final class FilterReason {

  private FilterReason() {}

  /**
   * @param all the artifacts of the same answer
   */
  static SdxlGenException failure(Artifact artifact, List<Artifact> all) {
    if (!artifact.filtered()) {
      return new BedrockFailed(
          "Bedrock sent no more than "
              + (all.size() - missing(all))
              + " of "
              + all.size()
              + " images",
          "",
          Repeat.NO,
          null);
    }
    String reason = artifact.finishReason();
    if (reason == null || reason.equals("CONTENT_FILTERED")) {
      return new Filtered(
          "the model filtered the image"
              + (artifact.seed() == null ? "" : " (seed " + artifact.seed() + ")"),
          "Try other words or another seed; --keep-filtered saves the blurred image");
    }
    return switch (reason) {
      case "Filter reason: prompt" ->
          new Filtered(
              "the model filtered the prompt",
              "Try other words; prompts that aren't English are often filtered");
      case "Filter reason: input image" ->
          new Filtered("the model filtered the init image", "Try another one");
      case "Filter reason: output image" ->
          new Filtered(
              "the model filtered the image that it made", "Try other words or another seed");
      default -> new Filtered(message(reason, all), "Try other words or another seed");
    };
  }

  private static String message(String reason, List<Artifact> all) {
    String what = all.size() == 1 ? "the image" : missing(all) + " of " + all.size() + " images";
    return "the model filtered " + what + ": " + reason;
  }

  private static int missing(List<Artifact> all) {
    int missing = 0;
    for (Artifact artifact : all) {
      missing += artifact.header() == null ? 1 : 0;
    }
    return missing;
  }
}
