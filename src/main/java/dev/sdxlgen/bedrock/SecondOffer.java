package dev.sdxlgen.bedrock;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Calls once more, with all the encryption that Java has, when a server takes none of what is
 * offered first ({@link TlsSockets}). Once is enough: what other connections offer is changed too.
 * Not when the request is out already, as a server may want another handshake behind it.
 */
final class SecondOffer implements SdkHttpClient {

  private final SdkHttpClient http;
  private final Connections connections;

  SecondOffer(SdkHttpClient http, Connections connections) {
    this.http = http;
    this.connections = connections;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    var out = new AtomicBoolean();
    HttpExecuteRequest watched =
        ObservedHttpClient.watched(
            request,
            body -> {
              out.set(true);
              return body;
            });
    ExecutableHttpRequest first = http.prepareRequest(watched);
    // Only then: the first connection finds out who does TLS.
    boolean quick = connections.isQuick();
    return new ExecutableHttpRequest() {
      private volatile ExecutableHttpRequest prepared = first;

      @Override
      public HttpExecuteResponse call() throws IOException {
        try {
          return prepared.call();
        } catch (IOException e) {
          // One that takes no offer may just break off: another attempt is to offer all too.
          connections.offerAll();
          if (!quick || out.get() || !(e instanceof SSLHandshakeException) || isOfCertificate(e)) {
            throw e;
          }
          prepared = http.prepareRequest(watched);
          return prepared.call();
        }
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  /** Whether it failed for what we think of the server, which another offer doesn't change. */
  private static boolean isOfCertificate(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof GeneralSecurityException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    connections.close();
    http.close();
  }

  @Override
  public String clientName() {
    return http.clientName();
  }
}
