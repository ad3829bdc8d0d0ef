package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.muster.content.Supply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What the {@code check} hook sees of a group's files. */
class CheckedFilesTest {

    @TempDir
    Path root;

    private Bench bench;

    private FakeGroupFiles group;

    @BeforeEach
    void aServiceWithFiles() {
        this.bench = new Bench(this.root);
        this.group = new FakeGroupFiles(this.bench);
        TestPackage.web(this.bench.pkgs()).with("hooks/check", "{{pkg.svc_files_path}}");
        this.group.put("kept", "one");
        this.group.put("changed", "one");
        this.group.put("removed", "one");
        this.group.tell();
        this.bench.running();
        end(0);
    }

    private void end(int code) {
        this.bench.processes.only("check").exit(code);
        this.bench.loop.settle();
    }

    private Path shown() throws IOException {
        Path home = this.bench.processes.only("check").launch.directory();
        Path shown = Path.of(Files.readString(home.resolve("hooks/check")));
        assertThat(shown).isEqualTo(home.resolve("files"));
        return shown;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map((file) -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void itSeesThemAsTheMemberWouldHaveThem() throws IOException {
        Files.writeString(this.bench.file("files/own"), "the service's own");
        this.group.put("changed", "two");
        this.group.put("new", "two", 0755, Optional.empty(), Supply.HERE);
        this.group.files.remove("removed");
        this.group.tell();
        Path shown = shown();
        assertThat(names(shown)).containsExactly("changed", "kept", "new", "own");
        assertThat(shown.resolve("changed")).hasContent("two");
        assertThat(shown.resolve("new")).hasContent("two").isExecutable();
        assertThat(shown.resolve("kept")).hasContent("one");
        assertThat(shown.resolve("own")).hasContent("the service's own");
        assertThat(names(this.bench.file("files"))).containsExactly("changed", "kept", "own", "removed");
        end(0);
        assertThat(names(this.bench.file("files"))).containsExactly("changed", "kept", "new", "own");
        assertThat(this.bench.text("files/changed")).isEqualTo("two");
        assertThat(this.bench.file(".staging")).doesNotExist();
        assertThat(this.bench.file(".files")).doesNotExist();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.UNCHANGED);
    }

    @Test
    void filesThatItRefusesAreNotPutInPlace() {
        this.group.put("changed", "two");
        this.group.tell();
        end(1);
        assertThat(this.bench.text("files/changed")).isEqualTo("one");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).isEqualTo("check hook exited with 1");
        assertThat(this.bench.file(".staging")).doesNotExist();
        assertThat(this.bench.file(".files")).doesNotExist();
    }

    @Test
    void configurationAndFilesOfOneRevisionAreShownTogether() throws IOException {
        this.group.put("changed", "two");
        this.group.port = 81;
        this.group.tell();
        assertThat(shown().resolve("changed")).hasContent("two");
        assertThat(shown().resolveSibling("config/web.conf")).hasContent("listen 81\n");
        end(1);
        assertThat(this.bench.text("files/changed")).isEqualTo("one");
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
    }

    @Test
    void aFileThatIsNotHereIsShownAsItIsInPlace() throws IOException {
        this.group.put("changed", "two", 0640, Optional.empty(), Supply.NOWHERE);
        this.group.put("kept", "two");
        this.group.tell();
        assertThat(shown().resolve("changed")).hasContent("one");
        assertThat(shown().resolve("kept")).hasContent("two");
        end(0);
    }

}
