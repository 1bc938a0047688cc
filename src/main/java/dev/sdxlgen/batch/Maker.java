package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.ModelUnavailable;
import dev.sdxlgen.SdxlGenException.OutputFailed;

/** Makes the images of a batch; called by many threads at once. */
public interface Maker {

  /**
   * Makes an image and saves it, with one call: {@link BatchRunner} decides whether there is
   * another.
   *
   * @param call told when the call is about to be made, and when it has been
   * @throws SdxlGenException whatever kept it from being made or saved
   */
  Made make(PlannedImage image, Call call);

  /** The call for an image: all else that there is to do overlaps with others. */
  interface Call {

    /**
     * All is ready for it. Returns when it may be made, at once; what is thrown ends {@link #make}
     * and is to come out of it.
     */
    void ready();

    /** Its answer is there. */
    void answered();
  }

  /**
   * The image, where a file answers its request already: one that a killed run had saved but not
   * recorded, or one that is to be left as it is. Null when there is none.
   */
  Made find(PlannedImage image);

  /** Whether a failure is one that every other image would meet, or pay for, too. */
  default boolean stopsAll(PlannedImage image, SdxlGenException failure) {
    return failure instanceof Credentials
        || failure instanceof ModelUnavailable
        || failure instanceof OutputFailed && failure.keptAnswer() != null;
  }
}
