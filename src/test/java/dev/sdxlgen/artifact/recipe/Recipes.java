package dev.sdxlgen.artifact.recipe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/** Recipes of images that nobody made. */
final class Recipes {

  private Recipes() {}

  static Recipe sdxl(String body) {
    return of("stability.stable-diffusion-xl", body, 4294967295L);
  }

  static Recipe of(String model, String body, Long seed) {
    return Recipe.of(
        "0.1.0",
        model,
        "us-east-1",
        Instant.parse("2026-11-23T04:05:06.789Z"),
        body.getBytes(StandardCharsets.UTF_8),
        seed,
        "SUCCESS",
        null);
  }

  static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
