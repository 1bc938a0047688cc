package dev.sdxlgen.batch.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Reads a manifest, line by line, also while a run writes it. What it can't read (a torn line, one
 * of a later version) it passes over and counts.
 */
public final class ManifestReader implements Closeable {

  /** No line of ours is nearly as long. */
  private static final int MOST_LINE = 1 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int filled;
  private byte[] line = new byte[1024];
  private long unreadable;

  public ManifestReader(Path file) throws IOException {
    this.in = Files.newInputStream(file);
  }

  /** The manifests in a folder, each shard's, in the order of their names; none is fine. */
  public static List<Path> list(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "manifest*.jsonl")) {
      for (Path file : all) {
        if (isManifest(file.getFileName().toString())) {
          files.add(file);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    Collections.sort(files);
    return files;
  }

  static boolean isManifest(String name) {
    return name.equals("manifest.jsonl") || name.matches("manifest\\.\\d{5,7}-of-\\d{5,7}\\.jsonl");
  }

  /** The next line that can be read; null at the end. */
  public ManifestLine next() throws IOException {
    for (; ; ) {
      int length = readLine();
      if (length < 0) {
        return null;
      }
      ManifestLine read = length <= MOST_LINE ? ManifestJson.read(line, length) : null;
      if (read != null) {
        return read;
      }
      unreadable += length == 0 ? 0 : 1;
    }
  }

  /** The length of the next line, which may be more than is kept of it; -1 at the end. */
  private int readLine() throws IOException {
    int length = 0;
    for (boolean any = false; ; any = true) {
      if (position == filled) {
        filled = Math.max(0, in.read(buffer));
        position = 0;
        if (filled == 0) {
          return any ? length : -1;
        }
      }
      int end = position;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      length = keep(length, end - position);
      boolean whole = end < filled;
      position = whole ? end + 1 : end;
      if (whole) {
        return length;
      }
    }
  }

  /** Adds what is in the buffer to a line; the length is then that of it all, or too much. */
  private int keep(int length, int more) {
    if (length + more > MOST_LINE) {
      return MOST_LINE + 1;
    }
    if (length + more > line.length) {
      line = Arrays.copyOf(line, Math.max(2 * line.length, length + more));
    }
    System.arraycopy(buffer, position, line, length, more);
    return length + more;
  }

  /** How many lines could not be read so far. */
  public long unreadable() {
    return unreadable;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
