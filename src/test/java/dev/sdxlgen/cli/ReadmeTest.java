package dev.sdxlgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sdxlgen.cli.HelpPage.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The README's tables are the program's own. Run with {@code -Dreadme.update=true} to write them
 * into it.
 */
class ReadmeTest {

  private static final Path README = Path.of("README.md");

  /** In a table, a long description is easier to read than a wide one. */
  private static String table(List<Group> groups) {
    StringBuilder table = new StringBuilder();
    for (Group group : groups) {
      table.append(table.length() == 0 ? "" : "\n");
      table.append("| ").append(group.heading()).append(" | |\n|---|---|\n");
      Options command = new Options("");
      group.options().accept(command);
      if (command.words() != null) {
        row(table, command.words().label(), command.words().description());
      }
      for (Option option : group.list()) {
        row(table, HelpPage.names(option).strip(), option.description());
      }
    }
    return table.toString();
  }

  private static void row(StringBuilder table, String names, String description) {
    table.append("| `").append(names).append("` | ");
    table.append(description.replace("|", "\\|").replace("<", "&lt;")).append(" |\n");
  }

  private static List<Group> mockOptions() {
    return List.of(
        new Group("The mock", command -> MockCommand.options().list().forEach(command::add)));
  }

  private static void assertShows(String marker, String table) throws IOException {
    String readme = Files.readString(README, UTF_8);
    Matcher between =
        Pattern.compile(
                "(<!-- " + marker + ":start.*? -->\n)(.*?)(<!-- " + marker + ":end -->\n)",
                Pattern.DOTALL)
            .matcher(readme);
    assertThat(between.find()).as("the README has the markers of %s", marker).isTrue();
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(
          README,
          readme.substring(0, between.start(2)) + table + readme.substring(between.end(2)),
          UTF_8);
      return;
    }
    assertThat(between.group(2)).isEqualTo(table);
  }

  @Test
  void showsEveryOption() throws IOException {
    assertShows("options", table(HelpPage.groups()));
  }

  @Test
  void showsEveryOptionOfTheMock() throws IOException {
    assertShows("mock-options", table(mockOptions()));
  }

  @Test
  void showsEveryOptionOfABatch() throws IOException {
    // The others are those of one image.
    assertShows("batch-options", table(HelpPage.batchGroups().subList(0, 3)));
  }

  @Test
  void showsOnlyOptionsThatThereAre() throws IOException {
    var known = new ArrayList<String>();
    known.addAll(HelpTest.names(GenerateCommand.OPTIONS));
    known.addAll(HelpTest.names(InspectCommand.options()));
    known.addAll(HelpTest.names(MockCommand.options()));
    known.addAll(HelpTest.names(BatchOptions.options()));

    String readme = Files.readString(README, UTF_8);
    Matcher code =
        Pattern.compile("(?m)^(?:\\$ |image=\\$\\(|seed=\\$\\()?sdxl-gen .*$").matcher(readme);
    while (code.find()) {
      String command = code.group().replaceAll("\"[^\"]*\"", "X").replaceAll("[|#].*", "");
      Matcher option = Pattern.compile("(?<= )--?[a-zA-Z][-a-z]*").matcher(command);
      while (option.find()) {
        assertThat(known).as(command).contains(option.group());
      }
    }
  }

  @Test
  void showsEveryExitCode() throws IOException {
    String readme = Files.readString(README, UTF_8);
    for (int code :
        new int[] {
          ExitCode.OK,
          ExitCode.BUG,
          ExitCode.INVALID_REQUEST,
          ExitCode.CREDENTIALS,
          ExitCode.FILTERED,
          ExitCode.THROTTLED,
          ExitCode.BEDROCK_FAILED,
          ExitCode.OUTPUT_FAILED,
          ExitCode.SOME_MISSING,
          ExitCode.MODEL_UNAVAILABLE
        }) {
      assertThat(readme).containsPattern("(?m)^\\| " + code + " \\| ");
    }
  }
}
