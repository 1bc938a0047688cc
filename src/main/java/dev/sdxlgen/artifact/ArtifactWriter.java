package dev.sdxlgen.artifact;

import dev.sdxlgen.SdxlGenException.Interrupted;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Saves images: each whole or not at all, none over a file that was there unless told so, and no
 * answer that was paid for thrown away.
 */
public final class ArtifactWriter implements AutoCloseable {

  /** What must be free before a call is worth paying for: several times the largest image. */
  private static final long LEAST_FREE_BYTES = 16L << 20;

  private static final int MOST_LINKS = 40;

  /** Ctrl-C, the usual reason for being closed while there is something to do. */
  private static final int INT = 2;

  private static final String TEMPORARY = ".sdxl-gen-";

  private final Path directory;
  private final PrintStream stdout;
  private final String tag;
  private final Set<PendingImage> pending = new HashSet<>();

  /** In the order in which they were made: those above come first. */
  private final Set<Path> leftFolders = new LinkedHashSet<>();

  private boolean closed;

  /**
   * @param directory what relative paths are relative to
   * @param stdout what an image named {@code -} is written to
   */
  public ArtifactWriter(Path directory, OutputStream stdout) {
    this(directory, stdout, "");
  }

  /**
   * @param directory what relative paths are relative to
   * @param stdout what an image named {@code -} is written to
   * @param tag what {@link #clear} tells temporary files of this writer by; letters and digits
   */
  public ArtifactWriter(Path directory, OutputStream stdout, String tag) {
    this.directory = directory;
    this.stdout = stdout instanceof PrintStream print ? print : new PrintStream(stdout);
    this.tag = tag.isEmpty() ? "" : tag + "-";
  }

  /**
   * Removes the temporary files that writers have left which were killed.
   *
   * @param folder where they are, or below
   * @param isDead whether the writers of a tag are gone
   */
  public static void clear(Path folder, Predicate<String> isDead) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        int end = name.lastIndexOf('-');
        if (name.startsWith(TEMPORARY)
            && name.endsWith(".tmp")
            && end > TEMPORARY.length()
            && isDead.test(name.substring(TEMPORARY.length(), end))) {
          discard(file);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // They take space, and nothing else is wrong with them.
    }
  }

  /** A name for a temporary file: short, since the target's may be as long as names can be. */
  String temporaryName() {
    return TEMPORARY + tag + random() + ".tmp";
  }

  /**
   * The file that is there already, for {@link IfExists#SKIP} to be told of; null when there is
   * none or the policy is another.
   *
   * @throws OutputFailed when it exists and must not, or when the path can't be one
   */
  public Path existing(Destination destination) {
    Target target = Target.of(destination, directory);
    if (target.kind != Target.Kind.FILE || !target.exists) {
      return null;
    }
    return switch (destination.ifExists()) {
      case SKIP -> destination.path();
      case OVERWRITE, NUMBER -> null;
      case FAIL ->
          throw new OutputFailed(
              destination.path() + " exists",
              "-f replaces it; --if-exists number keeps both",
              null);
    };
  }

  /** Whether what is written there goes on to a reader or a device, which may fail by then. */
  public boolean isStream(Destination destination) {
    return Target.of(destination, directory).kind == Target.Kind.STREAM;
  }

  /**
   * Claims what an image needs before it is paid for: its folder, a temporary file in it, and the
   * space.
   *
   * @throws OutputFailed when the image couldn't be saved there; nothing is left behind then
   */
  public synchronized PendingImage prepare(Destination destination) {
    if (closed) {
      throw new Interrupted(INT);
    }
    existing(destination);
    Target target = Target.of(destination, directory);
    List<Path> made = new ArrayList<>();
    PendingImage image = null;
    try {
      // What a device or a pipe gets is put together elsewhere: it can't be taken back.
      Path folder =
          target.kind == Target.Kind.FILE ? folder(destination, target) : temporaryFolder();
      makeFolders(folder, made);
      if (!made.isEmpty()) {
        // Only now does the system say whether it takes the name.
        Target.of(destination, directory);
      }
      long total = folder.toFile().getTotalSpace();
      if (total > 0 && folder.toFile().getUsableSpace() < LEAST_FREE_BYTES) {
        throw new OutputFailed(
            "the disk of " + shown(folder) + " is full",
            "An image needs up to 16 MB; free some, or choose another place with -o",
            null);
      }
      image = new PendingImage(this, destination, target, folder, made);
      pending.add(image);
      return image;
    } catch (IOException e) {
      throw unwritable(destination.shown(), e);
    } finally {
      if (image == null) {
        removeFolders(made);
      }
    }
  }

  /**
   * Keeps an answer that was paid for and couldn't be made a file of: in the folder where its image
   * should have gone, else in the system's temporary folder, else in the writer's own.
   *
   * @return where it is; null when no place took it, or when the writer was closed: then nobody
   *     would be told of it, and it might be cut short
   */
  public Path keep(ByteBuffer answer, Destination destination) {
    synchronized (this) {
      if (closed) {
        return null;
      }
    }
    List<Path> places = new ArrayList<>();
    try {
      Target target = Target.of(destination, directory);
      if (target.kind == Target.Kind.FILE) {
        places.add(folder(destination, target));
      }
    } catch (OutputFailed e) {
      // Something else is in its place by now: that may be why it has to be kept.
      places.add(directory.resolve(destination.path()).getParent());
    }
    places.add(temporaryFolder());
    places.add(directory);
    for (Path place : places) {
      Path file = place.resolve("sdxl-gen-answer-" + random() + ".json");
      try {
        if (place.equals(temporaryFolder())) {
          // Others look in there too: this way it is ours alone.
          file = Files.createTempFile(place, "sdxl-gen-answer-", ".json");
          write(answer, file, StandardOpenOption.WRITE);
        } else {
          write(answer, file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
        return file;
      } catch (IOException e) {
        discard(file);
      }
    }
    return null;
  }

  /** The folder that the image's temporary file goes to, which must be on the same disk. */
  private Path folder(Destination destination, Target target) {
    if (destination.isNamed()) {
      return target.path.getParent();
    }
    Path known = destination.folder();
    return known == null ? directory : directory.resolve(known);
  }

  private static void write(ByteBuffer answer, Path file, StandardOpenOption... options)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, options)) {
      ByteBuffer buffer = answer.duplicate();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** Removes what unfinished images have left: their temporary files, the folders made for them. */
  @Override
  public void close() {
    List<PendingImage> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(pending);
    }
    // Without our lock: an image that closes itself meanwhile holds its own and wants ours.
    for (PendingImage image : open) {
      image.close();
    }
  }

  /** The stream to write to in place of a file; null when there is a file to write to. */
  PrintStream stdout(Destination destination) {
    return destination.isStdout() ? stdout : null;
  }

  synchronized void finished(PendingImage image) {
    pending.remove(image);
  }

  /**
   * Removes the folders again that were made for an image that didn't come, unless something is in
   * them. Where that may be another image on its way, they are looked at again when that one
   * doesn't come either.
   */
  synchronized void abandoned(PendingImage image, List<Path> made) {
    pending.remove(image);
    leftFolders.addAll(made);
    List<Path> folders = new ArrayList<>(leftFolders);
    removeFolders(folders);
    if (pending.isEmpty()) {
      leftFolders.clear();
    } else {
      leftFolders.removeIf(Files::notExists);
    }
  }

  /** What an I/O error about {@code path} means to the user. */
  static OutputFailed unwritable(Path path, IOException e) {
    String reason = OutputFailed.reason(e);
    boolean full = reason.contains("No space left") || reason.contains("Disk quota");
    return new OutputFailed(
        path + " can't be written: " + reason,
        full
            ? "Free some space, or choose another place with -o"
            : reason.contains("name too long")
                ? "Give it a shorter name"
                : "Choose another place with -o",
        e);
  }

  static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It isn't ours to trouble the user with: the image is what counts.
    }
  }

  /**
   * Removes folders again that were made for an image that didn't come, unless something is in
   * them.
   */
  private static void removeFolders(List<Path> made) {
    for (int i = made.size() - 1; i >= 0; i--) {
      discard(made.get(i));
    }
  }

  static String random() {
    return Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
  }

  static Path temporaryFolder() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  private String shown(Path folder) {
    return folder.equals(directory) ? "this folder" : folder.toString();
  }

  Path directory() {
    return directory;
  }

  /** Makes a folder and those above it, and notes which it made. */
  static void makeFolders(Path folder, List<Path> made) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path path = folder; path != null && Files.notExists(path); path = path.getParent()) {
      missing.addFirst(path);
    }
    for (Path path : missing) {
      try {
        Files.createDirectory(path);
        made.add(path);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(path)) {
          throw e;
        }
      }
    }
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
  }

  /** What is at the place where an image should go. */
  record Target(Path path, Kind kind, boolean exists) {

    enum Kind {
      /** A regular file, or nothing yet. */
      FILE,
      /** A device, a pipe or stdout: written through. */
      STREAM
    }

    /** A device or a pipe, however many links lead to it. */
    private static boolean isStream(Path path) throws IOException {
      try {
        return Files.readAttributes(path, BasicFileAttributes.class).isOther();
      } catch (NoSuchFileException | FileSystemLoopException e) {
        return false;
      } catch (FileSystemException e) {
        // A link that goes round in circles is told as what it is: something that exists.
        if (Files.isSymbolicLink(path)) {
          return false;
        }
        throw e;
      }
    }

    /** Follows symbolic links, also one to a file that isn't there yet. */
    static Target of(Destination destination, Path directory) {
      if (destination.isStdout()) {
        return new Target(destination.path(), Kind.STREAM, true);
      }
      // Not normalized: behind a link, .. is the parent of what it points to.
      Path path = directory.resolve(destination.path());
      try {
        if (isStream(path)) {
          return new Target(path, Kind.STREAM, true);
        }
        for (int links = 0; Files.isSymbolicLink(path) && links < MOST_LINKS; links++) {
          path = path.resolveSibling(Files.readSymbolicLink(path));
        }
        if (!destination.isNamed()) {
          return new Target(path, Kind.FILE, false);
        }
        var attributes =
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
          throw new OutputFailed(
              destination.path() + " is a folder", "Name a file in it, or end it with /", null);
        }
        return new Target(path, Kind.FILE, true);
      } catch (NoSuchFileException e) {
        return new Target(path, Kind.FILE, false);
      } catch (IOException e) {
        throw unwritable(destination.shown(), e);
      }
    }
  }
}
