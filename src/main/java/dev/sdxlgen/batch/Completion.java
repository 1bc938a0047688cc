package dev.sdxlgen.batch;

import java.util.List;
import java.util.Map;

/** What a line's fields come to with everything else that decides what is sent. */
@FunctionalInterface
public interface Completion {

  /** The fields alone decide. */
  Completion NONE = (item, fields, repetition) -> fields;

  /**
   * All fields of an image.
   *
   * @param item the line
   * @param fields its fields, with those of a combination of the sweep
   * @param repetition which of the images that are otherwise the same, from 0
   */
  Map<String, List<String>> of(Item item, Map<String, List<String>> fields, long repetition);
}
