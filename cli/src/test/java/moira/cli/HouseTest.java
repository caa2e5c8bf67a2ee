package moira.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the house: every one points down. */
class HouseTest {
    /** From the package phase on, the engine's tests lie on the class path as a jar of their own. */
    private static final ImportOption NO_JAR_OF_TESTS = location -> !location.contains("-tests.jar");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(NO_JAR_OF_TESTS)
            .importPackages("moira");

    @Test
    void theHouseIsThere() {
        assertThat(HOUSE.size()).isGreaterThan(50);
    }

    @Test
    void modulesDependDownwardsOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("cli")
                .definedBy("moira.cli..")
                .layer("train")
                .definedBy("moira.train..")
                .layer("server")
                .definedBy("moira.server..")
                .layer("routing")
                .definedBy("moira.routing..")
                .layer("accelerate")
                .definedBy("moira.accelerate..")
                .layer("engine")
                .definedBy("moira.engine..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("train")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("routing")
                .mayOnlyBeAccessedByLayers("train", "cli")
                .whereLayer("accelerate")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("accelerate", "routing", "train", "server", "cli")
                .check(HOUSE);
    }

    @Test
    void theEngineDependsOnAJsonLibraryAlone() {
        noClasses()
                .that()
                .resideInAPackage("moira.engine..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "moira.engine..",
                        "java..",
                        "com.sun.management..",
                        "jdk.incubator.vector..",
                        "tools.jackson..",
                        "com.fasterxml.jackson.annotation..")
                .check(HOUSE);
    }

    @Test
    void theVectorApiIsUsedInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("moira.engine.kernel.vector")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(HOUSE);
    }

    @Test
    void packagesOfAModuleHaveNoCycles() {
        slices().matching("moira.engine.(*)..").should().beFreeOfCycles().check(HOUSE);
        slices().matching("moira.routing.(*)..").should().beFreeOfCycles().check(HOUSE);
        slices().matching("moira.train.(*)..").should().beFreeOfCycles().check(HOUSE);
    }

    /** PyTorch's native half is fetched for `moira train` alone: nothing else may need it. */
    @Test
    void pyTorchStaysInTheTrainer() {
        noClasses()
                .that()
                .resideOutsideOfPackage("moira.train..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(HOUSE);
    }

    @Test
    void theCommandLineLibraryStaysInTheCommand() {
        noClasses()
                .that()
                .resideOutsideOfPackage("moira.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "me.tongfei..")
                .check(HOUSE);
    }
}
