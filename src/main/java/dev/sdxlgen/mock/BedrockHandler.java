package dev.sdxlgen.mock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** What the mock answers. */
final class BedrockHandler implements HttpServer.Handler {

  private static final String BEFORE_MODEL = "/model/";
  private static final String AFTER_MODEL = "/invoke";
  private static final byte[] GARBAGE =
      "<html><body><h1>It works!</h1></body></html>\n".getBytes(StandardCharsets.US_ASCII);

  private static final String REQUESTS = "/_mock/requests";

  private final RequestLog log = new RequestLog();
  private final Queue<Answer> queued = new ConcurrentLinkedQueue<>();
  private final Queue<Fault> script;
  private final Faults faults;
  private final Models models;
  private final ControlPlane controlPlane;

  /**
   * For faults alone: what else happens must not change them. So a seeded mock plays the same fault
   * to its tenth call however many calls are in flight.
   */
  private final Dice faultDice;

  private final Dice seedDice;
  private final Dice ids = new Dice(Dice.mix(System.nanoTime()));
  private final long latencyNanos;

  /** Null when nothing is throttled but by fault. */
  private final TokenBucket quota;

  private final Consumer<String> lines;

  /** The picture that is given, or null when it is drawn. */
  private final byte[] picture;

  /**
   * @param nanoTime the quota's clock
   */
  BedrockHandler(MockOptions options, LongSupplier nanoTime) {
    script = new ArrayDeque<>(options.script());
    faults = options.faults();
    models = new Models(options.family(), options.retired());
    controlPlane = new ControlPlane(models);
    long seed = options.seed() == null ? Dice.mix(System.nanoTime()) : options.seed();
    faultDice = new Dice(seed);
    seedDice = new Dice(Dice.mix(seed + 1));
    quota = options.quota() == null ? null : new TokenBucket(options.quota(), nanoTime);
    latencyNanos = options.latency().toNanos();
    lines = options.log();
    byte[] file = options.picture();
    picture = file == null ? null : Base64.getEncoder().encode(file);
  }

  List<RecordedRequest> requests() {
    return log.all();
  }

  void enqueue(Answer answer) {
    queued.add(answer);
  }

  @Override
  public HttpResponse refuse(HttpReader.Unreadable why) {
    String type = why.status() == 413 ? "ValidationException" : "MalformedHttpRequestException";
    HttpResponse response = HttpResponse.error(why.status(), type, why.getMessage());
    if (lines != null) {
      lines.accept("- - " + why.status() + " 0 ms " + why.getMessage());
    }
    return identified(response);
  }

  @Override
  public HttpResponse answer(HttpRequest request) throws InterruptedException {
    long start = System.nanoTime();
    Played played;
    try {
      played = route(request);
    } catch (Refusal e) {
      played = new Played(e.response(), Fault.OK);
    } catch (RuntimeException e) {
      played =
          new Played(
              HttpResponse.error(500, "InternalServerException", "the mock failed: " + e),
              Fault.OK);
    }
    if (request.path().startsWith(BEFORE_MODEL) && !played.atOnce()) {
      waitUntil(start + latencyNanos);
    }
    if (lines != null) {
      lines.accept(line(request, played, (System.nanoTime() - start) / 1_000_000));
    }
    return identified(played.response());
  }

  /** An answer, the fault that it is, and whether it comes without the latency. */
  private record Played(HttpResponse response, Fault fault, boolean atOnce) {

    Played(HttpResponse response, Fault fault) {
      this(response, fault, false);
    }
  }

  private static void waitUntil(long end) throws InterruptedException {
    long left = end - System.nanoTime();
    if (left > 0) {
      Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }
  }

  private static String line(HttpRequest request, Played played, long millis) {
    HttpResponse.Delivery delivery = played.response().delivery();
    boolean silent =
        delivery == HttpResponse.Delivery.NEVER || delivery == HttpResponse.Delivery.RESET;
    return request.method()
        + " "
        + request.path()
        + " "
        + (silent ? "-" : Integer.toString(played.response().status()))
        + " "
        + millis
        + " ms"
        + (played.fault() == Fault.OK ? "" : " " + played.fault().wireName());
  }

  /** With a request id, unless it has one. Not UUID.randomUUID's, which is slow to start. */
  private HttpResponse identified(HttpResponse response) {
    long high = ids.next() & ~0xF000L | 0x4000L;
    long low = ids.next() >>> 2 | 0x8000000000000000L;
    Map<String, String> id = Map.of("x-amzn-RequestId", new UUID(high, low).toString());
    return response.with(id).with(response.headers());
  }

  private Played route(HttpRequest request) throws Refusal {
    String path = request.path();
    String method = request.method();
    if (path.equals(REQUESTS)) {
      return new Played(recorded(method), Fault.OK);
    }
    if (ControlPlane.owns(path)) {
      authorize(request);
      return new Played(controlPlane.answer(request), Fault.OK);
    }
    String modelId = modelId(path);
    if (modelId == null) {
      throw new Refusal(404, "UnknownOperationException", "There is nothing at " + path);
    }
    if (!method.equals("POST")) {
      HttpResponse refused =
          HttpResponse.error(405, "UnknownOperationException", method + " isn't POST");
      return new Played(refused.with(Map.of("Allow", "POST")), Fault.OK);
    }
    log.add(new RecordedRequest(method, path, modelId, request.headers(), request.body()));
    authorize(request);
    if (quota != null && !quota.take()) {
      return new Played(Fault.THROTTLE.error(modelId), Fault.THROTTLE, true);
    }
    return invoke(modelId, request.body());
  }

  private HttpResponse recorded(String method) {
    switch (method) {
      case "GET", "HEAD" -> {
        return HttpResponse.of(200, "application/json", log.toJson());
      }
      case "DELETE" -> {
        log.clear();
        return HttpResponse.of(204, null);
      }
      default -> {
        HttpResponse refused =
            HttpResponse.error(405, "UnknownOperationException", method + " isn't GET or DELETE");
        return refused.with(Map.of("Allow", "GET, HEAD, DELETE"));
      }
    }
  }

  /** Of {@code /model/{modelId}/invoke}; null for any other path. */
  private static String modelId(String path) {
    int end = path.length() - AFTER_MODEL.length();
    if (!path.startsWith(BEFORE_MODEL)
        || !path.endsWith(AFTER_MODEL)
        || end <= BEFORE_MODEL.length()) {
      return null;
    }
    String encoded = path.substring(BEFORE_MODEL.length(), end);
    return encoded.indexOf('/') < 0 ? HttpRequest.decode(encoded) : null;
  }

  private static void authorize(HttpRequest request) throws Refusal {
    String authorization = request.header("authorization");
    if (authorization == null
        || !authorization.startsWith("AWS4-HMAC-SHA256 ")
            && !(authorization.startsWith("Bearer ") && authorization.length() > 7)) {
      throw new Refusal(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    }
  }

  private Played invoke(String modelId, byte[] body) throws Refusal {
    Answer answer = queued.poll();
    if (answer == null) {
      Fault fault = nextFault();
      return new Played(play(fault, modelId, body), fault);
    }
    HttpResponse response = answer.response();
    if (response == null) {
      response = play(answer.fault(), modelId, body);
    }
    return new Played(response.with(answer.headers()), answer.fault());
  }

  private Fault nextFault() {
    synchronized (script) {
      Fault next = script.poll();
      if (next != null) {
        return next;
      }
    }
    return faults.rates().isEmpty() ? Fault.OK : faults.at(faultDice.fraction());
  }

  private HttpResponse play(Fault fault, String modelId, byte[] body) throws Refusal {
    HttpResponse error = fault.error(modelId);
    if (error != null) {
      return error;
    }
    return switch (fault) {
      case TIMEOUT -> HttpResponse.of(0, null).delivered(HttpResponse.Delivery.NEVER);
      case RESET -> HttpResponse.of(0, null).delivered(HttpResponse.Delivery.RESET);
      case GARBAGE -> HttpResponse.of(200, "text/html", GARBAGE);
      case TRUNCATE -> imagine(modelId, body, fault).delivered(HttpResponse.Delivery.HALF);
      default -> imagine(modelId, body, fault);
    };
  }

  private HttpResponse imagine(String modelId, byte[] body, Fault fault) throws Refusal {
    WireFormat format = models.find(modelId);
    ImageOrder order = format.read(body);
    if (fault == Fault.BLOCKED) {
      return HttpResponse.of(200, "application/json", format.blocked());
    }
    Long asked = order.seed();
    long seed = asked == null ? 1 + (long) (seedDice.fraction() * format.mostSeed()) : asked;
    int filtered = fault == Fault.FILTERED ? order.count() : fault == Fault.PARTIAL ? 1 : 0;
    List<byte[]> pictures = new ArrayList<>();
    for (int i = 0; i < order.count(); i++) {
      boolean isFiltered = i >= order.count() - filtered;
      if (!isFiltered || format.showsFiltered()) {
        pictures.add(picture(order, seed, i, isFiltered));
      }
    }
    return HttpResponse.of(200, "application/json", format.answer(pictures, seed, filtered > 0));
  }

  /** In base64. */
  private byte[] picture(ImageOrder order, long seed, int number, boolean blurred) {
    if (picture != null) {
      return picture;
    }
    var likeness = new Likeness().add(order.likeness()).add(seed);
    if (number > 0) {
      likeness.add(number);
    }
    byte[] rgb = Painting.rgb(order.width(), order.height(), likeness.sum());
    if (blurred) {
      Blur.apply(rgb, order.width(), order.height());
    }
    return Base64.getEncoder().encode(order.format().encode(order.width(), order.height(), rgb));
  }
}
