package dev.sdxlgen.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Images that differ in one or two parameters. */
class GalleryGridIT extends GalleryInBrowser {

  @Test
  void putsTheTwoParametersThatDifferOnTheAxesOfAGrid() {
    open(page);
    tab.await("document.getElementById('grid-count').textContent === '2'");
    tab.click("#view-grids");
    assertThat(tab.texts(texts("document.querySelectorAll('.grid-list h3')")))
        .containsExactly("seed × cfg scale", "style");

    tab.click(".grid-list a");

    assertThat(tab.texts(texts("document.querySelectorAll('.plot thead th')")))
        .containsExactly("11", "12", "13", "14");
    assertThat(tab.texts(texts("document.querySelectorAll('.plot tbody th')")))
        .containsExactly("4", "7", "10");
    assertThat(cells())
        .containsExactly(
            "11-4",
            "12-4",
            "13-4",
            "14-4",
            "11-7",
            "12-7 × 2",
            "13-7",
            "14-7",
            "11-10",
            "12-10",
            "no image",
            "14-10");

    tab.click(".grid-head button", "Swap axes");
    assertThat(tab.texts(texts("document.querySelectorAll('.plot thead th')")))
        .containsExactly("4", "7", "10");
    assertThat(cells()).startsWith("11-4", "11-7", "11-10", "12-4", "12-7 × 2");

    tab.go(tab.text("location.href"));
    tab.await("document.querySelector('.plot')");
    assertThat(cells()).startsWith("11-4", "11-7", "11-10");
    tab.click(".grid-head button", "All grids");
    assertThat(tab.text("location.hash")).isEqualTo("#view=grids");
  }

  @Test
  void putsOneParameterThatDiffersInALine() {
    open(page + "#view=grids&grid=foxes/fox-anime.png&axis=style");

    tab.await("document.querySelector('.line')");
    assertThat(
            tab.texts(
                "[...document.querySelectorAll('.line li')].map(e => e.firstChild.textContent)"))
        .containsExactly("anime", "cinematic", "line-art", "origami", "pixel-art");
  }

  @Test
  void walksAGridCellByCellAndImageByImage() {
    open(page + "#view=grids&grid=lighthouse/lighthouse-11-4.png&axis=cfg%20scale&axis=seed");
    tab.await("document.querySelector('.plot')");

    tab.press("ArrowDown");
    assertThat(tab.text("document.activeElement.ariaLabel")).isEqualTo("4, 11");
    tab.press("ArrowRight", "ArrowDown");
    assertThat(tab.text("document.activeElement.ariaLabel")).isEqualTo("7, 12, 2 images");
    tab.press("Enter");
    assertThat(place()).isEqualTo("6 of 12");
    tab.press("ArrowRight");
    assertThat(tab.text("location.hash")).endsWith("lighthouse-12-7-2.png");
    tab.press("ArrowRight");
    assertThat(tab.text("location.hash")).endsWith("lighthouse-13-7.png");
    tab.press("Escape");
    tab.await("!document.querySelector('.detail').open");
    assertThat(tab.text("document.activeElement.ariaLabel")).isEqualTo("7, 13");
    tab.press("ArrowDown", "ArrowRight", "Escape");
    assertThat(tab.texts(texts("document.querySelectorAll('.grid-list h3')"))).hasSize(2);
  }

  @Test
  void findsGridsInTheNoiseAndNoneWhereThereIsNone() {
    List<GalleryImage> some = new ArrayList<>();
    for (String cfg : List.of("4", "7", "10")) {
      for (long seed = 1; seed <= 3; seed++) {
        some.add(tiny("sweep-" + cfg + "-" + seed, "a hut", seed, Map.of("cfg scale", cfg)));
      }
    }
    // Other seeds of the same, which make a column of their own and no grid.
    for (long seed = 100; seed < 150; seed++) {
      some.add(tiny("more-" + seed, "a hut", seed, Map.of("cfg scale", "7")));
    }
    // Different prompts with random seeds or none: no two can be compared.
    for (long seed = 1000; seed < 1050; seed++) {
      some.add(tiny("other-" + seed, "a hut by lake " + seed, seed, Map.of("cfg scale", "7")));
      some.add(tiny("seedless-" + seed, "a mill by lake " + seed, null, Map.of("cfg scale", "7")));
    }
    // The same twice, and two that differ in two.
    some.add(tiny("twin-1", "a twin", 5L, Map.of()));
    some.add(tiny("twin-2", "a twin", 5L, Map.of()));
    some.add(tiny("pair-1", "a pair", 5L, Map.of("cfg scale", "1")));
    some.add(tiny("pair-2", "a pair", 6L, Map.of("cfg scale", "2")));
    // One prompt that differs, at the same seed.
    some.add(tiny("word-1", "a red door", 9L, Map.of("prompt", "a name of ours")));
    some.add(tiny("word-2", "a blue door", 9L, Map.of("prompt", "a name of ours")));
    open(write("noise.html", "Noise", some) + "#view=grids");
    tab.await("document.getElementById('grid-count').textContent");

    assertThat(
            tab.texts(
                "[...document.querySelectorAll('.grid-list a')].map(a => a.querySelector('h3').textContent + ': ' + a.querySelector('p').textContent)"))
        .containsExactly(
            "cfg scale × seed: 3 × 3, 9 images", "seed: 53 images", "prompt: 2 images");
    tab.complaints().removeIf(complaint -> complaint.contains("ERR_FILE_NOT_FOUND"));
  }

  private static GalleryImage tiny(
      String name, String prompt, Long seed, Map<String, String> parameters) {
    return new GalleryImage(
        name + ".png",
        8,
        8,
        1,
        null,
        "a model",
        null,
        List.of(Studies.positive(prompt)),
        seed,
        parameters,
        null,
        null);
  }

  /** What is in each cell: seed and cfg scale as the file's name has them, and how many. */
  private List<String> cells() {
    return tab.texts(
        "[...document.querySelectorAll('.plot tbody td')].map(e => e.querySelector('img') ? "
            + "e.querySelector('img').src.match(/lighthouse-(\\d+-\\d+)/)[1] + (e.textContent ? ' ' + e.textContent : '') : e.textContent)");
  }
}
