package dev.sdxlgen.bedrock;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * What TLS goes through. It can be on its way before anybody waits for it: the host's name is
 * looked up and the host reached while the SDK puts the call together. And it is read 64 KB at a
 * time: Java's TLS asks for a record at a time, 16 KB, and each time the system is asked, which for
 * an image of 4 MB, in a program that has just started, takes 5 ms more.
 */
final class EarlySocket extends Socket {

  private static final int AT_ONCE = 64 << 10;

  /** Nobody hangs up so soon, and what went wrong is no older. */
  private static final Duration NOT_IDLE = Duration.ofMillis(100);

  /** Null when it is connected as any other. */
  private FutureTask<Void> connecting;

  /** Where to, then; not looked up. */
  private InetSocketAddress target;

  /** When it was there for a call or had failed, by {@link System#nanoTime}; 0 before. */
  private volatile long since;

  private volatile boolean failed;

  private InputStream in;
  private SSLSocket secured;

  /** One that is connected when it is asked to. */
  EarlySocket() {
    super(Proxy.NO_PROXY);
  }

  /**
   * One that is being connected; who asks it to connect, waits for that.
   *
   * @param then is done by the same thread when it is, and says whether nothing went wrong
   */
  static EarlySocket to(String host, int port, Duration timeout, Predicate<EarlySocket> then) {
    EarlySocket socket = new EarlySocket();
    socket.target = InetSocketAddress.createUnresolved(Connections.unbracketed(host), port);
    socket.connecting =
        new FutureTask<>(
            () -> {
              socket.reach(new InetSocketAddress(host, port), (int) timeout.toMillis());
              return null;
            });
    Thread thread =
        new Thread(
            () -> {
              socket.connecting.run();
              socket.failed = !socket.isConnected() || !then.test(socket);
              socket.since = System.nanoTime();
            },
            "connect");
    thread.setDaemon(true);
    thread.start();
    return socket;
  }

  /** Whether it is on its way there. */
  boolean isOnItsWayTo(String host, int port) {
    return InetSocketAddress.createUnresolved(Connections.unbracketed(host), port).equals(target);
  }

  /**
   * Whether a call may go over it: it is on its way, or is there, has not been idle for longer than
   * Java keeps a connection, and nobody has hung up on it. To ask that takes a millisecond. What
   * has just gone wrong is for the call to tell; what went wrong some time ago may go well now.
   *
   * @param now by {@link System#nanoTime}
   */
  boolean isGood(long now) {
    long there = since;
    long idle = now - there;
    return there == 0
        || idle < NOT_IDLE.toNanos()
        || (!failed && idle < Connections.mostIdle().toNanos() && isOpen());
  }

  /** What has come meanwhile stays to be read. */
  private boolean isOpen() {
    try {
      int timeout = getSoTimeout();
      InputStream received = getInputStream();
      received.mark(AT_ONCE);
      setSoTimeout(1);
      try {
        received.skipNBytes(AT_ONCE);
        return false;
      } catch (SocketTimeoutException e) {
        received.reset();
        return true;
      } finally {
        setSoTimeout(timeout);
      }
    } catch (IOException e) {
      return false;
    }
  }

  private void reach(SocketAddress address, int timeout) throws IOException {
    super.connect(address, timeout);
  }

  /** To where it is on its way, if it is, whatever the address. */
  @Override
  public void connect(SocketAddress address, int timeout) throws IOException {
    if (connecting == null) {
      reach(address, timeout);
      return;
    }
    try {
      connecting.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /**
   * What is put over it; over one that is on its way, once.
   *
   * @throws SSLException when it is on its way elsewhere
   */
  synchronized SSLSocket secured(String host, int port, Supplier<SSLSocket> made)
      throws SSLException {
    if (target == null) {
      return made.get();
    }
    if (!isOnItsWayTo(host, port)) {
      throw new SSLException("the connection goes to " + target + ", not to " + host);
    }
    if (secured == null) {
      secured = made.get();
    }
    return secured;
  }

  /** Closes it; what it says then is of no interest. */
  void abandon() {
    try {
      close();
    } catch (IOException e) {
      // Nobody uses it.
    }
  }

  @Override
  public synchronized InputStream getInputStream() throws IOException {
    if (in == null) {
      in = new BufferedInputStream(super.getInputStream(), AT_ONCE);
    }
    return in;
  }
}
