package dev.sdxlgen.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptFileTest {

  /** Knows four fields; steps must be a number. */
  private static final Checker CHECKER =
      new Checker() {
        @Override
        public String refuse(String field) {
          return Set.of("prompt", "negative", "steps", "model", "extras").contains(field)
              ? null
              : field + " is not a field";
        }

        @Override
        public Fault check(Item item, Map<String, List<String>> fields) {
          String steps = fields.getOrDefault("steps", List.of("30")).get(0);
          if (!steps.matches("\\d+")) {
            return new Fault("steps", "steps takes a number, not '" + steps + "'");
          }
          boolean something = item.body() != null || fields.containsKey("prompt");
          return something ? null : new Fault(null, "there is no prompt");
        }
      };

  @TempDir private Path folder;

  @Test
  void readsAPromptALine() throws IOException {
    assertThat(items(PromptFormat.TXT, "a cat\n\n# a comment\r\n  a dog \r\n \t\n--steps 5::2"))
        .extracting(Item::fields)
        .containsExactly(
            Map.of("prompt", List.of("a cat")),
            Map.of("prompt", List.of("a dog")),
            Map.of("prompt", List.of("--steps 5::2")));
  }

  @Test
  void readsAnObjectALine() throws IOException {
    List<Item> items =
        items(
            PromptFormat.JSONL,
            """
            {"id": "one", "prompt": "a \\"cat\\" \\ud83d\\ude00", "negative": ["hat", "dog"], "steps": 30}

            {"prompt": "x", "id": 7, "negative": [], "model": null, "extras": {"a": [1, 2.50]}}
            """);
    assertThat(items).extracting(Item::id).containsExactly("one", "7");
    assertThat(items.get(0).fields())
        .isEqualTo(
            Map.of(
                "prompt", List.of("a \"cat\" 😀"),
                "negative", List.of("hat", "dog"),
                "steps", List.of("30")));
    assertThat(items.get(1).fields())
        .isEqualTo(
            Map.of(
                "prompt", List.of("x"),
                "negative", List.of(),
                "extras", List.of("{\"a\": [1, 2.50]}")));
  }

  @Test
  void takesAnIdThatIsNullForNone() throws IOException {
    String text = "{\"prompt\": \"a\", \"id\": null}\n{\"prompt\": \"a\"}";

    List<Item> items = items(PromptFormat.JSONL, text);

    assertThat(items.get(1).id()).isEqualTo(items.get(0).id() + "-2");
  }

  @Test
  void takesARecordOfBedrocksBatchInferenceAsItIs() throws IOException {
    String body = "{\"text_prompts\": [ {\"text\":\"ä }\"} ], \"cfg_scale\":7.0}";
    List<Item> items =
        items(
            PromptFormat.JSONL,
            "{\"recordId\": \"R1\", \"modelInput\": "
                + body
                + ", \"model\": \"m\"}\n"
                + "{\"modelInput\":{}}");
    assertThat(items.get(0).id()).isEqualTo("R1");
    assertThat(items.get(0).body()).isEqualTo(body);
    assertThat(items.get(0).fields()).isEqualTo(Map.of("model", List.of("m")));
    assertThat(items.get(1).body()).isEqualTo("{}");
  }

  @Test
  void readsCsvAsRfc4180Says() throws IOException {
    List<Item> items =
        items(
            PromptFormat.CSV,
            "id,prompt,negative,negative,steps\r\n"
                + "a,\"a cat, \"\"big\"\"\r\nand old\",hat,dog,\r\n"
                + "\r\n"
                + ",a 5\" screen,,,7\r\n"
                + "c,\"\n\n\",,,8");
    assertThat(items.get(0).fields())
        .isEqualTo(
            Map.of(
                "prompt", List.of("a cat, \"big\"\r\nand old"),
                "negative", List.of("hat", "dog")));
    assertThat(items.get(1).fields())
        .isEqualTo(Map.of("prompt", List.of("a 5\" screen"), "steps", List.of("7")));
    assertThat(items).extracting(Item::id).startsWith("a").endsWith("c").hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"TXT, a cat", "JSONL, '{\"prompt\":\"a cat\"}'", "CSV, 'prompt\na cat'"})
  void passesOverAByteOrderMark(PromptFormat format, String text) throws IOException {
    assertThat(items(format, "\uFEFF" + text))
        .extracting(Item::fields)
        .containsExactly(Map.of("prompt", List.of("a cat")));
  }

  @ParameterizedTest
  @CsvSource({"TXT", "JSONL", "CSV"})
  void anEmptyFileHasNoPrompts(PromptFormat format) throws IOException {
    assertThat(items(format, "")).isEmpty();
    assertThat(items(format, "\n\n")).isEmpty();
  }

  @Test
  void tellsLineAndColumnOfEveryBadLine() throws IOException {
    assertThat(
            problems(
                PromptFormat.JSONL,
                """
                {"prompt": "a", "steps": "x"}
                {"prompt": "a", "stepz": 5}
                {"prompt": "a"
                ["a"]
                {"prompt": "a"} {"prompt": "b"}
                {"prompt": "a", "prompt": "b"}
                {"prompt": ["a", ["b"]]}
                {"steps": 5}
                {"id": true, "prompt": "a"}
                {"id": "a", "recordId": "b", "modelInput": {}}
                {"modelInput": "x"}
                {"modelInput": {}, "steps": 5}
                {"id": " ", "prompt": "a"}
                {"id": "a\\tb", "prompt": "a"}
                {"prompt": {"text": "a", "weight": 1}}
                """))
        .containsExactly(
            "line 1, column 26: steps takes a number, not 'x'",
            "line 2, column 26: stepz is not a field",
            "line 3, column 15: this is not JSON: it ends too early",
            "line 4, column 1: a line holds one object: {\"prompt\": \"a person\"}",
            "line 5, column 17: a line holds one object, not more",
            "line 6, column 25: this is not JSON: Duplicate field 'prompt'",
            "line 7, column 18: prompt is an array of plain values",
            "line 8: there is no prompt",
            "line 9, column 8: id is a string",
            "line 10, column 25: a line has one id",
            "line 11, column 16: modelInput is an object: the request's body",
            "line 12, column 29: a record with modelInput is sent as it is: no steps beside it",
            "line 13, column 8: an id can't be blank; leave it out",
            "line 14, column 8: an id can't hold a control character",
            "line 15, column 12: prompt is an object, and only extras and modelInput can be");
  }

  @Test
  void countsTheLinesThatAQuotedValueSpans() throws IOException {
    assertThat(
            problems(
                PromptFormat.CSV,
                "prompt,steps\n\"a\nb\nc\",5\nx,y\n\"a\"b,5\nx\nx,5,6\n\"a\n\",z\n\"open,5\n1,2\n"))
        .containsExactly(
            "line 5, column 3: steps takes a number, not 'y'",
            "line 6: this is not CSV: a quoted value is followed by more than a comma",
            "line 7: has 1 value, and the header 2",
            "line 8: has 3 values, and the header 2",
            "line 9: steps takes a number, not 'z'",
            "line 11: a quote is never closed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prompt,stepz,colour | line 1, column 8: stepz is not a field"
            + "/line 1, column 14: colour is not a field",
        "prompt,             | line 1, column 8: column 2 has no name",
        "id,prompt,id        | line 1, column 11: a line has one id",
        "id,\"prompt          | line 1: a quote is never closed",
      })
  void looksAtNothingBelowAHeaderThatItCantUse(String header, String problems) throws IOException {
    assertThat(catchThrowable(() -> problems(PromptFormat.CSV, header + "\na,b,c\n")))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("the header can't be used, and nothing was sent")
        .extracting(e -> ((InvalidRequest) e).advice())
        .isEqualTo(problems.replace('/', '\n') + "\nA header names the columns: id,prompt,seed");
  }

  @Test
  void refusesWhatIsNotText() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("a cat\nä".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(new byte[] {(byte) 0xff, '\n', 'a', 0, 'b', '\n'});
    bytes.writeBytes("c".repeat(RecordReader.MOST_BYTES + 1).getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes("\na dog\n".getBytes(StandardCharsets.UTF_8));
    try (PromptFile file = open(PromptFormat.TXT, bytes.toByteArray())) {
      Checked checked = check(file, Sweep.NONE);
      assertThat(checked.problems())
          .extracting(Problem::toString)
          .containsExactly(
              "line 2, column 2: this is not UTF-8",
              "line 3, column 2: a NUL: this is not text",
              "line 4: longer than 1 MiB");
      assertThat(checked.index().size()).isEqualTo(2);
    }
  }

  @Test
  void aPromptWithoutAnIdIsNamedForItsRequest() throws IOException {
    String[] lines = {"a cat\na dog\na cat\na cat\n", "a dog\na cat\n"};
    List<String> ids = items(PromptFormat.TXT, lines[0]).stream().map(Item::id).toList();
    assertThat(ids.get(0)).matches("[0-9a-f]{16}");
    assertThat(ids.get(1)).matches("[0-9a-f]{16}").isNotEqualTo(ids.get(0));
    assertThat(ids.get(2)).isEqualTo(ids.get(0) + "-2");
    assertThat(ids.get(3)).isEqualTo(ids.get(0) + "-3");
    assertThat(items(PromptFormat.TXT, lines[1]))
        .extracting(Item::id)
        .containsExactly(ids.get(1), ids.get(0));
  }

  @Test
  void refusesAnIdThatIsThereTwice() throws IOException {
    assertThat(
            problems(
                PromptFormat.JSONL,
                """
                {"id": "a", "prompt": "x"}
                {"id": "b", "prompt": "x"}

                {"id": "a", "prompt": "y"}
                {"id": "B", "prompt": "y"}
                {"id": "a", "prompt": "z"}
                """))
        .containsExactly(
            "line 4: the id a is line 1's already",
            "line 5: the ids B and b (line 2) give one file name",
            "line 6: the id a is line 1's already");
  }

  @Test
  void anIdMustNotBeTheOneThatAnotherGetsFromItsRequest() throws IOException {
    String id = items(PromptFormat.JSONL, "{\"prompt\":\"x\"}").get(0).id();
    assertThat(
            problems(
                PromptFormat.JSONL,
                "{\"prompt\":\"x\"}\n{\"prompt\":\"x\"}\n{\"id\":\""
                    + id
                    + "-2\",\"prompt\":\"y\"}"))
        .containsExactly("line 3: the id " + id + "-2 is line 2's already");
  }

  @Test
  void tellsTwentyAndCountsTheRest() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      text.append("{\"id\":\"same\",\"prompt\":\"x\"}\n{\"steps\":1}\n");
    }
    try (PromptFile file = open(PromptFormat.JSONL, bytes(text.toString()))) {
      Checked checked = check(file, Sweep.NONE);
      assertThat(checked.bad()).isEqualTo(59);
      assertThat(checked.index().size()).isEqualTo(1);
      assertThat(checked.problems()).hasSize(20);
      assertThat(checked.problems().get(0)).hasToString("line 2: there is no prompt");
      assertThat(checked.problems().get(1)).hasToString("line 3: the id same is line 1's already");
      Throwable refusal = catchThrowable(() -> checked.refuseBadLines("p.jsonl"));
      assertThat(refusal)
          .isInstanceOf(InvalidRequest.class)
          .hasMessage("p.jsonl: 59 lines can't be sent, and nothing was");
      assertThat(((SdxlGenException) refusal).advice())
          .startsWith("line 2: there is no prompt\n")
          .endsWith("\nand 39 more\n--skip-invalid goes on without them");
    }
  }

  @Test
  void checksEveryValueOfASweepWithEveryLine() throws IOException {
    try (PromptFile file = open(PromptFormat.TXT, bytes("a\nb\n"))) {
      assertThat(check(file, Sweep.parse(List.of("steps=10,many"))).problems())
          .extracting(Problem::toString)
          .containsExactly(
              "line 1: steps takes a number, not 'many'",
              "line 2: steps takes a number, not 'many'");
    }
    try (PromptFile file = open(PromptFormat.JSONL, bytes("{\"modelInput\":{}}"))) {
      assertThat(check(file, Sweep.parse(List.of("steps=10"))).problems())
          .extracting(Problem::toString)
          .containsExactly(
              "line 1: a record with modelInput is sent as it is: --sweep can't change it");
    }
  }

  @Test
  void spoolsAStreamAndLeavesNothing() throws IOException {
    try (PromptFile file =
        PromptFile.spool(new ByteArrayInputStream(bytes("a\nb")), PromptFormat.TXT, folder)) {
      assertThat(check(file, Sweep.NONE).index().size()).isEqualTo(2);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void saysSoWhenTheFileChangesMeanwhile() throws IOException {
    Path path = Files.writeString(folder.resolve("p.txt"), "a cat\na dog\n");
    try (PromptFile file = PromptFile.open(path, path.toString(), PromptFormat.TXT, folder)) {
      ItemIndex index = check(file, Sweep.NONE).index();
      Files.writeString(path, "a cat\na hat\n");
      assertThat(file.item(index, 0).fields()).containsValue(List.of("a cat"));
      assertThat(catchThrowable(() -> file.item(index, 1)))
          .isInstanceOf(InvalidRequest.class)
          .hasMessage("the prompt file was changed while it was read");
    }
  }

  @Test
  void refusesAFileThatIsNone() {
    assertThat(
            catchThrowable(
                () -> PromptFile.open(folder.resolve("none"), "none", PromptFormat.TXT, folder)))
        .hasMessage("none isn't there");
    assertThat(
            catchThrowable(
                () -> PromptFile.open(folder, folder.toString(), PromptFormat.TXT, folder)))
        .hasMessage(folder + " is a folder");
  }

  @Test
  void knowsAFormatByNameOrByWord() {
    assertThat(PromptFormat.of("a.TXT", null)).isEqualTo(PromptFormat.TXT);
    assertThat(PromptFormat.of("a.ndjson", null)).isEqualTo(PromptFormat.JSONL);
    assertThat(PromptFormat.of("a.csv", null)).isEqualTo(PromptFormat.CSV);
    assertThat(PromptFormat.of("a.csv", "jsonl")).isEqualTo(PromptFormat.JSONL);
    assertThat(catchThrowable(() -> PromptFormat.of("-", null)))
        .hasMessage("stdin doesn't say by its name how it is to be read");
    assertThat(catchThrowable(() -> PromptFormat.of("a", "xml")))
        .hasMessage("--format xml isn't known");
  }

  @Test
  void readsManyLinesInAnyOrder() throws IOException {
    StringBuilder text = new StringBuilder("id,prompt\n");
    for (int i = 0; i < 5000; i++) {
      text.append("id").append(i).append(",\"line\n").append("x".repeat(i % 300)).append(i);
      text.append("\"\n");
    }
    try (PromptFile file = open(PromptFormat.CSV, bytes(text.toString()))) {
      ItemIndex index = check(file, Sweep.NONE).index();
      assertThat(index.size()).isEqualTo(5000);
      for (int i = 4999; i >= 0; i -= 7) {
        Item item = file.item(index, i);
        assertThat(item.id()).isEqualTo("id" + i);
        assertThat(item.fields().get("prompt").get(0)).endsWith("" + i);
      }
    }
  }

  private List<Item> items(PromptFormat format, String text) throws IOException {
    try (PromptFile file = open(format, bytes(text))) {
      Checked checked = check(file, Sweep.NONE);
      assertThat(checked.problems()).isEmpty();
      List<Item> items = new ArrayList<>();
      for (int i = 0; i < checked.index().size(); i++) {
        items.add(file.item(checked.index(), i));
      }
      return items;
    }
  }

  private List<String> problems(PromptFormat format, String text) throws IOException {
    try (PromptFile file = open(format, bytes(text))) {
      return check(file, Sweep.NONE).problems().stream().map(Problem::toString).toList();
    }
  }

  private static Checked check(PromptFile file, Sweep sweep) {
    return file.check(CHECKER, sweep, Completion.NONE, id -> id.toLowerCase(Locale.ROOT));
  }

  private PromptFile open(PromptFormat format, byte[] bytes) throws IOException {
    Path path = Files.createTempFile(folder, "prompts", "");
    return PromptFile.open(Files.write(path, bytes), path.toString(), format, folder);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
