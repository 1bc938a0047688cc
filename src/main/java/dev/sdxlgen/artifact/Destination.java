package dev.sdxlgen.artifact;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where an image goes.
 *
 * @param name the file, as the user named it: relative to the writer's folder, or absolute; {@code
 *     -} is stdout. What it still wants is known only after the call: seed, hash, width, height
 * @param ifExists what to do when the file exists
 */
public record Destination(NameTemplate name, IfExists ifExists) {

  private static final int HASH_DIGITS = 12;

  /** A file whose name is known. */
  public Destination(Path path, IfExists ifExists) {
    this(new NameTemplate(List.of(new NameTemplate.Part(path.toString(), null, 0))), ifExists);
  }

  /** The path, with an ellipsis for each value that only the answer tells. */
  public Path path() {
    return Path.of(name.text("…"));
  }

  /** Whether the image goes to stdout. */
  public boolean isStdout() {
    return isStdout(path().toString());
  }

  /** Whether a path, as typed, is the process's stdout: {@code -}, or its name as a device. */
  public static boolean isStdout(String typed) {
    return typed.equals("-") || typed.equals("/dev/stdout") || typed.equals("/dev/fd/1");
  }

  /** The path for a message. */
  Path shown() {
    return isStdout() ? Path.of("stdout") : path();
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
  public boolean isNamed() {
    return !name.isOpen();
  }

  /** Whether the name holds a part of the file's SHA-256. */
  boolean wantsHash() {
    return name.wants("hash");
  }

  /** The folder that is known before the call: the image's own, or one above it. */
  Path folder() {
    Path known = Path.of(name.text("\u0001"));
    while (known != null && known.toString().indexOf('\u0001') >= 0) {
      known = known.getParent();
    }
    return isNamed() ? path().getParent() : known;
  }

  /**
   * The path once all is known.
   *
   * @param sha256 of the file; null when it isn't wanted
   */
  Path named(Artifact artifact, String sha256) {
    if (isNamed()) {
      return path();
    }
    Map<String, String> values = new HashMap<>();
    values.put("seed", artifact.seed() == null ? "random" : artifact.seed().toString());
    if (artifact.header() != null) {
      values.put("width", Integer.toString(artifact.header().width()));
      values.put("height", Integer.toString(artifact.header().height()));
    }
    if (sha256 != null) {
      values.put("hash", sha256.substring(0, HASH_DIGITS));
    }
    return Path.of(name.with(values).text("unknown"));
  }
}
