package dev.sdxlgen.cli;

import dev.sdxlgen.artifact.ImageHeader;
import dev.sdxlgen.artifact.ImageHeader.Format;
import dev.sdxlgen.artifact.png.PngEncoder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/**
 * Draws a picture in the terminal, on stderr: stdout is for results. Loaded only for {@code
 * --show}.
 *
 * <p>Kitty's protocol: kitty documentation, Terminal graphics protocol; iTerm2's: iTerm2
 * documentation, Inline Images Protocol.
 */
final class TerminalImage {

  /** A picture that fills a large screen hides what was said before. */
  private static final int MOST_ROWS = 40;

  /** What a character cell has at least in the terminals that show pixels; it is twice as high. */
  private static final int CELL_WIDTH = 8;

  private static final int CELL_RATIO = 2;

  /** The most that a chunk of Kitty's may hold, in base64. */
  private static final int KITTY_CHUNK = 4096;

  /** More could be a bomb, and is more than any model makes. */
  private static final long MOST_PIXELS = 64L * 1024 * 1024;

  private final ImageHeader header;
  private final Path file;
  private final PrintStream err;
  private final TerminalSize size;

  private TerminalImage(ImageHeader header, Path file, PrintStream err, TerminalSize size) {
    this.header = header;
    this.file = file;
    this.err = err;
    this.size = size;
  }

  /**
   * Draws a PNG or JPEG no larger than the terminal, and no larger than it is.
   *
   * @param file relative to the console's folder
   * @return whether it was drawn: not where stderr is no terminal, or one without colours
   * @throws IOException when it can't be read as a picture
   */
  static boolean show(Path file, Console console) throws IOException {
    TerminalProtocol protocol = TerminalProtocol.of(console);
    if (protocol == TerminalProtocol.NONE) {
      return false;
    }
    Path path = console.directory().resolve(file);
    ImageHeader header;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      header = ImageHeader.read(in);
    }
    if (header.format() == Format.WEBP) {
      throw new IOException("it is a WebP, which can't be drawn here");
    }
    if ((long) header.width() * header.height() > MOST_PIXELS) {
      throw new IOException("it is too large to be drawn here");
    }
    new TerminalImage(header, path, console.err(), TerminalSize.of(console)).draw(protocol);
    return true;
  }

  private void draw(TerminalProtocol protocol) throws IOException {
    int pixels = (header.width() + CELL_WIDTH - 1) / CELL_WIDTH;
    switch (protocol) {
      case KITTY -> drawAsKitty(columns(pixels));
      case ITERM2 -> drawAsITerm2(columns(pixels));
      case SIXEL -> drawAsSixel(columns(pixels) * CELL_WIDTH);
      case TRUE_COLOUR -> drawAsBlocks(columns(header.width()), true);
      case COLOURS_256 -> drawAsBlocks(columns(header.width()), false);
      case NONE -> throw new IllegalStateException();
    }
    err.flush();
  }

  /**
   * How many columns it takes, so that it fits in both directions.
   *
   * @param own how many it would take by itself
   */
  private int columns(int own) {
    // A line for what was said before, one for what comes after.
    long rows = Math.max(1, Math.min(MOST_ROWS, size.rows() - 2));
    long byHeight = rows * CELL_RATIO * header.width() / header.height();
    return (int) Math.max(1, Math.min(byHeight, Math.min(own, size.columns())));
  }

  /** The height that keeps the shape. */
  private int heightFor(int width) {
    return (int) Math.max(1, Math.round((double) width * header.height() / header.width()));
  }

  private void drawAsKitty(int columns) throws IOException {
    byte[] png = header.format() == Format.PNG ? Files.readAllBytes(file) : asPng();
    byte[] base64 = Base64.getEncoder().encode(png);
    // q=2: no answer, which would be taken for typing.
    String control = "a=T,f=100,q=2,c=" + columns + ",";
    for (int start = 0; start < base64.length; start += KITTY_CHUNK) {
      int end = Math.min(start + KITTY_CHUNK, base64.length);
      err.print("\u001b_G" + control + (end < base64.length ? "m=1;" : "m=0;"));
      err.print(ascii(Arrays.copyOfRange(base64, start, end)) + "\u001b\\");
      control = "";
    }
    err.print("\n");
  }

  private byte[] asPng() throws IOException {
    Picture picture = Picture.read(file);
    byte[] rgb = new byte[picture.width() * picture.height() * 3];
    int i = 0;
    for (int pixel : picture.pixels()) {
      rgb[i++] = (byte) (pixel >> 16);
      rgb[i++] = (byte) (pixel >> 8);
      rgb[i++] = (byte) pixel;
    }
    return PngEncoder.encode(picture.width(), picture.height(), rgb);
  }

  private void drawAsITerm2(int columns) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    err.print("\u001b]1337;File=inline=1;size=" + bytes.length + ";width=" + columns + ":");
    err.print(ascii(Base64.getEncoder().encode(bytes)) + "\u0007\n");
  }

  private void drawAsSixel(int width) throws IOException {
    err.print(Sixel.encode(Picture.read(file).scaled(width, heightFor(width))) + "\n");
  }

  private void drawAsBlocks(int columns, boolean trueColour) throws IOException {
    // Two pixels to a cell, one above the other.
    int rows = Math.max(1, Math.round(heightFor(columns) / (float) CELL_RATIO));
    Picture picture = Picture.read(file).scaled(columns, rows * CELL_RATIO);
    err.print(HalfBlocks.encode(picture, trueColour));
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
