package dev.sdxlgen.request;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Guesses which of the known words one that was mistyped or cut short was meant to be. */
public final class Nearest {

  /** A shorter word begins too many others to be one of them cut short. */
  private static final int LEAST_BEGINNING = 3;

  private Nearest() {}

  /**
   * The shortest known word that begins with {@code word}, else the one that takes the fewest edits
   * to get from it, case aside; empty when none is near enough to be what was meant (a third of the
   * word's length, at least two edits).
   */
  public static Optional<String> to(String word, Collection<String> known) {
    String given = word.toLowerCase(Locale.ROOT);
    String nearest = given.length() < LEAST_BEGINNING ? null : shortestFrom(given, known);
    if (nearest != null) {
      return Optional.of(nearest);
    }
    int best = Math.max(2, given.length() / 3) + 1;
    for (String candidate : known) {
      int distance = edits(given, candidate.toLowerCase(Locale.ROOT));
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static String shortestFrom(String beginning, Collection<String> known) {
    String shortest = null;
    for (String candidate : known) {
      if (candidate.toLowerCase(Locale.ROOT).startsWith(beginning)
          && (shortest == null || candidate.length() < shortest.length())) {
        shortest = candidate;
      }
    }
    return shortest;
  }

  /** The Levenshtein distance. */
  private static int edits(String from, String to) {
    int[] previous = new int[to.length() + 1];
    int[] current = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replace = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[to.length()];
  }
}
