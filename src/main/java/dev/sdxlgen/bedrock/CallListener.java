package dev.sdxlgen.bedrock;

/** Hears how a call is getting on, on the thread that makes it. */
@FunctionalInterface
public interface CallListener {

  /**
   * The request is there, signed and all, and goes out as soon as this returns. What this throws
   * comes out of the call, and nothing is sent.
   */
  default void ready() {}

  /** Bedrock is reached and the request begins to go out: from now on it may be billed. */
  default void goingOut() {}

  /** An answer that is paid for begins to arrive: it is to be let finish. */
  void answering();

  /** The answer is there, whole: another call may be made while it is read and saved. */
  default void answered() {}
}
