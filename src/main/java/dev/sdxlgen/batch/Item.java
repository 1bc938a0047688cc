package dev.sdxlgen.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one line of a prompt file asks for.
 *
 * @param line the number of the line it begins on, from 1
 * @param id as given; null when the line has none
 * @param fields long option names (without dashes) and their values, in the file's order; several
 *     values where an option may be repeated. Values are as typed: 7.0 stays 7.0
 * @param body the request's body, byte for byte, where the line is a record of Bedrock's own batch
 *     inference; else null
 * @param columns where each field's value begins, from 1
 */
public record Item(
    long line,
    String id,
    Map<String, List<String>> fields,
    String body,
    Map<String, Integer> columns) {

  /** The same, with an id. */
  Item withId(String given) {
    return new Item(line, given, fields, body, columns);
  }

  /** Its fields, with those of a combination in place of its own. */
  Map<String, List<String>> fieldsWith(Map<String, String> combination) {
    Map<String, List<String>> all = new LinkedHashMap<>(fields);
    for (Map.Entry<String, String> field : combination.entrySet()) {
      all.put(field.getKey(), List.of(field.getValue()));
    }
    return all;
  }
}
