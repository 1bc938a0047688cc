package dev.sdxlgen.mock;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Boils values down to 64 bits that differ when anything in them or in their order does. */
final class Likeness {

  private long sum;

  long sum() {
    return sum;
  }

  Likeness add(long value) {
    sum = Dice.mix(sum * 31 + value + 0x9E3779B97F4A7C15L);
    return this;
  }

  Likeness add(CharSequence text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    return add(hash);
  }

  /** A number by its value: 7 and 7.0 are alike. */
  Likeness add(BigDecimal number) {
    return add(number.signum() == 0 ? "0" : number.stripTrailingZeros().toString());
  }

  /** Any value that {@link Json} reads. */
  Likeness addValue(Object value) {
    if (value instanceof Map<?, ?> object) {
      add(object.size());
      for (Map.Entry<?, ?> field : object.entrySet()) {
        add((String) field.getKey()).addValue(field.getValue());
      }
      return this;
    }
    if (value instanceof List<?> list) {
      add(list.size());
      for (Object item : list) {
        addValue(item);
      }
      return this;
    }
    return value instanceof Json.Num number
        ? add(number.value())
        : add(value.getClass().getSimpleName()).add(value.toString());
  }
}
