package dev.sdxlgen.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page without a mouse, and without eyes. */
class GalleryKeyboardIT extends GalleryInBrowser {

  @Test
  void walksTheWallWithTheKeyboard() {
    open(page);

    tab.press("ArrowDown");
    assertThat(focused()).isEqualTo("0");
    tab.press("ArrowRight", "ArrowRight");
    assertThat(focused()).isEqualTo("2");
    tab.press("ArrowDown");
    assertThat(Integer.parseInt(focused())).isGreaterThan(3);
    tab.press("ArrowUp");
    assertThat(focused()).isEqualTo("2");
    tab.press("End");
    assertThat(focused()).isEqualTo("40");
    assertThat(
            tab.evaluate(
                    "(box => box.bottom <= innerHeight && box.top >= 0)(document.activeElement.getBoundingClientRect())")
                .asBoolean())
        .isTrue();
    tab.press("ArrowRight", "Home", "ArrowLeft");
    assertThat(focused()).isEqualTo("0");
    assertThat(tab.texts(texts("document.querySelectorAll('.tile a[tabindex=\"0\"]')"))).hasSize(1);
  }

  @Test
  void opensStepsAndClosesWithTheKeyboard() {
    open(page);

    tab.press("ArrowDown", "ArrowRight", "Enter");
    assertThat(isOpen()).isTrue();
    assertThat(place()).isEqualTo("2 of 41");
    tab.press("ArrowRight", "ArrowRight");
    assertThat(place()).isEqualTo("4 of 41");
    tab.press("ArrowLeft");
    assertThat(place()).isEqualTo("3 of 41");
    tab.press("Tab");
    assertThat(
            tab.evaluate("document.querySelector('.detail').contains(document.activeElement)")
                .asBoolean())
        .isTrue();

    tab.press("Escape");
    tab.await("!document.querySelector('.detail').open");
    assertThat(focused()).isEqualTo("2");

    tab.press("Home", "Enter", "ArrowLeft");
    assertThat(place()).isEqualTo("1 of 41");
    assertThat(tab.text("document.querySelector('[aria-label=\"Previous image\"]').ariaDisabled"))
        .isEqualTo("true");
  }

  @Test
  void helpsWithTheKeys() {
    open(page);

    tab.press("?");
    assertThat(tab.evaluate("document.getElementById('keys').open").asBoolean()).isTrue();
    tab.press("/", "Escape");
    assertThat(tab.evaluate("document.getElementById('keys').open").asBoolean()).isFalse();
    tab.press("/");
    tab.type("x?g");
    tab.press("Escape");
    assertThat(tab.text("document.getElementById('search').value")).isEmpty();
    assertThat(tab.text("document.activeElement.id")).isEqualTo("search");
    tab.press("Escape");
    assertThat(focused()).isEqualTo("0");
  }

  @Test
  void namesEverythingThatCanBeUsed() {
    open(page);
    tab.press("g");
    tab.click(".grid-list a");
    tab.click(".cell");
    assertNamed();
    tab.press("Escape");
    assertNamed();
    tab.press("g");
    assertNamed();
  }

  private void assertNamed() {
    List<String> nameless = new ArrayList<>();
    List<String> roles = new ArrayList<>();
    for (JsonNode node : tab.call("Accessibility.getFullAXTree", Chromium.object()).get("nodes")) {
      String role = node.path("role").path("value").asText();
      if (List.of("button", "link", "searchbox", "combobox", "checkbox", "image", "img", "dialog")
              .contains(role)
          && !node.path("ignored").asBoolean()) {
        roles.add(role);
        if (node.path("name").path("value").asText().isBlank()) {
          nameless.add(node.toString());
        }
      }
    }
    assertThat(roles).contains("button", "link");
    assertThat(nameless).isEmpty();
  }
}
