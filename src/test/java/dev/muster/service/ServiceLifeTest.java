package dev.muster.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ServiceLifeTest {

    private static final Duration LONGEST_FIRST_WAIT = Duration.ofMillis(1250);

    @TempDir
    Path root;

    private Bench bench;

    private TestPackage web;

    @BeforeEach
    void aPackage() {
        this.bench = new Bench(this.root);
        this.web = TestPackage.web(this.bench.pkgs());
    }

    @Test
    void aProcessThatEndsOnItsOwnIsStartedAgainAfterAWait() {
        this.bench.running();
        long before = this.bench.pid();
        this.bench.processes.only("run").exit(3);
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.BACKOFF);
        assertThat(this.bench.status().health()).isEqualTo(Health.CRITICAL);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).isEqualTo("exited with 3");
        assertThat(this.bench.status().lastExit().orElseThrow().pid()).isEqualTo(before);
        this.bench.loop.advance(Duration.ofMillis(999));
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
        this.bench.loop.advance(LONGEST_FIRST_WAIT.minusMillis(999));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.status().restarts()).isEqualTo(1);
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
    }

    @Test
    void aNewConfigurationEndsTheWaitAndAPlanSaysSo() {
        this.bench.running();
        this.bench.processes.only("run").exit(3);
        this.bench.loop.settle();
        Preview preview = this.bench.services.preview("web", Bench.config(1, "port", 81L));
        assertThat(preview.action()).isEqualTo(Preview.Action.START);
        assertThat(preview.reason()).isEqualTo("ends the wait after failures: backoff");
        assertThat(preview.files()).extracting(FileDifference::name).containsExactly("config/web.conf");
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        assertThat(this.bench.status().reason()).isEqualTo("new configuration, after: exited with 3");
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.services.preview("web", Bench.config(2, "port", 82L)).action())
            .isEqualTo(Preview.Action.NOTHING);
    }

    @Test
    void aStoppedProcessMustBeGoneWithItsChildrenBeforeTheNextStarts() {
        this.bench.running();
        FakeProcesses.Fake process = this.bench.processes.only("run");
        process.exitLeavingChildren(1);
        this.bench.processes.obedient = false;
        this.bench.loop.advance(Bench.seconds(7));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.STOPPING);
        assertThat(process.signals).containsExactly("TERM");
        this.bench.loop.advance(Bench.seconds(3));
        assertThat(process.signals).containsExactly("TERM", "KILL");
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
    }

    @Test
    void aCrashLoopIsVisibleAndANewConfigurationEndsItsWait() {
        this.bench.running();
        for (int i = 0; i < 5; i++) {
            this.bench.processes.only("run").exit(1);
            this.bench.loop.settle();
            if (i < 4) {
                assertThat(this.bench.status().crashLooping()).isFalse();
                this.bench.loop.advance(Bench.seconds(20));
            }
        }
        assertThat(this.bench.status().crashLooping()).isTrue();
        assertThat(this.bench.processes.started("run")).isEqualTo(5);
        this.bench.services.membersChanged("web.prod");
        this.bench.loop.advance(Gathering.QUIET);
        assertThat(this.bench.processes.started("run")).isEqualTo(5);
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.processes.started("run")).isEqualTo(6);
    }

    @Test
    void theGraceOfTheCommandWeighsMoreThanTheSpecsAndThePackages() {
        this.web.with("SHUTDOWN_TIMEOUT", "3").with("SHUTDOWN_SIGNAL", "QUIT");
        this.bench.processes.obedient = false;
        this.bench.running();
        assertThat(killedAfter(Optional.empty())).isEqualTo(Bench.seconds(3));
        this.bench.services.load(this.bench.spec().withShutdownTimeout(Optional.of(Bench.seconds(2))), true);
        assertThat(killedAfter(Optional.empty())).isEqualTo(Bench.seconds(2));
        assertThat(killedAfter(Optional.of(Bench.seconds(1)))).isEqualTo(Bench.seconds(1));
    }

    private Duration killedAfter(Optional<Duration> timeout) {
        this.bench.services.start("web");
        this.bench.loop.settle();
        FakeProcesses.Fake process = this.bench.processes.only("run");
        this.bench.services.stop("web", timeout);
        this.bench.loop.settle();
        assertThat(process.signals).containsExactly("QUIT");
        Duration waited = Duration.ZERO;
        while (!process.signals.contains("KILL") && waited.compareTo(Bench.seconds(60)) < 0) {
            this.bench.loop.advance(Duration.ofMillis(500));
            waited = waited.plusMillis(500);
        }
        this.bench.loop.advance(Bench.seconds(1));
        return waited;
    }

    @Test
    void aStopDuringTheInitHookEndsTheHookAndStartsNothing() {
        this.web.with("hooks/init", "#!/bin/sh\n");
        this.bench.running();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.STARTING);
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.settle();
        assertThat(this.bench.processes.living("init")).isEmpty();
        assertThat(this.bench.processes.started("run")).isZero();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.DOWN);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.STOPPED);
        assertThat(this.bench.status().restarts()).isZero();
    }

    @Test
    void aFailedInitHookIsAFailedStart() {
        this.web.with("hooks/init", "#!/bin/sh\n");
        this.bench.running();
        this.bench.processes.only("init").exit(4);
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.BACKOFF);
        assertThat(this.bench.status().reason()).isEqualTo("init hook exited with 4");
        this.bench.loop.advance(LONGEST_FIRST_WAIT);
        assertThat(this.bench.processes.living("init")).hasSize(1);
    }

    @Test
    void whatBarsTheStartIsSaidAndTriedAgain() {
        this.bench.processes.refusal = "no more processes";
        this.bench.running();
        assertThat(this.bench.status().reason()).isEqualTo("cannot be started: no more processes");
        this.bench.processes.refusal = null;
        this.bench.loop.advance(LONGEST_FIRST_WAIT);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    @Test
    void aNodeThatWasKilledTakesItsServiceBackAndRendersNothingBeforeTheGateOpens() {
        this.web.with("config/web.conf", "{{cfg.port}}{{#each svc.members as |m|}} {{m.member_id}}{{/each}}");
        GroupMember other = new GroupMember("a".repeat(32), TestPackage.ident("web"), Map.of(),
                GroupMember.Standing.ALIVE, GroupMember.Activity.RUNNING, true, Exports.NONE);
        this.bench.others.add(other);
        this.bench.apply(1, "port", 81L);
        this.bench.running();
        this.bench.loop.advance(Bench.seconds(10));
        long pid = this.bench.pid();
        ServiceStatus before = this.bench.status();
        this.bench.others.clear();
        this.bench.fresh().applied("web.prod", Bench.config(1, "port", 81L));
        this.bench.services.resume();
        this.bench.services.membersChanged("web.prod");
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(this.bench.pid()).isEqualTo(pid);
        assertThat(this.bench.status().since()).isEqualTo(before.since());
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        assertThat(this.bench.status().exports().values()).containsEntry("port", 81L);
        this.bench.others.add(other);
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.bench.pid()).isEqualTo(pid);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        this.bench.processes.only("run").exit(1);
        this.bench.loop.advance(LONGEST_FIRST_WAIT);
        assertThat(this.bench.pid()).isNotEqualTo(pid);
    }

    @Test
    void whatRunsWithAConfigurationThatIsNotKnownAnyLongerGoesOnUntilItIs() {
        this.bench.apply(1, "port", 81L);
        this.bench.running();
        this.bench.loop.advance(Bench.seconds(10));
        long pid = this.bench.pid();
        this.bench.fresh().resume();
        this.bench.services.open(true);
        this.bench.services.membersChanged("web.prod");
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.pid()).isEqualTo(pid);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        assertThat(this.bench.status().revision()).contains("1-81");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        this.bench.apply(1, "port", 81L);
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.pid()).isEqualTo(pid);
        this.bench.apply(2, "port", 82L);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 82\n");
        this.bench.fresh().resume();
        this.bench.processes.only("run").exit(1);
        this.bench.services.open(true);
        this.bench.loop.advance(LONGEST_FIRST_WAIT);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.status().revision()).isEmpty();
        assertThat(this.bench.text("config/web.conf")).isNotEqualTo("listen 82\n");
    }

    @Test
    void aLaunchIsNotedBeforeItIsDone() {
        this.bench.processes.onStart = (
                launch) -> assertThat(new ServiceDirectory(this.root, "web").readState().orElseThrow().process())
                    .contains(new ProcessIdentity(launch.token(), null));
        this.bench.running();
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @Test
    void aNodeThatDiedBetweenStartAndNoteFindsTheProcessByItsToken() {
        this.bench.running();
        long pid = this.bench.pid();
        String token = this.bench.processes.only("run").launch.token();
        ServiceDirectory directory = new ServiceDirectory(this.root, "web");
        RunState known = directory.readState().orElseThrow();
        RunState intended = new RunState(Optional.of(new ProcessIdentity(token, null)), known.since(), known.ident(),
                known.taken(), known.progress(), known.owed());
        try {
            directory.writeState(intended);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        this.bench.fresh().resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.bench.pid()).isEqualTo(pid);
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @Test
    void aChangeThatWasWrittenButNotTakenWhenTheNodeDiedIsTakenByTheNextRun() {
        this.bench.running();
        this.bench.processes.obedient = false;
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        FakeProcesses.Fake old = this.bench.processes.only("run");
        this.bench.fresh().applied("web.prod", Bench.config(1, "port", 81L));
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.advance(Bench.seconds(9));
        assertThat(old.gone()).isTrue();
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
        assertThat(this.bench.status().rung()).isIn(List.of(Rung.RESTARTED, Rung.HEALTHY));
    }

    @Test
    void aProcessThatEndedWhileTheNodeWasAwayIsStartedAgain() {
        this.bench.running();
        this.bench.processes.only("run").exit(0);
        this.bench.fresh().resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.status().reason()).isEqualTo("exited with 0 while the node was away");
    }

    @Test
    void linesOfTheServiceCarryItsGroup() {
        this.bench.running();
        this.bench.logs.get("stdout.log").accept("Ready");
        this.bench.logs.get("stderr.log").accept("Oops");
        assertThat(this.bench.output).containsExactly("web.prod(O): Ready", "web.prod(E): Oops");
    }

    @Test
    void theEnvironmentHasThePackagesPathAndNoSecrets() {
        this.web.with("RUNTIME_ENVIRONMENT", "MODE=fast").with("RUNTIME_PATH", "/opt/web/bin");
        for (String secret : List.of("HAB_CTL_SECRET", "HAB_RING_KEY", "HAB_SUP_GATEWAY_AUTH_TOKEN", "HAB_AUTH_TOKEN",
                "HAB_AUTOMATE_AUTH_TOKEN", "MUSTER_ROOT")) {
            this.bench.environment.put(secret, "secret");
        }
        this.bench.environment.put("PATH", "/usr/bin");
        this.bench.environment.put("LANG", "C.UTF-8");
        this.bench.fresh();
        this.bench.running();
        assertThat(this.bench.processes.only("run").launch.environment())
            .containsOnlyKeys("PATH", "LANG", "MODE", "HOME", "USER", "LOGNAME")
            .containsEntry("MODE", "fast")
            .containsEntry("HOME", "/home/tester")
            .containsEntry("USER", "tester")
            .extractingByKey("PATH")
            .asString()
            .endsWith(":/usr/bin");
    }

}
