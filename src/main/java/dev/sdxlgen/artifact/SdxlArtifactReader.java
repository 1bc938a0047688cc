package dev.sdxlgen.artifact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads {@code
 * {"result":"success","artifacts":[{"seed":1234,"base64":"…","finishReason":"SUCCESS"}]}} (Bedrock
 * user guide, model-parameters-diffusion-1-0-text-image; Stability's v1 generation API).
 */
public final class SdxlArtifactReader implements ArtifactReader {

  private static final JsonFactory JSON = new JsonFactory();

  /** Sixty bytes are the eighty characters of base64 that the notebook shows. */
  private static final int SHOWN_BYTES = 60;

  @Override
  public Artifact read(byte[] answer, PendingImage image) {
    Fields fields = new Fields();
    try (JsonParser json = JSON.createParser(answer)) {
      fields.readAnswer(json, image);
    } catch (JsonProcessingException e) {
      throw unreadable("Bedrock's answer can't be read: " + reason(e), answer, e);
    } catch (IllegalArgumentException e) {
      throw unreadable("Bedrock's answer can't be read: the image's base64 is broken", answer, e);
    } catch (IOException e) {
      throw image.unwritable(e);
    }
    if ("ERROR".equals(fields.finishReason)) {
      throw unreadable("the model failed to make the image (finish reason ERROR)", answer, null);
    }
    if (!fields.hasImage) {
      Artifact none = new Artifact(fields.result, fields.seed, fields.finishReason, null, "");
      if (none.isFiltered()) {
        return none;
      }
      throw unreadable("Bedrock's answer holds no image", answer, null);
    }
    try {
      return fields.artifact(image);
    } catch (IOException e) {
      throw unreadable("what Bedrock sent is not an image: " + e.getMessage(), answer, e);
    }
  }

  private static String reason(JsonProcessingException e) {
    String text = e.getOriginalMessage();
    return text.contains("base64")
        ? "the image's base64 is broken"
        : "it isn't the JSON it should be";
  }

  private static BedrockFailed unreadable(String message, byte[] answer, Throwable cause) {
    return BedrockFailed.unreadable(message, answer, cause);
  }

  /** What was found in the answer so far. */
  private static final class Fields {
    private String result;
    private Long seed;
    private String finishReason;
    private boolean hasImage;

    void readAnswer(JsonParser json, PendingImage image) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("artifacts") && value == JsonToken.START_ARRAY) {
          readArtifacts(json, image);
        } else if (field.equals("result") && value == JsonToken.VALUE_STRING) {
          result = json.getText();
        } else {
          json.skipChildren();
        }
      }
      // Anything behind the object is not an answer of ours; a body cut off fails in here.
      json.nextToken();
    }

    private void readArtifacts(JsonParser json, PendingImage image) throws IOException {
      boolean first = true;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (first && json.currentToken() == JsonToken.START_OBJECT) {
          readArtifact(json, image);
        } else {
          json.skipChildren();
        }
        first = false;
      }
    }

    private void readArtifact(JsonParser json, PendingImage image) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("base64") && value == JsonToken.VALUE_STRING) {
          // Straight from the answer's bytes into the file.
          json.readBinaryValue(image.stream());
          hasImage = true;
        } else if (field.equals("seed") && value == JsonToken.VALUE_NUMBER_INT) {
          seed = json.getLongValue();
        } else if (field.equals("finishReason") && value == JsonToken.VALUE_STRING) {
          finishReason = json.getText();
        } else {
          json.skipChildren();
        }
      }
    }

    Artifact artifact(PendingImage image) throws IOException {
      byte[] start = image.start();
      String shown =
          Base64.getEncoder()
              .encodeToString(Arrays.copyOf(start, Math.min(SHOWN_BYTES, start.length)));
      return new Artifact(result, seed, finishReason, image.header(), shown);
    }
  }
}
