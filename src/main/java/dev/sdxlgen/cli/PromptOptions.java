package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.request.WeightedPrompt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** What the image shows and what it must not: PROMPT, {@code -p}, {@code -n}. */
final class PromptOptions {

  private static final String NO_PROMPT = "there is no prompt";
  private static final String EXAMPLE =
      "Say what the image should show: sdxl-gen \"a person\" -n hat";
  private static final int MOST_FILE_BYTES = 64 << 10;

  private PromptOptions() {}

  static void addTo(Options command) {
    command.addWords("PROMPT", "What the image shows; - reads it from stdin.");
    addOptionsTo(command);
    command.add(
        Option.option(
            "FILE", "Read PROMPT from a file of UTF-8 text; - is stdin.", "--prompt-file"));
  }

  static void addOptionsTo(Options command) {
    command
        .add(
            Option.repeatable(
                "TEXT",
                "What must not be in the image; repeatable. TEXT::0.5 weighs it -0.5.",
                "-n",
                "--negative"))
        .add(
            Option.repeatable(
                "TEXT",
                "A further prompt; repeatable. TEXT::1.3 weighs it 1.3, on PROMPT too.",
                "-p",
                "--prompt"));
  }

  /**
   * The prompts in the order of the body: PROMPT, each {@code -p}, each {@code -n}.
   *
   * @throws InvalidRequest when there is none, or one is blank or has a bad weight
   */
  static List<WeightedPrompt> read(ParseResult parsed, Console console) {
    List<WeightedPrompt> prompts = new ArrayList<>();
    String first = first(parsed, console);
    if (first != null) {
      prompts.add(WeightedPrompt.positive("PROMPT", first));
    }
    for (String text : CommandLineParser.values(parsed, "-p")) {
      prompts.add(WeightedPrompt.positive("-p", arrived(text, console)));
    }
    if (prompts.isEmpty()) {
      throw new InvalidRequest(NO_PROMPT, EXAMPLE);
    }
    for (String text : CommandLineParser.values(parsed, "-n")) {
      prompts.add(WeightedPrompt.negative("-n", arrived(text, console)));
    }
    return prompts;
  }

  private static String first(ParseResult parsed, Console console) {
    List<String> words = List.of();
    if (!parsed.matchedPositionals().isEmpty()) {
      String[] matched = parsed.matchedPositionalValue(0, new String[0]);
      words = Arrays.asList(matched);
    }
    String file = CommandLineParser.value(parsed, "--prompt-file");
    if (words.size() > 1) {
      throw new InvalidRequest(
          "the prompt is one word for the shell, and here are " + words.size(),
          "Quote it: " + quoted(parsed, words));
    }
    boolean stdin = "-".equals(file) || words.size() == 1 && words.get(0).equals("-");
    if (stdin && ImageOptions.takesStdin(parsed)) {
      throw new InvalidRequest(
          "the prompt and an image both want stdin", "Name a file for one of them");
    }
    if (words.isEmpty()) {
      return file == null ? null : fromFile(file, console);
    }
    if (file != null) {
      throw new InvalidRequest(
          "there is a prompt and a --prompt-file",
          "One of them is enough; -p adds further prompts");
    }
    String prompt = arrived(words.get(0), console);
    return prompt.equals("-") ? fromStdin(console) : prompt;
  }

  /** The command as it was meant: the bare words as one, where the first of them stands. */
  private static String quoted(ParseResult parsed, List<String> bare) {
    List<String> args = new ArrayList<>(parsed.originalArgs());
    args.replaceAll(word -> word.equals(CommandLineParser.END) ? "--" : word);
    int left = bare.size();
    for (int i = args.size() - 1; i >= 0 && left > 0; i--) {
      if (args.get(i).equals(bare.get(left - 1))
          && !(i > 0 && GenerateCommand.OPTIONS.takesValue(args.get(i - 1)))) {
        args.remove(i);
        left--;
        if (left == 0) {
          args.add(i, String.join(" ", bare));
        }
      }
    }
    return "sdxl-gen " + ShellQuote.join(args);
  }

  private static String fromFile(String name, Console console) {
    if (name.equals("-")) {
      return fromStdin(console);
    }
    if (name.isEmpty()) {
      throw new InvalidRequest("--prompt-file is empty", "Name a file of UTF-8 text");
    }
    try {
      Path file = console.directory().resolve(name);
      if (Files.isDirectory(file)) {
        throw new InvalidRequest("--prompt-file " + name + " is a folder", "");
      }
      try (InputStream in = Files.newInputStream(file)) {
        return text(in, "--prompt-file " + name);
      }
    } catch (NoSuchFileException e) {
      throw new InvalidRequest("--prompt-file " + name + " isn't there", "");
    } catch (IOException | InvalidPathException e) {
      throw new InvalidRequest("--prompt-file " + name + " can't be read", "");
    }
  }

  private static String fromStdin(Console console) {
    try {
      return text(console.in(), "the prompt on stdin");
    } catch (IOException e) {
      throw new InvalidRequest("stdin can't be read", "");
    }
  }

  private static String text(InputStream in, String what) throws IOException {
    byte[] bytes = in.readNBytes(MOST_FILE_BYTES + 1);
    if (bytes.length > MOST_FILE_BYTES) {
      throw new InvalidRequest(what + " is larger than 64 KiB", "Is it a prompt?");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      text = "\0";
    }
    if (text.indexOf('\0') >= 0) {
      throw new InvalidRequest(what + " is not UTF-8 text", "");
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }

  /**
   * An argument that got here unharmed. On Windows Java is given arguments in the code page, with a
   * question mark for what that can't carry; elsewhere bytes that aren't the locale's become
   * U+FFFD.
   */
  private static String arrived(String text, Console console) {
    if (text.indexOf('\uFFFD') >= 0 || text.indexOf('?') >= 0 && isLossy(console)) {
      throw new InvalidRequest(
          "the prompt holds characters that this console can't hand over",
          "Put it in a file of UTF-8 text and give --prompt-file FILE");
    }
    return text;
  }

  /** Whether the command line, as the Windows launcher saw it, holds more than the code page. */
  private static boolean isLossy(Console console) {
    String line = console.env("SDXL_GEN_COMMAND_LINE");
    return line != null
        && !Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"))
            .newEncoder()
            .canEncode(line);
  }
}
