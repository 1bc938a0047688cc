package dev.sdxlgen.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a place in S3, and what is said of what doesn't. */
class S3LocationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"s3:", "s3:/x", "s3:x", "s3:/bucket/out.png", "S3://bucket/out.png", "s3:\\x"})
  void whatIsNoUrlSaysWhatOneIs(String typed) {
    InvalidRequest failure = refused(typed);
    assertThat(failure).hasMessage("'" + typed + "' is not an S3 URL");
    assertThat(failure.advice())
        .isEqualTo("For example: s3://bucket/folder/out.png; or ./" + typed + " for a file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ab",
        "My-Bucket",
        "my_bucket",
        "-bucket",
        "bucket-",
        "my..bucket",
        "192.168.5.4",
        "bücket",
        "a b",
        "arn:aws:s3:us-west-2:111122223333:accesspoint"
      })
  void aBucketThatCantBeIsRefused(String bucket) {
    String typed = "s3://" + bucket + "/out.png";
    InvalidRequest failure = refused(typed);
    assertThat(failure).hasMessage(typed + ": '" + bucket + "' can't be a bucket's name");
    assertThat(failure.advice())
        .isEqualTo(
            "It has 3 to 63 lower-case letters, digits, dots and hyphens:"
                + " s3://bucket/folder/out.png");
  }

  @Test
  void aControlCharacterIsRefusedAndNotShown() {
    InvalidRequest failure = refused("s3://bucket/a\u001b[31m.png");
    assertThat(failure).hasMessage("s3://bucket/a?[31m.png holds a control character");
  }

  @Test
  void aKeyOfMoreThan1024BytesIsTooLong() {
    assertThat(S3Location.parse("s3://bucket/" + "é".repeat(512)).key()).hasSize(512);
    OutputFailed failure =
        catchThrowableOfType(
            OutputFailed.class, () -> S3Location.parse("s3://bucket/" + "é".repeat(513)));
    assertThat(failure).hasMessage("s3://bucket/" + "é".repeat(40) + "… is too long a name for S3");
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket, '', true, s3://bucket/",
    "s3://bucket/, '', true, s3://bucket/",
    "s3://bucket/out.png, out.png, false, s3://bucket/out.png",
    "s3://my.bucket-1/a/b/, a/b/, true, s3://my.bucket-1/a/b/",
    // Nothing is decoded and nothing is tidied up: these are all names of their own.
    "s3://bucket//a/../b?c#d%20e, /a/../b?c#d%20e, false, s3://bucket//a/../b?c#d%20e"
  })
  void theKeyIsWhatIsBehindTheBucket(String typed, String key, boolean folder, String url) {
    S3Location location = S3Location.parse(typed);
    assertThat(location.key()).isEqualTo(key);
    assertThat(location.isFolder()).isEqualTo(folder);
    assertThat(location).hasToString(url);
  }

  @Test
  void aNumberGoesBeforeTheExtension() {
    assertThat(S3Location.parse("s3://bucket/a.b/c.png").numbered(2))
        .hasToString("s3://bucket/a.b/c-2.png");
    assertThat(S3Location.parse("s3://bucket/a.b/c").numbered(2))
        .hasToString("s3://bucket/a.b/c-2");
  }

  @Test
  void aChildIsInTheFolder() {
    assertThat(S3Location.parse("s3://bucket").child("a.png")).hasToString("s3://bucket/a.png");
    assertThat(S3Location.parse("s3://bucket/a/").child("b/c")).hasToString("s3://bucket/a/b/c");
    assertThat(S3Location.parse("s3://bucket/a").child("b")).hasToString("s3://bucket/a/b");
  }

  @Test
  void theLocalNameIsSafeAndAnotherForEachPlace() {
    String name = S3Location.parse("s3://bucket/a/../Ünder here/").localName();
    assertThat(name).matches("bucket-a-..-nder-here-[0-9a-f]{12}");
    assertThat(S3Location.parse("s3://bucket/a/b/").localName())
        .isNotEqualTo(S3Location.parse("s3://bucket/a-b/").localName());
    assertThat(S3Location.parse("s3://bucket/" + "long/".repeat(50)).localName())
        .hasSizeLessThan(60);
  }

  private static InvalidRequest refused(String typed) {
    InvalidRequest failure =
        catchThrowableOfType(InvalidRequest.class, () -> S3Location.parse(typed));
    assertThat(failure).as(typed).isNotNull();
    return failure;
  }
}
