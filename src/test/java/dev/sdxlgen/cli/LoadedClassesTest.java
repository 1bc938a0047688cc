package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.mock.MockOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each class costs time before the first byte goes out: what isn't asked for isn't loaded. */
class LoadedClassesTest {

  @TempDir Path folder;

  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "AWS_ACCESS_KEY_ID", "test",
              "AWS_SECRET_ACCESS_KEY", "test",
              "AWS_REGION", "us-east-1"));

  @Test
  void anImageThatGoesToAFileLoadsNothingOfS3() throws IOException, InterruptedException {
    assertLoadsNothingOfS3("a person", "-o", "out.png");
  }

  @Test
  void imagesThatGoToAFolderLoadNothingOfS3() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("p.jsonl"), "{\"id\":\"out\",\"prompt\":\"a person\"}\n");

    assertLoadsNothingOfS3("batch", "p.jsonl", "-o", ".");
  }

  /** Java 25 works out high powers of five for it, 18 ms. */
  @Test
  void anImageOfUsualWeightsNeedsNoBigDecimal() throws IOException, InterruptedException {
    assertThat(initialized("a person", "-n", "hat", "--steps", "30", "-s", "7", "-o", "out.png"))
        .anyMatch(line -> line.contains("'dev/sdxlgen/artifact/recipe/Parameters'"))
        .noneMatch(line -> line.contains("'java/math/BigDecimal'"));
  }

  /** It has a hundred classes, 3 ms. */
  @Test
  void anImageNeedsNothingOfJacksonButItsWords() throws IOException, InterruptedException {
    assertThat(initialized("a \"person\"", "-n", "hat, scarf", "-o", "out.png"))
        .anyMatch(line -> line.contains("'dev/sdxlgen/json/JsonWriter'"))
        .noneMatch(line -> line.matches(".*'com/fasterxml/jackson/(?!core/JsonToken').*"));
  }

  /** The SDK's ways to find a token, and to try again, have 80 classes. */
  @Test
  void aSignedCallLooksForNoTokenAndForNoSecondAttempt() throws IOException, InterruptedException {
    assertThat(initialized("a person", "-o", "out.png"))
        .anyMatch(line -> line.contains("'dev/sdxlgen/bedrock/NoRetries'"))
        .noneMatch(
            line ->
                line.matches(
                    ".*'software/amazon/awssdk/(auth/token/credentials/SdkTokenProviderChain|retries/internal/).*"));
  }

  /** It would read profiles and ask for an instance's role, as the client is closed. */
  @Test
  void aCallWithAnApiKeyLooksForNoOtherCredentials() throws IOException, InterruptedException {
    environment.put("AWS_ACCESS_KEY_ID", "");
    environment.put("AWS_SECRET_ACCESS_KEY", "");
    environment.put("AWS_BEARER_TOKEN_BEDROCK", "test");

    assertThat(initialized("a person", "-o", "out.png"))
        .anyMatch(line -> line.contains("/auth/token/credentials/StaticTokenProvider'"))
        .noneMatch(
            line -> line.matches(".*/auth/credentials/(Default|Profile|Instance|Container).*"));
  }

  /** What is initialized for an image of a Bedrock elsewhere: a mock of its own needs more. */
  private List<String> initialized(String... args) throws IOException, InterruptedException {
    try (MockBedrock bedrock = MockBedrock.start(MockOptions.DEFAULT)) {
      return log("class+init", with(args, "--endpoint-url", bedrock.endpoint().toString()));
    }
  }

  private void assertLoadsNothingOfS3(String... args) throws IOException, InterruptedException {
    List<String> loaded = log("class+load", with(args, "--mock"));
    assertThat(loaded).anyMatch(line -> line.contains(" dev.sdxlgen.cli.OutputOptions "));
    assertThat(loaded)
        .noneMatch(
            line ->
                line.contains(" dev.sdxlgen.store.")
                    || line.contains(" dev.sdxlgen.cli.S3Output ")
                    || line.contains(" dev.sdxlgen.cli.BatchUpload ")
                    || line.contains(" software.amazon.awssdk.services.s3."));
  }

  private static List<String> with(String[] args, String... more) {
    return Stream.of(args, more).flatMap(Stream::of).toList();
  }

  /** What a JVM tells of its classes while it makes an image. */
  private List<String> log(String tag, List<String> args) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:" + tag + ":file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sdxlgen.Main"));
    command.addAll(args);
    command.add("-q");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .matches("(\\./)?out\\.png\n");
    assertThat(process.waitFor()).isZero();

    return Files.readAllLines(log);
  }
}
