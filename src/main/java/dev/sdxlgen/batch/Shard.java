package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.batch.manifest.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The part of a batch that one of several processes makes: the prompts whose id's SHA-256 begins
 * with eight bytes that, as an unsigned big-endian number, leave {@code index} when divided by
 * {@code count}. So it depends on nothing but the id, and every prompt is in exactly one part.
 *
 * @param index from 0 to count - 1
 * @param count from 1
 */
public record Shard(int index, int count) {

  /** All of it. */
  public static final Shard WHOLE = new Shard(0, 1);

  private static final int MOST = 1_000_000;
  private static final String AWS_BATCH = "AWS_BATCH_JOB_ARRAY_INDEX";
  private static final String AWS_BATCH_SIZE = "AWS_BATCH_JOB_ARRAY_SIZE";
  private static final String KUBERNETES = "JOB_COMPLETION_INDEX";
  private static final String SLURM = "SLURM_ARRAY_TASK_ID";
  private static final List<String> ENGINES = List.of(AWS_BATCH, KUBERNETES, SLURM);

  /**
   * What was typed, and what the engine that runs the process says.
   *
   * @param shard {@code --shard}; may be null
   * @param shards {@code --shards}; may be null
   * @param base {@code --shard-base}; may be null
   * @throws InvalidRequest when they don't go together, or part of them is missing
   */
  public static Shard of(
      String shard, String shards, String base, Map<String, String> environment) {
    if (shard != null) {
      if (shards != null || base != null) {
        throw new InvalidRequest(
            "--shard says it all, and " + (shards != null ? "--shards" : "--shard-base") + " too",
            "--shard 3/64 needs neither; --shards 64 takes the index from the engine");
      }
      return parse(shard);
    }
    String engine = engine(environment);
    if (base != null && !SLURM.equals(engine)) {
      throw new InvalidRequest(
          "--shard-base counts from " + SLURM + ", which isn't set",
          "Leave it out, or use --shard");
    }
    if (shards == null) {
      return fromEngineAlone(engine, environment);
    }
    int count = (int) whole("--shards", shards, 1, MOST);
    if (count == 1) {
      return WHOLE;
    }
    if (engine == null) {
      throw new InvalidRequest(
          "--shards " + count + " takes the index from the engine, and none says it",
          "Set by an array job: "
              + String.join(", ", ENGINES)
              + "; elsewhere give it: --shard 0/"
              + count);
    }
    String size = value(environment, AWS_BATCH_SIZE);
    if (engine.equals(AWS_BATCH) && size != null && whole(AWS_BATCH_SIZE, size, 1, MOST) != count) {
      throw new InvalidRequest(
          "--shards " + count + " and " + AWS_BATCH_SIZE + " " + size + " don't agree",
          "Leave --shards out: AWS Batch tells its own");
    }
    return new Shard(index(engine, base, count, environment), count);
  }

  private static Shard fromEngineAlone(String engine, Map<String, String> environment) {
    if (engine == null) {
      return WHOLE;
    }
    String size = engine.equals(AWS_BATCH) ? value(environment, AWS_BATCH_SIZE) : null;
    if (size == null) {
      throw new InvalidRequest(
          engine + " is set, but not of how many shards",
          "--shards N says it; --shards 1 says that this process alone makes everything");
    }
    int count = (int) whole(AWS_BATCH_SIZE, size, 1, MOST);
    return new Shard(index(engine, null, count, environment), count);
  }

  /** The variable of the engine that runs this process; null when none does. */
  private static String engine(Map<String, String> environment) {
    List<String> set = new ArrayList<>();
    for (String name : ENGINES) {
      if (value(environment, name) != null) {
        set.add(name);
      }
    }
    if (set.size() > 1) {
      throw new InvalidRequest(
          String.join(" and ", set) + " are both set", "--shard i/n says which part is meant");
    }
    return set.isEmpty() ? null : set.get(0);
  }

  private static int index(String engine, String base, int count, Map<String, String> environment) {
    long first = base == null ? 0 : whole("--shard-base", base, 0, Integer.MAX_VALUE);
    String value = value(environment, engine);
    long index = whole(engine, value, 0, Integer.MAX_VALUE) - first;
    if (index < 0 || index >= count) {
      String range = first == 0 ? "0 to " + (count - 1) : first + " to " + (first + count - 1);
      throw new InvalidRequest(
          engine + " " + value + " is not one of " + count + " shards, " + range,
          engine.equals(SLURM)
              ? "An array that starts at 1 (--array=1-" + count + ") needs --shard-base 1"
              : "Are there as many shards as the job has tasks?");
    }
    return (int) index;
  }

  /** Reads {@code 3/64}. */
  private static Shard parse(String typed) {
    int slash = typed.indexOf('/');
    if (slash < 0) {
      throw new InvalidRequest(
          "--shard takes i/n, not '" + typed + "'", "For example: --shard 0/64 to --shard 63/64");
    }
    int count = (int) whole("--shard", typed.substring(slash + 1), 1, MOST);
    String index = typed.substring(0, slash);
    return new Shard((int) whole("--shard", index, 0, count - 1L), count);
  }

  private static long whole(String name, String text, long least, long most) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new InvalidRequest(
        name + " takes a whole number from " + least + " to " + most + ", not '" + text + "'", "");
  }

  private static String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? null : value;
  }

  /** Whether a prompt is its to make. */
  public boolean owns(String id) {
    return owns(Hash.of(id));
  }

  /**
   * Whether a prompt is its to make.
   *
   * @param hash {@link Hash#of(String)} its id
   */
  boolean owns(long hash) {
    return Long.remainderUnsigned(hash, count) == index;
  }

  /** Whether there are others. */
  public boolean isPart() {
    return count > 1;
  }

  /**
   * The name of a file that each shard has one of: {@code manifest.jsonl}, or {@code
   * manifest.00003-of-00064.jsonl}.
   */
  public String fileName(String stem) {
    return isPart()
        ? String.format(Locale.ROOT, "%s.%05d-of-%05d.jsonl", stem, index, count)
        : stem + ".jsonl";
  }
}
