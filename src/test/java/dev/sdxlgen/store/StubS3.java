package dev.sdxlgen.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sdxlgen.bedrock.ConnectionSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small S3 on loopback, addressed by path: as much of it as the program asks for, and on demand
 * what goes wrong. Its one bucket is {@link #BUCKET}.
 */
public final class StubS3 implements AutoCloseable {

  public static final String BUCKET = "pictures";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Held> objects = new ConcurrentSkipListMap<>();
  private final Set<String> uploads = ConcurrentHashMap.newKeySet();
  private final List<Got> requests = new CopyOnWriteArrayList<>();
  private final Deque<Answer> script = new ConcurrentLinkedDeque<>();
  private volatile int pageSize = 1000;

  /** A request that arrived: its target decoded, its headers by lower-case names. */
  public record Got(String method, String target, Map<String, String> headers, byte[] body) {

    /** The method and the target, as {@code PUT /pictures/out.png}. */
    public String line() {
      return method + " " + target;
    }
  }

  /** An object: what is in it, and the headers it is told of with. */
  public record Held(byte[] bytes, Map<String, String> headers) {}

  /** What a request is answered with in place of the truth. */
  public interface Answer {
    /**
     * @return whether that was all; else it goes on as usual
     */
    boolean to(HttpExchange exchange, Got request, StubS3 s3) throws IOException;
  }

  private StubS3(HttpServer server) {
    this.server = server;
  }

  public static StubS3 start() {
    try {
      var s3 =
          new StubS3(
              HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50));
      s3.server.createContext("/", s3::serve);
      s3.server.setExecutor(s3.threads);
      s3.server.start();
      return s3;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Who calls a server in the place of S3: this one, or one that others wrote. */
  public static ConnectionSettings settings(URI endpoint) {
    return new ConnectionSettings(
        "us-west-2",
        null,
        null,
        null,
        Duration.ofSeconds(20),
        Map.of(
            "AWS_ACCESS_KEY_ID", "mock",
            "AWS_SECRET_ACCESS_KEY", "mock",
            "AWS_ENDPOINT_URL_S3", endpoint.toString(),
            "HOME", "/nonexistent"));
  }

  /** The next requests are answered so, one each. */
  public StubS3 then(Answer... answers) {
    script.addAll(List.of(answers));
    return this;
  }

  /** How many keys a list's page has. */
  public StubS3 pagesOf(int keys) {
    pageSize = keys;
    return this;
  }

  public StubS3 holding(String key, byte[] bytes) {
    objects.put(key, new Held(bytes, Map.of()));
    return this;
  }

  /** What is there; null when nothing is. */
  public Held object(String key) {
    return objects.get(key);
  }

  public List<String> keys() {
    return List.copyOf(objects.keySet());
  }

  public List<Got> requests() {
    return List.copyOf(requests);
  }

  /** The method and target of each request. */
  public List<String> lines() {
    return requests.stream().map(Got::line).toList();
  }

  /** How many uploads of several parts are begun and not given up. */
  public int openUploads() {
    return uploads.size();
  }

  /** Nothing special. */
  public static Answer usual() {
    return (exchange, request, s3) -> false;
  }

  /** An error as S3 tells it. */
  public static Answer error(int status, String code, String message) {
    return (exchange, request, s3) -> {
      fail(exchange, request, status, code, message);
      return true;
    };
  }

  /** The bucket is in another region, for whoever signs for this one. */
  public static Answer inRegion(String region) {
    return (exchange, request, s3) -> {
      exchange.getResponseHeaders().set("x-amz-bucket-region", region);
      fail(exchange, request, 301, "PermanentRedirect", "The bucket is in another region.");
      return true;
    };
  }

  /** Does what was asked, and breaks off without saying so. */
  public static Answer doneButUnanswered() {
    return (exchange, request, s3) -> {
      s3.objects.put(s3.key(request), held(request));
      exchange.close();
      return true;
    };
  }

  /** Breaks off before anything is done. */
  public static Answer brokenOff() {
    return (exchange, request, s3) -> {
      exchange.close();
      return true;
    };
  }

  /** Says how long the object is, and sends only its first bytes. */
  public static Answer cutAfter(int bytes) {
    return (exchange, request, s3) -> {
      byte[] all = s3.part(request, s3.objects.get(s3.key(request)), exchange);
      exchange.sendResponseHeaders(request.headers().containsKey("range") ? 206 : 200, all.length);
      exchange.getResponseBody().write(all, 0, bytes);
      exchange.getResponseBody().flush();
      exchange.close();
      return true;
    };
  }

  /** Another puts an object of this name first. */
  public static Answer overtaken(byte[] bytes) {
    return (exchange, request, s3) -> {
      s3.objects.put(s3.key(request), new Held(bytes, Map.of()));
      return false;
    };
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (headers.getOrDefault("x-amz-content-sha256", "").startsWith("STREAMING")) {
        body = unchunked(body);
      }
      URI uri = exchange.getRequestURI();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      var request =
          new Got(exchange.getRequestMethod(), decoded(uri.getRawPath()) + query, headers, body);
      requests.add(request);
      Answer answer = script.poll();
      if (answer == null || !answer.to(exchange, request, this)) {
        answer(exchange, request);
      }
    } catch (RuntimeException e) {
      e.printStackTrace();
    }
  }

  private void answer(HttpExchange exchange, Got request) throws IOException {
    if (!request.target().startsWith("/" + BUCKET)) {
      fail(exchange, request, 404, "NoSuchBucket", "The specified bucket does not exist");
      return;
    }
    String key = key(request);
    boolean uploading =
        request.target().contains("?uploads") || request.target().contains("uploadId=");
    switch (request.method()) {
      case "PUT" -> put(exchange, request, key);
      case "POST" -> {
        uploads.add(key);
        send(
            exchange,
            200,
            "<InitiateMultipartUploadResult><Bucket>pictures</Bucket><Key>k</Key><UploadId>u1"
                + "</UploadId></InitiateMultipartUploadResult>");
      }
      case "DELETE" -> {
        if (uploading) {
          uploads.remove(key);
        } else {
          objects.remove(key);
        }
        exchange.sendResponseHeaders(204, -1);
      }
      case "GET", "HEAD" -> {
        if (key.isEmpty()) {
          list(exchange, request);
        } else {
          get(exchange, request, key);
        }
      }
      default -> fail(exchange, request, 405, "MethodNotAllowed", "not by this stub");
    }
  }

  private void put(HttpExchange exchange, Got request, String key) throws IOException {
    if ("*".equals(request.headers().get("if-none-match")) && objects.containsKey(key)) {
      fail(
          exchange,
          request,
          412,
          "PreconditionFailed",
          "At least one of the pre-conditions you specified did not hold");
      return;
    }
    objects.put(key, held(request));
    exchange.getResponseHeaders().set("ETag", "\"1\"");
    exchange.sendResponseHeaders(200, -1);
  }

  private static Held held(Got request) {
    Map<String, String> kept = new TreeMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (name.startsWith("x-amz-meta-") || name.equals("content-type")) {
                kept.put(name, value);
              }
            });
    return new Held(request.body(), kept);
  }

  private void get(HttpExchange exchange, Got request, String key) throws IOException {
    Held held = objects.get(key);
    if (held == null) {
      fail(exchange, request, 404, "NoSuchKey", "The specified key does not exist.");
      return;
    }
    byte[] bytes = part(request, held, exchange);
    held.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    if (request.method().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(request.headers().containsKey("range") ? 206 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private byte[] part(Got request, Held held, HttpExchange exchange) {
    exchange.getResponseHeaders().set("ETag", "\"" + Arrays.hashCode(held.bytes()) + "\"");
    String range = request.headers().get("range");
    if (range == null) {
      return held.bytes();
    }
    int from = Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
    return Arrays.copyOfRange(held.bytes(), from, held.bytes().length);
  }

  private void list(HttpExchange exchange, Got request) throws IOException {
    Map<String, String> query = new TreeMap<>();
    for (String pair : request.target().substring(request.target().indexOf('?') + 1).split("&")) {
      int equals = pair.indexOf('=');
      query.put(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
    }
    String prefix = query.getOrDefault("prefix", "");
    String after =
        new String(HexFormat.of().parseHex(query.getOrDefault("continuation-token", "")), UTF_8);
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    xml.append("<EncodingType>url</EncodingType>");
    int found = 0;
    String last = null;
    for (Map.Entry<String, Held> object : objects.entrySet()) {
      if (!object.getKey().startsWith(prefix) || object.getKey().compareTo(after) <= 0) {
        continue;
      }
      if (found++ == pageSize) {
        xml.append("<NextContinuationToken>")
            .append(HexFormat.of().formatHex(last.getBytes(UTF_8)));
        xml.append("</NextContinuationToken>");
        break;
      }
      last = object.getKey();
      xml.append("<Contents><Key>").append(URLEncoder.encode(last, UTF_8)).append("</Key><Size>");
      xml.append(object.getValue().bytes().length).append("</Size></Contents>");
    }
    xml.append("<IsTruncated>").append(found > pageSize).append("</IsTruncated>");
    send(exchange, 200, xml + "</ListBucketResult>");
  }

  private String key(Got request) {
    String path = request.target().replaceFirst("\\?.*", "");
    return path.length() > BUCKET.length() + 2 ? path.substring(BUCKET.length() + 2) : "";
  }

  private static void fail(
      HttpExchange exchange, Got request, int status, String code, String message)
      throws IOException {
    if (request.method().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    send(
        exchange,
        status,
        "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
  }

  private static void send(HttpExchange exchange, int status, String xml) throws IOException {
    byte[] body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml).getBytes(UTF_8);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Of a body in signed chunks: {@code SIZE;chunk-signature=…}, a line's end, the bytes. */
  private static byte[] unchunked(byte[] body) {
    var bytes = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; ) {
      int end = at;
      while (body[end] != '\r') {
        end++;
      }
      String head = new String(body, at, end - at, ISO_8859_1).replaceFirst(";.*", "");
      int size = Integer.parseInt(head, 16);
      if (size == 0) {
        break;
      }
      bytes.write(body, end + 2, size);
      at = end + 2 + size + 2;
    }
    return bytes.toByteArray();
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
