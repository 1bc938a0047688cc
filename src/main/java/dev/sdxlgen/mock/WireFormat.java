package dev.sdxlgen.mock;

import java.util.List;

/** How one family of models is spoken to: its bodies, and its answers. */
interface WireFormat {

  /**
   * What the body asks for.
   *
   * @throws Refusal when the model wouldn't take it
   */
  ImageOrder read(byte[] body) throws Refusal;

  /** The largest seed: a random one is from 1 to this. */
  long mostSeed();

  /** Whether a picture that is filtered is answered too, blurred. */
  boolean showsFiltered();

  /**
   * The answer's body, in parts.
   *
   * @param pictures in base64; without those that were filtered, unless {@link #showsFiltered}
   * @param filtered whether any was
   */
  byte[][] answer(List<byte[]> pictures, long seed, boolean filtered);

  /**
   * The answer's body when the prompt is filtered, in parts.
   *
   * @throws Refusal when that is an error of the call
   */
  byte[][] blocked() throws Refusal;
}
