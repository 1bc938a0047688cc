package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.util.List;

/**
 * What became of checking a prompt file.
 *
 * @param index the prompts that can be sent
 * @param problems the first of the lines that can't
 * @param bad how many those are in all
 */
public record Checked(ItemIndex index, List<Problem> problems, long bad) {

  /** How many bad lines are told one by one. */
  static final int MOST_TOLD = 20;

  /**
   * @param name the file's, as the user gave it
   * @throws InvalidRequest when there is a bad line, with all of them that are told
   */
  public void refuseBadLines(String name) {
    if (bad == 0) {
      return;
    }
    StringBuilder advice = new StringBuilder();
    for (Problem problem : problems) {
      advice.append(problem).append('\n');
    }
    if (bad > problems.size()) {
      advice.append("and ").append(bad - problems.size()).append(" more\n");
    }
    throw new InvalidRequest(
        name + ": " + (bad == 1 ? "a line" : bad + " lines") + " can't be sent, and nothing was",
        index.size() == 0
            ? advice.toString().strip()
            : advice + "--skip-invalid goes on without them");
  }
}
