package dev.sdxlgen.bedrock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * Makes sockets with TLS, over such as are {@link EarlySocket}s.
 *
 * <p>They can offer just what the JDK is quick at: ChaCha20, and X25519 to agree on a key. AES it
 * does quickly only where its second compiler has come to it: in a program that has just started,
 * an image of 4 MB takes 150 ms with AES and 50 ms with ChaCha20. And a first key on the curve
 * P-256, which is made for every handshake that offers it, takes Java 25 80 ms. Both are as good as
 * what they replace (RFC 8446, 9.1 and B.4), and who takes neither is offered all. In the long run
 * it is the other way round: an image of a batch takes 44 ms with AES, 60 ms with ChaCha20.
 */
final class TlsSockets extends SSLSocketFactory {

  private static final String QUICK_CURVE = "x25519";

  /** Java has it from 20 on. */
  private static final class Curves {
    static final Method SETTER = setter();

    private static Method setter() {
      try {
        return SSLParameters.class.getMethod("setNamedGroups", String[].class);
      } catch (NoSuchMethodException e) {
        return null;
      }
    }
  }

  /** Puts TLS over a connected socket. */
  private interface Layer {
    SSLSocket over(Socket plain, String host, int port) throws IOException;
  }

  /** What is there to choose from. */
  private final Supplier<SSLContext> tls;

  private final Supplier<Socket> plain;
  private final Layer layer;

  private TlsSockets(Supplier<SSLContext> tls, Supplier<Socket> plain, Layer layer) {
    this.tls = tls;
    this.plain = plain;
    this.layer = layer;
  }

  /**
   * With BoringSSL's TLS, which offers all that it has.
   *
   * @param trusted whom to trust
   * @param plain what TLS goes through, not connected or about to be
   */
  static TlsSockets ofNative(Authorities trusted, Supplier<Socket> plain) {
    return new TlsSockets(
        NativeTls::context,
        plain,
        (socket, host, port) -> {
          String name = Connections.unbracketed(host);
          return socket instanceof EarlySocket early
              ? early.secured(name, port, () -> NativeTls.over(early, name, port, trusted))
              : NativeTls.over(socket, name, port, trusted);
        });
  }

  /**
   * With the JDK's TLS.
   *
   * @param trusted whom to trust; null for the JDK's default, which is looked for when the first
   *     socket is made
   * @param plain what TLS goes through, not connected or about to be
   * @param quick whether a new socket offers just what is quick
   */
  static TlsSockets ofJava(Authorities trusted, Supplier<Socket> plain, BooleanSupplier quick) {
    Supplier<SSLContext> tls = once(() -> javas(trusted));
    return new TlsSockets(
        tls,
        () -> {
          // What is wrong with the set-up is told first, whether anybody listens or not.
          tls.get();
          return plain.get();
        },
        (socket, host, port) -> {
          var made =
              (SSLSocket) tls.get().getSocketFactory().createSocket(socket, host, port, true);
          return quick.getAsBoolean() ? quick(made) : made;
        });
  }

  private static Supplier<SSLContext> once(Supplier<SSLContext> made) {
    return new Supplier<>() {
      private SSLContext context;

      @Override
      public synchronized SSLContext get() {
        if (context == null) {
          context = made.get();
        }
        return context;
      }
    };
  }

  /** Whether a quick offer is made without the curve P-256. */
  static boolean choosesCurve() {
    return Curves.SETTER != null;
  }

  private static SSLContext javas(Authorities trusted) {
    try {
      return context(trusted);
    } catch (GeneralSecurityException e) {
      throw new InvalidRequest(
          "Java's TLS can't be set up: " + rootOf(e).getMessage(),
          "Mend what -Djavax.net.ssl.… in SDXL_GEN_OPTS names, or lib/security/cacerts of Java");
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static SSLContext context(Authorities trusted) throws GeneralSecurityException {
    if (trusted == null) {
      return SSLContext.getDefault();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trusted.all()}, null);
    return context;
  }

  private static SSLSocket quick(SSLSocket socket) {
    SSLParameters offer = socket.getSSLParameters();
    offer.setCipherSuites(quick(offer.getCipherSuites()));
    if (Curves.SETTER != null) {
      try {
        Curves.SETTER.invoke(offer, (Object) new String[] {QUICK_CURVE});
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    socket.setSSLParameters(offer);
    return socket;
  }

  /** Those with ChaCha20; all where there are none. */
  static String[] quick(String... suites) {
    String[] quick = new String[suites.length];
    int count = 0;
    for (String suite : suites) {
      if (suite.contains("CHACHA20")) {
        quick[count++] = suite;
      }
    }
    return count == 0 ? suites : Arrays.copyOf(quick, count);
  }

  /** Without TLS yet: that comes when it is connected, as through a proxy. */
  @Override
  public Socket createSocket() {
    return plain.get();
  }

  @Override
  public Socket createSocket(Socket tunnel, String host, int port, boolean closing)
      throws IOException {
    return layer.over(tunnel, host, port);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw direct();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    throw direct();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw direct();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    throw direct();
  }

  /** Java would try it when something is wrong with a proxy's tunnel, and go round the proxy. */
  private static SocketException direct() {
    return new SocketException("TLS goes through a connection that is there");
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return tls.get().getDefaultSSLParameters().getCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return tls.get().getSupportedSSLParameters().getCipherSuites();
  }
}
