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
import dev.sdxlgen.bedrock.CallListener;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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
    try (Prepared call = prepare(request, destinations)) {
      return call.finish(null);
    }
  }

  /**
   * Claims the places for the images of one call, which isn't made yet.
   *
   * @param destinations one for each image that the request asks for
   * @throws SdxlGenException when an image couldn't be saved there
   */
  public Prepared prepare(GenerationRequest request, List<Destination> destinations) {
    return new Prepared(request, destinations);
  }

  /** A call whose images have their places. Closed, it leaves nothing of those that aren't made. */
  public final class Prepared implements AutoCloseable {

    private final GenerationRequest request;
    private final List<Destination> destinations;
    private final byte[] body;
    private final List<PendingImage> pending = new ArrayList<>();
    private Turn turn = new Turn();
    private long started = System.nanoTime();
    private Turn before;
    private FutureTask<Reply> sent;

    private Prepared(GenerationRequest request, List<Destination> destinations) {
      this.request = request;
      this.destinations = List.copyOf(destinations);
      body = RequestBuilder.body(request);
      try {
        for (Destination destination : destinations) {
          PendingImage image = writer.prepare(destination);
          pending.add(image);
          metadata.describe(image, request, body, bedrock.region());
        }
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }

    /** What is asked for. */
    public GenerationRequest request() {
      return request;
    }

    /** Where its images go. */
    public List<Destination> destinations() {
      return destinations;
    }

    /**
     * Has the call made, and its answer read, by a thread of its own: the image before may still be
     * on its way to the disk. The request goes out when a good answer to another call begins to
     * arrive, and is got ready before: that is 6 ms from one image to the next. {@link #finish}
     * waits for it; if no such answer comes, or not within a minute, it makes the call itself.
     */
    public void sendAfter(Prepared other) {
      if (other.before == null) {
        // There is but its connection. From then on two take turns, as long as the server keeps
        // them.
        bedrock.connectAhead();
      }
      before = other.turn;
      sent = new FutureTask<>(this::call);
      start(sent, "call");
    }

    /**
     * Whether its request went out behind the other call, so that its images may be paid for; to be
     * asked when that one is through.
     */
    public boolean isOut() {
      if (before == null || !before.answered) {
        return false;
      }
      await(turn.reached);
      return turn.out;
    }

    /**
     * Makes the images, and saves them.
     *
     * @param waiting run once the request is out, while the answer is waited for; by a thread of
     *     its own, if this one makes the call, which is waited for too. Null for nothing
     * @see #generate(GenerationRequest, List)
     */
    public Generated finish(Runnable waiting) {
      int unsure = 0;
      for (int attempt = 1; ; attempt++) {
        SdxlGenException failure;
        Path kept;
        try {
          listener.sending(attempt);
          try (Reply reply = attempt == 1 ? first(waiting) : call()) {
            return save(this, attempt, reply);
          }
        } catch (OutputFailed e) {
          throw e;
        } catch (SdxlGenException e) {
          ByteBuffer unread =
              ByteBuffer.wrap(e instanceof BedrockFailed failed ? failed.answer() : NONE);
          kept = keep(unread, place());
          if (!retries.mayRepeat(e.repeat(), attempt, unsure)) {
            throw kept(e, unread, kept);
          }
          failure = e;
        } finally {
          listener.settled();
        }
        unsure += failure.repeat() == SdxlGenException.Repeat.MAYBE_BILLED ? 1 : 0;
        pause(failure, attempt, kept);
        for (PendingImage image : pending) {
          image.restart();
        }
      }
    }

    private Destination place() {
      return destinations.get(0);
    }

    private Reply first(Runnable waiting) {
      if (sent == null) {
        return waiting == null ? call() : call(waiting);
      }
      if (waiting != null) {
        whenOut(waiting);
      }
      try {
        return sent.get();
      } catch (InterruptedException e) {
        throw new Interrupted(2);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof NotSent) {
          before = null;
          sent = null;
          turn = new Turn();
          return first(waiting);
        }
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) e.getCause();
      }
    }

    /** The call is made by this thread: a fresh one takes 10 ms longer for it, on Java 17. */
    private Reply call(Runnable waiting) {
      var ready = new CountDownLatch(1);
      start(
          () -> {
            try {
              whenOut(waiting);
            } finally {
              ready.countDown();
            }
          },
          "waiting");
      try {
        return call();
      } finally {
        await(ready);
      }
    }

    private void whenOut(Runnable waiting) {
      await(turn.reached);
      if (turn.out) {
        waiting.run();
      }
    }

    private Reply call() {
      Answer answer = invoke();
      try {
        return new Reply(answer, reader(request).read(answer.body(), pending));
      } catch (RuntimeException | Error e) {
        try (answer) {
          throw failure(e, answer);
        }
      }
    }

    private Answer invoke() {
      try {
        return bedrock.invoke(request.modelId(), body, new InTurn());
      } finally {
        turn.reached.countDown();
        turn.answering.countDown();
      }
    }

    /**
     * What to throw for an answer that couldn't be read or saved. It is paid for, and so is kept,
     * unless the failure holds it or tells that there is no image in it.
     */
    private RuntimeException failure(Throwable e, Answer answer) {
      if (e instanceof SdxlGenException told && !(e instanceof OutputFailed)) {
        return told;
      }
      // Also when it is a bug of ours.
      Path kept = keep(answer.body(), place());
      return e instanceof OutputFailed failed
          ? kept(failed, answer.body(), kept)
          : new IllegalStateException("Bedrock's answer is kept in " + kept, e);
    }

    private void awaitTurn() {
      long since = System.nanoTime();
      await(before.answering);
      started = System.nanoTime();
      if (!before.answered || NotSent.isStale(started - since)) {
        throw new NotSent();
      }
    }

    @Override
    public void close() {
      for (PendingImage image : pending) {
        image.close();
      }
    }

    /** Lets the call go out in its turn, and the one behind it in its own. */
    private final class InTurn implements CallListener {

      @Override
      public void ready() {
        if (before != null) {
          awaitTurn();
        }
        listener.ready();
      }

      @Override
      public void goingOut() {
        listener.goingOut();
        turn.out = true;
        turn.reached.countDown();
      }

      @Override
      public void answering() {
        listener.answering();
        turn.answered = true;
        turn.answering.countDown();
      }

      @Override
      public void answered() {
        listener.answered();
      }
    }
  }

  private static void start(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new Interrupted(2);
    }
  }

  /** How far a call is, for the one behind it. */
  private static final class Turn {

    /** Open when the request is out, or won't be. */
    private final CountDownLatch reached = new CountDownLatch(1);

    /** Open when a good answer begins to arrive, or won't. */
    private final CountDownLatch answering = new CountDownLatch(1);

    private volatile boolean out;
    private volatile boolean answered;
  }

  /** An answer, and what was read in it: its pictures are in the call's pending images. */
  private record Reply(Answer answer, List<Artifact> artifacts) implements AutoCloseable {

    @Override
    public void close() {
      answer.close();
    }
  }

  private Generated save(Prepared call, int attempt, Reply reply) {
    try {
      return save(call, attempt, reply.artifacts(), reply.answer());
    } catch (RuntimeException | Error e) {
      throw call.failure(e, reply.answer());
    }
  }

  private Generated save(Prepared call, int attempt, List<Artifact> artifacts, Answer answer) {
    List<GeneratedImage> images = new ArrayList<>();
    SdxlGenException missing = null;
    for (int i = 0; i < artifacts.size(); i++) {
      Artifact artifact = withSeed(artifacts.get(i), call.request);
      if (artifact.header() == null || artifact.filtered() && !keepFiltered) {
        missing = FilterReason.failure(artifact, artifacts);
        continue;
      }
      try {
        SavedImage saved = call.pending.get(i).commit(artifact);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - call.started);
        images.add(
            new GeneratedImage(artifact, saved, call.body, attempt, elapsed, answer.requestId()));
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

  private void pause(SdxlGenException failure, int attempt, Path kept) {
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
