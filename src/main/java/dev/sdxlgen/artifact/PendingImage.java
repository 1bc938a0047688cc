package dev.sdxlgen.artifact;

import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.png.PngSplicer;
import dev.sdxlgen.artifact.recipe.JpegRecipe;
import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeChunks;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import dev.sdxlgen.artifact.recipe.RecipeSource;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * An image on its way to a file: its bytes go into a temporary file beside the target, and {@link
 * #commit} gives that file its name. Closed without a commit, it leaves nothing.
 */
public final class PendingImage implements AutoCloseable {

  private static final int START_BYTES = 60;

  private final ArtifactWriter writer;
  private final Destination destination;
  private final ArtifactWriter.Target target;
  private final List<Path> madeFolders;
  private final Path temporary;
  private final FileChannel channel;
  private final byte[] start = new byte[START_BYTES];
  private int startLength;
  private RecipeSource recipes;
  private boolean sidecar;
  private PngSplicer splicer;
  private PngSplicer.Outcome outcome;
  private Long describedSeed;
  private String describedReason;
  private Recipe recipe;
  private long size;
  private boolean closed;

  PendingImage(
      ArtifactWriter writer,
      Destination destination,
      ArtifactWriter.Target target,
      Path folder,
      List<Path> madeFolders)
      throws IOException {
    this.writer = writer;
    this.destination = destination;
    this.target = target;
    this.madeFolders = madeFolders;
    boolean shared = target.kind() == ArtifactWriter.Target.Kind.STREAM;
    // Its mode is the umask's, but in the folder that all share it is ours alone.
    this.temporary =
        shared
            ? Files.createTempFile(folder, ".sdxl-gen-", ".tmp")
            : folder.resolve(writer.temporaryName());
    this.channel =
        shared
            ? FileChannel.open(temporary, StandardOpenOption.WRITE)
            : FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /**
   * Has the image tell how it was made: in itself, and beside it where it can't or where that is
   * asked for. Otherwise the file is just what the model sent.
   *
   * @param sidecarToo whether to write the recipe into a file of its own in any case
   * @throws OutputFailed when that file's name is some other file's
   */
  public void describe(RecipeSource howMade, boolean sidecarToo) {
    recipes = howMade;
    sidecar = sidecarToo;
    boolean numbered = target.exists() && destination.ifExists() == IfExists.NUMBER;
    if (sidecarToo && destination.isNamed() && !numbered) {
      checkSidecar(RecipeReader.sidecar(target.path()), RecipeReader.sidecar(destination.path()));
    }
  }

  private static void checkSidecar(Path file, Path shown) {
    try {
      Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      // Its name may be too long where the image's isn't.
      throw ArtifactWriter.unwritable(shown, e);
    }
    if (!isRecipe(file)) {
      throw new OutputFailed(
          shown + " exists and is no recipe",
          "--sidecar writes there: choose another name with -o",
          null);
    }
  }

  /**
   * Where the picture's bytes go, as they came.
   *
   * @param seed as known so far; the recipe goes into the image long before the answer's end
   * @param finishReason as known, or expected
   */
  public OutputStream stream(Long seed, String finishReason) {
    describedSeed = seed;
    describedReason = finishReason;
    recipe = null;
    OutputStream file = new FileSink();
    splicer =
        recipes == null
            ? null
            : new PngSplicer(
                file,
                new PngSplicer.Source() {
                  @Override
                  public byte[] chunks(int width, int height, Set<String> keywords) {
                    recipe = recipes.of(seed, finishReason);
                    return RecipeChunks.of(recipe, width, height, keywords);
                  }
                });
    return new Arriving(splicer == null ? file : splicer);
  }

  /** The picture has arrived whole. */
  void arrived() throws IOException {
    outcome = splicer == null ? null : splicer.finish();
  }

  /** Whether the recipe in the image, if one is, says this. */
  boolean isDescribedBy(Long seed, String finishReason) {
    return recipes == null
        || Objects.equals(seed, describedSeed) && Objects.equals(finishReason, describedReason);
  }

  /** Keeps the first bytes for the notebook's readers. */
  private final class Arriving extends FilterOutputStream {

    private int seen;

    Arriving(OutputStream file) {
      super(file);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (seen < START_BYTES) {
        int more = Math.min(length, START_BYTES - seen);
        System.arraycopy(bytes, offset, start, seen, more);
        seen += more;
        startLength = seen;
      }
      out.write(bytes, offset, length);
    }
  }

  private final class FileSink extends OutputStream {

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      size += length;
    }
  }

  /** How many bytes there are so far. */
  public long size() {
    return size;
  }

  /** The first bytes, at most 60. */
  byte[] start() {
    return Arrays.copyOf(start, startLength);
  }

  /**
   * What the file's own header says.
   *
   * @throws IOException that says what it is instead of an image
   * @throws OutputFailed when the file can't be read again: somebody removed it
   */
  ImageHeader header() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(temporary), 512)) {
      return ImageHeader.read(in);
    } catch (FileSystemException e) {
      throw unwritable(e);
    }
  }

  /** Forgets what was written, for the next attempt. */
  public void restart() {
    try {
      channel.truncate(0);
      channel.position(0);
      size = 0;
      startLength = 0;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Makes the image a file, flushed to the disk before it gets its name.
   *
   * @return the path it has now, and whether it had to be numbered because another process took its
   *     name while it was being made
   * @throws OutputFailed when it can't be; the answer is to be kept then
   */
  public SavedImage commit(Artifact artifact) {
    try {
      if (recipes != null) {
        addRecipe(artifact);
      }
      if (target.kind() == ArtifactWriter.Target.Kind.STREAM) {
        channel.close();
        String sha256 = SavedImage.sha256(temporary);
        writeThrough();
        return new SavedImage(destination.path(), target.path(), size, null, null, null, sha256);
      }
      channel.force(true);
      channel.close();
      return claim(artifact);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Puts the recipe where it isn't yet: into a JPEG, or beside what has no place for it. */
  private void addRecipe(Artifact artifact) throws IOException {
    // The one that went in, as long as it is true: a second one could give another time.
    if (recipe == null || !isDescribedBy(artifact.seed(), artifact.finishReason())) {
      recipe = recipes.of(artifact.seed(), artifact.finishReason());
    }
    if (outcome == PngSplicer.Outcome.SPLICED) {
      return;
    }
    boolean inside = false;
    if (outcome == PngSplicer.Outcome.SPLICED_THOUGH_SIGNED) {
      byte[] signed = Files.readAllBytes(temporary);
      int at = (int) splicer.splicedAt();
      int behind = at + splicer.splicedLength();
      restart();
      OutputStream file = new FileSink();
      file.write(signed, 0, at);
      file.write(signed, behind, signed.length - behind);
    } else if (artifact.header().format() == ImageHeader.Format.JPEG) {
      byte[] described = JpegRecipe.add(Files.readAllBytes(temporary), recipe);
      if (described != null) {
        restart();
        new FileSink().write(described, 0, described.length);
        inside = true;
      }
    }
    sidecar |= !inside;
  }

  private void writeThrough() throws IOException {
    PrintStream stdout = writer.stdout(destination);
    if (stdout != null) {
      Files.copy(temporary, stdout);
      if (stdout.checkError()) {
        throw new IOException("its disk is full or its reader is gone");
      }
      return;
    }
    try (OutputStream out = Files.newOutputStream(target.path(), StandardOpenOption.WRITE)) {
      Files.copy(temporary, out);
    }
  }

  private SavedImage claim(Artifact artifact) throws IOException {
    Path shown =
        destination.named(artifact, destination.wantsHash() ? SavedImage.sha256(temporary) : null);
    Path file = target.path();
    if (!destination.isNamed()) {
      file = writer.directory().resolve(shown);
      ArtifactWriter.makeFolders(file.getParent(), madeFolders);
    }
    if (destination.ifExists() == IfExists.OVERWRITE) {
      replace(file);
      return saved(shown, file, null);
    }
    for (long k = 0; ; k++) {
      Path candidate = k == 0 ? file : Destination.numbered(file, k);
      if (claimed(candidate)) {
        Path path = k == 0 ? shown : Destination.numbered(shown, k);
        boolean told = k > 0 && destination.ifExists() != IfExists.NUMBER;
        return saved(path, candidate, told ? shown : null);
      }
    }
  }

  /** Takes a name that nobody has, and only such a one. */
  private boolean claimed(Path file) throws IOException {
    try {
      Files.createLink(file, temporary);
      ArtifactWriter.discard(temporary);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // No hard links here (exFAT, some network folders): an empty file holds the name.
      try {
        Files.createFile(file);
      } catch (FileAlreadyExistsException taken) {
        return false;
      }
      try {
        replace(file);
        return true;
      } catch (IOException gone) {
        ArtifactWriter.discard(file);
        throw gone;
      }
    }
  }

  private void replace(Path file) throws IOException {
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private SavedImage saved(Path shown, Path file, Path taken) {
    closed = true;
    writer.finished(this);
    Path beside = null;
    String problem = null;
    Path besideFile = RecipeReader.sidecar(file);
    if (recipe != null && sidecar) {
      Path path = RecipeReader.sidecar(shown);
      try {
        writeSidecar(besideFile);
        beside = path;
      } catch (IOException e) {
        problem =
            "its recipe isn't in " + path + ": " + ArtifactWriter.unwritable(path, e).getMessage();
      }
    }
    if (beside == null && isRecipe(besideFile)) {
      // Of the image that had this name before: it would be taken for this one's.
      ArtifactWriter.discard(besideFile);
    }
    return new SavedImage(shown, file, size, taken, beside, problem, null);
  }

  /** Whole or not at all, and over no file that isn't a recipe. */
  private void writeSidecar(Path file) throws IOException {
    if (Files.exists(file) && !isRecipe(file)) {
      throw new FileAlreadyExistsException(file.toString(), null, "another file has that name");
    }
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes(recipe.toJson());
    json.write('\n');
    Path part = file.resolveSibling(writer.temporaryName());
    try {
      Files.write(part, json.toByteArray(), StandardOpenOption.CREATE_NEW);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      ArtifactWriter.discard(part);
    }
  }

  private static boolean isRecipe(Path file) {
    try {
      return Files.isRegularFile(file) && RecipeReader.readSidecar(file) != null;
    } catch (IOException e) {
      return false;
    }
  }

  OutputFailed unwritable(IOException e) {
    return ArtifactWriter.unwritable(destination.shown(), e);
  }

  /** Leaves nothing of an image that wasn't committed. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      // What couldn't be written is thrown away here anyhow.
    }
    ArtifactWriter.discard(temporary);
    writer.abandoned(this, madeFolders);
  }
}
