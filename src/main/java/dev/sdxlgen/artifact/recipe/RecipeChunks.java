package dev.sdxlgen.artifact.recipe;

import dev.sdxlgen.artifact.png.TextChunk;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A recipe as three text chunks of a PNG: {@code sdxl-gen} with the recipe's JSON, {@code
 * parameters} for AUTOMATIC1111 and whoever reads what it writes, and XMP.
 *
 * <p>The first says that the others are ours too: a PNG that came with {@code parameters} or XMP
 * keeps them and gets no second one.
 */
public final class RecipeChunks {

  /** Of the chunk that holds a recipe's JSON. */
  public static final String RECIPE = "sdxl-gen";

  /** Of the chunk that holds AUTOMATIC1111's text. */
  public static final String PARAMETERS = "parameters";

  /** Of the chunk that holds XMP (W3C PNG, 11.3.3.1). */
  public static final String XMP = "XML:com.adobe.xmp";

  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int IDAT = 0x49444154;
  private static final int TEXT = 0x74455874;
  private static final int INTERNATIONAL_TEXT = 0x69545874;

  /** Length and type. */
  private static final int HEADER = 8;

  private RecipeChunks() {}

  /**
   * The chunks, whole.
   *
   * @param width of the image as it came, in pixels
   * @param height of the image as it came, in pixels
   * @param keywords of the text chunks that the PNG has already
   */
  public static byte[] of(Recipe recipe, int width, int height, Set<String> keywords) {
    byte[] json = recipe.toJson();
    var chunks = new ByteArrayOutputStream(2048 + 2 * json.length);
    TextChunk.writeInternational(chunks, RECIPE, json);
    if (!keywords.contains(PARAMETERS)) {
      TextChunk.write(chunks, PARAMETERS, Parameters.text(recipe, width, height));
    }
    if (!keywords.contains(XMP)) {
      byte[] xmp = Xmp.packet(recipe, false).getBytes(StandardCharsets.UTF_8);
      TextChunk.writeInternational(chunks, XMP, xmp);
    }
    return chunks.toByteArray();
  }

  /**
   * The PNG without the chunks, as the model sent it; the same bytes when there are none. They are
   * the last {@code sdxl-gen} chunk before the picture and what follows it under our keywords.
   */
  public static byte[] strip(byte[] png) {
    ByteBuffer in = ByteBuffer.wrap(png);
    int from = -1;
    int to = -1;
    if (png.length < 8 || in.getLong() != SIGNATURE) {
      return png;
    }
    while (in.remaining() >= HEADER) {
      int start = in.position();
      int length = in.getInt();
      int type = in.getInt();
      if (type == IDAT) {
        // It may be cut off, and was so when it came.
        return from < 0 ? png : without(png, from, to);
      }
      if (length < 0 || length > in.remaining() - 4) {
        return png;
      }
      boolean text = type == TEXT || type == INTERNATIONAL_TEXT;
      String keyword = text ? keyword(png, in.position(), length) : "";
      in.position(in.position() + length + 4);
      if (keyword.equals(RECIPE)) {
        from = start;
        to = in.position();
      } else if (start == to && (keyword.equals(PARAMETERS) || keyword.equals(XMP))) {
        to = in.position();
      }
    }
    return png;
  }

  /** What a text chunk begins with up to a NUL. */
  private static String keyword(byte[] png, int from, int length) {
    int end = from;
    while (end < from + Math.min(length, XMP.length()) && png[end] != 0) {
      end++;
    }
    return new String(png, from, end - from, StandardCharsets.ISO_8859_1);
  }

  private static byte[] without(byte[] png, int from, int to) {
    var rest = new ByteArrayOutputStream(png.length - (to - from));
    rest.write(png, 0, from);
    rest.write(png, to, png.length - to);
    return rest.toByteArray();
  }
}
