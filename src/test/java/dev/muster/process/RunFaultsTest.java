package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

import dev.muster.service.ProcessState;
import dev.muster.service.Rung;
import dev.muster.service.TestPackage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What the process of a service, or its package, does wrong. */
class RunFaultsTest {

    private static final String DATA = "{{pkg.svc_data_path}}";

    /** Says so when anybody of the process before is still there. */
    private static final String MEETS_NOBODY = "#!/bin/sh\nfor pid in $(cat " + DATA + "/pids); do\n"
            + "  case $(cut -d' ' -f3 /proc/$pid/stat 2>/dev/null) in\n  Z|X|'') ;;\n  *) echo $pid >> " + DATA
            + "/met ;;\n  esac\ndone\nexit 0\n";

    @TempDir
    Path root;

    private LinuxNode node;

    private TestPackage web;

    @BeforeEach
    void begin() throws IOException {
        this.node = new LinuxNode(this.root);
        this.web = this.node.pack("web");
    }

    @AfterEach
    void end() {
        this.node.close();
    }

    private List<Long> pids() {
        return this.node.pids("web", "pids");
    }

    @Test
    void aMegabyteOnBothStreamsIsToldAndHoldsUpNobody() {
        this.web.with("hooks/run", "#!/bin/sh\nyes \"$(printf '%0127d' 0)\" | head -8192 >&2\n"
                + "yes \"$(printf '%0127d' 1)\" | head -8192\necho end\nexec sleep 600\n");
        this.node.pack("well");
        this.node.load("web");
        this.node.load("well");
        this.node.awaitRung("well", Rung.HEALTHY);
        this.node.awaitRung("web", Rung.HEALTHY);
        await().atMost(LinuxNode.SOON).until(() -> this.node.output().contains("web.default(O): end"));
        await().atMost(LinuxNode.SOON)
            .untilAsserted(
                    () -> assertThat(this.node.output()).filteredOn((line) -> line.startsWith("web.default(E): 0"))
                        .hasSize(8192));
        assertThat(this.node.output()).filteredOn((line) -> line.startsWith("web.default(O): 0")).hasSize(8192);
        assertThat(this.node.status("web").restarts()).isZero();
    }

    @Test
    void childrenOfAProcessThatFailsAreGoneBeforeTheNextStartAlsoThoseThatLeftItsSession() {
        this.web.with("hooks/init", MEETS_NOBODY)
            .with("hooks/run",
                    "#!/bin/sh\necho $$ >> data/pids\nsleep 600 & echo $! >> data/pids\n"
                            + "setsid sh -c 'echo $$ >> data/pids; exec sleep 600' &\n"
                            + "while [ $(wc -l < data/pids) -lt 3 ]; do sleep 0.02; done\n"
                            + "[ $(wc -l < data/pids) -gt 3 ] || exit 3\nwait\n");
        this.node.load("web");
        await().atMost(LinuxNode.SOON).until(() -> this.node.status("web").restarts() == 1);
        assertThat(this.node.status("web").lastExit().orElseThrow().toString()).isEqualTo("exited with 3");
        this.node.awaitRung("web", Rung.HEALTHY);
        assertThat(pids().subList(0, 3)).noneMatch(Scripts::alive);
        assertThat(this.node.text("web", "data/met")).isEmpty();
    }

    @Test
    void aServiceThatGoesToTheBackgroundIsEndedAndSaidToCrash() {
        this.web.with("hooks/init", MEETS_NOBODY)
            .with("hooks/run", "#!/bin/sh\nsetsid sh -c 'echo $$ >> data/pids; exec sleep 600' &\n"
                    + "while [ ! -s data/pids ]; do sleep 0.02; done\nexit 0\n");
        this.node.load("web");
        await().atMost(LinuxNode.SOON).until(() -> this.node.status("web").crashLooping());
        assertThat(this.node.status("web").reason()).isEqualTo("exited with 0");
        this.node.services().stop("web", Optional.empty());
        this.node.awaitState("web", ProcessState.DOWN);
        assertThat(pids()).hasSizeGreaterThan(1).noneMatch(Scripts::alive);
        assertThat(this.node.text("web", "data/met")).isEmpty();
    }

    @Test
    void aMissingKeyIsNothingAndWithAnUnknownHelperTheServiceStartsWithTheFilesItHad() {
        this.web.with("config/a.conf", "[{{cfg.no.such.key}}] {{cfg.port}}\n").with("config/b.conf", "{{cfg.port}}\n");
        this.node.load("web");
        this.node.awaitRung("web", Rung.HEALTHY);
        assertThat(this.node.text("web", "config/a.conf")).isEqualTo("[] 80\n");
        long pid = this.node.pid("web");
        this.web.with("config/a.conf", "{{cfg.port}}\n").with("config/b.conf", "{{shout cfg.port}}\n");
        new Signals().send("KILL", List.of(pid));
        await().atMost(LinuxNode.SOON)
            .untilAsserted(() -> assertThat(this.node.status("web").reason()).contains("b.conf", "shout"));
        this.node.awaitState("web", ProcessState.UP);
        assertThat(this.node.status("web").rung()).isEqualTo(Rung.FAILED);
        assertThat(this.node.text("web", "config/a.conf")).isEqualTo("[] 80\n");
        assertThat(this.node.text("web", "config/b.conf")).isEqualTo("80\n");
        this.web.with("config/b.conf", "[{{cfg.port}}]\n");
        this.node.services().stop("web", Optional.empty());
        this.node.awaitState("web", ProcessState.DOWN);
        this.node.services().start("web");
        this.node.awaitRung("web", Rung.HEALTHY);
        assertThat(this.node.text("web", "config/a.conf")).isEqualTo("80\n");
    }

    @Test
    void aPackageFileThatCannotBeReadIsNamedAndTheServiceStartsOnceItCan() throws IOException {
        this.node.load("web");
        this.node.awaitRung("web", Rung.HEALTHY);
        this.node.services().stop("web", Optional.empty());
        this.node.awaitState("web", ProcessState.DOWN);
        Path defaults = this.node.pkgs().resolve("test/web/1.0/20260101000000/default.toml");
        Files.delete(defaults);
        // Root may read everything, but not this.
        Files.createDirectory(defaults);
        this.node.services().start("web");
        this.node.awaitRung("web", Rung.FAILED);
        assertThat(this.node.status("web").reason()).contains(defaults.toString());
        Files.delete(defaults);
        this.web.with("default.toml", "port = 90\n");
        this.node.awaitRung("web", Rung.HEALTHY);
        assertThat(this.node.text("web", "config/main.conf")).isEqualTo("listen 90\n");
    }

    @Test
    void asRootEveryHookRunsAsTheServicesUserAndEveryFileHasItsOwnerAndMode() throws IOException {
        Assumptions.assumeTrue(new OsAccounts().self().root(), "only root can run a service as someone else");
        Files.setPosixFilePermissions(this.root, PosixFilePermissions.fromString("rwxr-xr-x"));
        String note = "#!/bin/sh\necho $(id -un):$(id -gn) >> {{pkg.svc_data_path}}/$(basename $0)\n";
        this.web.with("SVC_USER", "nobody").with("SVC_GROUP", "nogroup").with("config/sub/deep.conf", "x\n");
        List<String> hooks = List.of("check", "init", "post-run", "health-check", "reconfigure", "post-stop");
        hooks.forEach((hook) -> this.web.with("hooks/" + hook, note));
        this.node.load("web");
        this.node.awaitRung("web", Rung.HEALTHY);
        this.node.apply("web", 81);
        await().atMost(LinuxNode.SOON).until(() -> !this.node.text("web", "data/reconfigure").isEmpty());
        this.node.awaitRung("web", Rung.HEALTHY);
        this.node.services().stop("web", Optional.empty());
        this.node.awaitState("web", ProcessState.DOWN);
        for (String hook : hooks) {
            assertThat(this.node.text("web", "data/" + hook).lines()).as(hook).containsOnly("nobody:nogroup");
        }
        assertThat(owners("", "hooks", "hooks/run", "run", "logs", "config", "config/main.conf", "config/sub",
                "config/sub/deep.conf", "data", "files", "static", "var"))
            .containsExactlyInAnyOrder(" root:root rwxr-xr-x", "hooks root:root rwxr-xr-x",
                    "hooks/run root:nogroup rwxr-x---", "run root:nogroup rwxr-x---", "logs root:root rwxr-xr-x",
                    "config nobody:nogroup rwxrwx---", "config/main.conf nobody:nogroup rw-r-----",
                    "config/sub nobody:nogroup rwxrwx---", "config/sub/deep.conf nobody:nogroup rw-r-----",
                    "data nobody:nogroup rwxrwx---", "files nobody:nogroup rwxrwx---",
                    "static nobody:nogroup rwxrwx---", "var nobody:nogroup rwxrwx---");
    }

    private List<String> owners(String... names) throws IOException {
        TreeMap<String, String> found = new TreeMap<>();
        for (String name : names) {
            Path file = this.node.file("web", name);
            found.put(name, Files.getAttribute(file, "posix:owner") + ":" + Files.getAttribute(file, "posix:group")
                    + " " + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        return found.entrySet().stream().map((entry) -> entry.getKey() + " " + entry.getValue()).toList();
    }

}
