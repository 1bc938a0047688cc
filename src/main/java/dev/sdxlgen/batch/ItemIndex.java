package dev.sdxlgen.batch;

import dev.sdxlgen.batch.manifest.Hash;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Where each prompt of a file is and which hash its id has, in 16 bytes. What it says is read again
 * from the file.
 */
public final class ItemIndex {

  /** A file may be a terabyte; the bits above count the prompts without an id that are alike. */
  private static final int OFFSET_BITS = 40;

  private static final int MOST_ALIKE = 1 << 23;

  private long[] places = new long[1024];
  private long[] hashes = new long[1024];
  private int size;

  ItemIndex() {}

  void add(long offset, long hash) {
    if (offset >>> OFFSET_BITS != 0) {
      throw new IllegalStateException("a prompt file of more than a terabyte");
    }
    if (size == places.length) {
      places = Arrays.copyOf(places, size + size / 2);
      hashes = Arrays.copyOf(hashes, size + size / 2);
    }
    places[size] = offset;
    hashes[size++] = hash;
  }

  void setHash(int item, long hash) {
    hashes[item] = hash;
  }

  void setAlike(int item, int count) {
    if (count >= MOST_ALIKE) {
      throw new IllegalStateException("more than " + MOST_ALIKE + " prompts without id are alike");
    }
    places[item] = offset(item) | (long) count << OFFSET_BITS;
  }

  void remove(BitSet items) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (!items.get(i)) {
        places[kept] = places[i];
        hashes[kept++] = hashes[i];
      }
    }
    size = kept;
  }

  void trim() {
    places = Arrays.copyOf(places, size);
    hashes = Arrays.copyOf(hashes, size);
  }

  /** How many prompts there are. */
  public int size() {
    return size;
  }

  long offset(int item) {
    return places[item] & (1L << OFFSET_BITS) - 1;
  }

  /** How many earlier prompts without an id are the same; 0 for one with an id. */
  int alike(int item) {
    return (int) (places[item] >>> OFFSET_BITS);
  }

  /** {@link Hash#of(String)} its id. */
  long hash(int item) {
    return hashes[item];
  }
}
