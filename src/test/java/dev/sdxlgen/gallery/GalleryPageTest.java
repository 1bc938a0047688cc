package dev.sdxlgen.gallery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sdxlgen.gallery.GalleryImage.Prompt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GalleryPageTest {

  private static final Pattern BLOCK =
      Pattern.compile("<(style|script)([^>]*)>(.*?)</\\1>", Pattern.DOTALL);

  @Test
  void writesWhatIsKnownOfAnImageAndNothingElse() throws IOException {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("sampler", "K_EULER");
    parameters.put("2", "a name that JavaScript would put first");
    parameters.put("cfg scale", "7.0");
    var known =
        new GalleryImage(
            "a b/c.png",
            1024,
            768,
            2_000_000,
            Instant.parse("2026-11-20T12:00:00Z"),
            "stability.stable-diffusion-xl",
            "sdxl",
            List.of(
                new Prompt("a person", new BigDecimal("1.0")),
                new Prompt("hat", new BigDecimal("-1.0"))),
            4294967295L,
            parameters,
            "sdxl-gen 'a person' -n hat",
            "kept though filtered");
    var unknown =
        new GalleryImage("x.png", 0, 0, 0, null, null, null, List.of(), null, Map.of(), null, null);

    assertThat(images(page("A folder", List.of(known, unknown))))
        .isEqualTo(
            "[\n"
                + "{\"path\":\"a b/c.png\",\"width\":1024,\"height\":768,\"bytes\":2000000,\"time\":1795176000000,"
                + "\"model\":\"stability.stable-diffusion-xl\",\"family\":\"sdxl\","
                + "\"prompts\":[[\"a person\",1.0],[\"hat\",-1.0]],\"seed\":4294967295,"
                + "\"parameters\":[[\"sampler\",\"K_EULER\"],[\"2\",\"a name that JavaScript would put first\"],[\"cfg scale\",\"7.0\"]],"
                + "\"command\":\"sdxl-gen 'a person' -n hat\",\"note\":\"kept though filtered\"},\n"
                + "{\"path\":\"x.png\",\"width\":0,\"height\":0,\"bytes\":0,\"prompts\":[],\"parameters\":[]}\n]");
  }

  @Test
  void writesASeedThatJavaScriptWouldRoundAsText() throws IOException {
    String page =
        page(
            "",
            List.of(
                seeded(9007199254740991L), seeded(9007199254740992L), seeded(-9007199254740992L)));

    assertThat(images(page))
        .contains(
            "\"seed\":9007199254740991,",
            "\"seed\":\"9007199254740992\",",
            "\"seed\":\"-9007199254740992\",");
  }

  @Test
  void escapesWhatCouldEndTheBlockOrALine() throws IOException {
    String page = page("", List.of(prompted("</script><!--<script>&\u2028\u2029\u007f\0\"\\ é語")));

    assertThat(images(page))
        .contains(
            "[[\"\\u003C/script\\u003E\\u003C!--\\u003Cscript\\u003E\\u0026\\u2028\\u2029\\u007F\\u0000\\\"\\\\ é語\",1.0]]");
  }

  @Test
  void keepsHalvesOfSurrogatePairs() throws IOException {
    String page = page("", List.of(prompted("\ud83c\udfa9 \ud83c \udfa9")));

    assertThat(images(page)).contains("[[\"\\uD83C\\uDFA9 \\uD83C \\uDFA9\",1.0]]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!--<script>",
        "]]></style><svg onload=alert(1)>",
        "javascript:alert(1)",
        "\"'`${alert(1)}\\",
        "<!--images--><!--script--><!--style-->",
        "__proto__",
        "\ud800"
      })
  void keepsAHostileTextOutOfTheMarkupWhereverItIs(String hostile) throws IOException {
    var image =
        new GalleryImage(
            hostile,
            1,
            1,
            1,
            null,
            hostile,
            hostile,
            List.of(new Prompt(hostile, BigDecimal.ONE)),
            1L,
            Map.of(hostile, hostile),
            hostile,
            hostile);

    String page = page("", List.of(image));

    String empty = page("", List.of());
    assertThat(page.replace(images(page), "")).isEqualTo(empty.replace(images(empty), ""));
    JsonNode read = new ObjectMapper().readTree(images(page)).get(0);
    for (String name : List.of("path", "model", "family", "command", "note")) {
      assertThat(read.get(name).asText()).isEqualTo(hostile);
    }
    assertThat(read.at("/prompts/0/0").asText()).isEqualTo(hostile);
    assertThat(read.at("/parameters/0/0").asText()).isEqualTo(hostile);
    assertThat(read.at("/parameters/0/1").asText()).isEqualTo(hostile);
  }

  @Test
  void escapesTheTitle() throws IOException {
    assertThat(page("<b>\"it's\"</b> & <!--images--> $1 \\", List.of()))
        .contains(
            "<title>&lt;b&gt;&quot;it's&quot;&lt;/b&gt; &amp; &lt;!--images--&gt; $1 \\</title>")
        .contains("<h1>&lt;b&gt;&quot;it's&quot;&lt;/b&gt; &amp; &lt;!--images--&gt; $1 \\</h1>")
        .doesNotContain("<b>");
  }

  @Test
  void allowsItsOwnScriptAndStyleByTheirHashesAndNothingElse() throws Exception {
    String page = page("A folder", List.of(prompted("a person")));

    var sources = new LinkedHashMap<String, String>();
    for (String[] block : blocks(page)) {
      if (!block[1].contains("application/json")) {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(block[2].getBytes(UTF_8));
        assertThat(
                sources.put(
                    block[0], "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'"))
            .isNull();
      }
    }
    assertThat(page)
        .contains(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src "
                + sources.get("script")
                + "; style-src "
                + sources.get("style")
                + "; img-src 'self' file:; base-uri 'none'; form-action 'none'"
                + "; require-trusted-types-for 'script'; trusted-types 'none'\">");
    assertThat(page.indexOf("Content-Security-Policy")).isLessThan(page.indexOf("<style"));
  }

  /** What the policy would stop in a browser, and what would make a hash wrong. */
  @Test
  void hasNoMarkupThatThePolicyForbids() throws IOException {
    String page = page("A folder", List.of());
    String markup = BLOCK.matcher(page).replaceAll("");

    assertThat(markup)
        .doesNotContainPattern("(?i)\\son\\w+=|\\sstyle=|src=|<link|<base|<iframe|<!--");
    assertThat(page).doesNotContain("\r").doesNotContainPattern("(?i)(?<!xmlns=.|NS\\(')https?://");
    assertThat(blocks(page)).hasSize(3);
    for (String[] block : blocks(page)) {
      assertThat(block[2]).doesNotContainIgnoringCase("<!--").doesNotContainIgnoringCase("<script");
    }
  }

  @Test
  void isTheSameForTheSameImages() throws IOException {
    List<GalleryImage> images = List.of(prompted("one"), seeded(2));

    assertThat(page("A folder", images)).isEqualTo(page("A folder", images));
  }

  @Test
  void writesEachImageBeforeItAsksForTheNext() throws IOException {
    var out = new ByteArrayOutputStream();
    var written = new ArrayList<Integer>();
    Iterable<GalleryImage> images =
        () ->
            IntStream.range(0, 5000)
                .mapToObj(
                    i -> {
                      written.add(out.size());
                      return prompted("a person ".repeat(20));
                    })
                .iterator();

    GalleryPage.write("A folder", images, out);

    assertThat(written.get(4999)).isGreaterThan(written.get(0) + 4900 * 200);
  }

  @Test
  void leavesTheStreamOpenAndFlushed() throws IOException {
    var calls = new ArrayList<String>();
    GalleryPage.write(
        "A folder",
        List.of(),
        new OutputStream() {
          @Override
          public void write(int b) {
            calls.add("write");
          }

          @Override
          public void flush() {
            calls.add("flush");
          }

          @Override
          public void close() {
            calls.add("close");
          }
        });

    assertThat(calls).doesNotContain("close").endsWith("flush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc/passwd.png", "//example.com/x.png"})
  void refusesAPathThatIsNotRelative(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new GalleryImage(
                    path, 1, 1, 1, null, null, null, List.of(), null, Map.of(), null, null))
        .withMessage("'" + path + "' is not a relative path");
  }

  @Test
  void refusesLessThanNoPixelsOrBytes() {
    for (int[] size : new int[][] {{-1, 1, 1}, {1, -1, 1}, {1, 1, -1}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new GalleryImage(
                      "x.png", size[0], size[1], size[2], null, null, null, List.of(), null,
                      Map.of(), null, null));
    }
  }

  private static GalleryImage prompted(String prompt) {
    return new GalleryImage(
        "x.png",
        1,
        1,
        1,
        null,
        null,
        null,
        List.of(new Prompt(prompt, new BigDecimal("1.0"))),
        null,
        Map.of(),
        null,
        null);
  }

  private static GalleryImage seeded(long seed) {
    return new GalleryImage(
        "x.png", 1, 1, 1, null, null, null, List.of(), seed, Map.of(), null, null);
  }

  private static String page(String title, Iterable<GalleryImage> images) throws IOException {
    var out = new ByteArrayOutputStream();
    GalleryPage.write(title, images, out);
    return out.toString(UTF_8);
  }

  /** The JSON between the tags. */
  private static String images(String page) {
    for (String[] block : blocks(page)) {
      if (block[1].contains("application/json")) {
        return block[2];
      }
    }
    throw new AssertionError(page);
  }

  /** Name, attributes and content of each style and script. */
  private static List<String[]> blocks(String page) {
    List<String[]> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      blocks.add(new String[] {block.group(1), block.group(2), block.group(3)});
    }
    return blocks;
  }
}
