package dev.sdxlgen.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A set that forgets its members' names. */
class StoredKeysTest {

  @Test
  void knowsWhatIsInItAndWhatIsnt() {
    StoredKeys keys = new StoredKeys();
    for (int i = 0; i < 100_000; i++) {
      keys.add("study/image-" + i + ".png");
    }
    keys.finish();
    assertThat(keys.size()).isEqualTo(100_000);
    for (int i = 0; i < 100_000; i++) {
      assertThat(keys.contains("study/image-" + i + ".png")).isTrue();
      assertThat(keys.contains("study/image-" + i + ".jpg")).isFalse();
    }
  }

  @Test
  void mayBeEmpty() {
    StoredKeys keys = new StoredKeys();
    keys.finish();
    assertThat(keys.contains("")).isFalse();
  }
}
