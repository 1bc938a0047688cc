package dev.sdxlgen.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Search, filters, their order and the address of it all. */
class GallerySearchIT extends GalleryInBrowser {

  private static final String PROMPTS = "document.querySelectorAll('.tile .text')";

  @Test
  void findsTheImagesThatHaveEveryWordInTheirPrompts() {
    open(page);

    tab.press("/");
    tab.type("  CAFE pier ");

    assertThat(tab.texts(texts(PROMPTS))).containsOnly("café at the end of the pier").hasSize(2);
    assertThat(count()).isEqualTo("2 of 41 images");
    assertThat(tab.text("document.activeElement.id")).isEqualTo("search");
  }

  @Test
  void looksInNegativePromptsToo() {
    open(page);

    tab.press("/");
    tab.type("fox hat");
    assertThat(count()).isEqualTo("5 of 41 images");

    tab.press("Escape", "/");
    tab.type("fox people");
    assertThat(count()).isEqualTo("0 of 41 images");
    assertThat(tab.text("document.getElementById('nothing').innerText"))
        .isEqualTo("No image has all of these words and filters.");
  }

  @Test
  void filtersAndCountsWhatEachFilterWouldGive() {
    open(page);
    assertThat(filter("Model")).containsExactly(Studies.MODEL + " 41");
    assertThat(filter("Sampler"))
        .containsExactly("K_EULER 17", "DDIM 8", "K_DPMPP_2M 8", "K_EULER_ANCESTRAL 8");
    assertThat(filter("Style")).startsWith("none 18", "cinematic 7").hasSize(8);
    assertThat(filter("Size")).startsWith("512 × 512 21");

    tab.click(".filters label", "DDIM");
    tab.click(".filters label", "K_DPMPP_2M");

    assertThat(count()).isEqualTo("16 of 41 images");
    assertThat(filter("Sampler")).contains("K_EULER 17", "DDIM 8");
    assertThat(filter("Style"))
        .startsWith("none 4", "cinematic 0", "fantasy-art 6", "photographic 6", "anime 0");

    tab.click(".filters label", "fantasy-art");
    assertThat(count()).isEqualTo("6 of 41 images");
    assertThat(filter("Sampler")).contains("DDIM 6", "K_DPMPP_2M 0");

    tab.click(".filters .clear");
    assertThat(count()).isEqualTo("41 images");
    assertThat(tab.texts(texts("document.querySelectorAll('.filters :checked')"))).isEmpty();
  }

  @Test
  void sortsByTimeAndBySeedUpAndDown() {
    String none =
        write(
            "order.html",
            "Order",
            List.of(
                at("b", 2L, 100),
                at("no seed", null, 200),
                at("a", 1L, 300),
                at("c", 10L, -1),
                at("d", 1L, 50)));
    open(none);
    assertThat(prompts()).containsExactly("a", "no seed", "b", "d", "c");

    sort("oldest");
    assertThat(prompts()).containsExactly("d", "b", "no seed", "a", "c");
    sort("seed-up");
    assertThat(prompts()).containsExactly("a", "d", "b", "c", "no seed");
    sort("seed-down");
    assertThat(prompts()).containsExactly("c", "b", "a", "d", "no seed");
    tab.complaints().removeIf(complaint -> complaint.contains("ERR_FILE_NOT_FOUND"));
  }

  @Test
  void keepsTheViewInItsAddress() {
    open(page);
    tab.press("/");
    tab.type("lighthouse");
    tab.click(".filters label", "K_EULER");
    sort("seed-up");
    tab.click(".tile a");
    tab.press("ArrowRight");
    String address = tab.text("location.href");
    String title = tab.text("document.querySelector('.facts-list').innerText");

    tab.go(address);

    assertThat(address).contains("#q=lighthouse&sampler=K_EULER&sort=seed-up&image=lighthouse%2F");
    assertThat(tab.text("document.querySelector('.facts-list').innerText")).isEqualTo(title);
    assertThat(tab.text("document.querySelector('.detail nav p').textContent"))
        .isEqualTo("2 of 12");
    tab.press("Escape");
    assertThat(count()).isEqualTo("12 of 41 images");
    assertThat(tab.text("document.getElementById('search').value")).isEqualTo("lighthouse");
    assertThat(tab.text("location.hash")).isEqualTo("#q=lighthouse&sampler=K_EULER&sort=seed-up");
  }

  @Test
  void goesBackFromAnImageAndFromAGrid() {
    open(page);
    tab.click(".tile a");
    assertThat(isOpen()).isTrue();
    tab.evaluate("history.back()");
    tab.await("!document.querySelector('.detail').open");

    tab.press("g");
    tab.click(".grid-list a");
    tab.evaluate("history.back()");
    tab.await("document.querySelector('.grid-list')");
    tab.evaluate("history.back()");
    tab.await("!document.getElementById('wall').hidden");
  }

  @Test
  void ignoresAnAddressThatMakesNoSense() {
    open(page + "#sort=__proto__&view=x&model=%3Cb%3E&grid=a&axis=b&image=nowhere&q=%E0%A4%A");

    assertThat(count()).isEqualTo("0 of 41 images");
    assertThat(isOpen()).isFalse();
  }

  private static GalleryImage at(String prompt, Long seed, int second) {
    return new GalleryImage(
        prompt + ".png",
        8,
        8,
        1,
        second < 0 ? null : Instant.ofEpochSecond(second),
        null,
        null,
        List.of(Studies.positive(prompt)),
        seed,
        Map.of(),
        null,
        null);
  }

  private void sort(String order) {
    tab.evaluate(
        "(select => { select.value = '"
            + order
            + "'; select.dispatchEvent(new Event('change')) })(document.getElementById('sort'))");
  }

  /** The prompts on the wall, in their order. */
  private List<String> prompts() {
    return tab.texts(
        "[...document.querySelectorAll('.tile')].sort((a, b) => a.dataset.index - b.dataset.index).map(e => e.querySelector('.text').textContent)");
  }

  private List<String> filter(String legend) {
    return tab.texts(
        "[...[...document.querySelectorAll('fieldset')].find(e => e.textContent.startsWith('"
            + legend
            + "'))"
            + ".querySelectorAll('label')].map(e => [...e.querySelectorAll('span')].map(span => span.textContent).join(' '))");
  }
}
