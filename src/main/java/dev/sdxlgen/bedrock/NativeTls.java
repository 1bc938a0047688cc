package dev.sdxlgen.bedrock;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Security;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.conscrypt.OpenSSLContextImpl;

/**
 * TLS by BoringSSL, through Conscrypt: Java's own is written in Java, and before the second
 * compiler has come to it an image over HTTPS takes 70 ms longer with it. Whom to trust is still
 * Java's to say ({@link HostTrust}).
 *
 * <p>Java's own does it where BoringSSL isn't there for the platform (it wants glibc on Linux), and
 * where a property is set of Java's TLS or of a file with rules for its security, or another
 * provider stands first: that is for Java's TLS alone. What a Java's own {@code java.security} says
 * of TLS doesn't hold for BoringSSL; of certificates it does.
 */
final class NativeTls {

  private static final String[] PROPERTIES = {
    "javax.net.ssl.", "jdk.tls.", "https.", "java.security.properties"
  };

  /**
   * Conscrypt's, of TLS 1.2, but for those with a key that the server's own gives away afterwards
   * (TLS_RSA_WITH_…): Java offers none of these either since 17.0.15 and 24.
   */
  private static final String[] SUITES = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"
  };

  private NativeTls() {}

  /** Loaded when it is asked for. */
  private static final class Library {
    static final boolean THERE = isThere();

    private static boolean isThere() {
      try {
        return OpenSSLContextImpl.getPreferred() != null;
      } catch (LinkageError e) {
        return false;
      }
    }
  }

  /** Whether it is there, and wanted. */
  static boolean isThere() {
    return !isJavasSetUp() && Library.THERE;
  }

  private static boolean isJavasSetUp() {
    for (String name : System.getProperties().stringPropertyNames()) {
      for (String prefix : PROPERTIES) {
        if (name.startsWith(prefix)) {
          return true;
        }
      }
    }
    return !"SUN".equals(Security.getProperty("security.provider.1"));
  }

  /**
   * TLS over a connection; where {@link #isThere()}.
   *
   * @param host who is to be at its other end
   * @param trusted whom to trust
   */
  static TlsSocket over(Socket plain, String host, int port, Authorities trusted) {
    // A context of its own: no session goes over to another, whomever that trusts.
    HostTrust trust = new HostTrust(trusted);
    SSLEngine engine = context(trust).createSSLEngine(host, port);
    engine.setEnabledCipherSuites(SUITES);
    TlsSocket socket = new TlsSocket(plain, engine);
    trust.of(socket);
    return socket;
  }

  /**
   * What Conscrypt's security provider would hand out. Without the provider, which lists all that
   * BoringSSL can do, it takes 13 ms less.
   *
   * @param trust says whom to trust; with none, nobody is trusted
   */
  static SSLContext context(TrustManager... trust) {
    try {
      SSLContext context = new SSLContext(OpenSSLContextImpl.getPreferred(), null, "TLS") {};
      // No keys of ours: Java's own would be looked for, 5 to 15 ms of CPU, before there is an
      // offer.
      context.init(new KeyManager[0], trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Loads what a first connection waits for, but for whom to trust, by offering to nobody.
   *
   * @return whether it is there
   */
  static boolean warmUp() {
    if (!isThere()) {
      return false;
    }
    try {
      SSLEngine engine = context().createSSLEngine("localhost", 443);
      engine.setUseClientMode(true);
      engine.beginHandshake();
      engine.wrap(
          ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
      engine.closeOutbound();
      engine.closeInbound();
    } catch (SSLException e) {
      // The call itself will tell.
    }
    return true;
  }
}
