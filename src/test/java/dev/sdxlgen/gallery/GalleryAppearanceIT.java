package dev.sdxlgen.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Light, dark, small, still. */
class GalleryAppearanceIT extends GalleryInBrowser {

  private static final Path SCREENSHOTS = Path.of("target/gallery-screenshots");

  @Test
  void isLightOrDarkAsTheSystemOrTheUserLikes() {
    open(page);
    tab.prefer("prefers-color-scheme", "light");
    assertThat(paper()).isEqualTo("rgb(246, 243, 237)");
    tab.prefer("prefers-color-scheme", "dark");
    assertThat(paper()).isEqualTo("rgb(22, 21, 19)");

    tab.click("#theme");
    assertThat(paper()).isEqualTo("rgb(246, 243, 237)");
    tab.go(page);
    assertThat(paper()).isEqualTo("rgb(246, 243, 237)");
    tab.click("#theme");
    assertThat(paper()).isEqualTo("rgb(22, 21, 19)");
    tab.evaluate("localStorage.clear()");
  }

  @Test
  void holdsStillForThoseWhoWantIt() {
    open(page);
    assertThat(
            tab.text("getComputedStyle(document.getElementById('view-grids')).transitionProperty"))
        .isEqualTo("color, border-color");

    tab.prefer("prefers-reduced-motion", "reduce");

    assertThat(
            tab.text("getComputedStyle(document.getElementById('view-grids')).transitionProperty"))
        .isEqualTo("none");
  }

  @Test
  void fitsAPhone() {
    open(page);
    tab.resize(360, 740, true);
    assertFits();
    tab.click("#show-filters");
    assertThat(tab.text("document.getElementById('show-filters').ariaExpanded")).isEqualTo("true");
    assertFits();
    tab.click(".filters label", "K_EULER");
    assertThat(count()).isEqualTo("17 of 41 images");
    assertThat(tab.text("document.getElementById('show-filters').textContent"))
        .isEqualTo("Filters (1)");
    tab.click("#show-filters");
    tab.click(".tile a");
    assertFits();
    assertThat(tab.evaluate("document.querySelector('.detail').scrollWidth").asInt())
        .isEqualTo(360);
    tab.press("Escape");
    tab.await("!document.querySelector('.detail').open");
    tab.click("#view-grids");
    assertFits();
    tab.click(".grid-list a");
    assertFits();
  }

  @Test
  void namesTheAxesInFullOnAPhone() {
    open(page + "#view=grids");
    tab.resize(360, 740, true);
    tab.click(".grid-list a", "cfg scale");

    assertThat(
            tab.texts(
                "[...document.querySelectorAll('.axis')].map(e => e.scrollWidth - e.clientWidth)"))
        .containsOnly("0");
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 1200})
  void movesNoFilterWhenOneIsChosen(int width) {
    open(page);
    tab.resize(width, 740, width < 500);
    if (width < 500) {
      tab.click("#show-filters");
    }
    String top = "document.querySelector('.filters label').getBoundingClientRect().top";
    double before = tab.evaluate(top).asDouble();

    tab.click(".filters label", "K_EULER");

    tab.await("!document.querySelector('.clear').hidden");
    assertThat(tab.evaluate(top).asDouble()).isEqualTo(before);
    tab.click(".clear");
    assertThat(count()).isEqualTo("41 images");
  }

  private void assertFits() {
    tab.await("document.documentElement.scrollWidth === 360 && visualViewport.width === 360");
  }

  @Test
  void keepsEachImagesShapeBeforeItIsLoaded() {
    open(page);

    assertThat(
            tab.texts(
                "[...document.querySelectorAll('.tile .frame')].map(e => (e.clientWidth / e.clientHeight).toFixed(1))"))
        .startsWith("1.0", "0.7", "1.6");
    assertThat(tab.texts("[...document.querySelectorAll('.tile img')].map(e => e.loading)"))
        .containsOnly("lazy");
    // Every row but the last fills the width.
    assertThat(
            tab.evaluate(
                    "(wall => wall.scrollWidth - wall.clientWidth)(document.getElementById('wall'))")
                .asInt())
        .isZero();
    int before = tab.evaluate("document.documentElement.scrollHeight").asInt();
    tab.await("[...document.images].slice(0, 6).every(image => image.complete)");
    assertThat(tab.evaluate("document.documentElement.scrollHeight").asInt()).isEqualTo(before);
  }

  /** For people to look at; those of the README were taken this way. */
  @Test
  void canBeLookedAt() {
    open(page);
    tab.prefer("prefers-reduced-motion", "reduce");
    tab.resize(1200, 800, false);
    look("light");
    tab.click("#theme");
    look("dark");
    tab.click("#theme");
    tab.evaluate("localStorage.clear()");
    tab.press("ArrowDown", "ArrowRight", "ArrowRight");
    look("focus");
    tab.press("?");
    look("keys");
    tab.press("Escape");
    tab.go(page + "#q=dusk");
    tab.click(".tile[data-index='2'] a");
    look("detail");
    tab.click("#detail [aria-label=Close]");
    tab.await("!document.querySelector('.detail').open");
    tab.go(page);
    tab.click("#theme");
    tab.click(".tile a");
    look("detail-dark");
    tab.press("Escape");
    tab.await("!document.querySelector('.detail').open");
    tab.click("#theme");
    tab.evaluate("localStorage.clear()");
    tab.press("g");
    look("grids");
    tab.click(".grid-list a");
    look("grid");
    tab.resize(360, 740, true);
    look("phone-grid");
    tab.click("#view-images");
    look("phone");
    tab.click("#show-filters");
    look("phone-filters");
    tab.click("#show-filters");
    tab.click(".tile a");
    look("phone-detail");
  }

  private void look(String name) {
    tab.await("document.getElementById('grid-count').textContent");
    tab.evaluate(
        """
        Promise.all([...document.images].filter(image => {
          const { top, bottom, width } = image.getBoundingClientRect();
          return width && bottom > 0 && top < innerHeight;
        }).map(image => image.decode()))
            .then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
            .then(() => true)
        """);
    tab.screenshot(SCREENSHOTS.resolve(name + ".png"));
  }

  private String paper() {
    return tab.text("getComputedStyle(document.body).backgroundColor");
  }
}
