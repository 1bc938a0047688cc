package dev.sdxlgen.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sdxlgen.gallery.GalleryImage.Prompt;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who would do harm. */
class GallerySafetyIT extends GalleryInBrowser {

  @Test
  void showsHostileTextAsTextAndRunsNothingOfIt() throws IOException {
    List<String> hostile =
        List.of(
            "</script><script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=alert(1)>",
            "javascript:alert(1)",
            "\"><iframe src=javascript:alert(1)>",
            "' onfocus=alert(1) autofocus x='",
            "{{7*7}}${alert(1)}`",
            "\u2028alert(1)\u2029<!--<script>",
            "http://example.com/x.png");
    Path place = Files.createDirectory(folder.resolve("host <ile> #1?%41"));
    List<GalleryImage> some = new ArrayList<>();
    byte[] png = Files.readAllBytes(folder.resolve("studies").resolve(images.get(0).path()));
    for (int i = 0; i < hostile.size(); i++) {
      String text = hostile.get(i);
      String path = i + " " + text.replace('/', '\\') + "#?%41&amp;'\"ü🎩.png";
      Files.write(place.resolve(path), png);
      some.add(
          new GalleryImage(
              path,
              512,
              512,
              1,
              null,
              text,
              text,
              List.of(new Prompt(text, BigDecimal.ONE), Studies.negative(text)),
              (long) i,
              Map.of(
                  text,
                  text,
                  GalleryImage.SAMPLER,
                  text,
                  GalleryImage.STYLE,
                  text,
                  "__proto__",
                  text),
              text,
              text));
    }
    Files.write(place.resolve("javascript:alert(1)"), png);
    some.add(
        new GalleryImage(
            "javascript:alert(1)",
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
            null));
    open(write(place.resolve("gallery.html"), hostile.get(0), some));

    tab.await(
        "document.images.length === "
            + some.size()
            + " && [...document.images].every(image => image.complete)");
    assertThat(
            tab.texts(
                "[...document.images].filter(image => image.naturalWidth !== 512).map(image => image.src)"))
        .isEmpty();
    assertThat(tab.text("document.title")).isEqualTo(hostile.get(0));
    tab.evaluate("document.querySelectorAll('.more').forEach(more => more.click())");
    tab.click(".tile[data-index='0'] a");
    for (int i = 0; i < hostile.size(); i++) {
      String text = tab.text("document.querySelector('.detail h2').textContent");
      assertThat(hostile).contains(text);
      assertThat(tab.text("document.querySelector('.command pre').textContent")).isEqualTo(text);
      assertThat(tab.text("document.querySelector('.note').textContent")).isEqualTo(text);
      tab.press("ArrowRight");
    }
    tab.press("Escape", "g");
    tab.await("document.getElementById('grid-count').textContent");
    assertThat(
            tab.texts(
                "document.querySelectorAll('iframe, svg:not([aria-hidden]), script:not([type=module]), [onerror], [onload], [onfocus]')"))
        .isEmpty();
  }

  @Test
  void survivesHalvesOfSurrogatePairs() {
    open(
        write(
            "halves.html",
            "Halves",
            List.of(
                new GalleryImage(
                    "\ud83c/\udfa9.png",
                    1,
                    1,
                    1,
                    null,
                    "\ud83c",
                    null,
                    List.of(Studies.positive("a \ud83c hat")),
                    1L,
                    Map.of("\udfa9", "\ud83c"),
                    "\ud83c",
                    null))));

    tab.click(".tile a");
    tab.await("document.querySelector('.detail .frame.missing')");
    assertThat(tab.text("document.querySelector('.detail h2').textContent")).matches("a . hat");
    tab.complaints().removeIf(complaint -> complaint.contains("ERR_FILE_NOT_FOUND"));
  }

  /** That the policy holds is seen where something tries. */
  @Test
  void allowsNoOtherScriptStyleOrPlace() throws IOException {
    HttpServer server = serve(folder);
    try {
      String elsewhere = "http://127.0.0.1:" + server.getAddress().getPort();
      open(page);
      tab.evaluate(
          "const script = document.createElement('script'); document.body.append(script); script.src");
      assertThat(
              tab.evaluate(
                      "(() => { try { document.body.innerHTML = '<b>'; return false } catch (e) { return e instanceof TypeError } })()")
                  .asBoolean())
          .isTrue();
      assertThat(
              tab.evaluate(
                      "(() => { try { const s = document.createElement('script'); s.text = 'window.ran = 1'; document.body.append(s) } catch {} return Boolean(window.ran) })()")
                  .asBoolean())
          .isFalse();
      assertThat(
              tab.evaluate("fetch('" + elsewhere + "/').then(() => true, () => false)").asBoolean())
          .isFalse();
      assertThat(
              tab.evaluate(
                      "new Promise(done => { const i = new Image(); i.onload = () => done(true); i.onerror = () => done(false); i.src = '"
                          + elsewhere
                          + "/studies/foxes/fox-anime.png' })")
                  .asBoolean())
          .isFalse();
      assertThat(
              tab.evaluate(
                      "(() => { document.body.setAttribute('style', 'color: red'); return getComputedStyle(document.body).color === 'rgb(255, 0, 0)' })()")
                  .asBoolean())
          .isFalse();
      assertThat(tab.complaints())
          .hasSizeGreaterThan(3)
          .allMatch(
              complaint ->
                  complaint.matches(
                      "(?s).*(Content Security Policy|TrustedHTML|TrustedScript|Trusted Type).*"));
      tab.complaints().clear();
      tab.requests().removeIf(url -> url.startsWith(elsewhere));
    } finally {
      server.stop(0);
    }
  }
}
