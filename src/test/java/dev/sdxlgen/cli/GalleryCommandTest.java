package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sdxlgen.artifact.png.TextChunk;
import dev.sdxlgen.cli.Program.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sdxl-gen gallery}: from a folder to a page. */
class GalleryCommandTest extends EndToEnd {

  private String page(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private void images() {
    run("a person", "-n", "hat", "-s", "7", "--sampler", "DDIM", "-o", "out/a/one.png");
    run("a </script> person", "-s", "8", "-o", "out/two #2.png");
  }

  @Test
  void showsEveryImageOfAFolderAndBelowWithHowItWasMade() throws IOException {
    images();
    Run run = run("gallery", "out/");

    assertThat(run.err()).isEqualTo("sdxl-gen: 2 images in out/gallery.html\n");
    assertThat(run.out()).isEqualTo("out/gallery.html\n");
    assertThat(run.exitCode()).isZero();
    assertThat(page("out/gallery.html"))
        .contains("\"a/one.png\"", "\"two #2.png\"", "DDIM", "<title>out</title>")
        .contains("sdxl-gen ")
        .doesNotContain("a </script> person");
    assertThat(tree()).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void linksFromWhereThePageIs() throws IOException {
    images();
    assertThat(run("gallery", "out", "-o", "pages/all.html", "-q").err()).isEmpty();

    assertThat(page("pages/all.html")).contains("\"../out/a/one.png\"");
  }

  @Test
  void makesItsOwnPageAnewAndNobodyElses() throws IOException {
    images();
    run("gallery", "out", "--title", "First");
    Run again = run("gallery", "out", "--title", "Second & <last>");
    Files.writeString(folder.resolve("mine.html"), "mine");
    Run other = run("gallery", "out", "-o", "mine.html");

    assertThat(again.exitCode()).isZero();
    assertThat(page("out/gallery.html")).contains("<title>Second &amp; &lt;last&gt;</title>");
    assertFailed(
        other,
        7,
        "sdxl-gen: mine.html exists and is no gallery of ours\n"
            + "  -f replaces it; -o names another\n");
    assertThat(page("mine.html")).isEqualTo("mine");
    assertThat(run("gallery", "out", "-o", "mine.html", "-f").exitCode()).isZero();
  }

  @Test
  void tellsOfWhatItCannotReadAndShowsTheRest() throws IOException {
    images();
    Files.writeString(folder.resolve("out/broken.png"), "no picture");
    Files.write(folder.resolve("out/plain.png"), PICTURE);
    Run run = run("gallery", "out");

    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: broken.png can't be read: it is neither a PNG nor a JPEG\n"
                + "sdxl-gen: 3 images in out/gallery.html\n");
    assertThat(run.exitCode()).isZero();
    assertThat(page("out/gallery.html")).contains("no recipe");
  }

  @Test
  void showsAnImageWhoseRequestIsInNoFormatItKnows() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    Files.write(folder.resolve("out/later.png"), PICTURE);
    Files.writeString(
        folder.resolve("out/later.png.json"),
        "{\"schema\":1,\"version\":\"9.0\",\"model\":\"a.b\",\"time\":\"2026-01-01T00:00:00Z\","
            + "\"request\":{\"words\":\"a dog\"}}");
    Run run = run("gallery", "out");

    assertThat(run.err()).isEqualTo("sdxl-gen: 1 image in out/gallery.html\n");
    assertThat(page("out/gallery.html"))
        .contains("\"model\":\"a.b\"", "[\"words\",\"\\\"a dog\\\"\"]");
  }

  @Test
  void showsTheWebUisModelAsTheModel() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    var png = new ByteArrayOutputStream();
    png.write(PICTURE, 0, 33);
    TextChunk.write(
        png,
        "parameters",
        "a dog\nSteps: 20, Sampler: Euler, Seed: 3, Model: sd_xl_base_1.0, Clip skip: 2");
    png.write(PICTURE, 33, PICTURE.length - 33);
    Files.write(folder.resolve("out/dog.png"), png.toByteArray());
    run("gallery", "out");

    assertThat(page("out/gallery.html"))
        .contains("\"model\":\"sd_xl_base_1.0\"", "[\"Clip skip\",\"2\"]")
        .doesNotContain("[\"Model\",");
  }

  @Test
  void showsAnImageWhoseRecipeIsBroken() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    Files.write(folder.resolve("out/plain.png"), PICTURE);
    Files.writeString(folder.resolve("out/plain.png.json"), "{\"schema\":1,");
    Run run = run("gallery", "out");

    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: how plain.png was made can't be read: plain.png.json: the recipe isn't JSON\n"
                + "sdxl-gen: 1 image in out/gallery.html\n");
    assertThat(run.exitCode()).isZero();
    assertThat(page("out/gallery.html"))
        .contains("\"plain.png\"", "\"note\":\"plain.png.json: the recipe isn't JSON\"");
  }

  @Test
  void passesOverAFolderThatItMayNotRead() throws IOException {
    images();
    Path secret = Files.createDirectory(folder.resolve("out/secret"));
    Files.setPosixFilePermissions(secret, Set.of());
    assumeFalse(Files.isReadable(secret), "root reads everything");
    Run run = run("gallery", "out");

    assertThat(run.err())
        .isEqualTo(
            "sdxl-gen: secret can't be read: permission denied\n"
                + "sdxl-gen: 2 images in out/gallery.html\n");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void writesThePageToStdoutWithLinksFromHere() throws IOException {
    images();
    Run run = run("gallery", "out", "-o", "-");

    assertThat(run.out()).startsWith("<!doctype html>").contains("\"out/a/one.png\"");
    assertThat(run.err()).isEqualTo("sdxl-gen: 2 images in the page\n");
    assertThat(tree()).doesNotContain("-", "out/gallery.html");
  }

  @Test
  void refusesToPutThePageOnATerminalOrToOpenWhatIsNoFile() throws IOException {
    images();
    assertFailed(
        program().onATerminal().run("gallery", "out", "-o", "-"),
        2,
        "sdxl-gen: the page would go to the terminal\n"
            + "  Redirect it: sdxl-gen gallery … -o - > gallery.html\n");
    assertFailed(
        run("gallery", "out", "-o", "-", "--open"),
        2,
        "sdxl-gen: --open opens a file, and -o - makes none\n  Name a file with -o\n");
  }

  @Test
  void countsWhatItDoesNotTell() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    for (int i = 0; i < 25; i++) {
      Files.write(folder.resolve("out/" + i + ".png"), new byte[] {1});
    }
    Run run = run("gallery", "out");

    assertThat(run.err().lines()).hasSize(22);
    assertThat(run.err()).contains("sdxl-gen: and 5 more that can't be read\n", "0 images");
  }

  @Test
  void doesNotFollowLinksRoundInACircle() throws IOException {
    images();
    Files.createSymbolicLink(folder.resolve("out/a/back"), Path.of(".."));

    assertThat(run("gallery", "out").err()).isEqualTo("sdxl-gen: 2 images in out/gallery.html\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gallery|sdxl-gen gallery takes one folder",
        "gallery a b|sdxl-gen gallery takes one folder, not 2",
        "gallery nowhere|nowhere isn't there",
        "gallery file|file is not a folder",
        "gallery --nope|--nope is not an option",
      })
  void refuses(String line, String message) throws IOException {
    Files.writeString(folder.resolve("file"), "");
    Run run = run(line.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("sdxl-gen: " + message + "\n");
    assertThat(tree()).containsExactly("file");
  }

  @Test
  void leavesNothingWhereThePageCannotBeWritten() throws IOException {
    images();
    Files.writeString(folder.resolve("file"), "");
    Run run = run("gallery", "out", "-o", "file/page.html");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.err())
        .isEqualTo(
            """
            sdxl-gen: file/page.html can't be written: there is a file of that name
              Choose another place with -o
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gallery   | sdxl-gen gallery takes one folder\\n  For example: sdxl-gen gallery out/"
            + "\\n  To draw a picture of it: sdxl-gen -- gallery",
        "gallery,a,b | sdxl-gen gallery takes one folder, not 2\\n  For example: sdxl-gen gallery"
            + " out/\\n  To draw a picture of it: sdxl-gen \"gallery a b\"",
        "gallery,, | '' is no folder\\n  Name a folder with images in it: . for this one",
      })
  void refusesWhatIsNotOneFolder(String words, String message) throws IOException {
    assertRefused(
        run(words.endsWith(",,") ? new String[] {"gallery", ""} : words.split(",")),
        2,
        "sdxl-gen: " + message.replace("\\n", "\n") + "\n");
  }

  @Test
  void explainsItself() {
    Run run = run("gallery", "-h");

    assertThat(run.out()).startsWith("Usage: sdxl-gen gallery [OPTIONS] DIR\n");
    assertThat(new String(run.outBytes(), UTF_8).lines()).allMatch(line -> line.length() <= 90);
  }
}
