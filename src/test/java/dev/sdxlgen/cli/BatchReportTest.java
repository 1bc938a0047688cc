package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.batch.BatchProgress;
import dev.sdxlgen.batch.BatchSummary;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchReportTest {

  private final FakeTerminal pipe = new FakeTerminal(false, Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1 call was broken off: its image may have been made and billed",
        "4 | 4 calls were broken off: their images may have been made and billed",
      })
  void saysThatWhatWasBrokenOffMayBeBilled(int calls, String line) {
    var stopped =
        new BatchProgress(40, 0, 0, 0, 0, 0, calls, 0, calls, 0, 0, 0, Duration.ofSeconds(1));
    var summary = new BatchSummary(stopped, null, Map.of(), 0, null);

    new BatchReport(summary, 2_000_000_000L, new Cost(true), Map.of())
        .print(new Reporter(pipe.console(), 0, true), "out/", null);

    assertThat(pipe.text()).isEqualTo("sdxl-gen: " + line + "\n");
  }
}
