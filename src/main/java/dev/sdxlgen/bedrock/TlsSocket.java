package dev.sdxlgen.bedrock;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * A client's TLS over a connected socket, by an engine that compares the host's name itself ({@link
 * HostTrust}). It has what HttpsURLConnection asks of a socket.
 *
 * <p>Conscrypt has such a socket too. For each of the 256 records of an image it takes twice as
 * much of Java's interpreter, in a program that has just started 8 ms in all, and it gives one
 * record at a time to all the streams above it; and it reads the tables of international names, 18
 * ms, whenever it is asked for its parameters.
 */
final class TlsSocket extends SSLSocket {

  /** How much is asked of the network at a time; a record that isn't whole has room beside it. */
  private static final int AT_ONCE = 64 << 10;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Socket plain;
  private final SSLEngine engine;
  private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Held by who reads, and for a handshake; taken before {@link #writing}. */
  private final Object reading = new Object();

  private final ByteBuffer received;
  private final ByteBuffer decrypted;
  private boolean held;
  private volatile IOException failure;
  private volatile boolean told;
  private SSLException broken;

  private final ReentrantLock writing = new ReentrantLock();
  private final ByteBuffer encrypted;

  /**
   * @param plain connected; it is closed with this
   * @param engine not begun
   */
  TlsSocket(Socket plain, SSLEngine engine) {
    this.plain = plain;
    this.engine = engine;
    engine.setUseClientMode(true);
    SSLSession session = engine.getSession();
    int record = session.getPacketBufferSize();
    received = ByteBuffer.allocate(AT_ONCE + record).limit(0);
    decrypted = ByteBuffer.allocate(session.getApplicationBufferSize()).limit(0);
    encrypted = ByteBuffer.allocate(record);
  }

  // The handshake

  /** Waits for it, if it is being held. */
  @Override
  public void startHandshake() throws IOException {
    if (told) {
      return;
    }
    shakeHandsAhead();
    if (failure != null) {
      close();
      throw failure;
    }
    told = true;
    var event = new HandshakeCompletedEvent(this, engine.getSession());
    listeners.forEach(listener -> listener.handshakeCompleted(event));
  }

  /**
   * Holds it once; what went wrong is for {@link #startHandshake} to say.
   *
   * @return whether nothing did
   */
  boolean shakeHandsAhead() {
    synchronized (reading) {
      if (held) {
        return failure == null;
      }
      held = true;
      // Until it isn't.
      failure = new SSLException("the handshake was broken off");
      try {
        engine.beginHandshake();
        decrypted.clear();
        shakeHands(decrypted);
        decrypted.flip();
        failure = null;
      } catch (IOException e) {
        failure = e;
      } catch (RuntimeException e) {
        failure = new SSLException(e);
      } finally {
        if (failure != null) {
          decrypted.limit(0);
        }
      }
      return failure == null;
    }
  }

  /**
   * Does what the engine wants of us until there is nothing more.
   *
   * @param into takes what comes behind the handshake
   */
  private void shakeHands(ByteBuffer into) throws IOException {
    HandshakeStatus next = engine.getHandshakeStatus();
    while (isShaking(next)) {
      if (next == HandshakeStatus.NEED_WRAP) {
        send(NOTHING);
      } else if (receive(into, true) == null) {
        throw new SSLHandshakeException("the server closed the connection");
      }
      next = engine.getHandshakeStatus();
    }
    // That is how it looks when it was closed, too.
    if (closed.get() || engine.isInboundDone() || engine.isOutboundDone()) {
      throw new SSLException("the connection was closed");
    }
  }

  private static boolean isShaking(HandshakeStatus status) {
    return status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NEED_UNWRAP;
  }

  // Reading, by who holds the lock for it

  private int read(byte[] into, int offset, int length) throws IOException {
    synchronized (reading) {
      startHandshake();
      if (closed.get()) {
        throw new SocketException("the connection is closed");
      }
      if (!decrypted.hasRemaining()) {
        if (length >= decrypted.capacity()) {
          ByteBuffer target = ByteBuffer.wrap(into, offset, length);
          decrypt(target);
          return target.position() == offset ? -1 : target.position() - offset;
        }
        decrypted.clear();
        try {
          decrypt(decrypted);
        } finally {
          decrypted.flip();
        }
      }
      int count = Math.min(length, decrypted.remaining());
      decrypted.get(into, offset, count);
      return count == 0 ? -1 : count;
    }
  }

  /** As many records as are there and have room; nothing at the end alone. */
  private void decrypt(ByteBuffer into) throws IOException {
    if (broken != null) {
      throw broken;
    }
    int start = into.position();
    boolean more = true;
    while (more && into.remaining() >= decrypted.capacity()) {
      try {
        HandshakeStatus next = receive(into, into.position() == start);
        more = next != null;
        if (more && isShaking(next)) {
          // As TLS 1.2 may want another.
          shakeHands(into);
        }
      } catch (SSLException e) {
        broken = e;
        // What came before it is good.
        if (into.position() == start) {
          throw e;
        }
        more = false;
      }
    }
  }

  /**
   * A record, which may have nothing for us in it.
   *
   * @param waiting for it to come, if it hasn't
   * @return what the engine wants next; null when there is no record
   */
  private HandshakeStatus receive(ByteBuffer into, boolean waiting) throws IOException {
    while (true) {
      SSLEngineResult result = engine.unwrap(received, into);
      switch (result.getStatus()) {
        case OK:
          return result.getHandshakeStatus();
        case CLOSED:
          if (closed.get()) {
            throw new SocketException("the connection is closed");
          }
          return null;
        case BUFFER_UNDERFLOW:
          if (!waiting || !fill()) {
            return null;
          }
          break;
        default:
          throw new SSLException("more was received than there is room for");
      }
    }
  }

  private boolean fill() throws IOException {
    received.compact();
    try {
      int count =
          plain.getInputStream().read(received.array(), received.position(), received.remaining());
      received.position(received.position() + Math.max(0, count));
      return count >= 0;
    } finally {
      received.flip();
    }
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        return length == 0 ? 0 : TlsSocket.this.read(into, offset, length);
      }

      @Override
      public int available() {
        synchronized (reading) {
          return decrypted.remaining();
        }
      }

      @Override
      public void close() throws IOException {
        TlsSocket.this.close();
      }
    };
  }

  // Writing

  private void send(ByteBuffer content) throws IOException {
    writing.lock();
    try {
      do {
        SSLEngineResult result = encrypt(content);
        if (result.getStatus() != SSLEngineResult.Status.OK) {
          throw new SocketException("the connection is closed");
        }
        if (content.hasRemaining() && result.bytesConsumed() == 0) {
          throw new SSLException("the server wants a handshake before all is sent");
        }
      } while (content.hasRemaining());
    } finally {
      writing.unlock();
    }
  }

  /** A record, sent. */
  private SSLEngineResult encrypt(ByteBuffer content) throws IOException {
    encrypted.clear();
    SSLEngineResult result = engine.wrap(content, encrypted);
    plain.getOutputStream().write(encrypted.array(), 0, encrypted.position());
    return result;
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        startHandshake();
        if (length > 0) {
          send(ByteBuffer.wrap(from, offset, length));
        }
      }

      @Override
      public void close() throws IOException {
        TlsSocket.this.close();
      }
    };
  }

  /** Says goodbye, or why, if nobody is just writing. */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      // Whoever says goodbye may wait for it.
      plain.close();
      return;
    }
    try {
      engine.closeOutbound();
      if (writing.tryLock()) {
        try {
          while (encrypt(NOTHING).bytesProduced() > 0) {
            // There may be an alert before it.
          }
        } finally {
          writing.unlock();
        }
      }
    } catch (IOException e) {
      // It is closed all the same.
    } finally {
      plain.close();
      free();
    }
  }

  private void free() {
    try {
      engine.closeInbound();
    } catch (SSLException e) {
      // That the server hasn't said goodbye is nothing new.
    }
  }

  // What the engine knows

  @Override
  public SSLSession getSession() {
    try {
      startHandshake();
    } catch (IOException e) {
      // Whoever reads or writes is told.
    }
    return engine.getSession();
  }

  @Override
  public SSLSession getHandshakeSession() {
    return engine.getHandshakeSession();
  }

  /** Says that the name is compared here; within the handshake, that Java needn't. */
  @Override
  public SSLParameters getSSLParameters() {
    var parameters = new SSLParameters(getEnabledCipherSuites(), getEnabledProtocols());
    if (!Thread.holdsLock(reading)) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    return parameters;
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return engine.getSupportedCipherSuites();
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return engine.getEnabledCipherSuites();
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    engine.setEnabledCipherSuites(suites);
  }

  @Override
  public String[] getSupportedProtocols() {
    return engine.getSupportedProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    return engine.getEnabledProtocols();
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    engine.setEnabledProtocols(protocols);
  }

  @Override
  public boolean getUseClientMode() {
    return engine.getUseClientMode();
  }

  @Override
  public void setUseClientMode(boolean client) {
    engine.setUseClientMode(client);
  }

  @Override
  public boolean getNeedClientAuth() {
    return engine.getNeedClientAuth();
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    engine.setNeedClientAuth(need);
  }

  @Override
  public boolean getWantClientAuth() {
    return engine.getWantClientAuth();
  }

  @Override
  public void setWantClientAuth(boolean want) {
    engine.setWantClientAuth(want);
  }

  @Override
  public boolean getEnableSessionCreation() {
    return engine.getEnableSessionCreation();
  }

  @Override
  public void setEnableSessionCreation(boolean may) {
    engine.setEnableSessionCreation(may);
  }

  @Override
  public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
    listeners.remove(listener);
  }

  // What the network knows

  @Override
  public void connect(SocketAddress address, int timeout) throws IOException {
    throw new SocketException("it is connected");
  }

  @Override
  public InetAddress getInetAddress() {
    return plain.getInetAddress();
  }

  @Override
  public int getPort() {
    return plain.getPort();
  }

  @Override
  public InetAddress getLocalAddress() {
    return plain.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return plain.getLocalPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return plain.getRemoteSocketAddress();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return plain.getLocalSocketAddress();
  }

  @Override
  public boolean isConnected() {
    return plain.isConnected();
  }

  @Override
  public boolean isBound() {
    return plain.isBound();
  }

  @Override
  public boolean isClosed() {
    return closed.get() || plain.isClosed();
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return plain.getSoTimeout();
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    plain.setSoTimeout(millis);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return plain.getTcpNoDelay();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    plain.setTcpNoDelay(on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException {
    return plain.getKeepAlive();
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    plain.setKeepAlive(on);
  }

  @Override
  public String toString() {
    return "TLS over " + plain;
  }
}
