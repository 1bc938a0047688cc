package dev.sdxlgen.mock;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes HTTP/1.1 requests from a stream (RFC 9112), within limits: 16 KiB for a line, 100 headers,
 * {@value #MOST_BODY} bytes for a body.
 */
final class HttpReader {

  /** InvokeModel's own limit (Bedrock API reference, InvokeModel, body). */
  static final int MOST_BODY = 25_000_000;

  static final int MOST_LINE = 16_384;
  static final int MOST_HEADERS = 100;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final OutputStream out;
  private boolean last;

  /**
   * @param in buffered
   * @param out where a client that asks is told to go on with the body
   */
  HttpReader(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** A request that can't be read any further. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    Unreadable(int status, String message) {
      super(message, null, false, false);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** Whether the client will not send another request. */
  boolean last() {
    return last;
  }

  /**
   * The next request, or null when there is none.
   *
   * @throws Unreadable when it isn't HTTP/1, or beyond a limit
   * @throws EOFException when it ends before its end
   */
  HttpRequest next() throws IOException, Unreadable {
    String line;
    int empty = 0;
    do {
      line = readLine(414, empty == 0);
      if (line == null) {
        return null;
      }
    } while (line.isEmpty() && ++empty < 4);
    int afterMethod = line.indexOf(' ');
    int afterTarget = line.lastIndexOf(' ');
    String version = line.substring(afterTarget + 1);
    if (line.equals("PRI * HTTP/2.0")) {
      throw new Unreadable(505, "HTTP/2 isn't spoken here: use the client's HTTP/1.1 handler");
    }
    if (afterMethod < 1 || afterTarget == afterMethod || !version.startsWith("HTTP/")) {
      throw new Unreadable(400, "not an HTTP request");
    }
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      throw new Unreadable(505, version + " isn't spoken here");
    }
    String method = line.substring(0, afterMethod);
    String target = target(line.substring(afterMethod + 1, afterTarget));
    int query = target.indexOf('?');
    Map<String, String> headers = readHeaders();
    String connection = lowerCase(headers.getOrDefault("connection", ""));
    last =
        version.equals("HTTP/1.0")
            ? !connection.contains("keep-alive")
            : connection.contains("close");
    return new HttpRequest(
        method,
        query < 0 ? target : target.substring(0, query),
        query < 0 ? "" : target.substring(query + 1),
        headers,
        readBody(headers));
  }

  /** {@code /path?query}, also of the {@code http://host/path?query} that a proxy is asked. */
  private static String target(String target) {
    if (!target.startsWith("http://") && !target.startsWith("https://")) {
      return target;
    }
    int slash = target.indexOf('/', target.indexOf("://") + 3);
    return slash < 0 ? "/" : target.substring(slash);
  }

  private Map<String, String> readHeaders() throws IOException, Unreadable {
    Map<String, String> headers = new LinkedHashMap<>();
    int count = 0;
    while (true) {
      String line = readLine(431, false);
      if (line.isEmpty()) {
        return headers;
      }
      if (++count > MOST_HEADERS) {
        throw new Unreadable(431, "more than " + MOST_HEADERS + " headers");
      }
      int colon = line.indexOf(':');
      if (colon < 1 || line.charAt(0) <= ' ' || line.charAt(colon - 1) <= ' ') {
        throw new Unreadable(400, "not a header: " + line);
      }
      String name = lowerCase(line.substring(0, colon));
      String value = line.substring(colon + 1).strip();
      String before = headers.get(name);
      headers.put(name, before == null ? value : before + ", " + value);
    }
  }

  /** Of ASCII letters; no locale is asked. */
  private static String lowerCase(String name) {
    char[] letters = name.toCharArray();
    for (int i = 0; i < letters.length; i++) {
      if (letters[i] >= 'A' && letters[i] <= 'Z') {
        letters[i] += 'a' - 'A';
      }
    }
    return new String(letters);
  }

  private byte[] readBody(Map<String, String> headers) throws IOException, Unreadable {
    String coding = headers.get("transfer-encoding");
    String length = headers.get("content-length");
    if (coding != null) {
      if (length != null) {
        throw new Unreadable(400, "both Content-Length and Transfer-Encoding");
      }
      if (!coding.equalsIgnoreCase("chunked")) {
        throw new Unreadable(501, "Transfer-Encoding " + coding + " isn't spoken here");
      }
      sayContinue(headers);
      return readChunks();
    }
    if (length == null) {
      return new byte[0];
    }
    int size = number(length, 10);
    if (size < 0) {
      throw new Unreadable(400, "Content-Length is not a number: " + length);
    }
    if (size > MOST_BODY) {
      throw tooLarge();
    }
    sayContinue(headers);
    byte[] body = in.readNBytes(size);
    if (body.length < size) {
      throw new EOFException();
    }
    return body;
  }

  private void sayContinue(Map<String, String> headers) throws IOException, Unreadable {
    String expected = headers.get("expect");
    if (expected == null) {
      return;
    }
    if (!expected.equalsIgnoreCase("100-continue")) {
      throw new Unreadable(417, "Expect: " + expected + " can't be met");
    }
    out.write(CONTINUE);
    out.flush();
  }

  private byte[] readChunks() throws IOException, Unreadable {
    var body = new ByteArrayOutputStream();
    while (true) {
      String line = readLine(400, false);
      int extension = line.indexOf(';');
      String digits = (extension < 0 ? line : line.substring(0, extension)).strip();
      int size = number(digits, 16);
      if (size < 0) {
        throw new Unreadable(400, "not a chunk's size: " + line);
      }
      if (size > MOST_BODY - body.size()) {
        throw tooLarge();
      }
      if (size == 0) {
        readHeaders();
        return body.toByteArray();
      }
      byte[] chunk = in.readNBytes(size);
      body.writeBytes(chunk);
      if (chunk.length < size) {
        throw new EOFException();
      }
      if (!readLine(400, false).isEmpty()) {
        throw new Unreadable(400, "a chunk is longer than it says");
      }
    }
  }

  private static Unreadable tooLarge() {
    return new Unreadable(413, "The request body is larger than " + MOST_BODY + " bytes.");
  }

  /** What the digits say, -1 when they aren't digits, {@link Integer#MAX_VALUE} when it is more. */
  private static int number(String digits, int radix) {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = Character.digit(digits.charAt(i), radix);
      if (digit < 0 || digits.charAt(i) > 'f') {
        return -1;
      }
      number = Math.min(Integer.MAX_VALUE, number * radix + digit);
    }
    return digits.isEmpty() ? -1 : (int) number;
  }

  /**
   * Up to CRLF or LF, which isn't part of it.
   *
   * @param tooLong the status when there is no end in sight
   * @param mayEnd whether the stream may end here; then it is null
   */
  private String readLine(int tooLong, boolean mayEnd) throws IOException, Unreadable {
    var line = new StringBuilder(80);
    while (true) {
      int next = in.read();
      if (next == '\n') {
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
          line.setLength(length - 1);
        }
        if (line.length() <= MOST_LINE) {
          return line.toString();
        }
      }
      if (next < 0) {
        if (mayEnd && line.length() == 0) {
          return null;
        }
        throw new EOFException();
      }
      if (line.length() > MOST_LINE) {
        throw new Unreadable(tooLong, "a line is longer than " + MOST_LINE + " bytes");
      }
      line.append((char) next);
    }
  }
}
