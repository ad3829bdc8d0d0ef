package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The launcher itself: in the distribution, and in a source tree whose build is a fake.
 */
class LauncherTest {

    /** Does what a build does, without the time. */
    private static final String MVNW = """
            #!/bin/sh
            echo "maven talks"
            echo "$@" >>calls
            cat src/broken 2>/dev/null && exit 1
            for argument; do
              case $argument in -Dmuster.target=*) target=${argument#*=} ;; esac
            done
            read -r line && echo "read $line" >>calls
            mkdir -p "$target/muster-0/muster-0"
            cp %1$s/muster.jar muster "$target/muster-0/muster-0"
            cp -r %1$s/lib "$target/muster-0/muster-0"
            """;

    @TempDir
    Path directory;

    private final List<Launched> launched = new ArrayList<>();

    private Path tree = Path.of("/");

    @BeforeEach
    void makeTree() throws IOException {
        this.directory = this.directory.toRealPath();
        this.tree = this.directory.resolve("a tree");
        Files.createDirectories(this.tree.resolve("src"));
        Files.writeString(this.tree.resolve("src/A.java"), "class A {}");
        Files.writeString(this.tree.resolve("pom.xml"), "<project/>");
        executable(this.tree.resolve("mvnw"), MVNW.formatted(Launched.distribution()));
        Files.copy(Launched.distribution().resolve("muster"), this.tree.resolve("muster"),
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    @AfterEach
    void end() throws IOException {
        for (Launched one : this.launched) {
            one.close();
        }
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Launched start(Path launcher, Map<String, String> environment, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(words));
        Launched started = Launched.start(this.directory, environment, command);
        this.launched.add(started);
        return started;
    }

    private Launched inTree(String... words) throws IOException {
        return start(this.tree.resolve("muster"), Map.of(), words);
    }

    private long calls() throws IOException {
        Path calls = this.tree.resolve("calls");
        return Files.exists(calls) ? Files.lines(calls).count() : 0;
    }

    @Test
    void theDistributionRunsFromAnywhereAndThroughALinkAndNeverBuilds() throws Exception {
        Path link = Files.createSymbolicLink(this.directory.resolve("m"), Launched.distribution().resolve("muster"));
        Path second = Files.createSymbolicLink(this.directory.resolve("n"), Path.of("m"));
        for (Path launcher : List.of(Launched.distribution().resolve("muster"), link, second)) {
            Launched version = start(launcher, Map.of(), "--version");
            assertThat(version.exit()).isZero();
            assertThat(version.out()).startsWith("muster 0.");
            assertThat(version.err()).isEmpty();
        }
    }

    @Test
    void bareItPrintsHelpAsAnError() throws Exception {
        Launched bare = start(Launched.distribution().resolve("muster"), Map.of());
        assertThat(bare.exit()).isEqualTo(2);
        assertThat(bare.out()).isEmpty();
        assertThat(bare.err()).contains("Commands:");
    }

    @Test
    void wordsArriveAsTheyWereGivenAndRelativeNamesMeanTheCallersDirectory() throws Exception {
        Launched odd = start(Launched.distribution().resolve("muster"), Map.of(), "svc", "a  'b\"* $HOME ü", "");
        assertThat(odd.exit()).isEqualTo(2);
        assertThat(odd.err()).contains("\"muster svc a  'b\"* $HOME ü\"");
        Launched root = start(Launched.distribution().resolve("muster"), Map.of("LC_ALL", "C"), "svc", "status",
                "--root", "some/röot");
        assertThat(root.exit()).isEqualTo(3);
        assertThat(root.err()).contains(this.directory.resolve("some/röot").toString());
    }

    @Test
    void theProcessThatWasStartedBecomesTheVirtualMachine() throws Exception {
        Launched shell = start(Launched.distribution().resolve("muster"), Map.of("MUSTER_JAVA_OPTS", "-Da=b -Dc=d"),
                "shell");
        Path commandLine = Path.of("/proc/" + shell.process().pid() + "/cmdline");
        Awaitility.await().until(() -> Files.readString(commandLine).contains("muster.jar"));
        assertThat(Files.readString(commandLine).split("\0")).contains("-Da=b", "-Dc=d", "shell",
                "-Dmuster.home=" + Launched.distribution().toRealPath());
        shell.type("exit\n");
        assertThat(shell.exit()).isZero();
    }

    @Test
    void theNameItWasCalledByIsKeptForWhoeverFollows() throws Exception {
        Path link = Files.createSymbolicLink(this.directory.resolve("m"), Launched.distribution().resolve("muster"));
        for (String name : List.of(link.toString(), "./m")) {
            Launched shell = start(Path.of(name), Map.of(), "shell");
            Path commandLine = Path.of("/proc/" + shell.process().pid() + "/cmdline");
            Awaitility.await().until(() -> Files.readString(commandLine).contains("muster.jar"));
            String kept = Stream.of(Files.readString(commandLine).split("\0"))
                .filter((word) -> word.startsWith("-Dmuster.launcher="))
                .findFirst()
                .orElseThrow();
            assertThat(Path.of(kept.substring("-Dmuster.launcher=".length())).normalize()).isEqualTo(link);
            shell.type("exit\n");
            assertThat(shell.exit()).isZero();
        }
    }

    @Test
    void aJavaThatWillNotDoIsNamed() throws Exception {
        Launched none = start(Launched.distribution().resolve("muster"), Map.of("MUSTER_JAVA_HOME", "/nowhere"),
                "--version");
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.err()).contains("/nowhere", "Java 17 or later").hasLineCount(1);
        Path old = this.directory.resolve("jdk-11");
        Files.createDirectories(old.resolve("bin"));
        executable(old.resolve("bin/java"), "#!/bin/sh\necho old\n");
        Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.2\"\n");
        Launched refused = start(Launched.distribution().resolve("muster"), Map.of("MUSTER_JAVA_HOME", old.toString()),
                "--version");
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        Launched passedOver = start(Launched.distribution().resolve("muster"),
                Map.of("MUSTER_JAVA_HOME", "", "JAVA_HOME", old.toString()), "--version");
        assertThat(passedOver.exit()).isZero();
    }

    @Test
    void aTreeIsBuiltOnceWithItsTalkOnStandardError() throws Exception {
        Launched first = inTree("--version");
        assertThat(first.exit()).isZero();
        assertThat(first.out()).startsWith("muster 0.").hasLineCount(1);
        assertThat(first.err()).contains("building in " + this.tree, "maven talks");
        Launched second = inTree("--version");
        assertThat(second.exit()).isZero();
        assertThat(second.err()).isEmpty();
        assertThat(Files.readString(this.tree.resolve("calls"))).hasLineCount(1)
            .contains("-DskipTests -Dmuster.target=" + this.tree.resolve(".launcher"), "package");
    }

    @Test
    void inputIsForTheCommandAndNotForTheBuild() throws Exception {
        Launched shell = inTree("shell");
        shell.type("help svc\n");
        shell.process().getOutputStream().close();
        assertThat(shell.exit()).isZero();
        assertThat(shell.out()).contains("svc load");
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void aChangedTreeIsBuiltBesideTheOldOneWhichARunningProcessKeeps() throws Exception {
        Launched running = inTree("shell");
        running.type("help svc\n");
        running.awaitOut("svc load");
        Path before = this.tree.resolve(".launcher/current").toRealPath();
        Files.writeString(this.tree.resolve("src/A.java"), "class A { int changed; }");
        assertThat(inTree("--version").exit()).isZero();
        assertThat(calls()).isEqualTo(2);
        Path after = this.tree.resolve(".launcher/current").toRealPath();
        assertThat(after).isNotEqualTo(before);
        for (int change = 0; change < 6; change++) {
            Files.writeString(this.tree.resolve("src/A.java"), "class A { int number" + change + "; }");
            assertThat(inTree("--version").exit()).isZero();
        }
        assertThat(before.resolve("muster.jar")).exists();
        assertThat(after.resolve("muster.jar")).doesNotExist();
        try (Stream<Path> kept = Files.list(this.tree.resolve(".launcher"))) {
            assertThat(kept.filter((path) -> path.getFileName().toString().length() == 64)).hasSize(5);
        }
        running.type("svc x\n");
        running.process().getOutputStream().close();
        assertThat(running.exit()).isEqualTo(2);
        assertThat(running.err()).contains("There is no command \"muster svc x\"");
    }

    @Test
    void aTreeThatWasOnlyTouchedIsNotBuiltAgain() throws Exception {
        assertThat(inTree("--version").exit()).isZero();
        String text = Files.readString(this.tree.resolve("src/A.java"));
        Files.writeString(this.tree.resolve("src/A.java"), text, StandardOpenOption.TRUNCATE_EXISTING);
        Launched again = inTree("--version");
        assertThat(again.exit()).isZero();
        assertThat(again.err()).isEmpty();
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void aBuildThatFailsEndsWithItsReasonAndIsTriedAgain() throws Exception {
        Files.writeString(this.tree.resolve("src/broken"), "this is why\n");
        Launched failed = inTree("--version");
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("this is why", "the build in " + this.tree + " failed");
        Files.delete(this.tree.resolve("src/broken"));
        assertThat(inTree("--version").exit()).isZero();
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        List<Launched> both = List.of(inTree("--version"), inTree("--version"));
        for (Launched one : both) {
            assertThat(one.exit()).isZero();
            assertThat(one.out()).startsWith("muster 0.");
        }
        assertThat(calls()).isEqualTo(1);
    }

}
