package dev.muster.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.content.FileName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ServiceFilesTest {

    private static final String SCRIPT = "#!/bin/sh\n";

    @TempDir
    Path root;

    private Bench bench;

    private TestPackage web;

    /** By name. */
    private final Map<String, GroupFile> group = new LinkedHashMap<>();

    private final Map<String, String> contents = new HashMap<>();

    private int copies;

    private @Nullable String failure;

    @BeforeEach
    void aPackage() {
        this.bench = new Bench(this.root);
        this.web = TestPackage.web(this.bench.pkgs()).with("hooks/file-updated", SCRIPT);
    }

    private void put(String name, String content) {
        put(name, content, 0640, Optional.empty(), true);
    }

    private void put(String name, String content, int mode, Optional<String> owner, boolean here) {
        this.contents.put("hash of " + content, content);
        this.group.put(name,
                new GroupFile(new FileName(name), "1-" + content, "hash of " + content, mode, owner, here));
    }

    /** The services hear of the group as it is now. */
    private void tell() {
        this.bench.services.files("web.prod", new GroupFileSet(List.copyOf(this.group.values()), this::copy));
        this.bench.loop.settle();
    }

    private void copy(String hash, Path target) throws IOException {
        this.copies++;
        if (this.failure != null) {
            throw new IOException(this.failure);
        }
        Files.writeString(target, this.contents.get(hash), StandardCharsets.UTF_8);
    }

    private String file(String name) {
        return this.bench.text("files/" + name);
    }

    private long told() {
        return this.bench.processes.started("file-updated");
    }

    private void end(String hook, int code) {
        this.bench.processes.only(hook).exit(code);
        this.bench.loop.settle();
    }

    @Test
    void severalFilesThatComeTogetherAreToldOnce() {
        this.bench.running();
        put("a", "one");
        put("b", "two");
        tell();
        assertThat(file("a")).isEqualTo("one");
        assertThat(file("b")).isEqualTo("two");
        assertThat(told()).isEqualTo(1);
        assertThat(this.bench.status().files().telling()).isTrue();
        put("a", "three");
        tell();
        put("b", "four");
        tell();
        assertThat(told()).isEqualTo(1);
        end("file-updated", 0);
        assertThat(file("a")).isEqualTo("three");
        assertThat(file("b")).isEqualTo("four");
        assertThat(told()).isEqualTo(2);
        end("file-updated", 0);
        assertThat(this.bench.status().files())
            .isEqualTo(new FileStatus(new java.util.TreeMap<>(Map.of("a", "1-three", "b", "1-four")), "", false));
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
        assertThat(this.bench.file(".files")).doesNotExist();
    }

    @Test
    void theSameAgainIsNeitherWrittenNorTold() {
        this.bench.running();
        put("a", "one");
        tell();
        end("file-updated", 0);
        GroupFile same = this.group.get("a");
        this.group.put("a", new GroupFile(same.name(), "2-x", same.hash(), same.mode(), same.owner(), true));
        tell();
        assertThat(this.copies).isEqualTo(1);
        assertThat(told()).isEqualTo(1);
        assertThat(this.bench.status().files().inPlace()).containsEntry("a", "2-x");
    }

    @Test
    void filesThatAreThereBeforeAStartAreInPlaceByThenAndNotTold() {
        this.web.with("hooks/init", SCRIPT);
        put("a", "one");
        tell();
        this.bench.running();
        assertThat(file("a")).isEqualTo("one");
        assertThat(this.bench.processes.living("init")).hasSize(1);
        // One that comes while it starts is remembered.
        put("b", "two");
        tell();
        assertThat(file("b")).isEqualTo("none");
        end("init", 0);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(file("b")).isEqualTo("two");
        assertThat(told()).isEqualTo(1);
    }

    @Test
    void filesThatComeWhileItStopsAreThereAtTheNextStartAndNotTold() {
        this.bench.processes.obedient = false;
        this.bench.running();
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.settle();
        put("a", "one");
        tell();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.STOPPING);
        assertThat(file("a")).isEqualTo("none");
        this.bench.processes.only("run").exit(0);
        this.bench.loop.advance(Duration.ofSeconds(1));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.DOWN);
        assertThat(file("a")).isEqualTo("one");
        this.bench.services.start("web");
        this.bench.loop.settle();
        assertThat(told()).isZero();
    }

    @Test
    void aStopEndsTheHookAndTheNextStartOwesNothing() {
        this.bench.running();
        put("a", "one");
        tell();
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.advance(Duration.ofSeconds(10));
        assertThat(this.bench.processes.living("file-updated")).isEmpty();
        this.bench.services.start("web");
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(told()).isEqualTo(1);
        assertThat(this.bench.status().files().problem()).isEmpty();
        this.bench.fresh();
        tell();
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(told()).isEqualTo(1);
    }

    @Test
    void aHookThatANodeLeftBehindRunsAgainUnderTheNext() {
        this.bench.running();
        put("a", "one");
        tell();
        this.bench.processes.only("file-updated").exit(0);
        // Nobody has heard of that end: the node was killed.
        this.bench.fresh();
        tell();
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(told()).isEqualTo(2);
        assertThat(this.copies).isEqualTo(1);
        end("file-updated", 0);
        this.bench.fresh();
        tell();
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(told()).isEqualTo(2);
    }

    @Test
    void aHookThatFailsIsReportedUntilOneSucceeds() {
        this.bench.running();
        put("a", "one");
        tell();
        end("file-updated", 4);
        assertThat(this.bench.status().files().problem()).isEqualTo("file-updated hook exited with 4");
        assertThat(this.bench.status().rung()).isNotEqualTo(Rung.FAILED);
        assertThat(this.bench.reports.get(this.bench.reports.size() - 1).files().problem()).isNotEmpty();
        put("a", "two");
        tell();
        end("file-updated", 0);
        assertThat(this.bench.status().files().problem()).isEmpty();
    }

    @Test
    void aHookThatHangsIsEndedAndAConfigurationWaitsForItOnly() {
        this.bench.running();
        put("a", "one");
        tell();
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
        this.bench.loop.advance(Duration.ofSeconds(80));
        assertThat(this.bench.reports)
            .anyMatch((report) -> report.files().problem().equals("file-updated hook did not end within 60s"));
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        // That configuration has started another process, which has found the files.
        assertThat(this.bench.status().files().problem()).isEmpty();
    }

    @Test
    void aFileThatIsGoneIsTakenAwayAndNothingElse() throws IOException {
        this.bench.running();
        put("a", "one");
        tell();
        end("file-updated", 0);
        Files.writeString(this.bench.file("files/own"), "the service's own");
        this.group.clear();
        tell();
        assertThat(this.bench.file("files/a")).doesNotExist();
        assertThat(file("own")).isEqualTo("the service's own");
        assertThat(told()).isEqualTo(2);
        assertThat(this.bench.status().files().inPlace()).isEmpty();
    }

    @Test
    void theOneBeforeStaysUntilTheNextIsHere() {
        put("a", "one");
        tell();
        this.bench.running();
        put("a", "two", 0640, Optional.empty(), false);
        tell();
        assertThat(file("a")).isEqualTo("one");
        assertThat(this.bench.status().files().inPlace()).containsEntry("a", "1-one");
        put("a", "two");
        tell();
        assertThat(file("a")).isEqualTo("two");
    }

    @Test
    void aFirstStartWaitsForFilesForATimeAndSaysSo() {
        put("a", "one", 0640, Optional.empty(), false);
        put("b", "two", 0640, Optional.empty(), false);
        tell();
        this.bench.running();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.WAITING);
        assertThat(this.bench.status().reason()).isEqualTo("for files of its group: a, b");
        put("a", "one");
        tell();
        assertThat(this.bench.status().reason()).isEqualTo("for files of its group: b");
        assertThat(file("a")).isEqualTo("one");
        this.bench.loop.advance(AwaitedFiles.PATIENCE.minusSeconds(1));
        assertThat(this.bench.processes.all).isEmpty();
        this.bench.loop.advance(Duration.ofSeconds(1));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        put("b", "two");
        tell();
        assertThat(file("b")).isEqualTo("two");
        assertThat(told()).isEqualTo(1);
    }

    @Test
    void aFirstStartGoesOnAsSoonAsTheFilesAreThere() {
        put("a", "one", 0640, Optional.empty(), false);
        tell();
        this.bench.running();
        put("a", "one");
        tell();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(told()).isZero();
        // A process that ended on its own waits for nothing.
        put("c", "three", 0640, Optional.empty(), false);
        tell();
        this.bench.processes.only("run").exit(1);
        this.bench.loop.advance(Duration.ofSeconds(5));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    @Test
    void aWriteThatFailsIsTriedAgainAndKeepsWhatWas() {
        this.bench.running();
        put("a", "one");
        tell();
        end("file-updated", 0);
        this.failure = "No space left on device";
        put("a", "two");
        put("b", "three");
        tell();
        assertThat(file("a")).isEqualTo("one");
        assertThat(told()).isEqualTo(1);
        assertThat(this.bench.status().files().problem()).contains("is not in its place", "No space left");
        this.failure = null;
        this.bench.loop.advance(Duration.ofSeconds(10));
        assertThat(file("a")).isEqualTo("two");
        assertThat(file("b")).isEqualTo("three");
        assertThat(told()).isEqualTo(2);
        assertThat(this.bench.status().files().problem()).isEmpty();
    }

    @Test
    void aFileThatSomebodyChangedOrTookIsPutThereAgain() throws IOException {
        put("a", "one");
        put("b", "two");
        tell();
        this.bench.running();
        Files.delete(this.bench.file("files/a"));
        Files.delete(this.bench.file("files/b"));
        Path elsewhere = Files.writeString(this.root.resolve("elsewhere"), "untouched");
        Files.createSymbolicLink(this.bench.file("files/b"), elsewhere);
        this.bench.fresh();
        tell();
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(file("a")).isEqualTo("one");
        assertThat(file("b")).isEqualTo("two");
        assertThat(elsewhere).hasContent("untouched");
        assertThat(told()).isEqualTo(1);
    }

    @Test
    void modeAndOwnerAreAsAskedForOrThatIsReported() throws IOException {
        put("a", "one", 0604, Optional.of("tester"), true);
        put("b", "two", 0640, Optional.of("nobody-here"), true);
        tell();
        this.bench.running();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.bench.file("files/a"))))
            .isEqualTo("rw----r--");
        assertThat(this.bench.file("files/b")).doesNotExist();
        assertThat(this.bench.status().files().problem()).contains("file b", "nobody-here is no user of this machine");
        put("a", "one", 0600, Optional.empty(), true);
        tell();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.bench.file("files/a"))))
            .isEqualTo("rw-------");
    }

    @Test
    void filesOfTheFormerGroupGoWithIt() {
        put("a", "one");
        tell();
        this.bench.running();
        put("a", "two");
        put("b", "three");
        this.bench.services.files("web.dev", new GroupFileSet(List.of(this.group.get("b")), this::copy));
        this.bench.services.update("web", Map.of("group", "dev"));
        this.bench.loop.settle();
        assertThat(file("a")).isEqualTo("none");
        assertThat(file("b")).isEqualTo("three");
    }

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void aRecordThatWasDamagedMeansWritingOnceMore(boolean garbage) throws IOException {
        put("a", "one");
        tell();
        this.bench.running();
        Files.writeString(this.bench.file("FILES"), garbage ? "]] \0 no toml" : "files = 7\n");
        this.bench.fresh();
        tell();
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.copies).isEqualTo(2);
        assertThat(file("a")).isEqualTo("one");
    }

}
