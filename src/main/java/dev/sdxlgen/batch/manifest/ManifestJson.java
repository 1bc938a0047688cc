package dev.sdxlgen.batch.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.sdxlgen.batch.manifest.ManifestLine.Failed;
import dev.sdxlgen.batch.manifest.ManifestLine.Finished;
import dev.sdxlgen.batch.manifest.ManifestLine.Run;
import dev.sdxlgen.batch.manifest.ManifestLine.Started;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A manifest's lines as JSON. */
final class ManifestJson {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private ManifestJson() {}

  /** The line with its end. */
  static byte[] write(ManifestLine line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      fields(json, line);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static void fields(JsonGenerator json, ManifestLine line) throws IOException {
    // Switching over a sealed type by pattern is Java 21's.
    if (line instanceof Run run) {
      json.writeStringField("event", "run");
      json.writeNumberField("planned", run.planned());
      json.writeStringField("at", run.at().toString());
    } else if (line instanceof Started started) {
      json.writeStringField("event", "started");
      json.writeStringField("id", started.id());
      json.writeStringField("request_hash", started.requestHash());
      json.writeStringField("at", started.at().toString());
    } else if (line instanceof Finished image) {
      json.writeStringField("event", "finished");
      json.writeStringField("id", image.id());
      json.writeStringField("request_hash", image.requestHash());
      json.writeStringField("file", image.file());
      json.writeNumberField("bytes", image.bytes());
      json.writeStringField("sha256", image.sha256());
      if (image.seed() != null) {
        json.writeNumberField("seed", image.seed());
      }
      writeText(json, "model", image.model());
      writeText(json, "finish_reason", image.finishReason());
      writeCalls(json, image.attempts(), image.possiblyPaidTwice());
      writeTimes(json, image.started(), image.ended());
    } else if (line instanceof Failed failed) {
      json.writeStringField("event", "failed");
      json.writeStringField("id", failed.id());
      json.writeStringField("request_hash", failed.requestHash());
      json.writeStringField("kind", failed.kind());
      json.writeStringField("error", failed.error());
      writeCalls(json, failed.attempts(), failed.possiblyPaidTwice());
      writeTimes(json, failed.started(), failed.ended());
    }
  }

  private static void writeText(JsonGenerator json, String name, String text) throws IOException {
    if (text != null) {
      json.writeStringField(name, text);
    }
  }

  private static void writeCalls(JsonGenerator json, int attempts, int possiblyPaidTwice)
      throws IOException {
    json.writeNumberField("attempts", attempts);
    if (possiblyPaidTwice > 0) {
      json.writeNumberField("possibly_paid_twice", possiblyPaidTwice);
    }
  }

  private static void writeTimes(JsonGenerator json, Instant started, Instant ended)
      throws IOException {
    json.writeStringField("started", started.toString());
    json.writeStringField("ended", ended.toString());
  }

  /** What a line says; null when it is none of ours, torn, or of a later version. */
  static ManifestLine read(byte[] bytes, int length) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = JSON.createParser(bytes, 0, length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value.isStructStart()) {
          json.skipChildren();
        } else if (value != JsonToken.VALUE_NULL) {
          fields.put(name, json.getText());
        }
      }
      return json.currentToken() == JsonToken.END_OBJECT ? line(fields) : null;
    } catch (IOException | NumberFormatException | DateTimeException e) {
      return null;
    }
  }

  private static ManifestLine line(Map<String, String> fields) {
    String id = fields.get("id");
    String hash = fields.getOrDefault("request_hash", "");
    return switch (fields.getOrDefault("event", "")) {
      case "run" -> new Run(number(fields, "planned"), time(fields, "at"));
      case "started" -> id == null ? null : new Started(id, hash, time(fields, "at"));
      case "finished" ->
          id == null || !fields.containsKey("file") || !fields.containsKey("sha256")
              ? null
              : new Finished(
                  id,
                  hash,
                  fields.get("file"),
                  number(fields, "bytes"),
                  fields.get("sha256"),
                  fields.containsKey("seed") ? Long.valueOf(fields.get("seed")) : null,
                  fields.get("model"),
                  fields.get("finish_reason"),
                  (int) number(fields, "attempts"),
                  (int) number(fields, "possibly_paid_twice"),
                  time(fields, "started"),
                  time(fields, "ended"));
      case "failed" ->
          id == null
              ? null
              : new Failed(
                  id,
                  hash,
                  fields.getOrDefault("kind", ""),
                  fields.getOrDefault("error", ""),
                  (int) number(fields, "attempts"),
                  (int) number(fields, "possibly_paid_twice"),
                  time(fields, "started"),
                  time(fields, "ended"));
      default -> null;
    };
  }

  private static long number(Map<String, String> fields, String name) {
    String value = fields.get(name);
    return value == null ? 0 : Long.parseLong(value);
  }

  private static Instant time(Map<String, String> fields, String name) {
    String value = fields.get(name);
    return value == null ? Instant.EPOCH : Instant.parse(value);
  }
}
