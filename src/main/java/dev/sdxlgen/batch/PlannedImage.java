package dev.sdxlgen.batch;

import dev.sdxlgen.batch.manifest.DoneImages;
import java.util.List;
import java.util.Map;

/**
 * One image to make.
 *
 * @param id names it and its file; the prompt's, with {@code -1}, {@code -2}, … where a prompt has
 *     several images
 * @param number counts the prompt's images, from 1
 * @param item what its line asks for
 * @param fields all of them: the line's, those of its combination of the sweep, and the defaults
 * @param requestHash what it is made from, as hexadecimal digits
 * @param earlier what earlier runs have to say of it
 */
public record PlannedImage(
    String id,
    long number,
    Item item,
    Map<String, List<String>> fields,
    String requestHash,
    DoneImages.State earlier) {}
