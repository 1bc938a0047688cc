package dev.sdxlgen.artifact.png;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TextChunkTest {

  @Test
  void writesLatinTextAsText() {
    assertThat(written("a", "é"))
        .isEqualTo("00000003" + "74455874" + "6100e9" + crc("tEXt", "a\0\u00e9"));
  }

  @Test
  void writesOtherTextAsInternationalTextUncompressedAndOfNoLanguage() {
    assertThat(written("a", "€"))
        .isEqualTo(
            "00000009"
                + "69545874"
                + "610000000000"
                + "e282ac"
                + crc("iTXt", "a\0\0\0\0\0\u00e2\u0082\u00ac"));
  }

  @Test
  void writesAnEmptyText() {
    assertThat(written("a", "")).isEqualTo("00000002" + "74455874" + "6100" + crc("tEXt", "a\0"));
  }

  private static String written(String keyword, String text) {
    var png = new ByteArrayOutputStream();
    TextChunk.write(png, keyword, text);
    return HexFormat.of().formatHex(png.toByteArray());
  }

  private static String crc(String type, String content) {
    byte[] chunk = Chunks.chunk(type, content);
    return HexFormat.of().formatHex(chunk, chunk.length - 4, chunk.length);
  }
}
