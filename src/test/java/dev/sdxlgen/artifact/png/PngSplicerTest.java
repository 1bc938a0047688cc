package dev.sdxlgen.artifact.png;

import static dev.sdxlgen.artifact.png.Chunks.chunk;
import static dev.sdxlgen.artifact.png.Chunks.concat;
import static dev.sdxlgen.artifact.png.Chunks.file;
import static dev.sdxlgen.artifact.png.Chunks.ihdr;
import static dev.sdxlgen.artifact.png.Chunks.picture;
import static dev.sdxlgen.artifact.png.Chunks.png;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.png.PngSplicer.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngSplicerTest {

  private static final byte[] NEW = chunk("tEXt", "new\0text");
  private static final byte[] GAMMA = chunk("gAMA", "\0\0\1\1");
  private static final byte[] SIGNED = chunk("caBX", "signed");

  private final ByteArrayOutputStream sink = new ByteArrayOutputStream();
  private String asked = "";
  private final PngSplicer splicer = new PngSplicer(sink, this::chunks);

  private byte[] chunks(int width, int height, Set<String> keywords) {
    asked += width + "x" + height + " " + new java.util.TreeSet<>(keywords);
    return NEW;
  }

  /** Every size, so that each header is split at each of its bytes. */
  @Test
  void insertsBeforeTheFirstImageChunkWhateverTheSlices() throws IOException {
    byte[] before = file(ihdr(2, 3), GAMMA, chunk("tEXt", "mine\0"), chunk("IDAT", "1"));
    byte[] after = concat(chunk("IDAT", "22"), chunk("IDAT", ""), chunk("IEND", ""));
    byte[] png = concat(before, after);
    int at = before.length - 13;
    byte[] expected = concat(Arrays.copyOf(png, at), NEW, Arrays.copyOfRange(png, at, png.length));

    for (int size = 1; size <= png.length; size++) {
      var sink = new ByteArrayOutputStream();
      var splicer = new PngSplicer(sink, this::chunks);
      asked = "";
      for (int i = 0; i < png.length; i += size) {
        splicer.write(png, i, Math.min(size, png.length - i));
      }

      assertThat(splicer.finish()).as("slices of %s", size).isEqualTo(Outcome.SPLICED);
      assertThat(sink.toByteArray()).as("slices of %s", size).isEqualTo(expected);
      assertThat(asked).isEqualTo("2x3 [mine]");
      assertThat(splicer.splicedAt()).isEqualTo(at);
      assertThat(splicer.splicedLength()).isEqualTo(NEW.length);
      assertThat(splicer.width()).isEqualTo(2);
      assertThat(splicer.height()).isEqualTo(3);
    }
  }

  @Test
  void insertsWhenItIsSplitInTwoAnywhere() throws IOException {
    byte[] png = png(GAMMA);
    byte[] expected = png(GAMMA, NEW);
    for (int split = 0; split <= png.length; split++) {
      var sink = new ByteArrayOutputStream();
      var splicer = new PngSplicer(sink, this::chunks);
      splicer.write(png, 0, split);
      splicer.write(png, split, png.length - split);
      splicer.finish();

      assertThat(sink.toByteArray()).as("split at %s", split).isEqualTo(expected);
    }
  }

  @Test
  void takesSingleBytesAndOffsets() throws IOException {
    byte[] png = png();
    byte[] shifted = concat(new byte[5], png);
    for (int i = 0; i < 40; i++) {
      splicer.write(png[i]);
    }
    splicer.write(shifted, 45, png.length - 40);

    assertThat(splicer.finish()).isEqualTo(Outcome.SPLICED);
    assertThat(sink.toByteArray()).isEqualTo(png(NEW));
  }

  @Test
  void tellsTheKeywordsOfEveryKindOfTextBeforeThePicture() throws IOException {
    write(
        png(
            chunk("tEXt", "a\0text"),
            chunk("zTXt", "b\0\0deflated"),
            chunk("iTXt", "c\0\0\0\0\0text"),
            chunk("tEXt", "k".repeat(79) + "\0" + "long".repeat(99)),
            chunk("tEXt", "no NUL".repeat(20)),
            chunk("abCd", "d\0text")));

    assertThat(asked).isEqualTo("2x3 [a, b, c, " + "k".repeat(79) + "]");
  }

  @Test
  void leavesASignedFileAlone() throws IOException {
    byte[] png = png(SIGNED);

    assertThat(write(png)).isEqualTo(Outcome.SIGNED);
    assertThat(sink.toByteArray()).isEqualTo(png);
    assertThat(asked).isEmpty();
    assertThat(splicer.splicedAt()).isEqualTo(-1);
    assertThat(splicer.splicedLength()).isZero();
  }

  @Test
  void tellsOfASignatureBehindThePictureSoThatTheChunksCanBeTakenOutAgain() throws IOException {
    byte[] png = file(ihdr(2, 3), chunk("IDAT", "1"), SIGNED, chunk("IEND", ""));

    assertThat(write(png)).isEqualTo(Outcome.SPLICED_THOUGH_SIGNED);
    byte[] written = sink.toByteArray();
    int from = (int) splicer.splicedAt();
    int to = from + splicer.splicedLength();
    assertThat(
            concat(Arrays.copyOf(written, from), Arrays.copyOfRange(written, to, written.length)))
        .isEqualTo(png);
  }

  @Test
  void findsNoSignatureInThePictureItself() throws IOException {
    byte[] png = file(ihdr(2, 3), chunk("IDAT", "....caBX...."), chunk("IEND", ""), SIGNED);

    assertThat(write(png)).isEqualTo(Outcome.SPLICED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\u0089",
        "\u0089PNG\r\n\u001a",
        "\u0089PNG\r\n\u001a\n",
        "\u0089PNG\r\n\u001a\n\0\0\0",
        "\u0089PNG\r\n\u001a\nIDATIDATIDAT",
        "\u0089PNG\r\n\u001a\n\0\0\0\0IDAT\0\0\0\0",
        "\u0089PNG\r\n\u001a\n\u00ff\0\0\0IHDR\0\0\0\1\0\0\0\1",
        "\u0089PNG\r\n\u001a\n\0\0\0\4IHDR\0\0\0\1\0\0\0\1\0\0\0\0IDAT\0\0\0\0",
        "\u0089PNG\n\u001a\n something else that is quite long",
        "\u00ff\u00d8\u00ff\u00e0 a JPEG",
        "{\"message\": \"not an image at all, but quite a bit of text\"}"
      })
  void leavesAloneWhatIsNoPng(String latin1) throws IOException {
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    for (byte b : bytes) {
      splicer.write(b);
    }

    assertThat(splicer.finish()).isEqualTo(Outcome.NOT_A_PNG);
    assertThat(sink.toByteArray()).isEqualTo(bytes);
    assertThat(asked).isEmpty();
  }

  @Test
  void leavesAloneAPngOfNoSizeOrWithoutAPicture() throws IOException {
    byte[] noSize = file(ihdr(0, 3), picture());
    assertThat(write(noSize)).isEqualTo(Outcome.NOT_A_PNG);
    assertThat(sink.toByteArray()).isEqualTo(noSize);

    var other = new ByteArrayOutputStream();
    var splicer = new PngSplicer(other, this::chunks);
    byte[] noPicture = file(ihdr(2, 3), GAMMA, chunk("IEND", ""), picture());
    splicer.write(noPicture);
    assertThat(splicer.finish()).isEqualTo(Outcome.NOT_A_PNG);
    assertThat(other.toByteArray()).isEqualTo(noPicture);
  }

  /** Such as a length beyond the end: the image is kept as it came. */
  @Test
  void passesOnEveryByteOfAPngThatIsCutOffOrBroken() throws IOException {
    byte[] png = png(GAMMA);
    for (int length = 0; length < png.length; length++) {
      var sink = new ByteArrayOutputStream();
      var splicer = new PngSplicer(sink, (width, height, keywords) -> new byte[0]);
      for (int i = 0; i < length; i += 3) {
        splicer.write(png, i, Math.min(3, length - i));
      }
      splicer.finish();

      assertThat(sink.toByteArray()).isEqualTo(Arrays.copyOf(png, length));
    }
  }

  private Outcome write(byte[] png) throws IOException {
    splicer.write(png);
    return splicer.finish();
  }
}
