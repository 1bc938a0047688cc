package dev.sdxlgen.mock;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A bare socket to a mock, for what no HTTP client would do. */
final class Wire implements AutoCloseable {

  private final Socket socket;

  Wire(MockBedrock mock) {
    try {
      socket = new Socket();
      socket.connect(address(mock));
      socket.setSoTimeout(20_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean connects(MockBedrock mock) {
    try (var socket = new Socket()) {
      socket.connect(address(mock));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static InetSocketAddress address(MockBedrock mock) {
    return new InetSocketAddress(mock.endpoint().getHost(), mock.endpoint().getPort());
  }

  static String invoke(String headers, String body) {
    return "POST /model/stability.stable-diffusion-xl/invoke HTTP/1.1\r\n"
        + "Authorization: Bearer made-up\r\n"
        + headers
        + "\r\n"
        + body;
  }

  Wire send(String text) {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  Wire send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Wire endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Up to the empty line. */
  String readHead() {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = read();
      if (next < 0) {
        throw new IllegalStateException("ended after: " + head);
      }
      head.append((char) next);
    }
    length = 0;
    for (String line : head.toString().split("\r\n")) {
      if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring(16));
      }
    }
    return head.toString();
  }

  private int length;

  /** As long as the head said. */
  String readBody() {
    try {
      return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int length() {
    return length;
  }

  /** The next byte, or -1 at the end. */
  int read() {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] readAll() throws IOException {
    var all = new ByteArrayOutputStream();
    socket.getInputStream().transferTo(all);
    return all.toByteArray();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
