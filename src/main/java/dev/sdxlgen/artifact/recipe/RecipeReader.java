package dev.sdxlgen.artifact.recipe;

import dev.sdxlgen.artifact.ImageHeader;
import dev.sdxlgen.artifact.Sha256;
import dev.sdxlgen.artifact.png.PngChunks;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.Map;

/**
 * Finds out how an image was made, from what it says itself or from the sidecar beside it. Takes
 * any file there is, of any length, in bounded memory.
 */
public final class RecipeReader {

  private static final int BUFFER = 16 << 10;
  private static final int PNG_START = 0x89;
  private static final int JPEG_START = 0xff;

  private RecipeReader() {}

  /**
   * What was found.
   *
   * @param header the image's format and size
   * @param recipe ours; null when there is none
   * @param parameters AUTOMATIC1111's, ours or another program's; null when there is no such text
   * @param sidecar the file that the recipe is from; null when it is from the image
   * @param sha256 the image file's, in hexadecimal; null when it wasn't asked for
   */
  public record Found(
      ImageHeader header, Recipe recipe, Parameters parameters, Path sidecar, String sha256) {

    /** What it says about making the image again; null when it says nothing. */
    public Ingredients ingredients() {
      return recipe != null
          ? Ingredients.of(recipe)
          : parameters != null ? Ingredients.of(parameters) : null;
    }
  }

  /** The file that holds the recipe of an image that can't: {@code out.png.json} beside it. */
  public static Path sidecar(Path image) {
    return image.resolveSibling(image.getFileName() + ".json");
  }

  /**
   * The recipe in such a file.
   *
   * @return null when it holds some other program's JSON
   * @throws IOException that says what is wrong with it
   */
  public static Recipe readSidecar(Path sidecar) throws IOException {
    try (InputStream in = Files.newInputStream(sidecar)) {
      return Recipe.parse(in.readNBytes(Recipe.MOST_BYTES + 1));
    }
  }

  /**
   * Reads an image file, and where it holds no recipe of ours the sidecar beside it.
   *
   * @param withSha256 whether to read the whole file, where its metadata would do
   * @throws IOException that says what is wrong with the file, or with the recipe in it
   */
  public static Found read(Path image, boolean withSha256) throws IOException {
    Found found;
    try (InputStream in = Files.newInputStream(image)) {
      found = read(in, withSha256);
    }
    Path sidecar = sidecar(image);
    if (found.recipe != null || !Files.isRegularFile(sidecar)) {
      return found;
    }
    try {
      Recipe recipe = readSidecar(sidecar);
      return recipe == null
          ? found
          : new Found(found.header, recipe, found.parameters, sidecar, found.sha256);
    } catch (IOException e) {
      throw new IOException(sidecar.getFileName() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads an image.
   *
   * @param in from its first byte
   * @param withSha256 whether to read it to its end, where its metadata would do
   * @throws IOException that says what is wrong with the image, or with the recipe in it
   */
  public static Found read(InputStream in, boolean withSha256) throws IOException {
    if (!withSha256) {
      return read(new BufferedInputStream(in, BUFFER));
    }
    var hashed = new HashedInput(in);
    var buffered = new BufferedInputStream(hashed, BUFFER);
    Found found = read(buffered);
    buffered.transferTo(OutputStream.nullOutputStream());
    return new Found(found.header, found.recipe, found.parameters, null, hashed.hex());
  }

  private static Found read(BufferedInputStream in) throws IOException {
    in.mark(1);
    int start = in.read();
    in.reset();
    switch (start) {
      case PNG_START -> {
        PngChunks chunks = PngChunks.read(in);
        Map<String, String> texts = chunks.texts();
        return found(
            new ImageHeader(ImageHeader.Format.PNG, chunks.width(), chunks.height()),
            bytes(texts.get(RecipeChunks.RECIPE)),
            texts.get(RecipeChunks.PARAMETERS));
      }
      case JPEG_START -> {
        JpegSegments jpeg = JpegSegments.read(in);
        return found(
            new ImageHeader(ImageHeader.Format.JPEG, jpeg.width(), jpeg.height()),
            jpeg.xmp() == null ? null : Xmp.recipe(jpeg.xmp()),
            jpeg.userComment());
      }
      default -> throw new IOException("it is neither a PNG nor a JPEG");
    }
  }

  private static Found found(ImageHeader header, byte[] json, String text) throws IOException {
    Recipe recipe = json == null ? null : Recipe.parse(json);
    return new Found(header, recipe, text == null ? null : Parameters.parse(text), null, null);
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  /** Hashes what is skipped too. */
  private static final class HashedInput extends DigestInputStream {

    HashedInput(InputStream in) {
      super(in, Sha256.startImage());
    }

    @Override
    public long skip(long n) throws IOException {
      return Math.max(0, read(new byte[(int) Math.min(n, BUFFER)]));
    }

    String hex() {
      return HexFormat.of().formatHex(getMessageDigest().digest());
    }
  }
}
