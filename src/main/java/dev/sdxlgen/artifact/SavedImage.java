package dev.sdxlgen.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * An image that is a file now.
 *
 * @param path as the user is shown it: relative where the destination was
 * @param file where it is, absolute
 * @param bytes its size
 * @param taken the path it should have had and that another file has; null when it has the one it
 *     should
 * @param sidecar the file beside it that holds its recipe, as the user is shown it; null when there
 *     is none
 * @param problem what keeps the recipe from being where it should; null when nothing does
 * @param digest its SHA-256 where it is known already or can't be read again (a device, a pipe),
 *     else null
 * @param url where the image is kept in the end when that is no file; else null
 */
public record SavedImage(
    Path path,
    Path file,
    long bytes,
    Path taken,
    Path sidecar,
    String problem,
    String digest,
    String url) {

  /** An image that is kept as the file it is. */
  public SavedImage(
      Path path, Path file, long bytes, Path taken, Path sidecar, String problem, String digest) {
    this(path, file, bytes, taken, sidecar, problem, digest, null);
  }

  /**
   * The same image, kept elsewhere too.
   *
   * @param withSidecar whether its recipe is beside it there, as {@code URL.json}
   */
  public SavedImage at(String place, boolean withSidecar, String why, String sha256) {
    return new SavedImage(
        path, file, bytes, taken, withSidecar ? sidecar : null, why, sha256, place);
  }

  /** Where it is, for the user: a path or a URL. */
  public String name() {
    return url == null ? path.toString() : url;
  }

  /** Where its recipe is, for the user; null when it is in the image alone. */
  public String sidecarName() {
    return sidecar == null ? null : url == null ? sidecar.toString() : url + ".json";
  }

  /** Whether it had to be numbered because another file has its name. */
  public boolean renamed() {
    return taken != null;
  }

  /**
   * The file's SHA-256 in lower-case hexadecimal digits. Read from the file when asked for: not
   * everybody is in need of it.
   */
  public String sha256() throws IOException {
    return digest != null ? digest : sha256(file);
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return HexFormat.of().formatHex(Sha256.of(in));
    }
  }
}
