package dev.sdxlgen.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one line of a JSON Lines file: our own fields, or a record of Bedrock's batch inference.
 */
final class JsonLine {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(RecordReader.MOST_JSON_BYTES).build())
          .build();

  private final String text;
  private final Map<String, List<String>> fields = new LinkedHashMap<>();
  private final Map<String, Integer> columns = new LinkedHashMap<>();
  private String id;
  private String body;

  private JsonLine(String text) {
    this.text = text;
  }

  static Item read(long line, String text) throws LineFault {
    JsonLine json = new JsonLine(text);
    try (JsonParser parser = JSON.createParser(text)) {
      json.read(parser);
    } catch (JsonEOFException e) {
      throw new LineFault(text.length() + 1, "this is not JSON: it ends too early");
    } catch (JsonProcessingException e) {
      int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
      throw new LineFault(column, "this is not JSON: " + firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("text can always be read", e);
    }
    return new Item(line, json.id, json.fields, json.body, json.columns);
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private void read(JsonParser parser) throws IOException, LineFault {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new LineFault(1, "a line holds one object: {\"prompt\": \"a person\"}");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      columns.put(name, parser.currentTokenLocation().getColumnNr());
      switch (name) {
        case "id", "recordId" -> readId(parser, token, name);
        case "modelInput" -> {
          if (token != JsonToken.START_OBJECT) {
            throw new LineFault(columns.get(name), "modelInput is an object: the request's body");
          }
          body = raw(parser);
        }
        default -> {
          List<String> values = values(parser, token, name);
          if (values != null) {
            fields.put(name, values);
          }
        }
      }
    }
    if (parser.nextToken() != null) {
      throw new LineFault(
          parser.currentTokenLocation().getColumnNr(), "a line holds one object, not more");
    }
    if (body != null && fields.keySet().stream().anyMatch(name -> !name.equals("model"))) {
      String other =
          fields.keySet().stream().filter(name -> !name.equals("model")).findFirst().orElseThrow();
      throw new LineFault(
          columns.get(other),
          "a record with modelInput is sent as it is: no " + other + " beside it");
    }
  }

  private void readId(JsonParser parser, JsonToken token, String name)
      throws IOException, LineFault {
    if (id != null) {
      throw new LineFault(columns.get(name), "a line has one id");
    }
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
      throw new LineFault(columns.get(name), name + " is a string");
    }
    id = parser.getText();
  }

  /** The values of a field; null when it is null, as if it weren't there. */
  private List<String> values(JsonParser parser, JsonToken token, String name)
      throws IOException, LineFault {
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token == JsonToken.START_OBJECT) {
      if (!name.equals("extras")) {
        throw new LineFault(
            columns.get(name), name + " is an object, and only extras and modelInput can be");
      }
      return List.of(raw(parser));
    }
    if (token != JsonToken.START_ARRAY) {
      return List.of(parser.getText());
    }
    List<String> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.currentToken().isScalarValue() || parser.currentToken() == JsonToken.VALUE_NULL) {
        throw new LineFault(
            parser.currentTokenLocation().getColumnNr(), name + " is an array of plain values");
      }
      values.add(parser.getText());
    }
    return values;
  }

  /** The object that begins here, character for character. */
  private String raw(JsonParser parser) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    return text.substring(start, (int) parser.currentLocation().getCharOffset());
  }
}
