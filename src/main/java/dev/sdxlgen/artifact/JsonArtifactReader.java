package dev.sdxlgen.artifact;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.json.JsonReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What the answers of all families have in common: one JSON object, with the pictures in base64.
 */
abstract sealed class JsonArtifactReader implements ArtifactReader
    permits SdxlArtifactReader, StableImageArtifactReader, AmazonArtifactReader {

  @Override
  public final List<Artifact> read(ByteBuffer answer, List<PendingImage> images) {
    Found found = parse(answer, images, null);
    if (!found.isDescribed()) {
      // A recipe that went into an image was wrong about what came behind it: now all is known.
      for (PendingImage image : images) {
        image.restart();
      }
      found = parse(answer, images, found);
    }
    List<Artifact> artifacts = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      String reason = reason(i, found);
      boolean filtered = isFiltered(reason);
      if (reason != null && !filtered && !isGood(reason)) {
        throw unreadable(
            "the model failed to make the image (finish reason " + reason + ")", answer, null);
      }
      if (found.pictures == 0 && !filtered) {
        throw unreadable("Bedrock's answer holds no image", answer, null);
      }
      artifacts.add(artifact(i, reason, filtered, found, answer));
    }
    return artifacts;
  }

  /**
   * @param before what was found when the same answer was read before; null the first time
   */
  private Found parse(ByteBuffer answer, List<PendingImage> images, Found before) {
    Found found = new Found(images, this, before);
    try {
      JsonReader json = new JsonReader(answer);
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String field = json.currentName();
          json.nextToken();
          read(field, json, found);
        }
        // Anything behind the object is not an answer of ours; a body cut off fails in here.
        json.nextToken();
      }
      return found;
    } catch (JsonParseException e) {
      throw unreadable("Bedrock's answer can't be read: it isn't the JSON it should be", answer, e);
    } catch (IllegalArgumentException e) {
      throw unreadable("Bedrock's answer can't be read: the image's base64 is broken", answer, e);
    } catch (IOException e) {
      throw found.images.get(Math.min(found.pictures, found.images.size() - 1)).unwritable(e);
    }
  }

  /** The reason of a picture that is as it should be. */
  String usualReason() {
    return null;
  }

  /** Takes a field's value, or skips it; the parser is at its first token. */
  abstract void read(String field, JsonReader json, Found found) throws IOException;

  /** Why the picture is as it is, or missing; null when nothing is said. */
  String reason(int index, Found found) {
    return index < found.reasons.size() ? found.reasons.get(index) : null;
  }

  /** Whether a reason says that the model held the picture back. */
  abstract boolean isFiltered(String reason);

  /** Whether a reason says that all is well. */
  boolean isGood(String reason) {
    return false;
  }

  private static Artifact artifact(
      int index, String reason, boolean filtered, Found found, ByteBuffer answer) {
    Long seed = found.seed(index);
    if (index >= found.pictures) {
      return new Artifact(found.result, seed, reason, filtered, null, "");
    }
    PendingImage image = found.images.get(index);
    try {
      String start = Base64.getEncoder().encodeToString(image.start());
      return new Artifact(found.result, seed, reason, filtered, image.header(), start);
    } catch (IOException e) {
      throw unreadable("what Bedrock sent is not an image: " + e.getMessage(), answer, e);
    }
  }

  private static BedrockFailed unreadable(String message, ByteBuffer answer, Throwable cause) {
    return BedrockFailed.unreadable(message, answer, cause);
  }

  /** What was found in the answer so far. */
  static final class Found {
    final List<PendingImage> images;
    final List<Long> seeds = new ArrayList<>(1);
    final List<String> reasons = new ArrayList<>(1);
    String result;
    String error;
    int pictures;

    private final JsonArtifactReader reader;
    private final Found before;

    Found(List<PendingImage> images, JsonArtifactReader reader, Found before) {
      this.images = images;
      this.reader = reader;
      this.before = before;
    }

    private Long seed(int index) {
      return index < seeds.size() ? seeds.get(index) : null;
    }

    /** Whether all recipes that went into the images say what came out in the end. */
    boolean isDescribed() {
      for (int i = 0; i < pictures; i++) {
        if (!images.get(i).isDescribedBy(seed(i), reader.reason(i, this))) {
          return false;
        }
      }
      return true;
    }

    /**
     * Straight from the answer's bytes into the file; what nobody asked for is skipped. An empty
     * one is none: so some say that it was filtered.
     */
    void readPicture(JsonReader json) throws IOException {
      if (json.currentToken() == JsonToken.VALUE_STRING && pictures < images.size()) {
        PendingImage image = images.get(pictures);
        Long seed = before == null ? seed(pictures) : before.seed(pictures);
        String reason = before == null ? reader.usualReason() : reader.reason(pictures, before);
        OutputStream to = image.stream(seed, reason);
        boolean there = json.readBinaryValue(to) > 0;
        image.arrived();
        pictures += there ? 1 : 0;
      } else {
        json.skipChildren();
      }
    }
  }
}
