package dev.sdxlgen.mock;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/**
 * A small HTTP/1.1 server that leaves the socket in our hands, because half of the faults happen
 * there. One daemon thread listens, one more serves each connection.
 */
final class HttpServer implements Runnable, AutoCloseable {

  private static final int BACKLOG = 512;

  /** In milliseconds. */
  private static final int LONGEST_GOODBYE = 2_000;

  private final ServerSocket listening;
  private final Handler handler;
  private final Thread accepting;

  /** Those that are open; also the lock. */
  private final Set<HttpConnection> connections = new HashSet<>();

  private boolean closed;

  /** Says what a request is answered with. Several threads call it at once. */
  interface Handler {

    HttpResponse answer(HttpRequest request) throws InterruptedException;

    /** What a request that can't be read is answered with, before the connection is closed. */
    HttpResponse refuse(HttpReader.Unreadable why);
  }

  /**
   * @throws IOException when the address can't be listened on
   */
  HttpServer(InetSocketAddress address, Handler handler) throws IOException {
    this.handler = handler;
    listening = new ServerSocket();
    try {
      listening.bind(address, BACKLOG);
    } catch (IOException e) {
      listening.close();
      throw e;
    }
    accepting = start("mock-bedrock", this);
  }

  int port() {
    return listening.getLocalPort();
  }

  @Override
  public void run() {
    while (true) {
      try {
        serve(listening.accept());
      } catch (IOException e) {
        if (listening.isClosed()) {
          return;
        }
        pause();
      }
    }
  }

  /** Out of file descriptors: there may be some in a moment. */
  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket socket) {
    var connection = new HttpConnection(socket, handler, this);
    synchronized (connections) {
      if (closed) {
        connection.close();
        return;
      }
      connections.add(connection);
    }
    connection.start();
  }

  void forget(HttpConnection connection) {
    synchronized (connections) {
      connections.remove(connection);
    }
  }

  /** Stops listening and cuts every connection. */
  @Override
  public void close() {
    Set<HttpConnection> open;
    synchronized (connections) {
      closed = true;
      open = Set.copyOf(connections);
    }
    try {
      listening.close();
    } catch (IOException e) {
      // It no longer listens, which is what was asked.
    }
    for (HttpConnection connection : open) {
      connection.close();
    }
    // The port is free when the thread has left accept(), a moment later.
    try {
      accepting.join(LONGEST_GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static Thread start(String name, Runnable work) {
    var thread = new Thread(null, work, name, 0, false);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
