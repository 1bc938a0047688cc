package dev.sdxlgen.bedrock;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom to trust: the certificates of a file. There are 140 in it, as a rule, and one is needed:
 * parsing them all takes Java 40 to 80 ms. So they are left as they lie there, and those parsed
 * whose name is in a server's chain. What these don't suffice for, all are asked.
 */
final class Authorities {

  /** By the file that names them; null for those that Java trusts. */
  private static final Map<String, Authorities> READ = new HashMap<>();

  private static final String BEGIN = "-----BEGIN ";
  private static final String BEGIN_CERTIFICATE = BEGIN + "CERTIFICATE-----";
  private static final String END_CERTIFICATE = "-----END CERTIFICATE-----";

  private static final int JKS = 0xFEEDFEED;
  private static final int TRUSTED_CERTIFICATE = 2;
  private static final int DER_SEQUENCE = 0x30;
  private static final int DER_VERSION = 0xA0;

  /** RFC 7292, 4.2: 1.2.840.113549.1.12.10.1.3. */
  private static final ByteBuffer CERTIFICATE_BAG =
      ByteBuffer.wrap(HexFormat.of().parseHex("2A864886F70D010C0A0103"));

  /** What Java gives those it trusts in PKCS #12: 2.16.840.1.113894.746875.1.1. */
  private static final ByteBuffer TRUSTED =
      ByteBuffer.wrap(HexFormat.of().parseHex("060C6086480186F966ADCA7B0101"));

  /**
   * A certificate.
   *
   * @param subject whom it names, in DER
   * @param der all of it (RFC 5280, 4.1)
   */
  private record Authority(ByteBuffer subject, ByteBuffer der) {

    static Authority of(ByteBuffer der) {
      ByteBuffer all = der.duplicate();
      ByteBuffer content = next(next(all, DER_SEQUENCE), DER_SEQUENCE);
      if (all.hasRemaining()) {
        throw new IllegalArgumentException("there is more than one");
      }
      if ((content.get(content.position()) & 0xff) == DER_VERSION) {
        next(content);
      }
      // Serial number, signature, issuer, validity.
      for (int i = 0; i < 4; i++) {
        next(content);
      }
      int from = content.position();
      next(content, DER_SEQUENCE);
      return new Authority(content.slice(from, content.position() - from), der);
    }
  }

  private final String bundle;
  private final byte[] content;
  private final List<Authority> known;
  private X509ExtendedTrustManager all;
  private List<Authority> few = List.of();
  private X509ExtendedTrustManager ofFew;

  /**
   * @param bundle null for those that Java trusts
   * @param content the bundle's; null for those that Java finds itself
   * @param known as far as they could be told apart; none when that takes a parser
   */
  private Authorities(String bundle, byte[] content, List<Authority> known) {
    this.bundle = bundle;
    this.content = content;
    this.known = known;
  }

  /**
   * They are read once, and the call waits for the warm-up's.
   *
   * @param bundle a file of certificates in PEM; null for those that Java trusts
   * @throws InvalidRequest when it can't be read
   */
  static synchronized Authorities of(String bundle) {
    Authorities read = READ.get(bundle);
    if (read == null) {
      read = bundle == null ? ofJava() : ofBundle(bundle);
      if (read.known.isEmpty()) {
        // What can't be read is to be known before anything is sent.
        read.all();
      }
      READ.put(bundle, read);
    }
    return read;
  }

  private static Authorities ofBundle(String bundle) {
    try {
      byte[] content = Files.readAllBytes(Path.of(bundle));
      return new Authorities(bundle, content, inPem(content));
    } catch (IOException | RuntimeException e) {
      throw unreadable(bundle, e);
    }
  }

  private static Authorities ofJava() {
    Path folder = Path.of(System.getProperty("java.home"), "lib", "security");
    Path own = folder.resolve("jssecacerts");
    return inStore(Files.exists(own) ? own : folder.resolve("cacerts"));
  }

  private static InvalidRequest unreadable(String bundle, Exception e) {
    return bundle == null
        ? new InvalidRequest(
            "Java's own authorities can't be read: " + e.getMessage(),
            "Mend lib/security/cacerts in its folder, or name others with AWS_CA_BUNDLE")
        : new InvalidRequest(
            "AWS_CA_BUNDLE names " + bundle + ", which can't be read as certificates",
            "It is a PEM file of the authorities to trust");
  }

  // Asking them

  /**
   * All of them.
   *
   * @throws InvalidRequest when they can't be read
   */
  synchronized X509ExtendedTrustManager all() {
    if (all == null) {
      try {
        all = manager(content == null ? null : parsed(content));
      } catch (IOException | GeneralSecurityException | RuntimeException e) {
        throw unreadable(bundle, e);
      }
    }
    return all;
  }

  /**
   * Those whom a chain names.
   *
   * @return null when there are none, as far as can be seen
   */
  X509ExtendedTrustManager named(X509Certificate... chain) {
    List<ByteBuffer> names = new ArrayList<>();
    for (X509Certificate certificate : chain) {
      names.add(ByteBuffer.wrap(certificate.getSubjectX500Principal().getEncoded()));
      names.add(ByteBuffer.wrap(certificate.getIssuerX500Principal().getEncoded()));
    }
    List<Authority> named = new ArrayList<>();
    for (Authority authority : known) {
      if (names.contains(authority.subject)) {
        named.add(authority);
      }
    }
    return of(named);
  }

  private synchronized X509ExtendedTrustManager of(List<Authority> authorities) {
    if (!authorities.equals(few)) {
      few = authorities;
      ofFew = manager(authorities);
    }
    return ofFew;
  }

  /**
   * Loads what parses a certificate, by asking an authority about itself. To check a path as well
   * takes 10 ms of the call's own time, and saves none.
   */
  void warmUp() throws GeneralSecurityException {
    X509ExtendedTrustManager manager = known.isEmpty() ? all() : of(known.subList(0, 1));
    if (manager != null) {
      X509Certificate authority = manager.getAcceptedIssuers()[0];
      manager.checkServerTrusted(new X509Certificate[] {authority}, "UNKNOWN");
    }
  }

  private static X509ExtendedTrustManager manager(List<Authority> authorities) {
    if (authorities.isEmpty()) {
      return null;
    }
    var certificates = new ByteArrayOutputStream();
    for (Authority authority : authorities) {
      ByteBuffer der = authority.der;
      certificates.write(der.array(), der.arrayOffset(), der.limit());
    }
    try {
      return manager(parsed(certificates.toByteArray()));
    } catch (IOException | GeneralSecurityException e) {
      // Whoever asks all is told.
      return null;
    }
  }

  private static X509ExtendedTrustManager manager(KeyStore trusted)
      throws GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    for (TrustManager manager : trust.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("nobody checks X.509 certificates");
  }

  private static KeyStore parsed(byte[] certificates) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    int count = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(certificates))) {
      trusted.setCertificateEntry("ca-" + count++, certificate);
    }
    if (count == 0) {
      throw new IOException("there is no certificate in it");
    }
    return trusted;
  }

  // How they lie in a file; none where it takes a parser to tell

  private static List<Authority> inPem(byte... content) {
    String text = new String(content, ISO_8859_1);
    List<Authority> found = new ArrayList<>();
    try {
      for (int at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at)) {
        int from = at + BEGIN_CERTIFICATE.length();
        int to = text.indexOf(END_CERTIFICATE, from);
        // What is commented out, for one, is Java's to understand.
        if (!text.startsWith(BEGIN_CERTIFICATE, at)
            || !isLine(content, at, from)
            || to < 0
            || !isLine(content, to, to + END_CERTIFICATE.length())) {
          return List.of();
        }
        found.add(Authority.of(ByteBuffer.wrap(decoded(content, from, to))));
        at = to;
      }
    } catch (RuntimeException e) {
      return List.of();
    }
    return found;
  }

  private static boolean isLine(byte[] content, int from, int to) {
    return (from == 0 || isEnd(content[from - 1])) && (to == content.length || isEnd(content[to]));
  }

  private static boolean isEnd(byte letter) {
    return letter == '\n' || letter == '\r';
  }

  private static byte[] decoded(byte[] content, int from, int to) {
    byte[] base64 = new byte[to - from];
    int count = 0;
    for (int i = from; i < to; i++) {
      if (!isEnd(content[i])) {
        base64[count++] = content[i];
      }
    }
    return Base64.getDecoder().decode(Arrays.copyOf(base64, count));
  }

  /**
   * @param store of Java's trust
   */
  static Authorities inStore(Path store) {
    List<Authority> found = List.of();
    try {
      ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(store));
      found = content.getInt(0) == JKS ? inJks(content) : inPkcs12(content);
    } catch (IOException | RuntimeException e) {
      // Whoever asks Java for it is told.
    }
    // Java finds its own itself.
    return new Authorities(null, null, found);
  }

  /** The JDK's own format, which sun.security.provider.JavaKeyStore describes. */
  private static List<Authority> inJks(ByteBuffer content) {
    int version = content.getInt(4);
    if (version != 1 && version != 2) {
      return List.of();
    }
    content.position(8);
    List<Authority> found = new ArrayList<>();
    for (int left = content.getInt(); left > 0; left--) {
      if (content.getInt() != TRUSTED_CERTIFICATE) {
        return List.of();
      }
      skip(content, content.getShort() & 0xffff); // its alias
      content.getLong(); // since when
      if (version == 2) {
        skip(content, content.getShort() & 0xffff); // X.509
      }
      found.add(Authority.of(take(content, content.getInt())));
    }
    return found;
  }

  /** RFC 7292, 4 and 4.2.3, without a password. */
  private static List<Authority> inPkcs12(ByteBuffer content) {
    ByteBuffer store = next(content, DER_SEQUENCE);
    next(store); // version
    List<Authority> found = new ArrayList<>();
    ByteBuffer safes = next(data(next(store, DER_SEQUENCE)), DER_SEQUENCE);
    while (safes.hasRemaining()) {
      ByteBuffer bags = next(data(next(safes, DER_SEQUENCE)), DER_SEQUENCE);
      while (bags.hasRemaining()) {
        ByteBuffer bag = next(bags, DER_SEQUENCE);
        if (!next(bag).equals(CERTIFICATE_BAG)) {
          return List.of();
        }
        ByteBuffer value = next(next(bag), DER_SEQUENCE);
        next(value); // X.509
        found.add(Authority.of(next(next(value))));
        if (!isTrusted(next(bag))) {
          return List.of();
        }
      }
    }
    return found;
  }

  /** What is in a ContentInfo of the kind data, RFC 5652, 3 and 4. */
  private static ByteBuffer data(ByteBuffer info) {
    next(info);
    return next(next(info));
  }

  private static boolean isTrusted(ByteBuffer attributes) {
    boolean trusted = false;
    while (!trusted && attributes.hasRemaining()) {
      ByteBuffer attribute = next(attributes);
      trusted =
          attribute.limit() >= TRUSTED.limit()
              && attribute.slice(0, TRUSTED.limit()).equals(TRUSTED);
    }
    return trusted;
  }

  private static ByteBuffer next(ByteBuffer in, int tag) {
    if ((in.get(in.position()) & 0xff) != tag) {
      throw new IllegalArgumentException("not of this kind");
    }
    return next(in);
  }

  /** The content of the next value in DER (X.690, 8.1), which is then behind us. */
  private static ByteBuffer next(ByteBuffer in) {
    in.get();
    int length = in.get() & 0xff;
    if (length > 0x7f) {
      int bytes = length - 0x80;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = Math.addExact(Math.multiplyExact(length, 256), in.get() & 0xff);
      }
    }
    return take(in, length);
  }

  private static ByteBuffer take(ByteBuffer in, int length) {
    ByteBuffer taken = in.slice(in.position(), length);
    skip(in, length);
    return taken;
  }

  private static void skip(ByteBuffer in, int length) {
    in.position(in.position() + length);
  }
}
