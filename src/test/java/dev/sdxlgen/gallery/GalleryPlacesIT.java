package dev.sdxlgen.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where the page and its images may be, and how many. */
class GalleryPlacesIT extends GalleryInBrowser {

  @Test
  void worksFromAServerToo() throws IOException {
    HttpServer server = serve(folder);
    try {
      String address =
          "http://127.0.0.1:" + server.getAddress().getPort() + "/studies/gallery.html";
      open(address);
      tab.await("[...document.images].slice(0, 6).every(image => image.naturalWidth)");
      assertThat(tab.requests())
          .allMatch(
              url ->
                  url.equals("about:blank")
                      || url.startsWith(address.substring(0, address.lastIndexOf('/')))
                      || url.endsWith("/favicon.ico"));
      tab.requests().clear();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void linksToImagesOfOtherFolders() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other folder"));
    GalleryImage image = images.get(0);
    open(
        write(
            other.resolve("g.html"),
            "Other",
            List.of(
                new GalleryImage(
                    "../studies/" + image.path(),
                    512,
                    512,
                    1,
                    null,
                    null,
                    null,
                    List.of(),
                    null,
                    Map.of(),
                    null,
                    null))));

    tab.await("document.images[0].naturalWidth === 512");
  }

  @Test
  void staysUsableWithTenThousandImages() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    open(write(many.resolve("gallery.html"), "Many", Many.of(10_000, images)));

    assertThat(count()).isEqualTo("10,000 images");
    assertThat(tab.evaluate("document.querySelectorAll('*').length").asInt()).isLessThan(1000);
    tab.press("/");
    tab.type("study 9 lantern");
    assertThat(count()).matches("[1-9]\\d{0,2} of 10,000 images");
    tab.press("Escape", "Escape", "End");
    assertThat(focused()).isEqualTo("9999");
    tab.await("document.activeElement.querySelector('img').naturalWidth");
    assertThat(tab.evaluate("document.querySelectorAll('.tile').length").asInt()).isLessThan(150);
    tab.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)");
    tab.await(
        "[...document.querySelectorAll('.tile')].some(tile => tile.getBoundingClientRect().top > 100 && tile.getBoundingClientRect().top < 500)");
    tab.await("document.getElementById('grid-count').textContent");
  }

  /** Ten thousand images of few files: each links to its own. */
  private static final class Many {

    static Iterable<GalleryImage> of(int count, List<GalleryImage> files) {
      String[] things = {"lantern", "bridge", "orchard", "harbour", "tower", "garden", "stairs"};
      return () ->
          IntStream.range(0, count)
              .mapToObj(
                  i -> {
                    GalleryImage file = files.get(i % files.size());
                    // A way round through folders that are there, so that each has a path of its
                    // own.
                    String detour = "./".repeat(i / files.size());
                    String prompt =
                        "study "
                            + i
                            + " of a "
                            + things[i % 7]
                            + " beside a "
                            + things[i / 7 % 7]
                            + ", volumetric light, intricate detail, by a master of the trade, sharp focus, 8k, award-winning";
                    return new GalleryImage(
                        "../studies/" + detour + file.path(),
                        file.width(),
                        file.height(),
                        file.bytes(),
                        file.time().plusSeconds(i),
                        file.model(),
                        file.family(),
                        List.of(
                            Studies.positive(prompt),
                            Studies.negative("blurry, low quality, jpeg artefacts"),
                            Studies.negative("hat")),
                        i * 429_496L,
                        file.parameters(),
                        "sdxl-gen '"
                            + prompt
                            + "' -n 'blurry, low quality, jpeg artefacts' -n hat --seed "
                            + i,
                        null);
                  })
              .iterator();
    }
  }
}
