package dev.sdxlgen.bedrock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
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

/** A certificate that nobody has signed, made by the JDK's keytool: CN=localhost. */
record Tls(ServerSocketFactory sockets, Path pem) {

  private static final char[] PASSWORD = "changeit".toCharArray();

  static Tls in(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
    return in(folder, "IP:127.0.0.1,DNS:localhost");
  }

  /**
   * @param names alternative names as keytool takes them; null for none
   */
  static Tls in(Path folder, String names)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path file = Files.createTempDirectory(folder, "tls").resolve("key.p12");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD)));
    if (names != null) {
      command.addAll(List.of("-ext", "SAN=" + names));
    }
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    String base64 =
        Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(store.getCertificate("server").getEncoded());
    Path pem =
        Files.writeString(
            file.resolveSibling("ca.pem"),
            "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    return new Tls(context.getServerSocketFactory(), pem);
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
