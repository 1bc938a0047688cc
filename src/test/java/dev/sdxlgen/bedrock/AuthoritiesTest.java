package dev.sdxlgen.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthoritiesTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path folder;
  private static X509Certificate[] java;

  /** Two that have signed themselves, and a server's by the first of them. */
  private static X509Certificate one;

  private static X509Certificate two;
  private static X509Certificate server;

  @BeforeAll
  static void makeCertificates() throws Exception {
    TrustManagerFactory all =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    all.init((KeyStore) null);
    java = ((X509TrustManager) all.getTrustManagers()[0]).getAcceptedIssuers();

    Path keys = folder.resolve("keys.p12");
    String store =
        " -keystore " + keys + " -storetype PKCS12 -storepass " + new String(PASSWORD) + " ";
    Tls.keytool("-genkeypair -alias one -keyalg EC -ext bc:c -dname CN=one,O=Ü" + store);
    Tls.keytool("-genkeypair -alias two -keyalg EC -ext bc:c -dname CN=two" + store);
    Tls.keytool("-genkeypair -alias server -signer one -keyalg EC -dname CN=server" + store);
    KeyStore made = KeyStore.getInstance(keys.toFile(), PASSWORD);
    one = (X509Certificate) made.getCertificate("one");
    two = (X509Certificate) made.getCertificate("two");
    server = (X509Certificate) made.getCertificate("server");
  }

  // In a bundle

  @Test
  void parsesThoseThatAChainNames() throws Exception {
    Authorities authorities = Authorities.of(bundle(Tls.pem(two) + Tls.pem(one) + Tls.pem(java)));

    X509ExtendedTrustManager named = authorities.named(server);

    assertThat(named.getAcceptedIssuers()).containsExactly(one);
    assertThatCode(() -> named.checkServerTrusted(new X509Certificate[] {server}, "UNKNOWN"))
        .doesNotThrowAnyException();
    assertThat(authorities.named(server, one)).isSameAs(named);
    assertThat(authorities.named(two).getAcceptedIssuers()).containsExactly(two);
    assertThat(authorities.named(one, two).getAcceptedIssuers())
        .containsExactlyInAnyOrder(one, two);
  }

  @Test
  void knowsOfAllThatAreThere() throws Exception {
    Authorities authorities = Authorities.of(bundle(Tls.pem(java)));

    assertThat(authorities.all().getAcceptedIssuers()).containsExactlyInAnyOrder(java);
    assertEachIsNamed(authorities);
  }

  @Test
  void namesNobodyWhoIsNotThere() throws Exception {
    Authorities authorities = Authorities.of(bundle(Tls.pem(two)));

    assertThat(authorities.named(server)).isNull();
    assertThatThrownBy(
            () -> authorities.all().checkServerTrusted(new X509Certificate[] {server}, "UNKNOWN"))
        .isInstanceOf(CertificateException.class);
  }

  /** The name doesn't make an authority. */
  @Test
  void trustsNoNamesake() throws Exception {
    Path keys = folder.resolve("namesake.p12");
    String store = " -keystore " + keys + " -storetype PKCS12 -storepass changeit";
    Tls.keytool("-genkeypair -alias one -keyalg EC -ext bc:c -dname CN=one,O=Ü" + store);
    KeyStore made = KeyStore.getInstance(keys.toFile(), PASSWORD);
    X509Certificate namesake = (X509Certificate) made.getCertificate("one");
    X509ExtendedTrustManager named = Authorities.of(bundle(Tls.pem(namesake))).named(server);

    assertThat(named.getAcceptedIssuers()).containsExactly(namesake);
    assertThatThrownBy(() -> named.checkServerTrusted(new X509Certificate[] {server}, "UNKNOWN"))
        .isInstanceOf(CertificateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void takesAnyLinesAndWords(String line) throws Exception {
    String text =
        ("# the company's\n\n" + Tls.pem(one) + "CN=two\n" + Tls.pem(two)).replace("\n", line);

    assertThat(Authorities.of(bundle(text)).named(server).getAcceptedIssuers())
        .containsExactly(one);
  }

  /** Somebody has taken it out, or Java refuses it all: that is Java's to say. */
  @ParameterizedTest
  @ValueSource(strings = {"# ", "// ", " ", "x "})
  void trustsNobodyWhoIsCommentedOut(String before) throws Exception {
    String out = Tls.pem(one).replaceAll("(?m)^", before);

    assertAsJava(Tls.pem(two) + out);
    assertAsJava(out + Tls.pem(two));
  }

  @Test
  void trustsNoSecondOneInABlock() throws Exception {
    byte[] both = new byte[two.getEncoded().length + one.getEncoded().length];
    System.arraycopy(two.getEncoded(), 0, both, 0, two.getEncoded().length);
    System.arraycopy(one.getEncoded(), 0, both, two.getEncoded().length, one.getEncoded().length);

    assertAsJava(Tls.pem(both));
    assertAsJava(Tls.pem(two) + Tls.pem(one).replace("MII", "M!I*I"));
    assertAsJava(
        Tls.pem(two) + Tls.pem(one).replace("CERTIFICATE-----\nMII", "CERTIFICATE-----MII"));
  }

  /** Whom we trust, Java trusts. */
  private static void assertAsJava(String text) throws Exception {
    String bundle = bundle(text);
    List<Object> javas = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(bundle)))) {
      javas.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
    } catch (CertificateException e) {
      assertThatThrownBy(() -> Authorities.of(bundle)).isInstanceOf(InvalidRequest.class);
      return;
    }
    Authorities authorities = Authorities.of(bundle);
    X509ExtendedTrustManager named = authorities.named(one, two);
    List<X509Certificate> ours =
        List.of((named == null ? authorities.all() : named).getAcceptedIssuers());
    assertThat(javas).containsAll(ours);
  }

  /** What Java's parser takes, we take. */
  @Test
  void takesOtherFormsThanPem() throws Exception {
    Path der = Files.write(Files.createTempFile(folder, "one", ".der"), one.getEncoded());
    Authorities authorities = Authorities.of(der.toString());

    assertThat(authorities.named(server)).isNull();
    assertThat(authorities.all().getAcceptedIssuers()).containsExactly(one);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "words",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB",
        "-----BEGIN CERTIFICATE-----\nMITwf/8\n-----END CERTIFICATE-----\n",
      })
  void refusesWhatIsNone(String text) throws Exception {
    String bundle = bundle(text);

    assertThatThrownBy(() -> Authorities.of(bundle))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("AWS_CA_BUNDLE names " + bundle + ", which can't be read as certificates");
  }

  /** One that is broken inside keeps nobody from the others; asked about it, we say so. */
  @Test
  void saysWhatIsBrokenWhenItMatters() throws Exception {
    byte[] broken = two.getEncoded();
    Arrays.fill(broken, broken.length - 150, broken.length, (byte) 0xff);
    String bundle = bundle(Tls.pem(one) + Tls.pem(broken));
    Authorities authorities = Authorities.of(bundle);

    assertThat(authorities.named(server).getAcceptedIssuers()).containsExactly(one);
    assertThat(authorities.named(two)).isNull();
    assertThatThrownBy(authorities::all)
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("AWS_CA_BUNDLE names " + bundle + ", which can't be read as certificates");
  }

  // Java's own

  @Test
  void findsAllThatJavaTrusts() {
    Authorities authorities = Authorities.of(null);

    assertEachIsNamed(authorities);
    assertThat(authorities.all().getAcceptedIssuers()).containsExactlyInAnyOrder(java);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JKS", "PKCS12"})
  void readsJavasStores(String kind) throws Exception {
    Path file = folder.resolve("store." + kind);
    // Java's own is without both.
    String[] protections = {
      "keystore.pkcs12.certProtectionAlgorithm", "keystore.pkcs12.macAlgorithm"
    };
    for (String protection : protections) {
      System.setProperty(protection, "NONE");
    }
    try {
      store(file, kind);
    } finally {
      for (String protection : protections) {
        System.clearProperty(protection);
      }
    }
    Authorities authorities = Authorities.inStore(file);

    assertEachIsNamed(authorities);
    assertThat(authorities.named(server).getAcceptedIssuers()).containsExactly(one);
  }

  /** Java asks for its password, and fails or not, as it always did. */
  @Test
  void leavesToJavaWhatIsEncrypted() throws Exception {
    Path file = folder.resolve("encrypted");
    store(file, "PKCS12");

    assertLeftToJava(file);
  }

  @Test
  void leavesToJavaWhatHasKeysInIt() throws Exception {
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    store.setCertificateEntry("one", one);
    KeyStore keys = KeyStore.getInstance(folder.resolve("keys.p12").toFile(), PASSWORD);
    store.setKeyEntry("two", keys.getKey("two", PASSWORD), PASSWORD, new X509Certificate[] {two});
    Path file = folder.resolve("keys.jks");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }

    assertLeftToJava(file);
  }

  @Test
  void leavesToJavaWhatIsBroken() throws Exception {
    Path whole = folder.resolve("whole");
    store(whole, "JKS");
    byte[] content = Files.readAllBytes(whole);

    assertLeftToJava(folder.resolve("missing"));
    assertLeftToJava(Files.write(folder.resolve("nothing"), new byte[0]));
    assertLeftToJava(
        Files.write(folder.resolve("half"), Arrays.copyOf(content, content.length / 2)));
    assertLeftToJava(Files.writeString(folder.resolve("text"), "a store, but for its content"));
  }

  private static void assertLeftToJava(Path store) {
    Authorities authorities = Authorities.inStore(store);

    assertThat(authorities.named(one)).isNull();
    assertThat(authorities.all().getAcceptedIssuers()).containsExactlyInAnyOrder(java);
  }

  @Test
  void warmsUp() throws Exception {
    assertThatCode(() -> Authorities.of(null).warmUp()).doesNotThrowAnyException();
    String bundle = bundle(Tls.pem(one));
    assertThatCode(() -> Authorities.of(bundle).warmUp()).doesNotThrowAnyException();
  }

  /** Java's. */
  private static void assertEachIsNamed(Authorities authorities) {
    assertThat(java).isNotEmpty();
    for (X509Certificate certificate : java) {
      assertThat(authorities.named(certificate).getAcceptedIssuers()).contains(certificate);
    }
  }

  /** Java's, and one. */
  private static void store(Path file, String kind) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(kind);
    store.load(null, null);
    int count = 0;
    for (X509Certificate certificate : java) {
      store.setCertificateEntry("java " + count++, certificate);
    }
    store.setCertificateEntry("öne", one);
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }
  }

  private static String bundle(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "bundle", ".pem"), text).toString();
  }
}
