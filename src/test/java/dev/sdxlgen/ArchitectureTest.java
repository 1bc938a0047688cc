package dev.sdxlgen;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.FileDescriptor;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which package may know which, and what is the command line's alone. */
class ArchitectureTest {

  private static final String ROOT = "dev.sdxlgen";

  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static final DescribedPredicate<JavaClass> MAIN =
      describe("Main", type -> isPartOf(type, ROOT + ".Main"));

  private static final DescribedPredicate<JavaClass> EXCEPTION =
      describe("SdxlGenException", type -> isPartOf(type, ROOT + ".SdxlGenException"));

  /** The command line, and {@code Main}, which starts it and ends the process. */
  private static final DescribedPredicate<JavaClass> COMMAND_LINE =
      resideInAnyPackage(ROOT + ".cli..").or(MAIN).as("belong to the command line");

  private static final Set<String> ACCESS = Set.of("AwsAccess", "ConnectionSettings");

  /** A package of ours and the others of ours that it may know; any may know SdxlGenException. */
  @ParameterizedTest
  @CsvSource({
    "cli, batch gallery generate request bedrock artifact json store mock",
    "batch, generate request artifact",
    "gallery, artifact batch.manifest",
    "generate, request bedrock artifact",
    "request, json",
    "bedrock, ''",
    "artifact, json",
    "json, ''",
    // Of bedrock only who calls and over what connection: see the rule below.
    "store, artifact bedrock",
    "mock, request artifact.png"
  })
  void aPackageKnowsOnlyThoseBelowIt(String name, String others) {
    noClasses()
        .that()
        .resideInAPackage(within(name))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(ROOT + "..")
                .and(not(resideInAnyPackage(within(name))))
                .and(not(resideInAnyPackage(within(names(others)))))
                .and(not(EXCEPTION)))
        .allowEmptyShould(true)
        .check(PROGRAM);
  }

  @Test
  void mainKnowsTheCommandLineAlone() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(ROOT + "..")
                .and(not(resideInAnyPackage(ROOT)))
                .and(not(resideInAnyPackage(within("cli")))))
        .check(PROGRAM);
    noClasses()
        .that(EXCEPTION)
        .should()
        .dependOnClassesThat(resideInAnyPackage(ROOT + "..").and(not(EXCEPTION)))
        .check(PROGRAM);
  }

  @Test
  void everyClassLivesInAPackageOfTheTable() {
    classes()
        .should()
        .resideInAnyPackage(
            within(
                "cli",
                "batch",
                "gallery",
                "generate",
                "request",
                "bedrock",
                "artifact",
                "json",
                "store",
                "mock"))
        .orShould(be(EXCEPTION.or(MAIN)))
        .check(PROGRAM);
  }

  @Test
  void noPackageKnowsItselfThroughAnother() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(PROGRAM);
  }

  @Test
  void onlyTheCommandLineKnowsPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackage(within("cli"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(PROGRAM);
  }

  @Test
  void onlyBedrockAndStoreKnowTheAwsSdk() {
    noClasses()
        .that()
        .resideOutsideOfPackages(within("bedrock", "store"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .check(PROGRAM);
  }

  @Test
  void storeKnowsOfBedrockOnlyWhoCallsAndHow() {
    noClasses()
        .that()
        .resideInAPackage(within("store"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(within("bedrock"))
                .and(describe("do more", type -> !ACCESS.contains(type.getSimpleName()))))
        .check(PROGRAM);
  }

  /** It has thousands of classes, and is loaded only when an s3:// is named. */
  @Test
  void onlyStoreKnowsS3() {
    noClasses()
        .that()
        .resideOutsideOfPackage(within("store"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon.awssdk.services.s3..")
        .check(PROGRAM);
  }

  /** Beyond Java itself. */
  @ParameterizedTest
  @CsvSource({
    "json, com.fasterxml.jackson.core",
    "request, com.fasterxml.jackson..",
    "artifact, com.fasterxml.jackson.. org.apache.commons.imaging.. org.conscrypt",
    "bedrock, software.amazon.. org.conscrypt",
    "store, software.amazon.."
  })
  void aPackageAtTheBottomKnowsFewLibraries(String name, String libraries) {
    noClasses()
        .that()
        .resideInAPackage(within(name))
        .should()
        .dependOnClassesThat(
            not(resideInAnyPackage("java..", "javax..", ROOT + "..")
                    .or(resideInAnyPackage(names(libraries))))
                .and(
                    describe(
                        "are no primitives", type -> !type.getBaseComponentType().isPrimitive())))
        .allowEmptyShould(true)
        .check(PROGRAM);
  }

  @Test
  void nothingBelowTheCommandLinePrints() {
    noClasses()
        .that(not(COMMAND_LINE))
        .should()
        .accessTargetWhere(
            uses(System.class, "out", "err", "setOut", "setErr", "console")
                .or(uses(FileDescriptor.class, "out", "err"))
                .or(describe("printStackTrace()", ArchitectureTest::printsAStackTrace)))
        .check(PROGRAM);
  }

  @Test
  void nothingBelowTheCommandLineExits() {
    noClasses()
        .that(not(COMMAND_LINE))
        .should()
        .accessTargetWhere(uses(System.class, "exit").or(uses(Runtime.class, "exit", "halt")))
        .check(PROGRAM);
  }

  @Test
  void nothingBelowTheCommandLineReadsTheEnvironment() {
    noClasses()
        .that(not(COMMAND_LINE))
        .should()
        .accessTargetWhere(
            uses(System.class, "getenv").or(uses(ProcessBuilder.class, "environment")))
        .check(PROGRAM);
  }

  /** A rule finds nothing wrong in a program that wasn't found. */
  @Test
  void looksAtTheProgram() {
    assertThat(PROGRAM.contain(SdxlGenException.class)).isTrue();
    assertThat(PROGRAM.contain(ArchitectureTest.class)).isFalse();
  }

  /** Whether it is the class of that name, is nested in it, or is an array of either. */
  private static boolean isPartOf(JavaClass type, String name) {
    String own = type.getBaseComponentType().getName();
    return own.equals(name) || own.startsWith(name + "$");
  }

  /** Calls, reads of a field and method references alike. */
  private static DescribedPredicate<JavaAccess<?>> uses(Class<?> owner, String... members) {
    Set<String> names = Set.of(members);
    return describe(
        owner.getSimpleName() + "." + names,
        access ->
            access.getTargetOwner().isEquivalentTo(owner)
                && names.contains(access.getTarget().getName()));
  }

  private static boolean printsAStackTrace(JavaAccess<?> access) {
    return access.getTarget().getName().equals("printStackTrace")
        && access.getTargetOwner().isAssignableTo(Throwable.class)
        && access.getTarget().getFullName().endsWith("printStackTrace()");
  }

  private static String[] names(String list) {
    return list.isEmpty() ? new String[0] : list.split(" ");
  }

  private static String within(String name) {
    return ROOT + "." + name + "..";
  }

  private static String[] within(String... names) {
    return Stream.of(names).map(ArchitectureTest::within).toArray(String[]::new);
  }
}
