package dev.sdxlgen.bedrock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.conscrypt.OkHostnameVerifier;

/**
 * Java says whether a server's authority is trusted. Whether its certificate is for the host (RFC
 * 2818) Conscrypt says, by the alternative names; where it says no, Java, who knows more kinds. It
 * would say so at once, but reads the tables of international names for it, 18 ms, and whether the
 * authority is one of its own, 40 ms.
 */
final class HostTrust extends X509ExtendedTrustManager {

  private final Authorities authorities;
  private SSLSocket socket;

  HostTrust(Authorities authorities) {
    this.authorities = authorities;
  }

  /**
   * To be said before the handshake.
   *
   * @param connection which it is for; it doesn't ask Java to compare names
   */
  void of(SSLSocket connection) {
    socket = connection;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    // Of TLS 1.3 Conscrypt doesn't know it, and says so in a word that Java doesn't know.
    String method = "GENERIC".equals(type) ? "UNKNOWN" : type;
    X509ExtendedTrustManager trust = whoTrusts(chain, method);
    String host = engine.getPeerHost();
    if (host != null && OkHostnameVerifier.strictInstance().verify(host, chain[0])) {
      return;
    }
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    try {
      trust.checkServerTrusted(chain, method, engine);
    } catch (CertificateException e) {
      // HttpsURLConnection's words, where it compares.
      throw new CertificateException("HTTPS hostname wrong: should be <" + host + ">", e);
    }
  }

  private X509ExtendedTrustManager whoTrusts(X509Certificate[] chain, String method)
      throws CertificateException {
    // With it Java sees what is good enough for TLS; without it, less.
    Objects.requireNonNull(socket);
    X509ExtendedTrustManager named = authorities.named(chain);
    if (named != null) {
      try {
        named.checkServerTrusted(chain, method, socket);
        return named;
      } catch (CertificateException e) {
        // All of them may know another way.
      }
    }
    try {
      X509ExtendedTrustManager all = authorities.all();
      all.checkServerTrusted(chain, method, socket);
      return all;
    } catch (InvalidRequest e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  // Nobody is to ask without saying whom he has reached, and we are no server.

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("which host is it?");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("which host is it?");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("no clients are expected");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
