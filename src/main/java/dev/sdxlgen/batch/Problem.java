package dev.sdxlgen.batch;

/**
 * Why a line of a prompt file can't be sent.
 *
 * @param line its number, from 1
 * @param column where in it, from 1; 0 when it is the whole line
 * @param reason in the user's words, one line
 */
public record Problem(long line, int column, String reason) implements Comparable<Problem> {

  @Override
  public int compareTo(Problem other) {
    int order = Long.compare(line, other.line);
    return order == 0 ? Integer.compare(column, other.column) : order;
  }

  /** {@code line 3, column 14: --steps takes a whole number, not 'x'}. */
  @Override
  public String toString() {
    return "line " + line + (column == 0 ? "" : ", column " + column) + ": " + reason;
  }
}
