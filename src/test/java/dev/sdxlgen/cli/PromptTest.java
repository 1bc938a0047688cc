package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.Program.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTest extends EndToEnd {

  private static final int MOST_FILE_BYTES = 64 << 10;

  private static String body(String... prompts) {
    return "{\"text_prompts\":[" + String.join(",", prompts) + "]}";
  }

  private static String text(String text) {
    return "{\"text\":\"" + text + "\"}";
  }

  private static String text(String text, String weight) {
    return "{\"text\":\"" + text + "\",\"weight\":" + weight + "}";
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void sendsThePromptThenEachFurtherOneThenEachNegative() {
    Run run =
        run("-n", "hat", "-p", "smiling", "a person", "--negative", "scarf", "--prompt", "outside");

    assertThat(run.exitCode()).isZero();
    assertThat(bodies())
        .containsExactly(
            body(
                text("a person"),
                text("smiling"),
                text("outside"),
                text("hat", "-1.0"),
                text("scarf", "-1.0")));
  }

  @Test
  void takesAPromptFromTheOptionAlone() {
    assertPrinted(run("-p", "a person", "-s", "7"), "a-person-7.png\n");
    assertThat(bodies()).containsExactly("{\"text_prompts\":[{\"text\":\"a person\"}],\"seed\":7}");
  }

  @ParameterizedTest
  @CsvSource({
    "a person::1.3,      a person, 1.3",
    "a person::2,        a person, 2",
    "a person::.5,       a person, 0.5",
    "a person::1e1,      a person, 10",
    "a person::10,       a person, 10",
    "a person::+1.25,    a person, 1.25",
    "a::b::0.7,          a::b,     0.7",
  })
  void weighsThePrompt(String typed, String text, String weight) {
    assertThat(run(typed).exitCode()).isZero();
    assertThat(bodies()).containsExactly(body(text(text, weight)));
  }

  @ParameterizedTest
  @CsvSource({
    "a person::1.0,      a person",
    "a person::1,        a person",
    "C::D,               C::D",
    "a ::person,         a ::person",
    "'a person:: 2',     'a person:: 2'",
    "a person:2,         a person:2",
    "a person\\::1.3,    a person::1.3",
    "a person::two,      a person::two",
  })
  void leavesTheWeightOutWhereNoneIsMeant(String typed, String text) {
    assertThat(run(typed).exitCode()).isZero();
    assertThat(bodies()).containsExactly(body(text(text)));
  }

  @ParameterizedTest
  @CsvSource({
    "hat,         hat,      -1.0",
    "hat::0.5,    hat,      -0.5",
    "hat::-0.5,   hat,      -0.5",
    "hat::-10,    hat,      -10",
    "hat::1,      hat,      -1",
    "hat\\::2,    hat::2,   -1.0",
  })
  void weighsANegative(String typed, String text, String weight) {
    assertThat(run("a person", "-n", typed).exitCode()).isZero();
    assertThat(bodies()).containsExactly(body(text("a person"), text(text, weight)));
  }

  @Test
  void pointsAPositivePromptOfNegativeWeightToTheOptionForIt() throws IOException {
    assertRefused(
        run("a person", "-p", "hat::-0.5"),
        2,
        """
        sdxl-gen: -p 'hat::-0.5' has a negative weight
          What must not be in the image goes with -n: -n 'hat::0.5'
        """);
    assertRefused(
        run("hat::-1"),
        2,
        """
        sdxl-gen: PROMPT 'hat::-1' has a negative weight
          What must not be in the image goes with -n: -n 'hat::1'
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.0", "-0", "10.1", "11", "nan", "NaN", "inf", "Infinity", "1e999"})
  void refusesAWeightThatIsNone(String weight) throws IOException {
    assertRefused(
        run("a person::" + weight),
        2,
        "sdxl-gen: PROMPT 'a person::"
            + weight
            + "' has the weight "
            + weight
            + "\n  A weight is a number within 10 and not 0, such as 1.3 or 0.5; \\:: is a literal"
            + " ::\n");
  }

  @Test
  void refusesANegativesWeightThatIsNone() throws IOException {
    assertRefused(
        run("a person", "-n", "hat::0"),
        2,
        """
        sdxl-gen: -n 'hat::0' has the weight 0
          A weight is a number within 10 and not 0, such as 1.3 or 0.5; \\:: is a literal ::
        """);
  }

  @Test
  void showsTheQuotedCommandForASecondBareWord() throws IOException {
    assertRefused(
        run("a", "person", "-n", "hat", "-o", "out.png"),
        2,
        """
        sdxl-gen: the prompt is one word for the shell, and here are 2
          Quote it: sdxl-gen "a person" -n hat -o out.png
        """);
  }

  @Test
  void showsTheQuotedCommandWhereverTheWordsStand() throws IOException {
    assertRefused(
        run("-n", "the hat", "the", "-f", "man", "-p", "man", "with", "$5", "-s", "5"),
        2,
        """
        sdxl-gen: the prompt is one word for the shell, and here are 4
          Quote it: sdxl-gen -n "the hat" 'the man with $5' -f -p man -s 5
        """);
  }

  @Test
  void showsTheQuotedCommandForWordsThatAreOptionsButForTheirDashes() throws IOException {
    assertRefused(
        run("what", "size", "is", "it", "--size", "1024x1024"),
        2,
        """
        sdxl-gen: the prompt is one word for the shell, and here are 4
          Quote it: sdxl-gen "what size is it" --size 1024x1024
        """);
  }

  @Test
  void showsTheQuotedCommandAfterTheEndOfOptions() throws IOException {
    assertRefused(
        run("-f", "--", "-5", "degrees"),
        2,
        """
        sdxl-gen: the prompt is one word for the shell, and here are 2
          Quote it: sdxl-gen -f -- "-5 degrees"
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mock", "-f", "-n", "--help", "-", "@list.txt", "a=b", "\"hat\"", "${x}"})
  void takesAnyWordAsAnOptionsValue(String word) throws IOException {
    file("list.txt", "-o elsewhere.png");

    Run run = run("a person", "-n", word, "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertThat(bodies())
        .containsExactly(body(text("a person"), text(word.replace("\"", "\\\""), "-1.0")));
  }

  @Test
  void readsNoFileForAnAtSign() throws IOException {
    file("list.txt", "a hat");

    assertThat(run("@list.txt").exitCode()).isZero();
    assertThat(bodies()).containsExactly(body(text("@list.txt")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mock", "batch", "-n", "--help", "-", "--", "-5 degrees"})
  void takesAnyWordAsThePromptAfterTwoDashes(String word) {
    Run run = program().stdin("from stdin".getBytes(UTF_8)).run("-o", "out.png", "--", word);

    assertPrinted(run, "out.png\n");
    assertThat(bodies()).containsExactly(body(text(word.equals("-") ? "from stdin" : word)));
  }

  @Test
  void takesACommandsNameAsAPromptWhereItIsNotTheFirstWord() {
    assertPrinted(run("-o", "1.png", "mock"), "1.png\n");
    assertPrinted(run("-p", "mock", "-o", "2.png"), "2.png\n");
    assertThat(bodies()).containsExactly(body(text("mock")), body(text("mock")));
  }

  @Test
  void readsThePromptFromStdin() {
    Run run = program().stdin("a person\n".getBytes(UTF_8)).run("-", "-n", "hat", "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertThat(bodies()).containsExactly(body(text("a person"), text("hat", "-1.0")));
  }

  @Test
  void readsThePromptFileFromStdinToo() {
    Run run =
        program().stdin("a person".getBytes(UTF_8)).run("--prompt-file", "-", "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertThat(bodies()).containsExactly(body(text("a person")));
  }

  @ParameterizedTest
  @CsvSource({
    "'a person', 'a person'",
    "'a person\n', 'a person'",
    "'a person\r\n', 'a person'",
    "'\uFEFFa person\n', 'a person'",
    "'a person::1.0\n', 'a person'",
    "'two\nlines\n', 'two\\nlines'",
    "'two\r\nlines\r\n', 'two\\r\\nlines'",
    "'  with spaces \n', '  with spaces '",
    "'@list', '@list'",
    "'-', '-'",
    "'-n', '-n'",
  })
  void readsThePromptFromAFile(String content, String text) throws IOException {
    file("prompt.txt", content);

    assertPrinted(run("--prompt-file", "prompt.txt", "-o", "out.png"), "out.png\n");
    assertThat(bodies()).containsExactly(body(text(text)));
  }

  @Test
  void putsThePromptFileBeforeFurtherPrompts() throws IOException {
    file("prompt.txt", "a person::1.3\n");

    assertThat(run("-p", "smiling", "--prompt-file", "prompt.txt").exitCode()).isZero();
    assertThat(bodies()).containsExactly(body(text("a person", "1.3"), text("smiling")));
  }

  @Test
  void refusesAPromptBesideAPromptFile() throws IOException {
    file("prompt.txt", "a person");

    assertRefused(
        run("a person", "--prompt-file", "prompt.txt"),
        2,
        """
        sdxl-gen: there is a prompt and a --prompt-file
          One of them is enough; -p adds further prompts
        """,
        "prompt.txt");
  }

  @Test
  void refusesAPromptFileThatIsMissing() throws IOException {
    assertRefused(
        run("--prompt-file", "prompt.txt"), 2, "sdxl-gen: --prompt-file prompt.txt isn't there\n");
  }

  @Test
  void refusesAPromptFileThatIsAFolder() throws IOException {
    Files.createDirectory(folder.resolve("prompts"));

    assertRefused(
        run("--prompt-file", "prompts"),
        2,
        "sdxl-gen: --prompt-file prompts is a folder\n",
        "prompts/");
  }

  @Test
  void refusesAPromptFileBelowAFile() throws IOException {
    file("prompt.txt", "a person");

    assertRefused(
        run("--prompt-file", "prompt.txt/x"),
        2,
        "sdxl-gen: --prompt-file prompt.txt/x can't be read\n",
        "prompt.txt");
  }

  @Test
  void refusesAPromptFileThatIsBinary() throws IOException {
    Files.write(folder.resolve("out.png"), PICTURE);
    file("nul.txt", "a\0person");

    assertRefused(
        run("--prompt-file", "out.png"),
        2,
        "sdxl-gen: --prompt-file out.png is not UTF-8 text\n",
        "nul.txt",
        "out.png");
    assertRefused(
        run("--prompt-file", "nul.txt"),
        2,
        "sdxl-gen: --prompt-file nul.txt is not UTF-8 text\n",
        "nul.txt",
        "out.png");
  }

  @Test
  void refusesAPromptFileOfMoreThan64KiB() throws IOException {
    file("huge.txt", "a".repeat(MOST_FILE_BYTES + 1));

    assertRefused(
        run("--prompt-file", "huge.txt"),
        2,
        """
        sdxl-gen: --prompt-file huge.txt is larger than 64 KiB
          Is it a prompt?
        """,
        "huge.txt");
  }

  @Test
  void readsAPromptFileOf64KiB() throws IOException {
    file("large.txt", "a person" + "\n".repeat(MOST_FILE_BYTES - 8));

    assertPrinted(run("--prompt-file", "large.txt", "-o", "out.png"), "out.png\n");
    assertThat(bodies()).containsExactly(body(text("a person")));
  }

  @Test
  void refusesStdinThatIsHugeOrBinary() throws IOException {
    assertRefused(
        program().stdin(new byte[MOST_FILE_BYTES + 1]).run("-"),
        2,
        """
        sdxl-gen: the prompt on stdin is larger than 64 KiB
          Is it a prompt?
        """);
    assertRefused(
        program().stdin(PICTURE).run("-"), 2, "sdxl-gen: the prompt on stdin is not UTF-8 text\n");
  }

  @Test
  void refusesStdinThatCannotBeRead() throws IOException {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("closed");
          }
        };

    assertRefused(program().stdin(broken).run("-"), 2, "sdxl-gen: stdin can't be read\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "\t \n", "\u00a0", "\u200b", "\u3000", "\uFEFF", "::1.3"})
  void refusesABlankPrompt(String blank) throws IOException {
    String message =
        """
        sdxl-gen: the prompt is empty
          Say what the image should show: sdxl-gen "a person" -n hat
        """;
    assertRefused(run(blank), 2, message);
    assertRefused(program().stdin(blank.getBytes(UTF_8)).run("-"), 2, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\u00a0", "::0.5"})
  void refusesABlankNegativeAndABlankFurtherPrompt(String blank) throws IOException {
    assertRefused(
        run("a person", "-n", blank),
        2,
        """
        sdxl-gen: -n is empty
          Say what must not be in the image: -n hat
        """);
    assertRefused(
        run("a person", "-p", blank),
        2,
        """
        sdxl-gen: -p is empty
          Say what the image should show: sdxl-gen "a person" -n hat
        """);
  }

  @Test
  void refusesNoPromptAtAll() throws IOException {
    String message =
        """
        sdxl-gen: there is no prompt
          Say what the image should show: sdxl-gen "a person" -n hat
        """;
    assertRefused(run(), 2, message);
    assertRefused(run("-n", "hat"), 2, message);
    assertRefused(run("--"), 2, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a person 🧢",
        "👩‍👩‍👧‍👦",
        "رجل بدون قبعة",
        "‏עברית abc",
        "日本語のプロンプト",
        "naïve café",
        "𝕳𝖆𝖙"
      })
  void sendsUnicodeUnchanged(String prompt) throws IOException {
    assertPrinted(run(prompt, "-n", prompt, "-p", prompt, "-o", "1.png"), "1.png\n");
    file("prompt.txt", prompt + "\n");
    assertPrinted(run("--prompt-file", "prompt.txt", "-o", "2.png"), "2.png\n");

    assertThat(bodies())
        .containsExactly(
            body(text(prompt), text(prompt), text(prompt, "-1.0")), body(text(prompt)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "帽", "🧢"})
  void countsCodePoints(String character) throws IOException {
    String longest = character.repeat(2000);

    assertPrinted(run(longest, "-n", longest, "-o", "out.png"), "out.png\n");
    assertThat(bodies()).containsExactly(body(text(longest), text(longest, "-1.0")));

    bedrock.close();
    assertFailed(
        run(longest + character, "-o", "2.png"),
        2,
        """
        sdxl-gen: the prompt has 2001 characters
          stability.stable-diffusion-xl takes at most 2000 in each
        """);
    assertFailed(
        run("a person", "-n", longest + character, "-o", "2.png"),
        2,
        """
        sdxl-gen: a negative prompt has 2001 characters
          stability.stable-diffusion-xl takes at most 2000 in each
        """);
    assertThat(tree()).containsExactly("out.png");
  }

  @Test
  void escapesWhatJsonCannotHold() {
    assertPrinted(run("a \"person\"\\\n\t\u0007", "-o", "out.png"), "out.png\n");
    assertThat(bodies()).containsExactly(body(text("a \\\"person\\\"\\\\\\n\\t\\u0007")));
  }

  @Test
  void refusesWhatTheConsoleCouldNotHandOver() throws IOException {
    String message =
        """
        sdxl-gen: the prompt holds characters that this console can't hand over
          Put it in a file of UTF-8 text and give --prompt-file FILE
        """;
    assertRefused(run("caf\uFFFD"), 2, message);
    assertRefused(run("a person", "-n", "\uFFFD"), 2, message);
    assertRefused(run("a person", "-p", "\uFFFD"), 2, message);
  }

  @Test
  void refusesHalfOfASurrogatePair() throws IOException {
    assertRefused(
        run("a hat \uD83E"),
        2,
        """
        sdxl-gen: the prompt 'a hat \uFFFD' is not valid Unicode
          It has half of a surrogate pair, which UTF-8 can't carry; --prompt-file reads UTF-8
        """);
  }

  @Test
  void letsAQuestionMarkThrough() {
    // The Windows launcher hands over the command line as it was typed.
    Run run = program().with("SDXL_GEN_COMMAND_LINE", "sdxl-gen who?").run("who?", "-o", "out.png");

    assertPrinted(run, "out.png\n");
    assertThat(bodies()).containsExactly(body(text("who?")));
  }

  @Test
  void writesNoByteOrderMarkOfStdin() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});
    bytes.writeBytes("a person\r\n".getBytes(UTF_8));

    assertPrinted(program().stdin(bytes.toByteArray()).run("-", "-o", "out.png"), "out.png\n");
    assertThat(bodies()).containsExactly(body(text("a person")));
  }

  @Test
  void refusesAQuestionMarkThatStandsForMore() throws IOException {
    // What no code page holds, this one, UTF-8, not excepted: half of a pair.
    assertRefused(
        program().with("SDXL_GEN_COMMAND_LINE", "sdxl-gen \uD83E").run("?"),
        2,
        """
        sdxl-gen: the prompt holds characters that this console can't hand over
          Put it in a file of UTF-8 text and give --prompt-file FILE
        """);
  }

  @Test
  void takesTwoDashesAsAnOptionsValueToo() {
    assertPrinted(run("a person", "-n", "--", "-o", "out.png"), "out.png\n");
    assertThat(bodies()).containsExactly(body(text("a person"), text("--", "-1.0")));
  }
}
