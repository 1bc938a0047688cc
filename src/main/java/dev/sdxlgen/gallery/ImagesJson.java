package dev.sdxlgen.gallery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** The images as a JSON array that may stand in an HTML script block, an image a line. */
final class ImagesJson {

  /** JavaScript's numbers are exact up to here. */
  private static final long LARGEST_EXACT = (1L << 53) - 1;

  private ImagesJson() {}

  static void write(Iterable<GalleryImage> images, OutputStream out) throws IOException {
    JsonFactory factory =
        new JsonFactoryBuilder()
            .rootValueSeparator(",\n")
            .characterEscapes(new NoMarkup())
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();
    try (JsonGenerator json = factory.createGenerator(out)) {
      json.writeRaw("[\n");
      for (GalleryImage image : images) {
        write(image, json);
      }
      json.writeRaw("\n]");
    }
  }

  /** What isn't known is left out. */
  private static void write(GalleryImage image, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("path", image.path());
    json.writeNumberField("width", image.width());
    json.writeNumberField("height", image.height());
    json.writeNumberField("bytes", image.bytes());
    if (image.time() != null) {
      json.writeNumberField("time", image.time().toEpochMilli());
    }
    writeText("model", image.model(), json);
    writeText("family", image.family(), json);
    json.writeArrayFieldStart("prompts");
    for (GalleryImage.Prompt prompt : image.prompts()) {
      json.writeStartArray();
      json.writeString(prompt.text());
      json.writeNumber(prompt.weight());
      json.writeEndArray();
    }
    json.writeEndArray();
    if (image.seed() != null) {
      writeSeed(image.seed(), json);
    }
    // Pairs: an object of JavaScript's would put "2" before "1x" and has ideas about "__proto__".
    json.writeArrayFieldStart("parameters");
    for (Map.Entry<String, String> parameter : image.parameters().entrySet()) {
      json.writeStartArray();
      json.writeString(parameter.getKey());
      json.writeString(parameter.getValue());
      json.writeEndArray();
    }
    json.writeEndArray();
    writeText("command", image.command(), json);
    writeText("note", image.note(), json);
    json.writeEndObject();
  }

  private static void writeText(String name, String text, JsonGenerator json) throws IOException {
    if (text != null) {
      json.writeStringField(name, text);
    }
  }

  private static void writeSeed(long seed, JsonGenerator json) throws IOException {
    if (seed >= -LARGEST_EXACT && seed <= LARGEST_EXACT) {
      json.writeNumberField("seed", seed);
    } else {
      json.writeStringField("seed", Long.toString(seed));
    }
  }

  /**
   * Escapes what could end the block or begin another, what some readers take for the end of a
   * line, and surrogates: UTF-8 has no way to write half of a pair, and a file name may hold one.
   */
  private static final class NoMarkup extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    private static final int[] ASCII = CharacterEscapes.standardAsciiEscapesForJSON();

    static {
      ASCII['<'] = ESCAPE_STANDARD;
      ASCII['>'] = ESCAPE_STANDARD;
      ASCII['&'] = ESCAPE_STANDARD;
      ASCII[0x7f] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ASCII;
    }

    @Override
    public SerializableString getEscapeSequence(int c) {
      boolean escaped = c == 0x2028 || c == 0x2029 || Character.isSurrogate((char) c);
      return escaped ? new SerializedString(String.format("\\u%04X", c)) : null;
    }
  }
}
