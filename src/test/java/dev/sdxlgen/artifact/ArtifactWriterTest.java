package dev.sdxlgen.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.png.PngEncoder;
import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArtifactWriterTest {

  private static final byte[] PNG = TinyImages.png(8, 8, 10_000);
  private static final Artifact ARTIFACT = new Artifact("success", 42L, "SUCCESS", false, null, "");

  @TempDir Path root;
  private Path folder;
  private Path temporary;
  private String temporaryBefore;
  private ArtifactWriter writer;

  @BeforeEach
  void prepare() throws IOException {
    folder = Files.createDirectory(root.resolve("folder"));
    temporary = Files.createDirectory(root.resolve("tmp"));
    temporaryBefore = System.setProperty("java.io.tmpdir", temporary.toString());
    writer = new ArtifactWriter(folder, OutputStream.nullOutputStream());
  }

  @AfterEach
  void close() {
    writer.close();
    System.setProperty("java.io.tmpdir", temporaryBefore);
  }

  // What is there already

  @Test
  void refusesAFileThatExists() throws IOException {
    Path precious = Files.writeString(folder.resolve("out.png"), "precious");

    assertRefused(
        () -> writer.existing(to("out.png", IfExists.FAIL)),
        "out.png exists",
        "-f replaces it; --if-exists number keeps both");
    assertRefused(
        () -> writer.prepare(to("out.png", IfExists.FAIL)),
        "out.png exists",
        "-f replaces it; --if-exists number keeps both");
    assertThat(precious).hasContent("precious");
    assertThat(filesIn(folder)).containsExactly("out.png");
  }

  @Test
  void tellsOfAFileThatExistsToSkipIt() throws IOException {
    Files.writeString(folder.resolve("out.png"), "precious");

    assertThat(writer.existing(to("out.png", IfExists.SKIP))).isEqualTo(Path.of("out.png"));
    assertThat(writer.existing(to("other.png", IfExists.SKIP))).isNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"OVERWRITE", "NUMBER"})
  void goesOnWhereAFileExistsThatMayStayOrGo(IfExists policy) throws IOException {
    Files.writeString(folder.resolve("out.png"), "precious");

    assertThat(writer.existing(to("out.png", policy))).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void refusesAFolder(IfExists policy) throws IOException {
    Files.createDirectory(folder.resolve("out.png"));

    assertRefused(
        () -> writer.existing(to("out.png", policy)),
        "out.png is a folder",
        "Name a file in it, or end it with /");
    assertRefused(
        () -> writer.prepare(to(".", policy)),
        ". is a folder",
        "Name a file in it, or end it with /");
  }

  // Written whole or not at all

  @Test
  void writesTheBytesThatCameUnderTheNameThatWasAsked() throws IOException {
    SavedImage saved = save(to("out.png", IfExists.FAIL));

    assertThat(saved)
        .isEqualTo(
            new SavedImage(
                Path.of("out.png"), folder.resolve("out.png"), PNG.length, null, null, null, null));
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
    assertThat(filesIn(folder)).containsExactly("out.png");
  }

  @Test
  void showsAnAbsolutePathWhereOneWasGiven() throws IOException {
    Path absolute = root.resolve("elsewhere.png");

    assertThat(save(new Destination(absolute, IfExists.FAIL)).path()).isEqualTo(absolute);
    assertThat(absolute).hasBinaryContent(PNG);
  }

  @Test
  void removesTheFolderOfImagesThatDontComeWithTheLastOfThem() throws IOException {
    PendingImage first = writer.prepare(to("a/b/1.png", IfExists.FAIL));
    PendingImage second = writer.prepare(to("a/b/2.png", IfExists.FAIL));

    first.close();
    assertThat(folder.resolve("a/b")).isDirectory();
    second.close();
    assertThat(filesIn(folder)).isEmpty();
  }

  @Test
  void leavesTheFolderOfAnImageThatDoesntComeToOneThatDoes() throws IOException {
    PendingImage first = writer.prepare(to("a/1.png", IfExists.FAIL));
    Destination second = to("a/2.png", IfExists.FAIL);

    try (PendingImage image = writer.prepare(second)) {
      first.close();
      image.stream(null, null).write(PNG);
      image.commit(new Artifact(null, null, null, false, image.header(), ""));
    }

    assertThat(filesIn(folder.resolve("a"))).containsExactly("2.png");
  }

  @Test
  void hasNothingAtTheNameUntilTheImageIsWhole() throws IOException {
    try (PendingImage image = writer.prepare(to("out.png", IfExists.FAIL))) {
      image.stream(null, null).write(PNG);

      assertThat(folder.resolve("out.png")).doesNotExist();
      assertThat(filesIn(folder)).singleElement().asString().startsWith(".sdxl-gen-");
    }
    assertThat(filesIn(folder)).isEmpty();
  }

  @Test
  void writesByteAfterByteToo() throws IOException {
    try (PendingImage image = writer.prepare(to("out.png", IfExists.FAIL))) {
      try (OutputStream stream = image.stream(null, null)) {
        for (int i = 0; i < 100; i++) {
          stream.write(PNG[i]);
        }
        stream.write(PNG, 100, PNG.length - 100);
      }
      assertThat(image.start()).isEqualTo(java.util.Arrays.copyOf(PNG, 60));
      image.commit(ARTIFACT);
    }
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
  }

  @Test
  void forgetsTheFirstAttemptWhenItStartsAgain() throws IOException {
    byte[] shorter = TinyImages.png(1, 1, 40);
    try (PendingImage image = writer.prepare(to("out.png", IfExists.FAIL))) {
      image.stream(null, null).write(PNG);
      image.restart();
      assertThat(image.size()).isZero();
      assertThat(image.start()).isEmpty();
      image.stream(null, null).write(shorter);
      assertThat(image.start()).isEqualTo(shorter);
      assertThat(image.header()).isEqualTo(new ImageHeader(ImageHeader.Format.PNG, 1, 1));

      assertThat(image.commit(ARTIFACT).bytes()).isEqualTo(40);
    }
    assertThat(folder.resolve("out.png")).hasBinaryContent(shorter);
  }

  /** A second may begin between the two. */
  @Test
  void writesTheSameRecipeIntoTheImageAndBesideIt() throws IOException {
    AtomicLong seconds = new AtomicLong();
    byte[] png = PngEncoder.encode(8, 8, new byte[8 * 8 * 3]);
    try (PendingImage image = writer.prepare(to("out.png", IfExists.FAIL))) {
      image.describe(
          (seed, reason) ->
              new Recipe(
                  "1",
                  "model",
                  "us-east-1",
                  Instant.ofEpochSecond(seconds.incrementAndGet()),
                  "{}",
                  seed,
                  reason,
                  null),
          true);
      image.stream(42L, "SUCCESS").write(png);
      image.arrived();
      image.commit(ARTIFACT);
    }

    Recipe inside = RecipeReader.read(folder.resolve("out.png"), false).recipe();
    assertThat(inside.time()).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(Recipe.parse(Files.readAllBytes(folder.resolve("out.png.json")))).isEqualTo(inside);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void givesTheFileTheUmasksMode() throws IOException {
    Path plain = Files.createFile(folder.resolve("plain"));
    Files.writeString(folder.resolve("old.png"), "old");

    save(to("out.png", IfExists.FAIL));
    save(to("old.png", IfExists.OVERWRITE));

    assertThat(Files.getPosixFilePermissions(folder.resolve("out.png")))
        .isEqualTo(Files.getPosixFilePermissions(plain));
    assertThat(Files.getPosixFilePermissions(folder.resolve("old.png")))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void replacesAFileWhenToldTo() throws IOException {
    Files.writeString(folder.resolve("out.png"), "old");

    SavedImage saved = save(to("out.png", IfExists.OVERWRITE));

    assertThat(saved.renamed()).isFalse();
    assertThat(folder.resolve("out.png")).hasBinaryContent(PNG);
    assertThat(filesIn(folder)).containsExactly("out.png");
  }

  @Test
  void leavesTheOldFileWholeUntilTheNewOneIs() throws IOException {
    Path old = Files.writeString(folder.resolve("out.png"), "old");
    try (PendingImage image = writer.prepare(to("out.png", IfExists.OVERWRITE))) {
      image.stream(null, null).write(PNG);
      assertThat(old).hasContent("old");
    }
    assertThat(old).hasContent("old");
    assertThat(filesIn(folder)).containsExactly("out.png");
  }

  @Test
  void takesTheNextFreeNumber() throws IOException {
    for (String taken : new String[] {"out.png", "out-1.png", "out-2.png", "out-4.png"}) {
      Files.writeString(folder.resolve(taken), taken);
    }

    SavedImage saved = save(to("out.png", IfExists.NUMBER));

    assertThat(saved.path()).isEqualTo(Path.of("out-3.png"));
    assertThat(saved.file()).isEqualTo(folder.resolve("out-3.png"));
    assertThat(saved.renamed()).isFalse();
    assertThat(folder.resolve("out-3.png")).hasBinaryContent(PNG);
  }

  @ParameterizedTest
  @CsvSource({
    "out, out-1",
    ".png, .png-1",
    "a.tar.gz, a.tar-1.gz",
    "out., out-1.",
    "sub.dir/out, sub.dir/out-1"
  })
  void putsTheNumberBeforeTheExtension(String name, String numbered) throws IOException {
    save(to(name, IfExists.FAIL));

    assertThat(save(to(name, IfExists.NUMBER)).path()).isEqualTo(Path.of(numbered));
    assertThat(folder.resolve(numbered)).hasBinaryContent(PNG);
  }

  // Another process is quicker

  @ParameterizedTest
  @EnumSource(names = {"FAIL", "SKIP"})
  void numbersAPaidImageWhoseNameWasTakenMeanwhileAndTellsSo(IfExists policy) throws IOException {
    try (PendingImage image = writer.prepare(to("out.png", policy))) {
      image.stream(null, null).write(PNG);
      Files.writeString(folder.resolve("out.png"), "theirs");

      SavedImage saved = image.commit(ARTIFACT);

      assertThat(saved.path()).isEqualTo(Path.of("out-1.png"));
      assertThat(saved.renamed()).isTrue();
    }
    assertThat(folder.resolve("out.png")).hasContent("theirs");
    assertThat(folder.resolve("out-1.png")).hasBinaryContent(PNG);
    assertThat(filesIn(folder)).containsExactly("out-1.png", "out.png");
  }

  @Test
  void numbersPastAFolderThatCameMeanwhile() throws IOException {
    try (PendingImage image = writer.prepare(to("out.png", IfExists.FAIL))) {
      image.stream(null, null).write(PNG);
      Files.createDirectory(folder.resolve("out.png"));

      assertThat(image.commit(ARTIFACT).path()).isEqualTo(Path.of("out-1.png"));
    }
  }

  @Test
  void givesEveryOneOfManyWritersANameOfItsOwn() throws Exception {
    int images = 40;
    Set<Path> names = new ConcurrentSkipListSet<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        tasks.add(() -> names.add(save(to("out.png", IfExists.NUMBER)).path()));
      }
      for (Future<Boolean> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(names).hasSize(images);
    assertThat(filesIn(folder)).hasSize(images);
    for (Path name : names) {
      assertThat(folder.resolve(name)).hasBinaryContent(PNG);
    }
  }

  // Names that the seed completes

  @Test
  void namesAnImageAfterItsSeed() throws IOException {
    SavedImage saved = save(to("sub/a-{seed}.png", IfExists.FAIL));

    assertThat(saved.path()).isEqualTo(Path.of("sub/a-42.png"));
    assertThat(saved.file()).isEqualTo(folder.resolve("sub/a-42.png"));
    assertThat(folder.resolve("sub/a-42.png")).hasBinaryContent(PNG);
  }

  @Test
  void namesAnImageWithoutASeedRandom() throws IOException {
    try (PendingImage image = writer.prepare(to("a-{seed}.png", IfExists.FAIL))) {
      image.stream(null, null).write(PNG);

      assertThat(image.commit(new Artifact(null, null, null, false, null, "")).path())
          .isEqualTo(Path.of("a-random.png"));
    }
  }

  @Test
  void numbersANameThatTheSeedCompletedWhenItIsTaken() throws IOException {
    Files.writeString(folder.resolve("a-42.png"), "theirs");

    SavedImage numbered = save(to("a-{seed}.png", IfExists.NUMBER));
    SavedImage renamed = save(to("a-{seed}.png", IfExists.FAIL));

    assertThat(numbered.path()).isEqualTo(Path.of("a-42-1.png"));
    assertThat(numbered.renamed()).isFalse();
    assertThat(renamed.path()).isEqualTo(Path.of("a-42-2.png"));
    assertThat(renamed.renamed()).isTrue();
    assertThat(folder.resolve("a-42.png")).hasContent("theirs");
  }

  @Test
  void replacesANameThatTheSeedCompletedWhenToldTo() throws IOException {
    Files.writeString(folder.resolve("a-42.png"), "old");

    save(to("a-{seed}.png", IfExists.OVERWRITE));

    assertThat(folder.resolve("a-42.png")).hasBinaryContent(PNG);
    assertThat(filesIn(folder)).containsExactly("a-42.png");
  }

  // Folders

  @Test
  void makesTheFoldersThatAreMissing() throws IOException {
    save(to("a/b/c/out.png", IfExists.FAIL));

    assertThat(folder.resolve("a/b/c/out.png")).hasBinaryContent(PNG);
  }

  @Test
  void removesTheFoldersItMadeForAnImageThatDidNotCome() throws IOException {
    Files.createDirectory(folder.resolve("a"));
    writer.prepare(to("a/b/c/out.png", IfExists.FAIL)).close();

    assertThat(folder.resolve("a")).isEmptyDirectory();
  }

  @Test
  void leavesAFolderItMadeWhenSomethingIsInIt() throws IOException {
    try (PendingImage image = writer.prepare(to("a/b/out.png", IfExists.FAIL))) {
      image.stream(null, null).write(PNG);
      Files.writeString(folder.resolve("a/theirs"), "theirs");
    }

    assertThat(filesIn(folder.resolve("a"))).containsExactly("theirs");
  }

  @Test
  void removesTheFoldersItMadeWhenTheLastCannotBeMade() throws IOException {
    String tooLong = "x".repeat(256);
    OutputFailed failure =
        catchThrowableOfType(
            OutputFailed.class,
            () -> writer.prepare(to("a/b/" + tooLong + "/{seed}.png", IfExists.FAIL)));

    assertThat(failure).hasMessageEndingWith("can't be written: File name too long");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource
  void refusesAPathBelowAFile(IfExists policy) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "precious");

    assertRefused(
        () -> writer.prepare(to("file/out.png", policy)),
        "file/out.png can't be written: it is below a file",
        "Choose another place with -o");
    assertRefused(
        () -> writer.prepare(to("file/{seed}.png", policy)),
        "file/….png can't be written: it is below a file",
        "Choose another place with -o");
    assertThat(file).hasContent("precious");
    assertThat(filesIn(folder)).containsExactly("file");
  }

  @ParameterizedTest
  @EnumSource
  void refusesANameThatIsTooLong(IfExists policy) throws IOException {
    String name = "x".repeat(252) + ".png";

    assertRefused(
        () -> writer.prepare(to(name, policy)),
        name + " can't be written: File name too long",
        "Give it a shorter name");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void takesANameOfTheGreatestLength() throws IOException {
    String name = "x".repeat(251) + ".png";

    save(to(name, IfExists.FAIL));

    assertThat(folder.resolve(name)).hasBinaryContent(PNG);
  }

  /** Nobody, root included, may make files in /sys. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void refusesAFolderThatNobodyMayWriteIn() {
    assertRefused(
        () -> writer.prepare(new Destination(Path.of("/sys/out.png"), IfExists.FAIL)),
        "/sys/out.png can't be written: permission denied",
        "Choose another place with -o");
  }

  @Test
  void saysThatTheFolderIsGoneWhenItWasRemovedMeanwhile() throws IOException {
    PendingImage image = writer.prepare(to("a/out.png", IfExists.FAIL));
    image.stream(null, null).write(PNG);
    try (Stream<Path> files = Files.list(folder.resolve("a"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder.resolve("a"));

    assertRefused(
        () -> image.commit(ARTIFACT),
        "a/out.png can't be written: its folder is gone",
        "Choose another place with -o");
  }

  // A paid answer is kept

  @Test
  void keepsAnAnswerInTheFolderOfItsImage() throws IOException {
    Path kept = writer.keep(UTF_8.encode("answer"), to("out.png", IfExists.FAIL));

    assertThat(kept).hasParent(folder).hasContent("answer");
    assertThat(kept.getFileName().toString()).matches("sdxl-gen-answer-[0-9a-z]+\\.json");
  }

  @Test
  void keepsTheFolderThatAnAnswerIsKeptIn() throws IOException {
    PendingImage image = writer.prepare(to("a/b/out.png", IfExists.FAIL));
    Path kept = writer.keep(UTF_8.encode("answer"), to("a/b/out.png", IfExists.FAIL));
    image.close();

    assertThat(kept).hasParent(folder.resolve("a/b")).hasContent("answer");
  }

  @Test
  void keepsNothingOnceItIsClosed() throws IOException {
    writer.close();

    assertThat(writer.keep(UTF_8.encode("answer"), to("out.png", IfExists.FAIL))).isNull();
    assertThat(folder).isEmptyDirectory();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void keepsEveryAnswerInAFileOfItsOwn() {
    Path first = writer.keep(UTF_8.encode("first"), to("out.png", IfExists.FAIL));
    Path second = writer.keep(UTF_8.encode("second"), to("out.png", IfExists.FAIL));

    assertThat(first).hasContent("first");
    assertThat(second).hasContent("second");
  }

  @Test
  void keepsAnAnswerInTheTemporaryFolderWhenItsOwnIsGone() {
    Path kept = writer.keep(UTF_8.encode("answer"), to("gone/out.png", IfExists.FAIL));

    assertThat(kept).hasParent(temporary).hasContent("answer");
  }

  @Test
  void keepsTheAnswerToStdoutInTheTemporaryFolder() {
    Path kept = writer.keep(UTF_8.encode("answer"), to("-", IfExists.FAIL));

    assertThat(kept).hasParent(temporary).hasContent("answer");
  }

  @Test
  void saysWhenNoFolderTakesAnAnswer() throws IOException {
    Files.delete(temporary);
    Files.delete(folder);

    assertThat(writer.keep(UTF_8.encode("answer"), to("gone/out.png", IfExists.FAIL))).isNull();
  }

  @Test
  void keepsAnAnswerInItsOwnFolderWhenTheOthersDoNotTakeIt() throws IOException {
    Files.delete(temporary);

    assertThat(writer.keep(UTF_8.encode("answer"), to("gone/out.png", IfExists.FAIL)))
        .hasParent(folder)
        .hasContent("answer");
  }

  @Test
  void keepsAnAnswerAlsoWhenItsPlaceBecameAFolderMeanwhile() throws IOException {
    Destination destination = to("out.png", IfExists.OVERWRITE);
    PendingImage image = writer.prepare(destination);
    image.stream(null, null).write(PNG);
    Files.createDirectory(folder.resolve("out.png"));

    assertRefused(
        () -> image.commit(ARTIFACT),
        "out.png can't be written: Is a directory",
        "Choose another place with -o");
    assertThat(writer.keep(UTF_8.encode("answer"), destination))
        .hasParent(folder)
        .hasContent("answer");
  }

  @Test
  void keepsAnAnswerAlsoWhenItsFolderBecameAFileMeanwhile() throws IOException {
    Files.writeString(folder.resolve("a"), "theirs");

    assertThat(writer.keep(UTF_8.encode("answer"), to("a/out.png", IfExists.FAIL)))
        .hasParent(temporary)
        .hasContent("answer");
  }

  // Stdout

  @Test
  void writesToStdoutWhole() throws IOException {
    var stdout = new ByteArrayOutputStream();
    ArtifactWriter toStdout = new ArtifactWriter(folder, stdout);
    try (PendingImage image = toStdout.prepare(to("-", IfExists.FAIL))) {
      image.stream(null, null).write(PNG);
      assertThat(stdout.size()).isZero();

      SavedImage saved = image.commit(ARTIFACT);

      assertThat(saved.path()).isEqualTo(Path.of("-"));
      assertThat(saved.bytes()).isEqualTo(PNG.length);
      assertThat(saved.sha256()).isEqualTo(sha256OfPng());
    }
    assertThat(stdout.toByteArray()).isEqualTo(PNG);
    assertThat(folder).isEmptyDirectory();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void writesNothingToStdoutWhenTheImageDidNotCome() throws IOException {
    var stdout = new ByteArrayOutputStream();
    ArtifactWriter toStdout = new ArtifactWriter(folder, stdout);
    try (PendingImage image = toStdout.prepare(to("-", IfExists.FAIL))) {
      image.stream(null, null).write(PNG);
    }
    assertThat(stdout.size()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void saysThatStdoutIsBroken() throws IOException {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    PendingImage image = new ArtifactWriter(folder, broken).prepare(to("-", IfExists.FAIL));
    image.stream(null, null).write(PNG);

    assertRefused(
        () -> image.commit(ARTIFACT),
        "stdout can't be written: its disk is full or its reader is gone",
        "Choose another place with -o");
    image.close();
    assertThat(temporary).isEmptyDirectory();
  }

  /** The program's own stdout is a PrintStream, which never throws. */
  @Test
  void saysThatStdoutIsBrokenAlsoWhereTheStreamKeepsItToItself() throws IOException {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    ArtifactWriter toStdout = new ArtifactWriter(folder, new PrintStream(broken, false, UTF_8));
    PendingImage image = toStdout.prepare(to("-", IfExists.FAIL));
    image.stream(null, null).write(PNG);

    assertThat(catchThrowableOfType(OutputFailed.class, () -> image.commit(ARTIFACT)))
        .isNotNull()
        .hasMessageStartingWith("stdout can't be written: ");
    image.close();
  }

  // Closing

  /** Ctrl-C closes the writer while an image that failed closes itself. */
  @Test
  @Timeout(30)
  void closesWhileItsImagesCloseThemselves() throws Exception {
    for (int round = 0; round < 200; round++) {
      ArtifactWriter both = new ArtifactWriter(folder, OutputStream.nullOutputStream());
      PendingImage image = both.prepare(to("x.png", IfExists.FAIL));
      Thread signal = new Thread(both::close);
      signal.start();
      image.close();
      signal.join();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void leavesNothingOfAnyPendingImageWhenItIsClosed() throws IOException {
    PendingImage first = writer.prepare(to("a/first.png", IfExists.FAIL));
    PendingImage second = writer.prepare(to("b/second.png", IfExists.FAIL));
    PendingImage third = writer.prepare(to("-", IfExists.FAIL));
    first.stream(null, null).write(PNG);

    writer.close();
    writer.close();

    assertThat(folder).isEmptyDirectory();
    assertThat(temporary).isEmptyDirectory();
    for (PendingImage image : List.of(first, second, third)) {
      assertThat(catchThrowableOfType(IOException.class, () -> image.stream(null, null).write(PNG)))
          .isInstanceOf(ClosedChannelException.class);
      image.close();
    }
  }

  @Test
  void leavesACommittedImageWhenItIsClosed() throws IOException {
    PendingImage image = writer.prepare(to("a/out.png", IfExists.FAIL));
    image.stream(null, null).write(PNG);
    image.commit(ARTIFACT);

    image.close();
    writer.close();

    assertThat(folder.resolve("a/out.png")).hasBinaryContent(PNG);
  }

  // No hard links: a zip file is a file system of the JDK's own that has none.

  @ParameterizedTest
  @EnumSource(names = {"FAIL", "SKIP", "NUMBER"})
  void takesANameWithoutHardLinksToo(IfExists policy) throws IOException {
    try (FileSystem zip = zip()) {
      Path out = zip.getPath("/out.png");

      SavedImage saved = pendingIn(zip, out, policy).commit(ARTIFACT);

      assertThat(saved.renamed()).isFalse();
      assertThat(Files.readAllBytes(out)).isEqualTo(PNG);
      assertThat(filesIn(zip.getPath("/"))).containsExactly("out.png");
    }
  }

  @Test
  void replacesNothingWithoutHardLinksEither() throws IOException {
    try (FileSystem zip = zip()) {
      Path out = zip.getPath("/out.png");
      PendingImage image = pendingIn(zip, out, IfExists.FAIL);
      Files.writeString(out, "theirs");

      SavedImage saved = image.commit(ARTIFACT);

      assertThat(saved.renamed()).isTrue();
      assertThat(Files.readString(out)).isEqualTo("theirs");
      assertThat(Files.readAllBytes(zip.getPath("/out-1.png"))).isEqualTo(PNG);
      assertThat(filesIn(zip.getPath("/"))).containsExactly("out-1.png", "out.png");
    }
  }

  private FileSystem zip() throws IOException {
    return FileSystems.newFileSystem(
        URI.create("jar:" + root.resolve("disk.zip").toUri()), Map.of("create", "true"));
  }

  private PendingImage pendingIn(FileSystem zip, Path out, IfExists policy) throws IOException {
    PendingImage image =
        new PendingImage(
            writer,
            to("out.png", policy),
            new ArtifactWriter.Target(out, ArtifactWriter.Target.Kind.FILE, false),
            zip.getPath("/"),
            new ArrayList<>());
    image.stream(null, null).write(PNG);
    return image;
  }

  private SavedImage save(Destination destination) throws IOException {
    try (PendingImage image = writer.prepare(destination)) {
      image.stream(null, null).write(PNG);
      return image.commit(ARTIFACT);
    }
  }

  private String sha256OfPng() throws IOException {
    Path file = Files.write(root.resolve("same.png"), PNG);
    return new SavedImage(file, file, PNG.length, null, null, null, null).sha256();
  }

  private static Destination to(String path, IfExists policy) {
    return path.indexOf('{') < 0
        ? new Destination(Path.of(path), policy)
        : new Destination(NameTemplate.parse(path), policy);
  }

  private static List<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message, String advice) {
    OutputFailed failure = catchThrowableOfType(OutputFailed.class, call);
    assertThat(failure).hasMessage(message);
    assertThat(failure.advice()).isEqualTo(advice);
  }
}
