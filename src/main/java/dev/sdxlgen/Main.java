package dev.sdxlgen;

import dev.sdxlgen.cli.SdxlGen;

/** The program as a process. */
public final class Main {

  private Main() {}

  /** Runs the program and leaves with its exit code. */
  public static void main(String[] args) {
    SdxlGen.runAndExit(args);
  }
}
