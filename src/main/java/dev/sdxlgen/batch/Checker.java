package dev.sdxlgen.batch;

import java.util.List;
import java.util.Map;

/** Knows what a field may hold; asked for every line before the first call. */
public interface Checker {

  /**
   * What is wrong with a request.
   *
   * @param field the field that is to blame; null when it is the whole line
   * @param reason in the user's words, one line
   */
  record Fault(String field, String reason) {}

  /** What is wrong with a field's name; null when it is one. */
  String refuse(String field);

  /**
   * What is wrong with a request; null when it can be sent.
   *
   * @param item what the line asks for
   * @param fields its fields, with those of one combination of the sweep
   */
  Fault check(Item item, Map<String, List<String>> fields);
}
