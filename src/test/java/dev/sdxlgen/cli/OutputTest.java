package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputTest extends EndToEnd {

  private static final OutputStream BROKEN =
      new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          throw new IOException("Broken pipe");
        }
      };

  private Path at(String name) {
    return folder.resolve(name);
  }

  @ParameterizedTest
  @CsvSource({
    "a person,                       a-person-7.png",
    "'A Person, with -- NO hat!',    a-person-with-no-hat-7.png",
    "'../../etc/passwd',             etc-passwd-7.png",
    "'🧢',                           image-7.png",
    "con,                            con-image-7.png",
    "a person::1.3,                  a-person-7.png",
  })
  void namesTheFileAfterPromptAndSeed(String prompt, String name) throws IOException {
    assertPrinted(run(prompt, "-s", "7"), name + "\n");
    assertThat(sent(at(name))).isEqualTo(PICTURE);
    assertThat(tree()).containsExactly(name);
  }

  @Test
  void namesTheFileAfterTheSeedThatTheModelPicked() throws IOException {
    bedrock.enqueue(picture(4294967295L));
    bedrock.enqueue(picture(12));

    assertPrinted(run("a person"), "a-person-4294967295.png\n");
    assertPrinted(run("a person", "-s", "0"), "a-person-12.png\n");
    assertThat(tree()).containsExactly("a-person-12.png", "a-person-4294967295.png");
  }

  @Test
  void namesAnImageWithoutASeed() throws IOException {
    bedrock.enqueue(
        Answer.json(
            200,
            "{\"artifacts\":[{\"base64\":\""
                + java.util.Base64.getEncoder().encodeToString(PICTURE)
                + "\"}]}"));

    assertPrinted(run("a person"), "a-person-random.png\n");
    assertThat(sent(at("a-person-random.png"))).isEqualTo(PICTURE);
  }

  @Test
  void numbersANameOfItsOwnThatIsTaken() throws IOException {
    assertPrinted(run("a person", "-s", "7"), "a-person-7.png\n");
    assertPrinted(run("a person", "-s", "7"), "a-person-7-1.png\n");
    assertPrinted(run("a person", "-s", "7"), "a-person-7-2.png\n");
    assertThat(tree()).containsExactly("a-person-7-1.png", "a-person-7-2.png", "a-person-7.png");
  }

  @Test
  void numbersANameOfItsOwnThatIsTakenByARandomSeed() throws IOException {
    Files.writeString(at("a-person-12.png"), "precious");
    bedrock.enqueue(picture(12));

    assertPrinted(run("a person"), "a-person-12-1.png\n");
    assertThat(at("a-person-12.png")).hasContent("precious");
  }

  @ParameterizedTest
  @CsvSource({
    "out.png,               out.png",
    "./out.png,             out.png",
    "a/b/c.png,             a/b/c.png",
    "out,                   out",
    "-out.png,              -out.png",
    "'with a space.png',    'with a space.png'",
    "'new\nline.png',       'new\nline.png'",
  })
  @DisabledOnOs(OS.WINDOWS)
  void savesWhereItIsTold(String output, String file) {
    assertPrinted(run("a person", "-o", output), output + "\n");
    assertThat(sent(at(file))).isEqualTo(PICTURE);
  }

  @Test
  void savesAtAnAbsolutePathAndPrintsIt() {
    String path = at("deep/down/out.png").toString();

    assertPrinted(run("a person", "-o", path), path + "\n");
    assertThat(sent(at("deep/down/out.png"))).isEqualTo(PICTURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"images", "images/", "./images", "images/."})
  void savesInAFolderUnderItsOwnName(String output) throws IOException {
    Files.createDirectory(at("images"));

    assertPrinted(
        run("a person", "-s", "7", "-o", output), Path.of(output, "a-person-7.png") + "\n");
    assertThat(tree()).containsExactly("images/", "images/a-person-7.png");
  }

  @Test
  void makesAFolderThatEndsWithASlash() throws IOException {
    assertPrinted(run("a person", "-s", "7", "-o", "new/images/"), "new/images/a-person-7.png\n");
    assertThat(tree()).containsExactly("new/", "new/images/", "new/images/a-person-7.png");
  }

  @Test
  void numbersItsOwnNameInAFolderToo() throws IOException {
    assertPrinted(run("a person", "-s", "7", "-o", "images/"), "images/a-person-7.png\n");
    assertPrinted(run("a person", "-s", "7", "-o", "images/"), "images/a-person-7-1.png\n");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void givesTheFileTheUmasksMode() throws IOException {
    Path ordinary = Files.createFile(at("ordinary"));

    assertPrinted(run("a person", "-o", "out.png"), "out.png\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(at("out.png"))))
        .isEqualTo(PosixFilePermissions.toString(Files.getPosixFilePermissions(ordinary)));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void writesThroughASymbolicLink() throws IOException {
    Path target = Files.writeString(at("target.png"), "old");
    Files.createSymbolicLink(at("link.png"), Path.of("target.png"));

    assertFailed(
        run("a person", "-o", "link.png"),
        7,
        """
        sdxl-gen: link.png exists
          -f replaces it; --if-exists number keeps both
        """);
    assertThat(target).hasContent("old");
    assertThat(bedrock.requests()).isEmpty();

    assertPrinted(run("a person", "-f", "-o", "link.png"), "link.png\n");
    assertThat(sent(target)).isEqualTo(PICTURE);
    assertThat(at("link.png")).isSymbolicLink();
    assertThat(tree()).containsExactly("link.png", "target.png");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void writesThroughASymbolicLinkToNothingYet() throws IOException {
    Files.createDirectory(at("images"));
    Files.createSymbolicLink(at("link.png"), Path.of("images/target.png"));

    assertPrinted(run("a person", "-o", "link.png"), "link.png\n");
    assertThat(sent(at("images/target.png"))).isEqualTo(PICTURE);
    assertThat(at("link.png")).isSymbolicLink();
    assertThat(tree()).containsExactly("images/", "images/target.png", "link.png");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void savesInAFolderBehindASymbolicLink() throws IOException {
    Files.createDirectory(at("images"));
    Files.createSymbolicLink(at("link"), Path.of("images"));

    assertPrinted(run("a person", "-s", "7", "-o", "link"), "link/a-person-7.png\n");
    assertThat(sent(at("images/a-person-7.png"))).isEqualTo(PICTURE);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesASymbolicLinkThatGoesInCircles() throws IOException {
    Files.createSymbolicLink(at("a.png"), Path.of("b.png"));
    Files.createSymbolicLink(at("b.png"), Path.of("a.png"));

    Run run = run("a person", "-o", "a.png");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).containsExactly("a.png", "b.png");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void writesToADevice() throws IOException {
    assertPrinted(run("a person", "-o", "/dev/null"), "/dev/null\n");
    assertPrinted(run("a person", "-f", "-o", "/dev/null"), "/dev/null\n");
    assertThat(bedrock.requests()).hasSize(2);
    assertThat(Path.of("/dev/null"))
        .exists()
        .isNot(new org.assertj.core.api.Condition<>(Files::isRegularFile, "a regular file"));
    assertThat(tree()).isEmpty();
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void writesToAPipe() throws Exception {
    Process made = new ProcessBuilder("mkfifo", at("pipe").toString()).start();
    assumeThat(made.waitFor()).isZero();
    CompletableFuture<byte[]> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.readAllBytes(at("pipe"));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });

    assertPrinted(run("a person", "-o", "pipe", "--no-metadata"), "pipe\n");
    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(PICTURE);
    assertThat(tree()).containsExactly("pipe");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void keepsThePaidImageWhenTheDeviceIsFull() throws IOException {
    bedrock.enqueue(picture(7));

    Run run = run("a person", "-o", "/dev/full");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith(
            """
            sdxl-gen: /dev/full can't be written: No space left on device
              Free some space, or choose another place with -o
              Bedrock's answer is kept in \
            """);
    assertThat(bedrock.requests()).hasSize(1);
    Kept.in(run).assertImage(PICTURE);
    assertThat(tree()).isEmpty();
  }

  @Test
  void writesTheImageToStdoutToTheByte() throws IOException {
    Run run = run("a person", "-n", "hat", "-o", "-", "--no-metadata");

    assertThat(run.err()).isEmpty();
    assertThat(run.outBytes()).isEqualTo(PICTURE);
    assertThat(run.exitCode()).isZero();
    assertThat(tree()).isEmpty();
  }

  @Test
  void keepsThePaidImageWhenStdoutBreaks() throws IOException {
    bedrock.enqueue(picture(7));

    Run run = program().stdoutTo(BROKEN).run("a person", "-o", "-");

    Kept kept = Kept.in(run);
    kept.assertImage(PICTURE);
    assertFailed(
        run,
        7,
        """
        sdxl-gen: stdout can't be written: its disk is full or its reader is gone
          Choose another place with -o
          Bedrock's answer is kept in FILE
          The image is in it: jq -r '.artifacts[0].base64' FILE | base64 -d > out.png
        """
            .replace("FILE", kept.file().toString()));
    assertThat(tree()).isEmpty();
  }

  @Test
  void saysTheRestOnStderrWhenTheImageGoesToStdout() {
    Run run = program().run("a person", "-o", "-", "--mock", "-v");

    assertThat(run.exitCode()).isZero();
    assertThat(run.outBytes()).startsWith(0x89, 'P', 'N', 'G');
    assertThat(run.err()).startsWith("sdxl-gen: the built-in mock draws this; no model is asked\n");
    assertThat(bedrock.requests()).isEmpty();
  }

  @Test
  void refusesToWriteAnImageToATerminal() throws IOException {
    assertRefused(
        program().onATerminal().run("a person", "-o", "-"),
        2,
        """
        sdxl-gen: the image would go to the terminal
          Redirect it: sdxl-gen … -o - > out.png
        """);
  }

  @Test
  void refusesSeveralImagesOnStdout() throws IOException {
    assertRefused(
        run("a person", "-o", "-", "--count", "2"),
        2,
        """
        sdxl-gen: -o - takes one image, not 2
          Name a folder: -o images/
        """);
  }

  @Test
  void tellsOfAPathThatCouldNotBePrinted() {
    Run run = program().stdoutTo(BROKEN).run("a person", "-o", "out.png");

    assertFailed(
        run,
        7,
        """
        sdxl-gen: stdout can't be written
          Is its disk full, or its reader gone?
        """);
    assertThat(sent(at("out.png"))).isEqualTo(PICTURE);
  }

  @Test
  @Timeout(60)
  void printsThePathAsSoonAsTheImageIsThere() throws IOException {
    var seen = new ByteArrayOutputStream();
    var printed = new CountDownLatch(1);
    var requests = new AtomicInteger();
    try (RawServer server =
        RawServer.start(
            socket -> {
              if (requests.incrementAndGet() == 2) {
                // The second image takes until the first is told of.
                printed.await();
              }
              socket.getOutputStream().write(http(PICTURE));
            })) {
      Program.in(folder)
          .against(server.endpoint())
          .stdoutTo(opening(printed, seen))
          .run("a person", "--count", "2", "-o", "out.png");
    }

    assertThat(requests).hasValue(2);
    assertThat(seen.toString(UTF_8)).isEqualTo("out-1.png\nout-2.png\n");
  }

  @Test
  void refusesANumberedNameThatIsAFolder() throws IOException {
    Files.createDirectory(at("out-2.png"));

    assertRefused(
        run("a person", "--count", "2", "-o", "out.png"),
        7,
        """
        sdxl-gen: out-2.png is a folder
          Name a file in it, or end it with /
        """,
        "out-2.png/");
  }

  @Test
  void refusesAnEmptyPath() throws IOException {
    assertRefused(
        run("a person", "-o", ""),
        2,
        """
        sdxl-gen: -o is empty
          Name a file or a folder: -o out.png
        """);
  }

  @Test
  void refusesAPathThatCannotBeOne() throws IOException {
    assertRefused(
        run("a person", "-o", "out\0.png"),
        2,
        """
        sdxl-gen: -o 'out?.png' can't be a file name
          Name a file or a folder: -o out.png
        """);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesANameThatIsTooLong() throws IOException {
    String name = "x".repeat(252) + ".png";

    assertRefused(
        run("a person", "-o", name),
        7,
        "sdxl-gen: " + name + " can't be written: File name too long\n  Give it a shorter name\n");
  }

  @Test
  void savesUnderTheLongestNameThereIs() throws IOException {
    String name = "x".repeat(251) + ".png";

    assertPrinted(run("a person", "-o", name), name + "\n");
    assertThat(tree()).containsExactly(name);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesAPathBelowAFile() throws IOException {
    Files.writeString(at("notes.txt"), "precious");

    assertRefused(
        run("a person", "-o", "notes.txt/out.png"),
        7,
        """
        sdxl-gen: notes.txt/out.png can't be written: it is below a file
          Choose another place with -o
        """,
        "notes.txt");
    assertThat(at("notes.txt")).hasContent("precious");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void refusesAFolderThatTakesNoFiles() throws IOException {
    // Not even root may make a file there.
    Run run = run("a person", "-o", "/sys/out.png");

    assertThat(run.err())
        .matches(
            """
            sdxl-gen: /sys/out\\.png can't be written: (permission denied|Read-only file system)
              Choose another place with -o
            """);
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out()).isEmpty();
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).isEmpty();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesAFolderThatTheUserMayNotWriteTo() throws IOException {
    assumeThat(System.getProperty("user.name")).isNotEqualTo("root");
    Files.createDirectory(
        at("images"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));

    assertRefused(
        run("a person", "-o", "images/out.png"),
        7,
        """
        sdxl-gen: images/out.png can't be written: permission denied
          Choose another place with -o
        """,
        "images/");
  }

  @Test
  void removesTheFoldersMadeForAnImageThatDidNotCome() throws IOException {
    bedrock.enqueue(Answer.error(400, "ValidationException", "No."));

    assertThat(run("a person", "-o", "a/b/out.png").exitCode()).isEqualTo(2);
    assertThat(tree()).isEmpty();
  }

  @Test
  void leavesFoldersThatWereThere() throws IOException {
    Files.createDirectory(at("a"));
    bedrock.enqueue(Answer.error(400, "ValidationException", "No."));

    assertThat(run("a person", "-o", "a/b/out.png").exitCode()).isEqualTo(2);
    assertThat(tree()).containsExactly("a/");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesANameThatIsTooLongInAFolderThatIsNotThereYet() throws IOException {
    String name = "new/" + "x".repeat(252) + ".png";

    assertRefused(
        run("a person", "-o", name),
        7,
        "sdxl-gen: " + name + " can't be written: File name too long\n  Give it a shorter name\n");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void namesTheFileAndNoPlaceholderWhenAFolderIsAFile() throws IOException {
    Files.writeString(at("notes.txt"), "precious");

    Run run = run("a person", "-o", "notes.txt/");

    assertThat(run.err()).startsWith("sdxl-gen: notes.txt/").doesNotContain("{seed}");
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(bedrock.requests()).isEmpty();
    assertThat(tree()).containsExactly("notes.txt");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void writesEveryImageToAPipeOfItsOwnName() throws Exception {
    Process made = new ProcessBuilder("mkfifo", at("pipe").toString()).start();
    assumeThat(made.waitFor()).isZero();
    CompletableFuture<byte[]> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.readAllBytes(at("pipe"));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    try {
      // A device or a pipe has no neighbours to number: /dev/null-1 would be a file in /dev.
      run("a person", "--count", "2", "-o", "pipe");

      assertThat(tree()).containsExactly("pipe");
    } finally {
      // Lets the reader go.
      Files.newOutputStream(at("pipe"), java.nio.file.StandardOpenOption.WRITE).close();
      read.get(10, TimeUnit.SECONDS);
    }
  }

  /** The program as a process of its own, with this locale. */
  private static Process process(String locale, Path folder, String... args) throws IOException {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.sdxlgen.Main");
    command.addAll(java.util.List.of(args));
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("LC_ALL", locale);
    return builder.start();
  }

  /** JDK 17's own stdin seeks when it is read whole, which a pipe refuses. */
  @Test
  void readsThePromptFromAPipe() throws Exception {
    Process process = process("C.UTF-8", folder, "-", "--dry-run");
    process.getOutputStream().write("a person\n".getBytes(UTF_8));
    process.getOutputStream().close();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("{\"text_prompts\":[{\"text\":\"a person\"}]}\n");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void writesTheImageThroughTheDeviceThatIsStdout() throws Exception {
    Process process = process("C.UTF-8", folder, "a person", "--mock", "-q", "-o", "/dev/stdout");

    byte[] out = process.getInputStream().readAllBytes();
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8)).isEmpty();
    assertThat(process.waitFor()).isZero();
    assertThat(out).startsWith(0x89, 'P', 'N', 'G');
    assertThat(tree()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void tellsThatALocaleCannotHoldTheName() throws Exception {
    Files.writeString(at("prompt.txt"), "帽子");

    Process process =
        process("C", folder, "--mock", "-q", "--prompt-file", "prompt.txt", "-s", "7");

    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
        .startsWith("sdxl-gen: ")
        .doesNotContain("this is a bug");
    assertThat(process.waitFor()).isNotEqualTo(1);
  }

  @Test
  void quotesTheKeptFileInTheCommandThatDecodesIt() throws IOException {
    // The longest name is taken and can't be numbered, in a folder whose name has a space.
    String name = "x".repeat(251) + ".png";
    Path images = Files.createDirectory(at("my images"));
    Files.writeString(images.resolve(name), "precious");

    Run run = run("a person", "-o", "my images/" + name, "--if-exists", "number");

    Kept kept = Kept.in(run, images);
    assertThat(run.err())
        .contains(
            "jq -r '.artifacts[0].base64' " + ShellQuote.quote(kept.file().toString()) + " |");
  }
}
