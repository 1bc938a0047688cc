package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** An answer that was paid for, in the file that the message names. */
record Kept(Path file, byte[] bytes) {

  private static final String BEFORE = "Bedrock's answer is kept in ";

  /** Reads the file; one outside of the test's own folder is removed. */
  static Kept in(Run run) throws IOException {
    return in(run, null);
  }

  /** Reads the file, which is expected in {@code folder}. */
  static Kept in(Run run, Path folder) throws IOException {
    int start = run.err().indexOf(BEFORE);
    assertThat(start).as("%s is said in: %s", BEFORE, run.err()).isNotNegative();
    start += BEFORE.length();
    Path file = Path.of(run.err().substring(start, run.err().indexOf('\n', start)));
    byte[] bytes = Files.readAllBytes(file);
    if (folder == null) {
      Files.delete(file);
    } else {
      assertThat(file.getParent()).isEqualTo(folder);
    }
    return new Kept(file, bytes);
  }

  /** It is an answer of SDXL that holds this picture. */
  void assertImage(byte[] picture) {
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains("\"base64\":\"" + Base64.getEncoder().encodeToString(picture) + "\"");
  }
}
