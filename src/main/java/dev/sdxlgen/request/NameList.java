package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.util.List;

/**
 * The names that a parameter takes, as they stand on the wire.
 *
 * @param option the option that gives the parameter ({@code --sampler})
 * @param noun what such a name is, with its article ({@code a sampler})
 * @param plural the heading of the list in a message ({@code Samplers})
 * @param names as the wire has them
 */
public record NameList(String option, String noun, String plural, List<String> names) {

  /**
   * The name as the wire has it, whatever the case it was typed in.
   *
   * @throws InvalidRequest when there is none, with the nearest one and the whole list
   */
  public String wireName(String typed, String modelId) {
    for (String name : names) {
      if (name.equalsIgnoreCase(typed)) {
        return name;
      }
    }
    String guess = Nearest.to(typed, names).map(near -> "Did you mean " + near + "? ").orElse("");
    throw new InvalidRequest(
        option + " " + visible(typed) + " is not " + noun + " of " + modelId,
        guess + plural + ": " + String.join(", ", names));
  }

  /** {@code A, B or C.} */
  public String sentence() {
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last) + ".";
  }

  /** An empty shell variable, or a space too many, shows only between quotes. */
  private static String visible(String typed) {
    return typed.isEmpty() || typed.indexOf(' ') >= 0 ? "'" + typed + "'" : typed;
  }
}
