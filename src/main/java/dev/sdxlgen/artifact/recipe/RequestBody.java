package dev.sdxlgen.artifact.recipe;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.artifact.Sha256;
import dev.sdxlgen.json.JsonReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A request's body, as a recipe keeps it. */
final class RequestBody {

  /** Before the digits that stand in place of a picture. */
  static final String HASH = "sha256:";

  private RequestBody() {}

  /**
   * The JSON without white space between its tokens, and each picture replaced by the SHA-256 of
   * its bytes.
   *
   * @param body as it was sent
   * @throws IllegalArgumentException when the body isn't JSON
   */
  static String withoutPictures(byte[] body) {
    try {
      if (isAsKept(body)) {
        return new String(body, StandardCharsets.UTF_8);
      }
      return copy(body, new Pictures(true));
    } catch (JsonParseException | IllegalArgumentException e) {
      // Something that is called a picture and isn't base64 stays out all the same.
    } catch (IOException e) {
      throw new IllegalArgumentException("the request isn't JSON", e);
    }
    try {
      return copy(body, new Pictures(false));
    } catch (IOException e) {
      throw new IllegalArgumentException("the request isn't JSON", e);
    }
  }

  /** Most are: there is no picture in them, and no white space. */
  private static boolean isAsKept(byte[] body) throws IOException {
    JsonReader json = new JsonReader(ByteBuffer.wrap(body));
    boolean any = json.nextToken() != null;
    while (json.nextToken() != null) {
      if (json.currentToken() == JsonToken.FIELD_NAME && isPicture(json.currentName())) {
        return false;
      }
    }
    return any && json.isCompact();
  }

  /**
   * As all families name them: {@code init_image}, {@code mask_image}, {@code image}, {@code
   * maskImage}, {@code conditionImage}, and each of {@code images}.
   */
  private static boolean isPicture(String name) {
    return name.endsWith("image")
        || name.endsWith("Image")
        || name.equals("images")
        || name.equals("mask");
  }

  private static String copy(byte[] body, Pictures pictures) throws IOException {
    var text = new StringWriter();
    try (JsonParser in = Json.FACTORY.createParser(body);
        JsonGenerator out = Json.FACTORY.createGenerator(text)) {
      in.nextToken();
      Json.copy(in, out, pictures);
      in.nextToken();
    }
    return text.toString();
  }

  /** Hashes them as they are decoded: they may be larger than anything else in the process. */
  private record Pictures(boolean base64) implements Json.Replacement {

    @Override
    public boolean write(JsonParser in, JsonGenerator out) throws IOException {
      if (!isPicture(in)) {
        return false;
      }
      MessageDigest sha256 = Sha256.startImage();
      if (base64) {
        in.readBinaryValue(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
      } else {
        sha256.update(in.getText().getBytes(StandardCharsets.UTF_8));
      }
      out.writeString(HASH + HexFormat.of().formatHex(sha256.digest()));
      return true;
    }

    private static boolean isPicture(JsonParser in) throws IOException {
      JsonStreamContext context = in.getParsingContext();
      String name = context.getCurrentName();
      if (name == null && context.inArray()) {
        name = context.getParent().getCurrentName();
      }
      return name != null && RequestBody.isPicture(name);
    }
  }
}
