package dev.sdxlgen.gallery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sdxlgen.artifact.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Base64;
import java.util.List;

/**
 * One HTML file that shows images: search, filters, a detail view, grids. It links to the images
 * and brings everything else along, so that it works from disk and without a network.
 *
 * <p>What an image's prompts say is never markup or script. They stand in the page as JSON, the
 * page's script makes text of them and nothing else, and the page's Content-Security-Policy runs no
 * script but that one, known by its hash.
 */
public final class GalleryPage {

  /** One style sheet and one script, in parts that are read one at a time. */
  private static final List<String> STYLES =
      List.of("page.css", "filters.css", "wall.css", "detail.css", "grids.css");

  private static final List<String> SCRIPTS =
      List.of(
          "images.js",
          "filters.js",
          "wall.js",
          "grid-search.js",
          "grids.js",
          "detail.js",
          "page.js");

  private GalleryPage() {}

  /**
   * Writes the page, the same bytes for the same images. Each image is written as it comes, so that
   * none need be held in memory.
   *
   * @param title the page's heading, such as the folder's name
   * @param images in the order in which those made at the same time are shown
   * @param out gets UTF-8; flushed in the end, not closed
   */
  public static void write(String title, Iterable<GalleryImage> images, OutputStream out)
      throws IOException {
    String style = joined(STYLES);
    String script = joined(SCRIPTS);
    String policy =
        "default-src 'none'; script-src "
            + hash(script)
            + "; style-src "
            + hash(style)
            // A file on disk has no origin to share; Chromium calls it 'self', the standard
            // doesn't.
            + "; img-src 'self' file:; base-uri 'none'; form-action 'none'"
            + "; require-trusted-types-for 'script'; trusted-types 'none'";
    String page =
        resource("page.html")
            .replace("<!--policy-->", policy)
            .replace("<!--style-->", style)
            .replace("<!--script-->", script)
            .replace("<!--title-->", escape(title));
    String marker = "<!--images-->";
    int place = page.indexOf(marker);
    out.write(page.substring(0, place).getBytes(UTF_8));
    ImagesJson.write(images, out);
    out.write(page.substring(place + marker.length()).getBytes(UTF_8));
    out.flush();
  }

  private static String joined(List<String> names) throws IOException {
    var text = new StringBuilder("\n");
    for (String name : names) {
      text.append(resource(name));
    }
    return text.toString();
  }

  /** With line ends of one kind, as a browser hashes them. */
  private static String resource(String name) throws IOException {
    try (InputStream in = GalleryPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8).replace("\r\n", "\n");
    }
  }

  private static String hash(String text) {
    byte[] digest = Sha256.start().digest(text.getBytes(UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
