package dev.sdxlgen.request;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Turns a request into the JSON body that InvokeModel takes: no spaces between tokens, UTF-8, and
 * nothing that the user didn't give.
 */
public final class RequestBuilder {

  private static final int SMALL_BODY = 512;

  /** What InvokeModel takes (Bedrock API reference, InvokeModel, body). */
  private static final int MOST_BYTES = 25_000_000;

  private RequestBuilder() {}

  /**
   * The body to send, to the byte. One that was given is sent as it is.
   *
   * @throws InvalidRequest when the model's family doesn't take what is asked
   */
  public static byte[] body(GenerationRequest request) {
    if (request.body() == null) {
      request.family().check(request);
    }
    byte[] body = unchecked(request);
    if (body.length > MOST_BYTES) {
      throw new InvalidRequest(
          "the request has " + body.length + " bytes", "Bedrock takes at most " + MOST_BYTES);
    }
    return body;
  }

  /**
   * The body, whether or not the model takes it: of a request that was answered already, with the
   * seed that the answer told.
   */
  public static byte[] unchecked(GenerationRequest request) {
    byte[] made =
        request.body() == null ? made(request) : request.body().getBytes(StandardCharsets.UTF_8);
    return Param.addTo(made, request.params());
  }

  private static byte[] made(GenerationRequest request) {
    ImageInput image = request.image();
    var json = new JsonWriter(SMALL_BODY + base64(image.init()) + base64(image.mask()));
    request.family().write(request, json);
    return json.toByteArray();
  }

  /** How many characters it takes. */
  private static int base64(SourceImage image) {
    return image == null ? 0 : (image.bytes().length + 2) / 3 * 4;
  }

  /**
   * What the same request has and no other: the SHA-256 of model and body in hexadecimal.
   *
   * @throws InvalidRequest when the model's family doesn't take what is asked
   */
  public static String hash(GenerationRequest request) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update((request.modelId() + "\n").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256.digest(body(request)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
