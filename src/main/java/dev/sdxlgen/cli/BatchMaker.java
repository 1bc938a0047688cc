package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.artifact.IfExists;
import dev.sdxlgen.artifact.SavedImage;
import dev.sdxlgen.artifact.png.PngChunks;
import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import dev.sdxlgen.artifact.recipe.RecipeReader.Found;
import dev.sdxlgen.batch.Made;
import dev.sdxlgen.batch.Maker;
import dev.sdxlgen.batch.PlannedImage;
import dev.sdxlgen.batch.manifest.DoneImages.State;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.generate.GeneratedImage;
import dev.sdxlgen.generate.GenerationListener;
import dev.sdxlgen.generate.ImageGenerator;
import dev.sdxlgen.generate.Metadata;
import dev.sdxlgen.generate.RetryPolicy;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.store.StoredFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes the images of a batch, the way that one image is made. */
final class BatchMaker implements Maker {

  private static final RetryPolicy ONCE = new RetryPolicy(1, 0);
  private static final int MOST_NUMBERED = 1000;

  /** Who waits for an hour needn't read more. */
  private static final int MOST_TOLD = 5;

  private final BatchItems items;
  private final BatchNames names;
  private final OutputOptions output;
  private final Path directory;
  private final ArtifactWriter writer;
  private final BedrockInvoker bedrock;
  private final Metadata metadata;
  private final Reporter reporter;
  private final Cost cost;
  private final BatchUpload upload;

  /** Why nobody was reached, as far as it has been said. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  private final Map<String, Long> keptAnswers = new ConcurrentSkipListMap<>();
  private volatile GenerationRequest unavailable;

  /**
   * @param directory what relative paths are relative to
   * @param cost counts the answers that are paid for
   * @param upload takes the images to S3; null when they stay on this machine
   */
  BatchMaker(
      BatchItems items,
      BatchNames names,
      OutputOptions output,
      Path directory,
      ArtifactWriter writer,
      BedrockInvoker bedrock,
      Metadata metadata,
      Reporter reporter,
      Cost cost,
      BatchUpload upload) {
    this.items = items;
    this.names = names;
    this.output = output;
    this.directory = directory;
    this.writer = writer;
    this.bedrock = bedrock;
    this.metadata = metadata;
    this.reporter = reporter;
    this.cost = cost;
    this.upload = upload;
  }

  @Override
  public Made make(PlannedImage image, Call call) {
    GenerationRequest request = items.request(image);
    Path path = names.path(image, request);
    if (upload != null) {
      upload.check(names.relative(path));
    }
    var reached = new AtomicBoolean();
    ImageGenerator generator =
        new ImageGenerator(
            bedrock,
            writer,
            ONCE,
            output.keepFiltered(),
            metadata.withRequestHash(image.requestHash()),
            BatchMaker::dontSleep,
            new GenerationListener() {
              @Override
              public void sending(int attempt) {}

              @Override
              public void ready() {
                call.ready();
              }

              @Override
              public void goingOut() {
                reached.set(true);
              }

              @Override
              public void answering() {}

              @Override
              public void answered() {
                cost.add(request.modelId());
                call.answered();
              }

              @Override
              public void settled() {}

              @Override
              public void retrying(
                  SdxlGenException failure, int failedAttempt, Duration delay, Path kept) {}
            });
    try {
      GeneratedImage made = generator.generate(request, new Destination(path, policy()));
      Made result = made(made, request);
      return upload == null
          ? result
          : upload.put(image, names.relative(path), made.image().file(), output.sidecar(), result);
    } catch (SdxlGenException e) {
      if (e.keepsImage()) {
        reporter.warning(image.id() + ": its upload failed; it is kept in " + e.keptAnswer());
      } else if (e.keptAnswer() != null) {
        keptAnswers.merge(folderOf(e.keptAnswer()), 1L, Long::sum);
      }
      if (e instanceof ModelUnavailable) {
        unavailable = request;
      }
      reporter.detail(image.id() + ": " + e.getMessage());
      if (!reached.get()) {
        tell(e);
      }
      throw e;
    }
  }

  /** Says once why nobody is reached: it is tried again for an hour, and a name may be mistyped. */
  private void tell(SdxlGenException e) {
    if (e.repeat() == Repeat.SAFE && told.size() < MOST_TOLD && told.add(e.getMessage())) {
      reporter.failure("trying again: ", e);
    }
  }

  /** The batch decides whether there is another call, and when. */
  private static void dontSleep(Duration time) {
    throw new IllegalStateException("one call is made, and no other");
  }

  private IfExists policy() {
    // On its way to S3 it must not be in the way of one that another run has left here.
    IfExists typed = upload == null ? output.ifExists() : null;
    // Whatever takes the name while the image is made: the image is paid for and gets another.
    return typed == null || typed == IfExists.SKIP ? IfExists.NUMBER : typed;
  }

  private Made made(GeneratedImage made, GenerationRequest request) {
    SavedImage saved = made.image();
    if (saved.problem() != null) {
      reporter.warning(saved.path() + ": " + saved.problem());
    }
    String sha256;
    try {
      sha256 = saved.sha256();
    } catch (IOException e) {
      throw new OutputFailed(saved.path() + " is gone, and was just made", "", e);
    }
    return new Made(
        names.relative(saved.path()),
        saved.bytes(),
        sha256,
        made.artifact().seed(),
        request.modelId(),
        made.artifact().finishReason(),
        false);
  }

  @Override
  public Made find(PlannedImage image) {
    GenerationRequest request = items.request(image);
    return upload == null ? findFile(image, request) : findStored(image, request);
  }

  private Made findStored(PlannedImage image, GenerationRequest request) {
    String name = names.name(image, request);
    StoredFile there = upload.find(name);
    if (there != null && BatchUpload.answers(there, image)) {
      return BatchUpload.found(name, there, request.sampling().seed(), request.modelId());
    }
    if (there != null && (output.ifExists() == null || output.ifExists() == IfExists.SKIP)) {
      return Made.skipped(name);
    }
    Made file = findFile(image, request);
    if (file == null || file.skipped() || there != null && output.ifExists() == IfExists.FAIL) {
      return null;
    }
    // Made by a run that could not upload it, or was killed before it had.
    Path path = directory.resolve(names.local()).resolve(file.file());
    return upload.put(image, name, path, output.sidecar(), file);
  }

  private Made findFile(PlannedImage image, GenerationRequest request) {
    Path first = names.path(image, request);
    boolean whole = true;
    boolean another = false;
    for (int k = 0; k < MOST_NUMBERED; k++) {
      Path path = k == 0 ? first : Destination.numbered(first, k);
      Path file = directory.resolve(path);
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        return k == 0 ? null : occupied(image, first, whole, another);
      }
      Found found = read(file, false);
      Recipe recipe = found == null ? null : found.recipe();
      String hash = recipe == null ? null : recipe.requestHash();
      boolean begun = image.earlier() == State.STARTED && k == 0 && hash == null;
      // The manifest knows another file: this is the image only if it is whole.
      if (image.earlier() == State.GONE && image.requestHash().equals(hash) && isDamaged(file)) {
        found = null;
      }
      if (found != null
          && (image.requestHash().equals(hash)
              || begun && output.ifExists() != IfExists.OVERWRITE)) {
        return found(path, file, recipe, request);
      }
      if (k == 0) {
        whole = found != null;
        another = hash != null;
      }
    }
    return occupied(image, first, whole, another);
  }

  /** Another file has the name: null when the image is to be made in spite of it. */
  private Made occupied(PlannedImage image, Path path, boolean whole, boolean another) {
    IfExists typed = output.ifExists();
    boolean skip =
        typed == IfExists.SKIP
            || typed == null && whole && !another && image.earlier() != State.CHANGED;
    return skip ? Made.skipped(names.relative(path)) : null;
  }

  private Made found(Path path, Path file, Recipe recipe, GenerationRequest request) {
    Found found = read(file, true);
    try {
      return new Made(
          names.relative(path),
          Files.size(file),
          found.sha256(),
          recipe == null ? request.sampling().seed() : recipe.seed(),
          request.modelId(),
          recipe == null ? null : recipe.finishReason(),
          false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a whole image says of itself; null when it is none. */
  private static Found read(Path file, boolean withSha256) {
    try {
      return Files.isRegularFile(file) ? RecipeReader.read(file, withSha256) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Whether it isn't the PNG that it was written as, although what it says of itself can be read.
   */
  private static boolean isDamaged(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      PngChunks.readAll(in);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public boolean stopsAll(PlannedImage image, SdxlGenException failure) {
    // A folder that takes no file takes none of the others either.
    boolean refused = output.ifExists() == IfExists.FAIL && failure.keptAnswer() == null;
    return Maker.super.stopsAll(image, failure) || failure instanceof OutputFailed && !refused;
  }

  /** As typed, where it is the images' own. */
  private String folderOf(Path answer) {
    Path place = answer.getParent();
    boolean own = place.equals(directory.resolve(names.local()).normalize());
    return own ? names.local() : place + "/";
  }

  /** How many answers that could not be used are kept, in which folders. */
  Map<String, Long> keptAnswers() {
    return keptAnswers;
  }

  /** The request whose model can't be called; null when there was none. */
  GenerationRequest unavailable() {
    return unavailable;
  }
}
