package dev.sdxlgen.batch;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardTest {

  private static final Map<String, String> NONE = Map.of();

  /** python3: int.from_bytes(sha256(id.encode()).digest()[:8], "big") % 64. */
  @ParameterizedTest
  @CsvSource({"'', 20", "a, 10", "cat-00001, 38", "größe, 63", "🦊, 8"})
  void takesThePromptsThatTheirHashSays(String id, int index) {
    for (int i = 0; i < 64; i++) {
      assertThat(new Shard(i, 64).owns(id)).isEqualTo(i == index);
    }
  }

  @Test
  void everyPromptIsInOnePart() {
    int[] sizes = new int[7];
    for (int i = 0; i < 7000; i++) {
      int owners = 0;
      for (int shard = 0; shard < 7; shard++) {
        boolean owns = new Shard(shard, 7).owns("prompt " + i);
        owners += owns ? 1 : 0;
        sizes[shard] += owns ? 1 : 0;
      }
      assertThat(owners).isEqualTo(1);
    }
    assertThat(IntStream.of(sizes)).allMatch(size -> size > 850 && size < 1150);
  }

  @Test
  void isAllOfItWhenNothingSaysOtherwise() {
    assertThat(Shard.of(null, null, null, NONE)).isEqualTo(Shard.WHOLE);
    assertThat(Shard.of(null, null, null, Map.of("SLURM_ARRAY_TASK_ID", " ")))
        .isEqualTo(Shard.WHOLE);
  }

  @Test
  void readsTheShardThatWasTyped() {
    assertThat(Shard.of("3/64", null, null, NONE)).isEqualTo(new Shard(3, 64));
    assertThat(Shard.of("0/1", null, null, Map.of("SLURM_ARRAY_TASK_ID", "5")))
        .isEqualTo(Shard.WHOLE);
  }

  @Test
  void takesItsIndexFromTheEngine() {
    assertThat(
            Shard.of(
                null,
                null,
                null,
                Map.of("AWS_BATCH_JOB_ARRAY_INDEX", "3", "AWS_BATCH_JOB_ARRAY_SIZE", "64")))
        .isEqualTo(new Shard(3, 64));
    assertThat(
            Shard.of(
                null,
                "64",
                null,
                Map.of("AWS_BATCH_JOB_ARRAY_INDEX", "3", "AWS_BATCH_JOB_ARRAY_SIZE", "64")))
        .isEqualTo(new Shard(3, 64));
    assertThat(Shard.of(null, "8", null, Map.of("AWS_BATCH_JOB_ARRAY_INDEX", "3")))
        .isEqualTo(new Shard(3, 8));
    assertThat(Shard.of(null, "8", null, Map.of("JOB_COMPLETION_INDEX", "7")))
        .isEqualTo(new Shard(7, 8));
    assertThat(Shard.of(null, "8", null, Map.of("SLURM_ARRAY_TASK_ID", "0")))
        .isEqualTo(new Shard(0, 8));
    assertThat(Shard.of(null, "8", "1", Map.of("SLURM_ARRAY_TASK_ID", "8")))
        .isEqualTo(new Shard(7, 8));
  }

  @Test
  void makesEverythingWhenThatIsMeant() {
    assertThat(Shard.of(null, "1", null, Map.of("JOB_COMPLETION_INDEX", "7")))
        .isEqualTo(Shard.WHOLE);
    assertThat(Shard.of(null, "1", null, NONE)).isEqualTo(Shard.WHOLE);
  }

  @ParameterizedTest
  @CsvSource({"AWS_BATCH_JOB_ARRAY_INDEX", "JOB_COMPLETION_INDEX", "SLURM_ARRAY_TASK_ID"})
  void refusesAnEngineThatDoesntSayHowManyThereAre(String variable) {
    assertRefused(
        () -> Shard.of(null, null, null, Map.of(variable, "3")),
        variable + " is set, but not of how many shards",
        "--shards N says it; --shards 1 says that this process alone makes everything");
  }

  @Test
  void refusesACountWithoutAnEngine() {
    assertRefused(
        () -> Shard.of(null, "64", null, NONE),
        "--shards 64 takes the index from the engine, and none says it",
        "Set by an array job: AWS_BATCH_JOB_ARRAY_INDEX, JOB_COMPLETION_INDEX, SLURM_ARRAY_TASK_ID;"
            + " elsewhere give it: --shard 0/64");
  }

  @Test
  void refusesTwoEngines() {
    assertRefused(
        () ->
            Shard.of(
                null, "4", null, Map.of("JOB_COMPLETION_INDEX", "1", "SLURM_ARRAY_TASK_ID", "2")),
        "JOB_COMPLETION_INDEX and SLURM_ARRAY_TASK_ID are both set",
        "--shard i/n says which part is meant");
  }

  @Test
  void refusesWhatContradictsItself() {
    assertRefused(
        () -> Shard.of("0/4", "4", null, NONE),
        "--shard says it all, and --shards too",
        "--shard 3/64 needs neither; --shards 64 takes the index from the engine");
    assertRefused(
        () -> Shard.of("0/4", null, "1", NONE),
        "--shard says it all, and --shard-base too",
        "--shard 3/64 needs neither; --shards 64 takes the index from the engine");
    assertRefused(
        () -> Shard.of(null, "4", "1", Map.of("JOB_COMPLETION_INDEX", "1")),
        "--shard-base counts from SLURM_ARRAY_TASK_ID, which isn't set",
        "Leave it out, or use --shard");
    assertRefused(
        () ->
            Shard.of(
                null,
                "4",
                null,
                Map.of("AWS_BATCH_JOB_ARRAY_INDEX", "1", "AWS_BATCH_JOB_ARRAY_SIZE", "8")),
        "--shards 4 and AWS_BATCH_JOB_ARRAY_SIZE 8 don't agree",
        "Leave --shards out: AWS Batch tells its own");
  }

  @Test
  void refusesAnIndexBeyondTheCount() {
    assertRefused(
        () -> Shard.of(null, "4", null, Map.of("SLURM_ARRAY_TASK_ID", "4")),
        "SLURM_ARRAY_TASK_ID 4 is not one of 4 shards, 0 to 3",
        "An array that starts at 1 (--array=1-4) needs --shard-base 1");
    assertRefused(
        () -> Shard.of(null, "4", "1", Map.of("SLURM_ARRAY_TASK_ID", "0")),
        "SLURM_ARRAY_TASK_ID 0 is not one of 4 shards, 1 to 4",
        "An array that starts at 1 (--array=1-4) needs --shard-base 1");
    assertRefused(
        () -> Shard.of(null, "4", null, Map.of("JOB_COMPLETION_INDEX", "9")),
        "JOB_COMPLETION_INDEX 9 is not one of 4 shards, 0 to 3",
        "Are there as many shards as the job has tasks?");
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertRefused(
        () -> Shard.of("3", null, null, NONE),
        "--shard takes i/n, not '3'",
        "For example: --shard 0/64 to --shard 63/64");
    assertRefused(
        () -> Shard.of("4/4", null, null, NONE),
        "--shard takes a whole number from 0 to 3, not '4'",
        "");
    assertRefused(
        () -> Shard.of("0/0", null, null, NONE),
        "--shard takes a whole number from 1 to 1000000, not '0'",
        "");
    assertRefused(
        () -> Shard.of(null, "many", null, NONE),
        "--shards takes a whole number from 1 to 1000000, not 'many'",
        "");
    assertRefused(
        () -> Shard.of(null, "4", null, Map.of("JOB_COMPLETION_INDEX", "x")),
        "JOB_COMPLETION_INDEX takes a whole number from 0 to 2147483647, not 'x'",
        "");
  }

  @Test
  void namesAFileForEachShard() {
    assertThat(Shard.WHOLE.fileName("manifest")).isEqualTo("manifest.jsonl");
    assertThat(new Shard(3, 64).fileName("manifest")).isEqualTo("manifest.00003-of-00064.jsonl");
  }
}
