package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.artifact.recipe.RecipeChunks;
import dev.sdxlgen.cli.Program.Run;
import dev.sdxlgen.store.Moto;
import dev.sdxlgen.store.S3Location;
import dev.sdxlgen.store.S3Store;
import dev.sdxlgen.store.StubS3;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code -o s3://bucket/key} against a server that others wrote. */
class S3OutputIT extends EndToEnd {

  private static final String URL = "s3://program-pictures/a b/out.png";

  private static Moto moto;

  @BeforeAll
  static void startMoto() throws IOException {
    moto = Moto.start();
    moto.makeBucket("program-pictures");
  }

  @AfterAll
  static void stopMoto() {
    if (moto != null) {
      moto.close();
    }
  }

  private Program toMoto() {
    return program()
        .with("AWS_ENDPOINT_URL_S3", moto.endpoint().toString())
        .with("XDG_CACHE_HOME", folder.resolve("cache").toString());
  }

  @Test
  void anImageGoesThereOnce() throws IOException {
    assertPrinted(toMoto().run("a person", "-o", URL, "--sidecar"), URL + "\n");

    try (S3Store store = S3Store.connect(StubS3.settings(moto.endpoint()));
        InputStream in = store.open(S3Location.parse(URL))) {
      assertThat(RecipeChunks.strip(in.readAllBytes())).isEqualTo(PICTURE);
      assertThat(store.find(S3Location.parse(URL + ".json"))).isNotNull();
    }
    assertThat(tree()).allMatch(path -> path.endsWith("/"));

    assertFailed(
        toMoto().run("a person", "-o", URL),
        7,
        """
        sdxl-gen: s3://program-pictures/a b/out.png exists
          -f replaces it; --if-exists skip leaves it as it is
        """);
    assertPrinted(toMoto().run("a person", "-o", URL, "--if-exists", "skip"), URL + "\n");
    assertThat(bedrock.requests()).hasSize(1);
    assertPrinted(toMoto().run("a person", "-o", URL, "-f"), URL + "\n");
    assertThat(bedrock.requests()).hasSize(2);
  }

  @Test
  void aBatchGoesThereOnceFromWhicheverMachine() throws IOException {
    String url = "s3://program-pictures/a batch/";
    Files.writeString(folder.resolve("p.txt"), "a hat\na cat\nüber\n");
    toMoto().run("batch", "p.txt", "-o", url, "--state", "one", "--limit", "2");

    Run other = toMoto().run("batch", "p.txt", "-o", url, "--state", "two");

    assertThat(other.err()).contains("3 of 3 images are in s3://program-pictures/a batch/: 1 made");
    assertThat(other.err()).contains(", 2 done before\n");
    assertThat(other.exitCode()).isZero();
    assertThat(bedrock.requests()).hasSize(3);
    assertThat(toMoto().run("batch", "status", url).out()).startsWith("done        3 of 3, ");

    Run again =
        toMoto().run("batch", url + "manifest.jsonl", "-o", url, "--format", "txt", "--dry-run");
    assertThat(again.out()).startsWith("5 images to make\n");
  }
}
