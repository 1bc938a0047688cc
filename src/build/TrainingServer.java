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
 * Bedrock for the build's training run: over HTTPS, as a user's is, it answers one call with an
 * image of SDXL's size, and ends. A process of its own, so that nothing of it gets into the archive.
 *
 * <pre>java TrainingServer.java KEYSTORE PASSWORD URL_FILE</pre>
 *
 * Its URL is in URL_FILE as soon as it listens. Without a call it ends after two minutes.
 */
public final class TrainingServer {

  public static void main(String[] args) throws Exception {
    char[] password = args[1].toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
      store.load(in, password);
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);

    byte[] answer = answer();
    var answered = new CountDownLatch(1);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
          answered.countDown();
        });
    server.start();
    Path url = Path.of(args[2]);
    Path part = url.resolveSibling(url.getFileName() + ".part");
    Files.writeString(part, "https://localhost:" + server.getAddress().getPort());
    Files.move(part, url, StandardCopyOption.ATOMIC_MOVE);
    answered.await(2, TimeUnit.MINUTES);
    server.stop(1);
  }

  /** A PNG of 3 MB, as far as anybody looks at it, in an answer of SDXL's. */
  private static byte[] answer() throws IOException {
    var png = new ByteArrayOutputStream();
    var out = new DataOutputStream(png);
    out.writeLong(0x89504E470D0A1A0AL);
    chunk(out, "IHDR", new byte[] {0, 0, 4, 0, 0, 0, 4, 0, 8, 2, 0, 0, 0});
    byte[] noise = new byte[3 << 20];
    new Random(7).nextBytes(noise);
    chunk(out, "IDAT", noise);
    chunk(out, "IEND", new byte[0]);
    String json =
        "{\"result\":\"success\",\"artifacts\":[{\"seed\":7,\"base64\":\""
            + Base64.getEncoder().encodeToString(png.toByteArray())
            + "\",\"finishReason\":\"SUCCESS\"}]}";
    return json.getBytes(StandardCharsets.US_ASCII);
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
