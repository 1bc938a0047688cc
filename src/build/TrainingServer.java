import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Bedrock and STS for the build's training run: over HTTPS, as users have it, and without, it
 * answers calls with an image of SDXL's size, Titan's with an error, and ends when it has answered
 * them all. A process of its own, so that nothing of it gets into the archive.
 *
 * <pre>java TrainingServer.java KEYSTORE PASSWORD URL_FILE PLAIN_URL_FILE CALLS</pre>
 *
 * Its URLs are in the files as soon as it listens. Without enough calls it ends after two minutes.
 */
public final class TrainingServer {

  private static final String ROLE =
      """
      <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
      <AssumedRoleUser><AssumedRoleId>AROATRAINING:training</AssumedRoleId>
      <Arn>arn:aws:sts::123456789012:assumed-role/training/training</Arn></AssumedRoleUser>
      <Credentials><AccessKeyId>ASIATRAINING</AccessKeyId><SecretAccessKey>training</SecretAccessKey>
      <SessionToken>training</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
      </AssumeRoleResult><ResponseMetadata><RequestId>training</RequestId></ResponseMetadata>
      </AssumeRoleResponse>
      """;

  private static final String REFUSAL = "{\"message\":\"Malformed input request\"}";

  public static void main(String[] args) throws Exception {
    char[] password = args[1].toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
      store.load(in, password);
    }
    // The server is none of its authorities.
    store.deleteEntry("root");
    store.deleteEntry("between");
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);

    byte[] sdxl =
        answer(
            "{\"result\":\"success\",\"artifacts\":[{\"seed\":7,\"base64\":\"%s\",\"finishReason\":\"SUCCESS\"}]}");
    byte[] others = answer("{\"seeds\":[7],\"finish_reasons\":[null],\"images\":[\"%s\"]}");
    var answered = new CountDownLatch(Integer.parseInt(args[4]));
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpsServer secure = HttpsServer.create(address, 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(context));
    HttpServer plain = HttpServer.create(address, 0);
    for (HttpServer server : new HttpServer[] {secure, plain}) {
      server.createContext(
          "/",
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            boolean sts = path.length() <= 1;
            boolean refused = path.contains("titan-image");
            byte[] image = path.contains("stable-diffusion-xl") ? sdxl : others;
            byte[] body = sts ? ascii(ROLE) : refused ? ascii(REFUSAL) : image;
            exchange
                .getResponseHeaders()
                .set("Content-Type", sts ? "text/xml" : "application/json");
            if (refused) {
              exchange.getResponseHeaders().set("x-amzn-ErrorType", "ValidationException");
            }
            exchange.sendResponseHeaders(refused ? 400 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
            if (!sts) {
              answered.countDown();
            }
          });
      server.start();
    }
    tell(args[3], "http://127.0.0.1:" + plain.getAddress().getPort());
    tell(args[2], "https://localhost:" + secure.getAddress().getPort());
    answered.await(2, TimeUnit.MINUTES);
    secure.stop(1);
    plain.stop(1);
  }

  /** Whole or not at all. */
  private static void tell(String file, String url) throws IOException {
    Path part = Path.of(file + ".part");
    Files.writeString(part, url);
    Files.move(part, Path.of(file), StandardCopyOption.ATOMIC_MOVE);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A PNG of 3 MB, as far as anybody looks at it, in an answer of a model's. */
  private static byte[] answer(String form) throws IOException {
    var png = new ByteArrayOutputStream();
    var out = new DataOutputStream(png);
    out.writeLong(0x89504E470D0A1A0AL);
    chunk(out, "IHDR", new byte[] {0, 0, 4, 0, 0, 0, 4, 0, 8, 2, 0, 0, 0});
    byte[] noise = new byte[3 << 20];
    new Random(7).nextBytes(noise);
    chunk(out, "IDAT", noise);
    chunk(out, "IEND", new byte[0]);
    String base64 = Base64.getEncoder().encodeToString(png.toByteArray());
    return ascii(String.format(form, base64));
  }

  private static void chunk(DataOutputStream out, String name, byte[] content) throws IOException {
    byte[] type = name.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(type);
    crc.update(content);
    out.writeInt(content.length);
    out.write(type);
    out.write(content);
    out.writeInt((int) crc.getValue());
  }
}
