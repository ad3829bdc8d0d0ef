package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.SecretKeys;
import dev.muster.content.Supply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ServiceFilesTest {

    private static final String SCRIPT = "#!/bin/sh\n";

    @TempDir
    Path root;

    private Bench bench;

    private TestPackage web;

    private FakeGroupFiles group;

    @BeforeEach
    void aPackage() {
        this.bench = new Bench(this.root);
        this.group = new FakeGroupFiles(this.bench);
        this.web = TestPackage.web(this.bench.pkgs()).with("hooks/file-updated", SCRIPT);
    }

    private void put(String name, String content) {
        this.group.put(name, content);
    }

    private void put(String name, String content, int mode, Optional<String> owner, Supply supply) {
        this.group.put(name, content, mode, owner, supply);
    }

    private void tell() {
        this.group.tell();
    }

    private String file(String name) {
        return this.bench.text("files/" + name);
    }

    private long told() {
        return this.bench.processes.started("file-updated");
    }

    private long starts() {
        return this.bench.processes.started("run");
    }

    private void end(String hook, int code) {
        this.bench.processes.only(hook).exit(code);
        this.bench.loop.settle();
    }

    private void again() {
        this.bench.fresh();
        tell();
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
    }

    @Test
    void severalFilesOfARevisionAreToldOnceAndThatIsARung() {
        this.bench.running();
        put("a", "one");
        put("b", "two");
        tell();
        assertThat(file("a")).isEqualTo("one");
        assertThat(file("b")).isEqualTo("two");
        assertThat(told()).isEqualTo(1);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RENDERED);
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
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RECONFIGURED);
        assertThat(this.bench.status().reason()).isEqualTo("files a, b updated");
        this.bench.loop.advance(Surroundings.DEFAULT_SETTLE);
        assertThat(this.bench.status().settled()).isTrue();
        assertThat(starts()).isEqualTo(1);
        assertThat(this.bench.file(".files")).doesNotExist();
    }

    @Test
    void withoutAHookFilesChangeNothingElse() {
        this.web.without("hooks/file-updated");
        this.bench.running();
        put("a", "one");
        tell();
        assertThat(file("a")).isEqualTo("one");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.UNCHANGED);
        assertThat(this.bench.status().reason()).isEqualTo("file a updated");
    }

    @Test
    void theSameAgainIsNeitherWrittenNorTold() {
        this.bench.running();
        put("a", "one");
        tell();
        end("file-updated", 0);
        tell();
        this.group.port = 81;
        tell();
        assertThat(this.group.copies).isEqualTo(1);
        assertThat(told()).isEqualTo(1);
    }

    @Test
    void aProcessThatIsReplacedForTheConfigurationFindsTheFilesOfTheSameRevision() {
        this.bench.running();
        put("a", "one");
        this.group.port = 81;
        tell();
        assertThat(file("a")).isEqualTo("one");
        this.bench.loop.advance(Duration.ofSeconds(1));
        assertThat(starts()).isEqualTo(2);
        assertThat(told()).isZero();
        assertThat(this.bench.status().reason()).contains("config file changed: web.conf; file a updated");
    }

    @Test
    void filesAreToldBeforeTheConfigurationThatMayNameThem() {
        this.web.with("hooks/reconfigure", SCRIPT);
        this.bench.running();
        put("a", "one");
        this.group.port = 81;
        tell();
        assertThat(told()).isEqualTo(1);
        assertThat(this.bench.processes.started("reconfigure")).isZero();
        end("file-updated", 0);
        assertThat(this.bench.processes.started("reconfigure")).isEqualTo(1);
        end("reconfigure", 0);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RECONFIGURED);
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
    void filesThatComeWhileItIsDownAreThereAtTheNextStartAndNotTold() {
        this.bench.running();
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.advance(Duration.ofSeconds(10));
        put("a", "one");
        tell();
        this.bench.services.start("web");
        this.bench.loop.settle();
        assertThat(file("a")).isEqualTo("one");
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
        again();
        assertThat(told()).isEqualTo(1);
    }

    @Test
    void aHookThatANodeLeftBehindRunsAgainUnderTheNext() {
        this.bench.running();
        put("a", "one");
        tell();
        this.bench.processes.only("file-updated").exit(0);
        // Nobody has heard of that end: the node was killed.
        again();
        assertThat(told()).isEqualTo(2);
        assertThat(this.group.copies).isEqualTo(1);
        end("file-updated", 0);
        again();
        assertThat(told()).isEqualTo(2);
    }

    @Test
    void whatAHookPrintsThatMayHaveReadAnEncryptedFileIsNotRepeated() {
        this.bench.running();
        put("a", "sealed");
        this.group.files.replaceAll((name, file) -> new GroupFile(file.name(), file.hash(), file.size(), file.mode(),
                file.owner(), file.supply(), true));
        tell();
        assertThat(file("a")).isEqualTo("sealed");
        this.bench.logs.get("file-updated.stderr.log").accept("bad password swordfish");
        end("file-updated", 3);
        assertThat(this.bench.status().reason()).contains("exited with 3", "in its log alone");
        assertThat(this.bench.reports.toString() + this.bench.status()).doesNotContain("swordfish");
    }

    @Test
    void aHookThatFailsFailsTheRevision() {
        this.bench.running();
        put("a", "one");
        tell();
        end("file-updated", 4);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).isEqualTo("file-updated hook exited with 4");
        put("a", "two");
        tell();
        end("file-updated", 0);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RECONFIGURED);
    }

    @Test
    void aFileThatIsGoneIsTakenAwayAndNothingElse() throws IOException {
        this.bench.running();
        put("a", "one");
        tell();
        end("file-updated", 0);
        Files.writeString(this.bench.file("files/own"), "the service's own");
        this.group.files.clear();
        tell();
        assertThat(this.bench.file("files/a")).doesNotExist();
        assertThat(file("own")).isEqualTo("the service's own");
        assertThat(told()).isEqualTo(2);
    }

    @Test
    void aStartWaitsForAContentThatIsOnItsWayAndSaysSo() {
        put("a", "one", 0640, Optional.empty(), Supply.COMING);
        tell();
        this.bench.running();
        this.bench.loop.advance(Duration.ofMinutes(10));
        assertThat(this.bench.processes.all).isEmpty();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.WAITING);
        assertThat(this.bench.status().reason()).isEqualTo("for file a of its group, which is on its way");
        put("a", "one");
        tell();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(file("a")).isEqualTo("one");
        assertThat(told()).isZero();
    }

    @Test
    void whatNobodyHasKeepsNoServiceDownAndFailsTheRevisionUntilItComes() {
        put("a", "one", 0640, Optional.empty(), Supply.NOWHERE);
        put("b", "two");
        tell();
        this.bench.running();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(file("b")).isEqualTo("two");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).isEqualTo("runs without file a, which no present member has");
        put("a", "one");
        tell();
        assertThat(file("a")).isEqualTo("one");
        end("file-updated", 0);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RECONFIGURED);
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void whatTheDiskRefusesLeavesAllAsItWasAndIsTriedAgain() {
        this.bench.running();
        put("a", "one");
        tell();
        end("file-updated", 0);
        this.group.failure = "No space left on device";
        put("a", "two");
        put("b", "three");
        this.group.port = 81;
        tell();
        assertThat(file("a")).isEqualTo("one");
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
        assertThat(told()).isEqualTo(1);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason())
            .isEqualTo("file a cannot be put in its place: No space left on device");
        this.group.failure = null;
        this.bench.loop.advance(Duration.ofSeconds(10));
        assertThat(file("a")).isEqualTo("two");
        assertThat(file("b")).isEqualTo("three");
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        assertThat(this.bench.status().rung()).isNotEqualTo(Rung.FAILED);
    }

    @Test
    void nothingWaitsForACopyAndOneThatIsNotWantedAnyLongerChangesNothing() {
        this.bench.running();
        this.group.pending = new ArrayList<>();
        put("a", "one");
        this.group.port = 81;
        tell();
        assertThat(this.group.pending).hasSize(1);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RECEIVED);
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.advance(Duration.ofSeconds(10));
        assertThat(this.bench.processes.living("run")).isEmpty();
        this.group.pending.get(0).run();
        this.bench.loop.settle();
        assertThat(file("a")).isEqualTo("none");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.DOWN);
        this.bench.services.start("web");
        this.bench.loop.settle();
        assertThat(starts()).isEqualTo(1);
        this.group.pending.get(1).run();
        this.bench.loop.settle();
        assertThat(starts()).isEqualTo(2);
        assertThat(file("a")).isEqualTo("one");
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
        again();
        assertThat(file("a")).isEqualTo("one");
        assertThat(file("b")).isEqualTo("two");
        assertThat(elsewhere).hasContent("untouched");
        assertThat(told()).isEqualTo(1);
    }

    @Test
    void modeAndOwnerAreAsAskedForOrTheRevisionFails() throws IOException {
        put("a", "one", 0604, Optional.of("tester"), Supply.HERE);
        tell();
        this.bench.running();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.bench.file("files/a"))))
            .isEqualTo("rw----r--");
        put("a", "one", 0600, Optional.empty(), Supply.HERE);
        put("b", "two", 0640, Optional.of("nobody-here"), Supply.HERE);
        tell();
        assertThat(this.bench.file("files/b")).doesNotExist();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).contains("file b", "nobody-here, is no user of this machine");
        this.group.files.remove("b");
        tell();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.bench.file("files/a"))))
            .isEqualTo("rw-------");
    }

    @Test
    void filesOfTheFormerGroupGoWithIt() {
        put("a", "one");
        tell();
        this.bench.running();
        put("b", "three");
        this.group.tell("web.dev", List.of(this.group.files.get("b")));
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
        again();
        assertThat(this.group.copies).isEqualTo(2);
        assertThat(file("a")).isEqualTo("one");
    }

    @Test
    void aPreviewTellsOfFilesAndOfTheHook() {
        put("a", "one");
        put("b", "two");
        tell();
        this.bench.running();
        put("a", "three", 0644, Optional.empty(), Supply.COMING);
        this.group.files.remove("b");
        Preview preview = this.bench.services.preview("web",
                new AppliedConfig("x", "x", Map.of("port", this.group.port), SecretKeys.NONE, this.group.set(),
                        Optional.empty(), Optional.empty()));
        assertThat(preview.action()).isEqualTo(Preview.Action.FILE_UPDATED);
        assertThat(preview.reason()).isEqualTo("files a, b updated");
        assertThat(preview.files()).extracting(FileDifference::name).containsExactly("files/a", "files/b");
        assertThat(preview.files().get(0).lines()).containsExactly("- 1 bytes, mode 0640, content hash of ",
                "+ 1 bytes, mode 0644, content hash of ");
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void filesBesideSecretsAreNotForOthers(boolean secrets) throws IOException {
        this.group.put("a", "one", 0777, Optional.empty(), Supply.HERE);
        AppliedConfig config = new AppliedConfig("1-x", "x", Map.of("port", this.group.port),
                secrets ? SecretKeys.of(List.of(List.of("password"))) : SecretKeys.NONE, this.group.set(),
                Optional.empty(), Optional.empty());
        this.bench.services.applied("web.prod", config);
        this.bench.running();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.bench.file("files/a"))))
            .isEqualTo(secrets ? "rwxr-x---" : "rwxrwxrwx");
        assertThat(this.bench.services.preview("web", config).files()).as("the same is no change").isEmpty();
        assertThat(config.guarded("web.prod@acme").files().files()).extracting(GroupFile::mode).containsExactly(0750);
    }

}
