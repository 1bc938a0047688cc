package dev.sdxlgen.artifact;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/** Makes a readable file name of a prompt that is safe on Linux, macOS and Windows. */
public final class Slug {

  private static final int MOST_CHARACTERS = 80;
  private static final int MOST_BYTES = 200;
  private static final int MOST_ID_CHARACTERS = 100;

  /** In the most bytes a character can have, with a hash behind it. */
  private static final int MOST_CUT_CHARACTERS = 45;

  /** Names that Windows keeps for devices, whatever follows the dot. */
  private static final Set<String> DEVICES =
      Set.of(
          "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6",
          "com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7",
          "lpt8", "lpt9");

  private Slug() {}

  /**
   * The letters and digits of {@code prompt}, lower-case, its words joined by {@code -}: at most 80
   * characters and 200 bytes, cut between words where one ends near enough. {@code image} when
   * there is no letter and no digit in it.
   */
  public static String of(String prompt) {
    String text = isAscii(prompt) ? prompt : Normalizer.normalize(prompt, Normalizer.Form.NFC);
    StringBuilder slug = new StringBuilder();
    int bytes = 0;
    int wordEnd = 0;
    boolean gap = false;
    boolean cut = false;
    for (int i = 0; i < text.length() && !cut; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (!isKept(c)) {
        if (!gap) {
          wordEnd = slug.length();
        }
        gap = slug.length() > 0;
        continue;
      }
      String next = new String(Character.toChars(c)).toLowerCase(Locale.ROOT);
      int more = next.getBytes(StandardCharsets.UTF_8).length + (gap ? 1 : 0);
      cut = slug.length() + more > MOST_CHARACTERS || bytes + more > MOST_BYTES;
      if (!cut) {
        slug.append(gap ? "-" : "").append(next);
        bytes += more;
        gap = false;
      }
    }
    if (cut && !gap && wordEnd > slug.length() / 2) {
      slug.setLength(wordEnd);
    }
    String name = slug.toString();
    if (name.isEmpty()) {
      return "image";
    }
    return DEVICES.contains(name) ? name + "-image" : name;
  }

  /**
   * The name that somebody gave a thing, as a file name: its letters, digits, dots, underscores and
   * hyphens as they are, anything else a hyphen. At most 100 characters and 200 bytes: a longer one
   * ends in its hash.
   *
   * @param hash tells ids apart that are too long
   */
  public static String ofId(String id, String hash) {
    StringBuilder name = new StringBuilder();
    String text = Normalizer.normalize(id, Normalizer.Form.NFC);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      name.appendCodePoint(isKept(c) || c == '.' || c == '_' ? c : '-');
    }
    int start = 0;
    while (start < name.length() && (name.charAt(start) == '.' || name.charAt(start) == '-')) {
      start++;
    }
    int end = name.length();
    while (end > start && name.charAt(end - 1) == '.') {
      end--;
    }
    String kept = name.substring(start, end);
    if (kept.isEmpty()) {
      return "id-" + hash;
    }
    if (kept.length() > MOST_ID_CHARACTERS
        || kept.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      int length = Math.min(kept.length(), MOST_CUT_CHARACTERS);
      length -= Character.isHighSurrogate(kept.charAt(length - 1)) ? 1 : 0;
      return kept.substring(0, length) + "-" + hash;
    }
    int dot = kept.indexOf('.');
    boolean device =
        DEVICES.contains((dot < 0 ? kept : kept.substring(0, dot)).toLowerCase(Locale.ROOT));
    return device ? "image-" + kept : kept;
  }

  private static boolean isKept(int c) {
    if (c < 128) {
      return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
    int type = Character.getType(c);
    return Character.isLetterOrDigit(c)
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127) {
        return false;
      }
    }
    return true;
  }
}
