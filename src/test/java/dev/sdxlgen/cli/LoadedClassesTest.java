package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each class costs time before the first byte goes out: what isn't asked for isn't loaded. */
class LoadedClassesTest {

  @TempDir Path folder;

  @Test
  void anImageThatGoesToAFileLoadsNothingOfS3() throws IOException, InterruptedException {
    assertLoadsNothingOfS3("a person", "-o", "out.png");
  }

  @Test
  void imagesThatGoToAFolderLoadNothingOfS3() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("p.jsonl"), "{\"id\":\"out\",\"prompt\":\"a person\"}\n");

    assertLoadsNothingOfS3("batch", "p.jsonl", "-o", ".");
  }

  private void assertLoadsNothingOfS3(String... args) throws IOException, InterruptedException {
    Path classes = folder.resolve("classes");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load:file=" + classes,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sdxlgen.Main"));
    command.addAll(List.of(args));
    command.addAll(List.of("--mock", "-q"));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .matches("(\\./)?out\\.png\n");
    assertThat(process.waitFor()).isZero();

    List<String> loaded = Files.readAllLines(classes);
    assertThat(loaded).anyMatch(line -> line.contains(" dev.sdxlgen.cli.OutputOptions "));
    assertThat(loaded)
        .noneMatch(
            line ->
                line.contains(" dev.sdxlgen.store.")
                    || line.contains(" dev.sdxlgen.cli.S3Output ")
                    || line.contains(" dev.sdxlgen.cli.BatchUpload ")
                    || line.contains(" software.amazon.awssdk.services.s3."));
  }
}
