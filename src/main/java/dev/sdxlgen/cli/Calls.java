package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.bedrock.BedrockInvoker;
import dev.sdxlgen.generate.Generated;
import dev.sdxlgen.generate.GeneratedImage;
import dev.sdxlgen.generate.ImageGenerator;
import dev.sdxlgen.generate.ImageGenerator.Prepared;
import dev.sdxlgen.generate.ImageGenerator.Sleeper;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.RequestBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The calls of a command line, one after the other. Each is got ready while the one before is
 * waited for, and goes out when that one's answer begins to arrive: the model is done then. Its own
 * answer is read when it is there, though the image before may still be on its way to the disk.
 * After a failure there are no more, but what is out by then is paid for and saved.
 */
final class Calls {

  private final GenerateCommand.Run run;
  private final BedrockInvoker bedrock;
  private final ArtifactWriter writer;
  private final Sleeper sleeper;
  private final ImageReport report;
  private final Interruption interruption;

  /** The call that goes out by itself behind the one that is waited for; null when none does. */
  private Prepared ahead;

  Calls(
      GenerateCommand.Run run,
      BedrockInvoker bedrock,
      ArtifactWriter writer,
      Sleeper sleeper,
      ImageReport report,
      Interruption interruption) {
    this.run = run;
    this.bedrock = bedrock;
    this.writer = writer;
    this.sleeper = sleeper;
    this.report = report;
    this.interruption = interruption;
  }

  /**
   * A request for each call; each is checked here, before anything is sent or written.
   *
   * @param there how many images are there already
   */
  static List<GenerationRequest> of(GenerationRequest asked, OutputOptions output, int there) {
    output.checkFormat(asked.model());
    List<GenerationRequest> calls = new ArrayList<>();
    Long seed = asked.sampling().seed();
    boolean drawn = seed == null && !asked.family().drawsSeeds();
    if (!drawn && !asked.hasRandomSeed()) {
      checkLastSeed(asked, output.count());
    }
    int left = output.count() - there;
    while (left > 0) {
      GenerationRequest call = asked;
      if (drawn) {
        call =
            asked
                .withSeed(ThreadLocalRandom.current().nextLong(asked.family().mostSeed() + 1))
                .withImages(Math.min(left, asked.family().mostImages()));
      } else if (!asked.hasRandomSeed()) {
        call = asked.withSeed(seed + there + calls.size());
      }
      call.family().check(call);
      calls.add(call);
      left -= call.images();
    }
    // A seed counts up, so the last body is the longest: here it is seen whether Bedrock takes it.
    RequestBuilder.body(calls.get(calls.size() - 1));
    return calls;
  }

  /** A seed that is out of range by itself is told of by the model's family. */
  private static void checkLastSeed(GenerationRequest asked, int count) {
    long seed = asked.sampling().seed();
    long most = asked.family().mostSeed();
    if (seed <= most && seed > most - count + 1) {
      throw new InvalidRequest(
          "--seed "
              + seed
              + " counts up to "
              + (seed + count - 1)
              + ", which is out of range for "
              + asked.modelId(),
          "Allowed with --count " + count + ": 0 to " + (most - count + 1));
    }
  }

  /** Makes the images of all, as far as can be, and tells of each. */
  void make(List<GenerationRequest> checked) {
    try {
      makeAll(checked);
    } catch (SdxlGenException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // A bug of ours, but the call that is out is paid for.
      if (isAheadOut()) {
        try {
          ahead.finish(null);
        } catch (RuntimeException | Error more) {
          e.addSuppressed(more);
        }
      }
      throw e;
    } finally {
      dropAhead();
    }
  }

  private void makeAll(List<GenerationRequest> checked) {
    ModelChoice choice = run.choice();
    List<GenerationRequest> calls = checked;
    if (choice.remembers(bedrock)) {
      calls = of(choice.request(), run.output(), 0);
    }
    int first = 0;
    boolean stops = false;
    Interrupted interrupted = null;
    for (int i = 0; i < calls.size() && !(stops && !isAheadOut()); i++) {
      interruption.check();
      GenerationRequest call = calls.get(i);
      GenerationRequest next = stops || i + 1 == calls.size() ? null : calls.get(i + 1);
      try {
        stops |= make(call, first, next);
      } catch (Interrupted e) {
        // What is out behind it goes on, as far as it may.
        interrupted = e;
        stops = true;
      } catch (ModelUnavailable e) {
        if (!isAheadOut() && choice.next(e)) {
          dropAhead();
          calls = of(choice.request(), run.output(), first);
          i = -1;
          continue;
        }
        report.failed(choice.advised(e, run.parsed(), bedrock.region()), first, call);
        stops = true;
      } catch (SdxlGenException e) {
        stops |= report.failed(choice.explained(e), first, call);
      }
      first += call.images();
    }
    if (interrupted != null) {
      throw interrupted;
    }
  }

  /**
   * @param first the index of its first image, from 0
   * @param next the call behind it; null when there is none to make
   * @return whether the calls after it would fail
   */
  private boolean make(GenerationRequest asked, int first, GenerationRequest next) {
    Prepared call = ahead == null ? prepare(asked, first) : ahead;
    ahead = null;
    if (call == null) {
      return false;
    }
    try (call) {
      GenerationRequest request = call.request();
      run.choice().tell();
      if (run.reporter().verbosity() > 1) {
        run.reporter().detail(requestLine(request));
      }
      Generated generated = finish(call, next, first + asked.images());
      run.choice().works();
      boolean stops = false;
      for (int i = 0; i < generated.images().size(); i++) {
        Destination place = call.destinations().get(i);
        stops |= keep(generated.images().get(i), request, place, first + i);
      }
      return generated.missing() != null
              && report.failed(generated.missing(), first + generated.images().size(), request)
          || stops;
    }
  }

  /** The call for the images that aren't there yet; null when all are. */
  private Prepared prepare(GenerationRequest call, int first) {
    List<Destination> places = new ArrayList<>();
    for (Destination place : places(call, first)) {
      String existing = existing(place);
      if (existing == null) {
        places.add(place);
      } else {
        report.skipped(existing, call);
      }
    }
    return places.isEmpty() ? null : generator().prepare(call.withImages(places.size()), places);
  }

  private Generated finish(Prepared call, GenerationRequest next, int first) {
    // Where an image goes on, to S3 or to a reader who may be gone, that is seen to first.
    boolean alone = next == null || run.s3() != null || writer.isStream(call.destinations().get(0));
    return call.finish(alone ? null : () -> prepareAhead(call, next, first));
  }

  /** Has the next call got ready, if there is nothing to be told of it before. */
  private void prepareAhead(Prepared before, GenerationRequest call, int first) {
    List<Destination> places = places(call, first);
    try {
      for (Destination place : places) {
        if (existing(place) != null) {
          return;
        }
      }
      ahead = generator().prepare(call, places);
      ahead.sendAfter(before);
    } catch (RuntimeException | OutOfMemoryError e) {
      // It is told of in its turn; here it must not keep anybody from taking the answer.
      dropAhead();
    }
  }

  private boolean isAheadOut() {
    return ahead != null && ahead.isOut();
  }

  private void dropAhead() {
    if (ahead != null) {
      ahead.close();
      ahead = null;
    }
  }

  private List<Destination> places(GenerationRequest call, int first) {
    return run.places().subList(first, first + call.images());
  }

  private ImageGenerator generator() {
    return new ImageGenerator(
        bedrock,
        writer,
        run.retries(),
        run.output().keepFiltered(),
        run.metadata(),
        sleeper,
        new Progress(run.reporter(), interruption));
  }

  /** What is there already in an image's place; null when it is to be made. */
  private String existing(Destination place) {
    if (run.s3() != null) {
      return run.s3().existing(place);
    }
    // Looked at again: another run may have made it meanwhile.
    Path file = writer.existing(place);
    return file == null ? null : file.toString();
  }

  /**
   * @param index of the image, from 0
   * @return whether the images after it would fail
   */
  private boolean keep(
      GeneratedImage image, GenerationRequest request, Destination place, int index) {
    if (run.s3() == null) {
      report.made(image, request, place);
      return false;
    }
    GeneratedImage uploaded;
    interruption.uploading(image.image().file());
    Spinner spinner = Spinner.start(run.reporter(), "uploading");
    try {
      uploaded = run.s3().upload(image, request, place);
    } catch (SdxlGenException e) {
      return report.failed(e, index, request);
    } finally {
      if (spinner != null) {
        spinner.close();
      }
      interruption.uploaded();
    }
    if (uploaded == null) {
      String there = run.s3().url(place);
      run.reporter()
          .warning(
              there
                  + " was made by another meanwhile; this one is kept in "
                  + image.image().file());
      report.skipped(there, request);
      return false;
    }
    report.made(uploaded, request, place);
    S3Output.uploaded(uploaded.image());
    return false;
  }

  /** The call that is made, but for the images in it. */
  private static String requestLine(GenerationRequest request) {
    String body = new String(RequestBuilder.body(request), StandardCharsets.UTF_8);
    return "POST /model/"
        + request.modelId()
        + "/invoke "
        + body.replaceAll("\"(init_image|mask_image|image)\":\"[^\"]*\"", "\"$1\":\"…\"");
  }
}
