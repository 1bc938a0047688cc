package dev.sdxlgen.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.SdxlGenException.Repeat;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {

  @ParameterizedTest
  @CsvSource({
    "1, 4, true",
    "3, 4, true",
    "4, 4, false",
    "5, 4, false",
    "1, 1, false",
    "1, 2, true"
  })
  void repeatsWhatIsSafeUntilTheAttemptsAreUsedUp(int attempt, int maxAttempts, boolean repeats) {
    assertThat(new RetryPolicy(maxAttempts, 0).mayRepeat(Repeat.SAFE, attempt, 0))
        .isEqualTo(repeats);
  }

  @Test
  void neverRepeatsWhatWouldFailAgain() {
    assertThat(new RetryPolicy(100, 100).mayRepeat(Repeat.NO, 1, 0)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, false",
    "1, 0, 1, true",
    "1, 1, 2, false",
    "2, 1, 2, true",
    "2, 2, 3, false",
    "9, 0, 4, false"
  })
  void repeatsWhatMayHaveBeenBilledOnlyAsOftenAsAllowed(
      int retryUnsure, int unsure, int attempt, boolean repeats) {
    assertThat(new RetryPolicy(4, retryUnsure).mayRepeat(Repeat.MAYBE_BILLED, attempt, unsure))
        .isEqualTo(repeats);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 500",
    "2, 1000",
    "3, 2000",
    "4, 4000",
    "5, 8000",
    "6, 16000",
    "7, 20000",
    "8, 20000",
    "12, 20000",
    "100, 20000",
    "2147483647, 20000"
  })
  void waitsBetweenHalfAndTheWholeOfATimeThatDoubles(int attempt, long whole) {
    RetryPolicy policy = new RetryPolicy(100, 0);
    Set<Duration> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      Duration delay = policy.delay(attempt);
      assertThat(delay).isBetween(Duration.ofMillis(whole / 2), Duration.ofMillis(whole));
      seen.add(delay);
    }
    assertThat(seen).hasSizeGreaterThan(20);
  }
}
