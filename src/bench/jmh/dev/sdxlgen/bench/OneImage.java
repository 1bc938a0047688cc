package dev.sdxlgen.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sdxlgen.artifact.Artifact;
import dev.sdxlgen.artifact.ArtifactWriter;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.artifact.IfExists;
import dev.sdxlgen.artifact.PendingImage;
import dev.sdxlgen.artifact.SdxlArtifactReader;
import dev.sdxlgen.artifact.png.PngSplicer;
import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeChunks;
import dev.sdxlgen.request.Dimensions;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.RequestBuilder;
import dev.sdxlgen.request.Sampling;
import dev.sdxlgen.request.WeightedPrompt;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What our own code does for one image of 3 MB, warm: the request's body, reading the answer, and
 * putting the recipe into the PNG. {@code mvn -Pbench -DskipTests test} runs it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OneImage {

  private static final int PICTURE_BYTES = 3 << 20;
  private static final int SLICE_BYTES = 1 << 16;
  private static final JsonFactory JSON = new JsonFactory();

  private GenerationRequest request;
  private Recipe recipe;
  private byte[] png;
  private byte[] answer;
  private Path folder;
  private ArtifactWriter writer;

  /** Makes what is worked on. */
  @Setup
  public void prepare() throws IOException {
    request =
        new GenerationRequest(
            "stability.stable-diffusion-xl-v1",
            List.of(
                new WeightedPrompt("a person", WeightedPrompt.POSITIVE),
                new WeightedPrompt("hat", WeightedPrompt.NEGATIVE)),
            Sampling.DEFAULT.withSeed(1234L),
            Dimensions.DEFAULT);
    recipe =
        Recipe.of(
            "0.1.0",
            request.modelId(),
            "us-east-1",
            Instant.EPOCH,
            RequestBuilder.body(request),
            1234L,
            "SUCCESS",
            null);
    png = png();
    String base64 = Base64.getEncoder().encodeToString(png);
    answer =
        ("{\"result\":\"success\",\"artifacts\":[{\"seed\":1234,\"base64\":\""
                + base64
                + "\",\"finishReason\":\"SUCCESS\"}]}")
            .getBytes(StandardCharsets.US_ASCII);
    folder = Files.createTempDirectory("bench");
    writer = new ArtifactWriter(folder, OutputStream.nullOutputStream());
  }

  /** Leaves nothing. */
  @TearDown
  public void cleanUp() throws IOException {
    writer.close();
    Files.delete(folder);
  }

  /** What is sent. */
  @Benchmark
  public byte[] requestBody() {
    return RequestBuilder.body(request);
  }

  /** From the answer's bytes into a temporary file, with the recipe. */
  @Benchmark
  public Artifact answerIntoFile() {
    return read(true);
  }

  /** From the answer's bytes into a temporary file, as it came. */
  @Benchmark
  public Artifact answerIntoFileWithoutRecipe() {
    return read(false);
  }

  private Artifact read(boolean described) {
    Destination destination = new Destination(Path.of("out.png"), IfExists.OVERWRITE);
    try (PendingImage image = writer.prepare(destination)) {
      if (described) {
        image.describe((seed, finishReason) -> recipe, false);
      }
      return new SdxlArtifactReader().read(ByteBuffer.wrap(answer), List.of(image)).get(0);
    }
  }

  /** The base64 alone, by the JDK's decoder in slices, when its end is known: into nothing. */
  @Benchmark
  public int base64ByTheJdk() {
    int start = new String(answer, 0, 128, StandardCharsets.US_ASCII).indexOf("iVBOR");
    int end = answer.length - "\",\"finishReason\":\"SUCCESS\"}]}".length();
    byte[] to = new byte[SLICE_BYTES / 4 * 3];
    Base64.Decoder decoder = Base64.getDecoder();
    int bytes = 0;
    for (int at = start; at < end; at += SLICE_BYTES) {
      int length = Math.min(SLICE_BYTES, end - at);
      bytes += decoder.decode(Arrays.copyOfRange(answer, at, at + length), to);
    }
    return bytes;
  }

  /** What it is instead of: the base64 by Jackson, into nothing. */
  @Benchmark
  public int base64ByJackson() throws IOException {
    try (JsonParser json = JSON.createParser(answer)) {
      while (!"base64".equals(json.currentName()) || json.nextToken() != JsonToken.VALUE_STRING) {
        json.nextToken();
      }
      return json.readBinaryValue(OutputStream.nullOutputStream());
    }
  }

  /** The PNG with the recipe's chunks, into nothing. */
  @Benchmark
  public PngSplicer.Outcome splicedPng() throws IOException {
    PngSplicer splicer =
        new PngSplicer(
            OutputStream.nullOutputStream(),
            (width, height, keywords) -> RecipeChunks.of(recipe, width, height, keywords));
    for (int at = 0; at < png.length; at += SLICE_BYTES) {
      splicer.write(png, at, Math.min(SLICE_BYTES, png.length - at));
    }
    return splicer.finish();
  }

  /** As far as anybody looks at it: 1024 x 1024, of noise that isn't compressed. */
  private static byte[] png() throws IOException {
    List<byte[]> chunks = new ArrayList<>();
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream ints = new DataOutputStream(header);
    ints.writeInt(1024);
    ints.writeInt(1024);
    header.writeBytes(new byte[] {8, 2, 0, 0, 0});
    chunks.add(chunk("IHDR", header.toByteArray()));
    Random random = new Random(1);
    for (int left = PICTURE_BYTES; left > 0; left -= SLICE_BYTES) {
      byte[] noise = new byte[SLICE_BYTES];
      random.nextBytes(noise);
      chunks.add(chunk("IDAT", noise));
    }
    chunks.add(chunk("IEND", new byte[0]));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunks.forEach(file::writeBytes);
    return file.toByteArray();
  }

  private static byte[] chunk(String type, byte[] content) throws IOException {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    DataOutputStream ints = new DataOutputStream(chunk);
    ints.writeInt(content.length);
    ints.writeBytes(type);
    ints.write(content);
    CRC32 crc = new CRC32();
    crc.update(chunk.toByteArray(), 4, chunk.size() - 4);
    ints.writeInt((int) crc.getValue());
    return chunk.toByteArray();
  }
}
