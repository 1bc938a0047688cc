package dev.sdxlgen.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sdxlgen.artifact.ImageHeader.Format;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {

  /** SOI, APP0 "JFIF", a comment, a quantization table cut to nothing, fill bytes. */
  private static final String JPEG_PREFIX = "ffd8 ffe0 0006 4a464946 fffe 0003 41 ffdb 0002 ffffff";

  @Test
  void readsAPngsSize() throws IOException {
    assertThat(read(TinyImages.png(1344, 768))).isEqualTo(new ImageHeader(Format.PNG, 1344, 768));
    assertThat(read(TinyImages.png(Integer.MAX_VALUE, 1)))
        .isEqualTo(new ImageHeader(Format.PNG, Integer.MAX_VALUE, 1));
  }

  @Test
  void readsNoFurtherThanThePngsSize() throws IOException {
    InputStream in = new ByteArrayInputStream(TinyImages.png(1, 2));

    ImageHeader.read(in);

    assertThat(in.available()).isEqualTo(33 - 24);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c0", "c1", "c2", "c3", "c5", "c6", "c7", "c9", "ca", "cb", "cd", "cf"})
  void readsAJpegsSizeFromAnyStartOfFrame(String marker) throws IOException {
    assertThat(read(hex(JPEG_PREFIX + marker + "0011 08 0300 0540 03")))
        .isEqualTo(new ImageHeader(Format.JPEG, 0x540, 0x300));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c4", "c8", "cc"})
  void skipsAJpegsTablesWhoseMarkersLookLikeFrames(String marker) throws IOException {
    assertThat(read(hex("ffd8 ff" + marker + "0004 abcd ffc0 000b 08 0001 0002 01")))
        .isEqualTo(new ImageHeader(Format.JPEG, 2, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "ffd8 ffe0 0002 00c0, it is a JPEG with a broken segment",
    "ffd8 ffe0 0001 0000, it is a JPEG without a frame",
    "ffd8 ffe0 0000 0000, it is a JPEG without a frame",
    "ffd8 ffda 0008 0000, it is a JPEG without a frame",
    "ffd8 ffd9 0000, it is a JPEG without a frame",
    "ffd8 ffc0 0011 08 0000 0540, it is a JPEG of no size",
    "ffd8 ffc0 0011 08 0300 0000, it is a JPEG of no size",
    "ffd8 ffff ffff, it ends within its header",
    "ffd8 ffe0 ffff 00, it ends within its header",
    "ffd8, it ends within its header",
    "ffd8 ff, it ends within its header",
    "ffd8 ffc0 0011 08 03, it ends within its header",
    "89504e470d0a1a0a 0000000d 49484452 00000000 00000400, it is a PNG of no size",
    "89504e470d0a1a0a 0000000d 49484452 00000400 00000000, it is a PNG of no size",
    "89504e470d0a1a0a 0000000d 49484452 80000000 00000400, it is a PNG of no size",
    "89504e470d0a1a0a 0000000d 49484452 00000400 ffffffff, it is a PNG of no size",
    "89504e470d0a1a0a 7fffffff 49484452 00000400 00000400, it is a PNG without a header",
    "89504e470d0a1a0a 0000000d 49444154 00000400 00000400, it is a PNG without a header",
    "89504e470d0a1a0b 0000000d 49484452 00000400 00000400, it is neither a PNG nor a JPEG",
    "ffd7 ffc0 0011 08 0300 0540, it is neither a PNG nor a JPEG",
    "47494638 39610100, it is neither a PNG nor a JPEG",
    "3c68746d 6c3e, it is neither a PNG nor a JPEG",
    "00, it ends within its header"
  })
  void saysWhatAFileIsInsteadOfAnImage(String bytes, String message) {
    assertThatThrownBy(() -> read(hex(bytes))).isInstanceOf(IOException.class).hasMessage(message);
  }

  @Test
  void saysOfEveryCutPngThatItEnds() {
    byte[] whole = TinyImages.png(1024, 1024);
    for (int length = 0; length < 24; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut))
          .as("%s bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessage("it ends within its header");
    }
  }

  private static ImageHeader read(byte[] bytes) throws IOException {
    return ImageHeader.read(new ByteArrayInputStream(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "52494646 1a000000 57454250 56503858 0a000000 10000000 3f0500 ff0200, 1344, 768",
    "52494646 1a000000 57454250 56503858 0a000000 00000000 000000 ffffff, 1, 16777216",
    "52494646 1a000000 57454250 56503820 0a000000 300100 9d012a 4005 0003, 1344, 768",
    "52494646 1a000000 57454250 56503820 0a000000 300100 9d012a 4045 00c3, 1344, 768",
    "52494646 1a000000 57454250 5650384c 0a000000 2f 3fc5bf00, 1344, 768",
    "52494646 1a000000 57454250 5650384c 0a000000 2f ffffff1f, 16384, 16384",
  })
  void readsAWebpsSizeFromEachKindOfIt(String hex, int width, int height) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThat(read(bytes)).isEqualTo(new ImageHeader(Format.WEBP, width, height));
    for (int length = 12; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(cut)).hasMessage("it ends within its header");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "52494646 1a000000 57454250 414c5048 0a000000 1000, it is a WebP without a picture",
    "52494646 1a000000 57415645 56503858 0a000000 1000, it is neither a PNG nor a JPEG",
    "52494646 1a00, it is neither a PNG nor a JPEG",
    "52494646 1a000000 57454250 56503820 0a000000 300100 9d012a 0000 0003, it is a WEBP of no size",
  })
  void refusesWhatIsNoWebp(String hex, String message) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> read(bytes)).hasMessage(message);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }
}
