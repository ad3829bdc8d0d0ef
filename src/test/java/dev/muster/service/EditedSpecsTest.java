package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EditedSpecsTest {

    @TempDir
    Path root;

    private Bench bench;

    private Path specFile;

    private final List<ServiceSpec> coming = new ArrayList<>();

    @BeforeEach
    void aNode() {
        this.bench = new Bench(this.root);
        TestPackage.web(this.bench.pkgs());
        this.specFile = this.root.resolve("sup/default/specs/web.spec");
        this.bench.services.resume();
        this.bench.services.open(true);
    }

    private void look() {
        this.bench.services.lookAtSpecs(this.coming::add);
        this.bench.loop.settle();
    }

    private void edit(String text) throws IOException {
        Files.createDirectories(this.specFile.getParent());
        Files.writeString(this.specFile, text);
    }

    @Test
    void aFileThatAppearsLoadsItsServiceOnceItStandsStill() throws IOException {
        edit("ident = 'test/web'\ngroup = 'prod'\n");
        look();
        assertThat(this.bench.services.statuses()).isEmpty();
        edit("ident = 'test/web'\ngroup = 'blue'\n");
        look();
        assertThat(this.bench.services.statuses()).isEmpty();
        look();
        assertThat(this.bench.status().group()).isEqualTo("web.blue");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.coming).extracting(ServiceSpec::group).containsExactly("blue");
    }

    @Test
    void aChangedFileChangesAndAMissingOneUnloads() throws IOException {
        this.bench.running();
        look();
        edit("ident = 'test/web'\ngroup = 'prod'\ndesired_state = 'down'\n");
        look();
        look();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.DOWN);
        Files.delete(this.specFile);
        look();
        look();
        assertThat(this.bench.services.statuses()).isEmpty();
    }

    @Test
    void whatTheNodeWroteItselfIsNoEdit() {
        this.bench.running();
        look();
        look();
        this.bench.services.update("web", Map.of("channel", "stable"));
        look();
        look();
        assertThat(this.coming).isEmpty();
        assertThat(this.bench.status().spec().channel()).isEqualTo("stable");
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @Test
    void aFileThatCannotBeReadLeavesTheServiceAsItIsUntilItCan() throws IOException {
        this.bench.running();
        look();
        edit("ident = ");
        look();
        look();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        edit("ident = 'test/web'\ngroup = 'blue'\n");
        look();
        look();
        assertThat(this.bench.status().group()).isEqualTo("web.blue");
    }

    @Test
    void aFileWhosePackageIsMissingStaysLoadedSaysWhyAndIsTriedAgain() throws IOException {
        edit("ident = 'test/web/9.9'\n");
        look();
        look();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.BACKOFF);
        assertThat(this.bench.status().reason()).contains("test/web/9.9");
        new TestPackage(this.bench.pkgs(), "test/web/9.9/20260101000000").with("hooks/run", "#!/bin/sh\n");
        this.bench.loop.advance(Bench.seconds(2));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    @Test
    void anUpdateChangesOnlyWhatIsGiven() throws IOException {
        this.bench.services.load(SpecCodec.read(Map.of("ident", "test/web", "group", "prod", "channel", "stable",
                "update_condition", "track-channel", "shutdown_timeout", 3)), false);
        this.bench.loop.settle();
        assertThat(this.bench.services.update("web", Map.of("shutdown_timeout", 5))).isEqualTo(LoadOutcome.LOADED);
        ServiceSpec spec = this.bench.status().spec();
        assertThat(spec.shutdownTimeout()).contains(Bench.seconds(5));
        assertThat(spec.channel()).isEqualTo("stable");
        assertThat(spec.updateCondition()).isEqualTo(UpdateCondition.TRACK_CHANNEL);
        assertThat(Files.readString(this.specFile)).contains("shutdown_timeout = 5", "channel = \"stable\"");
        Map<String, Object> usual = new HashMap<>(Collections.singletonMap("shutdown_timeout", null));
        this.bench.services.update("web", usual);
        assertThat(this.bench.status().spec().shutdownTimeout()).isEmpty();
        assertThat(this.bench.services.update("web", usual)).isEqualTo(LoadOutcome.EQUAL);
        assertThat(this.bench.services.update("web", Map.of())).isEqualTo(LoadOutcome.EQUAL);
        this.bench.loop.settle();
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            colour                | red     | has no colour
            ident                 | core/x  | --force
            group                 | a.b     | a.b
            health_check_interval | 0       | longer than zero
            """)
    void anUpdateThatDoesNotFitChangesNothing(String key, String value, String told) throws IOException {
        this.bench.running();
        String before = Files.readString(this.specFile);
        Object typed = value.equals("0") ? Integer.valueOf(0) : value;
        assertThatExceptionOfType(MalformedSpecException.class)
            .isThrownBy(() -> this.bench.services.update("web", Map.of(key, typed)))
            .withMessageContaining(told);
        assertThat(this.specFile).hasContent(before);
    }

    @Test
    void aFileIsToldOnceAndNotWhileItChanges() {
        SpecWatch watch = new SpecWatch(Map.of("a", "1", "b", "1"));
        assertThat(watch.look(Map.of("a", "2", "b", "1", "c", "1"))).isEmpty();
        assertThat(watch.look(Map.of("a", "3", "b", "1", "c", "1"))).isEqualTo(Set.of("c"));
        assertThat(watch.look(Map.of("a", "3", "c", "1"))).isEqualTo(Set.of("a"));
        assertThat(watch.look(Map.of("a", "3", "c", "1"))).isEqualTo(Set.of("b"));
        assertThat(watch.look(Map.of("a", "3", "c", "1"))).isEmpty();
    }

}
