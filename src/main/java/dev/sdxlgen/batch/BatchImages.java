package dev.sdxlgen.batch;

import dev.sdxlgen.batch.manifest.DoneImages;
import dev.sdxlgen.batch.manifest.DoneImages.State;
import dev.sdxlgen.batch.manifest.Hash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The images that a shard of a batch is still to make, one after the other. Not thread-safe. */
public final class BatchImages {

  private final PromptFile file;
  private final ItemIndex index;
  private final Sweep sweep;
  private final Plan plan;
  private final Shard shard;
  private final DoneImages done;
  private final boolean mock;
  private long place;
  private long doneBefore;
  private long known;
  private int itemAt = -1;
  private Item item;

  /**
   * @param done what earlier runs have made
   * @param mock whether the mock makes them: its images are never taken for a model's
   */
  public BatchImages(
      PromptFile file,
      ItemIndex index,
      Sweep sweep,
      Plan plan,
      Shard shard,
      DoneImages done,
      boolean mock) {
    this.file = file;
    this.index = index;
    this.sweep = sweep;
    this.plan = plan;
    this.shard = shard;
    this.done = done;
    this.mock = mock;
  }

  /** Whether an image is the shard's, told by its id. */
  public static boolean owns(Shard shard, Plan plan, String imageId) {
    int end = plan.isNumbered() ? imageId.lastIndexOf('-') : imageId.length();
    return shard.owns(end < 0 ? imageId : imageId.substring(0, end));
  }

  /** How many images the shard is to have in the end. */
  public long planned() {
    if (!shard.isPart()) {
      return plan.size();
    }
    long planned = 0;
    for (long i = 0; i < plan.size(); i++) {
      planned += shard.owns(index.hash(plan.at(i).item())) ? 1 : 0;
    }
    return planned;
  }

  /** The next one that isn't done; null when there is none. */
  public PlannedImage next() {
    while (place < plan.size()) {
      Plan.Position position = plan.at(place++);
      if (shard.owns(index.hash(position.item()))) {
        PlannedImage image = image(position);
        known += image.earlier() == State.DONE || image.earlier() == State.CHANGED ? 1 : 0;
        if (image.earlier() != State.DONE) {
          return image;
        }
        doneBefore++;
      }
    }
    return null;
  }

  private PlannedImage image(Plan.Position position) {
    if (position.item() != itemAt) {
      item = file.item(index, position.item());
      itemAt = position.item();
    }
    Map<String, List<String>> fields =
        file.fields(item, sweep.combination(position.combination()), position.repetition());
    String id = plan.isNumbered() ? item.id() + "-" + position.number() : item.id();
    String requestHash = Hash.ofRequest(mock ? marked(fields) : fields, item.body());
    return new PlannedImage(
        id, position.number(), item, fields, requestHash, done.state(id, requestHash));
  }

  /** With a field that no line has. */
  private static Map<String, List<String>> marked(Map<String, List<String>> fields) {
    Map<String, List<String>> marked = new HashMap<>(fields);
    marked.put("mock", List.of());
    return marked;
  }

  /** How many of those passed so far were done by earlier runs. */
  public long doneBefore() {
    return doneBefore;
  }

  /** How many images of earlier runs the input doesn't ask for any more; known at the end. */
  public long vanished() {
    return done.done() - known;
  }
}
