package dev.sdxlgen.batch.manifest;

import dev.sdxlgen.SdxlGenException.OutputFailed;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a second run from the manifest that a first one writes. The operating system gives it up
 * when the process ends, however it ends; the file itself stays, since removing it would let two
 * runs lock two files of one name.
 */
final class RunLock implements Closeable {

  /**
   * What this process holds. Asking the system isn't enough: on Linux closing any other channel to
   * the file gives up the process's lock.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * @throws OutputFailed when another run has it
   */
  static RunLock take(Path folder, String manifest) throws IOException {
    Path file = file(folder.toRealPath(), manifest);
    synchronized (HELD) {
      FileChannel channel = HELD.contains(file) ? null : lock(file);
      if (channel == null) {
        throw new OutputFailed(
            "another run is writing " + folder.resolve(manifest),
            "Wait for it, stop it, or give this run another folder or another --shard",
            null);
      }
      HELD.add(file);
      return new RunLock(file, channel);
    }
  }

  /** The file's channel with its lock; null when another process has it. */
  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  /** Whether a run is writing a manifest at this moment. */
  static boolean isHeld(Path folder, String manifest) {
    synchronized (HELD) {
      try {
        Path file = file(folder.toRealPath(), manifest);
        if (HELD.contains(file)) {
          return true;
        }
        if (!Files.exists(file)) {
          return false;
        }
        try (FileChannel channel = lock(file)) {
          return channel == null;
        }
      } catch (IOException e) {
        return false;
      }
    }
  }

  private static Path file(Path folder, String manifest) {
    return folder.resolve("." + manifest + ".lock");
  }

  @Override
  public void close() throws IOException {
    synchronized (HELD) {
      HELD.remove(file);
      channel.close();
    }
  }
}
