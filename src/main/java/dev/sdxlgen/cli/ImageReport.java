package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.SdxlGenException.Throttled;
import dev.sdxlgen.artifact.Artifact;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.artifact.ImageHeader;
import dev.sdxlgen.artifact.ImageHeader.Format;
import dev.sdxlgen.artifact.SavedImage;
import dev.sdxlgen.generate.GeneratedImage;
import dev.sdxlgen.json.JsonWriter;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.RequestBuilder;
import dev.sdxlgen.request.model.SdxlFamily;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Tells of each image as it comes, and counts what the exit code says in the end. */
final class ImageReport {

  private final Console console;
  private final PrintStream out;
  private final Reporter reporter;
  private final OutputOptions output;
  private final int count;
  private int there;
  private int failures;
  private int failureCode;
  private boolean stopped;

  ImageReport(Console console, Reporter reporter, OutputOptions output, int count) {
    this.console = console;
    this.out = console.out();
    this.reporter = reporter;
    this.output = output;
    this.count = count;
  }

  void made(GeneratedImage image, GenerationRequest request, Destination place) {
    there++;
    if (reporter.verbosity() > 0) {
      reporter.detail(details(image));
    }
    SavedImage saved = image.image();
    if (saved.renamed()) {
      reporter.warning(
          place.isNamed()
              ? saved.taken() + " was taken while the image was made: it is " + saved.name()
              : saved.taken() + " exists: the image is " + saved.name());
    }
    if (saved.problem() != null) {
      reporter.warning(saved.name() + " is there, but " + saved.problem());
    }
    String name = saved.name().toLowerCase(Locale.ROOT);
    Format format = image.artifact().header().format();
    boolean named = format == Format.PNG ? isJpeg(name) : name.endsWith(".png");
    if (named) {
      reporter.warning("Bedrock sent a " + format + ": " + saved.name() + " is one");
    }
    if (image.artifact().filtered()) {
      reporter.warning("the model filtered this image and blurred it");
    }
    if (output.json()) {
      printJson(image, request);
    } else if (!place.isStdout()) {
      print(saved.name());
    }
    if (output.show()) {
      show(image);
    }
    if (output.open()) {
      DesktopViewer.open(saved.path(), console, reporter);
    }
  }

  private static boolean isJpeg(String name) {
    return name.endsWith(".jpg") || name.endsWith(".jpeg");
  }

  private void show(GeneratedImage image) {
    try {
      TerminalImage.show(image.image().file(), console);
    } catch (IOException e) {
      reporter.warning(image.image().name() + " can't be drawn: " + e.getMessage());
    }
  }

  /** An image that was there already counts as made. */
  void skipped(String name, GenerationRequest request) {
    there++;
    if (!output.json()) {
      print(name);
      return;
    }
    print(
        json(
            RequestBuilder.body(request),
            fields -> {
              fields.writeStringField("file", name);
              fields.writeBooleanField("skipped", true);
              fields.writeStringField("model", request.modelId());
            }));
  }

  /**
   * @param index of the image, from 0
   * @return whether the ones after it would fail too
   */
  boolean failed(SdxlGenException e, int index, GenerationRequest request) {
    int code = ExitCode.of(e);
    if (!stopped) {
      failureCode = failures == 0 || failureCode == code ? code : ExitCode.SOME_MISSING;
    }
    failures++;
    if (e instanceof OutputFailed output && output.keptAnswer() != null && !output.keepsImage()) {
      String file = ShellQuote.quote(output.keptAnswer().toString());
      String image = request.family() instanceof SdxlFamily ? ".artifacts[0].base64" : ".images[0]";
      e.withAdvice("The image is in it: jq -r '" + image + "' " + file + " | base64 -d > out.png");
    }
    reporter.failure(count == 1 ? "" : "image " + (index + 1) + " of " + count + ": ", e);
    printFailure(e, request);
    boolean stops =
        !(e instanceof Filtered || e instanceof Throttled || e instanceof BedrockFailed)
            && index + 1 < count;
    if (stops && !stopped) {
      stopped = true;
      failureCode = code;
    }
    return stopped;
  }

  /**
   * What keeps all of them from being made.
   *
   * @return the exit code
   */
  int refused(SdxlGenException e, GenerationRequest first) {
    reporter.failure("", e);
    printFailure(e, first);
    return ExitCode.of(e);
  }

  private void printFailure(SdxlGenException e, GenerationRequest request) {
    if (output.json()) {
      print(
          json(
              RequestBuilder.body(request),
              fields -> {
                fields.writeStringField("error", e.getMessage());
                fields.writeNumberField("exit_code", ExitCode.of(e));
                if (e.keptAnswer() != null) {
                  fields.writeStringField("kept", e.keptAnswer().toString());
                }
                fields.writeStringField("model", request.modelId());
              }));
    }
  }

  int exitCode() {
    if (failures == 0) {
      return ExitCode.OK;
    }
    return there == 0 || stopped ? failureCode : ExitCode.SOME_MISSING;
  }

  /** What the notebook prints, and what else is known. */
  private static String details(GeneratedImage image) {
    Artifact artifact = image.artifact();
    StringBuilder text = new StringBuilder();
    if (artifact.result() != null) {
      text.append(artifact.result()).append('\n');
    }
    text.append(artifact.base64Start()).append("...\n");
    text.append("seed ").append(artifact.seed());
    if (artifact.finishReason() != null) {
      text.append(", ").append(artifact.finishReason());
    }
    ImageHeader header = artifact.header();
    text.append(", ").append(header.width()).append('x').append(header.height());
    text.append(' ').append(header.format());
    text.append(", ").append(image.image().bytes()).append(" bytes, ");
    text.append(image.elapsed().toMillis()).append(" ms");
    if (image.attempts() > 1) {
      text.append(", ").append(image.attempts()).append(" attempts");
    }
    if (image.requestId() != null) {
      text.append(", request ").append(image.requestId());
    }
    return text.toString();
  }

  private void printJson(GeneratedImage image, GenerationRequest request) {
    Artifact artifact = image.artifact();
    print(
        json(
            image.body(),
            fields -> {
              fields.writeStringField("file", image.image().name());
              if (artifact.seed() == null) {
                fields.writeNullField("seed");
              } else {
                fields.writeNumberField("seed", artifact.seed());
              }
              fields.writeStringField("finish_reason", artifact.finishReason());
              fields.writeStringField("model", request.modelId());
              fields.writeNumberField("width", artifact.header().width());
              fields.writeNumberField("height", artifact.header().height());
              if (image.image().sidecarName() != null) {
                fields.writeStringField("sidecar", image.image().sidecarName());
              }
              fields.writeNumberField("bytes", image.image().bytes());
              fields.writeStringField("sha256", sha256(image));
              fields.writeNumberField("elapsed_ms", image.elapsed().toMillis());
              fields.writeNumberField("attempts", image.attempts());
            }));
  }

  /** Null when somebody moved the file away at once: it was there, and that is told. */
  private static String sha256(GeneratedImage image) {
    try {
      return image.image().sha256();
    } catch (IOException e) {
      return null;
    }
  }

  private interface Fields {
    void write(JsonWriter json);
  }

  /** The fields, and the request. */
  private static String json(byte[] body, Fields fields) {
    var json = new JsonWriter(512 + body.length);
    json.writeStartObject();
    fields.write(json);
    json.writeFieldName("request");
    json.writeRawValue(body);
    json.writeEndObject();
    return new String(json.toByteArray(), StandardCharsets.UTF_8);
  }

  /** A line of results, out at once: a script may be waiting for it. */
  private void print(String line) {
    out.print(line + "\n");
    out.flush();
  }
}
