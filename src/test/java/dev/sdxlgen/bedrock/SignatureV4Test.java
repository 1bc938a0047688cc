package dev.sdxlgen.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** What is expected is what the SDK's own signer makes of the same request. */
class SignatureV4Test {

  private static final String PATH = "/model/stability.stable-diffusion-xl-v1%3A0/invoke";
  private static final Instant NOW = Instant.parse("2026-11-26T16:13:38.987Z");
  private static final AwsCredentialsIdentity KEYS =
      AwsBasicCredentials.create("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

  private final SignatureV4 signer = new SignatureV4();

  @Test
  void signsLikeTheSdk() {
    assertSigned(KEYS, NOW, "{\"text_prompts\":[{\"text\":\"a person\"}]}", r -> {});
  }

  @Test
  void sendsTheSignatureInTheHeader() {
    SignedRequest signed =
        signer.sign(asked(KEYS, NOW, "{}", request("https://h.example", PATH).build()));

    assertThat(signed.request().firstMatchingHeader("Authorization").orElseThrow())
        .matches(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261126/us-west-2/bedrock/aws4_request, "
                + "SignedHeaders=accept;content-type;host;x-amz-content-sha256;x-amz-date, "
                + "Signature=[0-9a-f]{64}");
    assertThat(signed.request().firstMatchingHeader("X-Amz-Date")).contains("20261126T161338Z");
  }

  @Test
  void signsWithASessionToken() {
    assertSigned(
        AwsSessionCredentials.create("ASIAEXAMPLE", "secret", " to/ken== "), NOW, "{}", r -> {});
  }

  @Test
  void leavesOutTheBlanksAroundKeys() {
    assertSigned(AwsBasicCredentials.create(" AKID ", " se cret\n"), NOW, "{}", r -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ключ", "a-key-that-is-longer-than-a-block-of-the-hash-function-has-bytes"})
  void takesAnyKey(String secret) {
    assertSigned(AwsBasicCredentials.create("AKID", secret), NOW, "{}", r -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999Z", "2028-02-29T09:08:07Z"})
  void signsAtAnyTime(String time) {
    assertSigned(KEYS, Instant.parse(time), "{}", r -> {});
  }

  @Test
  void signsTheNextDayWithTheNextDaysKey() {
    assertSigned(KEYS, NOW, "{}", r -> {});
    assertSigned(KEYS, NOW.plusSeconds(86_400), "{}", r -> {});
    assertSigned(AwsBasicCredentials.create("AKIDEXAMPLE", "other"), NOW, "{}", r -> {});
    assertSigned(KEYS, NOW, "{}", r -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.x-y/invoke",
        "/model/%25%20%D0%BA~_/invoke",
        "/proxy/model/m/invoke",
        "/proxy//model/m/invoke",
        "/a/../model/./m/invoke",
        "/pro:xy/model/m/invoke",
        "/model/m/invoke/"
      })
  void signsAnyPath(String path) {
    assertSigned(KEYS, NOW, "{}", r -> r.encodedPath(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://bedrock-runtime.us-west-2.amazonaws.com",
        "https://localhost:8443",
        "https://localhost:80",
        "http://127.0.0.1:443",
        "http://127.0.0.1:80",
        "http://[::1]:9000"
      })
  void signsForAnyHost(String endpoint) {
    assertSigned(KEYS, NOW, "{}", r -> r.uri(URI.create(endpoint + PATH)));
  }

  @Test
  void signsWhatHeadersSayWithTheirBlanksLeftOut() {
    assertSigned(
        KEYS,
        NOW,
        "{}",
        r ->
            r.putHeader("X-Blanks", "  a   b\t c  ")
                .putHeader("x-none", "")
                .putHeader("X-Two", List.of("b", " a "))
                .putHeader("X-Gap", List.of("", "a"))
                .putHeader("UPPER", "Ü"));
  }

  @Test
  void leavesUnsignedWhatIsChangedOnTheWay() {
    assertSigned(
        KEYS,
        NOW,
        "{}",
        r ->
            r.putHeader("Connection", "keep-alive")
                .putHeader("User-Agent", "aws-sdk-java")
                .putHeader("Expect", "100-continue")
                .putHeader("Transfer-Encoding", "chunked")
                .putHeader("X-Amzn-Trace-Id", "Root=1"));
  }

  @Test
  void signsAQuestionWithoutABody() {
    assertSigned(KEYS, NOW, null, r -> {});
  }

  @Test
  void signsABodyOfAnyLength() {
    assertSigned(KEYS, NOW, "x".repeat(100_001), r -> {});
    assertSigned(KEYS, NOW, "", r -> {});
  }

  @Test
  void signsWhatIsNoPostAndWhatHasAQuery() {
    assertSigned(KEYS, NOW, null, r -> r.method(SdkHttpMethod.GET));
    assertSigned(
        KEYS, NOW, "{}", r -> r.putRawQueryParameter("b", "1").putRawQueryParameter("a", ""));
  }

  private void assertSigned(
      AwsCredentialsIdentity keys,
      Instant now,
      String body,
      Consumer<SdkHttpRequest.Builder> more) {
    SdkHttpRequest.Builder builder = request("https://h.example", PATH);
    more.accept(builder);
    SdkHttpRequest request = builder.build();

    SignedRequest signed = signer.sign(asked(keys, now, body, request));

    SignedRequest expected = AwsV4HttpSigner.create().sign(asked(keys, now, body, request));
    assertThat(signed.request().headers()).isEqualTo(expected.request().headers());
    assertThat(signed.request().getUri()).isEqualTo(expected.request().getUri());
    assertThat(signed.payload().isPresent()).isEqualTo(expected.payload().isPresent());
  }

  private static SdkHttpRequest.Builder request(String endpoint, String path) {
    return SdkHttpRequest.builder()
        .method(SdkHttpMethod.POST)
        .uri(URI.create(endpoint))
        .encodedPath(path)
        .putHeader("Accept", "application/json")
        .putHeader("Content-Type", "application/json");
  }

  private static SignRequest<AwsCredentialsIdentity> asked(
      AwsCredentialsIdentity keys, Instant now, String body, SdkHttpRequest request) {
    SignRequest.Builder<AwsCredentialsIdentity> asked =
        SignRequest.builder(keys)
            .request(request)
            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-west-2")
            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "bedrock")
            .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC));
    if (body != null) {
      asked.payload(ContentStreamProvider.fromUtf8String(body));
    }
    return asked.build();
  }
}
