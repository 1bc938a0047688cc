package dev.sdxlgen.artifact;

import java.nio.file.Path;

/**
 * Where an image goes.
 *
 * @param path the file, as the user named it: relative to the writer's folder, or absolute; {@code
 *     -} is stdout. The file name may hold {@value #SEED}, which the seed really used takes the
 *     place of
 * @param ifExists what to do when the file exists
 */
public record Destination(Path path, IfExists ifExists) {

  /** Stands in a file name for a seed that is known only after the call. */
  public static final String SEED = "{seed}";

  /** Whether the image goes to stdout. */
  public boolean isStdout() {
    return isStdout(path.toString());
  }

  /** Whether a path, as typed, is the process's stdout: {@code -}, or its name as a device. */
  public static boolean isStdout(String typed) {
    return typed.equals("-") || typed.equals("/dev/stdout") || typed.equals("/dev/fd/1");
  }

  /** The path for a message, when the seed isn't known. */
  Path shown() {
    return isStdout() ? Path.of("stdout") : path.resolveSibling(name().replace(SEED, "…"));
  }

  /** The path with a number behind its name: {@code out-1.png}. */
  public static Path numbered(Path path, long number) {
    String name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return path.resolveSibling(
        dot > 0
            ? name.substring(0, dot) + "-" + number + name.substring(dot)
            : name + "-" + number);
  }

  /** Whether the name is known before the call. */
  boolean isNamed() {
    return !name().contains(SEED);
  }

  /** The path once the seed is known. */
  public Path named(Long seed) {
    return isNamed()
        ? path
        : path.resolveSibling(name().replace(SEED, seed == null ? "random" : seed.toString()));
  }

  private String name() {
    return path.getFileName().toString();
  }
}
