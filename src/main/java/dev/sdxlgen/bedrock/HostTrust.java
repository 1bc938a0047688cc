package dev.sdxlgen.bedrock;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedTrustManager;
import org.conscrypt.OkHostnameVerifier;

/**
 * Java says whether a server's authority is trusted. Whether its certificate is for the host (RFC
 * 2818) Conscrypt says, by the alternative names; where it says no, Java, who knows more kinds. It
 * would say so at once, but reads the tables of international names for it, 18 ms, and whether the
 * authority is one of its own, 40 ms.
 */
final class HostTrust extends X509ExtendedTrustManager {

  private final X509ExtendedTrustManager trust;

  HostTrust(X509ExtendedTrustManager trust) {
    this.trust = trust;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    trust.checkServerTrusted(chain, type);
    String host = engine.getPeerHost();
    if (host != null && OkHostnameVerifier.strictInstance().verify(host, chain[0])) {
      return;
    }
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    try {
      trust.checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      // HttpsURLConnection's words, where it compares.
      throw new CertificateException("HTTPS hostname wrong: should be <" + host + ">", e);
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
    return trust.getAcceptedIssuers();
  }
}
