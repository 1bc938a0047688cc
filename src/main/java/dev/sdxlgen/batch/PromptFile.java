package dev.sdxlgen.batch;

import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.batch.manifest.Hash;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A file of prompts. It is read twice: once to check every line, of which only an index is kept,
 * and then each prompt by itself when its image is to be made.
 */
public final class PromptFile implements Closeable {

  private static final int SCAN_BUFFER = 1 << 16;
  private static final int ITEM_BUFFER = 1 << 12;

  private final FileChannel channel;
  private final PromptFormat format;
  private Completion completion = Completion.NONE;
  private long start;
  private List<String> header = List.of();

  private PromptFile(Path file, PromptFormat format, boolean temporary) throws IOException {
    // One of ours is gone with the process, however that ends.
    this.channel =
        temporary
            ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE)
            : FileChannel.open(file, StandardOpenOption.READ);
    this.format = format;
  }

  /**
   * Opens a file. One that can be read only once, as a pipe, is copied to a temporary file.
   *
   * @param name how messages name it
   * @param folder where temporary files go
   * @throws InvalidRequest when it can't be read
   */
  public static PromptFile open(Path file, String name, PromptFormat format, Path folder) {
    try {
      if (Files.isDirectory(file)) {
        throw new InvalidRequest(name + " is a folder", "Name a file of prompts");
      }
      if (Files.isRegularFile(file)) {
        return new PromptFile(file, format, false);
      }
      try (InputStream in = Files.newInputStream(file)) {
        return spool(in, format, folder);
      }
    } catch (NoSuchFileException e) {
      throw new InvalidRequest(name + " isn't there", "");
    } catch (IOException e) {
      throw new InvalidRequest(name + " can't be read", "");
    }
  }

  /**
   * Copies what can be read only once to a temporary file, which is gone when this is closed.
   *
   * @throws InvalidRequest when it can't be read
   * @throws OutputFailed when the temporary file can't be written
   */
  public static PromptFile spool(InputStream in, PromptFormat format, Path folder) {
    Path copy = null;
    try {
      copy = Files.createTempFile(folder, ".sdxl-gen-prompts-", ".tmp");
      byte[] buffer = new byte[SCAN_BUFFER];
      try (FileChannel out = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        for (int read; (read = read(in, buffer)) >= 0; ) {
          ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
          while (bytes.hasRemaining()) {
            out.write(bytes);
          }
        }
      }
      return new PromptFile(copy, format, true);
    } catch (IOException e) {
      delete(copy);
      throw new OutputFailed(
          "the prompts can't be kept in " + folder + ": " + OutputFailed.reason(e), "", e);
    } catch (RuntimeException e) {
      delete(copy);
      throw e;
    }
  }

  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new InvalidRequest("the prompts can't be read: " + e.getMessage(), "");
    }
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // It is the system's temporary folder's to clear.
    }
  }

  /**
   * Checks every line, so that a bad one costs nothing.
   *
   * @param given what else decides what is sent; ids of prompts without one come from all of it
   * @param fileName the file name that an id gives: two ids must not give the same
   * @throws InvalidRequest when the header of a CSV file can't be used
   */
  public Checked check(Checker checker, Sweep sweep, Completion given, FileName fileName) {
    completion = given;
    Checking checking = new Checking(this, checker, sweep, fileName);
    try {
      start = startOfText();
      RecordReader records = new RecordReader(channel, format, start, 1, SCAN_BUFFER);
      if (format == PromptFormat.CSV && !readHeader(records, checking)) {
        return checking.done();
      }
      while (records.next()) {
        if (!isBlank(records.bytes())) {
          read(records, checking);
        }
      }
      return checking.done();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file name, without its end, that an id gives. */
  @FunctionalInterface
  public interface FileName {
    String of(String id);
  }

  private static void read(RecordReader records, Checking checking) {
    try {
      Item item = checking.file().parse(records);
      if (item != null) {
        checking.add(records.offset(), item);
      }
    } catch (LineFault e) {
      checking.problem(new Problem(records.line(), e.column(), e.getMessage()));
    }
  }

  /**
   * Reads the header; false when there is none.
   *
   * @throws InvalidRequest when it can't be used: no line below it can then
   */
  private boolean readHeader(RecordReader records, Checking checking) throws IOException {
    do {
      if (!records.next()) {
        return false;
      }
    } while (isBlank(records.bytes()));
    List<Problem> problems = new ArrayList<>();
    try {
      String text = text(records);
      header = CsvLine.header(text);
      for (int i = 0; i < header.size(); i++) {
        String name = header.get(i);
        boolean again = name.equals("id") && header.indexOf(name) < i;
        String reason = name.equals("id") ? null : checking.refuse(name);
        if (reason != null || again) {
          problems.add(
              new Problem(
                  records.line(), CsvLine.column(text, i), again ? "a line has one id" : reason));
        }
      }
    } catch (LineFault e) {
      problems.add(new Problem(records.line(), e.column(), e.getMessage()));
    }
    if (!problems.isEmpty()) {
      StringBuilder advice = new StringBuilder();
      problems.stream().limit(Checked.MOST_TOLD).forEach(p -> advice.append(p).append('\n'));
      throw new InvalidRequest(
          "the header can't be used, and nothing was sent",
          advice + "A header names the columns: id,prompt,seed");
    }
    return true;
  }

  /** Where the text begins, behind a byte order mark. */
  private long startOfText() throws IOException {
    ByteBuffer mark = ByteBuffer.allocate(3);
    int read = channel.read(mark, 0);
    boolean marked =
        read == 3
            && (mark.get(0) & 0xff) == 0xEF
            && (mark.get(1) & 0xff) == 0xBB
            && (mark.get(2) & 0xff) == 0xBF;
    return marked ? 3 : 0;
  }

  private static boolean isBlank(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      byte b = bytes.get(i);
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return false;
      }
    }
    return true;
  }

  /** What a record asks for; null when it is a comment. */
  private Item parse(RecordReader records) throws LineFault {
    String text = text(records);
    return switch (format) {
      case TXT -> {
        String prompt = text.strip();
        yield prompt.startsWith("#")
            ? null
            : new Item(
                records.line(),
                null,
                Map.of("prompt", List.of(prompt)),
                null,
                Map.of("prompt", text.indexOf(prompt) + 1));
      }
      case JSONL -> JsonLine.read(records.line(), text);
      case CSV -> CsvLine.read(records.line(), header, text);
    };
  }

  private static String text(RecordReader records) throws LineFault {
    if (records.isTooLong()) {
      throw new LineFault(
          0,
          "longer than "
              + (records.most() >> 20)
              + " MiB"
              + (records.isUnclosed() ? ": a quote is never closed" : ""));
    }
    if (records.isUnclosed()) {
      throw new LineFault(0, "a quote is never closed");
    }
    ByteBuffer bytes = records.bytes();
    CharBuffer chars = CharBuffer.allocate(bytes.remaining());
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CoderResult result = decoder.decode(bytes, chars, true);
    if (result.isError()) {
      throw new LineFault(chars.position() + 1, "this is not UTF-8");
    }
    String text = chars.flip().toString();
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      throw new LineFault(nul + 1, "a NUL: this is not text");
    }
    return text;
  }

  /**
   * What a prompt asks for, read again.
   *
   * @throws InvalidRequest when the file has changed since
   */
  public Item item(ItemIndex index, int item) {
    long line = 0;
    try {
      RecordReader records =
          new RecordReader(channel, format, index.offset(item), line, ITEM_BUFFER);
      Item read = records.next() ? parse(records) : null;
      if (read != null) {
        String id = read.id() == null ? id(requestHash(read), index.alike(item)) : read.id();
        if (Hash.of(id) == index.hash(item)) {
          return read.withId(id);
        }
      }
    } catch (LineFault | IOException e) {
      // Told below.
    }
    throw new InvalidRequest(
        "the prompt file was changed while it was read", "Run the same command again");
  }

  /**
   * All fields of an image.
   *
   * @param combination those that the sweep sets
   * @param repetition which of the images that are otherwise the same, from 0
   */
  Map<String, List<String>> fields(Item item, Map<String, String> combination, long repetition) {
    return completion.of(item, item.fieldsWith(combination), repetition);
  }

  /** What a prompt asks for, without a sweep, as hexadecimal digits. */
  String requestHash(Item item) {
    return Hash.ofRequest(fields(item, Map.of(), 0), item.body());
  }

  /**
   * The id of a prompt that has none: its request's hash, and a number when others are the same.
   */
  static String id(String requestHash, int alike) {
    return requestHash.substring(0, 16) + (alike == 0 ? "" : "-" + (alike + 1));
  }

  /** The number of the line that an offset is on. */
  long lineAt(long offset) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(SCAN_BUFFER);
    long line = 1;
    for (long at = 0; at < offset; at += buffer.limit()) {
      buffer.clear();
      if (channel.read(buffer, at) <= 0) {
        break;
      }
      buffer.flip();
      for (int i = 0; i < buffer.limit() && at + i < offset; i++) {
        line += buffer.get(i) == '\n' ? 1 : 0;
      }
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
