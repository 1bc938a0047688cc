package dev.sdxlgen.artifact.recipe;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.commons.imaging.formats.jpeg.exif.ExifRewriter;
import org.apache.commons.imaging.formats.jpeg.xmp.JpegXmpRewriter;
import org.apache.commons.imaging.formats.tiff.constants.ExifTagConstants;
import org.apache.commons.imaging.formats.tiff.write.TiffOutputSet;

/**
 * A recipe in a JPEG: XMP with the recipe's JSON, and AUTOMATIC1111's text as Exif's UserComment,
 * where its readers look for it. Every other segment and the picture's own bytes stay as they are.
 */
public final class JpegRecipe {

  /** What a segment holds, less its own frame and the XMP's or the Exif's. */
  private static final int MOST_BYTES = 65_000;

  private JpegRecipe() {}

  /**
   * The JPEG with the recipe in it; null when it must stay as it is, and the recipe has to go
   * elsewhere: it holds signed content credentials (JUMBF segments), or metadata of its own, or
   * something that isn't a JPEG's, or the recipe is too long for a segment.
   */
  public static byte[] add(byte[] jpeg, Recipe recipe) {
    try {
      JpegSegments segments = JpegSegments.read(new ByteArrayInputStream(jpeg));
      String xmp = Xmp.packet(recipe, true);
      String parameters = Parameters.text(recipe, segments.width(), segments.height());
      if (segments.hasContentCredentials()
          || segments.hasExif()
          || segments.xmp() != null
          || xmp.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES
          || 2 * parameters.length() > MOST_BYTES) {
        return null;
      }
      return withXmp(withUserComment(jpeg, parameters), xmp);
    } catch (IOException | RuntimeException e) {
      // Nothing that can't be taken apart is worth risking a paid image.
      return null;
    }
  }

  private static byte[] withUserComment(byte[] jpeg, String text) throws IOException {
    // The web UI knows big-endian UTF-16 alone.
    var exif = new TiffOutputSet(ByteOrder.BIG_ENDIAN);
    exif.getOrCreateExifDirectory().add(ExifTagConstants.EXIF_TAG_USER_COMMENT, text);
    var out = new ByteArrayOutputStream(jpeg.length + 2 * text.length() + 256);
    new ExifRewriter().updateExifMetadataLossless(jpeg, out, exif);
    return out.toByteArray();
  }

  private static byte[] withXmp(byte[] jpeg, String xmp) throws IOException {
    var out = new ByteArrayOutputStream(jpeg.length + 2 * xmp.length());
    new JpegXmpRewriter().updateXmpXml(jpeg, out, xmp);
    return out.toByteArray();
  }
}
