import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes a PNG of 1024x1024 pixels of noise: 3 MB, because noise doesn't compress, and always the same.
 *
 * <pre>java NoisePng.java FILE [PIXELS A SIDE]</pre>
 */
public final class NoisePng {

  private static final int USUAL_SIDE = 1024;
  private static final int RGB = 2;

  public static void main(String[] args) throws IOException {
    int side = args.length > 1 ? Integer.parseInt(args[1]) : USUAL_SIDE;
    var header = new ByteArrayOutputStream();
    var fields = new DataOutputStream(header);
    fields.writeInt(side);
    fields.writeInt(side);
    fields.write(new byte[] {8, RGB, 0, 0, 0});

    var pixels = new ByteArrayOutputStream();
    try (var deflated = new DeflaterOutputStream(pixels)) {
      var random = new Random(7);
      var row = new byte[3 * side];
      for (int y = 0; y < side; y++) {
        random.nextBytes(row);
        deflated.write(0); // this row has no filter
        deflated.write(row);
      }
    }

    try (var png = new DataOutputStream(Files.newOutputStream(Path.of(args[0])))) {
      png.writeLong(0x89504E470D0A1A0AL);
      chunk(png, "IHDR", header.toByteArray());
      chunk(png, "IDAT", pixels.toByteArray());
      chunk(png, "IEND", new byte[0]);
    }
  }

  private static void chunk(DataOutputStream png, String name, byte[] content) throws IOException {
    byte[] type = name.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(type);
    crc.update(content);
    png.writeInt(content.length);
    png.write(type);
    png.write(content);
    png.writeInt((int) crc.getValue());
  }
}
