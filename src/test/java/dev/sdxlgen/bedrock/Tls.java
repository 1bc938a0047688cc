package dev.sdxlgen.bedrock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A server's certificate, and the authority's that has signed it through another, as at AWS; made
 * by the JDK's keytool.
 *
 * @param sockets the server's
 * @param pem the authority alone
 */
record Tls(ServerSocketFactory sockets, Path pem) {

  private static final String PASSWORD = "changeit";
  private static final String STORE = " -storetype PKCS12 -storepass " + PASSWORD + " -keystore ";

  /** For localhost and 127.0.0.1. */
  static Tls in(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
    return in(folder, "-ext SAN=IP:127.0.0.1,DNS:localhost");
  }

  /**
   * For CN=localhost.
   *
   * @param folder has its own authority
   * @param options of keytool's, for what else the certificate says
   */
  static Tls in(Path folder, String options)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path authorities = folder.resolve("authorities.p12");
    if (Files.notExists(authorities)) {
      String store = STORE + authorities;
      keytool("-genkeypair -alias root -keyalg EC -ext bc:c -dname CN=root" + store);
      keytool(
          "-genkeypair -alias between -signer root -keyalg EC -ext bc:c -dname CN=between" + store);
    }
    Path made = Files.createTempDirectory(folder, "tls");
    Path file = Files.copy(authorities, made.resolve("keys.p12"));
    keytool(
        "-genkeypair -alias server -signer between -keyalg EC -validity 2 -dname CN=localhost "
            + options
            + STORE
            + file);
    KeyStore keys = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    KeyStore server = KeyStore.getInstance("PKCS12");
    server.load(null, null);
    server.setKeyEntry(
        "server",
        keys.getKey("server", PASSWORD.toCharArray()),
        PASSWORD.toCharArray(),
        new Certificate[] {keys.getCertificate("server"), keys.getCertificate("between")});
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(server, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    Path pem = Files.writeString(made.resolve("ca.pem"), pem(keys.getCertificate("root")));
    return new Tls(context.getServerSocketFactory(), pem);
  }

  /**
   * The JDK's keytool.
   *
   * @param arguments between blanks
   */
  static void keytool(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    // Of 0.8 s, for each of many calls, 0.13.
    command.add("-J-XX:TieredStopAtLevel=1");
    command.add("-J-XX:+UseSerialGC");
    command.addAll(List.of(arguments.split(" +")));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }

  /** Certificates as a bundle has them. */
  static String pem(Certificate... certificates) throws CertificateEncodingException {
    StringBuilder text = new StringBuilder();
    for (Certificate certificate : certificates) {
      text.append(pem(certificate.getEncoded()));
    }
    return text.toString();
  }

  static String pem(byte[] der) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END CERTIFICATE-----\n";
  }

  /** A client's socket at the moment before it offers TLS; nobody will answer. */
  static SSLSocket connected(SSLSocketFactory sockets) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Socket socket = sockets.createSocket();
      socket.connect(server.getLocalSocketAddress());
      return (SSLSocket) sockets.createSocket(socket, "localhost", server.getLocalPort(), true);
    }
  }

  /** Sockets that take just this. */
  static ServerSocketFactory limited(ServerSocketFactory sockets, String protocol, String suite) {
    return new SSLServerSocketFactory() {
      @Override
      public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
          throws IOException {
        SSLServerSocket socket =
            (SSLServerSocket) sockets.createServerSocket(port, backlog, address);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setEnabledCipherSuites(new String[] {suite});
        return socket;
      }

      @Override
      public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
      }

      @Override
      public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, 0);
      }

      @Override
      public String[] getDefaultCipherSuites() {
        return new String[] {suite};
      }

      @Override
      public String[] getSupportedCipherSuites() {
        return new String[] {suite};
      }
    };
  }
}
