package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DesktopViewerTest {

  /** Keeps its arguments, folder, environment and input; talks; then fails. */
  private static final String VIEWER =
      """
      #!/bin/sh
      {
        printf '<%s>' "${0##*/}" "$@"
        printf '\\n%s\\n%s\\n' "$PWD" "$SEEN"
        while read -r line; do printf 'read %s\\n' "$line"; done
      } >"$KEPT"
      echo chatter
      echo more >&2
      exit 3
      """;

  @TempDir Path folder;
  @TempDir Path bin;

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path kept;

  @BeforeEach
  void prepare() {
    assumeFalse(File.separatorChar == '\\', "the viewer here is a shell script");
    kept = bin.resolve("kept");
    environment.put("PATH", bin.toString());
    environment.put("DISPLAY", ":0");
    environment.put("SEEN", "environment");
    environment.put("KEPT", kept.toString());
  }

  private void install(String name) throws IOException {
    Path program = Files.writeString(bin.resolve(name), VIEWER);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Process open(String system, String file) {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            environment,
            folder,
            false,
            false);
    return DesktopViewer.open(Path.of(file), console, new Reporter(console, 0, false), system);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  // ---- when there is none

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Linux      | xdg-open on the PATH (it is in the package xdg-utils)
          FreeBSD    | xdg-open on the PATH (it is in the package xdg-utils)
          Mac OS X   | open on the PATH
          Windows 11 | rundll32.exe on the PATH
          """)
  void warnsThatNothingOpensIt(String system, String what) {
    assertThat(open(system, "out.png")).isNull();

    assertThat(said()).isEqualTo("sdxl-gen: --open can't show out.png: there is no " + what + "\n");
  }

  @Test
  void warnsWithoutAPathToo() {
    environment.remove("PATH");

    assertThat(open("Mac OS X", "out.png")).isNull();

    assertThat(said())
        .isEqualTo("sdxl-gen: --open can't show out.png: there is no open on the PATH\n");
  }

  @Test
  void warnsThatThereIsNoDesktop() throws IOException {
    install("xdg-open");
    environment.remove("DISPLAY");

    assertThat(open("Linux", "out.png")).isNull();

    assertThat(said())
        .isEqualTo("sdxl-gen: --open has no desktop to show out.png on: DISPLAY is not set\n");
    assertThat(kept).doesNotExist();
  }

  @Test
  void runsNothingFromTheFolderThatItIsIn() throws IOException {
    install("xdg-open");
    Files.copy(bin.resolve("xdg-open"), folder.resolve("xdg-open"));
    environment.put("PATH", ".:" + File.pathSeparator + "bin");

    assertThat(open("Linux", "out.png")).isNull();

    assertThat(said()).contains("there is no xdg-open on the PATH");
  }

  @Test
  void runsNoFileThatIsNoProgram() throws IOException {
    Files.writeString(bin.resolve("xdg-open"), VIEWER);

    assertThat(open("Linux", "out.png")).isNull();

    assertThat(said()).contains("there is no xdg-open on the PATH");
  }

  @Test
  void warnsThatAProgramCannotBeStarted() throws IOException {
    install("open");
    Files.writeString(bin.resolve("open"), "#!/nowhere/sh\n");

    assertThat(open("Mac OS X", "out.png")).isNull();

    assertThat(said())
        .isEqualTo(
            "sdxl-gen: --open can't show out.png: " + bin.resolve("open") + " can't be started\n");
  }

  // ---- when there is one

  @ParameterizedTest
  @ValueSource(strings = {"out.png", "-f.png", "a folder/it's $HOME; \"ü\".png"})
  void opensTheFileByItsWholePath(String file) throws Exception {
    install("xdg-open");

    Process process = open("Linux", file);

    assertThat(process.waitFor()).isEqualTo(3);
    assertThat(kept)
        .hasContent(
            "<xdg-open><" + folder.resolve(file) + ">\n" + folder.toRealPath() + "\nenvironment\n");
    assertThat(said()).isEmpty();
  }

  @Test
  void opensWhereOnlyWaylandIs() throws Exception {
    install("xdg-open");
    environment.remove("DISPLAY");
    environment.put("WAYLAND_DISPLAY", "wayland-0");

    assertThat(open("Linux", "out.png").waitFor()).isEqualTo(3);
  }

  @Test
  void opensInASessionOfItsOwnWhereItCan() throws Exception {
    install("xdg-open");
    install("setsid");

    assertThat(open("Linux", "out.png").waitFor()).isEqualTo(3);

    assertThat(kept)
        .content()
        .startsWith(
            "<setsid><" + bin.resolve("xdg-open") + "><" + folder.resolve("out.png") + ">\n");
  }

  @Test
  void opensOnMacOsAndWindows() throws Exception {
    install("open");
    install("rundll32.exe");
    environment.remove("DISPLAY");

    assertThat(open("Mac OS X", "out.png").waitFor()).isEqualTo(3);
    assertThat(kept).content().startsWith("<open><" + folder.resolve("out.png") + ">\n");
  }

  @Test
  void doesNotWait() throws Exception {
    Path program = bin.resolve("xdg-open");
    // Ends when it is let go, which is after open() returned.
    Files.writeString(program, "#!/bin/sh\nuntil [ -e \"$KEPT\" ]; do :; done\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

    Process process = open("Linux", "out.png");

    assertThat(process.isAlive()).isTrue();
    Files.createFile(kept);
    assertThat(process.waitFor()).isZero();
  }
}
