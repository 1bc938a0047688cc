package dev.sdxlgen.artifact.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.json.JsonWriter;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * How an image was made. It names no account, no file and no endpoint, and holds no picture.
 *
 * @param toolVersion of the sdxl-gen that asked for it
 * @param modelId a model id, an inference profile or an ARN; its account is cut out
 * @param region where it was made; null when that isn't known
 * @param time when it was made, UTC, in whole seconds; in the years 0 to 9999
 * @param request the JSON body that was sent, but for its pictures: each is {@code sha256:} and 64
 *     hexadecimal digits
 * @param seed the seed really used; null when the model didn't tell
 * @param finishReason as the model gave it; null when it gave none
 * @param requestHash what a batch knows the request by; null outside of one
 */
public record Recipe(
    String toolVersion,
    String modelId,
    String region,
    Instant time,
    String request,
    Long seed,
    String finishReason,
    String requestHash) {

  /** The version of the JSON's fields. */
  public static final int SCHEMA = 1;

  /** In bytes of JSON. */
  static final int MOST_BYTES = 4 << 20;

  public Recipe {
    modelId = withoutAccount(modelId);
    time = Instant.ofEpochSecond(time.getEpochSecond());
    int year = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC).getYear();
    if (year < 0 || year > 9999) {
      throw new IllegalArgumentException("the year " + year);
    }
  }

  /**
   * The recipe of an image that was just made.
   *
   * @param body as it was sent; its pictures are replaced by their SHA-256
   * @throws IllegalArgumentException when the body isn't JSON
   */
  public static Recipe of(
      String toolVersion,
      String modelId,
      String region,
      Instant time,
      byte[] body,
      Long seed,
      String finishReason,
      String requestHash) {
    return new Recipe(
        toolVersion,
        modelId,
        region,
        time,
        RequestBody.withoutPictures(body),
        seed,
        finishReason,
        requestHash);
  }

  /** A model's id without the number of the account that it belongs to. */
  public static String withoutAccount(String modelId) {
    int account = account(modelId);
    if (account < 0) {
      return modelId;
    }
    int end = modelId.indexOf(':', account);
    String number = modelId.substring(account, end < 0 ? modelId.length() : end);
    String resource = end < 0 ? "" : modelId.substring(end);
    // Names that AWS makes up may hold it once more.
    boolean whole = number.length() == 12;
    return modelId.substring(0, account) + (whole ? resource.replace(number, "") : resource);
  }

  /**
   * Whether the model's account was cut out, without which nobody can call it again. The base
   * models' ARNs have none.
   */
  public boolean isModelCut() {
    int account = account(modelId);
    return account >= 0 && !modelId.startsWith(":foundation-model/", account);
  }

  /** Where the fifth part of an ARN begins; -1 in what is none. */
  private static int account(String modelId) {
    if (!modelId.startsWith("arn:")) {
      return -1;
    }
    int at = 0;
    for (int colons = 0; colons < 4; colons++) {
      at = modelId.indexOf(':', at) + 1;
      if (at == 0) {
        return -1;
      }
    }
    return at;
  }

  /** The recipe as UTF-8 JSON without white space. */
  public byte[] toJson() {
    var json = new JsonWriter(512 + request.length());
    json.writeStartObject();
    json.writeNumberField("schema", SCHEMA);
    json.writeStringField("version", toolVersion);
    json.writeStringField("model", modelId);
    if (region != null) {
      json.writeStringField("region", region);
    }
    json.writeStringField("time", timestamp());
    json.writeFieldName("request");
    json.writeRawValue(request);
    if (seed != null) {
      json.writeNumberField("seed", seed);
    }
    if (finishReason != null) {
      json.writeStringField("finish_reason", finishReason);
    }
    if (requestHash != null) {
      json.writeStringField("request_hash", requestHash);
    }
    json.writeEndObject();
    return json.toByteArray();
  }

  /** The time as {@code 2026-11-23T00:00:00Z}. Java's own formatter takes 20 ms to load. */
  String timestamp() {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    var text = new StringBuilder(20);
    append(text, utc.getYear() / 100, '\0');
    append(text, utc.getYear() % 100, '-');
    append(text, utc.getMonthValue(), '-');
    append(text, utc.getDayOfMonth(), 'T');
    append(text, utc.getHour(), ':');
    append(text, utc.getMinute(), ':');
    append(text, utc.getSecond(), 'Z');
    return text.toString();
  }

  private static void append(StringBuilder text, int number, char end) {
    text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    if (end != '\0') {
      text.append(end);
    }
  }

  /**
   * Reads what {@link #toJson} wrote, also with fields that a later version added.
   *
   * @return null when it is an object without a schema: some other program's JSON
   * @throws IOException that says what is wrong with it
   */
  public static Recipe parse(byte[] bytes) throws IOException {
    if (bytes.length > MOST_BYTES) {
      throw new IOException("the recipe is too long");
    }
    try (JsonParser json = Json.FACTORY.createParser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the recipe isn't a JSON object");
      }
      var fields = new Fields();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        fields.read(json);
      }
      if (json.nextToken() != null) {
        throw new IOException("the recipe isn't JSON");
      }
      return fields.recipe();
    } catch (JsonProcessingException e) {
      throw new IOException("the recipe isn't JSON", e);
    }
  }

  /** What was found in the JSON so far. */
  private static final class Fields {

    private Long schema;
    private String toolVersion;
    private String modelId;
    private String region;
    private String time;
    private String request;
    private Long seed;
    private String finishReason;
    private String requestHash;

    void read(JsonParser json) throws IOException {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "schema" -> schema = number(field, json);
        case "version" -> toolVersion = string(field, json);
        case "model" -> modelId = string(field, json);
        case "region" -> region = string(field, json);
        case "time" -> time = string(field, json);
        case "request" -> request = object(field, json);
        case "seed" -> seed = number(field, json);
        case "finish_reason" -> finishReason = string(field, json);
        case "request_hash" -> requestHash = string(field, json);
        default -> json.skipChildren();
      }
    }

    private static String string(String field, JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw new IOException("the recipe's " + field + " isn't a string");
      }
      return json.getText();
    }

    private static long number(String field, JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
          || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw new IOException("the recipe's " + field + " isn't a whole number");
      }
      return json.getLongValue();
    }

    private static String object(String field, JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new IOException("the recipe's " + field + " isn't an object");
      }
      return Json.text(json);
    }

    Recipe recipe() throws IOException {
      if (schema == null) {
        return null;
      }
      if (schema != SCHEMA) {
        throw new IOException(
            "the recipe has schema " + schema + "; this sdxl-gen knows " + SCHEMA);
      }
      String missing =
          toolVersion == null
              ? "version"
              : modelId == null
                  ? "model"
                  : time == null ? "time" : request == null ? "request" : null;
      if (missing != null) {
        throw new IOException("the recipe has no " + missing);
      }
      try {
        return new Recipe(
            toolVersion,
            modelId,
            region,
            Instant.parse(time),
            request,
            seed,
            finishReason,
            requestHash);
      } catch (DateTimeException | IllegalArgumentException e) {
        throw new IOException("the recipe's time isn't one", e);
      }
    }
  }
}
