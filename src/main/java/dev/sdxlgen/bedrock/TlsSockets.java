package dev.sdxlgen.bedrock;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * The JDK's sockets, which offer ChaCha20 first. The JDK is quick at AES only where its second
 * compiler has come to it: in a program that has just started, an image of 4 MB takes 150 ms with
 * AES and 30 ms with ChaCha20. Which is taken, the server decides; all that the JDK has is offered.
 */
final class TlsSockets extends SSLSocketFactory {

  private SSLSocketFactory sockets;

  /**
   * @param sockets makes the sockets; null for the JDK's default, which is looked for when the
   *     first is made
   */
  TlsSockets(SSLSocketFactory sockets) {
    this.sockets = sockets;
  }

  private synchronized SSLSocketFactory sockets() {
    if (sockets == null) {
      try {
        sockets = SSLContext.getDefault().getSocketFactory();
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
    return sockets;
  }

  private static Socket prepared(Socket socket) {
    if (socket instanceof SSLSocket tls) {
      tls.setEnabledCipherSuites(ordered(tls.getEnabledCipherSuites()));
    }
    return socket;
  }

  /** The same suites, those with ChaCha20 first, else in their order. */
  static String[] ordered(String... suites) {
    String[] ordered = new String[suites.length];
    int count = 0;
    for (boolean quick : new boolean[] {true, false}) {
      for (String suite : suites) {
        if (suite.contains("CHACHA20") == quick) {
          ordered[count++] = suite;
        }
      }
    }
    return ordered;
  }

  @Override
  public Socket createSocket() throws IOException {
    return prepared(sockets().createSocket());
  }

  @Override
  public Socket createSocket(Socket tunnel, String host, int port, boolean closing)
      throws IOException {
    return prepared(sockets().createSocket(tunnel, host, port, closing));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return prepared(sockets().createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return prepared(sockets().createSocket(host, port, from, fromPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return prepared(sockets().createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return prepared(sockets().createSocket(host, port, from, fromPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return ordered(sockets().getDefaultCipherSuites());
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets().getSupportedCipherSuites();
  }
}
