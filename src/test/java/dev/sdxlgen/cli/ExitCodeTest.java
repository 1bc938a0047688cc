package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.BedrockFailed;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.Filtered;
import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.SdxlGenException.Repeat;
import dev.sdxlgen.SdxlGenException.Throttled;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExitCodeTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new InvalidRequest("", ""), 2),
        Arguments.of(new Credentials("", "", null), 3),
        Arguments.of(new Filtered("", ""), 4),
        Arguments.of(new Throttled("", "", null), 5),
        Arguments.of(new BedrockFailed("", "", Repeat.NO, null), 6),
        Arguments.of(BedrockFailed.unreadable("", ByteBuffer.allocate(1), null), 6),
        Arguments.of(new OutputFailed("", "", null), 7),
        Arguments.of(new ModelUnavailable("", "", null), 9),
        Arguments.of(new Interrupted(2), 130),
        Arguments.of(new Interrupted(15), 143));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void isTheOneThatScriptsDependOn(SdxlGenException failure, int code) {
    assertThat(ExitCode.of(failure)).isEqualTo(code);
  }

  @Test
  void isKnownForEveryKindOfFailure() {
    Set<Class<?>> covered = new HashSet<>();
    failures().forEach(row -> covered.add(row.get()[0].getClass()));

    assertThat(covered).containsExactlyInAnyOrder(SdxlGenException.class.getPermittedSubclasses());
  }
}
