package dev.sdxlgen.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.entry;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.SdxlGenException.Throttled;
import dev.sdxlgen.artifact.Sha256;
import dev.sdxlgen.batch.BatchRunner.Settings;
import dev.sdxlgen.batch.Schedule.Limits;
import dev.sdxlgen.batch.manifest.DoneImages;
import dev.sdxlgen.batch.manifest.Manifest;
import dev.sdxlgen.batch.manifest.ManifestLine;
import dev.sdxlgen.batch.manifest.ManifestLine.Failed;
import dev.sdxlgen.batch.manifest.ManifestLine.Finished;
import dev.sdxlgen.batch.manifest.ManifestLine.Run;
import dev.sdxlgen.batch.manifest.ManifestLine.Started;
import dev.sdxlgen.batch.manifest.ManifestReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchRunnerTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir private Path folder;

  private final ExecutorService threads = Threads.perTask();
  private final Clock clock = new Clock();
  private final Bedrock bedrock = new Bedrock();
  private Path out;
  private Settings settings = new Settings(0, false, Duration.ofSeconds(60));
  private Sweep sweep = Sweep.NONE;
  private int repeat = 1;
  private Shard shard = Shard.WHOLE;
  private Completion defaults = Completion.NONE;
  private int concurrency = 4;
  private Predicate<ManifestLine> unwritable = line -> false;

  @BeforeEach
  void makeFolder() throws IOException {
    out = Files.createDirectory(folder.resolve("out"));
  }

  @AfterEach
  void awaitThreads() throws InterruptedException {
    threads.shutdown();
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void makesEveryImage() throws IOException {
    BatchSummary summary = run(prompts(100));
    assertThat(summary.progress().made()).isEqualTo(100);
    assertThat(summary.progress().calls()).isEqualTo(100);
    assertThat(summary.progress().done()).isEqualTo(summary.progress().planned());
    assertThat(summary.stoppedBy()).isNull();
    assertThat(summary.failed()).isNull();
    assertThat(images()).hasSize(100).contains("p7.png");
    assertThat(lines()).startsWith(new Run(100, NOON)).hasSize(101);
    assertThat(lines().get(1)).isInstanceOf(Finished.class);
  }

  @Test
  void makesNoMoreCallsAtATimeThanAllowed() throws IOException {
    concurrency = 3;
    CountDownLatch three = new CountDownLatch(3);
    bedrock.behaviour =
        image -> {
          three.countDown();
          await(three);
          return null;
        };
    run(prompts(30));
    assertThat(bedrock.mostInFlight.get()).isEqualTo(3);
  }

  @Test
  void savingAnImageOverlapsTheNextCall() throws IOException {
    concurrency = 1;
    CountDownLatch second = new CountDownLatch(1);
    bedrock.saving =
        image -> {
          if (image.id().equals("p0")) {
            await(second);
          } else {
            second.countDown();
          }
        };
    assertThat(run(prompts(2)).progress().made()).isEqualTo(2);
  }

  @Test
  void getsReadyForTheNextCallBeforeThereIsRoomForIt() throws IOException {
    concurrency = 1;
    CountDownLatch second = new CountDownLatch(1);
    bedrock.placing = image -> countDownAt("p1", image, second);
    bedrock.behaviour = image -> heldUntil(second);
    assertThat(run(prompts(2)).progress().calls()).isEqualTo(2);
    assertThat(bedrock.mostInFlight.get()).isEqualTo(1);
  }

  /** As where a machine sleeps just then. */
  @Test
  void makesARequestAnewAsOftenAsItGrowsTooOld() throws IOException {
    concurrency = 1;
    AtomicInteger made = new AtomicInteger();
    bedrock.placing =
        image -> {
          if (made.incrementAndGet() <= 3) {
            clock.jumps.set(2);
          }
        };
    BatchSummary summary = run(prompts(1));
    assertThat(summary.stoppedBy()).isNull();
    assertThat(made).hasValue(4);
    assertThat(bedrock.calls).containsOnly(entry("p0", 1));
  }

  /** What is signed, and whom it is signed as, holds for minutes. */
  @Test
  void makesARequestAnewThatWaitedForLongerThanAMinute() throws IOException {
    concurrency = 1;
    CountDownLatch waiting = new CountDownLatch(1);
    List<String> placed = new CopyOnWriteArrayList<>();
    bedrock.placing =
        image -> {
          placed.add(image.id());
          if (image.id().equals("p1")) {
            clock.told.set(waiting);
          }
        };
    bedrock.behaviour =
        image -> {
          if (image.id().equals("p0")) {
            await(waiting);
            clock.nanos.addAndGet(Duration.ofSeconds(61).toNanos());
          }
          return null;
        };
    BatchSummary summary = run(prompts(2));
    assertThat(placed).containsExactlyInAnyOrder("p0", "p1", "p1");
    assertThat(summary.progress().calls()).isEqualTo(2);
    assertThat(summary.progress().made()).isEqualTo(2);
  }

  @Test
  void makesNoCallForWhatIsReadyWhenItStops() throws Exception {
    concurrency = 1;
    settings = new Settings(0, true, Duration.ofSeconds(60));
    CountDownLatch ready = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    bedrock.placing = image -> countDownAt("p1", image, ready);
    bedrock.behaviour = image -> heldUntil(go);
    BatchRunner runner = runner(PromptFormat.JSONL, input(prompts(100)));
    Future<BatchSummary> run = threads.submit(runner::run);
    ready.await();
    clock.stands = true;
    runner.stop();
    go.countDown();
    BatchSummary summary = run.get();
    assertThat(bedrock.calls.keySet()).containsExactly("p0");
    assertThat(summary.progress().calls()).isEqualTo(1);
    assertThat(summary.stoppedBy()).isNull();
    assertThat(lines()).filteredOn(Started.class::isInstance).hasSize(1);
    assertThat(out.resolve("failed.jsonl")).doesNotExist();
  }

  @Test
  void goesOnWhereItStopped() throws IOException {
    run(prompts(10));
    Files.delete(out.resolve("p3.png"));
    Files.writeString(out.resolve("p4.png"), "altered");
    bedrock.calls.clear();
    BatchSummary summary = run(prompts(12));
    assertThat(summary.progress().doneBefore()).isEqualTo(8);
    assertThat(bedrock.calls.keySet()).containsExactlyInAnyOrder("p3", "p4", "p10", "p11");
    assertThat(run(prompts(5)).vanished()).isEqualTo(7);
  }

  @Test
  void makesAChangedLineAgain() throws IOException {
    run("{\"id\":\"a\",\"prompt\":\"x\"}\n{\"id\":\"b\",\"prompt\":\"y\"}\n");
    bedrock.calls.clear();
    run("{\"id\":\"a\",\"prompt\":\"x\"}\n{\"id\":\"b\",\"prompt\":\"z\"}\n");
    assertThat(bedrock.calls.keySet()).containsExactly("b");
    assertThat(bedrock.earlier).containsEntry("b", DoneImages.State.CHANGED);
    defaults =
        (item, fields, repetition) -> {
          Map<String, List<String>> all = new LinkedHashMap<>(fields);
          all.put("steps", List.of("40"));
          return all;
        };
    bedrock.calls.clear();
    run("{\"id\":\"a\",\"prompt\":\"x\"}\n");
    assertThat(bedrock.calls.keySet()).containsExactly("a");
  }

  @Test
  void paysForNothingThatAKilledRunHadSaved() throws IOException {
    settings = new Settings(0, true, Duration.ZERO);
    run(prompts(2));
    // As if killed between the file and its line.
    List<ManifestLine> before = lines();
    Files.delete(out.resolve("manifest.jsonl"));
    try (Manifest manifest = Manifest.open(out, "manifest.jsonl")) {
      before.stream().filter(line -> line instanceof Started).forEach(manifest::append);
    }
    bedrock.calls.clear();
    bedrock.finding =
        image ->
            image.earlier() == DoneImages.State.STARTED
                ? bedrock.made(image, out.resolve(image.id() + ".png"), false)
                : null;
    BatchSummary summary = run(prompts(3));
    assertThat(summary.progress().found()).isEqualTo(2);
    assertThat(bedrock.calls.keySet()).containsExactly("p2");
    assertThat(run(prompts(3)).progress().doneBefore()).isEqualTo(3);
  }

  @Test
  void leavesAFileThatIsToBeLeft() throws IOException {
    Files.writeString(out.resolve("p1.png"), "precious");
    bedrock.finding =
        image -> image.id().equals("p1") ? bedrock.made(image, out.resolve("p1.png"), true) : null;
    BatchSummary summary = run(prompts(3));
    assertThat(summary.progress().skipped()).isEqualTo(1);
    assertThat(summary.progress().done()).isEqualTo(3);
    assertThat(bedrock.calls.keySet()).containsExactlyInAnyOrder("p0", "p2");
    assertThat(lines()).hasSize(3);
  }

  @Test
  void losesNothingWhenBedrockFailsNowAndThen() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    bedrock.behaviour =
        image -> {
          synchronized (random) {
            int dice = random.nextInt(100);
            return dice < 30
                ? new Throttled("too many", "", null)
                : dice < 35 ? new BedrockFailed("500", "", Repeat.SAFE, null) : null;
          }
        };
    BatchSummary summary = run(prompts(300));
    assertThat(summary.progress().made()).isEqualTo(300);
    assertThat(summary.progress().throttled()).isPositive();
    assertThat(images()).hasSize(300);
  }

  @Test
  void recordsAFailureAndGoesOn() throws IOException {
    bedrock.behaviour =
        image -> image.id().equals("p2") ? new Filtered("the model said no", "") : null;
    BatchSummary summary = run(prompts(5));
    assertThat(summary.progress().made()).isEqualTo(4);
    assertThat(summary.progress().failed()).isEqualTo(1);
    assertThat(summary.stoppedBy()).isNull();
    assertThat(summary.failures()).containsOnlyKeys("filtered");
    assertThat(summary.failures().get("filtered").count()).isEqualTo(1);
    assertThat(lines())
        .filteredOn(line -> line instanceof Failed)
        .singleElement()
        .satisfies(
            line -> {
              Failed failed = (Failed) line;
              assertThat(failed.id()).isEqualTo("p2");
              assertThat(failed.kind()).isEqualTo("filtered");
              assertThat(failed.error()).isEqualTo("the model said no");
              assertThat(failed.attempts()).isEqualTo(1);
            });
    assertThat(out.resolve("failed.jsonl")).hasContent("{\"id\":\"p2\",\"prompt\":\"prompt 2\"}");
  }

  @Test
  void theManifestNamesTheAnswerThatIsKeptOfAPaidImage() throws IOException {
    bedrock.behaviour =
        image ->
            new OutputFailed("out/p0.png can't be written: No space left on device", "", null)
                .withKeptAnswer(Path.of("/tmp/sdxl-gen-answer-1.json"));
    run(prompts(1));
    assertThat(lines())
        .filteredOn(Failed.class::isInstance)
        .extracting(line -> ((Failed) line).error())
        .containsExactly(
            "out/p0.png can't be written: No space left on device; Bedrock's answer is kept in"
                + " /tmp/sdxl-gen-answer-1.json");
  }

  @Test
  void theLastMessageNamesTheAnswerWhenTheManifestCannot() throws IOException {
    unwritable = Failed.class::isInstance;
    bedrock.behaviour =
        image ->
            new BedrockFailed("the answer is garbage", "", Repeat.NO, null)
                .withKeptAnswer(Path.of("/tmp/sdxl-gen-answer-1.json"));
    SdxlGenException stoppedBy = run(prompts(1)).stoppedBy();
    assertThat(stoppedBy).hasMessage("manifest.jsonl can't be written");
    assertThat(stoppedBy.advice())
        .isEqualTo(
            "Free some space\n"
                + "p0: the answer is garbage; Bedrock's answer is kept in"
                + " /tmp/sdxl-gen-answer-1.json");
    bedrock.behaviour =
        image ->
            new OutputFailed("the disk is full", "", null)
                .withKeptAnswer(Path.of("/tmp/sdxl-gen-answer-2.json"));
    assertThat(run(prompts(1)).stoppedBy().advice())
        .isEqualTo("Bedrock's answer is kept in /tmp/sdxl-gen-answer-2.json");
  }

  @Test
  void whatFailedCanBeRunAgainAsItIs() throws IOException {
    sweep = Sweep.parse(List.of("seed=1..2"));
    bedrock.behaviour = image -> new Filtered("no", "");
    String input = "{\"id\":\"a\",\"prompt\":[\"x\",\"y\"],\"steps\":7.0}\n";
    BatchSummary summary = run(input);
    assertThat(Files.readAllLines(summary.failed()))
        .containsExactlyInAnyOrder(
            "{\"id\":\"a-1\",\"prompt\":[\"x\",\"y\"],\"steps\":\"7.0\",\"seed\":\"1\"}",
            "{\"id\":\"a-2\",\"prompt\":[\"x\",\"y\"],\"steps\":\"7.0\",\"seed\":\"2\"}");
    sweep = Sweep.NONE;
    bedrock.behaviour = image -> image.id().equals("a-2") ? new Filtered("no", "") : null;
    BatchSummary again = run(summary.failed());
    assertThat(again.progress().made()).isEqualTo(1);
    assertThat(again.failed()).isEqualTo(out.resolve("failed-2.jsonl"));
    assertThat(summary.failed()).exists();
    sweep = Sweep.parse(List.of("seed=1..2"));
    bedrock.behaviour = image -> null;
    BatchSummary last = run(input);
    assertThat(last.progress().doneBefore()).isEqualTo(1);
    assertThat(last.progress().made()).isEqualTo(1);
    assertThat(out.resolve("failed.jsonl")).doesNotExist();
  }

  @Test
  void aFailedRecordStaysByteForByte() throws IOException {
    bedrock.behaviour = image -> new Filtered("no", "");
    String record = "{\"recordId\":\"R1\",\"modelInput\":{\"a\": 1.50, \"ä\":[ ]},\"model\":\"m\"}";
    assertThat(run(record).failed()).hasContent(record);
  }

  @Test
  void stopsAtTheFirstFailureWhenAsked() throws IOException {
    settings = new Settings(1, false, Duration.ZERO);
    concurrency = 1;
    bedrock.behaviour = image -> image.id().equals("p2") ? new Filtered("no", "") : null;
    BatchSummary summary = run(prompts(100));
    assertThat(summary.stoppedBy()).isInstanceOf(Filtered.class);
    assertThat(summary.progress().failed()).isEqualTo(1);
    assertThat(summary.progress().calls()).isEqualTo(3);
  }

  @Test
  void stopsAtWhatEveryImageWouldMeet() throws IOException {
    concurrency = 1;
    bedrock.behaviour =
        image -> image.id().equals("p1") ? new Credentials("expired", "", null) : null;
    BatchSummary summary = run(prompts(100));
    assertThat(summary.stoppedBy()).isInstanceOf(Credentials.class).hasMessage("expired");
    assertThat(bedrock.calls).hasSize(2);
    bedrock.calls.clear();
    bedrock.behaviour =
        image -> new OutputFailed("disk full", "", null).withKeptAnswer(Path.of("kept"));
    assertThat(run(prompts(100)).stoppedBy()).hasMessage("disk full");
    assertThat(bedrock.calls).hasSize(1);
  }

  @Test
  void stopsWhenEveryImageIsRefused() throws IOException {
    concurrency = 1;
    bedrock.behaviour = image -> new InvalidRequest("no such sampler", "");
    BatchSummary summary = run(prompts(100));
    assertThat(summary.stoppedBy()).hasMessage("no such sampler");
    assertThat(summary.progress().failed()).isEqualTo(10);
  }

  @Test
  void stopsWhenNothingGetsThroughForTooLong() throws IOException {
    bedrock.behaviour = image -> new Throttled("too many", "", null);
    BatchSummary summary = run(prompts(100));
    assertThat(summary.stoppedBy()).isInstanceOf(Throttled.class);
    assertThat(summary.progress().failed()).isBetween(1L, 4L);
    assertThat(Duration.ofNanos(clock.nanos.get())).isGreaterThan(Duration.ofHours(1));
  }

  @Test
  void countsWhatMayHaveBeenPaidTwice() throws IOException {
    bedrock.behaviour =
        image ->
            image.id().equals("p1") && bedrock.calls.get("p1") < 3
                ? new BedrockFailed("reset", "", Repeat.MAYBE_BILLED, null)
                : null;
    BatchSummary summary = run(prompts(3));
    assertThat(summary.progress().made()).isEqualTo(3);
    assertThat(summary.progress().possiblyPaidTwice()).isEqualTo(2);
    assertThat(lines())
        .filteredOn(line -> line instanceof Finished image && image.possiblyPaidTwice() > 0)
        .singleElement()
        .satisfies(line -> assertThat(((Finished) line).attempts()).isEqualTo(3));
  }

  @Test
  void stopsOnceAndLetsCallsInFlightFinish() throws Exception {
    CountDownLatch inFlight = new CountDownLatch(4);
    CountDownLatch go = new CountDownLatch(1);
    bedrock.behaviour =
        image -> {
          inFlight.countDown();
          return heldUntil(go);
        };
    BatchRunner runner = runner(PromptFormat.JSONL, input(prompts(100)));
    var run = threads.submit(runner::run);
    inFlight.await();
    assertThat(runner.progress().inFlight()).isEqualTo(4);
    clock.stands = true;
    runner.stop();
    go.countDown();
    BatchSummary summary = run.get();
    assertThat(summary.progress().made()).isEqualTo(4);
    assertThat(summary.progress().inFlight()).isZero();
    assertThat(images()).hasSize(4);
  }

  @Test
  void stopsAtOnceWhenToldTwice() throws Exception {
    CountDownLatch inFlight = new CountDownLatch(4);
    CountDownLatch go = new CountDownLatch(1);
    bedrock.behaviour =
        image -> {
          inFlight.countDown();
          return heldUntil(go);
        };
    BatchRunner runner = runner(PromptFormat.JSONL, input(prompts(100)));
    var run = threads.submit(runner::run);
    inFlight.await();
    clock.stands = true;
    runner.stop();
    runner.stop();
    BatchSummary summary = run.get();
    assertThat(summary.progress().made()).isZero();
    assertThat(summary.progress().inFlight()).isEqualTo(4);
    go.countDown();
  }

  @Test
  void letsThemFinishNoLongerThanTheGrace() throws Exception {
    CountDownLatch inFlight = new CountDownLatch(4);
    CountDownLatch go = new CountDownLatch(1);
    bedrock.behaviour =
        image -> {
          inFlight.countDown();
          return heldUntil(go);
        };
    BatchRunner runner = runner(PromptFormat.JSONL, input(prompts(100)));
    var run = threads.submit(runner::run);
    inFlight.await();
    runner.stop();
    assertThat(run.get().progress().inFlight()).isEqualTo(4);
    assertThat(clock.nanos.get()).isGreaterThanOrEqualTo(Duration.ofSeconds(60).toNanos());
    go.countDown();
  }

  @Test
  void anImageThatWasInterruptedHasNotFailed() throws IOException {
    concurrency = 1;
    bedrock.behaviour = image -> new Interrupted(15);
    BatchSummary summary = run(prompts(5));
    assertThat(summary.stoppedBy()).isInstanceOf(Interrupted.class);
    assertThat(summary.progress().failed()).isZero();
    assertThat(out.resolve("failed.jsonl")).doesNotExist();
  }

  @Test
  void aBugEndsTheBatchInsteadOfHangingIt() {
    bedrock.behaviour =
        image -> {
          throw new IllegalArgumentException("a bug");
        };
    assertThat(catchThrowable(() -> run(prompts(100))))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("a bug");
  }

  @Test
  void shardsMakeAllBetweenThemAndNothingTwice() throws IOException {
    repeat = 2;
    for (int i = 0; i < 4; i++) {
      shard = new Shard(i, 4);
      BatchSummary summary = run(prompts(50));
      assertThat(summary.progress().made()).isEqualTo(summary.progress().planned());
    }
    assertThat(images()).hasSize(100).contains("p0-1.png", "p49-2.png");
    assertThat(bedrock.calls.values()).allMatch(count -> count == 1);
    for (int i = 0; i < 4; i++) {
      assertThat(out.resolve("manifest.0000" + i + "-of-00004.jsonl")).exists();
    }
    shard = Shard.WHOLE;
    assertThat(run(prompts(50)).progress().doneBefore()).isEqualTo(100);
  }

  /** Each takes memory, and is lost when the process is killed. */
  @Test
  void letsNoMoreImagesWaitForTheDiskThanThereAreCalls() throws Exception {
    concurrency = 3;
    CountDownLatch idle = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    bedrock.saving = image -> await(disk);
    BatchRunner runner = runner(PromptFormat.JSONL, input(prompts(20)));
    clock.waiting =
        () -> {
          if (bedrock.calls.size() >= 6 && runner.progress().inFlight() == 0) {
            idle.countDown();
          }
        };
    Future<BatchSummary> run = threads.submit(runner::run);
    await(idle);
    int calls = bedrock.calls.size();
    disk.countDown();
    assertThat(calls).isEqualTo(6);
    assertThat(run.get().progress().made()).isEqualTo(20);
  }

  @Test
  void countsNoCallForAnImageWithoutAPlace() throws IOException {
    bedrock.placing =
        image -> {
          throw new OutputFailed("the disk is full", "", null);
        };
    BatchSummary summary = run(prompts(1));
    assertThat(summary.progress().calls()).isZero();
    assertThat(summary.progress().failed()).isEqualTo(1);
  }

  @Test
  void saysWhatToDoWhenMemoryRunsOut() throws IOException {
    bedrock.saving =
        image -> {
          throw new OutOfMemoryError("Java heap space");
        };
    BatchSummary summary = run(prompts(1));
    assertThat(summary.stoppedBy())
        .isInstanceOf(OutputFailed.class)
        .hasMessage("there is too little memory for so many calls at a time");
    assertThat(summary.stoppedBy().advice())
        .isEqualTo("Fewer with --concurrency, or more memory with SDXL_GEN_OPTS=-Xmx2g");
    assertThat(summary.progress().calls()).isEqualTo(1);
  }

  @Test
  void tellsHowFastItIsAndHowLongItTakes() throws IOException {
    concurrency = 1;
    bedrock.overlaps = false;
    List<BatchProgress> seen = new ArrayList<>();
    BatchRunner[] runner = new BatchRunner[1];
    bedrock.behaviour =
        image -> {
          clock.nanos.addAndGet(Duration.ofSeconds(2).toNanos());
          seen.add(runner[0].progress());
          return null;
        };
    runner[0] = runner(PromptFormat.JSONL, input(prompts(61)));
    runner[0].run();
    BatchProgress late = seen.get(60);
    assertThat(late.perMinute()).isBetween(28.0, 31.0);
    assertThat(late.left()).isBetween(Duration.ofMillis(1500), Duration.ofMillis(4500));
    assertThat(seen.get(0).left()).isNull();
  }

  private static String prompts(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("{\"id\":\"p" + i + "\",\"prompt\":\"prompt " + i + "\"}\n");
    }
    return text.toString();
  }

  private Path input(String text) throws IOException {
    return Files.writeString(folder.resolve("prompts.jsonl"), text);
  }

  private BatchSummary run(String text) throws IOException {
    return run(input(text));
  }

  private BatchSummary run(Path input) throws IOException {
    try {
      return runner(PromptFormat.JSONL, input).run();
    } finally {
      closeAll();
    }
  }

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws IOException {
    for (AutoCloseable one : open) {
      try {
        one.close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    open.clear();
  }

  private BatchRunner runner(PromptFormat format, Path input) {
    Checker anything =
        new Checker() {
          @Override
          public String refuse(String field) {
            return null;
          }

          @Override
          public Fault check(Item item, Map<String, List<String>> fields) {
            return null;
          }
        };
    PromptFile file = PromptFile.open(input, input.toString(), format, folder);
    ItemIndex index = file.check(anything, sweep, defaults, id -> id).index();
    Plan plan = Plan.of(index.size(), sweep.combinations(), repeat, 0, null);
    Manifest manifest = Manifest.open(out, shard.fileName("manifest"));
    FailedFile failed = FailedFile.in(out, shard.fileName("failed"), input);
    open.addAll(List.of(failed, manifest, file));
    DoneImages done = DoneImages.read(out, id -> BatchImages.owns(shard, plan, id), 2);
    SplittableRandom random = new SplittableRandom(1);
    return new BatchRunner(
        settings,
        new BatchImages(file, index, sweep, plan, shard, done, false),
        new Schedule<>(
            new Limits(concurrency, 5, 2, Duration.ofHours(1)),
            new AdaptiveRate(Double.POSITIVE_INFINITY, random),
            random),
        bedrock,
        line -> {
          if (unwritable.test(line)) {
            throw new OutputFailed("manifest.jsonl can't be written", "Free some space", null);
          }
          manifest.append(line);
        },
        failed,
        clock,
        threads);
  }

  private TreeSet<String> images() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (var files = Files.newDirectoryStream(out, "*.png")) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  private List<ManifestLine> lines() throws IOException {
    List<ManifestLine> lines = new ArrayList<>();
    try (ManifestReader reader = new ManifestReader(out.resolve("manifest.jsonl"))) {
      for (ManifestLine line; (line = reader.next()) != null; ) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void countDownAt(String id, PlannedImage image, CountDownLatch latch) {
    if (image.id().equals(id)) {
      latch.countDown();
    }
  }

  /** A call that goes well, later. */
  private static SdxlGenException heldUntil(CountDownLatch go) {
    await(go);
    return null;
  }

  /** A clock that runs ahead to whatever is waited for. */
  private static final class Clock implements Ticker {
    private final AtomicLong nanos = new AtomicLong();
    private volatile boolean stands;
    private volatile Runnable waiting = () -> {};

    /** How often more two minutes go by when its thread asks for the time. */
    private final ThreadLocal<Integer> jumps = ThreadLocal.withInitial(() -> 0);

    /** Counted down when its thread was told the time. */
    private final ThreadLocal<CountDownLatch> told =
        ThreadLocal.withInitial(() -> new CountDownLatch(0));

    @Override
    public long nanoTime() {
      int left = jumps.get();
      if (left > 0) {
        jumps.set(left - 1);
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
      }
      long time = nanos.get();
      told.get().countDown();
      return time;
    }

    @Override
    public Instant now() {
      return NOON.plusNanos(nanos.get());
    }

    @Override
    public void await(Condition news, long wait) throws InterruptedException {
      waiting.run();
      if (stands || wait == Long.MAX_VALUE) {
        news.await();
      } else {
        nanos.addAndGet(wait);
      }
    }
  }

  /** Saves each image as a file that holds its id, or fails as it is told. */
  private final class Bedrock implements Maker {
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final Map<String, DoneImages.State> earlier = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private boolean overlaps = true;
    private Function<PlannedImage, SdxlGenException> behaviour = image -> null;
    private Function<PlannedImage, Made> finding = image -> null;
    private Consumer<PlannedImage> placing = image -> {};
    private Consumer<PlannedImage> saving = image -> {};

    @Override
    public Made make(PlannedImage image, Call call) {
      placing.accept(image);
      call.ready();
      calls.merge(image.id(), 1, Integer::sum);
      earlier.put(image.id(), image.earlier());
      mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      SdxlGenException failure = behaviour.apply(image);
      inFlight.decrementAndGet();
      if (failure != null) {
        throw failure;
      }
      if (overlaps) {
        call.answered();
      }
      saving.accept(image);
      try {
        return made(image, Files.writeString(out.resolve(image.id() + ".png"), image.id()), false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Made made(PlannedImage image, Path file, boolean skipped) {
      byte[] bytes = image.id().getBytes(StandardCharsets.UTF_8);
      return new Made(
          file.getFileName().toString(),
          bytes.length,
          HexFormat.of().formatHex(Sha256.start().digest(bytes)),
          1L,
          "m",
          "SUCCESS",
          skipped);
    }

    @Override
    public Made find(PlannedImage image) {
      return finding.apply(image);
    }
  }
}
