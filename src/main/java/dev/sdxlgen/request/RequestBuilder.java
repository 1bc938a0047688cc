package dev.sdxlgen.request;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Turns a request into the JSON body that InvokeModel takes: no spaces between tokens, UTF-8, and
 * nothing that the user didn't give.
 */
public final class RequestBuilder {

  /** An emoji is sent as its four bytes of UTF-8, not as two escapes. */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

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
    var bytes = new ByteArrayOutputStream(SMALL_BODY);
    try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
      request.family().write(request, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
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
