package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;

/**
 * Every combination of the values that some fields are to take. The last field changes fastest, so
 * that {@code cfg-scale=5,7} and {@code seed=1..2} give (5, 1), (5, 2), (7, 1), (7, 2).
 */
public final class Sweep {

  /** No sweep: one combination, which changes nothing. */
  public static final Sweep NONE = new Sweep(List.of(), 1);

  private static final int MOST_VALUES = 10_000_000;
  private static final String GRAMMAR =
      "For example: cfg-scale=5,7,9 or seed=1..4; \\, is a comma within a value";

  /**
   * A field and the values it takes.
   *
   * @param field a long option's name, without dashes
   */
  public record Axis(String field, List<String> values) {}

  private final List<Axis> axes;
  private final long combinations;

  private Sweep(List<Axis> axes, long combinations) {
    this.axes = axes;
    this.combinations = combinations;
  }

  /**
   * Reads what was typed: {@code NAME=VALUE,VALUE,…}. {@code 1..4} is every whole number from 1 to
   * 4; {@code \,} is a comma and {@code \\} a backslash within a value.
   *
   * @throws InvalidRequest when it can't be read, a value is empty or there twice, or a field is
   */
  public static Sweep parse(List<String> typed) {
    List<Axis> axes = new ArrayList<>();
    Set<String> fields = new HashSet<>();
    BigInteger combinations = BigInteger.ONE;
    for (String one : typed) {
      Axis axis = axis(one);
      if (!fields.add(axis.field())) {
        throw new InvalidRequest(
            "--sweep " + axis.field() + " is there twice", "Put all its values into one");
      }
      axes.add(axis);
      combinations = combinations.multiply(BigInteger.valueOf(axis.values().size()));
    }
    if (combinations.bitLength() > 40) {
      throw new InvalidRequest(
          "--sweep makes " + combinations + " combinations of every prompt", "");
    }
    return new Sweep(List.copyOf(axes), combinations.longValue());
  }

  private static Axis axis(String typed) {
    int equals = typed.indexOf('=');
    String field = equals < 0 ? "" : typed.substring(0, equals).strip();
    while (field.startsWith("-")) {
      field = field.substring(1);
    }
    if (field.isEmpty()) {
      throw new InvalidRequest("--sweep takes NAME=VALUES, not '" + typed + "'", GRAMMAR);
    }
    if (field.equals("id")) {
      throw new InvalidRequest("--sweep can't change the id", "It names the prompt, not an image");
    }
    List<String> parts = split(typed.substring(equals + 1));
    if (parts.size() == 1 && !parts.get(0).isEmpty()) {
      List<String> range = range(field, parts.get(0));
      if (range != null) {
        return new Axis(field, range);
      }
    }
    Set<String> seen = new HashSet<>();
    List<String> values = new ArrayList<>();
    for (String part : parts) {
      if (part.isEmpty()) {
        throw new InvalidRequest("--sweep " + typed + " has an empty value", GRAMMAR);
      }
      List<String> range = range(field, part);
      for (String value : range == null ? List.of(part) : range) {
        if (!seen.add(value)) {
          throw new InvalidRequest(
              "--sweep " + field + " takes " + value + " twice",
              "--repeat 2 makes every image twice");
        }
        values.add(value);
      }
    }
    return new Axis(field, List.copyOf(values));
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char after = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (c == '\\' && (after == ',' || after == '\\')) {
        part.append(after);
        i++;
      } else if (c == ',') {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  /** The numbers of a range; null when it isn't one. */
  private static List<String> range(String field, String text) {
    int dots = text.indexOf("..");
    if (dots < 1) {
      return null;
    }
    long first;
    long last;
    try {
      first = Long.parseLong(text.substring(0, dots));
      last = Long.parseLong(text.substring(dots + 2));
    } catch (NumberFormatException e) {
      return null;
    }
    if (first > last) {
      throw new InvalidRequest(
          "--sweep " + field + "=" + text + " runs backwards", "Write " + last + ".." + first);
    }
    if (last - first < 0 || last - first >= MOST_VALUES) {
      throw new InvalidRequest(
          "--sweep " + field + "=" + text + " is too long", "At most " + MOST_VALUES + " values");
    }
    return new Range(first, (int) (last - first) + 1);
  }

  /** The numbers from {@code first} on, as text, made when asked for. */
  private static final class Range extends AbstractList<String> implements RandomAccess {
    private final long first;
    private final int size;

    Range(long first, int size) {
      this.first = first;
      this.size = size;
    }

    @Override
    public String get(int index) {
      return Long.toString(first + index);
    }

    @Override
    public int size() {
      return size;
    }
  }

  /** The fields it changes, in the order they were typed. */
  public List<Axis> axes() {
    return axes;
  }

  /** How many combinations there are, from 1. */
  public long combinations() {
    return combinations;
  }

  /** One of them: the fields it sets. */
  public Map<String, String> combination(long index) {
    Map<String, String> fields = new LinkedHashMap<>();
    long stride = combinations;
    long left = index;
    for (Axis axis : axes) {
      stride /= axis.values().size();
      fields.put(axis.field(), axis.values().get((int) (left / stride)));
      left %= stride;
    }
    return fields;
  }

  /**
   * Some combinations in which every value occurs (of a long range its ends), to check values with.
   */
  List<Map<String, String>> samples() {
    Map<String, String> first = combination(0);
    List<Map<String, String>> samples = new ArrayList<>(List.of(first));
    for (Axis axis : axes) {
      List<String> values = axis.values();
      int from = values instanceof Range ? Math.max(1, values.size() - 1) : 1;
      for (String value : values.subList(from, values.size())) {
        Map<String, String> sample = new LinkedHashMap<>(first);
        sample.put(axis.field(), value);
        samples.add(sample);
      }
    }
    return samples;
  }
}
