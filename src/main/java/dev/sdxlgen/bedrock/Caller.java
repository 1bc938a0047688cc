package dev.sdxlgen.bedrock;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Who calls whom.
 *
 * @param endpoint where calls go in place of the region's own endpoint; may be null
 * @param bearer the token that calls carry; used when there are no credentials
 * @param credentials who signs them; null when a token does
 */
record Caller(String region, URI endpoint, String bearer, AwsCredentialsProvider credentials) {

  private static final int DIGITS = 16;

  /** The same for the same key, region and endpoint, and nothing can be read from it. */
  String digest() {
    String key = credentials == null ? bearer : credentials.resolveCredentials().accessKeyId();
    String caller = region + "\n" + endpoint + "\n" + key;
    byte[] digest = SignatureV4.sha256().digest(caller.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest).substring(0, DIGITS);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Caller[region=" + region + ", endpoint=" + endpoint + "]";
  }
}
