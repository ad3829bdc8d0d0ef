package dev.muster;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The walls of the house; ARCHITECTURE.md draws them. */
@AnalyzeClasses(packagesOf = Main.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] CORE = { "dev.muster.loop..", "dev.muster.rumor..", "dev.muster.group..",
            "dev.muster.service..", "dev.muster.config..", "dev.muster.pack..", "dev.muster.key..",
            "dev.muster.content..", "dev.muster.election..", "dev.muster.rollout..", "dev.muster.update.." };

    private static final String[] EDGES = { "dev.muster.ring..", "dev.muster.process..", "dev.muster.store..",
            "dev.muster.gateway..", "dev.muster.shell..", "dev.muster.node..", "dev.muster.archive..",
            "dev.muster.source..", "dev.muster.bench..", "dev.muster.demo.." };

    @ArchTest
    static final ArchRule theCoreKnowsNoEdge = noClasses().that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EDGES)
        .because("what decides must run, and be tested, without network, disk and processes");

    @ArchTest
    static final ArchRule theCoreKnowsNoFramework = noClasses().that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "jakarta..", "java.net..", "java.net.http..")
        .because("it is plain Java");

    @ArchTest
    static final ArchRule jgroupsStaysInItsAdapter = noClasses().that()
        .resideOutsideOfPackage("dev.muster.ring..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.jgroups..")
        .because("the core must run, and be tested, without a network");

    @ArchTest
    static final ArchRule archivesAreReadInOnePlace = noClasses().that()
        .resideOutsideOfPackage("dev.muster.archive..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.commons.compress..", "org.tukaani..")
        .because("only there is it made sure that nothing escapes from one");

    @ArchTest
    static final ArchRule schemasAreReadAndTextsComparedInOnePlace = noClasses().that()
        .resideOutsideOfPackage("dev.muster.config..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.networknt..", "com.github.difflib..")
        .because("what a package expects and how texts differ is said in our own words everywhere else");

    @ArchTest
    static final ArchRule processesAreStartedInOnePlace = noClasses().that()
        .resideOutsideOfPackage("dev.muster.process..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.ProcessBuilder")
        .orShould()
        .accessTargetWhere(describe("Runtime.exec",
                (access) -> access.getTarget().getName().equals("exec")
                        && access.getTargetOwner().isEquivalentTo(Runtime.class)))
        .because("only there is it known how a service outlives its node");

    @ArchTest
    static final ArchRule onlyTheSurfacesKnowTheWeb = noClasses().that()
        .resideOutsideOfPackages("dev.muster.gateway..", "dev.muster.shell..", "dev.muster.node..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "jakarta.servlet..", "org.apache.catalina..")
        .because("nothing that decides may depend on how it is asked");

    @ArchTest
    static final ArchRule timeIsInjected = noClasses().that()
        .resideInAnyPackage(CORE)
        .should()
        .accessTargetWhere(describe("now() of java.time",
                (access) -> access.getTarget().getName().equals("now")
                        && access.getTargetOwner().getPackageName().startsWith("java.time")))
        .orShould()
        .accessTargetWhere(describe("the system's clock or a sleep",
                (access) -> access.getTarget().getName().matches("nanoTime|currentTimeMillis|sleep")))
        .orShould()
        .accessTargetWhere(describe("a clock of the system",
                (access) -> access.getTargetOwner().getName().equals("java.time.Clock")))
        .because("a whole ring runs on one thread in a test, with a time of its own");

    @ArchTest
    static final ArchRule chanceIsInjected = noClasses().that()
        .resideInAnyPackage(CORE)
        .should()
        .callConstructorWhere(describe("new Random()",
                (call) -> call.getTargetOwner().isEquivalentTo(java.util.Random.class)
                        || call.getTargetOwner().isEquivalentTo(java.security.SecureRandom.class)))
        .orShould()
        .accessTargetWhere(describe("chance of the system",
                (access) -> access.getTarget().getName().equals("randomUUID")
                        || (access.getTarget().getName().equals("random")
                                && access.getTargetOwner().isEquivalentTo(Math.class))
                        || access.getTargetOwner().getName().equals("java.util.concurrent.ThreadLocalRandom")))
        .because("a failure must be a seed");

    @ArchTest
    static final ArchRule noCycles = slices().matching("dev.muster.(*)..").should().beFreeOfCycles();

}
