package dev.sdxlgen.cli;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.Credentials;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.Destination;
import dev.sdxlgen.artifact.IfExists;
import dev.sdxlgen.artifact.ImageHeader.Format;
import dev.sdxlgen.artifact.NameTemplate;
import dev.sdxlgen.artifact.SavedImage;
import dev.sdxlgen.artifact.recipe.Recipe;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import dev.sdxlgen.bedrock.ConnectionSettings;
import dev.sdxlgen.generate.GeneratedImage;
import dev.sdxlgen.request.GenerationRequest;
import dev.sdxlgen.request.RequestBuilder;
import dev.sdxlgen.store.S3Location;
import dev.sdxlgen.store.S3Store;
import dev.sdxlgen.store.StoredFile;
import dev.sdxlgen.store.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The images of one command on their way to S3. Each is a file of this machine first, in the cache
 * folder, and stays one where it can't be uploaded.
 */
final class S3Output implements AutoCloseable {

  /** More than a recipe may have, so that one that is longer is seen to be. */
  private static final int MOST_RECIPE_BYTES = 5 << 20;

  private final ConnectionSettings settings;
  private final IfExists ifExists;
  private final boolean sidecar;
  private final String id;
  private final List<Destination> files = new ArrayList<>();
  private final Map<Destination, S3Location> places = new IdentityHashMap<>();
  private final Map<S3Location, Boolean> there = new HashMap<>();
  private final Set<S3Location> recipes = new HashSet<>();
  private S3Store store;

  /**
   * @param settings who writes to S3; its endpoint is Bedrock's and not used
   * @param request of the first image
   */
  S3Output(
      OutputOptions output,
      GenerationRequest request,
      ConnectionSettings settings,
      Console console) {
    this.settings = settings;
    this.ifExists = output.ifExists() == null ? IfExists.FAIL : output.ifExists();
    this.sidecar = output.sidecar();
    this.id = OutputOptions.id(request);
    List<S3Location> wanted = output.s3Places(request, console);
    Path folder = folder(console);
    for (S3Location place : wanted) {
      // An image that is still there from another day isn't in the way.
      Destination file =
          new Destination(folder.resolve(NameTemplate.safe(place.fileName())), IfExists.NUMBER);
      files.add(file);
      places.put(file, place);
    }
  }

  /** Where images are files first: they may have to stay, so better not where all is cleared. */
  private static Path folder(Console console) {
    Path cache = CacheFolder.of(console);
    if (cache != null) {
      try {
        Path folder = Files.createDirectories(cache.resolve("s3"));
        if (Files.isWritable(folder)) {
          return folder;
        }
      } catch (IOException e) {
        // Then the one that is always there.
      }
    }
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** The files that the images are at first, in order. */
  List<Destination> files() {
    return files;
  }

  /**
   * Looks whether the images are there already, and tries whether one can be put there: once,
   * before anything is paid for.
   *
   * @throws SdxlGenException when they couldn't be put there
   */
  void check() {
    store = S3Store.connect(settings);
    S3Location missing = null;
    for (Destination file : files) {
      S3Location place = places.get(file);
      boolean found = ifExists != IfExists.OVERWRITE && isThere(place);
      there.put(place, found);
      if (sidecar && !found) {
        checkSidecar(beside(place));
      }
      missing = missing == null && !found ? place : missing;
    }
    if (missing != null) {
      store.tryWritable(missing);
    }
  }

  private boolean isThere(S3Location place) {
    boolean found;
    try {
      found = store.find(place) != null;
    } catch (Credentials e) {
      if (ifExists == IfExists.SKIP) {
        throw e;
      }
      // Who may only write can: an upload replaces nothing unasked.
      return false;
    }
    if (found && ifExists == IfExists.FAIL) {
      throw new OutputFailed(
          place + " exists", "-f replaces it; --if-exists skip leaves it as it is", null);
    }
    return found;
  }

  private static S3Location beside(S3Location image) {
    return new S3Location(image.bucket(), image.key() + ".json");
  }

  /** A recipe of an image that was there before is replaced, no other file is. */
  private void checkSidecar(S3Location place) {
    try {
      if (store.find(place) == null) {
        return;
      }
    } catch (Credentials e) {
      // Who may only write can: an upload replaces nothing unasked.
      return;
    }
    try (InputStream in = store.open(place)) {
      if (Recipe.parse(in.readNBytes(MOST_RECIPE_BYTES)) != null) {
        recipes.add(place);
        return;
      }
    } catch (IOException e) {
      // Then it is told of as what it seems to be.
    }
    throw new OutputFailed(
        place + " exists and is no recipe",
        "--sidecar writes there: choose another name with -o",
        null);
  }

  /** Where an image goes. */
  String url(Destination file) {
    return places.get(file).toString();
  }

  /** The URL of an image that was there already; null when it is to be made. */
  String existing(Destination file) {
    S3Location place = places.get(file);
    return there.get(place) ? place.toString() : null;
  }

  /**
   * Uploads an image.
   *
   * @return the image, at its URL; null when another has put one there that is to stay
   * @throws OutputFailed when it can't be uploaded: it names the file that the image is kept in
   */
  GeneratedImage upload(GeneratedImage image, GenerationRequest request, Destination file) {
    SavedImage saved = image.image();
    S3Location place = places.get(file);
    Upload upload =
        put(
            store,
            saved.file(),
            place,
            image.artifact().header().format(),
            id,
            RequestBuilder.hash(request),
            ifExists == IfExists.OVERWRITE);
    if (!upload.created() && ifExists == IfExists.SKIP) {
      return null;
    }
    if (!upload.created()) {
      throw kept(
          new OutputFailed(place + " was taken while the image was made", "", null),
          saved.file(),
          place);
    }
    String problem = saved.problem();
    boolean withSidecar = saved.sidecar() != null;
    if (withSidecar) {
      S3Location beside = beside(place);
      problem =
          uploadSidecar(
              store, RecipeReader.sidecar(saved.file()), beside, recipes.contains(beside));
    }
    return image.with(
        saved.at(place.toString(), withSidecar && problem == null, problem, upload.sha256()));
  }

  /**
   * Puts an image there.
   *
   * @param id what it is called in its batch, or made from
   * @throws OutputFailed when it can't be: it names the file that the image is kept in
   */
  static Upload put(
      S3Store store,
      Path file,
      S3Location place,
      Format format,
      String id,
      String requestHash,
      boolean overwrite) {
    try {
      return store.put(
          file,
          place,
          format == Format.PNG ? "image/png" : "image/jpeg",
          Map.of(StoredFile.ID, id, StoredFile.REQUEST_HASH, requestHash),
          overwrite);
    } catch (SdxlGenException e) {
      throw kept(new OutputFailed(e.getMessage(), e.advice(), e), file, place);
    }
  }

  /** The same failure, and what is to be done about the image. */
  private static SdxlGenException kept(OutputFailed e, Path file, S3Location place) {
    return e.withKeptImage(file)
        .withAdvice(
            "To put it there: aws s3 cp "
                + ShellQuote.quote(file.toString())
                + " "
                + ShellQuote.quote(place.toString()));
  }

  /**
   * Uploads an image's recipe.
   *
   * @return what keeps it from being there; null when it is
   */
  static String uploadSidecar(S3Store store, Path file, S3Location place, boolean overwrite) {
    String why;
    try {
      if (store.put(file, place, "application/json", Map.of(), overwrite).created()) {
        return null;
      }
      why = "another file has that name";
    } catch (SdxlGenException e) {
      why = e.getMessage();
    }
    return "its recipe isn't in " + place + " but in " + file + ": " + why;
  }

  /** Removes what an uploaded image was at first; a recipe that couldn't follow it stays. */
  static void uploaded(SavedImage saved) {
    discard(saved.file());
    if (saved.sidecar() != null) {
      discard(RecipeReader.sidecar(saved.file()));
    }
  }

  /** Removes a file that is in S3 now. */
  static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It is in the cache, and the image is where it should be.
    }
  }

  @Override
  public void close() {
    if (store != null) {
      store.close();
    }
  }
}
