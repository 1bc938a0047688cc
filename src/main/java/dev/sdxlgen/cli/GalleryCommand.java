package dev.sdxlgen.cli;

import static dev.sdxlgen.cli.CommandLineParser.has;
import static dev.sdxlgen.cli.CommandLineParser.value;
import static dev.sdxlgen.cli.Option.flag;
import static dev.sdxlgen.cli.Option.option;

import dev.sdxlgen.SdxlGenException;
import dev.sdxlgen.SdxlGenException.InvalidRequest;
import dev.sdxlgen.SdxlGenException.OutputFailed;
import dev.sdxlgen.artifact.ImageHeader;
import dev.sdxlgen.artifact.recipe.Ingredients;
import dev.sdxlgen.artifact.recipe.Ingredients.Format;
import dev.sdxlgen.artifact.recipe.RecipeReader;
import dev.sdxlgen.artifact.recipe.RecipeReader.Found;
import dev.sdxlgen.gallery.GalleryImage;
import dev.sdxlgen.gallery.GalleryPage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.ParseResult;

/** {@code sdxl-gen gallery}: a page to look at a folder's images. */
final class GalleryCommand {

  private static final String DEFAULT_NAME = "gallery.html";

  /** What every page of ours begins with. */
  private static final String MARK = "<meta name=\"generator\" content=\"sdxl-gen gallery\">";

  /** What AUTOMATIC1111 calls it; with us it is no parameter. */
  private static final String WEB_UI_MODEL = "Model";

  private static final int MARK_WITHIN = 4096;
  private static final int MOST_TOLD = 20;

  private final Console console;
  private final Console silent;
  private int unread;
  private int missing;

  GalleryCommand(Console console) {
    this.console = console;
    this.silent =
        new Console(
            console.in(),
            console.out(),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            console.environment(),
            console.directory(),
            false,
            false);
  }

  static Options options() {
    return new Options("sdxl-gen gallery")
        .add(
            option(
                "FILE",
                "Where to write the page; - is stdout. Default: gallery.html in the folder.",
                "-o",
                "--output"))
        .add(option("TEXT", "The page's heading. Default: the folder's name.", "--title"))
        .add(flag("Replace a file that is there and isn't a gallery of ours.", "-f", "--force"))
        .add(flag("Open the page in the desktop's browser.", "--open"))
        .add(flag("Nothing on stderr but errors.", "-q", "--quiet"))
        .add(flag("This.", "-h", "--help"));
  }

  int run(String... args) {
    Options command = options();
    ParseResult parsed = CommandLineParser.parse(command, args);
    if (has(parsed, "--help")) {
      console.out().print(HelpPage.of(HelpPage.GALLERY, command));
      return console.written(ExitCode.OK);
    }
    List<String> words = parsed.unmatched();
    if (words.size() != 1) {
      throw new InvalidRequest(
          "sdxl-gen gallery takes one folder" + (words.isEmpty() ? "" : ", not " + words.size()),
          "For example: sdxl-gen gallery out/\n" + ShellQuote.toDraw("gallery", words));
    }
    Path folder = folder(words.get(0));
    boolean toStdout = "-".equals(value(parsed, "--output"));
    Path named = null;
    Path page = null;
    if (toStdout) {
      checkStdout(has(parsed, "--open"));
    } else {
      named = page(parsed, words.get(0));
      page = console.directory().resolve(named).toAbsolutePath().normalize();
      checkReplaceable(named, page, has(parsed, "--force"));
    }
    Reporter reporter = new Reporter(console, 0, has(parsed, "-q"));
    List<Path> images = images(folder, reporter);
    String title = value(parsed, "--title");
    write(
        title == null ? Objects.toString(folder.getFileName(), "images") : title,
        images,
        named,
        page,
        reporter);
    if (unread > MOST_TOLD) {
      reporter.warning("and " + (unread - MOST_TOLD) + " more that can't be read");
    }
    int shown = images.size() - missing;
    reporter.note(
        shown + (shown == 1 ? " image in " : " images in ") + (toStdout ? "the page" : named));
    if (!toStdout) {
      console.out().print(named + "\n");
    }
    int code = console.written(ExitCode.OK);
    if (has(parsed, "--open")) {
      DesktopViewer.open(named, console, reporter);
    }
    return code;
  }

  private void checkStdout(boolean open) {
    if (open) {
      throw new InvalidRequest("--open opens a file, and -o - makes none", "Name a file with -o");
    }
    if (console.outIsTerminal()) {
      throw new InvalidRequest(
          "the page would go to the terminal",
          "Redirect it: sdxl-gen gallery … -o - > gallery.html");
    }
  }

  private Path folder(String name) {
    if (name.isEmpty()) {
      throw new InvalidRequest(
          "'' is no folder", "Name a folder with images in it: . for this one");
    }
    try {
      Path folder = console.directory().resolve(name).toAbsolutePath().normalize();
      if (Files.isDirectory(folder)) {
        return folder;
      }
      throw new InvalidRequest(
          name + (Files.exists(folder) ? " is not a folder" : " isn't there"),
          "Name a folder with images in it");
    } catch (InvalidPathException e) {
      throw new InvalidRequest("'" + name.replace('\0', '?') + "' can't be a folder", "");
    }
  }

  private Path page(ParseResult parsed, String folder) {
    String output = value(parsed, "--output");
    try {
      if (output == null) {
        return Path.of(folder).resolve(DEFAULT_NAME);
      }
      boolean inFolder =
          output.endsWith("/") || Files.isDirectory(console.directory().resolve(output));
      return inFolder ? Path.of(output).resolve(DEFAULT_NAME) : Path.of(output);
    } catch (InvalidPathException e) {
      throw new InvalidRequest("-o '" + output.replace('\0', '?') + "' can't be a file name", "");
    }
  }

  /** A page of ours is there to be made anew; anything else isn't. */
  private static void checkReplaceable(Path named, Path page, boolean force) {
    if (force || !Files.exists(page)) {
      return;
    }
    try (var in = Files.newInputStream(page)) {
      String beginning = new String(in.readNBytes(MARK_WITHIN), StandardCharsets.UTF_8);
      if (beginning.contains(MARK)) {
        return;
      }
    } catch (IOException e) {
      // Whatever it is, it isn't a page of ours.
    }
    throw new OutputFailed(
        named + " exists and is no gallery of ours", "-f replaces it; -o names another", null);
  }

  private List<Path> images(Path folder, Reporter reporter) {
    List<Path> images = new ArrayList<>();
    try {
      // Links to folders aren't followed: they may lead round in a circle.
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (isImage(file)) {
                images.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (file.equals(folder)) {
                throw e;
              }
              unreadable(folder.relativize(file).toString(), e, reporter);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new InvalidRequest(folder + " can't be read: " + reason(e), "");
    }
    images.sort(Comparator.comparing(Path::toString));
    return images;
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"))
        && Files.isRegularFile(file);
  }

  private void write(String title, List<Path> images, Path named, Path page, Reporter reporter) {
    if (page == null) {
      try {
        GalleryPage.write(title, read(images, console.directory(), reporter), console.out());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return;
    }
    Path part = page.resolveSibling(".sdxl-gen-gallery-" + ProcessHandle.current().pid() + ".tmp");
    try {
      Files.createDirectories(page.getParent());
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        GalleryPage.write(title, read(images, page.getParent(), reporter), out);
      }
      Files.move(part, page, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new OutputFailed(
          named + " can't be written: " + OutputFailed.reason(e),
          "Choose another place with -o",
          e);
    } finally {
      try {
        Files.deleteIfExists(part);
      } catch (IOException e) {
        // What could be said of it was said.
      }
    }
  }

  /** Each image as it is asked for: none is held. */
  private Iterable<GalleryImage> read(List<Path> images, Path beside, Reporter reporter) {
    return () ->
        images.stream()
            .map(file -> read(file, beside, reporter))
            .filter(Objects::nonNull)
            .iterator();
  }

  private GalleryImage read(Path file, Path beside, Reporter reporter) {
    String path = beside.relativize(file).toString().replace('\\', '/');
    try {
      return image(path, file, RecipeReader.read(file, false), "no recipe");
    } catch (IOException e) {
      return undescribed(path, file, e, reporter);
    }
  }

  /** An image of which just that is known; null when it is none. */
  private GalleryImage undescribed(String path, Path file, IOException e, Reporter reporter) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 512)) {
      Found found = new Found(ImageHeader.read(in), null, null, null, null);
      GalleryImage image = image(path, file, found, e.getMessage());
      tell("how " + Visible.lines(path) + " was made can't be read: " + e.getMessage(), reporter);
      return image;
    } catch (IOException none) {
      missing++;
      unreadable(path, e, reporter);
      return null;
    }
  }

  private void unreadable(String path, IOException e, Reporter reporter) {
    tell(Visible.lines(path) + " can't be read: " + reason(e), reporter);
  }

  private void tell(String warning, Reporter reporter) {
    unread++;
    if (unread <= MOST_TOLD) {
      reporter.warning(warning);
    }
  }

  private GalleryImage image(String path, Path file, Found found, String noRecipe)
      throws IOException {
    Ingredients made = found.ingredients();
    List<GalleryImage.Prompt> prompts = new ArrayList<>();
    if (made != null) {
      for (Ingredients.Prompt prompt : made.prompts()) {
        prompts.add(new GalleryImage.Prompt(prompt.text(), prompt.number()));
      }
    }
    return new GalleryImage(
        path,
        found.header().width(),
        found.header().height(),
        Files.size(file),
        found.recipe() == null
            ? Files.getLastModifiedTime(file).toInstant()
            : found.recipe().time(),
        model(found, made),
        made == null ? null : family(made),
        prompts,
        made == null ? null : made.seed(),
        made == null ? Map.of() : parameters(made),
        command(file, found),
        made == null ? noRecipe : null);
  }

  private static String model(Found found, Ingredients made) {
    return found.recipe() != null
        ? found.recipe().modelId()
        : made == null ? null : made.others().get(WEB_UI_MODEL);
  }

  /** Null when the request is in no format we know. */
  private static String family(Ingredients made) {
    if (made.format() == null) {
      return null;
    }
    return switch (made.format()) {
      case SDXL -> "sdxl";
      case STABLE_IMAGE -> "stable-image";
      case AMAZON -> "amazon";
      case PARAMETERS -> "AUTOMATIC1111";
    };
  }

  private static Map<String, String> parameters(Ingredients made) {
    Map<String, String> parameters = new LinkedHashMap<>();
    put(parameters, GalleryImage.SAMPLER, made.sampler());
    put(parameters, GalleryImage.STYLE, made.stylePreset());
    put(parameters, "steps", made.steps());
    put(parameters, "cfg scale", made.cfgScale());
    put(parameters, "clip guidance", made.clipGuidancePreset());
    put(parameters, "aspect ratio", made.aspectRatio());
    put(parameters, "quality", made.quality());
    if (made.source() != null) {
      put(parameters, "image strength", made.source().strength());
      put(parameters, "init image", made.source().image());
      put(parameters, "mask", made.source().mask());
    }
    put(parameters, "extras", made.extras());
    for (Map.Entry<String, String> other : made.others().entrySet()) {
      boolean told = made.format() == Format.PARAMETERS && other.getKey().equals(WEB_UI_MODEL);
      put(parameters, other.getKey(), told ? null : other.getValue());
    }
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, Object value) {
    if (value != null) {
      parameters.putIfAbsent(name, value.toString());
    }
  }

  /** The line that makes it again; null where there is none. */
  private String command(Path file, Found found) {
    if (found.ingredients() == null) {
      return null;
    }
    try {
      return ShellQuote.join(
          FromRecipe.command(file.toString(), found, silent, new Reporter(silent, 0, true)));
    } catch (SdxlGenException e) {
      return null;
    }
  }
}
