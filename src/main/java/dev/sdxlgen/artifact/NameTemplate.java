package dev.sdxlgen.artifact;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A path with placeholders: {@code {model}/{slug}-{n:04}.png}. {@code {{} is a brace.
 *
 * @param parts in order; neighbouring texts are not joined
 */
public record NameTemplate(List<Part> parts) {

  /** What is known before the call, and behind it what only the answer tells. */
  private static final List<String> NAMES =
      List.of("slug", "n", "model", "date", "time", "id", "seed", "hash", "width", "height");

  private static final int MOST_DIGITS = 20;

  /**
   * A text, or a placeholder for one.
   *
   * @param text the text; null for a placeholder
   * @param name the placeholder's name; null for a text
   * @param width zeros fill a shorter value up to this length
   */
  public record Part(String text, String name, int width) {}

  public NameTemplate {
    parts = List.copyOf(parts);
  }

  /**
   * @throws InvalidRequest when there is a placeholder that isn't one, or a lone brace
   */
  public static NameTemplate parse(String typed) {
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < typed.length(); i++) {
      char c = typed.charAt(i);
      if ((c == '{' || c == '}') && typed.startsWith(String.valueOf(c), i + 1)) {
        text.append(c);
        i++;
      } else if (c == '{') {
        int end = typed.indexOf('}', i);
        String inside = end < 0 ? typed.substring(i + 1) : typed.substring(i + 1, end);
        parts.add(new Part(text.toString(), null, 0));
        text.setLength(0);
        parts.add(placeholder(inside, end >= 0, typed));
        i = end;
      } else {
        text.append(c);
      }
    }
    parts.add(new Part(text.toString(), null, 0));
    return new NameTemplate(parts);
  }

  private static Part placeholder(String inside, boolean closed, String typed) {
    int colon = inside.indexOf(':');
    String name = colon < 0 ? inside : inside.substring(0, colon);
    if (!closed || !NAMES.contains(name)) {
      throw new InvalidRequest(
          closed
              ? "-o " + typed + ": {" + inside + "} is not a placeholder"
              : "-o " + typed + ": { begins a placeholder, and no } ends it",
          "Placeholders: {" + String.join("} {", NAMES) + "}; {{ is a brace");
    }
    String digits = colon < 0 ? "" : inside.substring(colon + 1);
    int width = 0;
    try {
      width = digits.isEmpty() && colon < 0 ? 0 : Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      width = -1;
    }
    if (width < 0 || width > MOST_DIGITS) {
      throw new InvalidRequest(
          "-o "
              + typed
              + ": {"
              + inside
              + "} has no length of at most "
              + MOST_DIGITS
              + " behind its colon",
          "For example: {" + name + ":04}");
    }
    return new Part(null, name, width);
  }

  /** The same with these placeholders' values put in. */
  public NameTemplate with(Map<String, String> values) {
    List<Part> filled = new ArrayList<>();
    for (Part part : parts) {
      String value = part.name == null ? null : values.get(part.name);
      filled.add(
          value == null
              ? part
              : new Part("0".repeat(Math.max(0, part.width - value.length())) + value, null, 0));
    }
    return new NameTemplate(filled);
  }

  /** Whether a value is still to come. */
  public boolean isOpen() {
    for (Part part : parts) {
      if (part.name != null) {
        return true;
      }
    }
    return false;
  }

  /** Whether this placeholder's value is still to come. */
  public boolean wants(String name) {
    for (Part part : parts) {
      if (name.equals(part.name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The path.
   *
   * @param open stands for each value that is still to come
   */
  public String text(String open) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(part.name == null ? part.text : open);
    }
    return text.toString();
  }

  /** A text of somebody else's as a part of a file name: it can't leave its folder. */
  public static String safe(String value) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      boolean inner = !name.isEmpty() && (c == '.' || c == '_' || c == '-');
      name.append(letter || inner ? c : name.isEmpty() ? "" : '-');
    }
    int end = Math.min(name.length(), 100);
    while (end > 0 && ".-_".indexOf(name.charAt(end - 1)) >= 0) {
      end--;
    }
    name.setLength(end);
    return name.isEmpty() ? "model" : name.toString();
  }
}
