package dev.sdxlgen.batch.manifest;

import dev.sdxlgen.artifact.Sha256;
import dev.sdxlgen.batch.manifest.ManifestLine.Failed;
import dev.sdxlgen.batch.manifest.ManifestLine.Finished;
import dev.sdxlgen.batch.manifest.ManifestLine.Started;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/**
 * What earlier runs have made, as all manifests of a folder say and the files bear out: an image is
 * done when its file is there with its size and its SHA-256. Some 20 bytes an image are held.
 */
public final class DoneImages {

  /** What earlier runs have to say of an image. */
  public enum State {
    /** Nothing, or that it failed. */
    NEW,
    /** It is there. */
    DONE,
    /** An image of that id is there, made from another request. */
    CHANGED,
    /** It was made, but its file is gone or is another one now. */
    GONE,
    /** A run had begun with it and was killed: it may be there, or have been paid for. */
    STARTED
  }

  private static final long DONE = 1;
  private static final long GONE = 2;
  private static final long STARTED = 3;
  private static final long FAILED = 4;

  /** Those of a value that say its state; the others are the request's. */
  private static final long BITS = 7;

  private final LongMap images;
  private long done;

  private DoneImages(long lines) {
    this.images = new LongMap(lines);
  }

  /** Nothing is done yet. */
  public static DoneImages none() {
    return new DoneImages(0);
  }

  /**
   * Reads all manifests of a folder and checks the files they tell of.
   *
   * @param wanted which images (by their ids) are of interest; the files of others aren't looked at
   * @param threads how many files are read at a time
   */
  public static DoneImages read(Path folder, Predicate<String> wanted, int threads) {
    return read(folder, wanted, image -> isThere(folder, image), threads);
  }

  /**
   * Reads all manifests of a folder.
   *
   * @param wanted which images (by their ids) are of interest
   * @param there whether an image is where its line says
   * @param threads how many images are looked for at a time
   */
  public static DoneImages read(
      Path folder, Predicate<String> wanted, Predicate<Finished> there, int threads) {
    try {
      List<Path> manifests = ManifestReader.list(folder);
      long lines = 0;
      for (Path manifest : manifests) {
        lines += lines(manifest);
      }
      DoneImages images = new DoneImages(lines);
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      try {
        for (Path manifest : manifests) {
          images.read(manifest, wanted, there, pool, 4 * threads);
        }
      } finally {
        pool.shutdownNow();
      }
      for (long value : images.images.values()) {
        images.done += (value & BITS) == DONE ? 1 : 0;
      }
      return images;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long lines(Path file) throws IOException {
    long lines = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read; (read = in.read(buffer)) >= 0; ) {
        for (int i = 0; i < read; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }

  /** A line whose file is being looked at; null when there is no need. */
  private record Look(ManifestLine line, Future<Boolean> isThere) {}

  private void read(
      Path manifest,
      Predicate<String> wanted,
      Predicate<Finished> there,
      ExecutorService pool,
      int most)
      throws IOException {
    Deque<Look> looks = new ArrayDeque<>();
    try (ManifestReader reader = new ManifestReader(manifest)) {
      for (ManifestLine line; (line = reader.next()) != null; ) {
        if (line instanceof Finished image && wanted.test(image.id())) {
          looks.add(new Look(line, pool.submit(() -> there.test(image))));
        } else if (line instanceof Started started && wanted.test(started.id())) {
          looks.add(new Look(line, null));
        } else if (line instanceof Failed failed && wanted.test(failed.id())) {
          looks.add(new Look(line, null));
        }
        if (looks.size() >= most) {
          take(looks.poll());
        }
      }
      while (!looks.isEmpty()) {
        take(looks.poll());
      }
    }
  }

  private void take(Look look) {
    if (look.line() instanceof Finished image) {
      boolean there = get(look.isThere());
      // A file that isn't there must not hide another that is, of the same image.
      if (there || state(image.id(), image.requestHash()) != State.DONE) {
        put(image.id(), image.requestHash(), there ? DONE : GONE);
      }
    } else if (look.line() instanceof Started started
        && state(started.id(), started.requestHash()) == State.NEW) {
      put(started.id(), started.requestHash(), STARTED);
    } else if (look.line() instanceof Failed failed
        && state(failed.id(), failed.requestHash()) == State.STARTED) {
      put(failed.id(), failed.requestHash(), FAILED);
    }
  }

  private static boolean get(Future<Boolean> isThere) {
    try {
      return isThere.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static boolean isThere(Path folder, Finished image) {
    try {
      Path file = folder.resolve(image.file());
      if (!Files.isRegularFile(file) || Files.size(file) != image.bytes()) {
        return false;
      }
      try (InputStream in = Files.newInputStream(file)) {
        return HexFormat.of().formatHex(Sha256.of(in)).equals(image.sha256());
      }
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  private void put(String id, String requestHash, long state) {
    images.put(Hash.of(id), Hash.of(requestHash) & ~BITS | state);
  }

  /** What is known of an image. */
  public State state(String id, String requestHash) {
    long value = images.get(Hash.of(id));
    boolean same = ((value ^ Hash.of(requestHash)) & ~BITS) == 0;
    return switch ((int) (value & BITS)) {
      case (int) DONE -> same ? State.DONE : State.CHANGED;
      case (int) GONE -> same ? State.GONE : State.NEW;
      case (int) STARTED -> same ? State.STARTED : State.NEW;
      default -> State.NEW;
    };
  }

  /** How many images are there, whatever they were made from. */
  public long done() {
    return done;
  }
}
