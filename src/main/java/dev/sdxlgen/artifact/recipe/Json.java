package dev.sdxlgen.artifact.recipe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/** JSON as a stream of tokens. */
final class Json {

  static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** The value that the parser stands at, without white space between its tokens. */
  static String text(JsonParser in) throws IOException {
    var text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      copy(in, out, null);
    }
    return text.toString();
  }

  /** What is written in place of a value. */
  interface Replacement {

    /** Whether it wrote the value that the parser stands at, and read it to its end. */
    boolean write(JsonParser in, JsonGenerator out) throws IOException;
  }

  /**
   * Copies the value that the parser stands at, numbers as they are written.
   *
   * @param replacement is asked for each string; may be null
   */
  static void copy(JsonParser in, JsonGenerator out, Replacement replacement) throws IOException {
    int depth = 0;
    while (true) {
      JsonToken token = in.currentToken();
      if (token == null) {
        throw new IOException("the JSON ends too early");
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (token.isNumeric()) {
        out.writeNumber(in.getText());
      } else if (token != JsonToken.VALUE_STRING
          || replacement == null
          || !replacement.write(in, out)) {
        out.copyCurrentEvent(in);
      }
      if (depth == 0) {
        return;
      }
      in.nextToken();
    }
  }
}
