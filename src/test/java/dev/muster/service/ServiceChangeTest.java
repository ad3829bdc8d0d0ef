package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.SecretKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ServiceChangeTest {

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
    void aChangedFileRestartsTheProcessAndTimeMakesItHealthy() {
        this.bench.running();
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        long before = this.bench.pid();
        this.bench.reports.clear();
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.pid()).isNotEqualTo(before);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        assertThat(this.bench.status().reason()).isEqualTo("config file changed: web.conf");
        this.bench.loop.advance(Bench.seconds(9));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RESTARTED);
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(this.bench.rungs()).containsExactly(Rung.RECEIVED, Rung.RENDERED, Rung.RESTARTED, Rung.HEALTHY);
        assertThat(this.bench.reports).allMatch((report) -> report.revision().equals(Optional.of("1-81")));
        assertThat(this.bench.status().restarts()).isZero();
    }

    @Test
    void aChangeThatReachesNoFileLeavesTheProcessAlone() {
        this.bench.running();
        this.bench.loop.advance(Bench.seconds(10));
        this.bench.reports.clear();
        this.bench.apply(1, "unused", 1L);
        assertThat(this.bench.status().cfg()).containsEntry("unused", 1L);
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.rungs()).containsExactly(Rung.RECEIVED, Rung.UNCHANGED, Rung.HEALTHY);
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @Test
    void theSameContentUnderAnotherNumberIsNoChange() {
        this.bench.running();
        this.bench.apply(1, "port", 81L);
        this.bench.loop.advance(Bench.seconds(10));
        this.bench.reports.clear();
        this.bench.services.applied("web.prod", new AppliedConfig("2-81", "port=81", Map.of("port", 81L)));
        this.bench.loop.settle();
        assertThat(this.bench.rungs()).containsExactly(Rung.HEALTHY);
        assertThat(this.bench.status().revision()).contains("2-81");
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
    }

    private static AppliedConfig timed(long number, Duration settle, Duration deadline) {
        return new AppliedConfig(number + "-81", "port=81", Map.of("port", 81L), SecretKeys.NONE, GroupFileSet.NONE,
                Optional.of(settle), Optional.of(deadline));
    }

    /** As who took back what failed, and started with what is proven meanwhile. */
    @Test
    void theSettleTimeOfAnotherNumberCountsFromWhenTheProcessWasWell() {
        this.bench.apply(1, "port", 81L);
        this.bench.running();
        this.bench.loop.advance(Bench.seconds(3));
        this.bench.services.applied("web.prod", timed(2, Bench.seconds(4), Bench.seconds(60)));
        this.bench.loop.settle();
        assertThat(this.bench.status().settled()).isFalse();
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(this.bench.status().settled()).isTrue();
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @Test
    void theDeadlineOfAnotherNumberBeginsWithIt() {
        this.web.with("hooks/health-check", "#!/bin/sh\nexit 2\n");
        this.bench.apply(1, "port", 81L);
        this.bench.running();
        this.bench.loop.advance(Bench.seconds(3));
        this.bench.services.applied("web.prod", timed(2, Bench.seconds(4), Bench.seconds(20)));
        this.bench.loop.settle();
        this.bench.loop.advance(Bench.seconds(19));
        assertThat(this.bench.status().rung()).isNotEqualTo(Rung.FAILED);
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).startsWith("is not healthy after 20s: ");
    }

    @Test
    void aConfigurationThatCameBeforeTheServiceIsUsedAtItsFirstStart() {
        this.bench.apply(1, "port", 81L);
        this.bench.services.applied("web.dev", Bench.config(9, "port", 99L));
        this.bench.running();
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @Test
    void anotherGroupsChangeIsNoneOfOurs() {
        this.bench.running();
        this.bench.services.applied("web.dev", Bench.config(9, "port", 99L));
        this.bench.loop.settle();
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
        assertThat(this.bench.status().revision()).isEmpty();
    }

    @Test
    void theStrongerLayerWins() throws IOException {
        this.web.with("default.toml", "a = 'default'\nb = 'default'\nc = 'default'\nd = 'default'\n")
            .with("config/web.conf", "{{cfg.a}} {{cfg.b}} {{cfg.c}} {{cfg.d}}");
        this.bench.environment.put("HAB_WEB", "b = 'env'\nc = 'env'\nd = 'env'");
        this.bench.fresh();
        Path user = this.root.resolve("user/web/config/user.toml");
        Files.createDirectories(user.getParent());
        Files.writeString(user, "c = 'user'\nd = 'user'\n");
        this.bench.services.applied("web.prod", Bench.config(1, "d", "applied"));
        this.bench.running();
        assertThat(this.bench.text("config/web.conf")).isEqualTo("default env user applied");
        Files.writeString(user, "c = 'other user'\n");
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(this.bench.text("config/web.conf")).isEqualTo("default env other user applied");
        Files.delete(user);
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(this.bench.text("config/web.conf")).isEqualTo("default env env applied");
        assertThat(this.bench.processes.started("run")).isEqualTo(3);
    }

    @Test
    void aTemplateThatFailsLeavesFilesAndProcessAsTheyWere() {
        this.web.with("config/a.conf", "port {{cfg.port}}")
            .with("config/z.conf", "{{#if cfg.bad}}{{strJoin cfg.port \",\"}}{{/if}}");
        this.bench.running();
        long before = this.bench.pid();
        this.bench.services.applied("web.prod",
                new AppliedConfig("1-x", "x", Map.of("port", 81L, "bad", Boolean.TRUE)));
        this.bench.loop.advance(Bench.seconds(30));
        assertThat(this.bench.pid()).isEqualTo(before);
        assertThat(this.bench.text("config/a.conf")).isEqualTo("port 80");
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).contains("config/z.conf", "strJoin");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        this.bench.apply(2, "port", 82L);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.RESTARTED);
        assertThat(this.bench.text("config/a.conf")).isEqualTo("port 82");
    }

    @Test
    void membersThatComeAndGoDoNotKeepAServiceFromBecomingHealthy() {
        this.bench.running();
        for (int i = 0; i < 5; i++) {
            this.bench.loop.advance(Bench.seconds(3));
            this.bench.services.membersChanged("web.prod");
            this.bench.loop.advance(Gathering.QUIET);
        }
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
    }

    @Test
    void whatOthersDoDoesNotMakeAFailureForgotten() {
        this.web.with("hooks/reconfigure", "#!/bin/sh\n");
        this.bench.running();
        this.bench.apply(1, "port", 81L);
        this.bench.processes.only("reconfigure").exit(1);
        this.bench.loop.settle();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        String reason = this.bench.status().reason();
        this.bench.services.membersChanged("web.prod");
        this.bench.loop.advance(Bench.seconds(20));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).isEqualTo(reason);
        this.bench.apply(2, "other", 1L);
        assertThat(this.bench.status().rung()).isNotEqualTo(Rung.FAILED);
    }

    @Test
    void aBadUserFileLeavesTheProcessAsItWas() throws IOException {
        this.bench.running();
        Path user = this.root.resolve("user/web/config/user.toml");
        Files.createDirectories(user.getParent());
        Files.writeString(user, "port = ");
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).contains("user.toml", "line 1");
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
    }

    @Test
    void aReconfigureHookTakesAChangeWithoutARestart() {
        this.web.with("hooks/reconfigure", "#!/bin/sh\n");
        this.bench.running();
        assertThat(this.bench.processes.started("reconfigure")).isZero();
        this.bench.reports.clear();
        this.bench.apply(1, "port", 81L);
        FakeProcesses.Fake hook = this.bench.processes.only("reconfigure");
        this.bench.logs.get("reconfigure.stdout.log").accept("taken");
        this.bench.apply(2, "port", 82L);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        hook.exit(0);
        this.bench.loop.settle();
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 82\n");
        this.bench.processes.only("reconfigure").exit(0);
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        assertThat(this.bench.status().revision()).contains("2-82");
        assertThat(this.bench.rungs()).contains(Rung.RECONFIGURED);
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
        assertThat(this.bench.output).containsExactly("web.prod hook[reconfigure]:(HK): taken");
    }

    @Test
    void aReconfigureHookThatHangsIsEndedAndReported() {
        this.web.with("hooks/reconfigure", "#!/bin/sh\n");
        this.bench.running();
        this.bench.apply(1, "port", 81L);
        this.bench.processes.obedient = false;
        this.bench.loop.advance(Bench.seconds(70));
        assertThat(this.bench.processes.living("reconfigure")).isEmpty();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).isEqualTo("reconfigure hook did not end within 60s");
        assertThat(this.bench.processes.living("run")).hasSize(1);
    }

    @Test
    void aChangeThatComesWhileTheInitHookRunsIsTakenAfterIt() {
        this.web.with("hooks/init", "#!/bin/sh\n");
        this.bench.running();
        this.bench.apply(1, "port", 81L);
        this.bench.loop.advance(Bench.seconds(60));
        assertThat(this.bench.processes.living("run")).isEmpty();
        this.bench.processes.only("init").exit(0);
        this.bench.loop.settle();
        this.bench.processes.only("init").exit(0);
        this.bench.loop.settle();
        assertThat(this.bench.processes.only("run")).isNotNull();
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 81\n");
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
    }

    @Test
    void aChangeThatComesWhileTheProcessStopsIsTakenByTheNextOne() {
        this.bench.running();
        this.bench.processes.obedient = false;
        this.bench.apply(1, "port", 81L);
        this.bench.apply(2, "port", 82L);
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
        this.bench.loop.advance(Bench.seconds(9));
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 82\n");
        assertThat(this.bench.status().revision()).contains("2-82");
    }

    @Test
    void aChangeOfConfigurationBringsNoOtherRelease() {
        this.bench.running();
        new TestPackage(this.bench.pkgs(), "test/web/1.1/20260102000000").with("hooks/run", "#!/bin/sh\n");
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
        assertThat(this.bench.status().ident().version()).isEqualTo("1.0");
        this.bench.services.stop("web", Optional.empty());
        this.bench.services.start("web");
        this.bench.loop.settle();
        assertThat(this.bench.status().ident().version()).isEqualTo("1.1");
    }

    @Test
    void filesOfTemplatesThatAreGoneGoToo() {
        this.web.with("config/sub/old.conf", "old").with("hooks/init", "#!/bin/sh\n");
        this.bench.running();
        this.bench.processes.only("init").exit(0);
        this.bench.loop.settle();
        assertThat(this.bench.text("config/sub/old.conf")).isEqualTo("old");
        this.web.without("config/sub/old.conf").without("hooks/init");
        this.bench.services.stop("web", Optional.empty());
        this.bench.services.start("web");
        this.bench.loop.settle();
        assertThat(this.bench.file("config/sub/old.conf")).doesNotExist();
        assertThat(this.bench.file("hooks/init")).doesNotExist();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    @Test
    void directoriesAndFilesHaveTheirModes() throws IOException {
        this.bench.running();
        for (String owned : ServiceDirectory.SERVICE_OWNED) {
            assertThat(mode(owned)).isEqualTo("rwxrwx---");
        }
        assertThat(mode("logs")).isEqualTo("rwxr-xr-x");
        assertThat(mode("hooks/run")).isEqualTo("rwxr-x---");
        assertThat(mode("config/web.conf")).isEqualTo("rw-r-----");
        assertThat(this.bench.file(".staging")).doesNotExist();
        assertThat(this.bench.text("run")).isEqualTo(this.bench.text("hooks/run"));
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(this.bench.file(name)));
    }

    @Test
    void aLinkInTheServicesOwnDirectoryLeadsTheNodeNowhere() throws IOException {
        this.web.with("config/sub/a.conf", "{{cfg.port}}");
        this.bench.running();
        Path elsewhere = Files.createDirectory(this.root.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("a.conf"), "precious");
        Files.delete(this.bench.file("config/sub/a.conf"));
        Files.delete(this.bench.file("config/sub"));
        Files.createSymbolicLink(this.bench.file("config/sub"), elsewhere);
        this.bench.apply(1, "port", 81L);
        assertThat(elsewhere.resolve("a.conf")).hasContent("precious");
        assertThat(this.bench.text("config/sub/a.conf")).isEqualTo("81");
    }

    @Test
    void templatesSeeThePackageTheGroupAndItsMembers() {
        this.web.with("config/web.conf",
                "{{pkg.ident}} {{pkg.svc_config_path}} {{svc.group}} {{svc.me.sys.ip}} {{sys.hostname}}"
                        + "{{#each svc.members as |m|}} {{m.member_id}}:{{m.cfg.port}}{{/each}}");
        this.bench.running();
        String own = "test/web/1.0/20260101000000 " + this.bench.file("config") + " prod 10.0.0.1 one";
        String me = "b".repeat(32) + ":80";
        assertThat(this.bench.text("config/web.conf")).isEqualTo(own + " " + me);
        this.bench.others.add(new GroupMember("a".repeat(32), TestPackage.ident("web"), Map.of("ip", "10.0.0.2"),
                GroupMember.Standing.ALIVE, GroupMember.Activity.RUNNING, true, Exports.of(Map.of("port", 90L))));
        this.bench.services.membersChanged("web.prod");
        this.bench.loop.advance(Gathering.QUIET);
        assertThat(this.bench.text("config/web.conf")).isEqualTo(own + " " + "a".repeat(32) + ":90 " + me);
    }

}
