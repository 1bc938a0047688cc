package dev.sdxlgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalProtocolTest {

  private static Map<String, String> variables(String text) {
    Map<String, String> variables = new HashMap<>();
    for (String pair : text == null ? new String[0] : text.split(" ")) {
      int equals = pair.indexOf('=');
      variables.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return variables;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TERM=xterm-kitty KITTY_WINDOW_ID=1                         | KITTY
          TERM=xterm-256color KITTY_WINDOW_ID=1                      | KITTY
          TERM=xterm-ghostty TERM_PROGRAM=ghostty                    | KITTY
          TERM=xterm-256color TERM_PROGRAM=ghostty                   | KITTY
          TERM=xterm-256color TERM_PROGRAM=iTerm.app                 | ITERM2
          TERM=xterm-256color LC_TERMINAL=iTerm2                     | ITERM2
          TERM=xterm-256color TERM_PROGRAM=WezTerm                   | ITERM2
          TERM=xterm TERM_PROGRAM=mintty                             | ITERM2
          TERM=foot                                                  | SIXEL
          TERM=foot-extra COLORTERM=truecolor                        | SIXEL
          TERM=mlterm-256color                                       | SIXEL
          TERM=contour                                               | SIXEL
          TERM=xterm-256color KONSOLE_VERSION=220400                 | SIXEL
          TERM=xterm-256color KONSOLE_VERSION=211203                 | COLOURS_256
          TERM=xterm-256color KONSOLE_VERSION=new                    | COLOURS_256
          TERM=xterm-256color COLORTERM=truecolor                    | TRUE_COLOUR
          TERM=xterm COLORTERM=24bit                                 | TRUE_COLOUR
          TERM=xterm-direct                                          | TRUE_COLOUR
          WT_SESSION=9f3                                             | TRUE_COLOUR
          TERM=xterm-256color TERM_PROGRAM=Apple_Terminal            | COLOURS_256
          TERM=xterm-256color TERM_PROGRAM=vscode COLORTERM=truecolor | TRUE_COLOUR
          TERM=xterm-256color TERM_PROGRAM=vscode KITTY_WINDOW_ID=1  | COLOURS_256
          TERM=linux                                                 | COLOURS_256
                                                                     | COLOURS_256
          """)
  void goesByWhatTheTerminalSaysOfItself(String environment, TerminalProtocol protocol) {
    assertThat(TerminalProtocol.of(new FakeTerminal(true, variables(environment)).console()))
        .isEqualTo(protocol);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TERM=tmux-256color TMUX=/tmp/s COLORTERM=truecolor KITTY_WINDOW_ID=1           | TRUE_COLOUR
          TERM=screen-256color TMUX=/tmp/s COLORTERM=truecolor TERM_PROGRAM=tmux         | TRUE_COLOUR
          TERM=tmux-256color LC_TERMINAL=iTerm2                                          | COLOURS_256
          TERM=screen.xterm-256color STY=1.pts COLORTERM=truecolor TERM_PROGRAM=iTerm.app | COLOURS_256
          TERM=screen COLORTERM=truecolor                                                | COLOURS_256
          TERM=xterm-kitty STY=1.pts                                                     | COLOURS_256
          TERM=xterm-kitty ZELLIJ=0 COLORTERM=truecolor                                  | TRUE_COLOUR
          """)
  void drawsBlocksInAMultiplexerThoughItsTerminalCanDoMore(
      String environment, TerminalProtocol protocol) {
    assertThat(TerminalProtocol.of(new FakeTerminal(true, variables(environment)).console()))
        .isEqualTo(protocol);
  }

  @ParameterizedTest
  @CsvSource({"TERM=dumb", "TERM=xterm-kitty NO_COLOR=1", "TERM=foot NO_COLOR=0"})
  void drawsNothingWhereColoursAreNotWanted(String environment) {
    assertThat(TerminalProtocol.of(new FakeTerminal(true, variables(environment)).console()))
        .isEqualTo(TerminalProtocol.NONE);
  }

  @Test
  void drawsNothingWhereThereIsNoTerminal() {
    Map<String, String> kitty = variables("TERM=xterm-kitty");

    assertThat(TerminalProtocol.of(new FakeTerminal(false, kitty).console()))
        .isEqualTo(TerminalProtocol.NONE);
  }

  @Test
  void drawsThoughNoColorIsEmpty() {
    Map<String, String> kitty = variables("TERM=xterm-kitty NO_COLOR=");

    assertThat(TerminalProtocol.of(new FakeTerminal(true, kitty).console()))
        .isEqualTo(TerminalProtocol.KITTY);
  }
}
