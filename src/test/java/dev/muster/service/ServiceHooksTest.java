package dev.muster.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ServiceHooksTest {

    private static final String SCRIPT = "#!/bin/sh\n";

    @TempDir
    Path root;

    private Bench bench;

    private TestPackage web;

    @BeforeEach
    void aPackage() {
        this.bench = new Bench(this.root);
        this.web = TestPackage.web(this.bench.pkgs());
    }

    private void end(String hook, int code) {
        this.bench.processes.only(hook).exit(code);
        this.bench.loop.settle();
    }

    private void print(String hook, String text) {
        this.bench.logs.get(hook + ".stderr.log").accept(text);
    }

    private List<String> started() {
        return this.bench.processes.all.stream().map(FakeProcesses.Fake::hook).toList();
    }

    @Test
    void hooksRunInTheOrderOfALife() {
        for (String hook : List.of("check", "init", "post-run", "post-stop")) {
            this.web.with("hooks/" + hook, SCRIPT);
        }
        this.bench.running();
        end("check", 0);
        end("init", 0);
        assertThat(started()).containsExactly("check", "init", "run", "post-run");
        end("post-run", 0);
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.STOPPING);
        end("post-stop", 1);
        assertThat(started()).containsExactly("check", "init", "run", "post-run", "post-stop");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.DOWN);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.STOPPED);
    }

    @Test
    void anInstallHookThatIsDueRunsBeforeTheFirstStartOnly() throws Exception {
        this.web.with("hooks/install", SCRIPT).with("hooks/init", SCRIPT);
        Path status = statusOfInstall();
        this.bench.running();
        print("install", "no such disk");
        end("install", 3);
        assertThat(status).hasContent("3");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.BACKOFF);
        assertThat(this.bench.status().reason()).isEqualTo("install hook exited with 3: no such disk");
        this.bench.loop.advance(Duration.ofMinutes(2));
        end("install", 0);
        assertThat(status).hasContent("0");
        end("init", 0);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(started()).containsExactly("install", "install", "init", "run");
    }

    @Test
    void anInstallHookThatRunsForSomebodyElseIsWaitedFor() throws Exception {
        this.web.with("hooks/install", SCRIPT);
        Path pack = statusOfInstall().getParent();
        assertThat(this.bench.installs.begin(pack)).isTrue();
        this.bench.running();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.BACKOFF);
        assertThat(this.bench.status().reason()).contains("install hook of test/web", "runs just now");
        assertThat(started()).isEmpty();
        this.bench.installs.end(pack);
        this.bench.loop.advance(Duration.ofMinutes(2));
        assertThat(started()).containsExactly("install");
        assertThat(this.bench.installs.begin(pack)).isFalse();
        end("install", 0);
        assertThat(this.bench.installs.begin(pack)).isTrue();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    private Path statusOfInstall() throws Exception {
        try (Stream<Path> found = Files.walk(this.bench.pkgs())) {
            return found.filter((path) -> path.endsWith("hooks/install"))
                .findFirst()
                .orElseThrow()
                .getParent()
                .resolveSibling("INSTALL_HOOK_STATUS");
        }
    }

    @Test
    void theCheckSeesTheStagedFilesAndARefusalLeavesEverythingAsItWas() throws Exception {
        this.web.with("hooks/check", SCRIPT + "test {{pkg.svc_config_path}}\n");
        this.bench.running();
        end("check", 0);
        long pid = this.bench.pid();
        this.bench.apply(1, "port", 81L);
        FakeProcesses.Fake check = this.bench.processes.only("check");
        Path staging = check.launch.directory();
        assertThat(staging.resolve("config/web.conf")).hasContent("listen 81\n");
        assertThat(staging.resolve("hooks/check")).hasContent(SCRIPT + "test " + staging.resolve("config"));
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
        print("check", "web: port 81 is taken");
        end("check", 1);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
        assertThat(Files.exists(staging)).isFalse();
        assertThat(this.bench.pid()).isEqualTo(pid);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).isEqualTo("check hook exited with 1: web: port 81 is taken");
        this.bench.apply(2, "port", 82L);
        end("check", 0);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 82\n");
        assertThat(this.bench.pid()).isNotEqualTo(pid);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RESTARTED);
    }

    @Test
    void aChangeThatNoProcessNoticesIsNotShownToTheCheck() {
        this.web.with("hooks/check", SCRIPT).with("hooks/health-check", SCRIPT + "{{cfg.probe}}\n");
        this.bench.running();
        end("check", 0);
        end("health-check", 0);
        this.bench.apply(1, "probe", "new");
        assertThat(started()).containsExactly("check", "run", "health-check", "health-check");
        assertThat(this.bench.text("hooks/health-check")).isEqualTo(SCRIPT + "new\n");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.UNCHANGED);
    }

    @Test
    void aServiceThatIsStoppedDuringTheCheckStartsNothing() {
        this.web.with("hooks/check", SCRIPT);
        this.bench.running();
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.settle();
        assertThat(this.bench.processes.living("check")).isEmpty();
        assertThat(started()).containsExactly("check");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.DOWN);
        assertThat(this.bench.file(".staging")).doesNotExist();
    }

    @Test
    void aProcessThatEndsDuringTheCheckIsStartedAgainWithTheChange() {
        this.web.with("hooks/check", SCRIPT);
        this.bench.running();
        end("check", 0);
        this.bench.apply(1, "port", 81L);
        end("run", 1);
        this.bench.loop.advance(Bench.seconds(2));
        end("check", 0);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    @Test
    void changesDuringACheckAreTakenTogetherAfterIt() {
        this.web.with("hooks/check", SCRIPT);
        this.bench.running();
        end("check", 0);
        this.bench.apply(1, "port", 81L);
        this.bench.apply(2, "port", 82L);
        this.bench.apply(3, "port", 83L);
        end("check", 0);
        this.bench.loop.settle();
        end("check", 0);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 83\n");
        assertThat(this.bench.status().revision()).contains("3-83");
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
    }

    @Test
    void theHealthCheckSaysHowTheServiceIs() {
        this.web.with("hooks/health-check", SCRIPT);
        this.bench.running();
        assertThat(this.bench.status().health()).isEqualTo(Health.UNKNOWN);
        print("health-check", "slow");
        end("health-check", 1);
        HealthReport report = this.bench.status().healthReport();
        assertThat(report.health()).isEqualTo(Health.WARNING);
        assertThat(report.reason()).isEqualTo("health-check hook exited with 1: slow");
        assertThat(report.errors()).isEqualTo("slow");
        assertThat(report.checked()).contains(HandLoop.START);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        this.bench.loop.advance(Bench.seconds(30));
        end("health-check", 2);
        assertThat(this.bench.status().health()).isEqualTo(Health.CRITICAL);
        this.bench.loop.advance(Bench.seconds(30));
        end("health-check", 7);
        assertThat(this.bench.status().health()).isEqualTo(Health.UNKNOWN);
        assertThat(this.bench.status().healthReport().since()).isEqualTo(HandLoop.START.plusSeconds(60));
        assertThat(this.bench.status().restarts()).isZero();
    }

    @Test
    void whatIsNotWellAfterAChangeIsNotHealthyUntilItIs() {
        this.web.with("hooks/health-check", SCRIPT);
        this.bench.running();
        end("health-check", 0);
        this.bench.apply(1, "port", 81L);
        for (int seconds : new int[] { 1, 2, 4, 8, 16, 30, 30 }) {
            end("health-check", 2);
            this.bench.loop.advance(Bench.seconds(seconds).minusMillis(1));
            assertThat(this.bench.processes.living("health-check")).isEmpty();
            this.bench.loop.advance(Duration.ofMillis(1));
        }
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RESTARTED);
        end("health-check", 0);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
    }

    @Test
    void anAnswerToAQuestionBeforeTheChangeDoesNotCount() {
        this.web.with("hooks/health-check", SCRIPT).with("hooks/reconfigure", SCRIPT);
        this.bench.running();
        end("health-check", 0);
        this.bench.loop.advance(Bench.seconds(30));
        this.bench.loop.advance(Bench.seconds(1));
        FakeProcesses.Fake early = this.bench.processes.only("health-check");
        this.bench.apply(1, "port", 81L);
        end("reconfigure", 0);
        early.exit(0);
        this.bench.loop.settle();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RECONFIGURED);
        end("health-check", 0);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
    }

    @Test
    void healthIsAskedForAtOnceThenAfterAPartOfTheIntervalThenEveryInterval() {
        this.web.with("hooks/health-check", SCRIPT);
        this.bench.running();
        end("health-check", 0);
        int asked = 1;
        Duration waited = Duration.ZERO;
        while (this.bench.processes.started("health-check") == asked) {
            this.bench.loop.advance(Duration.ofMillis(100));
            waited = waited.plusMillis(100);
        }
        assertThat(waited).isBetween(Duration.ZERO, Bench.seconds(30));
        for (int round = 0; round < 3; round++) {
            end("health-check", 0);
            this.bench.loop.advance(Bench.seconds(30).minusMillis(1));
            assertThat(this.bench.processes.living("health-check")).isEmpty();
            this.bench.loop.advance(Duration.ofMillis(1));
        }
        this.bench.processes.obedient = true;
        this.bench.loop.advance(Bench.seconds(60));
        assertThat(this.bench.status().healthReport().reason()).isEqualTo("health-check hook did not end within 60s");
        assertThat(this.bench.status().health()).isEqualTo(Health.UNKNOWN);
    }

    @Test
    void aFailedPostRunIsRunAgainUntilItSucceedsAndNotForAProcessThatIsGone() {
        this.web.with("hooks/post-run", SCRIPT);
        this.bench.running();
        end("post-run", 1);
        assertThat(this.bench.processes.living("post-run")).isEmpty();
        this.bench.loop.advance(Duration.ofMillis(1250));
        end("post-run", 1);
        this.bench.loop.advance(Duration.ofMillis(2500));
        end("post-run", 0);
        this.bench.loop.advance(Bench.seconds(60));
        assertThat(this.bench.processes.started("post-run")).isEqualTo(3);
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.processes.living("post-run")).hasSize(1);
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.advance(Bench.seconds(60));
        assertThat(this.bench.processes.started("post-run")).isEqualTo(4);
    }

    @Test
    void aNodeThatDiedBeforePostRunSucceededRunsItAgainAndNoOtherDoes() {
        this.web.with("hooks/post-run", SCRIPT);
        this.bench.running();
        FakeProcesses.Fake left = this.bench.processes.only("post-run");
        this.bench.fresh().resume();
        this.bench.loop.settle();
        left.exit(1);
        end("post-run", 0);
        assertThat(this.bench.processes.started("post-run")).isEqualTo(2);
        this.bench.fresh().resume();
        this.bench.loop.advance(Bench.seconds(60));
        assertThat(this.bench.processes.started("post-run")).isEqualTo(2);
    }

    @Test
    void postStopRunsBeforeTheNextStartAlsoWhenTheProcessEndedOnItsOwn() {
        this.web.with("hooks/post-stop", SCRIPT);
        this.bench.running();
        end("run", 3);
        this.bench.loop.advance(Bench.seconds(30));
        assertThat(started()).containsExactly("run", "post-stop");
        end("post-stop", 0);
        this.bench.loop.advance(Bench.seconds(2));
        assertThat(started()).containsExactly("run", "post-stop", "run");
    }

    @Test
    void postStopIsRunByTheNextNodeWhenTheProcessEndedWhileNoneWasThere() {
        this.web.with("hooks/post-stop", SCRIPT);
        this.bench.running();
        this.bench.processes.only("run").exit(3);
        this.bench.fresh().resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(started()).containsExactly("run", "post-stop");
        end("post-stop", 0);
        assertThat(started()).containsExactly("run", "post-stop", "run");
    }

    @Test
    void aHookMayBeGivenAnotherTimeout() {
        this.web.with("hooks/init", SCRIPT);
        ServiceSpec spec = SpecCodec.read(java.util.Map.of("ident", "test/web", "group", "prod", "hook_timeouts",
                java.util.Map.of("init", "500ms")));
        this.bench.services.load(spec, false);
        this.bench.services.open(true);
        this.bench.loop.advance(Duration.ofMillis(499));
        assertThat(this.bench.processes.living("init")).hasSize(1);
        this.bench.loop.advance(Duration.ofMillis(1));
        assertThat(this.bench.status().reason()).isEqualTo("init hook did not end within 500ms");
    }

    @Test
    void aCrashLoopIsAStateOfItsOwn() {
        this.bench.running();
        for (int i = 0; i < 5; i++) {
            this.bench.loop.advance(Bench.seconds(20));
            end("run", 1);
        }
        assertThat(this.bench.status().stateName()).isEqualTo("crash-looping");
        assertThat(this.bench.status().healthReport().reason()).isEqualTo("exited with 1");
    }

    @Test
    void templatesAndHooksMayComeFromAnotherDirectory() throws Exception {
        Path other = this.root.resolve("dev");
        Files.createDirectories(other.resolve("hooks"));
        Files.createDirectories(other.resolve("config"));
        Files.writeString(other.resolve("default.toml"), "port = 7\n");
        Files.writeString(other.resolve("hooks/run"), SCRIPT);
        Files.writeString(other.resolve("config/dev.conf"), "{{cfg.port}} {{pkg.path}}");
        this.bench.services.load(SpecCodec.read(java.util.Map.of("ident", "test/web", "config_from", other.toString())),
                false);
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.bench.text("config/dev.conf"))
            .isEqualTo("7 " + this.bench.pkgs().resolve("test/web/1.0/20260101000000"));
        assertThat(this.bench.text("config/web.conf")).isEqualTo("none");
    }

    @Test
    void aServiceWhoseConfigurationIsRefusedStartsAgainWithTheFilesItHad() {
        this.web.with("hooks/check", SCRIPT);
        this.bench.running();
        end("check", 0);
        this.bench.apply(1, "port", 81L);
        end("check", 1);
        end("run", 1);
        this.bench.loop.advance(Bench.seconds(2));
        end("check", 1);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).isEqualTo("check hook exited with 1");
        this.bench.loop.advance(Bench.seconds(60));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        this.bench.apply(2, "port", 82L);
        end("check", 0);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 82\n");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RESTARTED);
    }

    @Test
    void filesThatSomebodyChangedAreNotStartedFrom() throws Exception {
        this.web.with("config/web.conf", "{{strReplace cfg.port \"1\" \"2\"}}").with("default.toml", "port = \"80\"\n");
        this.bench.running();
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        Files.writeString(this.bench.file("config/web.conf"), "changed");
        end("run", 1);
        this.bench.loop.advance(Bench.seconds(2));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.BACKOFF);
        assertThat(this.bench.status().reason()).contains("strReplace");
    }

    @Test
    void programsOfDependenciesAreFoundInTheirOrderAndPathsOfNothingElseAreGiven() {
        new TestPackage(this.bench.pkgs(), "core/zlib/1.0/20260101000000").with("PATH", "bin");
        new TestPackage(this.bench.pkgs(), "core/bash/5.0/20260101000000").with("PATH", "bin:sbin");
        new TestPackage(this.bench.pkgs(), "core/acl/2.0/20260101000000").with("PATH", "bin");
        new TestPackage(this.bench.pkgs(), "core/other/1.0/20260101000000").with("PATH", "bin");
        this.web.with("PATH", "bin")
            .with("DEPS", "core/zlib/1.0/20260101000000\n")
            .with("TDEPS",
                    "core/bash/5.0/20260101000000\ncore/acl/2.0/20260101000000\ncore/zlib/1.0/20260101000000\n"
                            + "core/gone/1.0/20260101000000\n")
            .with("config/web.conf", "{{pkgPathFor \"core/bash\"}}|{{pkgPathFor \"core/other\"}}|");
        this.bench.environment.put("PATH", "/usr/bin");
        this.bench.fresh();
        this.bench.running();
        Path core = this.bench.pkgs().resolve("core");
        assertThat(this.bench.processes.only("run").launch.environment()).containsEntry("PATH",
                this.bench.pkgs().resolve("test/web/1.0/20260101000000/bin") + ":"
                        + core.resolve("zlib/1.0/20260101000000/bin") + ":" + core.resolve("acl/2.0/20260101000000/bin")
                        + ":" + core.resolve("bash/5.0/20260101000000/bin") + ":"
                        + core.resolve("bash/5.0/20260101000000/sbin") + ":/usr/bin");
        assertThat(this.bench.text("config/web.conf")).isEqualTo(core.resolve("bash/5.0/20260101000000") + "||");
    }

}
