package dev.sdxlgen.mock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourcePictureTest {

  private static SourcePicture picture(byte[] file) {
    return SourcePicture.of(Base64.getEncoder().encodeToString(file));
  }

  @ParameterizedTest
  @EnumSource(PictureFormat.class)
  void readsTheSizeOfWhatTheMockDraws(PictureFormat format) {
    assertThat(picture(format.encode(48, 32, new byte[3 * 48 * 32])).size()).hasToString("48x32");
  }

  /** The three kinds of WebP, each up to its size. */
  @ParameterizedTest
  @CsvSource({
    "52494646240000005745425056503820180000003001009d012a40002000,64x32",
    "524946461a000000574542505650384c0d0000002f3fc00700,64x32",
    "52494646240000005745425056503858 0a000000000000003f00001f0000,64x32"
  })
  void readsTheSizeOfAWebP(String hex, String size) {
    byte[] file = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThat(picture(file).size()).hasToString(size);
  }

  @Test
  void readsAJpegPastItsFillBytesAndOtherSegments() {
    byte[] file =
        HexFormat.of()
            .parseHex("ffd8 ffe00004aaaa ff ffc4000311 ffc2000b080020004001".replace(" ", ""));

    assertThat(picture(file).size()).hasToString("64x32");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "ffd8",
        "ffd8ffd9",
        "ffd8ffc0000b08",
        "ffd8ffc0000b0800000000",
        "89504e470d0a1a0a",
        "89504e470d0a1a0a0000000d49484452000000000000",
        "52494646240000005745425056503858",
        "524946462400000057454250414e494d",
        "47494638396140002000",
      })
  void hasNoSizeForWhatItCannotRead(String hex) {
    assertThat(picture(HexFormat.of().parseHex(hex)).size()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A*AA", "data:image/png;base64,AAAA"})
  void isNothingThatIsNotBase64(String text) {
    assertThat(SourcePicture.of(text)).isNull();
  }
}
