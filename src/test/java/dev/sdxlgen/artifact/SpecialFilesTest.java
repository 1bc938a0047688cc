package dev.sdxlgen.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sdxlgen.SdxlGenException.OutputFailed;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images that go to symbolic links, devices and pipes. */
@DisabledOnOs(OS.WINDOWS)
class SpecialFilesTest {

  private static final byte[] PNG = TinyImages.png(8, 8, 100_000);
  private static final Artifact ARTIFACT = new Artifact("success", 42L, "SUCCESS", false, null, "");

  @TempDir Path root;
  private Path folder;
  private Path temporary;
  private String temporaryBefore;
  private ArtifactWriter writer;

  @BeforeEach
  void prepare() throws IOException {
    folder = Files.createDirectory(root.resolve("folder")).toRealPath();
    temporary = Files.createDirectory(root.resolve("tmp"));
    temporaryBefore = System.setProperty("java.io.tmpdir", temporary.toString());
    writer = new ArtifactWriter(folder, OutputStream.nullOutputStream());
  }

  @AfterEach
  void leavesNoTemporaryFile() throws IOException {
    writer.close();
    System.setProperty("java.io.tmpdir", temporaryBefore);
    assertThat(temporary).isEmptyDirectory();
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.getFileName().toString().endsWith(".tmp"))).isEmpty();
    }
  }

  @Test
  void writesThroughALinkAndLeavesItALink() throws IOException {
    Path real = Files.writeString(Files.createDirectory(folder.resolve("sub")).resolve("real"), "");
    Path link = Files.createSymbolicLink(folder.resolve("out.png"), Path.of("sub/real"));

    SavedImage saved = save("out.png", IfExists.OVERWRITE);

    assertThat(saved.path()).isEqualTo(Path.of("out.png"));
    assertThat(saved.file()).isEqualTo(real);
    assertThat(link).isSymbolicLink();
    assertThat(real).hasBinaryContent(PNG);
  }

  @Test
  void writesThroughALinkToALinkInAnotherFolder() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("real.png"));
    Files.createSymbolicLink(folder.resolve("out.png"), elsewhere.resolve("second"));

    save("out.png", IfExists.FAIL);

    assertThat(elsewhere.resolve("real.png")).isRegularFile().hasBinaryContent(PNG);
    assertThat(elsewhere.resolve("second")).isSymbolicLink();
    assertThat(folder.resolve("out.png")).isSymbolicLink();
  }

  @ParameterizedTest
  @EnumSource
  void fillsALinkToAFileThatIsNotThereYet(IfExists policy) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("out.png"), Path.of("new/real.png"));

    assertThat(writer.existing(new Destination(Path.of("out.png"), policy))).isNull();
    save("out.png", policy);

    assertThat(link).isSymbolicLink();
    assertThat(folder.resolve("new/real.png")).isRegularFile().hasBinaryContent(PNG);
  }

  @Test
  void refusesALinkToAFileThatExists() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "precious");
    Files.createSymbolicLink(folder.resolve("out.png"), real);

    assertThat(failure(() -> save("out.png", IfExists.FAIL))).hasMessage("out.png exists");
    assertThat(real).hasContent("precious");
  }

  @Test
  void refusesALinkToAFolder() throws IOException {
    Files.createSymbolicLink(folder.resolve("out.png"), folder);

    assertThat(failure(() -> save("out.png", IfExists.OVERWRITE)))
        .hasMessage("out.png is a folder");
  }

  @Test
  void refusesLinksThatGoRoundInCircles() throws IOException {
    Files.createSymbolicLink(folder.resolve("out.png"), Path.of("other.png"));
    Files.createSymbolicLink(folder.resolve("other.png"), Path.of("out.png"));

    assertThat(failure(() -> save("out.png", IfExists.FAIL))).hasMessage("out.png exists");
    assertThat(folder.resolve("out.png")).isSymbolicLink();
  }

  /** As the shell has it: {@code ..} is the parent of what the link points to. */
  @Test
  void goesUpFromWhereALinkPointsToNotFromTheLink() throws IOException {
    Files.createDirectories(folder.resolve("far/away"));
    Files.createSymbolicLink(folder.resolve("near"), Path.of("far/away"));

    SavedImage saved = save("near/../out.png", IfExists.FAIL);

    assertThat(saved.path()).isEqualTo(Path.of("near/../out.png"));
    assertThat(folder.resolve(saved.path())).hasBinaryContent(PNG);
    assertThat(folder.resolve("far/out.png")).hasBinaryContent(PNG);
  }

  @ParameterizedTest
  @EnumSource
  void writesToADevice(IfExists policy) throws IOException {
    SavedImage saved = save("/dev/null", policy);

    assertThat(saved.path()).isEqualTo(Path.of("/dev/null"));
    assertThat(saved.bytes()).isEqualTo(PNG.length);
    assertThat(saved.sha256()).isEqualTo(sha256());
    assertThat(Files.readAttributes(Path.of("/dev/null"), "isOther"))
        .containsEntry("isOther", true);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void saysThatADeviceIsFull() {
    OutputFailed failure = failure(() -> save("/dev/full", IfExists.FAIL));

    assertThat(failure).hasMessage("/dev/full can't be written: No space left on device");
    assertThat(failure.advice()).isEqualTo("Free some space, or choose another place with -o");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void keepsTheAnswerOfAFullDeviceInTheTemporaryFolder() throws IOException {
    Path kept =
        writer.keep(UTF_8.encode("answer"), new Destination(Path.of("/dev/full"), IfExists.FAIL));

    assertThat(kept).hasParent(temporary).hasContent("answer");
    Files.delete(kept);
  }

  @Test
  void writesThroughAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> readAll(pipe));

    SavedImage saved = save("pipe", IfExists.FAIL);

    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(PNG);
    assertThat(saved.sha256()).isEqualTo(sha256());
    assertThat(saved.bytes()).isEqualTo(PNG.length);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString).toList())
          .isEqualTo(List.of("pipe"));
    }
  }

  @Test
  void sendsNothingThroughAPipeWhenTheImageDidNotCome() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    // It would hang here if the pipe, which nobody reads, were opened before the image is whole.
    try (PendingImage image = writer.prepare(new Destination(Path.of("pipe"), IfExists.FAIL))) {
      image.stream(null, null).write(PNG);
    }

    assertThat(Files.exists(pipe)).isTrue();
  }

  private SavedImage save(String path, IfExists policy) throws IOException {
    try (PendingImage image = writer.prepare(new Destination(Path.of(path), policy))) {
      image.stream(null, null).write(PNG);
      return image.commit(ARTIFACT);
    }
  }

  private String sha256() throws IOException {
    Path file = Files.write(root.resolve("same"), PNG);
    return new SavedImage(file, file, PNG.length, null, null, null, null).sha256();
  }

  private static OutputFailed failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    OutputFailed failure = catchThrowableOfType(OutputFailed.class, call);
    assertThat(failure).isNotNull();
    return failure;
  }

  private static byte[] readAll(Path pipe) {
    try {
      return Files.readAllBytes(pipe);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
