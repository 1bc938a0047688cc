package dev.sdxlgen.bedrock;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLHandshakeException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Calls once more, with all the encryption that Java has, when a server takes none of what is
 * offered first ({@link TlsSockets}). Nothing was sent by then. Once is enough: what other
 * connections offer is changed too.
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
    ExecutableHttpRequest first = http.prepareRequest(request);
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
          if (!quick || !(e instanceof SSLHandshakeException) || isOfCertificate(e)) {
            throw e;
          }
          prepared = http.prepareRequest(request);
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
