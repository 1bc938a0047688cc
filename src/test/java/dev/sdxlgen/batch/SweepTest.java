package dev.sdxlgen.batch;

import static dev.sdxlgen.request.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SweepTest {

  private static final String GRAMMAR =
      "For example: cfg-scale=5,7,9 or seed=1..4; \\, is a comma within a value";

  @Test
  void multipliesTheLastFieldFastest() {
    Sweep sweep = Sweep.parse(List.of("cfg-scale=5,7.50", "--sampler=DDIM", "seed=1..3"));
    assertThat(sweep.combinations()).isEqualTo(6);
    List<String> all = new ArrayList<>();
    for (long i = 0; i < 6; i++) {
      all.add(String.join(" ", sweep.combination(i).values()));
    }
    assertThat(all)
        .containsExactly(
            "5 DDIM 1", "5 DDIM 2", "5 DDIM 3", "7.50 DDIM 1", "7.50 DDIM 2", "7.50 DDIM 3");
    assertThat(sweep.combination(5).keySet()).containsExactly("cfg-scale", "sampler", "seed");
  }

  @Test
  void isOneCombinationThatChangesNothingWithoutAny() {
    assertThat(Sweep.NONE.combinations()).isEqualTo(1);
    assertThat(Sweep.NONE.combination(0)).isEmpty();
    assertThat(Sweep.NONE.samples()).containsExactly(Map.of());
  }

  @Test
  void takesACommaWithinAValue() {
    assertThat(values("prompt=a cat\\, asleep,c:\\\\x,a\\b"))
        .containsExactly("a cat, asleep", "c:\\x", "a\\b");
  }

  @Test
  void mixesRangesAndValues() {
    assertThat(values("seed=1..3,7,-2..-1")).containsExactly("1", "2", "3", "7", "-2", "-1");
  }

  @Test
  void takesDotsThatAreNoRangeAsTheyAre() {
    assertThat(values("prompt=..,a..b,1..,wait..")).containsExactly("..", "a..b", "1..", "wait..");
  }

  @Test
  void holdsNoNumberOfALongRange() {
    Sweep sweep = Sweep.parse(List.of("seed=1..10000000"));
    assertThat(sweep.combination(9_999_999)).containsEntry("seed", "10000000");
    assertThat(sweep.samples()).extracting(s -> s.get("seed")).containsExactly("1", "10000000");
  }

  @Test
  void everyValueIsInASample() {
    Sweep sweep = Sweep.parse(List.of("a=1,2,3", "b=x,y"));
    assertThat(sweep.samples())
        .containsExactly(
            Map.of("a", "1", "b", "x"),
            Map.of("a", "2", "b", "x"),
            Map.of("a", "3", "b", "x"),
            Map.of("a", "1", "b", "y"));
  }

  @Test
  void refusesWhatItCantRead() {
    assertRefused(() -> parse("seed"), "--sweep takes NAME=VALUES, not 'seed'", GRAMMAR);
    assertRefused(() -> parse("=1"), "--sweep takes NAME=VALUES, not '=1'", GRAMMAR);
    assertRefused(() -> parse("seed="), "--sweep seed= has an empty value", GRAMMAR);
    assertRefused(() -> parse("seed=1,,2"), "--sweep seed=1,,2 has an empty value", GRAMMAR);
    assertRefused(
        () -> parse("id=1,2"), "--sweep can't change the id", "It names the prompt, not an image");
    assertRefused(
        () -> parse("seed=1..3,2"),
        "--sweep seed takes 2 twice",
        "--repeat 2 makes every image twice");
    assertRefused(
        () -> parse("seed=1", "seed=2"),
        "--sweep seed is there twice",
        "Put all its values into one");
    assertRefused(() -> parse("seed=4..1"), "--sweep seed=4..1 runs backwards", "Write 1..4");
    assertRefused(
        () -> parse("seed=0..9223372036854775807"),
        "--sweep seed=0..9223372036854775807 is too long",
        "At most 10000000 values");
    assertRefused(
        () -> parse("a=1..9999999", "b=1..9999999"),
        "--sweep makes 99999980000001 combinations of every prompt",
        "");
  }

  private static Sweep parse(String... typed) {
    return Sweep.parse(List.of(typed));
  }

  private static List<String> values(String typed) {
    return parse(typed).axes().get(0).values();
  }
}
