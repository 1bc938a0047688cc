package dev.sdxlgen.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * The images that could not be made, as a prompt file that can be run again as it is. Made when the
 * first of them comes. Thread-safe.
 */
public final class FailedFile implements Closeable {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private final Path file;
  private OutputStream out;

  private FailedFile(Path file) {
    this.file = file;
  }

  /**
   * Takes the place of the one that an earlier run left: what failed then is tried again now. When
   * that one is what this run reads, it stays, and this one is numbered.
   *
   * @param name such as {@code failed.jsonl}
   * @param input what this run reads; null when it isn't a file
   */
  public static FailedFile in(Path folder, String name, Path input) {
    Path file = folder.resolve(name);
    try {
      for (int i = 2; isSame(file, input); i++) {
        file = folder.resolve(name.substring(0, name.lastIndexOf('.')) + "-" + i + ".jsonl");
      }
      Files.deleteIfExists(file);
      return new FailedFile(file);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static boolean isSame(Path file, Path input) throws IOException {
    return file.equals(input)
        || input != null && Files.exists(file) && Files.isSameFile(file, input);
  }

  /** Adds an image. */
  public synchronized void add(PlannedImage image) {
    byte[] line = line(image);
    try {
      if (out == null) {
        out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
      out.write(line);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static byte[] line(PlannedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    String body = image.item().body();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField(body == null ? "id" : "recordId", image.id());
      if (body != null) {
        json.writeFieldName("modelInput");
        json.writeRawValue(body);
      }
      for (Map.Entry<String, List<String>> field : image.fields().entrySet()) {
        json.writeFieldName(field.getKey());
        if (field.getValue().size() == 1) {
          json.writeString(field.getValue().get(0));
        } else {
          json.writeArray(field.getValue().toArray(new String[0]), 0, field.getValue().size());
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static OutputFailed failure(Path file, IOException e) {
    return new OutputFailed(file + " can't be written: " + OutputFailed.reason(e), "", e);
  }

  /** What it is called, also when nothing failed. */
  public String fileName() {
    return file.getFileName().toString();
  }

  /** Where it is; null when nothing failed. */
  public synchronized Path path() {
    return out == null ? null : file;
  }

  @Override
  public synchronized void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }
}
