package dev.sdxlgen.store;

import java.util.Arrays;

/** Which files a folder of S3 holds, in eight bytes each: of their names, only hashes are kept. */
public final class StoredKeys {

  private long[] hashes = new long[1024];
  private int size;
  private boolean sorted = true;

  StoredKeys() {}

  void add(String key) {
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, size + size / 2);
    }
    hashes[size++] = hash(key);
    sorted = false;
  }

  /** No more will be added. */
  void finish() {
    hashes = Arrays.copyOf(hashes, size);
    Arrays.sort(hashes);
    sorted = true;
  }

  /** Whether there is a file of that key. */
  public boolean contains(String key) {
    if (!sorted) {
      throw new IllegalStateException("not finished");
    }
    return Arrays.binarySearch(hashes, hash(key)) >= 0;
  }

  /** How many files there are. */
  public int size() {
    return size;
  }

  /** FNV-1a of 64 bits, its bits mixed once more (as SplitMix64 does). */
  private static long hash(String key) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
    return hash ^ hash >>> 31;
  }
}
