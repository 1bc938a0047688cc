package dev.sdxlgen.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that answers each request as no HTTP server would. */
final class RawServer implements AutoCloseable {

  private final ServerSocket listening;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Behaviour behaviour;

  /** What is done once a request has been read; the socket is closed afterwards. */
  interface Behaviour {
    void answer(Socket socket) throws IOException, InterruptedException;
  }

  private RawServer(ServerSocket listening, Behaviour behaviour) {
    this.listening = listening;
    this.behaviour = behaviour;
  }

  static RawServer start(Behaviour behaviour) throws IOException {
    var server =
        new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behaviour);
    inBackground(server::serve);
    return server;
  }

  private static void inBackground(Runnable work) {
    var thread = new Thread(work, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** How many requests were read whole. */
  int requests() {
    return requests.size();
  }

  /** The first line of each request. */
  List<String> requestLines() {
    return requests.stream().map(head -> head.substring(0, head.indexOf("\r\n"))).toList();
  }

  private void serve() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        inBackground(() -> serve(socket));
      } catch (IOException e) {
        // The test is over.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      requests.add(readRequest(socket.getInputStream()));
      behaviour.answer(socket);
    } catch (IOException | InterruptedException e) {
      // The client went, or the test is over.
    }
  }

  /** Reads a request whole, and gives its head. */
  private static String readRequest(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("there is no request");
      }
      head.write(next);
    }
    for (String line : head.toString(StandardCharsets.ISO_8859_1).split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        in.readNBytes(Integer.parseInt(line.substring("content-length:".length()).strip()));
      }
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
