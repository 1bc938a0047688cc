package dev.sdxlgen.batch.manifest;

import dev.sdxlgen.SdxlGenException.OutputFailed;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The manifest that a run writes: a line for each image, added at the end and on the disk before it
 * counts. One run at a time has it. Thread-safe.
 */
public final class Manifest implements Closeable {

  private final Path file;
  private final RunLock lock;

  /** Not a channel: an interrupted thread would close that for all. */
  private final RandomAccessFile out;

  private final ReentrantLock turn = new ReentrantLock();
  private final Condition written = turn.newCondition();
  private ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private long added;
  private long durable;
  private boolean writing;
  private IOException broken;

  private Manifest(Path file, RunLock lock, RandomAccessFile out) {
    this.file = file;
    this.lock = lock;
    this.out = out;
  }

  /**
   * Opens a manifest to go on with, or begins one. A last line that was torn is taken off: it never
   * counted.
   *
   * @throws OutputFailed when another run has it, or it can't be written
   */
  public static Manifest open(Path folder, String name) {
    Path file = folder.resolve(name);
    try {
      RunLock lock = RunLock.take(folder, name);
      try {
        boolean begun = !Files.exists(file);
        RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
        repair(out);
        if (begun) {
          makeNameDurable(folder);
        }
        return new Manifest(file, lock, out);
      } catch (IOException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Opens what is to be read, when it is. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  /**
   * Puts a copy that was kept elsewhere in the place of a manifest that is shorter or isn't there,
   * unless a run is writing it: a manifest only grows.
   *
   * @param bytes the copy's length
   * @throws OutputFailed when it can't be written
   */
  public static void restore(Path folder, String name, long bytes, Source copy) {
    Path file = folder.resolve(name);
    try {
      if (Files.exists(file) && Files.size(file) >= bytes || RunLock.isHeld(folder, name)) {
        return;
      }
      Files.createDirectories(folder);
      RunLock lock = RunLock.take(folder, name);
      Path temporary = folder.resolve("." + name + ".part");
      try (InputStream in = copy.open()) {
        Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
        lock.close();
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Whether a file name is a manifest's, of whatever shard. */
  public static boolean isName(String name) {
    return ManifestReader.isManifest(name);
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /** A line as it is in the file, with its line feed. */
  public static String text(ManifestLine line) {
    return new String(ManifestJson.write(line), StandardCharsets.UTF_8);
  }

  /** The manifests of a folder that runs are writing at this moment, by their names. */
  public static List<String> live(Path folder) throws IOException {
    List<String> live = new ArrayList<>();
    for (Path manifest : ManifestReader.list(folder)) {
      String name = manifest.getFileName().toString();
      if (RunLock.isHeld(folder, name)) {
        live.add(name);
      }
    }
    return live;
  }

  /** Leaves the file at its end, behind a whole line. */
  private static void repair(RandomAccessFile out) throws IOException {
    long length = out.length();
    long end = length;
    byte[] block = new byte[1 << 13];
    while (end > 0) {
      int size = (int) Math.min(block.length, end);
      out.seek(end - size);
      out.readFully(block, 0, size);
      int i = size;
      while (i > 0 && block[i - 1] != '\n') {
        i--;
      }
      end -= size - i;
      if (i > 0) {
        break;
      }
    }
    out.seek(end);
    if (end < length) {
      int torn = (int) Math.min(length - end, 1 << 20);
      byte[] tail = new byte[torn];
      out.readFully(tail);
      if (ManifestJson.read(tail, torn) != null) {
        // Whole but for its end, as an editor leaves it.
        out.write('\n');
      } else {
        out.setLength(end);
        out.seek(end);
      }
    }
  }

  private static void makeNameDurable(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows can't, and has no need to.
    }
  }

  /**
   * Adds a line. When this returns it is on the disk; threads that add lines at the same time share
   * the wait for that.
   *
   * @throws OutputFailed when it can't be written; then none that comes later is
   */
  public void append(ManifestLine line) {
    byte[] bytes = ManifestJson.write(line);
    turn.lock();
    try {
      pending.write(bytes, 0, bytes.length);
      long mine = ++added;
      while (durable < mine) {
        if (broken != null) {
          throw failure(file, broken);
        }
        if (writing) {
          written.awaitUninterruptibly();
        } else {
          writePending();
        }
      }
    } finally {
      turn.unlock();
    }
  }

  private void writePending() {
    byte[] bytes = pending.toByteArray();
    long last = added;
    pending = new ByteArrayOutputStream();
    writing = true;
    turn.unlock();
    IOException failed = null;
    try {
      write(bytes);
    } catch (IOException e) {
      failed = e;
    } finally {
      turn.lock();
      writing = false;
      if (failed == null) {
        durable = last;
      } else {
        broken = failed;
      }
      written.signalAll();
    }
  }

  private void write(byte[] bytes) throws IOException {
    long before = out.getFilePointer();
    try {
      out.write(bytes);
      out.getFD().sync();
    } catch (IOException e) {
      try {
        out.setLength(before);
      } catch (IOException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }

  private static OutputFailed failure(Path file, IOException e) {
    return new OutputFailed(
        file + " can't be written: " + OutputFailed.reason(e),
        "Without it a run can't go on where it stopped.",
        e);
  }

  @Override
  public void close() throws IOException {
    turn.lock();
    try {
      while (writing) {
        written.awaitUninterruptibly();
      }
      broken = broken == null ? new IOException("it is closed") : broken;
      out.close();
    } finally {
      turn.unlock();
      lock.close();
    }
  }
}
