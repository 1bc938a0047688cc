package dev.sdxlgen.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BufferPoolTest {

  private final BufferPool pool = new BufferPool();

  @Test
  void givesAnotherToWhoeverHasNotGivenHisBack() {
    assertThat(pool.take(10)).isNotSameAs(pool.take(10));
  }

  @Test
  void takesTheOneThatWasGivenBackLast() {
    byte[] first = pool.take(10);
    byte[] second = pool.take(10);
    pool.give(second);
    pool.give(first);

    assertThat(pool.take(10)).isSameAs(first);
    assertThat(pool.take(10)).isSameAs(second);
    assertThat(pool.take(10)).isNotSameAs(first).isNotSameAs(second);
  }

  @Test
  void looksForOneThatIsLargeEnough() {
    byte[] large = pool.take(20);
    byte[] small = pool.take(10);
    pool.give(large);
    pool.give(small);

    assertThat(pool.take(15)).isSameAs(large);
  }

  @Test
  void makesTheFirstJustLargeEnough() {
    assertThat(pool.take(100)).hasSize(100);
  }

  @Test
  void putsALargerOneInThePlaceOfOneThatIsTooSmall() {
    pool.give(pool.take(100));

    byte[] larger = pool.take(200);

    assertThat(larger).hasSize(250);
    pool.give(larger);
    assertThat(pool.take(100)).as("the only one").isSameAs(larger);
  }
}
