package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellQuoteTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "hat          | hat",
        "-n           | -n",
        "a/b.png      | a/b.png",
        "--size=1x1   | --size=1x1",
        "a person     | \"a person\"",
        "it's         | \"it's\"",
        "``           | \"\"",
        "café         | \"café\"",
        "~/out.png    | \"~/out.png\"",
        "a*           | \"a*\"",
        "say \"hi\"   | 'say \"hi\"'",
        "$5           | '$5'",
        "wow!         | 'wow!'",
        "a\\b         | 'a\\b'",
        "it's $5      | 'it'\\''s $5'",
      })
  void writesAWordAsAPersonWouldTypeIt(String word, String quoted) {
    assertThat(ShellQuote.quote(word)).isEqualTo(quoted);
  }

  @Test
  void keepsALineOneLineAndATerminalAsItIs() {
    assertThat(ShellQuote.quote("a\n100%\u001B[31m\u202Eb"))
        .isEqualTo("\"$(printf 'a\\n100%%\\033[31m\\342\\200\\256b')\"");
  }

  @Test
  void joinsWords() {
    assertThat(ShellQuote.join(List.of("a person", "-n", "hat"))).isEqualTo("\"a person\" -n hat");
    assertThat(ShellQuote.join(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "`id`",
        "$(id)",
        "a\nb",
        "it's \"$5\" \\ `x`!",
        "*",
        "",
        "🧢",
        "a;b|c>d",
        "a\nb\n",
        "-a\n%d\\n'7\u001B[31m7\u009B\u202E\t🧢"
      })
  @DisabledOnOs(OS.WINDOWS)
  void isReadBackByAShell(String word) throws Exception {
    Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellQuote.quote(word)).start();

    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(word);
  }
}
