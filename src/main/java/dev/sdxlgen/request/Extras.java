package dev.sdxlgen.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.IOException;
import java.io.StringWriter;

/** Reads {@code --extras}: parameters that the model's maker may have and we don't know. */
public final class Extras {

  private static final JsonFactory JSON = new JsonFactory();

  private Extras() {}

  /**
   * The object without white space between its tokens, numbers as typed.
   *
   * @throws InvalidRequest when it isn't one JSON object
   */
  public static String parse(String typed) {
    var text = new StringWriter();
    try (JsonParser in = JSON.createParser(typed);
        JsonGenerator out = JSON.createGenerator(text)) {
      if (in.nextToken() == JsonToken.START_OBJECT) {
        out.writeStartObject();
        for (int depth = 1; depth > 0; ) {
          JsonToken token = in.nextToken();
          depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
          if (token.isNumeric()) {
            out.writeNumber(in.getText());
          } else {
            out.copyCurrentEvent(in);
          }
        }
        if (in.nextToken() == null) {
          out.flush();
          return text.toString();
        }
      }
    } catch (IOException e) {
      // told below
    }
    throw new InvalidRequest(
        "--extras takes a JSON object, not '" + typed + "'", "For example: --extras '{\"a\":1}'");
  }
}
