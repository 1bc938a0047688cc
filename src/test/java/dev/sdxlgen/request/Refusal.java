package dev.sdxlgen.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a user reads when a request is wrong, whole. */
public final class Refusal {

  private Refusal() {}

  /** Fails unless {@code action} is refused with just this message and this advice. */
  public static void assertRefused(ThrowingCallable action, String message, String advice) {
    Throwable thrown = catchThrowable(action);
    assertThat(thrown).isInstanceOf(InvalidRequest.class).hasMessage(message);
    assertThat(((InvalidRequest) thrown).advice()).isEqualTo(advice);
  }
}
