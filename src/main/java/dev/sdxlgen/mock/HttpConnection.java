package dev.sdxlgen.mock;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One client's connection: request after request, each answered as its {@code Delivery} says. */
final class HttpConnection implements Runnable {

  /** How long a client may be silent, in milliseconds. */
  private static final int IDLE = 60_000;

  /** How long a refused client may go on being silent, in milliseconds. */
  private static final int LINGERING = 2_000;

  /** How much of a refused body is read and thrown away, so that the client sees the refusal. */
  private static final int MOST_DRAINED = 200_000_000;

  private final Socket socket;
  private final HttpServer.Handler handler;
  private final HttpServer server;
  private volatile Thread thread;

  HttpConnection(Socket socket, HttpServer.Handler handler, HttpServer server) {
    this.socket = socket;
    this.handler = handler;
    this.server = server;
  }

  void start() {
    thread = HttpServer.start("mock-bedrock-connection", this);
  }

  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(IDLE);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 14);
      var reader = new HttpReader(in, out);
      boolean more = true;
      while (more) {
        more = serveNext(reader, in, out);
      }
    } catch (IOException e) {
      // The client went away or fell silent, or the mock was closed: nobody is there to be told.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.forget(this);
    }
  }

  /** Whether the connection stays open. */
  private boolean serveNext(HttpReader reader, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    HttpRequest request;
    try {
      request = reader.next();
    } catch (HttpReader.Unreadable e) {
      send(out, handler.refuse(e), true, true);
      socket.shutdownOutput();
      drain(in);
      return false;
    }
    if (request == null) {
      return false;
    }
    HttpResponse response = handler.answer(request);
    switch (response.delivery()) {
      case NEVER -> {
        waitForTheClientToGo(in);
        return false;
      }
      case RESET -> {
        socket.setSoLinger(true, 0);
        return false;
      }
      case HALF -> {
        send(out, response, true, true);
        return false;
      }
      default -> {
        boolean close = reader.last() || hasLengthOfItsOwn(response);
        send(out, response, !request.method().equals("HEAD"), close);
        return !close;
      }
    }
  }

  private static boolean hasLengthOfItsOwn(HttpResponse response) {
    for (String name : response.headers().keySet()) {
      if (name.equalsIgnoreCase("Content-Length")) {
        return true;
      }
    }
    return false;
  }

  private static void send(OutputStream out, HttpResponse response, boolean withBody, boolean close)
      throws IOException {
    var head = new StringBuilder(320);
    head.append("HTTP/1.1 ").append(response.status()).append(' ');
    head.append(reason(response.status())).append("\r\n");
    for (Map.Entry<String, String> header : response.headers().entrySet()) {
      head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    if (response.status() != 204 && !hasLengthOfItsOwn(response)) {
      head.append("Content-Length: ").append(response.length()).append("\r\n");
    }
    if (close) {
      head.append("Connection: close\r\n");
    }
    head.append("\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    if (withBody) {
      long left =
          response.delivery() == HttpResponse.Delivery.HALF
              ? response.length() / 2
              : response.length();
      for (byte[] part : response.body()) {
        int some = (int) Math.min(left, part.length);
        out.write(part, 0, some);
        left -= some;
      }
    }
    out.flush();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 204 -> "No Content";
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 417 -> "Expectation Failed";
      case 424 -> "Failed Dependency";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      case 505 -> "HTTP Version Not Supported";
      default -> "Status";
    };
  }

  private void waitForTheClientToGo(InputStream in) throws IOException {
    socket.setSoTimeout(0);
    byte[] ignored = new byte[1024];
    while (in.read(ignored) >= 0) {
      // It has more to say, and gets no answer to that either.
    }
  }

  private void drain(InputStream in) throws IOException {
    socket.setSoTimeout(LINGERING);
    byte[] ignored = new byte[1 << 14];
    int drained = 0;
    int some = 0;
    while (drained < MOST_DRAINED && some >= 0) {
      some = in.read(ignored);
      drained += some;
    }
  }

  /** Cuts the connection, whatever it is doing. */
  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone, which is what was asked.
    }
    Thread serving = thread;
    if (serving != null) {
      serving.interrupt();
    }
  }
}
