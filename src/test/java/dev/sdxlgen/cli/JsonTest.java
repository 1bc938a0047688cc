package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.Answer;
import dev.sdxlgen.mock.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class JsonTest extends EndToEnd {

  private static final String HAT =
      "{\"text_prompts\":[{\"text\":\"a person\"},{\"text\":\"hat\",\"weight\":-1.0}]}";

  private static String sha256() throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(PICTURE));
  }

  private static String withoutTime(String json) {
    assertThat(json).containsPattern("\"elapsed_ms\":\\d+,");
    return json.replaceAll("\"elapsed_ms\":\\d+", "\"elapsed_ms\":MS");
  }

  private static String made(String file, String seed, String reason, int attempts, String body)
      throws GeneralSecurityException {
    return "{\"file\":\""
        + file
        + "\",\"seed\":"
        + seed
        + ",\"finish_reason\":"
        + reason
        + ",\"model\":\"stability.stable-diffusion-xl\",\"width\":3,\"height\":2,\"bytes\":"
        + PICTURE.length
        + ",\"sha256\":\""
        + sha256()
        + "\",\"elapsed_ms\":MS,\"attempts\":"
        + attempts
        + ",\"request\":"
        + body
        + "}\n";
  }

  @Test
  void tellsAllAboutTheImageOnOneLine() throws GeneralSecurityException {
    bedrock.enqueue(picture(12));

    Run run = run("a person", "-n", "hat", "-o", "out.png", "--json", "--no-metadata");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(withoutTime(run.out())).isEqualTo(made("out.png", "12", "\"SUCCESS\"", 1, HAT));
  }

  @Test
  void countsTheAttempts() throws GeneralSecurityException {
    bedrock.enqueue(Answer.of(Fault.THROTTLE));
    bedrock.enqueue(picture(12));

    Run run = run("a person", "-n", "hat", "-o", "out.png", "--json", "--no-metadata");

    assertThat(withoutTime(run.out())).isEqualTo(made("out.png", "12", "\"SUCCESS\"", 2, HAT));
  }

  @Test
  void tellsOfAFilteredImageThatIsKept() throws GeneralSecurityException {
    bedrock.enqueue(Answer.image(PICTURE, 12, "CONTENT_FILTERED"));

    Run run =
        run("a person", "-n", "hat", "-o", "out.png", "--json", "--no-metadata", "--keep-filtered");

    assertThat(run.err()).isEqualTo("sdxl-gen: the model filtered this image and blurred it\n");
    assertThat(withoutTime(run.out()))
        .isEqualTo(made("out.png", "12", "\"CONTENT_FILTERED\"", 1, HAT));
  }

  @Test
  void saysNullForWhatTheAnswerDidNotSay() throws GeneralSecurityException {
    bedrock.enqueue(
        Answer.json(
            200,
            "{\"artifacts\":[{\"base64\":\""
                + Base64.getEncoder().encodeToString(PICTURE)
                + "\"}]}"));

    Run run = run("a person", "-n", "hat", "-o", "out.png", "--json", "--no-metadata");

    assertThat(withoutTime(run.out())).isEqualTo(made("out.png", "null", "null", 1, HAT));
  }

  @Test
  void writesUnicodeAsItIs() throws GeneralSecurityException {
    Run run = run("a person 🧢", "-s", "7", "-o", "out.png", "--json", "--no-metadata");

    assertThat(withoutTime(run.out()))
        .isEqualTo(
            made(
                "out.png",
                "7",
                "\"SUCCESS\"",
                1,
                "{\"text_prompts\":[{\"text\":\"a person 🧢\"}],\"seed\":7}"));
  }

  @Test
  void printsALineForEachImage() throws GeneralSecurityException {
    bedrock.enqueue(Answer.image(PICTURE, 1, "CONTENT_FILTERED"));
    bedrock.enqueue(picture(2));

    Run run =
        run("a person", "-n", "hat", "-o", "out.png", "--json", "--no-metadata", "--count", "2");

    assertThat(withoutTime(run.out()))
        .isEqualTo(
            "{\"error\":\"the model filtered the image (seed 1)\",\"exit_code\":4,"
                + "\"model\":\"stability.stable-diffusion-xl\",\"request\":"
                + HAT
                + "}\n"
                + made("out-2.png", "2", "\"SUCCESS\"", 1, HAT));
    assertThat(run.exitCode()).isEqualTo(8);
  }

  @Test
  void tellsOfAnImageThatFailed() {
    bedrock.enqueue(Answer.of(Fault.EOL));

    Run run = run("a person", "-n", "hat", "-o", "out.png", "--json", "--no-metadata");

    assertThat(run.out())
        .isEqualTo(
            "{\"error\":\"stability.stable-diffusion-xl is retired: This model version has reached"
                + " the end of its life. Please refer to the AWS documentation for more details.\","
                + "\"exit_code\":9,\"model\":\"stability.stable-diffusion-xl\",\"request\":"
                + HAT
                + "}\n");
    assertThat(run.err()).startsWith("sdxl-gen: stability.stable-diffusion-xl is retired: ");
    assertThat(run.exitCode()).isEqualTo(9);
  }

  @Test
  void tellsOfAnImageThatWasThere() throws IOException {
    Files.writeString(folder.resolve("out.png"), "precious");

    assertPrinted(
        run(
            "a person",
            "-n",
            "hat",
            "-o",
            "out.png",
            "--json",
            "--no-metadata",
            "--if-exists",
            "skip"),
        "{\"file\":\"out.png\",\"skipped\":true,\"model\":\"stability.stable-diffusion-xl\","
            + "\"request\":"
            + HAT
            + "}\n");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void knowsTheDigestOfWhatWentThroughADevice() throws GeneralSecurityException {
    bedrock.enqueue(picture(12));

    Run run = run("a person", "-n", "hat", "-o", "/dev/null", "--json", "--no-metadata");

    assertThat(withoutTime(run.out())).isEqualTo(made("/dev/null", "12", "\"SUCCESS\"", 1, HAT));
  }

  @Test
  void refusesJsonAndTheImageOnStdoutAtOnce() throws IOException {
    assertRefused(
        run("a person", "-o", "-", "--json", "--no-metadata"),
        2,
        """
        sdxl-gen: --json and -o - both want stdout
          Name a file with -o to get the JSON on stdout
        """);
  }

  @Test
  void tellsOfAStdoutThatCannotBeWritten() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    assertFailed(
        program().stdoutTo(full).run("a person", "-o", "out.png", "--json", "--no-metadata"),
        7,
        """
        sdxl-gen: stdout can't be written
          Is its disk full, or its reader gone?
        """);
    assertThat(sent(folder.resolve("out.png"))).isEqualTo(PICTURE);
  }
}
