package dev.muster.service;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import dev.muster.content.Supply;
import dev.muster.pack.PackageIdent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of a service whose group, or which itself, moves to another release. */
class ReleaseChangeTest {

    private static final PackageIdent OLD = PackageIdent.parse("test/web/1.0/20260101000000");

    private static final PackageIdent NEW = PackageIdent.parse("test/web/2.0/20260201000000");

    @TempDir
    Path root;

    private Bench bench;

    @BeforeEach
    void load() {
        this.bench = new Bench(this.root);
        TestPackage.web(this.bench.pkgs()).with("hooks/post-stop", "#!/bin/sh\n# old {{pkg.version}}\n");
        this.bench.running();
        this.bench.loop.advance(Bench.seconds(10));
    }

    private TestPackage newer() {
        return new TestPackage(this.bench.pkgs(), NEW.toString()).with("default.toml", "port = 80\n")
            .with("config/web.conf", "listen on {{cfg.port}}\n")
            .with("hooks/run", "#!/bin/sh\nexec sleep 601\n");
    }

    private void moves(long number, PackageIdent release, Supply supply) {
        this.bench.services.applied("web.prod", new AppliedConfig(number + "-x", "moves " + number, Map.of())
            .with(Optional.of(new AppliedRelease(release, supply))));
        this.bench.loop.settle();
    }

    private void moves(long number, PackageIdent release) {
        moves(number, release, Supply.HERE);
    }

    @Test
    void theProcessIsReplacedByOneOfTheReleaseThatItsGroupNamesOnceItsOwnHooksAreThrough() {
        newer();
        long before = this.bench.pid();
        this.bench.reports.clear();
        moves(1, NEW);
        assertThat(this.bench.text("hooks/post-stop")).contains("# old 1.0");
        assertThat(this.bench.text("config/web.conf")).as("while the old one cleans up").isEqualTo("listen 80\n");
        this.bench.processes.only("post-stop").exit(0);
        this.bench.loop.settle();
        assertThat(this.bench.status().ident()).isEqualTo(NEW);
        assertThat(this.bench.pid()).isNotEqualTo(before);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen on 80\n");
        assertThat(this.bench.status().reason()).isEqualTo("package changed from " + OLD + " to " + NEW);
        assertThat(this.bench.status().settled()).isFalse();
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        assertThat(this.bench.status().settled()).isTrue();
        assertThat(this.bench.rungs()).containsExactly(Rung.RECEIVED, Rung.RENDERED, Rung.RESTARTED, Rung.HEALTHY);
        assertThat(this.bench.status().restarts()).isZero();
    }

    @Test
    void aReleaseThatIsInstalledIsNotStartedUntilSomebodySaysSo() {
        newer();
        moves(1, OLD);
        this.bench.processes.only("run").exit(1);
        this.bench.loop.settle();
        this.bench.processes.only("post-stop").exit(0);
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.status().ident()).isEqualTo(OLD);
    }

    @Test
    void aReleaseThatCannotBeRenderedStopsNothing() {
        newer().with("config/web.conf", "{{strJoin cfg.port \",\"}}");
        long before = this.bench.pid();
        moves(1, NEW);
        assertThat(this.bench.pid()).isEqualTo(before);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).contains("config/web.conf", "strJoin");
        assertThat(this.bench.status().ident()).isEqualTo(OLD);
        assertThat(this.bench.status().ordered()).contains(NEW);
    }

    @Test
    void aReleaseThatDoesNotStartIsLeftAtOnceWhenTheGroupGoesBack() {
        newer();
        moves(1, NEW);
        this.bench.processes.only("post-stop").exit(0);
        this.bench.loop.settle();
        for (int i = 0; i < 3; i++) {
            this.bench.processes.only("run").exit(1);
            this.bench.loop.advance(Bench.seconds(8));
        }
        this.bench.processes.only("run").exit(1);
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.BACKOFF);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        moves(2, OLD);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.status().ident()).isEqualTo(OLD);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
        assertThat(this.bench.text("hooks/post-stop")).contains("# old 1.0");
    }

    @Test
    void whatIsOnItsWayIsWaitedForByAServiceThatIsDownAndDisturbsNoneThatRuns() {
        long before = this.bench.pid();
        moves(1, NEW, Supply.COMING);
        assertThat(this.bench.pid()).isEqualTo(before);
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.settle();
        this.bench.processes.only("post-stop").exit(0);
        this.bench.loop.settle();
        this.bench.services.start("web");
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.DOWN);
        assertThat(this.bench.status().reason()).isEqualTo("for package " + NEW + ", which is on its way");
        newer();
        moves(1, NEW, Supply.HERE);
        assertThat(this.bench.status().ident()).isEqualTo(NEW);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    @Test
    void whatCannotBeHadDoesNotKeepAServiceDownAndIsSaid() {
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.settle();
        this.bench.processes.only("post-stop").exit(0);
        moves(1, NEW, Supply.NOWHERE);
        this.bench.services.start("web");
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.status().ident()).isEqualTo(OLD);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).contains(NEW + ", which its group is to run, is not installed here");
    }

    @Test
    void aServiceThatIsLoadedAsOneReleaseStaysThatWhateverItsGroupSays() {
        newer();
        this.bench.services.load(ServiceSpec.of(OLD).withGroup("prod"), true);
        this.bench.loop.settle();
        if (!this.bench.processes.living("post-stop").isEmpty()) {
            this.bench.processes.only("post-stop").exit(0);
            this.bench.loop.settle();
        }
        long before = this.bench.pid();
        moves(1, NEW);
        assertThat(this.bench.pid()).isEqualTo(before);
        assertThat(this.bench.status().ident()).isEqualTo(OLD);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.UNCHANGED);
    }

    @Test
    void aServiceThatTakesReleasesByItselfGoesByItsOwnWordAndNotByItsGroups() {
        newer();
        this.bench.services.update("web", Map.of("update_strategy", "at-once"));
        this.bench.loop.settle();
        long before = this.bench.pid();
        this.bench.ownRelease = Optional.of(OLD);
        moves(1, NEW);
        assertThat(this.bench.pid()).isEqualTo(before);
        this.bench.ownRelease = Optional.of(NEW);
        this.bench.services.releaseChanged("web");
        this.bench.loop.settle();
        this.bench.processes.only("post-stop").exit(0);
        this.bench.loop.settle();
        assertThat(this.bench.status().ident()).isEqualTo(NEW);
        assertThat(this.bench.status().ordered()).contains(NEW);
    }

    @Test
    void theNextLifeOfTheNodeGoesOnWithTheReleaseThatRuns() {
        newer();
        moves(1, OLD);
        this.bench.loop.advance(Bench.seconds(10));
        long before = this.bench.pid();
        this.bench.fresh();
        this.bench.services.applied("web.prod",
                new AppliedConfig("1-x", "moves 1", Map.of()).with(Optional.of(new AppliedRelease(OLD, Supply.HERE))));
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.bench.pid()).isEqualTo(before);
        assertThat(this.bench.status().ident()).isEqualTo(OLD);
    }

}
