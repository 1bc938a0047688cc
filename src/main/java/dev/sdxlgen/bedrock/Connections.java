package dev.sdxlgen.bedrock;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionFactory;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * Opens connections the way the environment asks for: through HTTPS_PROXY unless NO_PROXY says
 * otherwise, trusting AWS_CA_BUNDLE, with our time-outs.
 *
 * <p>The SDK's own builder makes an SSLContext at once, even for plain HTTP: 60 to 90 ms that are
 * saved here.
 */
final class Connections implements UrlConnectionFactory {

  /** How many seconds Java keeps a connection that is idle. */
  private static final String KEPT = "http.keepAlive.time.server";

  static {
    // Every HTTPS connection asks for the default factory, 50 ms for the trust store, even one that
    // is given its own.
    HttpsURLConnection.setDefaultSSLSocketFactory(
        TlsSockets.ofJava(null, EarlySocket::new, () -> false));
    // Two connections take turns with --count, each idle while the model draws: often longer than
    // Java's 5 seconds, after which it would be made anew.
    if (System.getProperty(KEPT) == null) {
      System.setProperty(KEPT, "15");
    }
  }

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final ConnectionSettings settings;
  private SSLSocketFactory sockets;
  private volatile boolean quick;

  /** What is being connected; null when it is taken. */
  private EarlySocket early;

  /** Where calls go, as far as is known; null when nothing is connected early. */
  private URI usual;

  Connections(ConnectionSettings settings) {
    this.settings = settings;
    this.quick = !settings.lasting();
  }

  /** How long a connection may be idle before another is made in its place. */
  static Duration mostIdle() {
    return Duration.ofSeconds(Integer.getInteger(KEPT, 5));
  }

  /** The SDK's client over such connections. */
  SdkHttpClient client() {
    return new SecondOffer(UrlConnectionHttpClient.create(this), this);
  }

  /**
   * Begins to connect to where the first call will go, so that nobody waits for the look-up of its
   * name and the ways there and back.
   *
   * @param endpoint if it is reached through a proxy or without TLS, nothing is done
   */
  synchronized void connectEarly(URI endpoint) {
    if ("https".equals(endpoint.getScheme()) && proxyFor(endpoint) == null) {
      usual = endpoint;
      connectAhead();
    }
  }

  /**
   * The same for a call that goes out while the answer to another still arrives: over a second
   * connection. Where the first call's was not connected early, nothing is done.
   */
  synchronized void connectAhead() {
    if (usual != null) {
      close();
      String host = usual.getHost();
      int port = port(usual);
      early = EarlySocket.to(host, port, CONNECT_TIMEOUT, socket -> secure(socket, host, port));
    }
  }

  /** BoringSSL's alone: a socket of Java's that nobody takes would close the connection, on 17. */
  private boolean secure(EarlySocket socket, String host, int port) {
    if (!NativeTls.isThere()) {
      return true;
    }
    try {
      socket.setSoTimeout(readTimeout());
      return !(sockets().createSocket(socket, host, port, true) instanceof TlsSocket tls)
          || tls.shakeHandsAhead();
    } catch (IOException | RuntimeException | LinkageError e) {
      // The call itself will tell.
      return false;
    }
  }

  /**
   * Reads whom to trust, and loads a part of what asks about a server's certificate.
   *
   * @param bundle the file that names those who are trusted; null for whom Java trusts
   */
  static void warmUpTrust(String bundle) throws ClassNotFoundException, GeneralSecurityException {
    if (NativeTls.isThere()) {
      Authorities.of(bundle).warmUp();
      return;
    }
    // Which algorithms are good enough: 5 ms.
    Class.forName("sun.security.ssl.SSLAlgorithmConstraints");
    if (bundle == null) {
      SSLContext.getDefault();
      // Whether an authority is one of Java's own: 25 ms.
      Class.forName("sun.security.util.AnchorCertificates");
    } else {
      Authorities.of(bundle).all();
    }
  }

  private int readTimeout() {
    return (int) Math.min(Integer.MAX_VALUE, settings.timeout().toMillis());
  }

  /** For the next connection with TLS. */
  private synchronized Socket socket() {
    if (early != null && !early.isGood(System.nanoTime())) {
      close();
    }
    EarlySocket socket = early == null ? new EarlySocket() : early;
    early = null;
    return socket;
  }

  /** Gives up what is on its way elsewhere. */
  private synchronized void dropElsewhere(URI uri) {
    if (early != null && !early.isOnItsWayTo(uri.getHost(), port(uri))) {
      usual = null;
      close();
    }
  }

  /** Gives up what was connected and not used. */
  synchronized void close() {
    if (early != null) {
      early.abandon();
      early = null;
    }
  }

  private static int port(URI uri) {
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    return uri.getPort() < 0 ? usual : uri.getPort();
  }

  /** Whether the next connection offers just the encryption that Java is quick at. */
  boolean isQuick() {
    return quick;
  }

  /** From now on new connections offer all the encryption that there is. */
  void offerAll() {
    quick = false;
  }

  @Override
  public HttpURLConnection createConnection(URI uri) {
    try {
      URI proxy = proxyFor(uri);
      HttpURLConnection connection =
          (HttpURLConnection)
              (proxy == null
                  ? uri.toURL().openConnection(Proxy.NO_PROXY)
                  : uri.toURL().openConnection(through(proxy)));
      if (proxy != null && proxy.getRawUserInfo() != null) {
        connection.setAuthenticator(new ProxyLogin(proxy));
      }
      connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
      connection.setReadTimeout(readTimeout());
      if (connection instanceof HttpsURLConnection https) {
        dropElsewhere(uri);
        https.setSSLSocketFactory(sockets());
        if (settings.env("AWS_CA_BUNDLE") != null) {
          // Java's TLS compares the names, and asks this about those that differ (BoringSSL's
          // sockets see to it themselves). Left alone it does so within the handshake, where it
          // wants to know whether the authority is one of its own: reading those takes 40 ms.
          https.setHostnameVerifier((host, session) -> false);
        }
      }
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The proxy for an address; null when it is reached directly. */
  URI proxyFor(URI uri) {
    boolean secure = "https".equals(uri.getScheme());
    // As curl does, the lower-case name first; HTTP_PROXY in capitals can come from a CGI request.
    String proxy = settings.env(secure ? "https_proxy" : "http_proxy");
    if (proxy == null && secure) {
      proxy = settings.env("HTTPS_PROXY");
    }
    if (proxy == null || isDirect(uri)) {
      return null;
    }
    URI parsed;
    try {
      parsed = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
    } catch (IllegalArgumentException e) {
      parsed = null;
    }
    if (parsed == null || parsed.getHost() == null || !"http".equals(parsed.getScheme())) {
      throw new InvalidRequest(
          (secure ? "HTTPS_PROXY" : "http_proxy") + " is not the URL of an HTTP proxy",
          "For example: http://user:password@proxy.example.com:3128");
    }
    return parsed;
  }

  /** Whether NO_PROXY names the host: itself, a domain it is in, or {@code *}. */
  private boolean isDirect(URI uri) {
    String list = ConnectionSettings.either(settings.env("no_proxy"), settings.env("NO_PROXY"));
    if (list == null) {
      return false;
    }
    String host = unbracketed(uri.getHost().toLowerCase(Locale.ROOT));
    String port = Integer.toString(port(uri));
    for (String entry : list.split("[,\\s]+")) {
      String name = entry.toLowerCase(Locale.ROOT);
      if (name.startsWith("*.") || name.startsWith(".")) {
        name = name.substring(name.indexOf('.') + 1);
      }
      int colon = name.lastIndexOf(':');
      boolean bareIpv6 = name.indexOf(':') != colon && !name.startsWith("[");
      if (colon > name.lastIndexOf(']') && !bareIpv6) {
        if (!name.substring(colon + 1).equals(port)) {
          continue;
        }
        name = name.substring(0, colon);
      }
      name = unbracketed(name);
      if (name.equals("*")
          || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
        return true;
      }
    }
    return false;
  }

  /** An IPv6 address as it is, without what sets it off from a port. */
  static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static Proxy through(URI proxy) {
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port));
  }

  private synchronized SSLSocketFactory sockets() {
    if (sockets == null) {
      String bundle = settings.env("AWS_CA_BUNDLE");
      if (NativeTls.isThere()) {
        sockets = TlsSockets.ofNative(Authorities.of(bundle), this::socket);
        offerAll();
      } else {
        Authorities trusted = bundle == null ? null : Authorities.of(bundle);
        sockets = TlsSockets.ofJava(trusted, this::socket, this::isQuick);
      }
    }
    return sockets;
  }

  /** Answers the proxy's question for a user and password, and no other server's. */
  private static final class ProxyLogin extends Authenticator {

    private final URI proxy;
    private boolean given;

    ProxyLogin(URI proxy) {
      this.proxy = proxy;
    }

    @Override
    protected PasswordAuthentication getPasswordAuthentication() {
      // Asked again, it was wrong: trying it over and over locks accounts.
      if (getRequestorType() != RequestorType.PROXY || given) {
        return null;
      }
      given = true;
      String[] login = proxy.getRawUserInfo().split(":", 2);
      return new PasswordAuthentication(
          decoded(login[0]), decoded(login.length > 1 ? login[1] : "").toCharArray());
    }

    private static String decoded(String text) {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
  }
}
