package dev.sdxlgen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sdxlgen.mock.MockBedrock;
import dev.sdxlgen.mock.MockOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The installed {@code bin/sdxl-gen}, in an environment of which nothing is inherited. */
@DisabledOnOs(OS.WINDOWS)
class LauncherIT {

  private static final Path INSTALLED = Path.of(System.getProperty("sdxlgen.home"));
  private static final Path JAVA = Path.of(System.getProperty("java.home"));
  private static final String BODY = "{\"text_prompts\":[{\"text\":\"a person\"}]}\n";

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void putJavaOnThePath() {
    environment.put("PATH", JAVA.resolve("bin") + ":/usr/bin:/bin");
  }

  // Where it is

  @Test
  void startsInAnyFolder() {
    assertDryRun(run(INSTALLED.resolve("bin/sdxl-gen"), "--dry-run", "a person"));
  }

  @Test
  void saysItsVersion() {
    Run run = run(INSTALLED.resolve("bin/sdxl-gen"), "--version");

    assertThat(run.out().lines().findFirst())
        .hasValueSatisfying(line -> assertThat(line).matches("sdxl-gen \\d+\\.\\d+\\.\\d+.*"));
    assertThat(run.err()).isEmpty();
  }

  /** Not all that is on the tests' class path goes into the jar. */
  @Test
  void hasAllThatItsCommandsNeed() throws IOException {
    Path program = INSTALLED.resolve("bin/sdxl-gen");
    Files.writeString(folder.resolve("p.jsonl"), "{\"id\":\"two\",\"prompt\":\"a person\"}\n");

    assertDone(run(program, "a person", "--mock", "-q", "-o", "made/one.png"), "made/one.png");
    assertDone(run(program, "batch", "p.jsonl", "--mock", "-q", "-o", "made"), "made/two.png");
    assertDone(run(program, "inspect", "made/one.png"), "a person");
    assertDone(run(program, "models", "-q"), "sdxl");
    assertDone(run(program, "models", "--live", "--mock", "--region", "us-east-1", "-q"), "sdxl");
    assertDone(run(program, "gallery", "-q", "made"), "made/gallery.html");
    assertThat(folder.resolve("made/gallery.html")).content().contains("one.png", "two.png");
  }

  /** The SDK would look into it too. */
  @Test
  void needsNoGoodProfilesWhereNobodyAsksWhoItIs() throws IOException {
    Path aws = Files.createDirectories(folder.resolve("home/.aws"));
    Files.writeString(aws.resolve("config"), "region = us-east-1\n");
    Files.writeString(aws.resolve("credentials"), "[broken\n");
    environment.put("HOME", folder.resolve("home").toString());

    assertDone(
        run(INSTALLED.resolve("bin/sdxl-gen"), "a person", "--mock", "-q", "-o", "made/one.png"),
        "made/one.png");
  }

  /** What renews it and gets the keys is found by its name alone. */
  @Test
  void makesAnImageAsWhomAnSsoSessionSignsIn() throws Exception {
    List<String> asked = Collections.synchronizedList(new ArrayList<>());
    HttpServer sso =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sso.createContext(
        "/",
        call -> {
          asked.add(call.getRequestMethod() + " " + call.getRequestURI().getPath());
          byte[] answer =
              """
              {"accessToken":"new","expiresIn":3600,"tokenType":"Bearer","refreshToken":"r",
              "roleCredentials":{"accessKeyId":"ASIA","secretAccessKey":"s","sessionToken":"t",
              "expiration":4102444800000}}"""
                  .getBytes(UTF_8);
          call.sendResponseHeaders(200, answer.length);
          call.getResponseBody().write(answer);
          call.close();
        });
    sso.start();
    Path cache = Files.createDirectories(folder.resolve(".aws/sso/cache"));
    Files.writeString(
        folder.resolve(".aws/config"),
        """
        [profile sso]
        region = us-east-1
        sso_session = mine
        sso_account_id = 123456789012
        sso_role_name = images
        [sso-session mine]
        sso_region = us-east-1
        sso_start_url = https://mine.awsapps.com/start
        """);
    // Its name is the SHA-1 of the session's.
    Files.writeString(
        cache.resolve("8034c43d15bb7ef42e2cc24255217acfc5f4b2f4.json"),
        """
        {"startUrl":"https://mine.awsapps.com/start","region":"us-east-1","accessToken":"old",
        "expiresAt":"2020-01-01T00:00:00Z","clientId":"c","clientSecret":"s","refreshToken":"r",
        "registrationExpiresAt":"2099-01-01T00:00:00Z"}""");
    String url = "http://127.0.0.1:" + sso.getAddress().getPort();
    environment.put("HOME", folder.toString());
    environment.put("AWS_ENDPOINT_URL_SSO", url);
    environment.put("AWS_ENDPOINT_URL_SSO_OIDC", url);
    try (MockBedrock bedrock = MockBedrock.start(MockOptions.DEFAULT)) {
      environment.put("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.endpoint().toString());

      assertDone(
          run(INSTALLED.resolve("bin/sdxl-gen"), "a person", "--profile", "sso", "-o", "sso.png"),
          "sso.png");
    } finally {
      sso.stop(0);
    }
    assertThat(asked).containsExactly("POST /token", "GET /federation/credentials");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sdxl-gen", "./sdxl-gen", "../bin/sdxl-gen", ".././bin//sdxl-gen"})
  void startsByARelativePath(String path) throws IOException {
    Path home = pretendInstallation("home");

    usePretendJava("21.0.1");
    Run run = runIn(home.resolve("bin"), List.of("sh", path));

    assertThat(run.words()).contains(home.toRealPath() + "/lib/sdxl-gen.jar");
  }

  @Test
  void startsThroughAChainOfLinks() throws IOException {
    Path home = pretendInstallation("a home");
    Files.createSymbolicLink(folder.resolve("folder link"), Path.of("a home/bin"));
    Files.createSymbolicLink(folder.resolve("second"), Path.of("folder link/sdxl-gen"));
    Files.createDirectory(folder.resolve("elsewhere"));
    Path first = Files.createSymbolicLink(folder.resolve("elsewhere/first"), Path.of("../second"));

    usePretendJava("21.0.1");
    Run run = runIn(folder, List.of(first.toString()));

    assertThat(run.words()).contains(home.toRealPath() + "/lib/sdxl-gen.jar");
  }

  @Test
  void startsByALinkOnThePath() throws IOException {
    Path links = Files.createDirectory(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("sdxl-gen"), INSTALLED.resolve("bin/sdxl-gen"));
    environment.merge("PATH", links.toString(), (path, more) -> more + ":" + path);

    assertDryRun(runIn(folder, List.of("sh", "-c", "sdxl-gen --dry-run 'a person'")));
  }

  @Test
  void startsFromAReadOnlyCopyInAFolderWithBlanks() throws IOException {
    Path copy = copyInstallation("a copy  of it");
    try {
      setWritable(copy, false);

      assertDryRun(run(copy.resolve("bin/sdxl-gen"), "--dry-run", "a person"));
    } finally {
      setWritable(copy, true);
    }
  }

  /** Java takes such a name for two. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void startsInAFolderWithColonsInItsName() throws IOException {
    Path launcher = copyInstallation("2026-11-28T17:33:02").resolve("bin/sdxl-gen");

    assertDryRun(run(launcher, "--dry-run", "a person"));
    assertDone(run(launcher, "a person", "--mock", "-q", "-o", "made/one.png"), "made/one.png");
  }

  @Test
  void refusesAFolderWithAColonInItsNameWhereItCantBeOpened() throws IOException {
    environment.put("KSH_VERSION", "what opens it for itself alone");
    Path home = copyInstallation("12:00");

    assertRefused(
        run(home.resolve("bin/sdxl-gen"), "a person"),
        "Java takes a folder with a colon in its name for two: " + home,
        "Give it another name.");
  }

  @Test
  void holdsNoFolderOpenForJava17InAShellThatWouldCloseIt() throws IOException {
    environment.put("KSH_VERSION", "93u+m");
    environment.put("SDXL_GEN_JAVA", pretendJava("own", "17.0.9").toString());
    Path home = pretendInstallation("it");

    assertThat(run(home.resolve("bin/sdxl-gen"), "a person").words())
        .contains(home + "/lib/sdxl-gen.jar");
  }

  /** As bash has it where a script exports SHELLOPTS. */
  @Test
  void startsWhereAShellEndsAtTheFirstFailure() {
    String launcher = INSTALLED.resolve("bin/sdxl-gen").toString();

    assertDryRun(runIn(folder, List.of("sh", "-eu", launcher, "--dry-run", "a person")));
  }

  @Test
  void refusesToBeTornFromItsLibraries() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("my/bin")).toRealPath();
    Path alone = Files.copy(INSTALLED.resolve("bin/sdxl-gen"), bin.resolve("sdxl-gen"));

    assertRefused(
        run(alone, "a person"),
        bin.getParent() + "/lib/sdxl-gen.jar is missing",
        "bin and lib belong together: copy the whole folder, or make a link to bin/sdxl-gen.");
  }

  // Which Java

  @Test
  void prefersItsOwnVariableToJavaHomeAndThePath() throws IOException {
    environment.put("SDXL_GEN_JAVA", pretendJava("own", "17.0.9").toString());
    environment.put("JAVA_HOME", pretendJava("home", "21.0.1").toString());

    assertThat(run(pretendInstallation("it").resolve("bin/sdxl-gen")).words()).contains("own");
  }

  @Test
  void prefersTheJavaInItsFolderToJavaHomeButNotToItsVariable() throws IOException {
    Path home = pretendInstallation("it");
    Files.move(pretendJava("inside", "25.0.1"), home.resolve("java"));
    environment.put("JAVA_HOME", pretendJava("home", "21.0.1").toString());

    Run run = run(home.resolve("bin/sdxl-gen"));
    assertThat(run.words())
        .contains("inside")
        .anyMatch(word -> word.endsWith("/lib/sdxl-gen-25.aot"));

    environment.put("SDXL_GEN_JAVA", pretendJava("own", "17.0.9").toString());
    assertThat(run(home.resolve("bin/sdxl-gen")).words()).contains("own");
  }

  @Test
  void takesAJavaProgramToo() throws IOException {
    Path program = pretendJava("own", "17.0.9").resolve("bin/java");
    environment.put(
        "SDXL_GEN_JAVA", Files.createSymbolicLink(folder.resolve("j"), program).toString());

    Run run = run(pretendInstallation("it").resolve("bin/sdxl-gen"));

    assertThat(run.words()).contains("own").anyMatch(word -> word.endsWith("/lib/sdxl-gen-17.jsa"));
  }

  @Test
  void prefersJavaHomeToThePath() throws IOException {
    environment.put("JAVA_HOME", pretendJava("home", "21.0.1").toString());

    assertThat(run(pretendInstallation("it").resolve("bin/sdxl-gen")).words()).contains("home");
  }

  @Test
  void findsJavaBehindTheLinksOfThePath() throws IOException {
    Path program = pretendJava("linked", "17.0.9").resolve("bin/java");
    Files.createSymbolicLink(folder.resolve("alternative"), program);
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("java"), Path.of("../alternative"));
    environment.put("PATH", folder + "/none::" + bin + ":/usr/bin:/bin");

    Run run = run(pretendInstallation("it").resolve("bin/sdxl-gen"));

    assertThat(run.words())
        .contains("linked")
        .anyMatch(word -> word.endsWith("/lib/sdxl-gen-17.jsa"));
  }

  @Test
  void doesWithoutTheArchiveWhereJavaDoesNotSayWhichItIs() throws IOException {
    Path java = pretendJava("nameless", "17.0.9");
    Files.delete(java.resolve("release"));
    environment.put("JAVA_HOME", java.toString());

    assertThat(run(pretendInstallation("it").resolve("bin/sdxl-gen")).words())
        .contains("nameless")
        .noneMatch(word -> word.contains("sdxl-gen-"));
  }

  @Test
  void saysWhenThereIsNoJava() {
    environment.put("PATH", folder.toString());

    assertRefused(
        run(INSTALLED.resolve("bin/sdxl-gen"), "a person"),
        "there is no Java on the PATH",
        "Install Java 17 or newer, or name its folder in SDXL_GEN_JAVA or JAVA_HOME.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SDXL_GEN_JAVA", "JAVA_HOME"})
  void saysWhenAVariablePointsNowhere(String variable) {
    environment.put(variable, "/no where");

    assertRefused(
        run(INSTALLED.resolve("bin/sdxl-gen"), "a person"),
        "there is no Java in " + variable + " (/no where)",
        "Let it name the folder of Java 17 or newer, the one with bin/java in it, or unset it.");
  }

  @ParameterizedTest
  @CsvSource({"1.8.0_392, 8", "11.0.2, 11", "16, 16"})
  void refusesAnOldJava(String release, String version) throws IOException {
    Path java = pretendJava("old", release);
    environment.put("JAVA_HOME", java.toString());

    assertRefused(
        run(INSTALLED.resolve("bin/sdxl-gen"), "a person"),
        "JAVA_HOME (" + java + ") is Java " + version + ", which is too old",
        "Install Java 17 or newer, and name its folder in SDXL_GEN_JAVA.");
  }

  // What it tells Java

  @ParameterizedTest
  @ValueSource(strings = {"https://localhost", "http://localhost"})
  void takesItsClassesFromTheArchive(String url) throws IOException {
    environment.put("SDXL_GEN_OPTS", "-Xlog:class+load:file='the classes'");

    assertDryRun(
        run(INSTALLED.resolve("bin/sdxl-gen"), "--dry-run", "--endpoint-url", url, "a person"));

    assertThat(Files.readString(folder.resolve("the classes")))
        .containsPattern("dev\\.sdxlgen\\.Main source: shared objects file")
        .containsPattern("picocli\\.CommandLine source: shared objects file");
  }

  /** A processor that doesn't know it would crash (JDK-8388703). */
  @EnabledForJreRange(minVersion = 25)
  @ParameterizedTest
  @ValueSource(
      strings = {"--endpoint-url https://h", "--endpoint-url http://h", "--assume-role arn:a"})
  void hasNoMachineCodeInItsArchive(String options) throws IOException {
    assertNoMachineCode(INSTALLED.resolve("bin/sdxl-gen"), options.split(" "));
  }

  @ParameterizedTest
  @CsvSource({"17.0.9, -XX:SharedArchiveFile=, 17.jsa", "25-ea, -XX:AOTCache=, 25.aot"})
  void givesOneImageTheQuickFlags(String release, String option, String archive)
      throws IOException {
    Path home = pretendInstallation("it");

    usePretendJava(release);
    Run run = runIn(folder, List.of(home + "/bin/sdxl-gen", "a person"));

    assertThat(run.words())
        .contains(
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xlog:disable")
        .contains(option + home.toRealPath() + "/lib/sdxl-gen-" + archive)
        .endsWith("dev.sdxlgen.Main", "a person");
  }

  @Test
  void saysThatATrustStoreOfJavasOwnTlsCannotBeRead() throws Exception {
    Path store = Files.writeString(folder.resolve("no.store"), "no store");
    environment.putAll(
        Map.of(
            "SDXL_GEN_OPTS",
            "-Djavax.net.ssl.trustStore='" + store + "'",
            "AWS_ACCESS_KEY_ID",
            "a",
            "AWS_SECRET_ACCESS_KEY",
            "b"));

    Run run =
        run(
            INSTALLED.resolve("bin/sdxl-gen"),
            "--endpoint-url",
            "https://localhost:9",
            "--region",
            "us-east-1",
            "a person");

    assertThat(run.err())
        .isEqualTo(
            """
            sdxl-gen: Java's TLS can't be set up: problem accessing trust store
              Mend what -Djavax.net.ssl.… in SDXL_GEN_OPTS names, or lib/security/cacerts of Java
            """);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  /** The library is loaded from where it lies, and Java isn't heard to warn of it. */
  @ParameterizedTest
  @CsvSource({
    "-Da=1, true",
    "-Djava.library.path=/nowhere, false",
    "-Djdk.tls.client.protocols=TLSv1.3, false",
  })
  @EnabledOnOs(OS.LINUX)
  void greetsSecureServersByBoringSslAndElseByJava(String option, boolean boring) throws Exception {
    environment.putAll(
        Map.of("SDXL_GEN_OPTS", option, "AWS_ACCESS_KEY_ID", "a", "AWS_SECRET_ACCESS_KEY", "b"));
    List<List<Integer>> hellos = Collections.synchronizedList(new ArrayList<>());
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var accepting = new Thread(() -> readHellos(server, hellos));
      accepting.start();

      Run run =
          run(
              INSTALLED.resolve("bin/sdxl-gen"),
              "--endpoint-url",
              "https://localhost:" + server.getLocalPort(),
              "--region",
              "us-east-1",
              "--max-attempts",
              "1",
              "a person");

      assertThat(run.err()).startsWith("sdxl-gen: no secure connection to localhost:");
      assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(2);
    }
    int aes = 0x1301;
    int chaCha20 = 0x1303;
    assertThat(hellos.get(0)).contains(chaCha20);
    assertThat(hellos.get(0).contains(aes)).isEqualTo(boring);
  }

  /** The cipher suites that clients offer (RFC 8446, 4.1.2), until the server is closed. */
  private static void readHellos(ServerSocket server, List<List<Integer>> hellos) {
    while (true) {
      try (Socket client = server.accept()) {
        var in = new DataInputStream(client.getInputStream());
        in.readNBytes(5 + 4 + 2 + 32);
        in.readNBytes(in.readUnsignedByte());
        List<Integer> suites = new ArrayList<>();
        for (int left = in.readUnsignedShort(); left > 0; left -= 2) {
          suites.add(in.readUnsignedShort());
        }
        hellos.add(suites);
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"17.0.9, 0", "23.0.1, 0", "24, 1", "25.0.1, 1", "100.0.1, 1"})
  void allowsItsNativeLibraryWhereJavaWouldWarn(String release, int times) throws IOException {
    Path home = pretendInstallation("it");
    usePretendJava(release);

    assertThat(run(home.resolve("bin/sdxl-gen"), "a person").words())
        .contains("-Djava.library.path=" + home.toRealPath() + "/lib/native")
        .filteredOn(word -> word.equals("--enable-native-access=ALL-UNNAMED"))
        .hasSize(times);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a person                                        | -keys
          a person -n hat -o out.png                      | -keys
          --endpoint-url http://localhost:1 a             | -plain
          --endpoint-url=http://localhost:1 a             | -plain
          --endpoint-url https://localhost:1 a            | -keys
          --endpoint-url=https://localhost:1 a            | -keys
          --endpoint-url http://h --endpoint-url https://h | -keys
          --profile name a                                | ''
          --endpoint-url http://h --profile name a        | ''
          --endpoint-url http://h --profile=name a        | ''
          --endpoint-url http://h --assume-role arn a     | ''
          --endpoint-url http://h --assume-role=arn a     | ''
          --endpoint-url http://h -o s3://bucket/key a    | ''
          --endpoint-url http://h -os3://bucket/key a     | ''
          --endpoint-url http://h --output=s3://b/key a   | ''
          --mock a person                                 | -plain
          --help                                          | -help
          -h                                              | -help
          --version                                       | -help
          -V                                              | -help
          ''                                              | -help
          --stepz 30 a                                    | -help
          a --stepz=30                                    | -help
          --profile name --stepz 30 a                     | -help
          --mock --stepz 30 a                             | -help
          --steps 30 a                                    | -keys
          --steps=30 a                                    | -keys
          a -- --stepz 30                                 | -keys
          a=--stepz                                       | -keys
          a --help                                        | -plain
          -n --help a                                     | -plain
          inspect out.png                                 | -plain
          inspect --help                                  | -plain
          gallery folder                                  | -plain
          mock --port 0                                   | -plain
          batch prompts.txt --endpoint-url http://h       | ''
          batch prompts.txt                               | ''
          models                                          | ''
          -p http://h                                     | -keys
          """)
  void loadsNothingBeforehandThatIsNotNeeded(String words, String part) throws IOException {
    environment.put("AWS_ACCESS_KEY_ID", "key");
    environment.put("AWS_REGION", "us-east-1");

    assertThat(archiveFor(words)).isEqualTo("sdxl-gen-25" + part);
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME, http://localhost:1, -plain",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME, https://localhost:1, -keys",
    "AWS_ENDPOINT_URL, http://localhost:1, -plain",
    "AWS_ENDPOINT_URL, https://localhost:1, -keys",
  })
  void knowsTheEndpointsOfTheEnvironment(String name, String url, String part) throws IOException {
    environment.put("AWS_REGION", "us-east-1");
    environment.put(name, url);

    assertThat(archiveFor("a")).isEqualTo("sdxl-gen-25");
    assertThat(archiveFor("--mock a")).isEqualTo("sdxl-gen-25-plain");
    environment.put("AWS_ACCESS_KEY_ID", "key");
    assertThat(archiveFor("a")).isEqualTo("sdxl-gen-25" + part);
    assertThat(archiveFor("--endpoint-url https://h a")).isEqualTo("sdxl-gen-25-keys");
    environment.put("BEDROCK_ASSUME_ROLE", "arn");
    assertThat(archiveFor("a")).isEqualTo("sdxl-gen-25");
    assertThat(archiveFor("--help")).isEqualTo("sdxl-gen-25-help");
  }

  @Test
  void theEndpointOfBedrockAloneCountsWhereThereAreBoth() throws IOException {
    environment.put("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://h");
    environment.put("AWS_ENDPOINT_URL", "http://h");
    environment.put("AWS_BEARER_TOKEN_BEDROCK", "token");
    environment.put("AWS_DEFAULT_REGION", "us-east-1");

    assertThat(archiveFor("a")).isEqualTo("sdxl-gen-25-keys");
    environment.remove("AWS_ENDPOINT_URL_BEDROCK_RUNTIME");
    assertThat(archiveFor("a")).isEqualTo("sdxl-gen-25-plain");
  }

  /** It reads the AWS CLI's files then. */
  @Test
  void hasProfilesLoadedWhereTheyMaySayTheRegionOrWhoCalls() throws IOException {
    environment.put("AWS_ACCESS_KEY_ID", "key");

    assertThat(archiveFor("a")).isEqualTo("sdxl-gen-25");
    assertThat(archiveFor("--region us-east-1 a")).isEqualTo("sdxl-gen-25-keys");
    assertThat(archiveFor("a --region=us-east-1")).isEqualTo("sdxl-gen-25-keys");
    environment.put("AWS_PROFILE", "name");
    assertThat(archiveFor("--region us-east-1 a")).isEqualTo("sdxl-gen-25");
  }

  @Test
  void doesWithTheWholeArchiveWhereASmallerOneIsMissing() throws IOException {
    environment.put("AWS_ACCESS_KEY_ID", "key");
    environment.put("AWS_REGION", "us-east-1");
    Files.delete(plainInstallation().resolve("lib/sdxl-gen-25-keys.aot"));

    assertThat(archiveFor("a")).isEqualTo("sdxl-gen-25");
  }

  /** The archive that Java 25 is given for a command line, without its folder and ending. */
  private String archiveFor(String words) throws IOException {
    Path home =
        Files.isDirectory(folder.resolve("it")) ? folder.resolve("it") : plainInstallation();
    List<String> command = new ArrayList<>(List.of(home + "/bin/sdxl-gen"));
    command.addAll(List.of(words.split(" ")));
    String option = "-XX:AOTCache=" + home.toRealPath() + "/lib/";
    return runIn(folder, command).words().stream()
        .filter(word -> word.startsWith(option))
        .map(word -> word.substring(option.length(), word.lastIndexOf('.')))
        .collect(Collectors.joining());
  }

  private Path plainInstallation() throws IOException {
    Path home = pretendInstallation("it");
    Files.createFile(home.resolve("lib/sdxl-gen-25-plain.aot"));
    Files.createFile(home.resolve("lib/sdxl-gen-25-keys.aot"));
    Files.createFile(home.resolve("lib/sdxl-gen-25-help.aot"));
    usePretendJava("25.0.1");
    return home;
  }

  /** Only Linux's Java knows the option: another would not start. */
  @ParameterizedTest
  @CsvSource({
    "a person, , true",
    "--version, , true",
    "batch, , false",
    "mock, , false",
    "gallery, , false",
    "a person, -XX:+UseZGC, false",
    "a person, @options, false"
  })
  void asksForHugePagesWhereLinuxHasThemForOneImage(String word, String option, boolean asks)
      throws IOException {
    Path home = pretendInstallation("it");
    if (option != null) {
      environment.put("SDXL_GEN_OPTS", option);
    }

    usePretendJava("17.0.9");
    Run run = runIn(folder, List.of(home + "/bin/sdxl-gen", word));

    assertThat(run.words().contains("-XX:+UseTransparentHugePages"))
        .isEqualTo(asks && hasHugePages());
  }

  private static boolean hasHugePages() throws IOException {
    Path told = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    return Files.isReadable(told) && !Files.readString(told).contains("[never]");
  }

  /**
   * Else it would begin with 1/64 of the machine's memory, which takes the longer the more there
   * is.
   */
  @ParameterizedTest
  @CsvSource({
    "a person, , -Xms16m -Xmn14m, true",
    "a person, -Dx=y, -Xms16m -Xmn14m, true",
    "--version, , -Xms6m -Xmn4m, true",
    "--help, , -Xms6m -Xmn4m, true",
    "--count, , -Xms20m -Xmn18m, true",
    "--count=2, , -Xms20m -Xmn18m, true",
    "--cuont=2, , -Xms6m -Xmn4m, true",
    "batch, , -Xmn32m, false",
    "mock, , '', false",
    "gallery, , '', false",
    "a person, -Xmx16m, '', false",
    "a person, -Xms1g, -Xms1g, false",
    "a person, -Xmn4m, -Xmn4m, false",
    "a person, -XX:MaxHeapSize=16m, '', false",
    "a person, -XX:MaxNewSize=4m, '', false",
    "a person, -XX:InitialRAMPercentage=1, '', false",
    "a person, -XX:-UseTransparentHugePages, '', false",
    "a person, -XX:+UseZGC, '', false",
    "a person, @options, '', false"
  })
  void beginsWithTheHeapThatImagesTake(String word, String option, String heap, boolean touched)
      throws IOException {
    boolean atOnce = hasHugePages() && getsPagesReadyAtOnce();
    String sizes = touched && !atOnce ? "-Xms32m -Xmn28m" : heap;
    Path home = pretendInstallation("it");
    if (option != null) {
      environment.put("SDXL_GEN_OPTS", option);
    }

    usePretendJava("25.0.1");
    Run run = runIn(folder, List.of(home + "/bin/sdxl-gen", word));

    assertThat(run.words().stream().filter(set -> set.matches("-Xm[sn].+")))
        .containsExactly(sizes.isEmpty() ? new String[0] : sizes.split(" "));
    assertThat(run.words().contains("-XX:+AlwaysPreTouch")).isEqualTo(touched && atOnce);
  }

  /** An older Java, or Linux, would touch each page by itself: slower than if it is left alone. */
  @ParameterizedTest
  @ValueSource(strings = {"17.0.9", "24.0.2"})
  void touchesNoMemoryBeforehandWhereItIsNotDoneAtOnce(String version) throws IOException {
    usePretendJava(version);

    Run run = run(pretendInstallation("it").resolve("bin/sdxl-gen"));

    assertThat(run.words()).contains("-Xms32m", "-Xmn28m").doesNotContain("-XX:+AlwaysPreTouch");
  }

  /** Whether this is a Linux that knows MADV_POPULATE_WRITE. */
  private static boolean getsPagesReadyAtOnce() {
    String[] kernel = System.getProperty("os.version").split("[.-]");
    int major = Integer.parseInt(kernel[0]);
    return major > 5 || major == 5 && Integer.parseInt(kernel[1]) >= 14;
  }

  /** Else its memory would depend on the machine's, and grow with the images. */
  @Test
  void givesABatchTheSimplestCollectorAndSmallMethods() throws IOException {
    Path home = pretendInstallation("it");

    usePretendJava("17.0.9");
    Run run = runIn(folder, List.of(home + "/bin/sdxl-gen", "batch"));

    assertThat(run.words())
        .contains("-XX:+UseSerialGC", "-Xmn32m")
        .contains("-XX:FreqInlineSize=35", "-XX:InlineSmallCode=300", "-XX:MaxInlineLevel=6")
        .doesNotContain("-XX:TieredStopAtLevel=1");
  }

  @ParameterizedTest
  @CsvSource({"batch, , 1", "batch, 4, 4", "a person, , unset", "mock, , unset"})
  void aBatchKeepsNoMemoryForEachThreadUnlessTheUserSaysSo(String word, String given, String told)
      throws IOException {
    Path home = pretendInstallation("it");
    Path java = pretendJava("pretend", "17.0.9");
    Files.writeString(java.resolve("bin/java"), "#!/bin/sh\necho \"${MALLOC_ARENA_MAX-unset}\"\n");
    environment.put("SDXL_GEN_JAVA", java.toString());
    if (given != null) {
      environment.put("MALLOC_ARENA_MAX", given);
    }

    assertThat(runIn(folder, List.of(home + "/bin/sdxl-gen", word)).words()).containsExactly(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mock", "gallery"})
  void letsWhatRunsLongCompileAndCollectAsJavaPleases(String command) throws IOException {
    Path home = pretendInstallation("it");

    usePretendJava("17.0.9");
    Run run = runIn(folder, List.of(home + "/bin/sdxl-gen", command));

    assertThat(run.words())
        .doesNotContain("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        .contains("-Xlog:disable")
        .anyMatch(word -> word.startsWith("-XX:SharedArchiveFile="));
  }

  @ParameterizedTest
  @CsvSource({
    "SDXL_GEN_OPTS, -XX:+UseParallelGC",
    "SDXL_GEN_OPTS, -Xshare:off",
    "SDXL_GEN_OPTS, -XX:TieredStopAtLevel=4",
    "SDXL_GEN_OPTS, -Xmx16m",
    "JAVA_TOOL_OPTIONS, -XX:+UseParallelGC",
    "JAVA_TOOL_OPTIONS, -Xshare:auto",
    "JDK_JAVA_OPTIONS, -XX:+UseG1GC",
    "JDK_JAVA_OPTIONS, -Xshare:off",
    "_JAVA_OPTIONS, -XX:+UseParallelGC",
  })
  void givesWayToTheUsersOptions(String variable, String option) {
    environment.put(variable, option);

    assertDryRun(run(INSTALLED.resolve("bin/sdxl-gen"), "--dry-run", "a person"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SDXL_GEN_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
  void givesWayToTheUsersArchive(String variable) throws IOException {
    usePretendJava("25.0.1");
    environment.put(variable, "-XX:AOTCache=nope");

    Run run = run(pretendInstallation("it").resolve("bin/sdxl-gen"));

    assertThat(run.words())
        .filteredOn(word -> word.contains("AOT"))
        .containsExactly("-XX:AOTCache=nope");
  }

  /** Another JVM might not have the option, and not start. */
  @ParameterizedTest
  @CsvSource({"24.0.2, false", "25.0.1, true", "26, false"})
  void hasJava25AloneReplayNothing(String version, boolean has) throws IOException {
    usePretendJava(version);

    Run run = run(pretendInstallation("it").resolve("bin/sdxl-gen"));

    assertThat(run.words().contains("-XX:-AOTReplayTraining")).isEqualTo(has);
  }

  @Test
  void splitsOptionsAsTheJvmDoes() throws IOException {
    usePretendJava("17.0.9");
    environment.put("JAVA_TOOL_OPTIONS", "  -Da=1\t-Db='x  y' \n");
    environment.put("JDK_JAVA_OPTIONS", "\"-Dc=it's\"");
    environment.put("SDXL_GEN_OPTS", "-Dd=* -De=$(echo)`echo`$HOME\\ -Df=un\"do ne");

    Run run = run(pretendInstallation("it").resolve("bin/sdxl-gen"));

    assertThat(run.words())
        .containsSequence(
            "-Da=1", "-Db=x  y", "-Dc=it's", "-Dd=*", "-De=$(echo)`echo`$HOME\\", "-Df=undo ne");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void staysSilentAboutAnArchiveThatDoesNotFit() throws IOException {
    Path copy = copyInstallation("copy");
    Path launcher = copy.resolve("bin/sdxl-gen");
    Path archive = archiveOf(copy);
    byte[] bytes = Files.readAllBytes(archive);
    Arrays.fill(bytes, 0, 512, (byte) 0);

    for (byte[] damaged : List.of(new byte[0], "no archive".getBytes(UTF_8), bytes)) {
      Files.write(archive, damaged);
      assertDryRun(run(launcher, "--dry-run", "a person"));
    }
    Files.write(copy.resolve("lib/sdxl-gen.jar"), new byte[] {0}, StandardOpenOption.APPEND);
    Files.copy(archiveOf(INSTALLED), archive, StandardCopyOption.REPLACE_EXISTING);
    assertDryRun(run(launcher, "--dry-run", "a person"));
  }

  /** JDK 17 knows its archive's jar by its path; others don't care. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void usesTheArchiveInAnyFolder() throws IOException {
    Path launcher = copyInstallation("moved here").resolve("bin/sdxl-gen");
    Path log = folder.resolve("classes.log");
    environment.put("SDXL_GEN_OPTS", "-Xlog:class+load:file=" + log);

    assertDryRun(run(launcher, "--dry-run", "a person"));

    assertThat(log).content().containsPattern("dev\\.sdxlgen\\.Main source: shared objects file");
  }

  // The archive for another Java

  @Test
  void makesAnArchiveForAnotherJavaOnceAndUsesItFromThenOn() throws Exception {
    Path home = pretendInstallation("it");
    Path archives = pretendArchives(home);
    Path archive = archives.resolve("c0ffee-Nobody-17.0.9-8.jsa");
    useTrainedJava();

    Run first = whileWaitingFor(archive, () -> run(home.resolve("bin/sdxl-gen"), "a person"));
    assertThat(first.words()).contains("-XX:SharedArchiveFile=" + home + "/lib/sdxl-gen-17.jsa");
    assertThat(first.err()).isEmpty();
    Run second = run(home.resolve("bin/sdxl-gen"), "a person");

    assertThat(second.words()).contains("-XX:SharedArchiveFile=" + archive);
    assertThat(archive).hasContent("trained");
    assertThat(trainings()).hasSize(1).first().asString().contains("--mock a person -n hat");
  }

  @Test
  void makesNoArchiveInAFolderWhoseNameJavaTakesForTwo() throws Exception {
    Path home = pretendInstallation("it");
    pretendArchives(home);
    environment.put("XDG_CACHE_HOME", folder.resolve("12:00").toString());
    useTrainedJava();

    Run run = run(home.resolve("bin/sdxl-gen"), "a person");
    awaitBackground();

    assertThat(run.words()).contains("-XX:SharedArchiveFile=" + home + "/lib/sdxl-gen-17.jsa");
    assertThat(folder.resolve("12:00")).doesNotExist();
    assertThat(trainings()).isEmpty();
  }

  @Test
  void makesNoArchiveWhileAnotherProcessDoes() throws Exception {
    Path home = pretendInstallation("it");
    Path lock = Files.createDirectory(pretendArchives(home).resolve("c0ffee-Nobody-17.0.9-8.lock"));
    useTrainedJava();

    Run run = run(home.resolve("bin/sdxl-gen"), "a person");
    awaitBackground();

    assertThat(run.exitCode()).isZero();
    assertThat(lock).isDirectory();
    assertThat(trainings()).isEmpty();
  }

  @Test
  void takesAwayWhatAKilledProcessLeft() throws Exception {
    Path home = pretendInstallation("it");
    Path archives = pretendArchives(home);
    Path lock = Files.createDirectory(archives.resolve("c0ffee-Nobody-17.0.9-8.lock"));
    Files.writeString(lock.resolve("archive"), "half of one");
    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofMinutes(12))));
    useTrainedJava();

    whileWaitingFor(null, () -> run(home.resolve("bin/sdxl-gen"), "a person"));

    assertThat(lock).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:SharedArchiveFile=/mine", "-Xshare:off", "@options"})
  void makesNoArchiveWhereTheUserHasItsOwnMind(String option) throws Exception {
    Path home = pretendInstallation("it");
    Path archives = pretendArchives(home);
    environment.put("SDXL_GEN_OPTS", option);
    useTrainedJava();

    run(home.resolve("bin/sdxl-gen"), "a person");
    awaitBackground();

    assertThat(archives).isEmptyDirectory();
    assertThat(trainings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HOME", "XDG_CACHE_HOME"})
  void saysNothingWhereNoArchiveCanBeKept(String variable) throws Exception {
    Path home = pretendInstallation("it");
    pretendArchives(home);
    environment.remove("XDG_CACHE_HOME");
    Path file = Files.createFile(folder.resolve("a file"));
    environment.put(variable, file.toString());
    useTrainedJava();

    Run run = run(home.resolve("bin/sdxl-gen"), "a person");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
  }

  /** The real thing, for a build that was made by another Java than this. */
  @Test
  void makesAnArchiveThatFits() throws Exception {
    Path home = copyInstallation("it");
    Path archives = pretendArchives(home);
    Path launcher = home.resolve("bin/sdxl-gen");
    Path log = folder.resolve("classes.log");
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      for (Path file : files.filter(file -> file.toString().matches(".*\\.(jsa|aot)")).toList()) {
        Files.delete(file);
      }
    }

    whileWaitingFor(null, () -> run(launcher, "--dry-run", "a person"));
    environment.put("SDXL_GEN_OPTS", "-Xlog:class+load:file=" + log);
    assertDryRun(run(launcher, "--dry-run", "a person"));

    assertThat(log).content().containsPattern("dev\\.sdxlgen\\.Main source: shared objects file");
    try (Stream<Path> files = Files.list(archives)) {
      assertThat(files).as("no lock is left").hasSize(1);
    }
    if (Runtime.version().feature() >= 25) {
      assertNoMachineCode(launcher);
    }
  }

  private void assertNoMachineCode(Path launcher, String... options) throws IOException {
    Path log = folder.resolve("machine-code.log");
    environment.put("SDXL_GEN_OPTS", "-Xlog:aot+codecache*=info:file=" + log);
    List<String> words = new ArrayList<>(List.of("--dry-run", "a person"));
    words.addAll(List.of(options));

    assertDryRun(run(launcher, words.toArray(String[]::new)));

    assertThat(log).content().contains("AOT Code Cache is empty");
  }

  /** An installation that another Java's archive came with, and the cache folder. */
  private Path pretendArchives(Path home) throws IOException {
    Files.writeString(home.resolve("lib/built"), "c0ffee\n\"Somebody\" \"17.0.9+8\"\n");
    Path cache = Files.createDirectory(folder.resolve("cache"));
    environment.put("XDG_CACHE_HOME", cache.toString());
    return Files.createDirectories(cache.resolve("sdxl-gen/archives"));
  }

  /** A Java that leaves an archive where it is told to, and tells of each time. */
  private void useTrainedJava() throws IOException {
    Path java = pretendJava("trained", "17.0.9");
    Files.writeString(
        java.resolve("bin/java"),
        """
            #!/bin/sh
            for word; do
              case $word in
                -XX:ArchiveClassesAtExit=*)
                  printf trained >"${word#*=}"
                  echo "$@" >>'%s'
                  exit
                  ;;
              esac
            done
            printf '%%s\\n' "$@"
            """
            .formatted(folder.resolve("trainings")));
    Files.writeString(
        java.resolve("release"),
        "IMPLEMENTOR=\"Nobody\"\nJAVA_RUNTIME_VERSION=\"17.0.9+8\"\nJAVA_VERSION=\"17.0.9\"\n");
    environment.put("SDXL_GEN_JAVA", java.toString());
  }

  /** What a launcher began in the background is nobody's child, but has the folder in its words. */
  @AfterEach
  void awaitBackground() throws Exception {
    List<ProcessHandle> left =
        ProcessHandle.allProcesses()
            .filter(process -> process.info().commandLine().orElse("").contains(folder + "/"))
            .toList();
    for (ProcessHandle process : left) {
      process.onExit().get(2, TimeUnit.MINUTES);
    }
  }

  private List<String> trainings() throws IOException {
    Path file = folder.resolve("trainings");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /**
   * Runs something, and waits until what it began in the background is done: the lock is gone.
   *
   * @param made what must be there then; null if that is seen later
   */
  private Run whileWaitingFor(Path made, Supplier<Run> what) throws Exception {
    Path archives = Path.of(environment.get("XDG_CACHE_HOME"), "sdxl-gen/archives");
    try (WatchService watch = archives.getFileSystem().newWatchService()) {
      archives.register(watch, StandardWatchEventKinds.ENTRY_DELETE);
      Run run = what.get();
      WatchKey gone = watch.poll(2, TimeUnit.MINUTES);
      assertThat(gone).as("the lock is taken away").isNotNull();
      assertThat(made == null || Files.exists(made)).isTrue();
      return run;
    }
  }

  // What passes through it

  @Test
  void passesEveryArgumentAsItIs() throws IOException {
    Path home = pretendInstallation("it");

    usePretendJava("17.0.9");
    Run run =
        runIn(
            folder, List.of(home + "/bin/sdxl-gen", "a  b", "", "*", "@x", "$(id)", "-n", "mock"));

    assertThat(run.words())
        .endsWith("dev.sdxlgen.Main", "a  b", "", "*", "@x", "$(id)", "-n", "mock");
  }

  @Test
  void becomesJavaSoThatSignalsAndExitCodesPass() throws IOException {
    Path java = pretendJava("signalled", "17.0.9");
    Files.writeString(java.resolve("bin/java"), "#!/bin/sh\nkill -TERM $$\n");
    environment.put("JAVA_HOME", java.toString());
    Path launcher = pretendInstallation("it").resolve("bin/sdxl-gen");
    assertThat(run(launcher).exitCode()).isEqualTo(143);

    Files.writeString(java.resolve("bin/java"), "#!/bin/sh\nexit 37\n");
    assertThat(run(launcher).exitCode()).isEqualTo(37);
  }

  /** Java's first file would get stdin's number, and be read as the prompt. */
  @Test
  void readsNothingFromAClosedStdin() {
    String launcher = INSTALLED.resolve("bin/sdxl-gen").toString();

    Run run = runIn(folder, List.of("sh", "-c", "\"$0\" --dry-run - <&-", launcher));

    assertThat(run.err()).startsWith("sdxl-gen: the prompt is empty\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void saysWhichOfTheStandardStreamsAreATerminal() throws IOException {
    Path home = pretendInstallation("it");

    usePretendJava("17.0.9");
    Run run = runIn(folder, List.of(home + "/bin/sdxl-gen"));

    assertThat(run.words()).contains("-Dsdxlgen.terminal=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "LANG=C", "LANG=de_DE.UTF-8 LC_ALL=POSIX"})
  void keepsEmojiInPromptsAndFileNamesWithoutALocale(String locale) throws IOException {
    // A script, as this JVM itself may be without a locale.
    Files.writeString(
        folder.resolve("script"),
        """
            %s "$0" --dry-run 'Hütte 🎩' &&
            %s "$0" --mock 'Hütte 🎩' -o 'Hütte 🎩.png' 2>/dev/null &&
            test -s 'Hütte 🎩.png'
            """
            .replace("%s", "env -i PATH=\"$PATH\" " + locale));

    Run run = runIn(folder, List.of("sh", "-c", ". ./script", INSTALLED + "/bin/sdxl-gen"));

    assertThat(run)
        .isEqualTo(new Run(0, "{\"text_prompts\":[{\"text\":\"Hütte 🎩\"}]}\nHütte 🎩.png\n", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "LANG, C, C.UTF-8",
    "LC_CTYPE, de_DE.UTF-8, ''",
    "LC_ALL, en_US.ISO-8859-1, en_US.ISO-8859-1"
  })
  void setsALocaleOnlyWhereThereIsNone(String variable, String value, String expected)
      throws IOException {
    usePretendJava("17.0.9");
    environment.put(variable, value);

    assertThat(run(pretendInstallation("it").resolve("bin/sdxl-gen")).words())
        .contains("LC_ALL=" + expected);
  }

  // How the tests are made

  private record Run(int exitCode, String out, String err) {

    /** What a pretended Java was given: its name, its locale, its arguments. */
    List<String> words() {
      return out.lines().toList();
    }
  }

  private Run run(Path launcher, String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    return runIn(folder, command);
  }

  private Run runIn(Path directory, List<String> command) {
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
      return new Run(process.waitFor(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(command + " did not run", e);
    }
  }

  private static void assertDone(Run run, String told) {
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains(told);
  }

  private static void assertDryRun(Run run) {
    assertThat(run).isEqualTo(new Run(0, BODY, ""));
  }

  private static void assertRefused(Run run, String what, String advice) {
    assertThat(run).isEqualTo(new Run(2, "", "sdxl-gen: " + what + "\n  " + advice + "\n"));
  }

  /** A Java that only tells what it was given, and that names its version as a JDK does. */
  private Path pretendJava(String name, String release) throws IOException {
    Path java = Files.createDirectories(folder.resolve(name));
    Path program = Files.createDirectory(java.resolve("bin")).resolve("java");
    Files.writeString(
        program, "#!/bin/sh\nprintf '%s\\n' " + name + " \"LC_ALL=${LC_ALL-}\" \"$@\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        java.resolve("release"),
        "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\""
            + release
            + "\"\nJAVA_VERSION_DATE=\"2026-10-20\"\n");
    return java;
  }

  private void usePretendJava(String release) throws IOException {
    environment.put("SDXL_GEN_JAVA", pretendJava("pretend", release).toString());
  }

  /** The launcher beside empty files, for a Java that only pretends. */
  private Path pretendInstallation(String name) throws IOException {
    Path home = Files.createDirectory(folder.resolve(name));
    Files.createDirectory(home.resolve("bin"));
    Files.copy(
        INSTALLED.resolve("bin/sdxl-gen"),
        home.resolve("bin/sdxl-gen"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectory(home.resolve("lib"));
    for (String file : List.of("sdxl-gen.jar", "sdxl-gen-17.jsa", "sdxl-gen-25.aot")) {
      Files.createFile(home.resolve("lib").resolve(file));
    }
    return home;
  }

  private Path copyInstallation(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (Stream<Path> files = Files.walk(INSTALLED)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(
            file,
            copy.resolve(INSTALLED.relativize(file).toString()),
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return copy;
  }

  private static Path archiveOf(Path home) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      return files
          .filter(file -> file.toString().matches(".*-\\d+\\.(jsa|aot)"))
          .findAny()
          .orElseThrow();
    }
  }

  private static void setWritable(Path tree, boolean writable) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (writable) {
          permissions.add(PosixFilePermission.OWNER_WRITE);
        } else {
          permissions.removeAll(PosixFilePermissions.fromString("-w--w--w-"));
        }
        Files.setPosixFilePermissions(file, permissions);
      }
    }
  }
}
