package dev.sdxlgen.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import org.conscrypt.OpenSSLMessageDigestJDK;

/** SHA-256 (FIPS 180-4), as images and recipes, manifests and names are hashed. */
public final class Sha256 {

  private static final String NAME = "SHA-256";
  private static final int PIECE = 1 << 14;

  private Sha256() {}

  /**
   * BoringSSL's takes 3 ms for an image of 3 MB; Java's own 30 to 65, as long as the second
   * compiler hasn't come to it.
   */
  private static final class BoringSsl extends Provider {

    private static final long serialVersionUID = 1L;
    private static final BoringSsl INSTANCE = new BoringSsl();

    private BoringSsl() {
      super("sdxl-gen", "1", "SHA-256 by BoringSSL");
      put("MessageDigest." + NAME, OpenSSLMessageDigestJDK.SHA256.class.getName());
    }
  }

  /** Loads what hashes images. */
  public static void warmUp() {
    startImage().update((byte) 0);
  }

  /** A fresh one for few bytes. */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance(NAME);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A fresh one for as many as an image has: the first loads a library. */
  public static MessageDigest startImage() {
    // Where somebody has set up Java's security, it is for that to do.
    if ("SUN".equals(Security.getProperty("security.provider.1"))) {
      try {
        return MessageDigest.getInstance(NAME, BoringSsl.INSTANCE);
      } catch (NoSuchAlgorithmException | LinkageError e) {
        // BoringSSL isn't there for this platform.
      }
    }
    return start();
  }

  /** What is hashed is read to its end, and isn't closed. */
  public static byte[] of(InputStream in) throws IOException {
    MessageDigest sha256 = startImage();
    byte[] piece = new byte[PIECE];
    for (int read; (read = in.read(piece)) >= 0; ) {
      sha256.update(piece, 0, read);
    }
    return sha256.digest();
  }
}
