package dev.sdxlgen.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.Repeat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/** The way to Bedrock: proxies, and whose certificates are trusted. */
class ConnectionsTest {

  private static final ByteBuffer ANSWER = UTF_8.encode("{\"a\":1}");
  private static final String OK =
      RawServer.http("200 OK", "Content-Type: application/json\r\n", "{\"a\":1}");
  private static final String BASIC = "Basic " + base64("joe:pass word+%");

  /** Any of Java's own properties leaves TLS to Java; this one says what it does anyway. */
  private static final String JAVAS_TLS = "jdk.tls.client.protocols";

  private static final String LOGIN = "joe:pass%20word+%25@";

  @TempDir static Path folder;
  private static Tls tls;
  private static RawServer bedrock;

  @BeforeAll
  static void start() throws Exception {
    tls = Tls.in(folder);
    bedrock = RawServer.answering(tls.sockets(), OK);
  }

  @AfterAll
  static void stop() {
    bedrock.close();
  }

  // Certificates

  @Test
  void trustsTheBundle() {
    assertThat(trusting(bedrock.uri()).invoke().body()).isEqualTo(ANSWER);
  }

  @Test
  void trustsWhateverElseIsInTheBundle() throws IOException {
    Path two = folder.resolve("two.pem");
    String pem = Files.readString(tls.pem());
    Files.writeString(two, "# the company's\n" + pem + "\n" + pem);

    assertThat(Settings.to(bedrock.uri()).with("AWS_CA_BUNDLE", two.toString()).invoke().body())
        .isEqualTo(ANSWER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysThatACertificateIsNotTrusted(boolean javas) {
    useTls(javas);
    int before = bedrock.requests().size();
    BedrockFailed failure = Settings.to(bedrock.uri()).failure(BedrockFailed.class);

    assertThat(failure)
        .hasMessageStartingWith(
            "no secure connection to 127.0.0.1:" + bedrock.uri().getPort() + ": ")
        .hasMessageContaining("PKIX path building failed");
    assertThat(failure.advice())
        .isEqualTo("Behind a company's proxy, AWS_CA_BUNDLE names the authorities to trust");
    assertThat(failure.repeat()).isEqualTo(Repeat.NO);
    assertThat(bedrock.requests()).hasSize(before);
  }

  @Test
  void saysThatAServerSpeaksNoTls() {
    try (RawServer plain =
        RawServer.start(connection -> connection.write("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
      BedrockFailed failure =
          trusting(URI.create(plain.uri().toString().replace("http:", "https:")))
              .failure(BedrockFailed.class);

      assertThat(failure).hasMessageStartingWith("no secure connection to 127.0.0.1:");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void talksToNoServerOfAnotherName(boolean javas) {
    useTls(javas);
    int before = bedrock.requests().size();
    try (RawServer proxy = tunnelTo(bedrock)) {
      BedrockFailed failure =
          trusting(URI.create("https://bedrock.example.com"))
              .with("HTTPS_PROXY", proxy.uri().toString())
              .failure(BedrockFailed.class);

      assertThat(failure)
          .hasMessage(
              "no secure connection to bedrock.example.com: the server's certificate is for another"
                  + " name");
      assertThat(failure.advice())
          .isEqualTo("Look at --endpoint-url (or AWS_ENDPOINT_URL_BEDROCK_RUNTIME)");
      assertThat(failure.repeat()).isEqualTo(Repeat.NO);
    }
    assertThat(bedrock.requests()).hasSize(before);
  }

  @ParameterizedTest
  @CsvSource({"false, localhost", "false, 127.0.0.1", "true, localhost", "true, 127.0.0.1"})
  void talksToNoServerOfAnotherNameDirectly(boolean javas, String host) throws Exception {
    useTls(javas);
    Tls other = Tls.in(folder, "-ext SAN=DNS:other.example.com,IP:127.0.0.3");
    try (RawServer server = RawServer.start(other.sockets(), RawServer.Connection::read)) {
      BedrockFailed failure =
          Settings.to(URI.create("https://" + host + ":" + server.uri().getPort()))
              .with("AWS_CA_BUNDLE", other.pem().toString())
              .failure(BedrockFailed.class);

      assertThat(failure)
          .hasMessage(
              "no secure connection to "
                  + host
                  + ":"
                  + server.uri().getPort()
                  + ": the server's certificate is for another name");
      assertThat(server.requests()).isEmpty();
    }
  }

  /** The first by the subject's name, as nobody should and Java does. */
  @ParameterizedTest
  @CsvSource({
    "false,,localhost",
    "true,,localhost",
    "false,IP:::1,[::1]",
    "true,IP:::1,[::1]",
  })
  void takesACertificateForTheHost(boolean javas, String names, String host) throws Exception {
    useTls(javas);
    Tls certified = Tls.in(folder, names == null ? "" : "-ext SAN=" + names);
    try (RawServer server = RawServer.answering(certified.sockets(), OK);
        RawServer proxy = tunnelTo(server)) {
      Answer answer =
          Settings.to(URI.create("https://" + host))
              .with("AWS_CA_BUNDLE", certified.pem().toString())
              .with("HTTPS_PROXY", proxy.uri().toString())
              .invoke();

      assertThat(answer.body()).isEqualTo(ANSWER);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void speaksTls12And13AndNothingOlder(boolean javas) {
    useTls(javas);
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      String suite =
          protocol.equals("TLSv1.3")
              ? "TLS_AES_128_GCM_SHA256"
              : "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
      try (RawServer server =
          RawServer.answering(Tls.limited(tls.sockets(), protocol, suite), OK)) {
        assertThat(trusting(server.uri()).invoke().body()).as(protocol).isEqualTo(ANSWER);
      }
    }
    assertThat(offered(javas)).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
  }

  /** The protocols that a connection offers. */
  private static String[] offered(boolean javas) {
    try (SSLSocket socket =
        Tls.connected(
            javas
                ? TlsSockets.ofJava(null, EarlySocket::new, () -> true)
                : TlsSockets.ofNative(Authorities.of(null), EarlySocket::new))) {
      return socket.getEnabledProtocols();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** But for what keeps nothing secret once the server's key is known, as Java 25 has it. */
  @Test
  void offersWhatConscryptsProviderWould() throws Exception {
    SSLContext provided = SSLContext.getInstance("TLS", Conscrypt.newProvider());
    provided.init(null, null, null);
    try (SSLSocket theirs = (SSLSocket) provided.getSocketFactory().createSocket();
        SSLSocket ours =
            Tls.connected(TlsSockets.ofNative(Authorities.of(null), EarlySocket::new))) {
      assertThat(ours.getEnabledProtocols()).isEqualTo(theirs.getEnabledProtocols());
      assertThat(ours.getEnabledCipherSuites())
          .containsExactly(
              Stream.of(theirs.getEnabledCipherSuites())
                  .filter(suite -> !suite.startsWith("TLS_RSA_") && !suite.endsWith("_SCSV"))
                  .toArray(String[]::new));
    }
  }

  @Test
  void saysInAFewWordsWhyThereIsNoHandshake() {
    try (RawServer server =
        RawServer.answering(
            Tls.limited(tls.sockets(), "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"), OK)) {
      BedrockFailed failure = trusting(server.uri()).failure(BedrockFailed.class);

      assertThat(failure)
          .hasMessage(
              "no secure connection to 127.0.0.1:"
                  + server.uri().getPort()
                  + ": sslv3 alert handshake failure");
      assertThat(failure.repeat()).isEqualTo(Repeat.NO);
    }
  }

  @Test
  void whoeverHasRulesOfTheirOwnForJavasSecurityGetsJavasTls() {
    System.setProperty("java.security.properties", "rules");
    try {
      assertThat(NativeTls.isThere()).isFalse();
    } finally {
      System.clearProperty("java.security.properties");
    }
  }

  @Test
  void whoeverSetsUpJavasTlsGetsIt() {
    assertThat(NativeTls.isThere()).isTrue();
    useTls(true);
    assertThat(NativeTls.isThere()).isFalse();
  }

  @Test
  void whoeverSetsUpJavasProvidersGetsJavasTls() {
    String first = Security.getProperty("security.provider.1");
    Security.setProperty("security.provider.1", "SunPKCS11-NSS-FIPS");
    try {
      assertThat(NativeTls.isThere()).isFalse();
    } finally {
      Security.setProperty("security.provider.1", first);
    }
  }

  // On the way before the call is

  @Test
  void isOnItsWayBeforeTheCallIs() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(10_000);
      URI uri = URI.create("https://localhost:" + server.getLocalPort());
      Socket client;
      try (BedrockInvoker invoker = BedrockInvoker.connect(trusting(uri).build())) {
        client = server.accept();
        client.setSoTimeout(10_000);
        assertThat(invoker.region()).isEqualTo("us-west-2");
      }
      try (client) {
        byte[] sent = client.getInputStream().readAllBytes();
        // It may have begun to offer TLS, RFC 8446, 5.1.
        assertThat(sent.length == 0 || sent[0] == 22 && sent.length == 5 + length(sent))
            .as("when nothing was called")
            .isTrue();
      }
    }
  }

  private static int length(byte... record) {
    return ByteBuffer.wrap(record).getShort(3);
  }

  @Test
  void isSecureBeforeTheCallIs() throws Exception {
    try (ServerSocket server =
        tls.sockets().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(10_000);
      URI uri = URI.create("https://localhost:" + server.getLocalPort());
      SSLSocket client;
      try (BedrockInvoker invoker = BedrockInvoker.connect(trusting(uri).build())) {
        client = (SSLSocket) server.accept();
        client.setSoTimeout(10_000);
        client.startHandshake();
        assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(invoker.region()).isEqualTo("us-west-2");
      }
      // Java's waits for a goodbye.
      client.close();
    }
  }

  @Test
  void theCallTakesTheConnectionThatIsThere() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (RawServer server = counting(connections)) {
      trusting(server.uri()).invoke();
      assertThat(connections).hasValue(1);
    }
  }

  /** Each answer comes when both calls are out, and each is alone on its connection. */
  @Test
  @Timeout(60)
  void aCallBesideAnotherTakesTheConnectionMadeAhead() throws Exception {
    var connected = new CountDownLatch(2);
    var out = new CountDownLatch(2);
    var connections = new AtomicInteger();
    try (RawServer server =
            RawServer.start(
                tls.sockets(),
                connection -> {
                  connections.incrementAndGet();
                  // By then it is secure.
                  connection.cipherSuite();
                  connected.countDown();
                  connection.read();
                  out.countDown();
                  await(out);
                  connection.write(OK);
                });
        BedrockInvoker invoker = trusting(server.uri()).connect()) {
      var second =
          new FutureTask<>(() -> invoker.invoke(Settings.MODEL, Settings.BODY, () -> {}).body());
      CallListener listener =
          new CallListener() {
            @Override
            public void goingOut() {
              invoker.connectAhead();
              await(connected);
              new Thread(second).start();
            }

            @Override
            public void answering() {}
          };

      assertThat(invoker.invoke(Settings.MODEL, Settings.BODY, listener).body()).isEqualTo(ANSWER);
      assertThat(second.get()).isEqualTo(ANSWER);
      assertThat(connections).hasValue(2);
    }
  }

  /** A server that serves one connection at a time would wait for it, and the call for both. */
  @Test
  @Timeout(60)
  void whatWasConnectedAheadIsGivenUpByACallThatFindsAnother() throws Exception {
    var first = new AtomicBoolean(true);
    var ahead = new CountDownLatch(1);
    var gone = new CountDownLatch(1);
    try (RawServer server =
            RawServer.start(
                tls.sockets(),
                connection -> {
                  if (first.getAndSet(false)) {
                    connection.read();
                    connection.write(OK.replace("Connection: close\r\n", ""));
                    connection.read();
                    await(gone);
                    connection.write(OK);
                  } else {
                    connection.cipherSuite();
                    ahead.countDown();
                    try {
                      connection.hang();
                    } finally {
                      gone.countDown();
                    }
                  }
                });
        BedrockInvoker invoker = trusting(server.uri()).connect()) {
      invoker.invoke(Settings.MODEL, Settings.BODY, () -> {}).close();
      invoker.connectAhead();
      await(ahead);

      assertThat(invoker.invoke(Settings.MODEL, Settings.BODY, () -> {}).body()).isEqualTo(ANSWER);
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  @Timeout(60)
  void whatWasConnectedAheadIsTakenWhileItIsGood() throws Exception {
    long begin = System.nanoTime();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EarlySocket early = early(server, socket -> true);
        Socket client = server.accept()) {
      client.getOutputStream().write("tickets".getBytes(UTF_8));
      early.connect(null, 0);
      early.setSoTimeout(9_000);
      awaitIdle(early);

      assertThat(early.isGood(begin + SECONDS.toNanos(14))).as("after 14 s").isTrue();
      assertThat(isGoodAfter(early, Duration.ofSeconds(16))).as("after 16 s").isFalse();
      assertThat(early.getSoTimeout()).isEqualTo(9_000);
      assertThat(early.getInputStream().readNBytes(7)).asString(UTF_8).isEqualTo("tickets");

      client.shutdownOutput();
      assertThat(early.isGood(begin)).as("at once").isTrue();
      assertThat(isGoodAfter(early, Duration.ofSeconds(1))).as("hung up").isFalse();
    }
  }

  @Test
  @Timeout(60)
  void whatIsOnItsWayIsWaitedFor() throws Exception {
    var end = new CountDownLatch(1);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EarlySocket early = early(server, socket -> isOver(end));
        Socket client = server.accept()) {
      early.connect(null, 0);
      client.shutdownOutput();

      assertThat(isGoodAfter(early, Duration.ofHours(1))).isTrue();
      end.countDown();
    }
  }

  /** What went wrong some time ago may go well now. */
  @Test
  @Timeout(60)
  void whatHasJustFailedTellsTheCallItself() throws Exception {
    long begin = System.nanoTime();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EarlySocket early = early(server, socket -> false)) {
      early.connect(null, 0);
      awaitIdle(early);

      assertThat(early.isGood(begin)).isTrue();
      assertThat(isGoodAfter(early, Duration.ofSeconds(1))).isFalse();
    }
  }

  private static EarlySocket early(ServerSocket server, Predicate<EarlySocket> then) {
    return EarlySocket.to("localhost", server.getLocalPort(), Duration.ofSeconds(10), then);
  }

  private static boolean isOver(CountDownLatch latch) {
    await(latch);
    return true;
  }

  private static boolean isGoodAfter(EarlySocket socket, Duration time) {
    return socket.isGood(System.nanoTime() + time.toNanos());
  }

  /** It says so a moment after it is connected. */
  private static void awaitIdle(EarlySocket socket) {
    while (isGoodAfter(socket, Duration.ofHours(1))) {
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void withoutTlsNothingIsConnectedAhead() throws Exception {
    var connections = new AtomicInteger();
    try (RawServer server =
            RawServer.start(
                connection -> {
                  connections.incrementAndGet();
                  connection.read();
                  connection.write(OK);
                });
        BedrockInvoker invoker = trusting(server.uri()).connect()) {
      invoker.connectAhead();
      invoker.invoke(Settings.MODEL, Settings.BODY, () -> {}).close();
      assertThat(connections).hasValue(1);
    }
  }

  @Test
  void aConnectionToElsewhereIsGivenUp() throws Exception {
    try (ServerSocket elsewhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      elsewhere.setSoTimeout(10_000);
      Connections connections = new Connections(trusting(bedrock.uri()).build());
      connections.connectEarly(URI.create("https://localhost:" + elsewhere.getLocalPort()));
      try (Socket client = elsewhere.accept()) {
        client.setSoTimeout(10_000);
        HttpURLConnection called = connections.createConnection(bedrock.uri());
        // It may have begun to offer TLS; then it is closed.
        assertThat(client.getInputStream().readAllBytes()).hasSizeLessThan(2_000);
        called.connect();
        assertThat(called.getURL().getPort()).isEqualTo(bedrock.uri().getPort());
        called.disconnect();
      }
    }
  }

  @Test
  void whereNobodyListensTheCallSaysIt() throws Exception {
    URI nobody;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("https://localhost:" + server.getLocalPort());
    }
    BedrockFailed failure = trusting(nobody).failure(BedrockFailed.class);
    assertThat(failure).hasMessage("localhost:" + nobody.getPort() + " refuses the connection");
    assertThat(failure.repeat()).isEqualTo(Repeat.SAFE);
  }

  // What Java's own TLS offers

  private static void useTls(boolean javas) {
    if (javas) {
      System.setProperty(JAVAS_TLS, "TLSv1.2,TLSv1.3");
    }
  }

  @AfterEach
  void useNativeTls() {
    System.clearProperty(JAVAS_TLS);
  }

  @Test
  void offersWhatIsQuickFirst() throws Exception {
    useTls(true);
    AtomicReference<String> suite = new AtomicReference<>();
    try (RawServer server =
        RawServer.start(
            tls.sockets(),
            connection -> {
              connection.read();
              suite.set(connection.cipherSuite());
              connection.write(OK);
            })) {
      trusting(server.uri()).invoke();
    }

    assertThat(suite).hasValue("TLS_CHACHA20_POLY1305_SHA256");
  }

  /** Java 17's sockets close what is below them when the collector finds that nobody has them. */
  @Test
  void theCollectorBreaksNoConnection() {
    useTls(true);
    try (RawServer server =
        RawServer.start(
            tls.sockets(),
            connection -> {
              connection.read();
              for (int i = 0; i < 20; i++) {
                System.gc();
              }
              connection.write(OK);
            })) {
      assertThat(trusting(server.uri()).invoke().body()).isEqualTo(ANSWER);
    }
  }

  @Test
  void offersAllAtOnceWhereManyCallsCome() {
    useTls(true);
    AtomicInteger connections = new AtomicInteger();
    try (RawServer server =
            RawServer.start(
                Tls.limited(tls.sockets(), "TLSv1.3", "TLS_AES_256_GCM_SHA384"),
                connection -> {
                  connections.incrementAndGet();
                  connection.read();
                  connection.write(OK);
                });
        BedrockInvoker invoker = BedrockInvoker.connect(trusting(server.uri()).lasting().build())) {
      assertThat(invoker.invoke("m", "{}".getBytes(UTF_8), () -> {}).body()).isEqualTo(ANSWER);
    }

    assertThat(connections).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3,TLS_AES_128_GCM_SHA256",
    "TLSv1.3,TLS_AES_256_GCM_SHA384",
    "TLSv1.2,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
  })
  void offersAServerThatTakesNoneOfItAllThatThereIs(String protocol, String suite) {
    useTls(true);
    AtomicInteger connections = new AtomicInteger();
    try (RawServer server =
        RawServer.start(
            Tls.limited(tls.sockets(), protocol, suite),
            connection -> {
              connections.incrementAndGet();
              connection.read();
              connection.write(OK);
            })) {
      BedrockInvoker invoker = BedrockInvoker.connect(trusting(server.uri()).build());
      byte[] body = "{}".getBytes(UTF_8);

      assertThat(invoker.invoke("m", body, () -> {}).body()).isEqualTo(ANSWER);
      assertThat(connections).hasValue(2);
      // Now it is known.
      assertThat(invoker.invoke("m", body, () -> {}).body()).isEqualTo(ANSWER);
      assertThat(connections).hasValue(3);
      assertThat(server.requests()).hasSize(2);
    }
  }

  /** Some break off in place of saying that they take none of it. */
  @Test
  void offersAllTheNextTimeToAServerThatBreaksOff() throws IOException {
    Connections connections = new Connections(Settings.to(URI.create("https://localhost")).build());
    SdkHttpClient http = mock(SdkHttpClient.class);
    ExecutableHttpRequest request = mock(ExecutableHttpRequest.class);
    when(http.prepareRequest(any())).thenReturn(request);
    when(request.call()).thenThrow(new SocketException("Connection reset"));

    var offer = new SecondOffer(http, connections);
    assertThatThrownBy(() -> offer.prepareRequest(HttpExecuteRequest.builder().build()).call())
        .hasMessage("Connection reset");

    verify(request, times(1)).call();
    assertThat(connections.isQuick()).isFalse();
  }

  /** It may have been billed. */
  @Test
  void offersNothingMoreOnceTheRequestIsSent() throws Exception {
    useTls(true);
    // Of TLS 1.2 an elliptic certificate takes another curve than the quick one.
    Tls rsa = Tls.in(folder, "-keyalg RSA -ext SAN=IP:127.0.0.1");
    AtomicInteger connections = new AtomicInteger();
    try (RawServer server =
        RawServer.start(
            Tls.limited(rsa.sockets(), "TLSv1.2", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
            connection -> {
              connections.incrementAndGet();
              connection.read();
              connection.askForACertificate();
            })) {
      BedrockFailed failure =
          Settings.to(server.uri())
              .with("AWS_CA_BUNDLE", rsa.pem().toString())
              .failure(BedrockFailed.class);

      assertThat(failure)
          .hasMessage(
              "the connection to 127.0.0.1:"
                  + server.uri().getPort()
                  + " broke after the request was sent");
      assertThat(failure.repeat()).isEqualTo(Repeat.MAYBE_BILLED);
      assertThat(server.requests()).hasSize(1);
    }
    assertThat(connections).hasValue(1);
  }

  @Test
  void offersNothingMoreToAServerThatItDoesNotTrust() {
    useTls(true);
    AtomicInteger connections = new AtomicInteger();
    try (RawServer server = counting(connections)) {
      Settings.to(server.uri()).failure(BedrockFailed.class);
    }

    assertThat(connections).hasValue(1);
  }

  @Test
  void refusesABundleThatIsMissing() {
    assertBundleRefused(folder.resolve("missing.pem"));
  }

  @Test
  void refusesABundleThatIsAFolder() {
    assertBundleRefused(folder);
  }

  @Test
  void refusesABundleWithoutACertificate() throws IOException {
    assertBundleRefused(Files.writeString(folder.resolve("empty.pem"), ""));
    assertBundleRefused(Files.writeString(folder.resolve("words.pem"), "not a certificate\n"));
    assertBundleRefused(
        Files.writeString(
            folder.resolve("broken.pem"),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  }

  private static void assertBundleRefused(Path bundle) {
    InvalidRequest failure =
        Settings.to(bedrock.uri())
            .with("AWS_CA_BUNDLE", bundle.toString())
            .failure(InvalidRequest.class);

    assertThat(failure)
        .hasMessage("AWS_CA_BUNDLE names " + bundle + ", which can't be read as certificates");
    assertThat(failure.advice()).isEqualTo("It is a PEM file of the authorities to trust");
  }

  @Test
  void looksAtNoBundleOverPlainHttp() {
    try (RawServer plain = RawServer.answering(OK)) {
      assertThat(Settings.to(plain.uri()).with("AWS_CA_BUNDLE", "/nonexistent").invoke().body())
          .isEqualTo(ANSWER);
    }
  }

  // Proxies

  @ParameterizedTest
  @ValueSource(strings = {"HTTPS_PROXY", "https_proxy"})
  void goesThroughATunnel(String variable) {
    try (RawServer proxy = tunnel(null)) {
      ByteBuffer body =
          trusting(bedrock.uri()).with(variable, proxy.uri().toString()).invoke().body();

      assertThat(body).isEqualTo(ANSWER);
      assertThat(proxy.requests()).hasSize(1);
      assertThat(proxy.requests().get(0).line())
          .isEqualTo("CONNECT 127.0.0.1:" + bedrock.uri().getPort() + " HTTP/1.1");
      assertThat(proxy.requests().get(0).header("Authorization")).isNull();
    }
  }

  @Test
  void takesAProxyWithoutAScheme() {
    try (RawServer proxy = tunnel(null)) {
      trusting(bedrock.uri()).with("HTTPS_PROXY", "127.0.0.1:" + proxy.uri().getPort()).invoke();

      assertThat(proxy.requests()).hasSize(1);
    }
  }

  @Test
  void prefersTheLowerCaseName() {
    try (RawServer proxy = tunnel(null)) {
      trusting(bedrock.uri())
          .with("https_proxy", proxy.uri().toString())
          .with("HTTPS_PROXY", "http://127.0.0.1:9")
          .invoke();

      assertThat(proxy.requests()).hasSize(1);
    }
  }

  @Test
  void tellsAProxyWhoItIs() {
    try (RawServer proxy = tunnel(BASIC)) {
      ByteBuffer body =
          trusting(bedrock.uri())
              .with("HTTPS_PROXY", "http://" + LOGIN + "127.0.0.1:" + proxy.uri().getPort())
              .invoke()
              .body();

      assertThat(body).isEqualTo(ANSWER);
      assertThat(proxy.requests()).hasSize(2);
      assertThat(proxy.requests().get(0).header("Proxy-Authorization")).isNull();
      assertThat(proxy.requests().get(1).header("Proxy-Authorization")).isEqualTo(BASIC);
      var sent = bedrock.requests().get(bedrock.requests().size() - 1);
      assertThat(sent.header("Proxy-Authorization")).isNull();
    }
  }

  @Test
  void goesThroughAProxyOverPlainHttpToo() {
    try (RawServer proxy = RawServer.answering(OK)) {
      Settings.to(URI.create("http://bedrock.invalid"))
          .with("http_proxy", proxy.uri().toString())
          .invoke();

      assertThat(proxy.requests().get(0).line())
          .isEqualTo(
              "POST http://bedrock.invalid/model/stability.stable-diffusion-xl/invoke HTTP/1.1");
    }
  }

  /** In capitals it can come from a CGI request's Proxy header. */
  @Test
  void mindsNoHttpProxyInCapitals() {
    try (RawServer plain = RawServer.answering(OK)) {
      Settings.to(plain.uri()).with("HTTP_PROXY", "http://127.0.0.1:9").invoke();

      assertThat(plain.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://joe:secret@proxy:3128",
        "socks5://joe:secret@proxy:1080",
        "http://joe:secret@",
        "http://joe:sec ret@proxy:3128",
        "joe:secret@pro^xy"
      })
  void refusesAProxyThatIsNoneWithoutTellingItsPassword(String proxy) {
    InvalidRequest failure =
        trusting(bedrock.uri()).with("HTTPS_PROXY", proxy).failure(InvalidRequest.class);

    assertThat(failure).hasMessage("HTTPS_PROXY is not the URL of an HTTP proxy");
    assertThat(failure.advice())
        .isEqualTo("For example: http://user:password@proxy.example.com:3128");
  }

  @Test
  void goesThroughTheProxyToSts() {
    try (RawServer proxy = tunnel(null)) {
      SdxlGenException failure =
          trusting(bedrock.uri())
              .role("arn:aws:iam::123456789012:role/painter")
              .with("HTTPS_PROXY", proxy.uri().toString())
              .with("AWS_ENDPOINT_URL_STS", bedrock.uri().toString())
              .failure(SdxlGenException.class);

      // It is no STS, but it was asked through the proxy, and its certificate was trusted.
      assertThat(failure).isNotNull();
      assertThat(proxy.requests().get(0).line())
          .isEqualTo("CONNECT 127.0.0.1:" + bedrock.uri().getPort() + " HTTP/1.1");
      var sent = bedrock.requests().get(bedrock.requests().size() - 1);
      assertThat(sent.line()).isEqualTo("POST / HTTP/1.1");
    }
  }

  // NO_PROXY

  @ParameterizedTest
  @CsvSource({
    "https://a.example.com, a.example.com",
    "https://a.example.com, example.com",
    "https://a.example.com, .example.com",
    "https://a.example.com, *.example.com",
    "https://example.com, .example.com",
    "https://a.example.com, *",
    "https://a.example.com, 'x.org, EXAMPLE.COM'",
    "https://A.EXAMPLE.com, example.com",
    "https://a.example.com:8443, example.com:8443",
    "https://10.0.0.1, 10.0.0.1",
    "https://[::1]:8443, [::1]",
    "https://10.0.0.1:8443, '169.254.169.254,10.0.0.1:8443'"
  })
  void goesStraightToWhatNoProxyNames(String uri, String list) {
    assertThat(isProxied(uri, list)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example.com, ''",
    "https://a.example.com, ','",
    "https://a.example.com, b.example.com",
    "https://notexample.com, example.com",
    "https://notexample.com, .example.com",
    "https://example.com.evil.org, example.com",
    "https://a.example.com:8443, example.com:9443",
    "https://a.example.com, com.example",
    "https://110.0.0.1, 10.0.0.1"
  })
  void goesThroughTheProxyToWhatNoProxyDoesNotName(String uri, String list) {
    assertThat(isProxied(uri, list)).isTrue();
  }

  @Test
  void prefersTheLowerCaseNoProxy() {
    Connections connections =
        new Connections(
            Settings.to(null)
                .with("HTTPS_PROXY", "http://127.0.0.1:9")
                .with("no_proxy", "example.com")
                .with("NO_PROXY", "example.org")
                .build());

    assertThat(connections.createConnection(URI.create("https://example.com")).usingProxy())
        .isFalse();
  }

  // Time-outs

  @Test
  void waitsAsLongAsItWasTold() {
    HttpURLConnection connection =
        new Connections(Settings.to(null).timeout(Duration.ofSeconds(86_400)).build())
            .createConnection(URI.create("https://example.com"));

    assertThat(connection.getReadTimeout()).isEqualTo(86_400_000);
    assertThat(connection.getConnectTimeout()).isEqualTo(10_000);
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example.com, example.com:443",
    "http://a.example.com, example.com:80",
    "https://[::1]:8443, ::1",
    "https://[::1]:8443, [::1]:8443",
    "https://a.example.com, 'x.org example.com'"
  })
  void goesStraightToWhatNoProxyNamesInOtherForms(String uri, String list) {
    assertThat(isProxied(uri, list)).isFalse();
  }

  @Test
  void saysThatTheProxyRefusesTheLoginAndTriesItOnce() {
    try (RawServer proxy = tunnel(BASIC)) {
      BedrockFailed failure =
          trusting(bedrock.uri())
              .with("HTTPS_PROXY", "http://joe:wrong@127.0.0.1:" + proxy.uri().getPort())
              .failure(BedrockFailed.class);

      // Without one, then with the wrong one: more of them lock the account.
      assertThat(proxy.requests()).hasSize(2);
      assertThat(failure.getMessage()).contains("proxy").contains("407");
      assertThat(failure.advice()).contains("HTTPS_PROXY");
      assertThat(failure.repeat()).isEqualTo(Repeat.NO);
    }
  }

  @Test
  void saysThatItIsTheProxyThatCannotBeReached() {
    URI nobody;
    try (RawServer server = RawServer.start(connection -> {})) {
      nobody = server.uri();
    }

    BedrockFailed refused =
        trusting(bedrock.uri()).with("HTTPS_PROXY", nobody.toString()).failure(BedrockFailed.class);
    BedrockFailed unknown =
        trusting(bedrock.uri())
            .with("HTTPS_PROXY", "http://proxy.invalid:3128")
            .failure(BedrockFailed.class);

    assertThat(refused.getMessage() + refused.advice()).containsIgnoringCase("proxy");
    assertThat(unknown.getMessage() + unknown.advice()).containsIgnoringCase("proxy");
  }

  private static boolean isProxied(String uri, String noProxy) {
    Connections connections =
        new Connections(
            Settings.to(null)
                .with("HTTPS_PROXY", "http://127.0.0.1:9")
                .with("http_proxy", "http://127.0.0.1:9")
                .with("NO_PROXY", noProxy)
                .build());
    return connections.createConnection(URI.create(uri)).usingProxy();
  }

  private static Settings trusting(URI uri) {
    return Settings.to(uri).with("AWS_CA_BUNDLE", tls.pem().toString());
  }

  /** A server with TLS that counts its connections. */
  private static RawServer counting(AtomicInteger connections) {
    return RawServer.start(
        tls.sockets(),
        connection -> {
          connections.incrementAndGet();
          connection.read();
          connection.write(OK);
        });
  }

  /** A proxy that takes whoever comes to one server, whomever he asks for. */
  private static RawServer tunnelTo(RawServer server) {
    return RawServer.start(
        connection -> {
          connection.read();
          connection.write("HTTP/1.1 200 OK\r\n\r\n");
          connection.tunnel("127.0.0.1", server.uri().getPort());
        });
  }

  /** A proxy that tunnels; with a login when one is given. */
  private static RawServer tunnel(String login) {
    return RawServer.start(
        connection -> {
          RawServer.Request request = connection.read();
          if (login != null && !login.equals(request.header("Proxy-Authorization"))) {
            connection.write(
                RawServer.http(
                    "407 Proxy Authentication Required",
                    "Proxy-Authenticate: Basic realm=\"proxy\"\r\n",
                    ""));
            return;
          }
          String[] target = request.line().split(" ")[1].split(":");
          connection.write("HTTP/1.1 200 OK\r\n\r\n");
          connection.tunnel(target[0], Integer.parseInt(target[1]));
        });
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
