package dev.sdxlgen.bedrock;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.conscrypt.OpenSSLContextImpl;

/**
 * TLS by BoringSSL, through Conscrypt: Java's own is written in Java, and before the second
 * compiler has come to it an image over HTTPS takes 70 ms longer with it. Whom to trust is still
 * Java's to say ({@link HostTrust}).
 *
 * <p>Java's own does it where BoringSSL isn't there for the platform (it wants glibc on Linux), and
 * where somebody has set up Java's security: that is for Java's TLS alone.
 */
final class NativeTls {

  private static final String[] PROPERTIES = {"javax.net.ssl.", "jdk.tls.", "https."};

  private NativeTls() {}

  /**
   * What Conscrypt's security provider would hand out; null when the library can't be loaded or
   * isn't wanted. Without the provider, which lists all that BoringSSL can do, it takes 13 ms less.
   */
  private static SSLContext context() {
    if (isJavasSetUp()) {
      return null;
    }
    try {
      return new SSLContext(OpenSSLContextImpl.getPreferred(), null, "TLS") {};
    } catch (LinkageError e) {
      return null;
    }
  }

  /** Whether it is there, and wanted. */
  static boolean isThere() {
    return context() != null;
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
   * What makes the sockets; null when Java's own is to do it.
   *
   * @param trusted whom to trust
   * @param plain what TLS goes through
   */
  static SSLSocketFactory sockets(Authorities trusted, Supplier<Socket> plain) {
    SSLContext context = context();
    return context == null ? null : TlsSockets.ofNative(begun(context), trusted, plain);
  }

  /**
   * TLS over a connection.
   *
   * @param host who is to be at its other end
   */
  static TlsSocket over(Socket plain, String host, int port, Authorities trusted) {
    // Each has its own, so that no session goes over to another.
    HostTrust trust = new HostTrust(trusted);
    SSLEngine engine = begun(context(), trust).createSSLEngine(host, port);
    TlsSocket socket = new TlsSocket(plain, engine);
    trust.of(socket);
    return socket;
  }

  private static SSLContext begun(SSLContext context, TrustManager... trust) {
    try {
      context.init(null, trust, null);
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
    SSLContext context = context();
    if (context == null) {
      return false;
    }
    try {
      SSLEngine engine = begun(context).createSSLEngine("localhost", 443);
      engine.setUseClientMode(true);
      engine.beginHandshake();
      engine.wrap(
          ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
      engine.closeInbound();
    } catch (SSLException e) {
      // The call itself will tell.
    }
    return true;
  }
}
