package dev.sdxlgen.request;

/**
 * A picture that goes to the model with the request.
 *
 * @param option the option that named it ({@code --init-image})
 * @param bytes the file as it is; sent as base64, not to be changed
 * @param format the format its own header tells: {@code PNG} or {@code JPEG}
 * @param width in pixels
 * @param height in pixels
 */
public record SourceImage(String option, byte[] bytes, String format, int width, int height) {}
