package dev.sdxlgen.batch.manifest;

import java.util.Arrays;

/** Numbers by hashes, in some 20 bytes each when it is told at first how many there will be. */
final class LongMap {

  private static final double MOST_FULL = 0.8;

  private long[] keys;
  private long[] values;
  private int size;

  LongMap(long expected) {
    int capacity = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(16, expected / MOST_FULL + 1));
    keys = new long[capacity];
    values = new long[capacity];
  }

  /** The value of a key; 0 when it has none. */
  long get(long key) {
    return values[slot(key)];
  }

  /**
   * @param value anything but 0
   */
  void put(long key, long value) {
    int slot = slot(key);
    if (values[slot] == 0) {
      if (++size > MOST_FULL * keys.length) {
        grow();
        slot = slot(key);
      }
      keys[slot] = key;
    }
    values[slot] = value;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[oldKeys.length + oldKeys.length / 2];
    values = new long[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }

  /** Where a key is, or would be. The keys are hashes already. */
  private int slot(long key) {
    int slot = (int) Long.remainderUnsigned(key, keys.length);
    while (values[slot] != 0 && keys[slot] != key) {
      slot = slot + 1 == keys.length ? 0 : slot + 1;
    }
    return slot;
  }

  int size() {
    return size;
  }

  /** All values, in no order. */
  long[] values() {
    return Arrays.stream(values).filter(value -> value != 0).toArray();
  }
}
