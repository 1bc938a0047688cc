package dev.sdxlgen.batch;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {

  @Test
  void makesEachPromptWithEachCombinationAsOftenAsItIsRepeated() {
    assertThat(all(Plan.of(2, 2, 2, 0, null)))
        .containsExactly(
            new Plan.Position(0, 0, 1, 0),
            new Plan.Position(0, 0, 2, 1),
            new Plan.Position(0, 1, 3, 0),
            new Plan.Position(0, 1, 4, 1),
            new Plan.Position(1, 0, 1, 0),
            new Plan.Position(1, 0, 2, 1),
            new Plan.Position(1, 1, 3, 0),
            new Plan.Position(1, 1, 4, 1));
  }

  @Test
  void numbersImagesOnlyWhereAPromptHasSeveral() {
    assertThat(Plan.of(5, 1, 1, 0, null).isNumbered()).isFalse();
    assertThat(Plan.of(5, 2, 1, 0, null).isNumbered()).isTrue();
    assertThat(Plan.of(5, 1, 2, 0, null).isNumbered()).isTrue();
  }

  @Test
  void stopsAtTheLimit() {
    assertThat(all(Plan.of(5, 1, 1, 3, null)))
        .extracting(Plan.Position::item)
        .containsExactly(0, 1, 2);
    assertThat(Plan.of(5, 1, 1, 9, null).size()).isEqualTo(5);
    assertThat(Plan.of(0, 1, 1, 9, 1L).size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 16, 17, 1000, 4097})
  void aShuffleHasEveryImageOnce(int items) {
    Set<Plan.Position> shuffled = new HashSet<>(all(Plan.of(items, 1, 1, 0, 42L)));
    assertThat(shuffled).hasSize(items);
    assertThat(shuffled).extracting(Plan.Position::item).allMatch(item -> item < items);
  }

  @Test
  void theSeedDecidesTheOrder() {
    List<Plan.Position> order = all(Plan.of(1000, 1, 1, 0, 1L));
    assertThat(all(Plan.of(1000, 1, 1, 0, 1L))).isEqualTo(order);
    assertThat(all(Plan.of(1000, 1, 1, 0, 2L))).isNotEqualTo(order);
    assertThat(all(Plan.of(1000, 1, 1, 0, null))).isNotEqualTo(order);
    assertThat(all(Plan.of(1000, 1, 1, 10, 1L))).isEqualTo(order.subList(0, 10));
  }

  /** Where each tenth of the file ends up, on average: the middle. */
  @Test
  void aShuffleMixes() {
    Plan plan = Plan.of(100_000, 1, 1, 0, 7L);
    double[] sums = new double[10];
    for (int i = 0; i < 100_000; i++) {
      sums[plan.at(i).item() / 10_000] += i;
    }
    for (double sum : sums) {
      assertThat(sum / 10_000).isBetween(48_500.0, 51_500.0);
    }
  }

  @Test
  void refusesMoreThanAnybodyMeans() {
    assertRefused(
        () -> Plan.of(1_000_000, 1 << 20, 1 << 20, 0, null),
        "that would be more than 1099511627776 images",
        "Look at --sweep and --repeat");
    assertRefused(
        () -> Plan.of(Integer.MAX_VALUE, Long.MAX_VALUE, 1, 0, null),
        "that would be more than 1099511627776 images",
        "Look at --sweep and --repeat");
  }

  private static List<Plan.Position> all(Plan plan) {
    List<Plan.Position> all = new ArrayList<>();
    for (long i = 0; i < plan.size(); i++) {
      all.add(plan.at(i));
    }
    return all;
  }
}
