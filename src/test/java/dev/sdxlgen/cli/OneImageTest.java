package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.ImageHeader;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.mock.MockBedrock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneImageTest {

  @TempDir Path folder;
  private MockBedrock bedrock;

  @BeforeEach
  void start() {
    bedrock = MockBedrock.start();
  }

  @AfterEach
  void stop() {
    bedrock.close();
  }

  @Test
  void sendsTheNotebooksBodyToTheByteAndPrintsJustThePath() throws IOException {
    Run run = Program.in(folder).against(bedrock).run("a person", "-n", "hat", "-o", "out.png");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("out.png\n");
    assertThat(run.exitCode()).isZero();
    assertThat(bedrock.requests()).hasSize(1);
    assertThat(new String(bedrock.requests().get(0).body(), UTF_8))
        .isEqualTo(
            "{\"text_prompts\":[{\"text\":\"a person\"},{\"text\":\"hat\",\"weight\":-1.0}]}");
    byte[] image = Files.readAllBytes(folder.resolve("out.png"));
    assertThat(ImageHeader.read(new ByteArrayInputStream(image)))
        .isEqualTo(new ImageHeader(ImageHeader.Format.PNG, 1024, 1024));
    assertThat(filesIn(folder)).containsExactly("out.png");
  }

  @Test
  void sendsEveryParameterOnceInTheNotebooksOrder() {
    Run run =
        Program.in(folder)
            .against(bedrock)
            .run(
                "a person",
                "-W",
                "1344",
                "-H",
                "768",
                "--sampler",
                "k_euler",
                "--steps",
                "30",
                "--clip-guidance-preset",
                "fast_blue",
                "--style-preset",
                "Photographic",
                "--seed",
                "42",
                "--cfg-scale",
                "7.0",
                "-n",
                "hat::0.5",
                "-p",
                "smiling::1.3");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("a-person-42.png\n");
    assertThat(new String(bedrock.requests().get(0).body(), UTF_8))
        .isEqualTo(
            "{\"text_prompts\":[{\"text\":\"a person\"},{\"text\":\"smiling\",\"weight\":1.3},"
                + "{\"text\":\"hat\",\"weight\":-0.5}],\"cfg_scale\":7.0,\"seed\":42,\"steps\":30,"
                + "\"style_preset\":\"photographic\",\"clip_guidance_preset\":\"FAST_BLUE\","
                + "\"sampler\":\"K_EULER\",\"width\":1344,\"height\":768}");
  }

  private static Stream<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
