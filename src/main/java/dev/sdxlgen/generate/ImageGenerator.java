package dev.sdxlgen.generate;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.Artifact;
import dev.sdxlgen.artifact.ArtifactReader;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.artifact.PendingImage;
import dev.sdxlgen.artifact.SavedImage;
import dev.sdxlgen.artifact.SdxlArtifactReader;
import dev.sdxlgen.bedrock.Answer;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.RequestBuilder;
import java.nio.file.Path;
import java.time.Duration;

/** The way of one image, from what was asked for to the file it is in. */
public final class ImageGenerator {

  private static final byte[] NONE = {};

  private final BedrockInvoker bedrock;
  private final ArtifactWriter writer;
  private final RetryPolicy retries;
  private final boolean keepFiltered;
  private final Sleeper sleeper;
  private final GenerationListener listener;

  /** Waits between two calls. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * @param keepFiltered whether an image that the model blurred is saved too
   */
  public ImageGenerator(
      BedrockInvoker bedrock,
      ArtifactWriter writer,
      RetryPolicy retries,
      boolean keepFiltered,
      Sleeper sleeper,
      GenerationListener listener) {
    this.bedrock = bedrock;
    this.writer = writer;
    this.retries = retries;
    this.keepFiltered = keepFiltered;
    this.sleeper = sleeper;
    this.listener = listener;
  }

  /**
   * Makes an image and saves it. The place for it is claimed before Bedrock is paid.
   *
   * @throws SdxlGenException whatever kept it from being made or saved; an answer that was paid for
   *     is then in a file that the exception's advice names
   */
  public GeneratedImage generate(GenerationRequest request, Destination destination) {
    byte[] body = RequestBuilder.body(request);
    long started = System.nanoTime();
    try (PendingImage pending = writer.prepare(destination)) {
      int unsure = 0;
      for (int attempt = 1; ; attempt++) {
        SdxlGenException failure;
        Path kept;
        try {
          Made made = attempt(request, body, pending, destination, attempt);
          Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
          return new GeneratedImage(
              made.artifact(), made.image(), body, attempt, elapsed, made.requestId());
        } catch (OutputFailed e) {
          throw e;
        } catch (SdxlGenException e) {
          byte[] unread = e instanceof BedrockFailed failed ? failed.answer() : NONE;
          kept = keep(unread, destination);
          if (!retries.mayRepeat(e.repeat(), attempt, unsure)) {
            throw kept(e, unread, kept);
          }
          failure = e;
        } finally {
          listener.settled();
        }
        unsure += failure.repeat() == SdxlGenException.Repeat.MAYBE_BILLED ? 1 : 0;
        wait(failure, attempt, kept);
        pending.restart();
      }
    }
  }

  /** What one call made. */
  private record Made(Artifact artifact, SavedImage image, String requestId) {}

  private Made attempt(
      GenerationRequest request,
      byte[] body,
      PendingImage pending,
      Destination destination,
      int attempt) {
    listener.sending(attempt);
    Answer answer = bedrock.invoke(request.modelId(), body, listener::answering);
    try {
      Artifact artifact = reader().read(answer.body(), pending);
      if (artifact.isFiltered() && (!keepFiltered || artifact.header() == null)) {
        throw new Filtered(
            "the model filtered the image" + seed(artifact),
            "Try other words or another seed; --keep-filtered saves the blurred image");
      }
      return new Made(artifact, pending.commit(artifact), answer.requestId());
    } catch (OutputFailed e) {
      Path kept = keep(answer.body(), destination);
      throw kept(e, answer.body(), kept);
    } catch (SdxlGenException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // A bug of ours, but the image is paid for.
      Path kept = keep(answer.body(), destination);
      throw new IllegalStateException("Bedrock's answer is kept in " + kept, e);
    }
  }

  /** The reader of the model's answers. */
  private static ArtifactReader reader() {
    return new SdxlArtifactReader();
  }

  private void wait(SdxlGenException failure, int attempt, Path kept) {
    Duration delay = retries.delay(attempt);
    listener.retrying(failure, attempt, delay, kept);
    try {
      sleeper.sleep(delay);
    } catch (InterruptedException e) {
      throw new Interrupted(2);
    }
  }

  /** Where the answer is kept; null when there is none. */
  private Path keep(byte[] answer, Destination destination) {
    return answer.length == 0 ? null : writer.keep(answer, destination);
  }

  /** The same failure, with the answer that was paid for named in its advice. */
  private static SdxlGenException kept(SdxlGenException e, byte[] answer, Path kept) {
    if (answer.length == 0) {
      return e;
    }
    return kept == null
        ? e.withAdvice("Bedrock's answer could not be kept: no folder takes it")
        : e.withKeptAnswer(kept);
  }

  private static String seed(Artifact artifact) {
    return artifact.seed() == null ? "" : " (seed " + artifact.seed() + ")";
  }
}
