package dev.sdxlgen.store;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A place in S3: {@code s3://bucket/key}, as the AWS CLI writes it. Nothing in it is URL-encoded.
 *
 * @param key empty, or with {@code /} at its end, when it is a folder; at most 1024 bytes of UTF-8
 */
public record S3Location(String bucket, String key) {

  private static final String SCHEME = "s3://";

  /** Amazon S3 User Guide, Naming Amazon S3 objects. */
  private static final int MOST_KEY_BYTES = 1024;

  private static final int MOST_NAME = 40;
  private static final int DIGITS = 12;

  /** Amazon S3 User Guide, General purpose bucket naming rules. */
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

  /**
   * @throws OutputFailed when the key is longer than S3 takes
   */
  public S3Location {
    if (key.getBytes(StandardCharsets.UTF_8).length > MOST_KEY_BYTES) {
      throw new OutputFailed(
          SCHEME + bucket + "/" + key.substring(0, MOST_NAME) + "… is too long a name for S3",
          "A key has at most " + MOST_KEY_BYTES + " bytes: give it a shorter one",
          null);
    }
  }

  /**
   * @throws InvalidRequest when it isn't {@code s3://bucket/key}, or no bucket can have that name
   */
  public static S3Location parse(String typed) {
    if (!typed.startsWith(SCHEME)) {
      throw new InvalidRequest(
          "'" + shown(typed) + "' is not an S3 URL",
          "For example: s3://bucket/folder/out.png; or ./" + shown(typed) + " for a file");
    }
    int slash = typed.indexOf('/', SCHEME.length());
    String bucket = typed.substring(SCHEME.length(), slash < 0 ? typed.length() : slash);
    boolean named =
        BUCKET.matcher(bucket).matches()
            && !bucket.contains("..")
            && !ADDRESS.matcher(bucket).matches();
    if (!named) {
      throw new InvalidRequest(
          shown(typed) + ": '" + shown(bucket) + "' can't be a bucket's name",
          "It has 3 to 63 lower-case letters, digits, dots and hyphens: s3://bucket/folder/out.png");
    }
    String key = slash < 0 ? "" : typed.substring(slash + 1);
    if (key.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidRequest(
          shown(typed) + " holds a control character", "Name it in letters that can be seen");
    }
    return new S3Location(bucket, key);
  }

  private static String shown(String typed) {
    return typed.replaceAll("\\p{Cntrl}", "?");
  }

  /** Whether it is a place for several files. */
  public boolean isFolder() {
    return key.isEmpty() || key.endsWith("/");
  }

  /** The same as a folder. */
  public S3Location folder() {
    return isFolder() ? this : new S3Location(bucket, key + "/");
  }

  /** A file in this folder, or in one below it. */
  public S3Location child(String name) {
    return new S3Location(bucket, folder().key + name);
  }

  /** The same with a number behind the file's name: {@code out-1.png}. */
  public S3Location numbered(long number) {
    String name = fileName();
    int dot = name.lastIndexOf('.');
    int at = key.length() - (dot > 0 ? name.length() - dot : 0);
    return new S3Location(bucket, key.substring(0, at) + "-" + number + key.substring(at));
  }

  /** The key's part behind its last slash; empty for a folder. */
  public String fileName() {
    return key.substring(key.lastIndexOf('/') + 1);
  }

  /**
   * A name for a folder of this machine that belongs to this place alone: readable at its start,
   * and a hash of the URL.
   */
  public String localName() {
    String text = (bucket + "-" + key).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-");
    String start = text.substring(0, Math.min(text.length(), MOST_NAME)).replaceAll("[-.]+$", "");
    byte[] hash = Sha256.start().digest(toString().getBytes(StandardCharsets.UTF_8));
    return start + "-" + HexFormat.of().formatHex(hash).substring(0, DIGITS);
  }

  /** The URL. */
  @Override
  public String toString() {
    return SCHEME + bucket + "/" + key;
  }
}
