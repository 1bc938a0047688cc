package dev.sdxlgen.artifact.png;

import static dev.sdxlgen.artifact.png.Chunks.chunk;
import static dev.sdxlgen.artifact.png.Chunks.claiming;
import static dev.sdxlgen.artifact.png.Chunks.concat;
import static dev.sdxlgen.artifact.png.Chunks.deflated;
import static dev.sdxlgen.artifact.png.Chunks.file;
import static dev.sdxlgen.artifact.png.Chunks.ihdr;
import static dev.sdxlgen.artifact.png.Chunks.picture;
import static dev.sdxlgen.artifact.png.Chunks.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PngChunksTest {

  private static final byte[] OURS = chunk("tEXt", "ours\0text");

  @Test
  void readsEveryKindOfText() throws IOException {
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    PngChunks png =
        read(
            png(
                chunk("tEXt", "Latin\0\u00e9"),
                deflated("zTXt", "Deflated\0\0", new byte[] {'z', (byte) 0xe9}),
                chunk("iTXt", concat("Plain\0\0\0de\0Wort\0".getBytes(), euro)),
                deflated("iTXt", "Both\0\1\0\0\0", euro)));

    assertThat(png.texts())
        .containsExactly(
            entry("Latin", "é"), entry("Deflated", "zé"), entry("Plain", "€"), entry("Both", "€"));
    assertThat(png.width()).isEqualTo(2);
    assertThat(png.height()).isEqualTo(3);
    assertThat(png.hasContentCredentials()).isFalse();
  }

  @Test
  void readsWhatComesBehindThePictureToo() throws IOException {
    byte[] png =
        file(ihdr(1, 1), chunk("IDAT", "1"), OURS, chunk("caBX", "signed"), chunk("IEND", ""));

    assertThat(read(png).texts()).containsExactly(entry("ours", "text"));
    assertThat(read(png).hasContentCredentials()).isTrue();
  }

  @Test
  void takesTheLastOfTwoTextsWithOneKeyword() throws IOException {
    assertThat(read(png(chunk("tEXt", "a\0first"), chunk("tEXt", "a\0second"))).texts())
        .containsExactly(entry("a", "second"));
  }

  @Test
  void checksThePictureToo() throws IOException {
    byte[] png = file(ihdr(1, 1), chunk("IDAT", "1".repeat(40_000)), OURS, chunk("IEND", ""));
    assertThat(PngChunks.readAll(new ByteArrayInputStream(png)).texts())
        .containsExactly(entry("ours", "text"));

    png[30_000] ^= 1;

    assertThat(read(png).texts()).containsExactly(entry("ours", "text"));
    assertThatThrownBy(() -> PngChunks.readAll(new ByteArrayInputStream(png)))
        .isInstanceOf(IOException.class)
        .hasMessage("it is a PNG whose IDAT chunk is damaged");
  }

  @Test
  void saysHowAFileIsBroken() {
    byte[] damaged = png(OURS);
    damaged[33 + 8 + 6] ^= 1;
    byte[] damagedHeader = png();
    damagedHeader[20] ^= 1;

    assertBroken("it isn't a PNG", "\u0089PNG\n\u001a\n plain text".getBytes());
    assertBroken("it is a PNG that was cut off", new byte[0]);
    assertBroken("it is a PNG that was cut off", Arrays.copyOf(png(), 20));
    assertBroken("it is a PNG without a header", file(chunk("IEND", "")));
    assertBroken("it is a PNG without a header", file(chunk("IHDR", "short")));
    assertBroken("it is a PNG with two headers", file(ihdr(1, 1), ihdr(1, 1)));
    assertBroken("it is a PNG of no size", file(ihdr(0, 1), picture()));
    assertBroken("it is a PNG of no size", file(ihdr(1, -1), picture()));
    assertBroken("it is a PNG whose tEXt chunk is damaged", damaged);
    assertBroken("it is a PNG whose IHDR chunk is damaged", damagedHeader);
    assertBroken("it is a PNG with a broken chunk", png(chunk("a1bc", "")));
    assertBroken("it is a PNG with a broken chunk", png(chunk("IEND", "more")));
  }

  /** Lengths that the file only claims. */
  @Test
  void readsNoFurtherThanTheFile() {
    byte[] few = new byte[100];
    for (String type : new String[] {"tEXt", "zTXt", "iTXt", "IDAT", "caBX", "abCd"}) {
      assertBroken(
          "it is a PNG that was cut off",
          png(claiming(Integer.MAX_VALUE, type, few)),
          png(claiming(PngChunks.MOST_TEXT, type, few)),
          file(ihdr(1, 1), claiming(1_000, type, few)));
      assertBroken("it is a PNG with a broken chunk", png(claiming(-1, type, few)));
    }
  }

  @Test
  void missesTheEndChunk() {
    assertBroken("it is a PNG that was cut off", file(ihdr(1, 1), chunk("IDAT", "1"), OURS));
  }

  @Test
  void inflatesNoBomb() throws IOException {
    byte[] zeros = new byte[64 << 20];
    byte[] bomb = deflated("zTXt", "bomb\0\0", zeros);
    byte[] international = deflated("iTXt", "bomb\0\1\0\0\0", zeros);
    assertThat(bomb.length).isLessThan(100_000);

    PngChunks png = read(png(bomb, international, bomb, OURS));

    assertThat(png.texts()).containsExactly(entry("ours", "text"));
  }

  @Test
  void inflatesNoMoreForManyBombsThanForAFew() throws IOException {
    byte[] bomb = deflated("zTXt", "bomb\0\0", new byte[PngChunks.MOST_TEXT + 1]);
    byte[] small = deflated("zTXt", "small\0\0", "text".getBytes());

    assertThat(read(png(bomb, bomb, small, OURS)).texts())
        .containsExactly(entry("small", "text"), entry("ours", "text"));
    assertThat(read(png(bomb, bomb, bomb, bomb, small, OURS)).texts())
        .containsExactly(entry("ours", "text"));
  }

  @Test
  void leavesOutATextThatIsTooLongAndReadsOn() throws IOException {
    byte[] long4 = concat("long\0".getBytes(), new byte[PngChunks.MOST_TEXT]);

    assertThat(read(png(chunk("tEXt", long4), OURS)).texts())
        .containsExactly(entry("ours", "text"));
  }

  @Test
  void keepsNoMoreTextThanItsLimitTogether() throws IOException {
    byte[] half = new byte[PngChunks.MOST_TEXT / 2 - 1000];
    byte[][] halves = new byte[5][];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = chunk("tEXt", concat(("half" + i + "\0").getBytes(), half));
    }

    assertThat(read(png(halves)).texts()).containsOnlyKeys("half0", "half1");
  }

  @Test
  void keepsNoMoreTextsThanThereIsRoomFor() throws IOException {
    byte[][] many = new byte[30_000][];
    for (int i = 0; i < many.length; i++) {
      many[i] = chunk("tEXt", i + "\0");
    }

    assertThat(read(png(many)).texts().size()).isEqualTo(PngChunks.MOST_TEXT / 256);
  }

  @Test
  void passesOverTextsThatCannotBeDecoded() throws IOException {
    byte[] cut = deflated("zTXt", "cut\0\0", "some text that is cut off".getBytes());
    PngChunks png =
        read(
            png(
                chunk("tEXt", "no NUL"),
                chunk("tEXt", ""),
                chunk("zTXt", "a\0"),
                chunk("zTXt", "a\0\0not deflated"),
                chunk("zTXt", Arrays.copyOfRange(cut, 8, cut.length - 10)),
                chunk("zTXt", "dictionary\0\0\u0078\u00bb\0\0\0\1"),
                chunk("iTXt", "a\0"),
                chunk("iTXt", "a\0\0\0"),
                chunk("iTXt", "a\0\0\0no NUL"),
                chunk("iTXt", "a\0\0\0en\0no NUL"),
                OURS));

    assertThat(png.texts()).containsExactly(entry("ours", "text"));
  }

  /** As a pipe may: a skip that does nothing is no end. */
  @Test
  void readsAStreamThatCannotSkip() throws IOException {
    InputStream in =
        new ByteArrayInputStream(png(chunk("gAMA", "1234"), OURS)) {
          @Override
          public synchronized long skip(long n) {
            return 0;
          }
        };

    assertThat(PngChunks.read(in).texts()).containsExactly(entry("ours", "text"));
  }

  private static PngChunks read(byte[] png) throws IOException {
    return PngChunks.read(new ByteArrayInputStream(png));
  }

  private static void assertBroken(String message, byte[]... files) {
    for (byte[] file : files) {
      assertThatThrownBy(() -> read(file)).isInstanceOf(IOException.class).hasMessage(message);
    }
  }
}
