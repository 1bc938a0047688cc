package dev.sdxlgen.generate;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.AmazonArtifactReader;
import dev.sdxlgen.artifact.Artifact;
import dev.sdxlgen.artifact.ArtifactReader;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.artifact.PendingImage;
import dev.sdxlgen.artifact.SavedImage;
import dev.sdxlgen.artifact.SdxlArtifactReader;
import dev.sdxlgen.artifact.StableImageArtifactReader;
import dev.sdxlgen.bedrock.Answer;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.RequestBuilder;
import dev.sdxlgen.request.model.AmazonFamily;
import dev.sdxlgen.request.model.ModelFamily;
import dev.sdxlgen.request.model.SdxlFamily;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The way of one image, or of the few that one call makes, from what was asked for to the file it
 * is in.
 */
public final class ImageGenerator {

  private static final byte[] NONE = {};

  private final BedrockInvoker bedrock;
  private final ArtifactWriter writer;
  private final RetryPolicy retries;
  private final boolean keepFiltered;
  private final Metadata metadata;
  private final Sleeper sleeper;
  private final GenerationListener listener;

  /** Waits between two calls. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * @param keepFiltered whether an image that the model blurred is saved too
   * @param metadata what an image is to tell of how it was made
   */
  public ImageGenerator(
      BedrockInvoker bedrock,
      ArtifactWriter writer,
      RetryPolicy retries,
      boolean keepFiltered,
      Metadata metadata,
      Sleeper sleeper,
      GenerationListener listener) {
    this.bedrock = bedrock;
    this.writer = writer;
    this.retries = retries;
    this.keepFiltered = keepFiltered;
    this.metadata = metadata;
    this.sleeper = sleeper;
    this.listener = listener;
  }

  /**
   * Makes an image and saves it.
   *
   * @throws SdxlGenException whatever kept it from being made or saved
   * @see #generate(GenerationRequest, List)
   */
  public GeneratedImage generate(GenerationRequest request, Destination destination) {
    return generate(request, List.of(destination)).images().get(0);
  }

  /**
   * Makes the images of one call and saves them. The places for them are claimed before Bedrock is
   * paid.
   *
   * @param destinations one for each image that the request asks for
   * @return the images that are there, and what keeps the others from being so: at least one is
   * @throws SdxlGenException whatever kept all of them from being made or saved; an answer that was
   *     paid for is then in a file that the exception's advice names
   */
  public Generated generate(GenerationRequest request, List<Destination> destinations) {
    byte[] body = RequestBuilder.body(request);
    long started = System.nanoTime();
    List<PendingImage> pending = new ArrayList<>();
    try {
      for (Destination destination : destinations) {
        PendingImage image = writer.prepare(destination);
        pending.add(image);
        metadata.describe(image, request, body, bedrock.region());
      }
      int unsure = 0;
      for (int attempt = 1; ; attempt++) {
        SdxlGenException failure;
        Path kept;
        try {
          Call call = new Call(request, body, pending, destinations.get(0), attempt, started);
          return attempt(call);
        } catch (OutputFailed e) {
          throw e;
        } catch (SdxlGenException e) {
          ByteBuffer unread =
              ByteBuffer.wrap(e instanceof BedrockFailed failed ? failed.answer() : NONE);
          kept = keep(unread, destinations.get(0));
          if (!retries.mayRepeat(e.repeat(), attempt, unsure)) {
            throw kept(e, unread, kept);
          }
          failure = e;
        } finally {
          listener.settled();
        }
        unsure += failure.repeat() == SdxlGenException.Repeat.MAYBE_BILLED ? 1 : 0;
        wait(failure, attempt, kept);
        for (PendingImage image : pending) {
          image.restart();
        }
      }
    } finally {
      for (PendingImage image : pending) {
        image.close();
      }
    }
  }

  /** One call, and what it is made with. */
  private record Call(
      GenerationRequest request,
      byte[] body,
      List<PendingImage> pending,
      Destination place,
      int attempt,
      long started) {}

  private Generated attempt(Call call) {
    listener.sending(call.attempt());
    try (Answer answer = bedrock.invoke(call.request().modelId(), call.body(), listener)) {
      return readAndSave(call, answer);
    }
  }

  private Generated readAndSave(Call call, Answer answer) {
    try {
      List<Artifact> artifacts = reader(call.request()).read(answer.body(), call.pending());
      return save(call, artifacts, answer);
    } catch (OutputFailed e) {
      Path kept = keep(answer.body(), call.place());
      throw kept(e, answer.body(), kept);
    } catch (SdxlGenException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // A bug of ours, but the image is paid for.
      Path kept = keep(answer.body(), call.place());
      throw new IllegalStateException("Bedrock's answer is kept in " + kept, e);
    }
  }

  private Generated save(Call call, List<Artifact> artifacts, Answer answer) {
    List<GeneratedImage> images = new ArrayList<>();
    SdxlGenException missing = null;
    for (int i = 0; i < artifacts.size(); i++) {
      Artifact artifact = withSeed(artifacts.get(i), call.request());
      if (artifact.header() == null || artifact.filtered() && !keepFiltered) {
        missing = FilterReason.failure(artifact, artifacts);
        continue;
      }
      try {
        SavedImage saved = call.pending().get(i).commit(artifact);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - call.started());
        images.add(
            new GeneratedImage(
                artifact, saved, call.body(), call.attempt(), elapsed, answer.requestId()));
      } catch (OutputFailed e) {
        if (images.isEmpty()) {
          throw e;
        }
        // What is saved is saved; the rest is in the answer.
        return new Generated(images, kept(e, answer.body(), keep(answer.body(), call.place())));
      }
    }
    if (images.isEmpty()) {
      throw missing;
    }
    return new Generated(images, missing);
  }

  /** Where the answer doesn't tell, the seed that was sent is the one that was used. */
  private static Artifact withSeed(Artifact artifact, GenerationRequest request) {
    return artifact.seed() != null || request.hasRandomSeed()
        ? artifact
        : new Artifact(
            artifact.result(),
            request.sampling().seed(),
            artifact.finishReason(),
            artifact.filtered(),
            artifact.header(),
            artifact.base64Start());
  }

  /** The reader of the model's answers. */
  private static ArtifactReader reader(GenerationRequest request) {
    ModelFamily family = request.family();
    // A switch over the sealed families reads better, but is a preview feature on Java 17.
    if (family instanceof SdxlFamily) {
      return new SdxlArtifactReader();
    }
    return family instanceof AmazonFamily
        ? new AmazonArtifactReader()
        : new StableImageArtifactReader();
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
  private Path keep(ByteBuffer answer, Destination destination) {
    return answer.hasRemaining() ? writer.keep(answer, destination) : null;
  }

  /** The same failure, with the answer that was paid for named in its advice. */
  private static SdxlGenException kept(SdxlGenException e, ByteBuffer answer, Path kept) {
    if (!answer.hasRemaining()) {
      return e;
    }
    return kept == null
        ? e.withAdvice("Bedrock's answer could not be kept: no folder takes it")
        : e.withKeptAnswer(kept);
  }
}
