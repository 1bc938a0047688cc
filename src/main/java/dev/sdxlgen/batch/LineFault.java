package dev.sdxlgen.batch;

/** A line that can't be read. */
final class LineFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final int column;

  /**
   * @param column where, from 1; 0 when it is the whole line
   */
  LineFault(int column, String reason) {
    super(reason, null, false, false);
    this.column = column;
  }

  int column() {
    return column;
  }
}
