package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sdxlgen.artifact.png.PngEncoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes to the terminal, to the byte. */
class TerminalImageTest {

  private static final int RED = 0xff0000;
  private static final int GREEN = 0x00ff00;
  private static final int BLUE = 0x0000ff;
  private static final int WHITE = 0xffffff;

  @TempDir Path folder;

  /** Draws the file in a terminal of 80 x 24 that has this in its environment. */
  private String shown(Path file, String... variables) throws IOException {
    Map<String, String> environment = new HashMap<>(Map.of("COLUMNS", "80", "LINES", "24"));
    for (String variable : variables) {
      int equals = variable.indexOf('=');
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    var terminal = new FakeTerminal(true, environment);
    assertThat(TerminalImage.show(file, terminal.console())).isTrue();
    return terminal.text();
  }

  private Path png(int width, int... pixels) throws IOException {
    byte[] rgb = new byte[pixels.length * 3];
    for (int i = 0; i < pixels.length; i++) {
      rgb[3 * i] = (byte) (pixels[i] >> 16);
      rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
      rgb[3 * i + 2] = (byte) pixels[i];
    }
    return Files.write(
        folder.resolve("out.png"), PngEncoder.encode(width, pixels.length / width, rgb));
  }

  private Path plain(int width, int height) throws IOException {
    return Files.write(
        folder.resolve("out.png"), PngEncoder.encode(width, height, new byte[width * height * 3]));
  }

  private static Path jpeg(Path file, int width, int height) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(image, "jpeg", file.toFile());
    return file;
  }

  // ---- what can't be drawn

  @Test
  void drawsNothingOnAPipe() throws IOException {
    var pipe = new FakeTerminal(false, Map.of("TERM", "xterm-kitty"));

    // The file isn't even looked for.
    assertThat(TerminalImage.show(folder.resolve("none.png"), pipe.console())).isFalse();

    assertThat(pipe.text()).isEmpty();
  }

  @Test
  void tellsWhatIsNoPicture() throws IOException {
    Path text = Files.writeString(folder.resolve("out.png"), "no picture");
    byte[] whole = Files.readAllBytes(plain(8, 8));
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, 45));

    assertThatThrownBy(() -> shown(text.resolveSibling("none.png")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> shown(cut)).isInstanceOf(IOException.class);
    Files.writeString(text, "no picture");
    assertThatThrownBy(() -> shown(text)).hasMessage("it is neither a PNG nor a JPEG");
  }

  @Test
  void decodesNoBomb() throws IOException {
    byte[] bomb = Files.readAllBytes(plain(1, 1));
    bomb[16] = 0x40; // a width of a billion
    Path file = Files.write(folder.resolve("bomb.png"), bomb);

    assertThatThrownBy(() -> shown(file)).hasMessage("it is too large to be drawn here");
  }

  // ---- half blocks

  @Test
  void drawsTwoPixelsInACell() throws IOException {
    Path file = png(3, RED, RED, BLUE, GREEN, WHITE, WHITE);

    assertThat(shown(file, "TERM=xterm", "COLORTERM=truecolor"))
        .isEqualTo(
            "\u001b[38;2;255;0;0m\u001b[48;2;0;255;0m▀"
                + "\u001b[48;2;255;255;255m▀"
                + "\u001b[38;2;0;0;255m▀"
                + "\u001b[0m\n");
    assertThat(shown(file, "TERM=xterm-256color"))
        .isEqualTo(
            "\u001b[38;5;196m\u001b[48;5;46m▀"
                + "\u001b[48;5;231m▀"
                + "\u001b[38;5;21m▀"
                + "\u001b[0m\n");
  }

  @Test
  void colorsEachLineAnew() throws IOException {
    assertThat(shown(png(1, RED, RED, RED, RED), "COLORTERM=truecolor"))
        .isEqualTo("\u001b[38;2;255;0;0m\u001b[48;2;255;0;0m▀\u001b[0m\n".repeat(2));
  }

  @ParameterizedTest
  @CsvSource({
    "000000, 16",
    "ffffff, 231",
    "ff0000, 196",
    "808080, 244",
    "080808, 232",
    "eeeeee, 255",
    "5f87af, 67",
    "767676, 243",
    "303030, 236",
    "123456, 23"
  })
  void findsTheNearestOf256Colours(String colour, int number) {
    assertThat(HalfBlocks.nearestOf256(Integer.parseInt(colour, 16))).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({
    // wide, high, columns, lines: no larger than the terminal, than 40 lines, than it is
    "1024, 1024, 80, 24, 44, 22",
    "1024, 1024, 200, 100, 80, 40",
    "1024, 1024, 20, 100, 20, 10",
    "1536, 640, 80, 24, 80, 17",
    "640, 1536, 80, 24, 18, 22",
    "16, 8, 80, 24, 16, 4",
    "3, 1, 80, 24, 3, 1",
    "1, 100, 80, 24, 1, 50",
    "1000, 1, 80, 24, 80, 1",
    "1024, 1024, 80, 1, 2, 1"
  })
  void fitsIntoTheTerminal(
      int width, int height, int columns, int lines, int shownColumns, int shownRows)
      throws IOException {
    String text =
        shown(plain(width, height), "COLORTERM=truecolor", "COLUMNS=" + columns, "LINES=" + lines);

    assertThat(text.lines())
        .hasSize(shownRows)
        .allSatisfy(line -> assertThat(line.chars().filter(c -> c == '▀')).hasSize(shownColumns));
  }

  @Test
  void drawsAJpegAndWhatIsTransparentOnBlack() throws IOException {
    Path file = jpeg(folder.resolve("out.jpg"), 2, 2);
    assertThat(shown(file, "COLORTERM=truecolor"))
        .isEqualTo("\u001b[38;2;0;0;0m\u001b[48;2;0;0;0m▀▀\u001b[0m\n");

    var image = new BufferedImage(1, 2, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x80ff00ff);
    image.setRGB(0, 1, 0x00ffffff);
    Path clear = folder.resolve("clear.png");
    ImageIO.write(image, "png", clear.toFile());
    assertThat(shown(clear, "COLORTERM=truecolor"))
        .isEqualTo("\u001b[38;2;128;0;128m\u001b[48;2;0;0;0m▀\u001b[0m\n");
  }

  @Test
  void takesTheMeanOfThePixelsOfAColour() {
    Picture picture = new Picture(4, 2, new int[] {0, 2, RED, RED, 4, 6, BLUE, BLUE});

    assertThat(picture.scaled(2, 1).pixels()).containsExactly(3, 0x800080);
    assertThat(picture.scaled(4, 2).pixels()).isEqualTo(picture.pixels());
    assertThat(new Picture(1, 1, new int[] {7}).scaled(2, 2).pixels()).containsExactly(7, 7, 7, 7);
  }

  // ---- Kitty

  @Test
  void sendsKittyTheFileItself() throws IOException {
    Path file = png(2, RED, GREEN, BLUE, WHITE);

    assertThat(shown(file, "TERM=xterm-kitty"))
        .isEqualTo(
            "\u001b_Ga=T,f=100,q=2,c=1,m=0;"
                + Base64.getEncoder().encodeToString(Files.readAllBytes(file))
                + "\u001b\\\n");
  }

  @Test
  void sendsKittyALargeFileInChunks() throws IOException {
    byte[] noise = new byte[64 * 32 * 3];
    new Random(7).nextBytes(noise);
    Path file = Files.write(folder.resolve("out.png"), PngEncoder.encode(64, 32, noise));
    String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    assertThat(base64).hasSizeBetween(8193, 12287);

    assertThat(shown(file, "TERM=xterm-kitty"))
        .isEqualTo(
            "\u001b_Ga=T,f=100,q=2,c=8,m=1;"
                + base64.substring(0, 4096)
                + "\u001b\\\u001b_Gm=1;"
                + base64.substring(4096, 8192)
                + "\u001b\\\u001b_Gm=0;"
                + base64.substring(8192)
                + "\u001b\\\n");
  }

  @Test
  void sendsKittyAJpegAsAPng() throws IOException {
    Path file = jpeg(folder.resolve("out.jpg"), 8, 8);

    assertThat(shown(file, "TERM=xterm-kitty"))
        .isEqualTo(
            "\u001b_Ga=T,f=100,q=2,c=1,m=0;"
                + Base64.getEncoder().encodeToString(PngEncoder.encode(8, 8, new byte[192]))
                + "\u001b\\\n");
  }

  @ParameterizedTest
  @CsvSource({"1024, 1024, 44", "1536, 640, 80", "640, 1536, 18", "64, 64, 8", "1, 1, 1"})
  void tellsTheTerminalHowManyColumnsToUse(int width, int height, int columns) throws IOException {
    Path file = plain(width, height);

    assertThat(shown(file, "TERM=xterm-kitty"))
        .startsWith("\u001b_Ga=T,f=100,q=2,c=" + columns + ",m=");
    assertThat(shown(file, "TERM_PROGRAM=iTerm.app")).contains(";width=" + columns + ":");
  }

  // ---- iTerm2

  @Test
  void sendsITerm2TheFileItself() throws IOException {
    for (Path file : new Path[] {png(1, RED), jpeg(folder.resolve("out.jpg"), 8, 8)}) {
      byte[] bytes = Files.readAllBytes(file);

      assertThat(shown(file, "TERM_PROGRAM=WezTerm"))
          .isEqualTo(
              "\u001b]1337;File=inline=1;size="
                  + bytes.length
                  + ";width=1:"
                  + Base64.getEncoder().encodeToString(bytes)
                  + "\u0007\n");
    }
  }

  // ---- Sixel

  @Test
  void drawsABandForEverySixRows() {
    Picture flag =
        new Picture(
            2,
            7,
            new int[] {RED, BLUE, RED, BLUE, RED, RED, RED, RED, RED, RED, RED, RED, WHITE, WHITE});

    assertThat(Sixel.encode(flag))
        .isEqualTo(
            "\u001bP0;1;0q\"1;1;2;7"
                + "#0;2;100;0;0#1;2;0;0;100#2;2;100;100;100"
                + "#0~{$#1?B-"
                + "#2@@-"
                + "\u001b\\");
  }

  @Test
  void shortensRuns() {
    int[] pixels = new int[300];
    Arrays.fill(pixels, 0, 295, GREEN);
    Arrays.fill(pixels, 295, 298, RED);

    assertThat(Sixel.encode(new Picture(300, 1, pixels)))
        .isEqualTo(
            "\u001bP0;1;0q\"1;1;300;1"
                + "#0;2;0;100;0#1;2;0;0;0#2;2;100;0;0"
                + "#0!295@$#1!298?@@$#2!295?@@@-"
                + "\u001b\\");
  }

  @Test
  void findsItsOwn256Colours() {
    int[] pixels = new int[256 * 12];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i * 5461;
    }
    String text = Sixel.encode(new Picture(256, 12, pixels));

    assertThat(text.split(";2;", -1)).hasSize(257);
    assertThat(text).contains("#255;2;").doesNotContain("#256;");
  }

  @Test
  void scalesASixelToTheTerminal() throws IOException {
    assertThat(shown(plain(1024, 1024), "TERM=foot"))
        .startsWith("\u001bP0;1;0q\"1;1;352;352#0;2;0;0;0#0!352~-#0!352~-")
        .endsWith("-#0!352N-\u001b\\\n");
  }
}
