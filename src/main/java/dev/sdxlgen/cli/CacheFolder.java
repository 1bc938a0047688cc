package dev.sdxlgen.cli;

import java.nio.file.Path;
import java.util.Locale;

/** Where what may be forgotten is kept: the platform's cache folder. */
final class CacheFolder {

  private CacheFolder() {}

  /**
   * {@code $XDG_CACHE_HOME/sdxl-gen}, else the platform's own place under the user's home; null
   * when there is neither. Java's {@code user.home} isn't asked: in a container it is not the
   * user's.
   */
  static Path of(Console console) {
    String given = console.env("XDG_CACHE_HOME");
    // The XDG base directory specification: a relative path is to be ignored.
    if (given != null && Path.of(given).isAbsolute()) {
      return Path.of(given, "sdxl-gen");
    }
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows") && console.env("LOCALAPPDATA") != null) {
      return Path.of(console.env("LOCALAPPDATA"), "sdxl-gen", "cache");
    }
    String home = console.env("HOME");
    if (home == null) {
      return null;
    }
    return system.startsWith("mac")
        ? Path.of(home, "Library", "Caches", "sdxl-gen")
        : Path.of(home, ".cache", "sdxl-gen");
  }
}
