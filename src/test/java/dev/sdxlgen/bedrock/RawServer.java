package dev.sdxlgen.bedrock;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;

/** A server on loopback that does to each connection what a test wants done. */
final class RawServer implements AutoCloseable {

  /** What is done to a connection, which is closed afterwards. */
  @FunctionalInterface
  interface Conversation {
    void hold(Connection connection) throws IOException;
  }

  /**
   * A request as it came.
   *
   * @param head the request line and the headers
   */
  record Request(String head, byte[] body) {

    String line() {
      return head.substring(0, head.indexOf("\r\n"));
    }

    /** The value of a header; null when there is none. */
    String header(String name) {
      for (String line : head.split("\r\n")) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return null;
    }

    String text() {
      return new String(body, UTF_8);
    }
  }

  private final ServerSocket listening;
  private final String scheme;
  private final Conversation conversation;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch answering = new CountDownLatch(1);
  private final Thread accepting;

  private RawServer(ServerSocketFactory sockets, Conversation conversation) {
    try {
      listening = sockets.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    scheme = sockets instanceof SSLServerSocketFactory ? "https" : "http";
    this.conversation = conversation;
    accepting = start(this::accept);
  }

  static RawServer start(Conversation conversation) {
    return new RawServer(ServerSocketFactory.getDefault(), conversation);
  }

  static RawServer start(ServerSocketFactory sockets, Conversation conversation) {
    return new RawServer(sockets, conversation);
  }

  /** Answers every request the same, and closes the connection. */
  static RawServer answering(String answer) {
    return answering(ServerSocketFactory.getDefault(), answer);
  }

  /** The same on other sockets. */
  static RawServer answering(ServerSocketFactory sockets, String answer) {
    return start(
        sockets,
        connection -> {
          connection.read();
          connection.write(answer);
        });
  }

  /** An HTTP answer, with its Content-Length, after which the connection is closed. */
  static String http(String status, String headers, String body) {
    return "HTTP/1.1 "
        + status
        + "\r\n"
        + headers
        + "Connection: close\r\nContent-Length: "
        + body.getBytes(UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  URI uri() {
    return URI.create(scheme + "://127.0.0.1:" + listening.getLocalPort());
  }

  /** What was read of the connections so far. */
  List<Request> requests() {
    return requests;
  }

  /** The client sees that an answer begins. */
  void answeringSeen() {
    answering.countDown();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        open.add(socket);
        start(() -> serve(socket));
      } catch (IOException e) {
        // It was closed.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      conversation.hold(new Connection(socket));
    } catch (IOException e) {
      // The client has gone.
    } finally {
      open.remove(socket);
    }
  }

  private static Thread start(Runnable task) {
    Thread thread = new Thread(task, "raw-server");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : open) {
        socket.close();
      }
      // While it still waits for a connection, the system may take one for it.
      accepting.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One client's connection. */
  final class Connection {

    private final Socket socket;

    private Connection(Socket socket) {
      this.socket = socket;
    }

    /** Reads a request whole. */
    Request read() throws IOException {
      String head = readHead();
      Request headOnly = new Request(head, new byte[0]);
      String length = headOnly.header("Content-Length");
      byte[] body =
          length == null
              ? new byte[0]
              : socket.getInputStream().readNBytes(Integer.parseInt(length));
      Request request = new Request(head, body);
      requests.add(request);
      return request;
    }

    /** What a secure connection is encrypted with. */
    String cipherSuite() {
      return ((SSLSocket) socket).getSession().getCipherSuite();
    }

    /** Shakes hands once more, as of TLS 1.2 servers do that want to know who it is. */
    void askForACertificate() throws IOException {
      var secure = (SSLSocket) socket;
      secure.setNeedClientAuth(true);
      secure.startHandshake();
      secure.getInputStream().read();
    }

    /** Reads as far as the empty line. */
    String readHead() throws IOException {
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("the client has gone");
        }
        head.write(next);
      }
      return head.toString(ISO_8859_1);
    }

    void write(String text) throws IOException {
      write(text.getBytes(UTF_8));
    }

    void write(byte[] bytes) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    }

    /** Waits until the client sees that an answer begins. */
    void awaitAnswering() throws IOException {
      try {
        answering.await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }

    /** Ends the connection with an RST. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Says nothing until the client goes. */
    void hang() throws IOException {
      while (socket.getInputStream().read() >= 0) {
        // It may talk on.
      }
    }

    /** Is the client's way to {@code host:port} from now on. */
    void tunnel(String host, int port) throws IOException {
      try (Socket far = new Socket(host, port)) {
        open.add(far);
        start(
            () -> {
              try {
                socket.getInputStream().transferTo(far.getOutputStream());
                far.shutdownOutput();
              } catch (IOException e) {
                // One of them has gone.
              }
            });
        far.getInputStream().transferTo(socket.getOutputStream());
      }
    }
  }
}
