package dev.sdxlgen.batch;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one record of a CSV file (RFC 4180) whose header is known. */
final class CsvLine {

  private CsvLine() {}

  /** The names in a header; a field that is there twice takes several values. */
  static List<String> header(String text) throws LineFault {
    List<String> names = new ArrayList<>();
    for (String name : split(text)) {
      names.add(name.strip());
      if (name.isBlank()) {
        throw new LineFault(
            column(text, names.size() - 1), "column " + names.size() + " has no name");
      }
    }
    return List.copyOf(names);
  }

  /** An empty cell is as if its option weren't given. */
  static Item read(long line, List<String> header, String text) throws LineFault {
    List<String> cells = split(text);
    if (cells.size() != header.size()) {
      throw new LineFault(0, "has " + count(cells.size()) + ", and the header " + header.size());
    }
    String id = null;
    Map<String, List<String>> fields = new LinkedHashMap<>();
    Map<String, Integer> columns = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      String name = header.get(i);
      String cell = cells.get(i);
      columns.putIfAbsent(name, column(text, i));
      if (cell.isEmpty()) {
        continue;
      }
      if (name.equals("id")) {
        id = cell;
      } else {
        fields.computeIfAbsent(name, key -> new ArrayList<>()).add(cell);
      }
    }
    return new Item(line, id, fields, null, columns);
  }

  private static String count(int cells) {
    return cells == 1 ? "1 value" : cells + " values";
  }

  private static List<String> split(String text) throws LineFault {
    try {
      return CsvReader.builder()
          .skipEmptyLines(false)
          .maxBufferSize(RecordReader.MOST_BYTES + 1)
          .ofSingleCsvRecord(text)
          .getFields();
    } catch (CsvParseException e) {
      throw new LineFault(0, "this is not CSV: a quoted value is followed by more than a comma");
    }
  }

  /** Where a value begins, from 1; 0 when that is on a further line. */
  static int column(String text, int index) {
    int commas = 0;
    boolean quoted = false;
    boolean fieldStart = true;
    for (int i = 0; i < text.length(); i++) {
      if (commas == index) {
        return i + 1;
      }
      char c = text.charAt(i);
      if (c == '\n') {
        return 0;
      }
      boolean opens = c == '"' && !quoted && fieldStart;
      boolean closes = c == '"' && quoted;
      boolean comma = c == ',' && !quoted;
      commas += comma ? 1 : 0;
      fieldStart = closes || comma;
      quoted = opens || quoted && !closes;
    }
    return commas == index ? text.length() + 1 : 0;
  }
}
