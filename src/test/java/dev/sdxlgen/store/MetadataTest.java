package dev.sdxlgen.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any text can be an object's metadata, and comes back. */
class MetadataTest {

  @ParameterizedTest
  @CsvSource({
    "hat-0001, hat-0001",
    "caf\u00e9, caf%C3%A9",
    "a b, a%20b",
    "100%, 100%25",
    "a+b, a%2Bb",
    "'a\r\nx-amz-acl: public-read', a%0D%0Ax-amz-acl:%20public-read",
    "\ud83d\ude00, %F0%9F%98%80"
  })
  void whatIsntVisibleAsciiIsPercentEncoded(String text, String value) {
    assertThat(Metadata.encoded(Map.of("id", text))).isEqualTo(Map.of("id", value));
    assertThat(URLDecoder.decode(value, StandardCharsets.UTF_8)).isEqualTo(text);
    assertThat(Metadata.decoded(Map.of("ID", value))).isEqualTo(Map.of("id", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"50%", "%zz", "=?UTF-8?Q?x?="})
  void anothersMetadataIsTakenAsItIs(String value) {
    assertThat(Metadata.decoded(Map.of("id", value))).isEqualTo(Map.of("id", value));
  }

  @Test
  void whatIsTooMuchForS3IsLeftOut() {
    assertThat(Metadata.encoded(Map.of("id", "x".repeat(2000), "sha256", "0".repeat(64))))
        .containsOnlyKeys("sha256");
  }
}
