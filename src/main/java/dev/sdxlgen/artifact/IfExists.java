package dev.sdxlgen.artifact;

/** What to do when there is a file already where an image should go. */
public enum IfExists {
  /** Refuse, before the call. */
  FAIL,
  /** Put the new image in its place. */
  OVERWRITE,
  /** Take the next free {@code name-K.png}. */
  NUMBER,
  /** Leave it, make no call, and count the image as there. */
  SKIP
}
