package dev.sdxlgen.batch.manifest;

import dev.sdxlgen.batch.manifest.ManifestLine.Failed;
import dev.sdxlgen.batch.manifest.ManifestLine.Finished;
import dev.sdxlgen.batch.manifest.ManifestLine.Run;
import dev.sdxlgen.batch.manifest.ManifestLine.Started;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a batch stands, as the manifests of its folder say. The files themselves aren't looked at.
 *
 * @param planned how many images all shards that have begun are to have
 * @param done how many are there
 * @param failed how many could not be made, and weren't since
 * @param begun how many were begun and have neither come nor failed
 * @param failures how many failed of each kind
 * @param attempts the calls for those that are there or failed
 * @param possiblyPaidTwice how many calls repeated one that may have been billed
 * @param bytes what the images take
 * @param unreadable lines that could not be read
 * @param shards how many manifests there are to be in all
 * @param manifests how many there are
 * @param live the names of those that a run is writing now
 * @param started when the first run began; null when none did
 * @param last when the last image came or failed; null when none did
 */
public record RunStatus(
    long planned,
    long done,
    long failed,
    long begun,
    Map<String, Long> failures,
    long attempts,
    long possiblyPaidTwice,
    long bytes,
    long unreadable,
    int shards,
    int manifests,
    List<String> live,
    Instant started,
    Instant last) {

  private static final long DONE = 1;
  private static final long FAILED = 2;
  private static final long BEGUN = 3;
  private static final int KIND_SHIFT = 2;

  /**
   * Reads all manifests of a folder.
   *
   * @throws IOException when one can't be read
   */
  public static RunStatus read(Path folder) throws IOException {
    Reading reading = new Reading();
    for (Path manifest : ManifestReader.list(folder)) {
      reading.read(manifest);
    }
    return reading.status(Manifest.live(folder));
  }

  private static final class Reading {
    /** The state of each image; above it, of one that failed, the number of the kind. */
    private final LongMap images = new LongMap(0);

    private final List<String> kinds = new ArrayList<>();
    private final Map<Integer, Long> plannedBySharding = new TreeMap<>();
    private long attempts;
    private long possiblyPaidTwice;
    private long bytes;
    private long unreadable;
    private int shards;
    private int manifests;
    private Instant started;
    private Instant lastRun;
    private Instant last;

    void read(Path manifest) throws IOException {
      String name = manifest.getFileName().toString();
      manifests++;
      long planned = 0;
      try (ManifestReader reader = new ManifestReader(manifest)) {
        for (ManifestLine line; (line = reader.next()) != null; ) {
          if (line instanceof Run run) {
            planned = run.planned();
            begun(run.at(), shards(name));
          } else {
            add(line);
          }
        }
        unreadable += reader.unreadable();
      }
      plannedBySharding.merge(shards(name), planned, Long::sum);
    }

    private static int shards(String name) {
      int of = name.indexOf("-of-");
      return of < 0 ? 1 : Integer.parseInt(name.substring(of + 4, name.indexOf('.', of)));
    }

    /** A folder may hold the manifests of runs that were split otherwise: the latest counts. */
    private void begun(Instant at, int count) {
      started = started == null || at.isBefore(started) ? at : started;
      if (lastRun == null || !at.isBefore(lastRun)) {
        lastRun = at;
        shards = count;
      }
    }

    private void add(ManifestLine line) {
      if (line instanceof Finished image) {
        bytes += images.get(Hash.of(image.id())) == DONE ? 0 : image.bytes();
        images.put(Hash.of(image.id()), DONE);
        ended(image.attempts(), image.possiblyPaidTwice(), image.ended());
      } else if (line instanceof Failed failure) {
        images.put(Hash.of(failure.id()), FAILED | kind(failure.kind()) << KIND_SHIFT);
        ended(failure.attempts(), failure.possiblyPaidTwice(), failure.ended());
      } else if (line instanceof Started begun && images.get(Hash.of(begun.id())) != DONE) {
        images.put(Hash.of(begun.id()), BEGUN);
      }
    }

    private long kind(String kind) {
      if (!kinds.contains(kind)) {
        kinds.add(kind);
      }
      return kinds.indexOf(kind);
    }

    private void ended(int calls, int paidTwice, Instant at) {
      attempts += calls;
      possiblyPaidTwice += paidTwice;
      last = last == null || at.isAfter(last) ? at : last;
    }

    RunStatus status(List<String> live) {
      long[] counts = new long[1 << KIND_SHIFT];
      Map<String, Long> failures = new TreeMap<>();
      for (long value : images.values()) {
        int state = (int) (value & (1 << KIND_SHIFT) - 1);
        counts[state]++;
        if (state == FAILED) {
          failures.merge(kinds.get((int) (value >>> KIND_SHIFT)), 1L, Long::sum);
        }
      }
      return new RunStatus(
          plannedBySharding.getOrDefault(shards, 0L),
          counts[(int) DONE],
          counts[(int) FAILED],
          counts[(int) BEGUN],
          failures,
          attempts,
          possiblyPaidTwice,
          bytes,
          unreadable,
          shards,
          manifests,
          live,
          started,
          last);
    }
  }
}
