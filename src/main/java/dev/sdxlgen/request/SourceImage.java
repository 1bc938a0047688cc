package dev.sdxlgen.request;

/**
 * A picture that goes to the model with the request.
 *
 * @param option the option that named it ({@code --init-image}), for messages
 * @param bytes the file as it is; sent as base64, not to be changed
 * @param format the format that its own header tells: {@code PNG}, {@code JPEG} or {@code WebP}
 * @param width in pixels
 * @param height in pixels
 */
public record SourceImage(String option, byte[] bytes, String format, int width, int height) {}
