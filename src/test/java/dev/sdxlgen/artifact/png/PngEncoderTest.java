package dev.sdxlgen.artifact.png;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngEncoderTest {

  @Test
  void givesEveryPixelBack() throws IOException {
    byte[] rgb = new byte[3 * 37 * 11];
    new Random(1).nextBytes(rgb);

    BufferedImage read = read(PngEncoder.encode(37, 11, rgb));

    assertThat(read.getWidth()).isEqualTo(37);
    assertThat(read.getHeight()).isEqualTo(11);
    assertThat(pixels(read)).isEqualTo(rgb);
  }

  @Test
  void writesOnePixel() throws IOException {
    byte[] red = {(byte) 0xFF, 0x10, 0x20};

    assertThat(pixels(read(PngEncoder.encode(1, 1, red)))).isEqualTo(red);
  }

  @Test
  void makesASoftGradientSmall() {
    byte[] rgb = new byte[3 * 256 * 256];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3);
    }

    assertThat(PngEncoder.encode(256, 256, rgb)).hasSizeLessThan(rgb.length / 50);
  }

  @Test
  void writesThreeChunksWithTheirChecksums() {
    byte[] png = PngEncoder.encode(2, 3, new byte[18]);

    assertThat(png).startsWith(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');
    assertThat(chunks(png)).containsExactly("IHDR", "IDAT", "IEND");
    byte[] eightBitColour = {0, 0, 0, 2, 0, 0, 0, 3, 8, 2, 0, 0, 0};
    assertThat(java.util.Arrays.copyOfRange(png, 16, 29)).isEqualTo(eightBitColour);
  }

  @Test
  void refusesPixelsThatDoNotFillThePicture() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PngEncoder.encode(2, 2, new byte[11]))
        .withMessage("11 bytes for 2x2");
    assertThatIllegalArgumentException().isThrownBy(() -> PngEncoder.encode(0, 2, new byte[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> PngEncoder.encode(2, 0, new byte[0]));
  }

  /** The names of the chunks, each of whose checksums is right. */
  private static List<String> chunks(byte[] png) {
    List<String> names = new ArrayList<>();
    ByteBuffer rest = ByteBuffer.wrap(png, 8, png.length - 8);
    while (rest.hasRemaining()) {
      int length = rest.getInt();
      var crc = new CRC32();
      crc.update(png, rest.position(), 4 + length);
      names.add(new String(png, rest.position(), 4, StandardCharsets.US_ASCII));
      rest.position(rest.position() + 4 + length);
      assertThat(rest.getInt()).isEqualTo((int) crc.getValue());
    }
    return names;
  }

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static byte[] pixels(BufferedImage image) {
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    for (int i = 0; i < rgb.length / 3; i++) {
      int pixel = image.getRGB(i % image.getWidth(), i / image.getWidth());
      rgb[3 * i] = (byte) (pixel >> 16);
      rgb[3 * i + 1] = (byte) (pixel >> 8);
      rgb[3 * i + 2] = (byte) pixel;
    }
    return rgb;
  }
}
