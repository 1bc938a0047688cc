package dev.sdxlgen.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.SdxlGenException.Throttled;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.artifact.IfExists;
import dev.sdxlgen.artifact.png.PngEncoder;
import dev.sdxlgen.bedrock.Answer;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.bedrock.CallListener;
import dev.sdxlgen.generate.ImageGenerator.Prepared;
import dev.sdxlgen.generate.ImageGenerator.Sleeper;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.Sampling;
import dev.sdxlgen.request.WeightedPrompt;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.invocation.InvocationOnMock;

class ImageGeneratorTest {

  private static final String MODEL = "stability.stable-diffusion-xl";
  private static final GenerationRequest REQUEST =
      new GenerationRequest(
          MODEL,
          List.of(new WeightedPrompt("a person", "1.0")),
          Sampling.DEFAULT,
          Dimensions.DEFAULT);
  private static final Destination OUT = new Destination(Path.of("out.png"), IfExists.FAIL);
  private static final Destination NEXT = new Destination(Path.of("next.png"), IfExists.FAIL);
  private static final byte[] BODY = "{\"text_prompts\":[{\"text\":\"a person\"}]}".getBytes(UTF_8);

  @TempDir Path folder;
  private final BedrockInvoker bedrock = mock(BedrockInvoker.class);

  /** What happened, on the calls' threads too. */
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private final List<Duration> slept = new ArrayList<>();
  private final Deque<Object> answers = new ArrayDeque<>();
  private final List<Answer> given = new CopyOnWriteArrayList<>();
  private ArtifactWriter writer;

  @BeforeEach
  void prepare() {
    writer = new ArtifactWriter(folder, OutputStream.nullOutputStream());
    when(bedrock.invoke(any(), any(), any()))
        .thenAnswer(
            call -> {
              Object next = answers.removeFirst();
              if (next instanceof SdxlGenException failure) {
                throw failure;
              }
              call.getArgument(2, CallListener.class).answering();
              return answered(Answer.of((byte[]) next, "request-7"));
            });
  }

  private Answer answered(Answer answer) {
    given.add(answer);
    return answer;
  }

  @AfterEach
  void givesTheMemoryOfEachAnswerBack() {
    assertThat(given)
        .allSatisfy(answer -> assertThatThrownBy(answer::body).hasMessage("the answer is closed"));
  }

  @AfterEach
  void leavesNoTemporaryFile() throws IOException {
    writer.close();
    assertThat(filesIn()).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void makesAnImageAndTellsOfIt() throws IOException {
    byte[] png = png(8);
    answers.add(answer(png, "SUCCESS"));

    GeneratedImage image = generator(4, 0).generate(REQUEST, OUT);

    assertThat(image.image().path()).isEqualTo(Path.of("out.png"));
    assertThat(image.artifact().seed()).isEqualTo(42);
    assertThat(image.body()).isEqualTo(BODY);
    assertThat(image.attempts()).isEqualTo(1);
    assertThat(image.requestId()).isEqualTo("request-7");
    assertThat(image.elapsed()).isPositive();
    assertThat(folder.resolve("out.png")).hasBinaryContent(png);
    verify(bedrock).invoke(eq(MODEL), eq(BODY), any());
    assertThat(heard).containsExactly("sending 1", "answering", "settled");
    assertThat(slept).isEmpty();
  }

  @Test
  void repeatsWhatIsSafeUntilItGoesWell() throws IOException {
    byte[] png = png(8);
    answers.add(throttled());
    answers.add(failed(Repeat.SAFE));
    answers.add(throttled());
    answers.add(answer(png, "SUCCESS"));

    GeneratedImage image = generator(4, 0).generate(REQUEST, OUT);

    assertThat(image.attempts()).isEqualTo(4);
    assertThat(folder.resolve("out.png")).hasBinaryContent(png);
    assertThat(filesIn()).containsExactly("out.png");
    assertThat(slept).hasSize(3);
    assertThat(slept.get(0)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
    assertThat(slept.get(1)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1000));
    assertThat(slept.get(2)).isBetween(Duration.ofMillis(1000), Duration.ofMillis(2000));
  }

  @Test
  void givesUpAfterTheLastAttemptWithWhatItFailedOfLast() throws IOException {
    answers.add(failed(Repeat.SAFE));
    answers.add(failed(Repeat.SAFE));
    SdxlGenException last = throttled();
    answers.add(last);

    assertThat(failureOf(generator(3, 0))).isSameAs(last);
    assertThat(last.advice()).isEqualTo("wait");
    verify(bedrock, times(3)).invoke(any(), any(), any());
    assertThat(slept).hasSize(2);
    assertThat(folder).isEmptyDirectory();
  }

  static Stream<SdxlGenException> failuresForGood() {
    return Stream.of(
        new InvalidRequest("wrong", ""),
        new Credentials("nobody", "", null),
        new ModelUnavailable("retired", "", null),
        new BedrockFailed("failed", "", Repeat.NO, null));
  }

  @ParameterizedTest
  @MethodSource("failuresForGood")
  void doesNotRepeatWhatWouldFailAgain(SdxlGenException failure) throws IOException {
    answers.add(failure);

    assertThat(failureOf(generator(4, 4))).isSameAs(failure);
    verify(bedrock, times(1)).invoke(any(), any(), any());
    assertThat(heard).containsExactly("sending 1", "settled");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void doesNotRepeatWhatMayHaveBeenBilledBehindTheUsersBack() throws IOException {
    answers.add(failed(Repeat.MAYBE_BILLED));

    assertThat(failureOf(generator(4, 0))).hasMessage("failed");
    verify(bedrock, times(1)).invoke(any(), any(), any());
    assertThat(slept).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void repeatsWhatMayHaveBeenBilledAsOftenAsAllowed() {
    for (int i = 0; i < 4; i++) {
      answers.add(failed(Repeat.MAYBE_BILLED));
    }

    assertThat(failureOf(generator(100, 2))).hasMessage("failed");
    verify(bedrock, times(3)).invoke(any(), any(), any());
  }

  @Test
  void countsWhatMayHaveBeenBilledApartFromWhatIsSafe() throws IOException {
    answers.add(throttled());
    answers.add(failed(Repeat.MAYBE_BILLED));
    answers.add(throttled());
    answers.add(throttled());
    answers.add(failed(Repeat.MAYBE_BILLED));
    answers.add(answer(png(8), "SUCCESS"));

    assertThat(failureOf(generator(10, 1))).hasMessage("failed");
    verify(bedrock, times(5)).invoke(any(), any(), any());
  }

  @Test
  void neverMakesMoreCallsThanAttemptsWhateverIsAllowed() {
    for (int i = 0; i < 3; i++) {
      answers.add(failed(Repeat.MAYBE_BILLED));
    }

    assertThat(failureOf(generator(2, 9))).hasMessage("failed");
    verify(bedrock, times(2)).invoke(any(), any(), any());
  }

  @Test
  void hasNothingOfTheFirstAttemptInTheFile() throws IOException {
    byte[] large = png(64);
    byte[] small = png(8);
    byte[] cut = answer(large, "SUCCESS");
    answers.add(Arrays.copyOf(cut, cut.length - 20));
    answers.add(answer(small, "SUCCESS"));

    GeneratedImage image = generator(4, 1).generate(REQUEST, OUT);

    assertThat(small.length).isLessThan(large.length);
    assertThat(image.attempts()).isEqualTo(2);
    assertThat(image.image().bytes()).isEqualTo(small.length);
    assertThat(image.artifact().header().width()).isEqualTo(8);
    assertThat(folder.resolve("out.png")).hasBinaryContent(small);
  }

  @Test
  void keepsAnAnswerThatCannotBeReadAndSaysWhere() throws IOException {
    byte[] garbage = "{\"artifacts\":[{\"base64\":\"iVBOR".getBytes(UTF_8);
    answers.add(garbage);

    SdxlGenException failure = failureOf(generator(4, 0));

    assertThat(failure)
        .isInstanceOf(BedrockFailed.class)
        .hasMessage("Bedrock's answer can't be read: it isn't the JSON it should be");
    Path kept = onlyFile();
    assertThat(failure.advice()).isEqualTo("Bedrock's answer is kept in " + kept);
    assertThat(kept).hasBinaryContent(garbage);
    assertThat(heard).containsExactly("sending 1", "answering", "settled");
  }

  @Test
  void keepsWhatThereIsOfAnAnswerThatWasCutOff() throws IOException {
    byte[] part = "{\"artif".getBytes(UTF_8);
    answers.add(BedrockFailed.unreadable("cut off", ByteBuffer.wrap(part), null));

    SdxlGenException failure = failureOf(generator(4, 0));

    assertThat(failure).hasMessage("cut off");
    assertThat(failure.advice()).isEqualTo("Bedrock's answer is kept in " + onlyFile());
    assertThat(onlyFile()).hasBinaryContent(part);
  }

  @Test
  void keepsNothingWhereNothingCame() throws IOException {
    answers.add(BedrockFailed.unreadable("cut off", ByteBuffer.allocate(0), null));

    assertThat(failureOf(generator(4, 0)).advice()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void keepsEveryAnswerOfRepeatedCallsThatCannotBeRead() throws IOException {
    answers.add("first".getBytes(UTF_8));
    answers.add("second".getBytes(UTF_8));
    answers.add(answer(png(8), "SUCCESS"));

    generator(4, 2).generate(REQUEST, OUT);

    assertThat(filesIn()).hasSize(3).contains("out.png");
    List<String> kept = new ArrayList<>();
    for (String name : filesIn()) {
      if (!name.equals("out.png")) {
        kept.add(Files.readString(folder.resolve(name)));
      }
    }
    assertThat(kept).containsExactlyInAnyOrder("first", "second");
    assertThat(heard.stream().filter(event -> event.startsWith("retrying")))
        .hasSize(2)
        .allMatch(event -> event.contains("sdxl-gen-answer-"));
  }

  @Test
  void keepsAPaidAnswerThatCannotBeWrittenAndDoesNotPayAgain() throws IOException {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    byte[] answer = answer(png(8), "SUCCESS");
    answers.add(answer);

    OutputFailed failure =
        catchThrowableOfType(
            OutputFailed.class,
            () ->
                generator(new ArtifactWriter(folder, broken), 4, 4, false)
                    .generate(REQUEST, new Destination(Path.of("-"), IfExists.FAIL)));

    assertThat(failure)
        .hasMessage("stdout can't be written: its disk is full or its reader is gone");
    String prefix = "Choose another place with -o\nBedrock's answer is kept in ";
    assertThat(failure.advice()).startsWith(prefix);
    Path kept = Path.of(failure.advice().substring(prefix.length()));
    assertThat(kept).hasBinaryContent(answer);
    Files.delete(kept);
    verify(bedrock, times(1)).invoke(any(), any(), any());
  }

  @Test
  void saysWhenAPaidAnswerCouldNotBeKept() {
    ArtifactWriter full = mock(ArtifactWriter.class);
    when(full.prepare(any())).thenAnswer(call -> writer.prepare(OUT));
    answers.add("garbage".getBytes(UTF_8));

    SdxlGenException failure =
        catchThrowableOfType(
            SdxlGenException.class, () -> generator(full, 1, 0, false).generate(REQUEST, OUT));

    assertThat(failure.advice())
        .isEqualTo("Bedrock's answer could not be kept: no folder takes it");
  }

  @Test
  void paysForNothingWhereTheImageCouldNotBeSaved() throws IOException {
    Path precious = Files.writeString(folder.resolve("out.png"), "precious");

    assertThat(failureOf(generator(4, 0))).hasMessage("out.png exists");
    verify(bedrock, never()).invoke(any(), any(), any());
    assertThat(heard).isEmpty();
    assertThat(precious).hasContent("precious");
  }

  @Test
  void paysForNothingWhereTheModelWouldRefuse() {
    GenerationRequest impossible =
        new GenerationRequest(
            MODEL,
            REQUEST.prompts(),
            new Sampling(null, null, 1000L, null, null, null),
            Dimensions.DEFAULT);

    assertThat(
            catchThrowableOfType(
                InvalidRequest.class, () -> generator(4, 0).generate(impossible, OUT)))
        .isNotNull();
    verify(bedrock, never()).invoke(any(), any(), any());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesAFilteredImageAndKeepsNothingOfIt() throws IOException {
    answers.add(answer(png(8), "CONTENT_FILTERED"));

    SdxlGenException failure = failureOf(generator(4, 4));

    assertThat(failure)
        .isInstanceOf(Filtered.class)
        .hasMessage("the model filtered the image (seed 42)");
    assertThat(failure.advice())
        .isEqualTo("Try other words or another seed; --keep-filtered saves the blurred image");
    verify(bedrock, times(1)).invoke(any(), any(), any());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesAFilteredImageWithoutASeed() throws IOException {
    String answer = new String(answer(png(8), "CONTENT_FILTERED"), UTF_8);
    answers.add(answer.replace("\"seed\":42,", "").getBytes(UTF_8));

    assertThat(failureOf(generator(4, 4))).hasMessage("the model filtered the image");
  }

  @Test
  void keepsAFilteredImageWhenAsked() throws IOException {
    byte[] png = png(8);
    answers.add(answer(png, "CONTENT_FILTERED"));

    GeneratedImage image = generator(writer, 4, 0, true).generate(REQUEST, OUT);

    assertThat(image.artifact().filtered()).isTrue();
    assertThat(folder.resolve("out.png")).hasBinaryContent(png);
  }

  @Test
  void stopsWhenItsWaitIsInterrupted() throws IOException {
    answers.add(throttled());
    Sleeper interrupted =
        time -> {
          throw new InterruptedException();
        };

    Interrupted failure =
        catchThrowableOfType(
            Interrupted.class,
            () ->
                new ImageGenerator(
                        bedrock,
                        writer,
                        new RetryPolicy(4, 0),
                        false,
                        Metadata.NONE,
                        interrupted,
                        listener())
                    .generate(REQUEST, OUT));

    assertThat(failure.signal()).isEqualTo(2);
    verify(bedrock, times(1)).invoke(any(), any(), any());
    assertThat(folder).isEmptyDirectory();
  }

  /** Ctrl-C during the wait breaks off nothing that was paid for. */
  @Test
  void saysThatACallIsSettledBeforeItWaitsForTheNext() throws IOException {
    answers.add("garbage".getBytes(UTF_8));
    answers.add(throttled());
    answers.add(answer(png(8), "SUCCESS"));

    generator(4, 1).generate(REQUEST, OUT);

    assertThat(heard.stream().map(event -> event.split(":")[0]))
        .containsExactly(
            "sending 1",
            "answering",
            "settled",
            "retrying 1",
            "slept",
            "sending 2",
            "settled",
            "retrying 2",
            "slept",
            "sending 3",
            "answering",
            "settled");
  }

  /** Whatever goes wrong with a paid answer: it is kept. */
  @Test
  void keepsAPaidAnswerThatNobodyForesaw() throws IOException {
    ArtifactWriter failing = mock(ArtifactWriter.class);
    when(failing.keep(any(), any())).thenAnswer(call -> writer.keep(call.getArgument(0), OUT));
    // A commit fails in a way that is a bug of ours.
    var pending = mock(dev.sdxlgen.artifact.PendingImage.class);
    when(failing.prepare(any())).thenReturn(pending);
    when(pending.stream(any(), any())).thenThrow(new IllegalStateException("a bug"));
    byte[] answer = answer(png(8), "SUCCESS");
    answers.add(answer);

    Throwable failure =
        catchThrowableOfType(
            RuntimeException.class, () -> generator(failing, 4, 4, false).generate(REQUEST, OUT));

    assertThat(failure).isNotNull();
    assertThat(onlyFile()).hasBinaryContent(answer);
  }

  @Test
  void keepsAPaidAnswerWhoseFolderVanishedAndDoesNotPayAgain() throws IOException {
    byte[] answer = answer(png(8), "SUCCESS");
    Path sub = folder.resolve("sub");
    doAnswer(
            call -> {
              // The folder vanishes while Bedrock draws.
              try (Stream<Path> files = Files.list(sub)) {
                for (Path file : files.toList()) {
                  Files.delete(file);
                }
              }
              Files.delete(sub);
              return answered(Answer.of(answer, null));
            })
        .when(bedrock)
        .invoke(any(), any(), any());

    OutputFailed failure =
        catchThrowableOfType(
            OutputFailed.class,
            () ->
                generator(4, 4)
                    .generate(
                        REQUEST, new Destination(Path.of("sub/out.png"), IfExists.OVERWRITE)));

    assertThat(failure).hasMessage("sub/out.png can't be written: its folder is gone");
    String prefix = "Choose another place with -o\nBedrock's answer is kept in ";
    assertThat(failure.advice()).startsWith(prefix);
    Path kept = Path.of(failure.advice().substring(prefix.length()));
    assertThat(kept).hasBinaryContent(answer);
    Files.delete(kept);
    verify(bedrock, times(1)).invoke(any(), any(), any());
  }

  // One call behind the other

  private static CallListener goesOut(InvocationOnMock call) {
    CallListener listener = call.getArgument(2);
    listener.ready();
    listener.goingOut();
    return listener;
  }

  @Test
  void letsACallGoOutWhenTheAnswerBeforeItBeginsToArrive() throws IOException {
    byte[] png = png(8);
    CountDownLatch answer = new CountDownLatch(1);
    CountDownLatch out = new CountDownLatch(2);
    doAnswer(
            call -> {
              CallListener listener = goesOut(call);
              out.countDown();
              answer.await();
              listener.answering();
              out.await();
              listener.answered();
              return answered(Answer.of(answer(png, "SUCCESS"), null));
            })
        .when(bedrock)
        .invoke(any(), any(), any());
    ImageGenerator generator = generator(1, 0);

    try (Prepared first = generator.prepare(REQUEST, List.of(OUT));
        Prepared second = generator.prepare(REQUEST, List.of(NEXT))) {
      first.finish(
          () -> {
            second.sendAfter(first);
            assertThat(second.isOut()).as("before the answer").isFalse();
            answer.countDown();
          });
      assertThat(second.isOut()).as("behind the answer").isTrue();
      assertThat(folder.resolve("next.png")).doesNotExist();
      second.finish(null);
    }

    assertThat(folder.resolve("out.png")).hasBinaryContent(png);
    assertThat(folder.resolve("next.png")).hasBinaryContent(png);
    assertThat(heard)
        .containsSubsequence("sending 1", "answering", "settled", "sending 1", "settled");
    verify(bedrock, times(2)).invoke(any(), any(), any());
  }

  /** From then on two connections take turns. */
  @Test
  void connectsAheadForTheSecondCallAlone() {
    doAnswer(
            call -> {
              goesOut(call).answering();
              return answered(Answer.of(answer(png(8), "SUCCESS"), null));
            })
        .when(bedrock)
        .invoke(any(), any(), any());
    ImageGenerator generator = generator(1, 0);
    var last = new Destination(Path.of("last.png"), IfExists.FAIL);

    try (Prepared first = generator.prepare(REQUEST, List.of(OUT));
        Prepared second = generator.prepare(REQUEST, List.of(NEXT));
        Prepared third = generator.prepare(REQUEST, List.of(last))) {
      first.finish(() -> second.sendAfter(first));
      second.finish(() -> third.sendAfter(second));
      third.finish(null);
    }

    verify(bedrock, times(3)).invoke(any(), any(), any());
    verify(bedrock).connectAhead();
  }

  @Test
  void readsAnAnswerWhileTheImageBeforeItIsSaved() throws Exception {
    byte[] png = png(8);
    CountDownLatch read = new CountDownLatch(1);
    Answer good = mock(Answer.class);
    when(good.body())
        .thenAnswer(
            call -> {
              assertThat(read.await(10, SECONDS)).isTrue();
              return ByteBuffer.wrap(answer(png, "SUCCESS"));
            });
    Answer bad = mock(Answer.class);
    when(bad.body())
        .thenAnswer(
            call -> {
              read.countDown();
              return ByteBuffer.wrap("{\"artifacts\":[{".getBytes(UTF_8));
            });
    Iterator<Answer> answers = List.of(good, bad).iterator();
    doAnswer(
            call -> {
              CallListener listener = goesOut(call);
              Answer answer = answers.next();
              listener.answering();
              listener.answered();
              return answer;
            })
        .when(bedrock)
        .invoke(any(), any(), any());
    ImageGenerator generator = generator(1, 0);

    try (Prepared first = generator.prepare(REQUEST, List.of(OUT));
        Prepared second = generator.prepare(REQUEST, List.of(NEXT))) {
      first.finish(() -> second.sendAfter(first));
      BedrockFailed failure = catchThrowableOfType(BedrockFailed.class, () -> second.finish(null));
      assertThat(failure)
          .hasMessage("Bedrock's answer can't be read: it isn't the JSON it should be");
      assertThat(failure.keptAnswer()).hasContent("{\"artifacts\":[{");
    }

    assertThat(folder.resolve("out.png")).hasBinaryContent(png);
    verify(good).close();
    verify(bad).close();
  }

  @Test
  void makesACallInItsTurnWhenNoAnswerCameBeforeIt() throws IOException {
    byte[] png = png(8);
    CountDownLatch refused = new CountDownLatch(1);
    doAnswer(
            call -> {
              goesOut(call);
              refused.await();
              throw new Throttled("too many", "", null);
            })
        .doAnswer(
            call -> {
              call.getArgument(2, CallListener.class).ready();
              throw new AssertionError("it goes out");
            })
        .doAnswer(
            call -> {
              goesOut(call);
              return answered(Answer.of(answer(png, "SUCCESS"), null));
            })
        .when(bedrock)
        .invoke(any(), any(), any());
    ImageGenerator generator = generator(1, 0);

    try (Prepared first = generator.prepare(REQUEST, List.of(OUT));
        Prepared second = generator.prepare(REQUEST, List.of(NEXT))) {
      Throttled failure =
          catchThrowableOfType(
              Throttled.class,
              () ->
                  first.finish(
                      () -> {
                        second.sendAfter(first);
                        refused.countDown();
                      }));
      assertThat(failure).hasMessage("too many");
      assertThat(second.isOut()).isFalse();
      assertThat(heard).doesNotContain("waiting");
      second.finish(() -> heard.add("waiting"));
    }

    assertThat(heard).containsOnlyOnce("waiting");
    assertThat(folder.resolve("next.png")).hasBinaryContent(png);
    assertThat(filesIn()).containsExactly("next.png");
  }

  @Test
  void leavesNothingOfACallThatIsNotMade() throws IOException {
    generator(1, 0).prepare(REQUEST, List.of(OUT)).close();

    assertThat(filesIn()).isEmpty();
    verify(bedrock, never()).invoke(any(), any(), any());
  }

  private ImageGenerator generator(int maxAttempts, int retryUnsure) {
    return generator(writer, maxAttempts, retryUnsure, false);
  }

  private ImageGenerator generator(
      ArtifactWriter writer, int maxAttempts, int retryUnsure, boolean keepFiltered) {
    return new ImageGenerator(
        bedrock,
        writer,
        new RetryPolicy(maxAttempts, retryUnsure),
        keepFiltered,
        Metadata.NONE,
        time -> {
          heard.add("slept");
          slept.add(time);
        },
        listener());
  }

  private GenerationListener listener() {
    return new GenerationListener() {
      @Override
      public void sending(int attempt) {
        heard.add("sending " + attempt);
      }

      @Override
      public void answering() {
        heard.add("answering");
      }

      @Override
      public void settled() {
        heard.add("settled");
      }

      @Override
      public void retrying(SdxlGenException failure, int failedAttempt, Duration delay, Path kept) {
        heard.add("retrying " + failedAttempt + ": " + failure.getMessage() + " " + kept);
      }
    };
  }

  private SdxlGenException failureOf(ImageGenerator generator) {
    SdxlGenException failure =
        catchThrowableOfType(SdxlGenException.class, () -> generator.generate(REQUEST, OUT));
    assertThat(failure).isNotNull();
    return failure;
  }

  private Path onlyFile() throws IOException {
    List<String> files = filesIn();
    assertThat(files).hasSize(1);
    return folder.resolve(files.get(0));
  }

  private List<String> filesIn() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static SdxlGenException throttled() {
    return new Throttled("throttled", "wait", null);
  }

  private static SdxlGenException failed(Repeat repeat) {
    return new BedrockFailed("failed", "", repeat, null);
  }

  private static byte[] answer(byte[] png, String finishReason) {
    return ("{\"result\":\"success\",\"artifacts\":[{\"seed\":42,\"base64\":\""
            + Base64.getEncoder().encodeToString(png)
            + "\",\"finishReason\":\""
            + finishReason
            + "\"}]}")
        .getBytes(UTF_8);
  }

  /** A square of noise. */
  private static byte[] png(int size) {
    byte[] rgb = new byte[3 * size * size];
    new Random(size).nextBytes(rgb);
    return PngEncoder.encode(size, size, rgb);
  }
}
