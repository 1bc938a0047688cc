package dev.sdxlgen.cli;

import java.util.Locale;

/**
 * How a terminal is drawn on. It is told by the environment alone: a question to the terminal could
 * hang, eat what is being typed, or leave it without an echo when the program is stopped.
 */
enum TerminalProtocol {
  /** No pictures: stderr is no terminal, or colours aren't wanted. */
  NONE,
  /** kitty documentation, Terminal graphics protocol. */
  KITTY,
  /** iTerm2 documentation, Inline Images Protocol. */
  ITERM2,
  /** DEC's, in colours of one's own choice. */
  SIXEL,
  /** Half blocks in 24-bit colours. */
  TRUE_COLOUR,
  /** Half blocks in xterm's 256 colours. */
  COLOURS_256;

  /** Konsole 22.04, the first with Sixel. */
  private static final int KONSOLE_WITH_SIXEL = 220400;

  /** What the console's stderr understands. */
  static TerminalProtocol of(Console console) {
    if (!console.canAnimate() || console.env("NO_COLOR") != null) {
      return NONE;
    }
    String term = lower(console, "TERM");
    String program = lower(console, "TERM_PROGRAM");
    // A multiplexer keeps its terminal's variables, and passes no pictures on.
    boolean screen = console.env("STY") != null || term.startsWith("screen");
    if (screen
        || console.env("TMUX") != null
        || term.startsWith("tmux")
        || console.env("ZELLIJ") != null) {
      return blocks(console, term, screen && console.env("TMUX") == null);
    }
    if (term.equals("xterm-kitty") || term.equals("xterm-ghostty") || program.equals("ghostty")) {
      return KITTY;
    }
    if (program.equals("iterm.app")
        || program.equals("wezterm")
        || program.equals("mintty")
        || "iTerm2".equals(console.env("LC_TERMINAL"))) {
      return ITERM2;
    }
    // Inherited by whatever is started from a kitty, a terminal that names itself among it.
    if (console.env("KITTY_WINDOW_ID") != null && program.isEmpty()) {
      return KITTY;
    }
    if (term.equals("foot")
        || term.startsWith("foot-")
        || term.startsWith("mlterm")
        || term.startsWith("contour")
        || konsole(console) >= KONSOLE_WITH_SIXEL) {
      return SIXEL;
    }
    return blocks(console, term, false);
  }

  /**
   * @param screen GNU screen, which takes 24-bit colours for other things
   */
  private static TerminalProtocol blocks(Console console, String term, boolean screen) {
    String colours = lower(console, "COLORTERM");
    boolean many =
        colours.equals("truecolor")
            || colours.equals("24bit")
            || term.endsWith("-direct")
            || console.env("WT_SESSION") != null;
    return many && !screen ? TRUE_COLOUR : COLOURS_256;
  }

  private static int konsole(Console console) {
    String version = console.env("KONSOLE_VERSION");
    try {
      return version == null ? 0 : Integer.parseInt(version);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static String lower(Console console, String variable) {
    String value = console.env(variable);
    return value == null ? "" : value.toLowerCase(Locale.ROOT);
  }
}
