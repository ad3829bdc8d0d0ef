package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackageNotFoundException;
import dev.muster.pack.UnusablePackageException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ServicesTest {

    @TempDir
    Path root;

    private Bench bench;

    private Path specFile;

    @BeforeEach
    void aPackage() {
        this.bench = new Bench(this.root);
        TestPackage.web(this.bench.pkgs());
        this.specFile = this.root.resolve("sup/default/specs/web.spec");
    }

    @Test
    void nothingIsStartedBeforeTheGateOpens() {
        this.bench.services.load(this.bench.spec(), false);
        this.bench.loop.advance(Bench.seconds(60));
        assertThat(this.bench.processes.all).isEmpty();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.WAITING);
        assertThat(this.bench.status().reason()).isNotEmpty();
        this.bench.services.open(false);
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.status().unconfirmed()).isTrue();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.bench.status().unconfirmed()).isFalse();
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @Test
    void aServiceThatIsLoadedWhenTheGateIsOpenStartsAtOnce() {
        this.bench.services.open(true);
        assertThat(this.bench.services.load(this.bench.spec(), false)).isEqualTo(LoadOutcome.LOADED);
        this.bench.loop.settle();
        ServiceStatus status = this.bench.status();
        assertThat(status.group()).isEqualTo("web.prod");
        assertThat(status.ident()).hasToString("test/web/1.0/20260101000000");
        assertThat(status.state()).isEqualTo(ProcessState.UP);
        assertThat(status.health()).isEqualTo(Health.OK);
        assertThat(status.cfg()).containsEntry("port", 80L);
        assertThat(status.exports().values()).containsOnlyKeys("port").containsEntry("port", 80L);
        assertThat(status.runsAs()).contains("tester");
        assertThat(this.bench.text("PID")).isEqualTo(status.pid().orElseThrow() + "\n");
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
    }

    @Test
    void loadingTheSameAgainChangesNothing() {
        this.bench.running();
        assertThat(this.bench.services.load(this.bench.spec(), false)).isEqualTo(LoadOutcome.EQUAL);
        this.bench.loop.settle();
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @Test
    void loadingItOtherwiseNeedsForce() {
        this.bench.running();
        ServiceSpec other = this.bench.spec().withGroup("dev");
        assertThatExceptionOfType(ServiceConflictException.class)
            .isThrownBy(() -> this.bench.services.load(other, false))
            .withMessage("one web per Supervisor, loaded as web.prod; use --force or svc update");
        assertThat(this.bench.status().group()).isEqualTo("web.prod");
        this.bench.services.applied("web.dev", Bench.config(1, "port", 81L));
        assertThat(this.bench.services.load(other, true)).isEqualTo(LoadOutcome.LOADED);
        this.bench.loop.settle();
        assertThat(this.bench.status().group()).isEqualTo("web.dev");
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
    }

    @Test
    void anotherGraceDisturbsNoProcess() {
        this.bench.running();
        this.bench.services.load(this.bench.spec().withShutdownTimeout(Optional.of(Bench.seconds(1))), true);
        this.bench.loop.settle();
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
        assertThat(this.bench.status().spec().shutdownTimeout()).contains(Bench.seconds(1));
    }

    @Test
    void aPackageThatCannotRunIsRefusedBeforeAnythingIsWritten() {
        new TestPackage(this.bench.pkgs(), "test/lib/1.0/20260101000000").with("default.toml", "");
        assertThatExceptionOfType(PackageNotFoundException.class)
            .isThrownBy(() -> this.bench.services.load(ServiceSpec.of(PackageIdent.parse("test/none")), false));
        assertThatExceptionOfType(UnusablePackageException.class)
            .isThrownBy(() -> this.bench.services.load(ServiceSpec.of(PackageIdent.parse("test/lib")), false));
        assertThat(this.root.resolve("sup")).doesNotExist();
        assertThat(this.bench.services.statuses()).isEmpty();
    }

    @Test
    void aTemplateThatLeadsNowhereIsNotLeftOut() throws IOException {
        Path template = this.bench.pkgs().resolve("test/web/1.0/20260101000000/config/gone.conf");
        Files.createSymbolicLink(template, Path.of("/nowhere/gone.conf"));
        assertThatExceptionOfType(UnusablePackageException.class)
            .isThrownBy(() -> this.bench.services.load(this.bench.spec(), false))
            .withMessageContaining("gone.conf");
    }

    @Test
    void aServiceThatIsNotLoadedIsNamed() {
        this.bench.running();
        assertThatExceptionOfType(UnknownServiceException.class).isThrownBy(() -> this.bench.services.status("cache"))
            .withMessageContainingAll("cache", "web");
        assertThatExceptionOfType(UnknownServiceException.class).isThrownBy(() -> this.bench.services.start("cache"));
        assertThatExceptionOfType(UnknownServiceException.class)
            .isThrownBy(() -> this.bench.services.unload("cache", Optional.empty()));
    }

    @Test
    void aStoppedServiceStaysStoppedUntilItIsStarted() {
        this.bench.running();
        this.bench.services.stop("web", Optional.empty());
        assertThat(this.bench.status().desired()).isEqualTo(DesiredState.DOWN);
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.DOWN);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.STOPPED);
        assertThat(this.bench.status().pid()).isEmpty();
        assertThat(this.bench.text("PID")).isEqualTo("none");
        this.bench.fresh().resume();
        this.bench.services.open(true);
        this.bench.loop.advance(Bench.seconds(60));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.STOPPED);
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.STOPPED);
        assertThat(this.bench.status().revision()).contains("1-81");
        this.bench.services.start("web");
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
    }

    @Test
    void anUnloadedServiceIsStoppedAndForgotten() {
        this.bench.running();
        this.bench.processes.obedient = false;
        FakeProcesses.Fake process = this.bench.processes.only("run");
        this.bench.services.unload("web", Optional.of(Bench.seconds(2)));
        assertThat(this.specFile).doesNotExist();
        assertThat(this.bench.services.statuses()).isEmpty();
        this.bench.loop.advance(Duration.ofMillis(1999));
        assertThat(process.signals).containsExactly("TERM");
        this.bench.loop.advance(Duration.ofMillis(200));
        assertThat(process.signals).containsExactly("TERM", "KILL");
        ServiceStatus last = this.bench.reports.get(this.bench.reports.size() - 1);
        assertThat(last.loaded()).isFalse();
        assertThat(last.state()).isEqualTo(ProcessState.DOWN);
        this.bench.fresh().resume();
        assertThat(this.bench.services.statuses()).isEmpty();
    }

    @Test
    void aServiceThatIsLoadedAgainWhileItStopsStartsOnceItIsGone() {
        this.bench.running();
        this.bench.processes.obedient = false;
        this.bench.services.unload("web", Optional.empty());
        this.bench.loop.settle();
        assertThat(this.bench.services.load(this.bench.spec(), false)).isEqualTo(LoadOutcome.LOADED);
        this.bench.loop.advance(Bench.seconds(7));
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
        this.bench.loop.advance(Bench.seconds(2));
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    @Test
    void aServiceThatIsLoadedAgainInTheMomentItIsGoneIsKept() {
        this.bench.running();
        this.bench.onReport = (report) -> {
            if (!report.loaded() && report.state() == ProcessState.DOWN) {
                this.bench.onReport = (next) -> {
                };
                this.bench.services.load(this.bench.spec(), false);
            }
        };
        this.bench.services.unload("web", Optional.empty());
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
    }

    @Test
    void aServiceThatWasUnloadedJustBeforeTheNodeDiedIsStoppedByTheNextRun() {
        this.bench.running();
        this.bench.processes.obedient = false;
        this.bench.services.unload("web", Optional.empty());
        this.bench.fresh().resume();
        assertThat(this.bench.services.statuses()).isEmpty();
        assertThat(this.bench.processes.living("run")).hasSize(1);
        this.bench.loop.advance(Bench.seconds(9));
        assertThat(this.bench.processes.living("run")).isEmpty();
        this.bench.reports.clear();
        this.bench.fresh().resume();
        this.bench.loop.advance(Bench.seconds(9));
        assertThat(this.bench.reports).isEmpty();
    }

    @Test
    void aServiceThatStandsStillIsReportedByTheNextRun() {
        this.bench.running();
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.settle();
        this.bench.reports.clear();
        this.bench.fresh().resume();
        this.bench.loop.settle();
        assertThat(this.bench.rungs()).containsExactly(Rung.STOPPED);
    }

    @Test
    void aSecondThoughtLeavesWhatIsNotGoneYet() {
        this.bench.running();
        this.bench.processes.obedient = false;
        CompletableFuture<Void> first = this.bench.services.close(true);
        this.bench.loop.settle();
        CompletableFuture<Void> second = this.bench.services.close(false);
        this.bench.loop.settle();
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        this.bench.loop.advance(Bench.seconds(60));
        assertThat(this.bench.processes.only("run").signals).containsExactly("TERM");
    }

    @Test
    void specFilesBringServicesBackAndABadOneHarmsNoOther() throws IOException {
        this.bench.services.load(this.bench.spec(), false);
        Files.writeString(this.specFile.resolveSibling("bad.spec"), "ident = ");
        Files.writeString(this.specFile.resolveSibling("other.spec"), "ident = 'test/web'");
        this.bench.fresh().resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.bench.services.statuses()).extracting(ServiceStatus::name).containsExactly("web");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.specFile.resolveSibling("bad.spec")).exists();
        Files.delete(this.specFile);
        this.bench.services.close(true);
        this.bench.loop.settle();
        this.bench.fresh().resume();
        assertThat(this.bench.services.statuses()).isEmpty();
    }

    @Test
    void closingStopsWithinTheGraceOrLeavesRunning() {
        this.bench.running();
        CompletableFuture<Void> left = this.bench.services.close(false);
        this.bench.loop.settle();
        assertThat(left).isCompleted();
        assertThat(this.bench.processes.only("run").signals).isEmpty();
        this.bench.fresh().resume();
        this.bench.processes.obedient = false;
        CompletableFuture<Void> stopped = this.bench.services.close(true);
        this.bench.loop.advance(Bench.seconds(7));
        assertThat(stopped).isNotCompleted();
        this.bench.loop.advance(Bench.seconds(2));
        assertThat(stopped).isCompleted();
        assertThat(this.bench.processes.living("run")).isEmpty();
        assertThat(this.specFile).content().contains("desired_state = \"up\"");
    }

}
