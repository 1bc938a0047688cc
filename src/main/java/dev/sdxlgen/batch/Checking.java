package dev.sdxlgen.batch;

import dev.sdxlgen.batch.Checker.Fault;
import dev.sdxlgen.batch.PromptFile.FileName;
import dev.sdxlgen.batch.manifest.Hash;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** The first way through a prompt file: what is wrong with it, and where each prompt is. */
final class Checking {

  private static final int MOST_ID = 200;

  private final PromptFile file;
  private final Checker checker;
  private final List<Map<String, String>> samples;
  private final FileName fileName;
  private final ItemIndex index = new ItemIndex();
  private final BitSet withoutId = new BitSet();

  /** The first problems; the last of them is the first to go. */
  private final PriorityQueue<Problem> problems = new PriorityQueue<>((a, b) -> b.compareTo(a));

  private long bad;
  private int duplicatesTold;

  /** What must be different for each: the hash of the file name that the id gives. */
  private long[] names = new long[1024];

  Checking(PromptFile file, Checker checker, Sweep sweep, FileName fileName) {
    this.file = file;
    this.checker = checker;
    this.samples = sweep.samples();
    this.fileName = fileName;
  }

  PromptFile file() {
    return file;
  }

  String refuse(String field) {
    return checker.refuse(field);
  }

  void problem(Problem problem) {
    bad++;
    problems.add(problem);
    if (problems.size() > Checked.MOST_TOLD) {
      problems.poll();
    }
  }

  void add(long offset, Item item) throws LineFault {
    String id = item.id();
    if (id != null) {
      checkId(id, item.columns().getOrDefault("id", item.columns().getOrDefault("recordId", 0)));
    }
    for (String field : item.fields().keySet()) {
      String reason = checker.refuse(field);
      if (reason != null) {
        throw new LineFault(item.columns().getOrDefault(field, 0), reason);
      }
    }
    if (item.body() != null && !samples.get(0).isEmpty()) {
      throw new LineFault(0, "a record with modelInput is sent as it is: --sweep can't change it");
    }
    for (Map<String, String> sample : samples) {
      Fault fault = checker.check(item, file.fields(item, sample, 0));
      if (fault != null) {
        int column = fault.field() == null ? 0 : item.columns().getOrDefault(fault.field(), 0);
        throw new LineFault(column, fault.reason());
      }
    }
    int number = index.size();
    if (number == names.length) {
      names = Arrays.copyOf(names, number + number / 2);
    }
    if (id == null) {
      String hash = file.requestHash(item);
      withoutId.set(number);
      index.add(offset, Long.parseUnsignedLong(hash, 0, 16, 16));
    } else {
      index.add(offset, Hash.of(id));
      names[number] = Hash.of(fileName.of(id));
    }
  }

  private static void checkId(String id, int column) throws LineFault {
    if (id.isBlank()) {
      throw new LineFault(column, "an id can't be blank; leave it out");
    }
    if (id.length() > MOST_ID) {
      throw new LineFault(column, "an id has at most " + MOST_ID + " characters");
    }
    for (int i = 0; i < id.length(); i++) {
      if (Character.isISOControl(id.charAt(i))) {
        throw new LineFault(column, "an id can't hold a control character");
      }
    }
  }

  Checked done() throws IOException {
    nameThoseWithoutId();
    removeDuplicates();
    index.trim();
    Problem[] told = problems.toArray(new Problem[0]);
    Arrays.sort(told);
    return new Checked(index, List.of(told), bad);
  }

  private void nameThoseWithoutId() {
    long[] hashes = new long[withoutId.cardinality()];
    int count = 0;
    for (int i = withoutId.nextSetBit(0); i >= 0; i = withoutId.nextSetBit(i + 1)) {
      hashes[count++] = index.hash(i);
    }
    long[] repeated = repeated(hashes);
    int[] seen = new int[repeated.length];
    for (int i = withoutId.nextSetBit(0); i >= 0; i = withoutId.nextSetBit(i + 1)) {
      int at = Arrays.binarySearch(repeated, index.hash(i));
      int alike = at < 0 ? 0 : seen[at]++;
      String id = PromptFile.id(HexFormat.of().toHexDigits(index.hash(i)), alike);
      index.setAlike(i, alike);
      index.setHash(i, Hash.of(id));
      names[i] = Hash.of(fileName.of(id));
    }
  }

  private void removeDuplicates() throws IOException {
    long[] repeated = repeated(Arrays.copyOf(names, index.size()));
    if (repeated.length == 0) {
      return;
    }
    int[] first = new int[repeated.length];
    Arrays.fill(first, -1);
    BitSet duplicates = new BitSet();
    for (int i = 0; i < index.size(); i++) {
      int at = Arrays.binarySearch(repeated, names[i]);
      if (at >= 0 && first[at] < 0) {
        first[at] = i;
      } else if (at >= 0) {
        duplicates.set(i);
        tellDuplicate(i, first[at]);
      }
    }
    index.remove(duplicates);
  }

  private void tellDuplicate(int item, int earlier) throws IOException {
    // Finding a line's number means reading the file up to it.
    if (duplicatesTold++ >= Checked.MOST_TOLD) {
      bad++;
      return;
    }
    String id = file.item(index, item).id();
    String other = file.item(index, earlier).id();
    long line = file.lineAt(index.offset(item));
    long otherLine = file.lineAt(index.offset(earlier));
    problem(
        new Problem(
            line,
            0,
            id.equals(other)
                ? "the id " + id + " is line " + otherLine + "'s already"
                : "the ids "
                    + id
                    + " and "
                    + other
                    + " (line "
                    + otherLine
                    + ") give one file name"));
  }

  /** The values that are there more than once, sorted; the array is sorted too. */
  private static long[] repeated(long[] values) {
    Arrays.sort(values);
    int count = 0;
    for (int i = 1; i < values.length; i++) {
      boolean again = values[i] == values[i - 1];
      if (again && (count == 0 || values[count - 1] != values[i])) {
        values[count++] = values[i];
      }
    }
    return Arrays.copyOf(values, count);
  }
}
