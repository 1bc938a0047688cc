package dev.sdxlgen.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlugTest {

  @ParameterizedTest
  @CsvSource({
    "a person, a-person",
    "'A Person, with a HAT!', a-person-with-a-hat",
    "'  --x--  ', x",
    "a_b.c, a-b-c",
    "7 cats, 7-cats",
    "../../etc/passwd, etc-passwd",
    "/, image",
    "., image",
    ".., image",
    "..., image",
    "~root, root",
    "-rf, rf",
    "C:\\Windows\\x.png, c-windows-x-png",
    "a\u0000b, a-b",
    "'a\nb', a-b",
    "'*?\"<>|:', image",
    "'', image",
    "trailing., trailing",
    "'trailing ', trailing",
    ".hidden, hidden",
    "Übergröße, übergröße",
    "e\u0301te\u0301, \u00e9t\u00e9",
    "\u4e00\u4e2a\u4eba, \u4e00\u4e2a\u4eba",
    "\u05d0\u05d3\u05dd \u05e2\u05dd \u05db\u05d5\u05d1\u05e2, \u05d0\u05d3\u05dd-\u05e2\u05dd-\u05db\u05d5\u05d1\u05e2",
    "'a\u202egnp.exe', a-gnp-exe",
    "\u0939\u093f\u0928\u094d\u0926\u0940, \u0939\u093f\u0928\u094d\u0926\u0940",
    "I\u0307STANBUL, i\u0307stanbul",
    "\u0130STANBUL, i\u0307stanbul",
    "DI\u011eER, di\u011fer",
    "\ud83d\udc31 cat, cat",
    "\ud83d\udc31, image",
    "\ud83d, image",
    "x\udc31y, x-y",
    "\ud835\udc00, \ud835\udc00"
  })
  void makesAFileNameOfAPrompt(String prompt, String slug) {
    assertThat(Slug.of(prompt)).isEqualTo(slug);
  }

  @ParameterizedTest
  @CsvSource({
    "CON, con-image",
    "con, con-image",
    "PRN!, prn-image",
    "aux, aux-image",
    "NUL, nul-image",
    "com1, com1-image",
    "LPT9, lpt9-image",
    "con.png, con-png",
    "com10, com10",
    "conserve, conserve"
  })
  void stepsAsideForWindowsDevices(String prompt, String slug) {
    assertThat(Slug.of(prompt)).isEqualTo(slug);
  }

  @Test
  void lowersLettersTheSameInEveryCountry() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr-TR"));
    try {
      assertThat(Slug.of("TITLE I")).isEqualTo("title-i");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void cutsALongPromptBetweenWords() {
    assertThat(
            Slug.of(
                "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"))
        .isEqualTo(
            "one-two-three-four-five-six-seven-eight-nine-ten-eleven-twelve-thirteen-fourteen");
    assertThat(Slug.of("a".repeat(79) + " bcd")).isEqualTo("a".repeat(79));
    assertThat(Slug.of("a".repeat(80) + " b")).isEqualTo("a".repeat(80));
  }

  @Test
  void cutsALongWordWhereItMust() {
    assertThat(Slug.of("x".repeat(2000))).isEqualTo("x".repeat(80));
    assertThat(Slug.of("ab " + "x".repeat(2000))).isEqualTo("ab-" + "x".repeat(77));
  }

  @Test
  void isAnImageAfterFourThousandEmoji() {
    assertThat(Slug.of("\ud83d\ude00".repeat(4000))).isEqualTo("image");
    assertThat(Slug.of("\ud83d\ude00".repeat(4000) + "cat")).isEqualTo("cat");
  }

  @Test
  void isASafeNameWhateverThePrompt() {
    Random random = new Random(20261123);
    for (int i = 0; i < 5_000; i++) {
      String prompt = prompt(random);
      String slug = Slug.of(prompt);
      assertThat(slug).as(escaped(prompt)).satisfies(SlugTest::isSafe);
    }
  }

  /** On Linux, macOS and Windows alike. */
  private static void isSafe(String slug) {
    assertThat(slug).isNotEmpty().doesNotStartWith("-").doesNotEndWith("-").doesNotContain("--");
    assertThat(slug.codePointCount(0, slug.length())).isLessThanOrEqualTo(80);
    assertThat(slug.getBytes(UTF_8).length).isLessThanOrEqualTo(200);
    assertThat(new String(slug.getBytes(UTF_8), UTF_8)).isEqualTo(slug);
    assertThat(slug.codePoints())
        .allMatch(
            c ->
                c == '-'
                    || Character.isLetterOrDigit(c)
                    || Character.getType(c) == Character.NON_SPACING_MARK
                    || Character.getType(c) == Character.COMBINING_SPACING_MARK);
    assertThat(slug).doesNotMatch("(?i)con|prn|aux|nul|com\\d|lpt\\d");
  }

  /** Words of every script, marks, controls, lone surrogates, separators and dots. */
  private static String prompt(Random random) {
    String[] parts = {"con", "../", "/", "\\", "\0", ".", " ", "-", "\u202e", "\u0301", "I\u0307"};
    StringBuilder prompt = new StringBuilder();
    int length = random.nextInt(random.nextInt(8) == 0 ? 300 : 20);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(6)) {
        case 0 -> prompt.append(parts[random.nextInt(parts.length)]);
        case 1 -> prompt.append((char) random.nextInt(0x10000));
        case 2 -> prompt.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
        case 3 -> prompt.append((char) (' ' + random.nextInt(95)));
        default -> prompt.append((char) ('a' + random.nextInt(26)));
      }
    }
    return prompt.toString();
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : Normalizer.normalize(text, Normalizer.Form.NFD).toCharArray()) {
      escaped.append(c >= ' ' && c < 127 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return escaped.toString();
  }
}
