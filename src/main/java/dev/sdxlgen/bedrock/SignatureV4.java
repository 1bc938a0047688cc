package dev.sdxlgen.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.scheme.AuthScheme;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Signs our POSTs as the SDK does, byte for byte (AWS Signature Version 4: IAM user guide, "Create
 * a signed AWS API request"). The SDK has Java look for an HMAC among its security providers, 20 ms
 * of a program that has just started; here it is RFC 2104's few lines. What looks unlike our calls
 * is left to the SDK.
 */
final class SignatureV4
    implements AuthScheme<AwsCredentialsIdentity>, HttpSigner<AwsCredentialsIdentity> {

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";

  /** What is changed or added on the way. */
  private static final Set<String> UNSIGNED =
      Set.of("connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id");

  /** SHA-256's, in bytes (RFC 2104). */
  private static final int BLOCK = 64;

  /** The last one: it takes four HMACs and lasts a day. */
  private volatile SigningKey key;

  private record SigningKey(String secret, String scope, byte[] bytes) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "SigningKey[scope=" + scope + "]";
    }
  }

  @Override
  public String schemeId() {
    return AwsV4AuthScheme.SCHEME_ID;
  }

  @Override
  public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
    return providers.identityProvider(AwsCredentialsIdentity.class);
  }

  @Override
  public HttpSigner<AwsCredentialsIdentity> signer() {
    return this;
  }

  @Override
  public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> asked) {
    if (!isUsual(asked.request())) {
      return AwsV4HttpSigner.create().sign(asked);
    }
    ContentStreamProvider body = asked.payload().orElse(null);
    Clock clock = asked.requireProperty(HttpSigner.SIGNING_CLOCK, Clock.systemUTC());
    String time = time(clock);
    AwsCredentialsIdentity credentials = asked.identity();
    SdkHttpRequest.Builder request = asked.request().toBuilder();
    request.putHeader("Host", host(asked.request()));
    request.putHeader("X-Amz-Date", time);
    if (credentials instanceof AwsSessionCredentialsIdentity session) {
      request.putHeader("X-Amz-Security-Token", session.sessionToken().trim());
    }
    MessageDigest sha256 = sha256();
    String hash = HexFormat.of().formatHex(digest(sha256, body));
    request.putHeader("x-amz-content-sha256", hash);

    Map<String, String> headers = signedHeaders(request);
    String names = String.join(";", headers.keySet());
    String canonical = canonical(request, headers, names, hash);
    String scope =
        time.substring(0, 8)
            + "/"
            + asked.property(AwsV4HttpSigner.REGION_NAME)
            + "/"
            + asked.property(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME)
            + "/aws4_request";
    String canonicalHash = HexFormat.of().formatHex(sha256.digest(canonical.getBytes(UTF_8)));
    String text = ALGORITHM + "\n" + time + "\n" + scope + "\n" + canonicalHash;
    byte[] signature = hmac(sha256, key(sha256, credentials, scope), text);
    request.putHeader(
        "Authorization",
        ALGORITHM
            + " Credential="
            + credentials.accessKeyId().trim()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + HexFormat.of().formatHex(signature));
    return SignedRequest.builder().request(request.build()).payload(body).build();
  }

  /** None of our calls is made so. */
  @Override
  public CompletableFuture<AsyncSignedRequest> signAsync(
      AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
    return AwsV4HttpSigner.create().signAsync(request);
  }

  /** Whether there is nothing in it to be put in order first. */
  private static boolean isUsual(SdkHttpRequest request) {
    String path = request.encodedPath();
    if (request.method() != SdkHttpMethod.POST
        || request.encodedQueryParameters().isPresent()
        || !path.isEmpty() && !path.startsWith("/")
        || path.contains("//")
        || path.contains("/.")) {
      return false;
    }
    for (int i = 0; i < path.length(); i++) {
      if ("/%-._~".indexOf(path.charAt(i)) < 0 && !isAlphanumeric(path.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  /** As {@code 20261126T161338Z}. Java's own formatter takes 20 ms to load. */
  private static String time(Clock clock) {
    LocalDateTime utc = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    int day = (utc.getYear() * 100 + utc.getMonthValue()) * 100 + utc.getDayOfMonth();
    int second = (utc.getHour() * 100 + utc.getMinute()) * 100 + utc.getSecond();
    // A seventh digit keeps the zeros before it.
    return day + "T" + Integer.toString(1_000_000 + second).substring(1) + "Z";
  }

  private static String host(SdkHttpRequest request) {
    return SdkHttpUtils.isUsingStandardPort(request.protocol(), request.port())
        ? request.host()
        : request.host() + ":" + request.port();
  }

  /** In the order of their names. */
  private static Map<String, String> signedHeaders(SdkHttpRequest.Builder request) {
    Map<String, String> headers = new TreeMap<>();
    request.forEachHeader(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (!UNSIGNED.contains(lower)) {
            List<String> trimmed = new ArrayList<>(values);
            trimmed.replaceAll(SignatureV4::trimmed);
            headers.put(lower, String.join(",", trimmed));
          }
        });
    return headers;
  }

  /** One blank in place of several, none at the ends. */
  private static String trimmed(String value) {
    var text = new StringBuilder(value.length());
    boolean blank = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (" \t\n\u000b\r\f".indexOf(c) >= 0) {
        blank = !text.isEmpty();
      } else {
        text.append(blank ? " " : "").append(c);
        blank = false;
      }
    }
    return text.toString();
  }

  private static String canonical(
      SdkHttpRequest.Builder request, Map<String, String> headers, String names, String hash) {
    var text = new StringBuilder("POST\n");
    // Encoded a second time, which makes a difference to % alone.
    String path = request.encodedPath();
    text.append(path.isEmpty() ? "/" : path.replace("%", "%25")).append("\n\n");
    headers.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
    return text.append('\n').append(names).append('\n').append(hash).toString();
  }

  private byte[] key(MessageDigest sha256, AwsCredentialsIdentity credentials, String scope) {
    String secret = credentials.secretAccessKey().trim();
    SigningKey known = key;
    if (known == null || !known.secret.equals(secret) || !known.scope.equals(scope)) {
      byte[] bytes = ("AWS4" + secret).getBytes(UTF_8);
      for (String part : scope.split("/")) {
        bytes = hmac(sha256, bytes, part);
      }
      known = new SigningKey(secret, scope, bytes);
      key = known;
    }
    return known.bytes;
  }

  /** RFC 2104. */
  private static byte[] hmac(MessageDigest sha256, byte[] key, String text) {
    byte[] shortKey = key.length > BLOCK ? sha256.digest(key) : key;
    byte[] inner = new byte[BLOCK];
    byte[] outer = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      int k = i < shortKey.length ? shortKey[i] : 0;
      inner[i] = (byte) (k ^ 0x36);
      outer[i] = (byte) (k ^ 0x5c);
    }
    sha256.update(inner);
    byte[] hash = sha256.digest(text.getBytes(UTF_8));
    sha256.update(outer);
    return sha256.digest(hash);
  }

  private static byte[] digest(MessageDigest sha256, ContentStreamProvider body) {
    if (body != null) {
      try (InputStream in = body.newStream()) {
        byte[] piece = new byte[8192];
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          sha256.update(piece, 0, read);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sha256.digest();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
