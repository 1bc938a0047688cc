package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.util.Locale;

/** How a prompt file says what is asked for. */
public enum PromptFormat {
  /** One prompt a line; blank lines and those that begin with {@code #} are none. */
  TXT,
  /** One JSON object a line. */
  JSONL,
  /** RFC 4180, with a header. */
  CSV;

  /**
   * Told by the end of a file's name, or by {@code --format}.
   *
   * @param typed {@code --format}; may be null
   * @throws InvalidRequest when neither says it
   */
  public static PromptFormat of(String file, String typed) {
    if (typed != null) {
      for (PromptFormat format : values()) {
        if (format.name().equalsIgnoreCase(typed)) {
          return format;
        }
      }
      throw new InvalidRequest("--format " + typed + " isn't known", "Allowed: txt, jsonl, csv");
    }
    String name = file.toLowerCase(Locale.ROOT);
    if (name.endsWith(".txt")) {
      return TXT;
    }
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return JSONL;
    }
    if (name.endsWith(".csv")) {
      return CSV;
    }
    throw new InvalidRequest(
        (file.equals("-") ? "stdin" : file) + " doesn't say by its name how it is to be read",
        "--format txt, jsonl or csv says it");
  }
}
