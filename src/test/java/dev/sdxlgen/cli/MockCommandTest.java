package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MockCommandTest extends EndToEnd {

  /** {@code sdxl-gen mock} on a thread of its own, until it is stopped. */
  private static final class Running implements AutoCloseable {

    final URI endpoint;
    final List<String> announcement = new ArrayList<>();
    private final Thread thread;
    private final AtomicReference<Run> end = new AtomicReference<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    Running(Path folder, String... options) throws IOException {
      String[] command = new String[options.length + 1];
      command[0] = "mock";
      System.arraycopy(options, 0, command, 1, options.length);
      var out = new PipedOutputStream();
      var lines =
          new BufferedReader(
              new InputStreamReader(new PipedInputStream(out), StandardCharsets.UTF_8));
      Program program = Program.in(folder).stdoutTo(out).stderrTo(err);
      thread =
          new Thread(
              () -> {
                end.set(program.run(command));
                closeQuietly(out);
              },
              "sdxl-gen mock");
      thread.start();
      for (String line; (line = lines.readLine()) != null; ) {
        announcement.add(line);
        if (line.startsWith("export AWS_REGION=")) {
          break;
        }
      }
      endpoint = announcement.isEmpty() ? null : URI.create(announcement.get(0));
    }

    private static void closeQuietly(OutputStream out) {
      try {
        out.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    int stop() throws InterruptedException {
      thread.interrupt();
      thread.join();
      return end.get().exitCode();
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }

  @Test
  void announcesItsAddressAndHowToUseIt() throws Exception {
    try (Running mock = new Running(folder)) {
      String url = mock.endpoint.toString();
      assertThat(url).matches("http://127\\.0\\.0\\.1:\\d+");
      assertThat(mock.announcement)
          .containsExactly(
              url,
              "export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=" + url,
              "export AWS_ENDPOINT_URL_BEDROCK=" + url,
              "export AWS_ACCESS_KEY_ID=mock",
              "export AWS_SECRET_ACCESS_KEY=mock",
              "export AWS_DEFAULT_REGION=us-east-1",
              "export AWS_REGION=us-east-1");
      assertThat(mock.stop()).isZero();
      assertThat(mock.err()).isEmpty();
    }
  }

  @Test
  void drawsForAProgramThatDoesWhatItSays() throws Exception {
    try (Running mock = new Running(folder)) {
      Program program = Program.in(folder);
      for (String line : mock.announcement.subList(1, mock.announcement.size())) {
        String[] variable = line.substring("export ".length()).split("=", 2);
        program.with(variable[0], variable[1]);
      }

      assertPrinted(program.run("a person", "-s", "7", "-n", "hat", "-o", "out.png"), "out.png\n");

      assertThat(mock.stop()).isZero();
      assertThat(mock.err())
          .matches("POST /model/stability\\.stable-diffusion-xl/invoke 200 \\d+ ms\n");
      assertThat(folder.resolve("out.png")).isNotEmptyFile();
    }
  }

  @Test
  void remembersTheRequestsForAssertions() throws Exception {
    Files.write(folder.resolve("tiny.png"), PICTURE);
    try (Running mock = new Running(folder, "--picture", "tiny.png")) {
      Program.in(folder).against(mock.endpoint).run("a person", "-o", "1.png");
      Program.in(folder).against(mock.endpoint).run("a person", "-n", "hat", "-o", "2.png");

      URI requests = mock.endpoint.resolve("/_mock/requests");
      HttpClient http = HttpClient.newHttpClient();
      assertThat(
              http.send(HttpRequest.newBuilder(requests).build(), BodyHandlers.ofString()).body())
          .isEqualTo(
              """
              [{"text_prompts":[{"text":"a person"}]},
              {"text_prompts":[{"text":"a person"},{"text":"hat","weight":-1.0}]}]
              """);
      http.send(HttpRequest.newBuilder(requests).DELETE().build(), BodyHandlers.discarding());
      assertThat(
              http.send(HttpRequest.newBuilder(requests).build(), BodyHandlers.ofString()).body())
          .isEqualTo("[]\n");
    }
  }

  @Test
  void playsTheScriptAndThenAllIsWell() throws Exception {
    Files.write(folder.resolve("tiny.png"), PICTURE);
    try (Running mock =
        new Running(
            folder, "--script", "throttle,EOL", "--picture", "tiny.png", "--latency", "1")) {
      Program program = Program.in(folder).against(mock.endpoint);

      assertThat(program.run("a person", "-o", "out.png").exitCode()).isEqualTo(9);
      assertPrinted(program.run("a person", "-o", "out.png"), "out.png\n");

      assertThat(sent(folder.resolve("out.png"))).isEqualTo(PICTURE);
      assertThat(mock.stop()).isZero();
      assertThat(mock.err().lines())
          .satisfiesExactly(
              line -> assertThat(line).matches("POST \\S+ 429 \\d+ ms throttle"),
              line -> assertThat(line).matches("POST \\S+ 404 \\d+ ms eol"),
              line -> assertThat(line).matches("POST \\S+ 200 \\d+ ms"));
    }
  }

  @Test
  void playsFaultsByTheirRate() throws Exception {
    try (Running mock = new Running(folder, "--fault", "filtered=0,quota=1", "--seed", "1", "-q")) {
      Run run = Program.in(folder).against(mock.endpoint).run("hi", "--max-attempts", "2");

      assertThat(run.exitCode()).isEqualTo(5);
      assertThat(mock.stop()).isZero();
      assertThat(mock.err()).isEmpty();
    }
  }

  @Test
  void throttlesWhatIsBeyondTheQuota() throws Exception {
    Files.write(folder.resolve("tiny.png"), PICTURE);
    try (Running mock =
        new Running(folder, "--quota", "1/h", "--burst", "1", "--picture", "tiny.png")) {
      Program program = Program.in(folder).against(mock.endpoint);

      assertPrinted(program.run("a person", "-o", "1.png", "--max-attempts", "1"), "1.png\n");
      Run run = program.run("a person", "-o", "2.png", "--max-attempts", "1");

      assertThat(run.exitCode()).isEqualTo(5);
      assertThat(mock.stop()).isZero();
      assertThat(mock.err().lines())
          .satisfiesExactly(
              line -> assertThat(line).matches("POST \\S+ 200 \\d+ ms"),
              line -> assertThat(line).matches("POST \\S+ 429 \\d+ ms throttle"));
    }
  }

  @Test
  void refusesABurstOfNoQuota() {
    assertFailed(
        run("mock", "--burst", "5"),
        2,
        "sdxl-gen: --burst is of a quota, and there is none\n  Add --quota 60/min\n");
    assertFailed(
        run("mock", "--quota", "60/min", "--burst", "0"),
        2,
        "sdxl-gen: --burst 0 is out of range\n  Allowed: 1 to 100000\n");
  }

  @Test
  void retiresTheModelsThatItIsTold() throws Exception {
    try (Running mock =
        new Running(
            folder,
            "--retired",
            "stability.sd3-5-large-v1:0",
            "--retired",
            "sdxl",
            "--retired",
            "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/mine",
            "--retired",
            "stability.stable-image-inpaint-v1:0")) {
      assertThat(Program.in(folder).against(mock.endpoint).run("hi").exitCode()).isEqualTo(9);
      assertThat(mock.stop()).isZero();
    }
  }

  @Test
  void speaksTheFamilyThatItIsTold() throws Exception {
    try (Running mock = new Running(folder, "--family", "Stable-Image")) {
      Run run = Program.in(folder).against(mock.endpoint).run("hi", "-m", "my-own", "-q");

      assertThat(run.err()).contains("#: required key [prompt] not found");
      assertThat(mock.stop()).isZero();
    }
  }

  @Test
  void listensWhereItIsTold() throws Exception {
    int port = freePort();
    try (Running mock = new Running(folder, "--host", "localhost", "--port", "" + port)) {
      assertThat(mock.endpoint).hasToString("http://localhost:" + port);
    }
  }

  @Test
  void refusesAPortThatIsTaken() throws IOException {
    int port = bedrock.endpoint().getPort();

    Run run = run("mock", "--port", Integer.toString(port));

    assertFailed(
        run,
        2,
        "sdxl-gen: can't listen on port "
            + port
            + " of 127.0.0.1: Address already in use\n"
            + "  --port 0 takes any free port; ports below 1024 need permission\n");
  }

  @Test
  void refusesAHostThatIsNotKnown() {
    assertFailed(
        run("mock", "--host", "nowhere.invalid"),
        2,
        """
        sdxl-gen: --host nowhere.invalid is not a host that this machine knows
          Usually: --host 127.0.0.1, or 0.0.0.0 to be reached from outside
        """);
  }

  @Test
  void namesTheNearestFault() {
    String kinds =
        "throttle, quota, 500, 503, timeout, reset, truncate, garbage, filtered, partial, blocked,"
            + " denied, expired, eol, legacy, invalid-id, not-enabled\n";
    assertFailed(
        run("mock", "--script", "ok,throtle"),
        2,
        "sdxl-gen: --script throtle is not a fault of the mock\n  Did you mean throttle? Faults:"
            + " ok, "
            + kinds);
    assertFailed(
        run("mock", "--fault", "truncated=0.5"),
        2,
        "sdxl-gen: --fault truncated is not a fault of the mock\n  Did you mean truncate? Faults:"
            + " ok, "
            + kinds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fault=throttle          | --fault takes KIND=RATE, not 'throttle'"
            + "         | For example: --fault throttle=0.1,reset=0.02",
        "--fault=throttle=2        | --fault throttle has the rate 2"
            + "                 | A rate is a number from 0 to 1",
        "--fault=throttle=NaN      | --fault throttle takes a number, not 'NaN'"
            + "      | A rate is a number from 0 to 1",
        "--fault=reset=1,eol=0.1   | --fault: the rates come to 1.1"
            + "                  | Together they are at most 1",
        "--fault=ok=1              | --fault ok can't be given a rate"
            + "                | What the faults leave is answered properly",
        "--port=65536              | --port 65536 is out of range"
            + "                    | Allowed: 0 to 65535",
        "--port=http               | --port takes a whole number, not 'http'"
            + "         | Allowed: 0 to 65535",
        "--latency=-1              | --latency -1 is out of range"
            + "                    | Allowed: 0 to 3600000",
        "--quota=60                | --quota takes calls per time, not '60'"
            + "           | For example: 60/min, 2/s or 1000/h",
        "--quota=0.01/h            | the quota is out of range"
            + "                        | Allowed: one call a day to 10000/s",
        "--family=titan           | --family titan is not a family of the mock"
            + " | Families: sdxl, stable-image, amazon",
        "--seed=x                  | --seed takes a whole number, not 'x'"
            + "            | For example: 42",
        "--retired=core2           | --retired core2 is not a model of the mock"
            + " | Did you mean core? Models: sdxl, sd3.5-large, core, ultra, nova-canvas, titan, or"
            + " an id",
        "--retired=                | --retired '' is not a model of the mock"
            + " | Models: sdxl, sd3.5-large, core, ultra, nova-canvas, titan, or an id",
        "--latncy=5                | --latncy is not an option | Did you mean --latency? sdxl-gen"
            + " mock --help lists them",
        "-n                        | -n is not an option | sdxl-gen mock --help lists them",
        "hat                       | sdxl-gen mock takes options only, not 'hat'"
            + " | To draw a picture of it: sdxl-gen -- \"mock hat\"",
      })
  void refusesABadWord(String word, String message, String advice) {
    assertFailed(run("mock", word), 2, "sdxl-gen: " + message + "\n  " + advice + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "text.txt", "a\0b"})
  void refusesAPictureThatIsNone(String file) throws IOException {
    Files.writeString(folder.resolve("text.txt"), "no picture");

    assertFailed(
        run("mock", "--picture", file),
        2,
        "sdxl-gen: --picture "
            + file
            + " can't be answered: it isn't a PNG or JPEG that can be read\n");
  }

  @Test
  void refusesAPictureThatIsNotThere() {
    assertFailed(
        run("mock", "--picture", "missing.png"),
        2,
        "sdxl-gen: --picture missing.png isn't there\n");
  }

  @Test
  void asksForAMissingValue() {
    assertFailed(run("mock", "--port"), 2, "sdxl-gen: --port takes a value: --port N\n");
  }
}
