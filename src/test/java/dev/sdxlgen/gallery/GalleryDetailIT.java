package dev.sdxlgen.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One image and its recipe. */
class GalleryDetailIT extends GalleryInBrowser {

  @Test
  void showsEveryParameterOfAnImage() {
    open(page + "#image=places/00%20a%20harbour%20before%20the%20storm.png");

    assertThat(tab.text("document.querySelector('.detail h2').innerText"))
        .isEqualTo("a harbour before the storm, fishing boats, gulls");
    assertThat(tab.texts(texts("document.querySelectorAll('.negatives li')")))
        .containsExactly("blurry", "crowdsweight -0.5");
    List<String> facts =
        tab.texts(
            "[...document.querySelectorAll('.facts-list div')].map(e => e.innerText.replace(/\\s+/g, ' '))");
    assertThat(facts)
        .startsWith(
            "model " + Studies.MODEL,
            "family sdxl",
            "seed 4000000000",
            "cfg scale 5",
            "steps 30",
            "sampler K_DPMPP_2M",
            "size 768 × 512");
    assertThat(facts.get(7)).matches("made Nov 20, 2026, .*");
    assertThat(facts.get(8)).matches("file places/00 a harbour before the storm\\.png, \\d+ kB");
    assertThat(facts).hasSize(9);
    tab.await("document.querySelector('.detail img').naturalWidth === 768");
  }

  @Test
  void copiesTheCommand() {
    open(page + "#image=foxes/fox-anime.png");
    allowClipboard();

    tab.click(".command button");
    tab.await("document.querySelector('.command button').textContent === 'Copied'");
    assertThat(tab.text("navigator.clipboard.readText()"))
        .isEqualTo(command("foxes/fox-anime.png"))
        .startsWith(
            "sdxl-gen -m stability.stable-diffusion-xl-v0 'a fox asleep in deep snow' -n 'hat' ");
  }

  @Test
  void copiesWithoutAClipboardToWriteTo() {
    open(page + "#image=foxes/fox-origami.png");
    allowClipboard();
    tab.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })");

    tab.press("c");
    tab.await("document.querySelector('.command button').textContent === 'Copied'");

    tab.evaluate("delete navigator.clipboard");
    assertThat(tab.text("navigator.clipboard.readText()"))
        .isEqualTo(command("foxes/fox-origami.png"));
    assertThat(tab.texts("document.querySelectorAll('textarea')")).isEmpty();
  }

  @Test
  void selectsTheCommandWhereItCannotBeCopied() {
    open(page + "#image=foxes/fox-origami.png");
    tab.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    tab.evaluate("document.execCommand = () => false");

    tab.click(".command button");

    tab.await("getSelection().toString() === document.querySelector('.command pre').textContent");
    assertThat(tab.text("document.querySelector('.command button').textContent"))
        .isEqualTo("Selected: press Ctrl+C or ⌘C");
  }

  @Test
  void breaksNoOptionOfACommandInTwo() {
    String command = "sdxl-gen 'a --b c' " + "--step-schedule-start 0.5 --model x ".repeat(12);
    open(write("options.html", "Options", List.of(image("words", command))));
    tab.click(".tile a");

    assertThat(tab.text("document.querySelector('.command pre').textContent")).isEqualTo(command);
    assertThat(
            tab.texts(
                "[...document.querySelectorAll('.command pre span')].map(e => e.getClientRects().length)"))
        .hasSize(25)
        .containsOnly("1");
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 1200})
  void leavesRoomBesideALongPrompt(int width) {
    open(write("long.html", "Long", List.of(image("many words ".repeat(190), null))));
    tab.resize(width, 740, width < 500);
    tab.click(".tile a");

    assertThat(tab.evaluate("document.querySelector('.detail h2').clientHeight").asInt())
        .isLessThan(400);
    assertThat(tab.text("document.querySelector('.detail h2').innerText")).hasSizeGreaterThan(2000);
  }

  private static GalleryImage image(String prompt, String command) {
    return new GalleryImage(
        "studies/foxes/fox-anime.png",
        8,
        8,
        7,
        null,
        null,
        null,
        List.of(new GalleryImage.Prompt(prompt, BigDecimal.ONE)),
        null,
        Map.of(),
        command,
        null);
  }

  @Test
  void saysWhatIsMissing() {
    GalleryImage bare =
        new GalleryImage(
            "bare.png", 0, 0, 7, null, null, null, List.of(), null, Map.of(), null, "no recipe");
    open(write("bare.html", "Bare", List.of(bare)));

    tab.await("document.querySelector('.tile .frame.missing .name')");
    assertThat(tab.text("document.querySelector('.tile .name').textContent")).isEqualTo("bare.png");
    tab.press("/");
    tab.type("bare");
    assertThat(count()).isEqualTo("1 image");
    tab.click(".tile a");

    tab.await("document.querySelector('.detail .frame.missing')");
    assertThat(
            tab.text(
                "document.querySelector('.detail .words').innerText.replace(/\\s+/g, ' ').trim()"))
        .isEqualTo("bare.png no recipe file bare.png, 7 bytes");
    assertThat(tab.complaints())
        .isNotEmpty()
        .allMatch(complaint -> complaint.contains("ERR_FILE_NOT_FOUND"));
    tab.complaints().clear();
  }

  @Test
  void saysThatThereIsNothing() {
    open(write("nothing.html", "Nothing", List.of()));

    assertThat(count()).isEqualTo("0 images");
    assertThat(tab.text("document.getElementById('nothing').innerText"))
        .isEqualTo("There are no images here yet.");
    tab.press("ArrowDown", "g", "ArrowDown");
    tab.await("document.getElementById('nothing').innerText.startsWith('No images here differ')");
  }

  private static String command(String path) {
    return images.stream()
        .filter(image -> image.path().equals(path))
        .findAny()
        .orElseThrow()
        .command();
  }

  private void allowClipboard() {
    browser.call(null, "Browser.grantPermissions", permissions());
    tab.call("Emulation.setFocusEmulationEnabled", Chromium.object().put("enabled", true));
  }

  private static ObjectNode permissions() {
    var wanted = Chromium.object();
    wanted.putArray("permissions").add("clipboardReadWrite").add("clipboardSanitizedWrite");
    return wanted;
  }
}
