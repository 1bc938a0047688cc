package dev.sdxlgen.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/**
 * Reads JSON (RFC 8259) that is in memory, token by token: what Jackson's parser does, in its words
 * and as strictly, for the way of one image. Jackson's own has decimal numbers among its constants,
 * for which Java 25 works out high powers of five: without them an image takes 5 ms less, over
 * HTTPS 9. A picture's base64 is decoded from where it lies: Jackson takes 40 ms for its four
 * million characters in a program that has just started, a search for their end and the JDK's
 * decoder, which the quick compiler doesn't know, 25; this way takes 10.
 */
public final class JsonReader {

  /** As many as Jackson takes. */
  private static final int MOST_DEPTH = 1000;

  /** Characters at a time: so few that the loop is compiled when there is still much to do. */
  private static final int STRIDE = 1024;

  /** Bytes that are written at a time, at most. */
  private static final int PIECE = STRIDE / 4 * 3 * 128;

  /** What each character stands for; -1 for those that base64 doesn't have (RFC 4648, table 1). */
  private static final byte[] VALUES = values();

  private final byte[] text;
  private final int end;

  /** What is read next: within a string that nobody has asked for, its first character. */
  private int at;

  private boolean inString;
  private JsonToken token;

  /** Where the token begins. */
  private int start;

  /** The last field's name, and the last string that was asked for. */
  private String name;

  private String string;

  /** Whether it is an object, of each that the reader is in. */
  private final boolean[] objects = new boolean[MOST_DEPTH];

  private int depth;
  private boolean compact = true;

  /**
   * @param text in UTF-8: an array, from its beginning up to the buffer's limit
   */
  public JsonReader(ByteBuffer text) {
    this.text = text.array();
    this.end = text.limit();
  }

  /**
   * Has the decoding of base64 compiled before there is an answer. What the JVM's quick compiler
   * takes for hot is what was called 200 times, however little was done.
   */
  public static void warmUp() {
    byte[] text = {'A', 'A', 'A', 'A'};
    byte[] bytes = new byte[3];
    for (int i = 0; i < 300; i++) {
      decode(text, 0, text.length, bytes, 0);
    }
  }

  /**
   * Goes on to the next token.
   *
   * @return null at the text's end
   * @throws JsonParseException when the text isn't JSON, or ends within an object or an array
   */
  public JsonToken nextToken() throws JsonParseException {
    if (inString) {
      skipString();
    }
    int c = nextByte();
    if (depth > 0) {
      boolean object = objects[depth - 1];
      if (token == JsonToken.FIELD_NAME) {
        return value(c);
      }
      if (c == (object ? '}' : ']')) {
        at++;
        depth--;
        return is(object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY);
      }
      if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
        expect(',', c);
        c = nextByte();
      }
      if (object) {
        readName(c);
        return is(JsonToken.FIELD_NAME);
      }
    }
    return c < 0 && depth == 0 ? is(null) : value(c);
  }

  /** The token that the reader is at; null before the first and at the end. */
  public JsonToken currentToken() {
    return token;
  }

  /** The field's name that was read last. */
  public String currentName() {
    return name;
  }

  /**
   * What a string says, or a number as it is written.
   *
   * @throws JsonParseException when it is no JSON string
   */
  public String getText() throws JsonParseException {
    if (inString) {
      string = readString();
    }
    return token == JsonToken.VALUE_STRING
        ? string
        : new String(text, start, at - start, ISO_8859_1);
  }

  /**
   * A whole number's value.
   *
   * @throws JsonParseException when it is beyond 64 bits
   */
  public long getLongValue() throws JsonParseException {
    try {
      return Long.parseLong(getText());
    } catch (NumberFormatException e) {
      throw broken("a number that is too large");
    }
  }

  /** Whether there was no white space between the tokens so far. */
  public boolean isCompact() {
    return compact;
  }

  /** Goes on to the end of the object or array that begins here; anything else is one token. */
  public void skipChildren() throws JsonParseException {
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      int outside = depth - 1;
      while (depth > outside) {
        nextToken();
      }
    }
  }

  /** The value that begins here, as it is written. */
  public String source() throws JsonParseException {
    int from = start;
    skipChildren();
    if (inString) {
      skipString();
    }
    return utf8(from, at);
  }

  /**
   * Decodes the string that begins here. Between four characters and four more there may be white
   * space; at the end there must be padding.
   *
   * @return how many bytes it stands for
   * @throws IllegalArgumentException when it isn't base64
   * @throws JsonParseException when it doesn't end
   * @throws IOException when the bytes can't be written
   */
  public int readBinaryValue(OutputStream to) throws IOException {
    byte[] piece = new byte[PIECE];
    int filled = 0;
    int written = 0;
    int last;
    do {
      int quads = end - (end - at) % 4;
      boolean more = true;
      while (more) {
        int stop = Math.min(at + STRIDE, quads);
        int reached = decode(text, at, stop, piece, filled);
        filled += (reached - at) / 4 * 3;
        at = reached;
        more = reached == stop && stop < quads;
        if (filled > PIECE - STRIDE) {
          to.write(piece, 0, filled);
          written += filled;
          filled = 0;
        }
      }
      last = readFour(piece, filled);
      filled += Math.max(last, 0);
    } while (last >= 0);
    to.write(piece, 0, filled);
    inString = false;
    return written + filled;
  }

  /**
   * Decodes four characters at a time.
   *
   * @return where it met the first four that aren't all of base64; else the end
   */
  private static int decode(byte[] text, int from, int end, byte[] to, int index) {
    byte[] values = VALUES;
    int at = from;
    int put = index;
    while (at < end) {
      int bits =
          values[text[at] & 0xff] << 18
              | values[text[at + 1] & 0xff] << 12
              | values[text[at + 2] & 0xff] << 6
              | values[text[at + 3] & 0xff];
      if (bits < 0) {
        break;
      }
      to[put] = (byte) (bits >> 16);
      to[put + 1] = (byte) (bits >> 8);
      to[put + 2] = (byte) bits;
      at += 4;
      put += 3;
    }
    return at;
  }

  /**
   * The same for those four that are padded or escaped.
   *
   * @return how many bytes they stand for; -1 when the string has ended
   */
  private int readFour(byte[] to, int index) throws JsonParseException {
    int bits = 0;
    int digits = 0;
    int padding = 0;
    while (digits + padding < 4) {
      int c = within();
      boolean quote = c == '"';
      if (c == '\\') {
        c = escape();
      }
      if (digits == 0 && quote) {
        return -1;
      } else if (c == '=' && digits >= 2) {
        padding++;
      } else if (padding == 0 && c < VALUES.length && VALUES[c] >= 0) {
        bits |= VALUES[c] << 18 - 6 * digits;
        digits++;
      } else if (digits > 0 || c > ' ') {
        throw new IllegalArgumentException("a character that isn't base64");
      }
    }
    for (int i = 0; i < 3 - padding; i++) {
      to[index + i] = (byte) (bits >> 16 - 8 * i);
    }
    return 3 - padding;
  }

  private static byte[] values() {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    return values;
  }

  /** The next byte that isn't white space, which stays where it is; -1 at the end. */
  private int nextByte() {
    while (at < end) {
      byte c = text[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c & 0xff;
      }
      compact = false;
      at++;
    }
    return -1;
  }

  private JsonToken is(JsonToken found) {
    token = found;
    return found;
  }

  private JsonToken value(int c) throws JsonParseException {
    start = at;
    return switch (c) {
      case '{' -> enter(true);
      case '[' -> enter(false);
      case '"' -> {
        at++;
        inString = true;
        yield is(JsonToken.VALUE_STRING);
      }
      case 't' -> word("true", JsonToken.VALUE_TRUE);
      case 'f' -> word("false", JsonToken.VALUE_FALSE);
      case 'n' -> word("null", JsonToken.VALUE_NULL);
      case -1 -> throw broken("an end");
      default -> number();
    };
  }

  private JsonToken enter(boolean object) throws JsonParseException {
    if (depth == MOST_DEPTH) {
      throw broken("too much within each other");
    }
    at++;
    objects[depth++] = object;
    return is(object ? JsonToken.START_OBJECT : JsonToken.START_ARRAY);
  }

  private JsonToken word(String word, JsonToken found) throws JsonParseException {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i), at < end ? text[at] : -1);
    }
    return is(found);
  }

  private JsonToken number() throws JsonParseException {
    at += text[at] == '-' ? 1 : 0;
    int digits = at;
    skipDigits();
    if (text[digits] == '0' && at > digits + 1) {
      throw broken("a number that begins with 0");
    }
    JsonToken found = JsonToken.VALUE_NUMBER_INT;
    if (at < end && text[at] == '.') {
      at++;
      skipDigits();
      found = JsonToken.VALUE_NUMBER_FLOAT;
    }
    if (at < end && (text[at] == 'e' || text[at] == 'E')) {
      at++;
      at += at < end && (text[at] == '+' || text[at] == '-') ? 1 : 0;
      skipDigits();
      found = JsonToken.VALUE_NUMBER_FLOAT;
    }
    if (depth == 0 && at < end && text[at] > ' ') {
      throw broken("something that isn't a digit");
    }
    return is(found);
  }

  /** One at least. */
  private void skipDigits() throws JsonParseException {
    int from = at;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    if (at == from) {
      throw broken("something that isn't a digit");
    }
  }

  private void readName(int c) throws JsonParseException {
    expect('"', c);
    name = readString();
    expect(':', nextByte());
  }

  private String readString() throws JsonParseException {
    StringBuilder unescaped = null;
    int from = at;
    while (true) {
      int c = character();
      if (c != '"' && c != '\\') {
        continue;
      }
      String piece = utf8(from, at - 1);
      if (c == '"') {
        inString = false;
        return unescaped == null ? piece : unescaped.append(piece).toString();
      }
      if (unescaped == null) {
        unescaped = new StringBuilder();
      }
      unescaped.append(piece).append(escape());
      from = at;
    }
  }

  private void skipString() throws JsonParseException {
    for (int c = character(); c != '"'; c = character()) {
      if (c == '\\') {
        escape();
      }
    }
    inString = false;
  }

  /** The next byte of a string: never a control character. */
  private int character() throws JsonParseException {
    int c = within();
    if (c < ' ') {
      throw broken("a control character in a string");
    }
    return c;
  }

  private int within() throws JsonParseException {
    if (at == end) {
      throw broken("an end within a string");
    }
    return text[at++] & 0xff;
  }

  /** What stands behind a backslash. */
  private char escape() throws JsonParseException {
    int c = within();
    return switch (c) {
      case '"', '\\', '/' -> (char) c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int number = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(within(), 16);
          if (digit < 0) {
            throw broken("an escape of other digits than hexadecimal");
          }
          number = number << 4 | digit;
        }
        yield (char) number;
      }
      default -> throw broken("an escape that there isn't");
    };
  }

  private String utf8(int from, int to) throws JsonParseException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(text, from, to - from)).toString();
    } catch (CharacterCodingException e) {
      throw broken("bytes that aren't UTF-8");
    }
  }

  private void expect(char expected, int c) throws JsonParseException {
    if (c != expected) {
      throw broken("something else than " + expected);
    }
    at++;
  }

  private JsonParseException broken(String what) {
    return new JsonParseException(null, "There is " + what + " before byte " + at);
  }
}
