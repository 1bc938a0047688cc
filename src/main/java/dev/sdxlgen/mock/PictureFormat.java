package dev.sdxlgen.mock;

import dev.sdxlgen.artifact.png.PngEncoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** What a picture's file is. */
enum PictureFormat {
  PNG {
    @Override
    byte[] encode(int width, int height, byte[] rgb) {
      return PngEncoder.encode(width, height, rgb);
    }
  },

  /** The same pixels as closely as JPEG can. Its bytes may differ between JDKs. */
  JPEG {
    @Override
    byte[] encode(int width, int height, byte[] rgb) {
      var image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
      image.getRaster().setDataElements(0, 0, width, height, rgb);
      ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      options.setCompressionQuality(QUALITY);
      var jpeg = new ByteArrayOutputStream();
      try (var out = new MemoryCacheImageOutputStream(jpeg)) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), options);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        writer.dispose();
      }
      return jpeg.toByteArray();
    }
  };

  private static final float QUALITY = 0.9f;

  /**
   * The file.
   *
   * @param rgb red, green and blue of every pixel, row by row from the top left
   */
  abstract byte[] encode(int width, int height, byte[] rgb);
}
