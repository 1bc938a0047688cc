package dev.sdxlgen.artifact;

import dev.sdxlgen.SdxlGenException.OutputFailed;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

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
    // A short name of its own: the target's may be as long as names can be. Its mode is the
    // umask's,
    // but in the folder that all share it is ours alone.
    this.temporary =
        shared
            ? Files.createTempFile(folder, ".sdxl-gen-", ".tmp")
            : folder.resolve(".sdxl-gen-" + ArtifactWriter.random() + ".tmp");
    this.channel =
        shared
            ? FileChannel.open(temporary, StandardOpenOption.WRITE)
            : FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Where the picture's bytes go, as they came. */
  public OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (size < START_BYTES) {
          System.arraycopy(
              bytes, offset, start, (int) size, (int) Math.min(length, START_BYTES - size));
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        size += length;
      }
    };
  }

  /** How many bytes there are so far. */
  public long size() {
    return size;
  }

  /** The first bytes, at most 60. */
  byte[] start() {
    return Arrays.copyOf(start, (int) Math.min(size, START_BYTES));
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
      if (target.kind() == ArtifactWriter.Target.Kind.STREAM) {
        channel.close();
        SavedImage whole = new SavedImage(destination.path(), temporary, size, false, null);
        String sha256 = whole.sha256();
        writeThrough();
        return new SavedImage(destination.path(), target.path(), size, false, sha256);
      }
      channel.force(true);
      channel.close();
      return claim(artifact);
    } catch (IOException e) {
      throw unwritable(e);
    }
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
    Path shown = destination.named(artifact.seed());
    Path file =
        destination.isNamed() ? target.path() : target.path().resolveSibling(shown.getFileName());
    if (destination.ifExists() == IfExists.OVERWRITE) {
      replace(file);
      return saved(shown, file, false);
    }
    for (long k = 0; ; k++) {
      Path candidate = k == 0 ? file : Destination.numbered(file, k);
      if (claimed(candidate)) {
        Path path = k == 0 ? shown : Destination.numbered(shown, k);
        return saved(path, candidate, k > 0 && destination.ifExists() != IfExists.NUMBER);
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

  private SavedImage saved(Path shown, Path file, boolean renamed) {
    closed = true;
    writer.finished(this);
    return new SavedImage(shown, file, size, renamed, null);
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
    ArtifactWriter.removeFolders(madeFolders);
    writer.finished(this);
  }
}
