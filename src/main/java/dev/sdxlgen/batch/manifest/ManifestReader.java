package dev.sdxlgen.batch.manifest;

import java.io.BufferedInputStream;
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
  private byte[] line = new byte[1024];
  private long unreadable;

  public ManifestReader(Path file) throws IOException {
    this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
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

  private static boolean isManifest(String name) {
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
    int b = in.read();
    if (b < 0) {
      return -1;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (length < MOST_LINE) {
        if (length == line.length) {
          line = Arrays.copyOf(line, 2 * length);
        }
        line[length] = (byte) b;
      }
      length += length <= MOST_LINE ? 1 : 0;
    }
    return length;
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
