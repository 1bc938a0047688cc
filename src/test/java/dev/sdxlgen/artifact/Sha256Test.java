package dev.sdxlgen.artifact;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.Security;
import java.util.HexFormat;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;

class Sha256Test {

  /** FIPS 180-2, B.3. */
  private static final byte[] MILLION = "a".repeat(1_000_000).getBytes(US_ASCII);

  private static final String HASH =
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

  @Test
  void boringSslHashesImages() throws IOException {
    assumeTrue(Conscrypt.isAvailable());

    assertThat(Sha256.startImage().getProvider().getInfo()).isEqualTo("SHA-256 by BoringSSL");
    assertThat(hex(Sha256.of(new ByteArrayInputStream(MILLION)))).isEqualTo(HASH);
  }

  @Test
  void javaHashesWhatIsShort() {
    assertThat(Sha256.start().getProvider().getName()).isEqualTo("SUN");
    assertThat(hex(Sha256.start().digest(MILLION))).isEqualTo(HASH);
  }

  @Test
  void whereSomebodyHasSetUpJavasSecurityItIsJavasToHash() throws IOException {
    // Java looks for its providers once, and isn't to find another here.
    Sha256.start();
    String first = Security.getProperty("security.provider.1");
    Security.setProperty("security.provider.1", "SunPKCS11-NSS-FIPS");
    try {
      MessageDigest sha256 = Sha256.startImage();
      assertThat(sha256.getProvider()).isEqualTo(Sha256.start().getProvider());
      assertThat(hex(Sha256.of(new ByteArrayInputStream(MILLION)))).isEqualTo(HASH);
    } finally {
      Security.setProperty("security.provider.1", first);
    }
  }

  private static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
