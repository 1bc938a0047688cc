package dev.sdxlgen.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import javax.net.ssl.SNIHostName;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.protocols.query.unmarshall.XmlDomParser;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;

/**
 * Calls InvokeModel: {@code POST /model/{modelId}/invoke} (Bedrock API reference). Safe for many
 * threads at once; each call is made once and never repeated behind the caller's back.
 */
public final class BedrockInvoker implements AutoCloseable {

  private static final String JSON = "application/json";

  /** Nothing is sent there. */
  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  private final BedrockRuntimeClient client;
  private final ObservedHttpClient http;
  private final Connections connections;
  private final ErrorTranslation errors;
  private final Caller caller;

  BedrockInvoker(
      BedrockRuntimeClient client,
      ObservedHttpClient http,
      Connections connections,
      ErrorTranslation errors,
      Caller caller) {
    this.client = client;
    this.http = http;
    this.connections = connections;
    this.errors = errors;
    this.caller = caller;
  }

  /**
   * A client for {@code settings}; nothing is sent yet, but credentials are looked for.
   *
   * @throws SdxlGenException.InvalidRequest when there is no region
   * @throws SdxlGenException.Credentials when there are no credentials to be had
   */
  public static BedrockInvoker connect(ConnectionSettings settings) {
    return new ClientFactory(settings).invoker();
  }

  /**
   * Loads the classes that every call needs, by getting ready for one that isn't made.
   *
   * @param tls whether the call will be encrypted. Else nothing is done before Java 25: there an
   *     archive has one class for each lambda expression, which is who asks first's, and another
   *     thread that gets there at the same time makes its own. That takes 7 ms, and 40 of CPU
   */
  public static void warmUp(boolean tls) {
    if (!tls && Runtime.version().feature() < 25) {
      return;
    }
    try {
      connect(ConnectionSettings.unsecured(NOWHERE, Duration.ofSeconds(1))).close();
    } catch (RuntimeException e) {
      // The call itself will tell.
    }
  }

  /** Loads what reads STS's answer about a role, which is XML. */
  public static void warmUpRole() {
    try {
      XmlDomParser.parse(new ByteArrayInputStream("<a><b>c</b></a>".getBytes(UTF_8)));
    } catch (RuntimeException e) {
      // The call itself will tell.
    }
  }

  /**
   * Loads what signs and encrypts.
   *
   * @param tls whether the call will be encrypted: a first key on a curve takes 5 to 20 ms
   */
  public static void warmUpSecurity(boolean tls) {
    try {
      SignatureV4.sha256();
      if (tls && !NativeTls.warmUp()) {
        // Every handshake begins with them.
        KeyPairGenerator.getInstance("X25519").generateKeyPair();
        if (!TlsSockets.choosesCurve()) {
          KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
          keys.initialize(new ECGenParameterSpec("secp256r1"));
          keys.generateKeyPair();
        }
        // A host's name is checked by the tables of international ones: 10 ms.
        new SNIHostName("localhost");
      }
    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
      // The call itself will tell.
    }
  }

  /**
   * Reads whom to trust, and loads a part of what asks about a server's certificate.
   *
   * @param bundle the file that names those who are trusted; null for whom Java trusts
   */
  public static void warmUpTrust(String bundle) {
    try {
      Connections.warmUpTrust(bundle);
    } catch (ClassNotFoundException
        | GeneralSecurityException
        | RuntimeException
        | LinkageError e) {
      // The call itself will tell.
    }
  }

  /**
   * Begins a second connection, while one call is waited for, for another that goes out when the
   * answer begins to arrive: 10 ms over loopback, elsewhere what a look-up and two or three ways
   * there and back take. Nothing is done where the first call's was not connected early either:
   * without TLS, through a proxy, for a batch, and where the SDK knows the address alone.
   */
  public void connectAhead() {
    connections.connectAhead();
  }

  /**
   * Sends a body to a model and waits for its answer.
   *
   * @param modelId a model id, an inference profile or an ARN
   * @param body the request, as {@code RequestBuilder} made it; it is sent as it is
   * @param listener told when it goes out and when a good answer begins to arrive
   * @return the answer, to be closed once it is read and saved
   * @throws SdxlGenException whatever kept the answer from coming; its {@link
   *     SdxlGenException#repeat} says whether the image may have been billed
   */
  public Answer invoke(String modelId, byte[] body, CallListener listener) {
    ObservedHttpClient.Call call = http.observe(listener);
    InvokeModelResponse response;
    try {
      response =
          client.invokeModel(
              InvokeModelRequest.builder()
                  .modelId(modelId)
                  .contentType(JSON)
                  .accept(JSON)
                  .body(SdkBytes.fromByteArrayUnsafe(body))
                  .build());
    } catch (SdkException e) {
      call.throwRefusal();
      if (call.isAnswered()) {
        try (Answer answer = call.answer(null)) {
          throw BedrockFailed.unreadable(
              "the AWS SDK can't read Bedrock's answer: "
                  + errors.clean(String.valueOf(e.getMessage())),
              answer.body(),
              e);
        }
      }
      throw errors.translate(e, modelId, call.wasSent());
    }
    Answer answer =
        call.answer(
            response.sdkHttpResponse().firstMatchingHeader("x-amzn-RequestId").orElse(null));
    long promised = ObservedHttpClient.contentLength(response.sdkHttpResponse());
    if (!call.isWhole(promised)) {
      String of = promised < 0 ? "" : " of " + promised;
      try (answer) {
        ByteBuffer there = answer.body();
        throw BedrockFailed.unreadable(
            "Bedrock's answer was cut off after " + there.remaining() + of + " bytes", there, null);
      }
    }
    return answer;
  }

  /** The AWS region that is called. */
  public String region() {
    return caller.region();
  }

  /** Tells one account's key, region and endpoint from others', without giving them away. */
  public String callerKey() {
    return caller.digest();
  }

  @Override
  public void close() {
    client.close();
    // The SDK leaves a client that it was given to whom it belongs.
    http.close();
  }
}
