package dev.sdxlgen.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Calls a mock over HTTP, as a client would that holds a bearer token. */
final class Caller {

  static final String SDXL = "stability.stable-diffusion-xl";

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Caller() {}

  static Reply invoke(MockBedrock mock, String body) {
    return invoke(mock, SDXL, body);
  }

  static Reply invoke(MockBedrock mock, String encodedModelId, String body) {
    return send(
        request(mock, "/model/" + encodedModelId + "/invoke")
            .header("Authorization", "Bearer made-up")
            .POST(BodyPublishers.ofString(body)));
  }

  static HttpRequest.Builder request(MockBedrock mock, String path) {
    return HttpRequest.newBuilder(URI.create(mock.endpoint() + path));
  }

  static Reply send(HttpRequest.Builder request) {
    try {
      return new Reply(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What came back. */
  record Reply(HttpResponse<byte[]> http) {

    int status() {
      return http.statusCode();
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse(null);
    }

    byte[] bytes() {
      return http.body();
    }

    String text() {
      return new String(http.body(), StandardCharsets.UTF_8);
    }

    /** The error's type, without what follows the colon. */
    String errorType() {
      String type = header("x-amzn-ErrorType");
      return type.substring(0, type.indexOf(':'));
    }

    String message() {
      return json().path("message").asText();
    }

    JsonNode json() {
      try {
        return JSON.readTree(http.body());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    JsonNode artifact() {
      return json().path("artifacts").path(0);
    }

    long seed() {
      return artifact().path("seed").asLong();
    }

    byte[] image() {
      return Base64.getDecoder().decode(artifact().path("base64").asText());
    }

    BufferedImage picture() {
      try {
        return ImageIO.read(new ByteArrayInputStream(image()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String size() {
      BufferedImage picture = picture();
      return picture.getWidth() + "x" + picture.getHeight();
    }
  }
}
