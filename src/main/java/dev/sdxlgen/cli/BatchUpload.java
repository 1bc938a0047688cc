package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.IfExists;
import dev.sdxlgen.artifact.ImageHeader.Format;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import dev.sdxlgen.batch.FailedFile;
import dev.sdxlgen.batch.Made;
import dev.sdxlgen.batch.PlannedImage;
import dev.sdxlgen.batch.Shard;
import dev.sdxlgen.batch.manifest.Manifest;
import dev.sdxlgen.batch.manifest.ManifestLine.Finished;
import dev.sdxlgen.bedrock.ConnectionSettings;
import dev.sdxlgen.request.OutputFormat;
import dev.sdxlgen.store.S3Location;
import dev.sdxlgen.store.S3Store;
import dev.sdxlgen.store.StoredFile;
import dev.sdxlgen.store.StoredKeys;
import dev.sdxlgen.store.Upload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The images of a batch on their way to S3. Each is a file of the state folder first, and stays one
 * where it can't be uploaded; the manifest is kept there, and a copy of it in S3.
 */
final class BatchUpload implements AutoCloseable {

  /** How often the manifest is uploaded. */
  static final Duration EVERY = Duration.ofMinutes(1);

  private static final String LINES = "application/x-ndjson";

  private final S3Store store;
  private final S3Location folder;
  private final Path state;
  private final IfExists ifExists;
  private final Reporter reporter;
  private final ScheduledExecutorService clock;
  private StoredKeys keys;
  private long uploaded;
  private boolean unreachable;

  private BatchUpload(
      S3Store store, S3Location folder, Path state, IfExists ifExists, Reporter reporter) {
    this.store = store;
    this.folder = folder;
    this.state = state;
    this.ifExists = ifExists;
    this.reporter = reporter;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "manifest upload");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Tries once whether images can be put there, lists what is there, and brings the manifests of
   * runs on other machines.
   *
   * @param settings who writes to S3
   * @param state the folder of this machine
   * @param ifExists null when nothing was said
   * @throws SdxlGenException when it can't be used
   */
  static BatchUpload begin(
      ConnectionSettings settings,
      S3Location folder,
      Path state,
      IfExists ifExists,
      Shard shard,
      Reporter reporter) {
    var upload = new BatchUpload(S3Store.connect(settings), folder, state, ifExists, reporter);
    try {
      upload.begin(shard);
      return upload;
    } catch (SdxlGenException e) {
      upload.close();
      throw e;
    }
  }

  private void begin(Shard shard) {
    store.tryWritable(folder);
    Map<String, Long> manifests = new TreeMap<>();
    keys =
        store.keys(
            folder,
            (key, bytes) -> {
              String name = key.substring(folder.key().length());
              if (Manifest.isName(name) && !isOfSibling(name, shard)) {
                manifests.put(name, bytes);
              }
            });
    manifests.forEach(
        (name, bytes) ->
            Manifest.restore(state, name, bytes, () -> store.open(folder.child(name))));
  }

  /** Whether a manifest is that of another shard of as many, which has none of our images. */
  private static boolean isOfSibling(String name, Shard shard) {
    String own = shard.fileName("manifest");
    int of = own.indexOf("-of-");
    return of >= 0 && name.endsWith(own.substring(of)) && !name.equals(own);
  }

  /** Whether an image was there when the run began. */
  boolean isThere(Finished image) {
    return isListed(image.file());
  }

  private boolean isListed(String name) {
    return keys.contains(folder.key() + name);
  }

  /** Uploads the manifest each minute, until this is closed. */
  void follow(Manifest manifest, Duration every) {
    clock.scheduleWithFixedDelay(
        () -> {
          try {
            upload(manifest);
            unreachable = false;
          } catch (SdxlGenException e) {
            if (!unreachable && !clock.isShutdown()) {
              reporter.warning("the manifest can't be uploaded: " + e.getMessage());
            }
            unreachable = true;
          }
        },
        every.toNanos(),
        every.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private synchronized void upload(Manifest manifest) {
    long bytes = size(manifest.path());
    if (bytes != uploaded) {
      put(manifest.path(), LINES, Map.of(), true);
      uploaded = bytes;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new OutputFailed(file + " can't be read: " + e.getMessage(), "", e);
    }
  }

  /**
   * Uploads the manifest and the failed ones, as they are at the end.
   *
   * @throws SdxlGenException when they can't be: they are in the state folder
   */
  void finish(Manifest manifest, FailedFile failed) {
    // One that is being uploaded is waited for, not broken off.
    clock.shutdown();
    upload(manifest);
    if (failed.path() != null) {
      put(failed.path(), LINES, Map.of(), true);
    } else if (isListed(failed.fileName())) {
      empty(failed.fileName());
    }
  }

  /** What failed in an earlier run has been made since. */
  private void empty(String name) {
    Path file = state.resolve(name);
    try {
      Files.write(file, new byte[0]);
      put(file, LINES, Map.of(), true);
      Files.delete(file);
    } catch (IOException e) {
      throw new OutputFailed(file + " can't be written: " + OutputFailed.reason(e), "", e);
    }
  }

  private Upload put(Path file, String type, Map<String, String> metadata, boolean overwrite) {
    return store.put(file, folder.child(file.getFileName().toString()), type, metadata, overwrite);
  }

  /**
   * Says no before an image is paid for that would have no place.
   *
   * @param name the image's, within the folder
   */
  void check(String name) {
    if (ifExists == IfExists.FAIL && isListed(name)) {
      throw new OutputFailed(folder.child(name) + " exists", "", null);
    }
  }

  /** What is there by that name; null when nothing is. */
  StoredFile find(String name) {
    return isListed(name) ? store.find(folder.child(name)) : null;
  }

  /** Whether it was made from this request. */
  static boolean answers(StoredFile there, PlannedImage image) {
    return image.requestHash().equals(there.metadata().get(StoredFile.REQUEST_HASH));
  }

  /**
   * Uploads an image and removes the file that it was.
   *
   * @param name within the folder
   * @param withSidecar whether a recipe is beside it, which is to be there too
   * @return the image that is there now; a skipped one when another was faster
   * @throws OutputFailed when it can't be uploaded: it names the file that the image is kept in
   */
  Made put(PlannedImage image, String name, Path file, boolean withSidecar, Made made) {
    S3Location place = folder.child(name);
    boolean overwrite = ifExists == IfExists.OVERWRITE;
    Upload upload =
        S3Output.put(
            store,
            file,
            place,
            BatchNames.format(name) == OutputFormat.JPEG ? Format.JPEG : Format.PNG,
            image.id(),
            image.requestHash(),
            overwrite);
    if (!upload.created()) {
      return overtaken(image, name, file, made);
    }
    if (withSidecar) {
      Path sidecar = RecipeReader.sidecar(file);
      String problem =
          S3Output.uploadSidecar(store, sidecar, folder.child(name + ".json"), overwrite);
      if (problem == null) {
        S3Output.discard(sidecar);
      } else {
        reporter.warning(place + ": " + problem);
      }
    }
    S3Output.discard(file);
    return new Made(
        name,
        upload.bytes(),
        upload.sha256(),
        made.seed(),
        made.model(),
        made.finishReason(),
        false);
  }

  private Made overtaken(PlannedImage image, String name, Path file, Made made) {
    S3Location place = folder.child(name);
    reporter.warning(place + " was taken while the image was made; the image is kept in " + file);
    StoredFile there = store.find(place);
    boolean same = there != null && answers(there, image);
    return same ? found(name, there, null, made.model()) : Made.skipped(name);
  }

  /** An image that is there. */
  static Made found(String name, StoredFile there, Long seed, String model) {
    return new Made(
        name, there.bytes(), there.metadata().get(StoredFile.SHA256), seed, model, null, false);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    store.close();
  }
}
