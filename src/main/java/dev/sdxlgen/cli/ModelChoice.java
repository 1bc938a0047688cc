package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.ImageInput;
import dev.sdxlgen.request.Nearest;
import dev.sdxlgen.request.WeightedPrompt;
import dev.sdxlgen.request.model.Model;
import dev.sdxlgen.request.model.Translation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * The model that is called: the one that was named, or with {@code --model auto} the first that the
 * account can call, remembered for a day.
 */
final class ModelChoice {

  /** The order in which {@code auto} tries them. */
  private static final List<String> CANDIDATES =
      List.of("sdxl", "sd3.5-large", "ultra", "core", "nova-canvas");

  static final String FAMILY_ADVICE = "--family sdxl|stable-image|amazon says otherwise";

  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final GenerationRequest asked;
  private final Console console;
  private final Reporter reporter;
  private final List<Translation> candidates;
  private final List<String> refused = new ArrayList<>();
  private Path memory;
  private int index;
  private boolean told;

  private ModelChoice(
      GenerationRequest asked, Console console, Reporter reporter, List<Translation> candidates) {
    this.asked = asked;
    this.console = console;
    this.reporter = reporter;
    this.candidates = candidates;
  }

  /** The model that was named. */
  static ModelChoice of(GenerationRequest asked, Reporter reporter) {
    return new ModelChoice(asked, null, reporter, List.of());
  }

  /**
   * The first that can be called, of those that take what is asked.
   *
   * @throws InvalidRequest when none does
   */
  static ModelChoice auto(GenerationRequest asked, Console console, Reporter reporter) {
    checkForSdxl(asked);
    List<Translation> candidates = new ArrayList<>();
    InvalidRequest refusal = null;
    for (String alias : CANDIDATES) {
      try {
        candidates.add(Translation.of(asked, Model.of(alias)));
      } catch (InvalidRequest e) {
        refusal = refusal == null ? e : refusal;
      }
    }
    if (candidates.isEmpty()) {
      throw refusal;
    }
    return new ModelChoice(asked, console, reporter, candidates);
  }

  /**
   * What SDXL alone takes must be right though another model may be called, which leaves it out: a
   * name that was mistyped isn't what the user can do without.
   */
  private static void checkForSdxl(GenerationRequest asked) {
    ImageInput image = asked.image();
    boolean webp = image.init() != null && image.init().format().equals("WebP");
    GenerationRequest ofSdxl =
        new GenerationRequest(
            Model.of("sdxl"),
            List.of(new WeightedPrompt("any", WeightedPrompt.POSITIVE)),
            asked.sampling().withSeed(null),
            Dimensions.DEFAULT,
            null,
            webp ? ImageInput.NONE : image,
            null,
            null,
            List.of(),
            1,
            null);
    ofSdxl.family().check(ofSdxl);
  }

  /** Whether the model is looked for. */
  boolean isAuto() {
    return !candidates.isEmpty();
  }

  /** What is asked of the model. */
  GenerationRequest request() {
    return isAuto() ? candidates.get(index).request() : asked;
  }

  /**
   * Begins with the model that could be called the last time, within a day, by the same caller.
   *
   * @return whether that is another than the first
   */
  boolean remembers(BedrockInvoker bedrock) {
    Path folder = isAuto() ? CacheFolder.of(console) : null;
    if (folder == null) {
      return false;
    }
    memory = folder.resolve("model-" + bedrock.callerKey());
    try {
      Instant written = Files.getLastModifiedTime(memory).toInstant();
      if (written.isAfter(Instant.now().minus(REMEMBERED))) {
        String id = Files.readString(memory).strip();
        for (int i = 0; i < candidates.size(); i++) {
          if (candidates.get(i).request().modelId().equals(id)) {
            index = i;
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      // Nothing is remembered.
    }
    return index > 0;
  }

  /**
   * Goes on to the next model that may be callable.
   *
   * @return false when there is none
   */
  boolean next(ModelUnavailable failure) {
    if (!isAuto() || told) {
      return false;
    }
    refused.add(request().model().alias());
    reporter.detail("--model auto: " + failure.getMessage());
    boolean remembered = forget();
    if (remembered && index > 0) {
      // What was remembered is gone: from the start, since another may have come.
      candidates.remove(index);
      index = 0;
      return true;
    }
    index++;
    if (index < candidates.size()) {
      return true;
    }
    index = candidates.size() - 1;
    return false;
  }

  /**
   * The failure that ends it, with the command to run instead.
   *
   * @param region where nothing could be called
   */
  ModelUnavailable advised(ModelUnavailable e, ParseResult parsed, String region) {
    if (!isAuto() || told) {
      ModelAdvice.add(e, parsed, asked, region, false);
      return e;
    }
    ModelUnavailable none =
        new ModelUnavailable(
            "--model auto: none of " + String.join(", ", refused) + " can be called in " + region,
            "The last of them: " + e.getMessage() + "\n-v shows what is said of each",
            e);
    ModelAdvice.add(none, parsed, asked, region, true);
    return none;
  }

  private boolean forget() {
    try {
      return memory != null && Files.deleteIfExists(memory);
    } catch (IOException e) {
      return false;
    }
  }

  /** Says, once, what goes out otherwise than it was given. */
  void tell() {
    if (told || isAuto()) {
      return;
    }
    told = true;
    tellNotes();
    if (!asked.model().recognised()) {
      String guess =
          Nearest.to(asked.modelId(), Model.aliases())
              .map(near -> "Did you mean " + near + "? ")
              .orElse("");
      reporter.note(
          asked.modelId()
              + " doesn't tell what it speaks and is taken as sdxl. "
              + guess
              + FAMILY_ADVICE);
    }
  }

  /** Says of which model the body is that is printed. */
  void tellDryRun() {
    if (!isAuto()) {
      tell();
      return;
    }
    reporter.note(
        "--model auto: this is for "
            + request().modelId()
            + candidates.get(index).without()
            + ", which is tried first");
    tellNotes();
  }

  private void tellNotes() {
    for (String note : request().family().notes(request())) {
      reporter.note(note);
    }
  }

  /** The model answered: with {@code auto} it is told, once, and remembered. */
  void works() {
    if (!isAuto() || told) {
      return;
    }
    tellChosen();
    remember();
  }

  private void tellChosen() {
    told = true;
    reporter.warning("--model auto: " + request().modelId() + candidates.get(index).without());
    tellNotes();
  }

  private void remember() {
    if (memory == null) {
      return;
    }
    try {
      Files.createDirectories(memory.getParent());
      Path written = Files.createTempFile(memory.getParent(), "model-", ".tmp");
      Files.writeString(written, request().modelId() + "\n");
      Files.move(written, memory, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // The next run asks again.
    }
  }

  /** A failure, with what the choice of the model has to do with it. */
  SdxlGenException explained(SdxlGenException e) {
    if (e instanceof Filtered || e instanceof BedrockFailed failed && failed.answer().length > 0) {
      works();
    } else if (isAuto() && !told && e instanceof InvalidRequest) {
      tellChosen();
    }
    return e instanceof InvalidRequest && !request().model().recognised()
        ? e.withAdvice(request().modelId() + " was taken as sdxl: " + FAMILY_ADVICE)
        : e;
  }
}
