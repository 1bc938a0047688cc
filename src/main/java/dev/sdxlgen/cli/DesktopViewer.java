package dev.sdxlgen.cli;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Opens a file in the desktop's own viewer, which is left to itself. {@code java.awt.Desktop} would
 * do it too, but loads half a user interface first.
 */
final class DesktopViewer {

  private final String system;
  private final Console console;

  private DesktopViewer(String system, Console console) {
    this.system = system.toLowerCase(Locale.ROOT);
    this.console = console;
  }

  /**
   * Opens a file; a warning says when that can't be done. Nothing is waited for.
   *
   * @param file relative to the console's folder
   * @return what opens it; null when nothing does
   */
  static Process open(Path file, Console console, Reporter reporter) {
    return open(file, console, reporter, System.getProperty("os.name", ""));
  }

  /**
   * @param system the operating system, as Java names it
   */
  static Process open(Path file, Console console, Reporter reporter, String system) {
    return new DesktopViewer(system, console).open(file, reporter);
  }

  private Process open(Path file, Reporter reporter) {
    if (isUnix() && console.env("DISPLAY") == null && console.env("WAYLAND_DISPLAY") == null) {
      // Else xdg-open would start a browser for the terminal, whose output nobody sees.
      reporter.warning("--open has no desktop to show " + file + " on: DISPLAY is not set");
      return null;
    }
    String opener = isMac() ? "open" : isWindows() ? "rundll32.exe" : "xdg-open";
    Path program = find(opener);
    if (program == null) {
      reporter.warning(
          "--open can't show "
              + file
              + ": there is no "
              + opener
              + " on the PATH"
              + (isUnix() ? " (it is in the package xdg-utils)" : ""));
      return null;
    }
    List<String> command = new ArrayList<>();
    Path session = isUnix() ? find("setsid") : null;
    if (session != null) {
      // The viewer is to stay when the terminal is closed.
      command.add(session.toString());
    }
    command.add(program.toString());
    if (isWindows()) {
      command.add("url.dll,FileProtocolHandler");
    }
    command.add(console.directory().resolve(file).toString());
    try {
      return start(command);
    } catch (IOException e) {
      reporter.warning("--open can't show " + file + ": " + program + " can't be started");
      return null;
    }
  }

  private Process start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(console.directory().toFile())
            .redirectInput(new File(isWindows() ? "NUL" : "/dev/null"))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(console.environment());
    return builder.start();
  }

  /** A program on the PATH; null when it isn't there. */
  private Path find(String name) {
    // On Windows it may be spelled Path.
    String path = console.env(console.env("PATH") == null ? "Path" : "PATH");
    for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
      try {
        Path program = Path.of(folder, name);
        // A relative folder would let whatever is lying about here be run.
        if (program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program)) {
          return program;
        }
      } catch (InvalidPathException e) {
        // Nothing is in a folder that can't be.
      }
    }
    return null;
  }

  private boolean isMac() {
    return system.startsWith("mac");
  }

  private boolean isWindows() {
    return system.startsWith("windows");
  }

  private boolean isUnix() {
    return !isMac() && !isWindows();
  }
}
