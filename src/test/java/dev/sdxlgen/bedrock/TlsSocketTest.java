package dev.sdxlgen.bedrock;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ServerSocketFactory;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS beside Java's, which is the server. */
@Timeout(60)
class TlsSocketTest {

  private static final String SUITE_12 = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
  private static final String SUITE_13 = "TLS_AES_128_GCM_SHA256";

  @TempDir static Path folder;
  private static Tls tls;

  private final ExecutorService background = Executors.newCachedThreadPool();

  /** What a server does with the one who comes. */
  private interface Conversation<T> {
    T hold(SSLSocket client) throws Exception;
  }

  @BeforeAll
  static void makeCertificate() throws Exception {
    tls = Tls.in(folder);
  }

  @AfterEach
  void stop() {
    background.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, 1000000",
    "TLSv1.3, 65536",
    "TLSv1.3, 16384",
    "TLSv1.3, 16383",
    "TLSv1.3, 1000",
    "TLSv1.2, 1000000",
    "TLSv1.2, 16384",
    "TLSv1.2, 7",
  })
  void whatIsSentComesBackAsItWas(String protocol, int atOnce) throws Exception {
    byte[] sent = new byte[300_001];
    new Random(7).nextBytes(sent);
    ServerSocketFactory sockets =
        Tls.limited(tls.sockets(), protocol, protocol.equals("TLSv1.3") ? SUITE_13 : SUITE_12);
    try (ServerSocket server = listen(sockets)) {
      Future<Void> echo =
          serve(
              server,
              client -> {
                client.getOutputStream().write(client.getInputStream().readNBytes(sent.length));
                return null;
              });
      try (SSLSocket socket = connect(server)) {
        socket.getOutputStream().write(sent);
        byte[] received = new byte[sent.length];
        int count = 0;
        int read;
        while ((read =
                socket
                    .getInputStream()
                    .read(received, count, Math.min(atOnce, received.length - count)))
            > 0) {
          count += read;
        }
        assertThat(count).isEqualTo(sent.length);
        assertThat(received).isEqualTo(sent);
        assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      }
      echo.get();
    }
  }

  @Test
  void singleBytesAreBytes() throws Exception {
    try (ServerSocket server = listen(tls.sockets())) {
      Future<Integer> received =
          serve(
              server,
              client -> {
                client.getOutputStream().write(new byte[] {0, (byte) 0xff});
                return client.getInputStream().read();
              });
      try (SSLSocket socket = connect(server)) {
        InputStream in = socket.getInputStream();
        assertThat(in.read()).isZero();
        assertThat(in.available()).isEqualTo(1);
        assertThat(in.read()).isEqualTo(0xff);
        assertThat(in.available()).isZero();
        assertThat(in.read(new byte[0])).isZero();
        socket.getOutputStream().write(0xfe);
        assertThat(received.get()).isEqualTo(0xfe);
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.read(new byte[1 << 16])).isEqualTo(-1);
      }
    }
  }

  /** What it is for: an image has 256 records. */
  @Test
  void whatIsThereIsReadAtOnce() throws Exception {
    try (ServerSocket server = listen(tls.sockets())) {
      Future<Void> writer =
          serve(
              server,
              client -> {
                client.getOutputStream().write(new byte[48 << 10]);
                return null;
              });
      try (SSLSocket socket = connect(server)) {
        socket.startHandshake();
        writer.get();
        assertThat(socket.getInputStream().read(new byte[1 << 20])).isEqualTo(48 << 10);
      }
    }
  }

  @Test
  void waitsForNoMoreThanThereIs() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    try (ServerSocket server = listen(tls.sockets())) {
      Future<Void> writer =
          serve(
              server,
              client -> {
                client.getOutputStream().write("ten bytes!".getBytes(US_ASCII));
                read.await();
                return null;
              });
      try (SSLSocket socket = connect(server)) {
        byte[] into = new byte[1 << 20];
        assertThat(socket.getInputStream().read(into, 5, into.length - 5)).isEqualTo(10);
        assertThat(Arrays.copyOfRange(into, 5, 15)).isEqualTo("ten bytes!".getBytes(US_ASCII));
      }
      read.countDown();
      writer.get();
    }
  }

  @Test
  void aTimeOutLosesNothing() throws Exception {
    CountDownLatch waited = new CountDownLatch(1);
    try (ServerSocket server = listen(tls.sockets())) {
      serve(
          server,
          client -> {
            client.getInputStream().read();
            waited.await();
            client.getOutputStream().write("late".getBytes(US_ASCII));
            return null;
          });
      try (SSLSocket socket = connect(server)) {
        socket.getOutputStream().write(1);
        socket.setSoTimeout(1);
        InputStream in = socket.getInputStream();
        assertThatThrownBy(() -> in.read(new byte[1 << 16]))
            .isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
        waited.countDown();
        socket.setSoTimeout(20_000);
        assertThat(in.readAllBytes()).isEqualTo("late".getBytes(US_ASCII));
        assertThat(socket.getSoTimeout()).isEqualTo(20_000);
      }
    }
  }

  @Test
  void keysAreChangedOnTheWay() throws Exception {
    try (ServerSocket server = listen(Tls.limited(tls.sockets(), "TLSv1.3", SUITE_13))) {
      Future<byte[]> received =
          serve(
              server,
              client -> {
                client.getOutputStream().write("old".getBytes(US_ASCII));
                // Of TLS 1.3 that is a key update, which asks for another.
                client.startHandshake();
                client.getOutputStream().write("new".getBytes(US_ASCII));
                return client.getInputStream().readNBytes(6);
              });
      try (SSLSocket socket = connect(server)) {
        InputStream in = socket.getInputStream();
        assertThat(in.readNBytes(6)).isEqualTo("oldnew".getBytes(US_ASCII));
        socket.getOutputStream().write("answer".getBytes(US_ASCII));
        assertThat(received.get()).isEqualTo("answer".getBytes(US_ASCII));
      }
    }
  }

  @Test
  void aServerMayWantAnotherHandshake() throws Exception {
    try (ServerSocket server = listen(Tls.limited(tls.sockets(), "TLSv1.2", SUITE_12))) {
      Future<Integer> received =
          serve(
              server,
              client -> {
                client.getInputStream().read();
                CountDownLatch done = new CountDownLatch(1);
                client.addHandshakeCompletedListener(event -> done.countDown());
                // Of TLS 1.2, a renegotiation, RFC 5246, 7.4.1.1.
                client.startHandshake();
                Future<Integer> next = background.submit(() -> client.getInputStream().read());
                done.await();
                client.getOutputStream().write("answer".getBytes(US_ASCII));
                return next.get();
              });
      try (SSLSocket socket = connect(server)) {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(1);
        assertThat(socket.getInputStream().readNBytes(6)).isEqualTo("answer".getBytes(US_ASCII));
        socket.getOutputStream().write(2);
        assertThat(received.get()).isEqualTo(2);
      }
    }
  }

  @Test
  void namesTheHostItWants() throws Exception {
    try (ServerSocket server = listen(tls.sockets())) {
      Future<Object> asked =
          serve(
              server,
              client -> {
                client.getInputStream().read();
                return ((ExtendedSSLSession) client.getSession()).getRequestedServerNames();
              });
      try (SSLSocket socket = connect(server)) {
        socket.getOutputStream().write(1);
        assertThat(asked.get()).isEqualTo(List.of(new SNIHostName("localhost")));
      }
    }
  }

  @Test
  void aHandshakeIsHeldOnceAndToldOf() throws Exception {
    try (ServerSocket server = listen(tls.sockets())) {
      serve(server, client -> client.getInputStream().read());
      try (SSLSocket socket = connect(server)) {
        StringBuilder told = new StringBuilder();
        socket.addHandshakeCompletedListener(event -> told.append(event.getCipherSuite()));
        socket.addHandshakeCompletedListener(event -> told.append(event.getSocket() == socket));
        socket.startHandshake();
        socket.startHandshake();
        assertThat(told).hasToString(socket.getSession().getCipherSuite() + "true");
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.getPort()).isEqualTo(server.getLocalPort());
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(server.getLocalSocketAddress());
      }
    }
  }

  // What goes wrong

  @Test
  void aServerThatIsNotTrustedIsTold() throws Exception {
    try (ServerSocket server = listen(tls.sockets())) {
      Future<Integer> served = serve(server, client -> client.getInputStream().read());
      try (SSLSocket socket = connect(server, "127.0.0.2")) {
        assertThatThrownBy(socket::startHandshake)
            .isInstanceOf(SSLHandshakeException.class)
            .hasMessageContaining("HTTPS hostname wrong: should be <127.0.0.2>");
        assertThatThrownBy(() -> socket.getOutputStream().write(1))
            .isInstanceOf(SSLHandshakeException.class)
            .hasMessageContaining("HTTPS hostname wrong: should be <127.0.0.2>");
        assertThat(socket.isClosed()).isTrue();
      }
      assertThatThrownBy(served::get)
          .cause()
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("Received fatal alert: ");
    }
  }

  /** What Java's own TLS refuses too. */
  @ParameterizedTest
  @CsvSource({
    "-ext eku=clientAuth, Extended key usage does not permit use for TLS server authentication",
    "-startdate -9d -validity 2, validity check failed",
    "-sigalg SHA3-256withECDSA, Algorithm constraints check failed",
  })
  void aCertificateThatIsNoServersIsRefused(String options, String why) throws Exception {
    Tls bad = Tls.in(folder, options + " -ext SAN=DNS:localhost");
    for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
      String suite = protocol.equals("TLSv1.3") ? SUITE_13 : SUITE_12;
      try (ServerSocket server = listen(Tls.limited(bad.sockets(), protocol, suite))) {
        serve(server, client -> client.getInputStream().read());
        try (SSLSocket socket = connect(server, "localhost", EarlySocket::new, bad)) {
          assertThatThrownBy(socket::startHandshake)
              .isInstanceOf(SSLException.class)
              .hasStackTraceContaining(why);
        }
      }
    }
  }

  @Test
  void anAuthorityThatIsNotTrustedIsNone() throws Exception {
    Tls other = Tls.in(Files.createTempDirectory(folder, "other"));
    try (ServerSocket server = listen(tls.sockets())) {
      serve(server, client -> client.getInputStream().read());
      try (SSLSocket socket = connect(server, "localhost", EarlySocket::new, other)) {
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        assertThatThrownBy(() -> socket.getInputStream().read())
            .isInstanceOf(SSLHandshakeException.class);
        assertThat(socket.getInputStream().available()).isZero();
      }
    }
  }

  /** Whatever breaks off the handshake, there is none. */
  @ParameterizedTest
  @ValueSource(classes = {OutOfMemoryError.class, IllegalStateException.class})
  void whatBreaksAHandshakeOffBreaksItOff(Class<? extends Throwable> thrown) throws Exception {
    Authorities failing = mock(Authorities.class);
    when(failing.named(any())).thenThrow(thrown);
    try (ServerSocket server = listen(tls.sockets())) {
      serve(server, client -> client.getInputStream().read());
      try (TlsSocket socket = over(server, failing)) {
        assertThatThrownBy(socket::startHandshake).isNotNull();
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> socket.getInputStream().read(new byte[1 << 16]))
            .isInstanceOf(SSLException.class);
        assertThat(socket.getInputStream().available()).isZero();
      }
    }
  }

  @Test
  void whatIsClosedWithinTheHandshakeHasNone() throws Exception {
    AtomicReference<TlsSocket> socket = new AtomicReference<>();
    Authorities closing = mock(Authorities.class);
    when(closing.named(any()))
        .thenAnswer(
            call -> {
              socket.get().close();
              return Authorities.of(tls.pem().toString()).all();
            });
    try (ServerSocket server = listen(tls.sockets())) {
      serve(server, client -> client.getInputStream().read());
      socket.set(over(server, closing));
      assertThatThrownBy(() -> socket.get().startHandshake()).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> socket.get().getOutputStream().write(1))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aConnectionToOneHostIsNoOthers() throws Exception {
    try (ServerSocket server = listen(tls.sockets())) {
      int port = server.getLocalPort();
      SSLSocketFactory sockets =
          TlsSockets.ofNative(Authorities.of(tls.pem().toString()), EarlySocket::new);
      try (EarlySocket early =
          EarlySocket.to("localhost", port, Duration.ofSeconds(10), connected -> true)) {
        assertThatThrownBy(() -> sockets.createSocket(early, "bedrock.example.com", port, true))
            .isInstanceOf(SSLException.class)
            .hasMessageStartingWith("the connection goes to localhost");
        assertThat(sockets.createSocket(early, "localhost", port, true))
            .isSameAs(sockets.createSocket(early, "localhost", port, true));
      }
      try (EarlySocket any = new EarlySocket()) {
        any.connect(server.getLocalSocketAddress());
        assertThat(sockets.createSocket(any, "a.example.com", port, true))
            .isNotSameAs(sockets.createSocket(any, "b.example.com", port, true));
      }
    }
  }

  /** What came in front of it is the caller's. */
  @Test
  void whatIsGoodBeforeABrokenRecordIsGiven() throws Exception {
    try (ServerSocket server = listen(ServerSocketFactory.getDefault());
        ServerSocket behind = listen(Tls.limited(tls.sockets(), "TLSv1.3", SUITE_13))) {
      Future<Void> writer =
          serve(
              behind,
              client -> {
                client.getOutputStream().write(new byte[20_000]);
                client.getInputStream().read();
                return null;
              });
      // What it sends is passed on, with a record behind it that nobody has encrypted.
      Future<?> between =
          background.submit(
              () -> {
                try (Socket near = server.accept();
                    Socket far = new Socket(behind.getInetAddress(), behind.getLocalPort())) {
                  Future<?> back =
                      background.submit(
                          () -> near.getInputStream().transferTo(far.getOutputStream()));
                  DataInputStream in = new DataInputStream(far.getInputStream());
                  int whole = 0;
                  while (whole < 20_000) {
                    byte[] head = in.readNBytes(5);
                    byte[] record = in.readNBytes(ByteBuffer.wrap(head).getShort(3) & 0xffff);
                    near.getOutputStream().write(head);
                    near.getOutputStream().write(record);
                    // Handshakes are shorter.
                    whole += record.length > 3_000 ? record.length : 0;
                  }
                  near.getOutputStream().write(new byte[] {23, 3, 3, 0, 20});
                  near.getOutputStream().write(new byte[20]);
                  near.shutdownOutput();
                  // All that the client says of it is passed on too.
                  return back.get();
                }
              });
      try (SSLSocket socket = connect(server)) {
        InputStream in = socket.getInputStream();
        byte[] into = new byte[1 << 20];
        int count = 0;
        while (count < 20_000) {
          count += in.read(into, count, into.length - count);
        }
        assertThatThrownBy(() -> in.read(into)).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> in.read(into)).isInstanceOf(SSLException.class);
      }
      between.get();
      assertThatThrownBy(writer::get).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 400 Bad Request\r\n\r\n"})
  void aServerThatSpeaksNoTlsIsNoServer(String answer) throws Exception {
    try (ServerSocket server = listen(ServerSocketFactory.getDefault())) {
      Future<?> served =
          background.submit(
              () -> {
                try (Socket client = server.accept()) {
                  client.getOutputStream().write(answer.getBytes(US_ASCII));
                  client.shutdownOutput();
                  client.getInputStream().readAllBytes();
                }
                return null;
              });
      try (SSLSocket socket = connect(server)) {
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
      }
      served.get();
    }
  }

  @Test
  void aServerThatSaysNothingIsWaitedForNoLongerThanAllowed() throws Exception {
    try (ServerSocket server = listen(ServerSocketFactory.getDefault());
        SSLSocket socket = connect(server)) {
      socket.setSoTimeout(1);
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void whoClosesSaysGoodbye() throws Exception {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    Supplier<Socket> recorded =
        () ->
            new Socket() {
              @Override
              public OutputStream getOutputStream() throws IOException {
                return new FilterOutputStream(super.getOutputStream()) {
                  @Override
                  public void write(byte[] from, int offset, int length) throws IOException {
                    sent.write(from, offset, length);
                    out.write(from, offset, length);
                  }
                };
              }
            };
    try (ServerSocket server = listen(Tls.limited(tls.sockets(), "TLSv1.2", SUITE_12))) {
      Future<Integer> served =
          serve(
              server,
              client -> {
                client.getInputStream().read();
                return client.getInputStream().read();
              });
      SSLSocket socket = connect(server, "localhost", recorded);
      socket.getOutputStream().write(1);
      sent.reset();
      socket.close();
      socket.close();
      assertThat(served.get()).isEqualTo(-1);
      // Of TLS 1.2, an alert that is encrypted; RFC 5246, 6.2.1 and 7.2.
      assertThat(sent.toByteArray()).startsWith(21, 3, 3).hasSize(5 + 8 + 2 + 16);
      assertThat(socket.isClosed()).isTrue();
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
      assertThatThrownBy(() -> socket.getOutputStream().write(1))
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void whoeverReadsIsBrokenOffWhenItIsClosed() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (ServerSocket server = listen(tls.sockets())) {
      serve(
          server,
          client -> {
            client.getOutputStream().write(1);
            return done.await(30, TimeUnit.SECONDS);
          });
      SSLSocket socket = connect(server);
      InputStream in = socket.getInputStream();
      assertThat(in.read()).isEqualTo(1);
      Future<Integer> reading = background.submit(() -> in.read(new byte[1 << 16]));
      // It may not read yet, and then finds it closed.
      socket.close();
      assertThatThrownBy(reading::get).cause().isInstanceOf(SocketException.class);
      done.countDown();
    }
  }

  @Test
  void isConnectedOnce() throws Exception {
    try (ServerSocket server = listen(ServerSocketFactory.getDefault());
        SSLSocket socket = connect(server)) {
      assertThatThrownBy(() -> socket.connect(server.getLocalSocketAddress()))
          .isInstanceOf(SocketException.class)
          .hasMessage("it is connected");
    }
  }

  private static ServerSocket listen(ServerSocketFactory sockets) throws IOException {
    return sockets.createServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
  }

  private static SSLSocket connect(ServerSocket server) throws IOException {
    return connect(server, "localhost");
  }

  private static SSLSocket connect(ServerSocket server, String name) throws IOException {
    return connect(server, name, EarlySocket::new);
  }

  private static SSLSocket connect(ServerSocket server, String name, Supplier<Socket> made)
      throws IOException {
    return connect(server, name, made, tls);
  }

  private static SSLSocket connect(
      ServerSocket server, String name, Supplier<Socket> made, Tls trusted) throws IOException {
    SSLSocketFactory sockets = TlsSockets.ofNative(Authorities.of(trusted.pem().toString()), made);
    Socket plain = sockets.createSocket();
    plain.connect(server.getLocalSocketAddress());
    return (SSLSocket) sockets.createSocket(plain, name, server.getLocalPort(), true);
  }

  private static TlsSocket over(ServerSocket server, Authorities trusted) throws IOException {
    Socket plain = new EarlySocket();
    plain.connect(server.getLocalSocketAddress());
    return NativeTls.over(plain, "localhost", server.getLocalPort(), trusted);
  }

  private <T> Future<T> serve(ServerSocket server, Conversation<T> conversation) {
    return background.submit(
        () -> {
          try (SSLSocket client = (SSLSocket) server.accept()) {
            return conversation.hold(client);
          }
        });
  }
}
