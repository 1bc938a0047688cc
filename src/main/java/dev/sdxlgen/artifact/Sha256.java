package dev.sdxlgen.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 (FIPS 180-4), as images and recipes, manifests and names are hashed. */
public final class Sha256 {

  private static final int PIECE = 1 << 14;

  private Sha256() {}

  /** A fresh one. */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** What is hashed is read to its end, and isn't closed. */
  public static byte[] of(InputStream in) throws IOException {
    MessageDigest sha256 = start();
    byte[] piece = new byte[PIECE];
    for (int read; (read = in.read(piece)) >= 0; ) {
      sha256.update(piece, 0, read);
    }
    return sha256.digest();
  }
}
