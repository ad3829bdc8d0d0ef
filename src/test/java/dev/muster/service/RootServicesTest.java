package dev.muster.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** On a node that is root itself. */
class RootServicesTest {

    private static final Account ROOT = new Account("root", "root", 0, 0, Path.of("/root"));

    private static final String OPTION = "--allow-root-services";

    @TempDir
    Path root;

    private Bench bench;

    private TestPackage web;

    @BeforeEach
    void aNodeOfRoot() {
        this.bench = new Bench(this.root);
        this.bench.self = ROOT;
        this.bench.known.add(ROOT);
        this.web = TestPackage.web(this.bench.pkgs());
        this.bench.fresh();
    }

    /** Another run of the node, which allows this. */
    private void again(boolean rootAllowed) {
        this.bench.rootAllowed = rootAllowed;
        this.bench.fresh();
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.settle();
    }

    @Test
    void aServiceThatWouldBeRootForWantOfAUserIsNotLoaded() {
        assertThatExceptionOfType(RootRefusedException.class)
            .isThrownBy(() -> this.bench.services.load(this.bench.spec(), true))
            .withMessageStartingWith(TestPackage.ident("web") + "/1.0")
            .withMessageContaining("useradd --system --user-group hab")
            .withMessageEndingWith(OPTION);
        assertThat(this.bench.services.statuses()).isEmpty();
        assertThat(this.root.resolve("sup/default/specs/web.spec")).doesNotExist();
    }

    @Test
    void aPackageThatNamesRootNeedsTheNodesConsentToo() {
        this.web.with("SVC_USER", "root").with("SVC_GROUP", "root");
        assertThatExceptionOfType(RootRefusedException.class)
            .isThrownBy(() -> this.bench.services.load(this.bench.spec(), true))
            .withMessageContaining("which it names as its user")
            .withMessageEndingWith(OPTION);
        this.bench.rootAllowed = true;
        this.bench.fresh();
        this.bench.running();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.status().lastResort()).isFalse();
    }

    @Test
    void allowedItRunsWithAMark() {
        this.bench.rootAllowed = true;
        this.bench.fresh();
        this.bench.running();
        assertThat(this.bench.status().runsAs()).contains("root");
        assertThat(this.bench.status().lastResort()).isTrue();
    }

    @Test
    void whatWasLoadedBeforeIsNotStartedAndSaysWhy() {
        this.bench.rootAllowed = true;
        this.bench.fresh().load(this.bench.spec(), false);
        again(false);
        assertThat(this.bench.processes.started("run")).isZero();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).endsWith(OPTION);
        assertThatExceptionOfType(RootRefusedException.class).isThrownBy(() -> this.bench.services.start("web"));
        assertThat(this.bench.processes.all).as("no hook ran as root either").isEmpty();
    }

    @Test
    void whatRunsIsTakenBackAndLeftAloneWhateverTheNodeAllowsNow() {
        this.bench.rootAllowed = true;
        this.bench.fresh();
        this.bench.running();
        long pid = this.bench.pid();
        again(false);
        assertThat(this.bench.pid()).isEqualTo(pid);
        assertThat(this.bench.services.load(this.bench.spec(), false)).isEqualTo(LoadOutcome.EQUAL);
        this.bench.services.start("web");
        this.bench.apply(1, "port", 81L);
        assertThat(this.bench.status().pid()).as("not stopped for a restart that would be refused").hasValue(pid);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).endsWith(OPTION);
        this.bench.processes.only("run").exit(1);
        this.bench.loop.advance(Bench.seconds(120));
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
        assertThat(this.bench.status().reason()).endsWith(OPTION);
    }

    @Test
    void aForeseenRestartThatWouldBeRefusedIsForeseenAsRefused() {
        this.bench.rootAllowed = true;
        this.bench.fresh();
        this.bench.running();
        AppliedConfig candidate = Bench.config(1, "port", 81L);
        assertThat(this.bench.services.preview("web", candidate).action()).isEqualTo(Preview.Action.RESTART);
        again(false);
        assertThat(this.bench.services.preview("web", candidate).action()).isEqualTo(Preview.Action.REFUSED);
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void hooksOfPackagesAreNotRunAsRootEither() {
        this.web.with("hooks/install", "#!/bin/sh\n");
        PackageHooks hooks = new PackageHooks(this.bench.surroundings(), this.bench.loop);
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(
                    () -> hooks.run(this.bench.surroundings().packages().find(TestPackage.ident("web")), Hook.INSTALL))
            .withMessageContaining("install hook of test/web/1.0")
            .withMessageEndingWith(OPTION);
    }

    @Test
    void whatBarsTheWayIsNamedBeforeAStart() throws StartException {
        this.bench.rootAllowed = true;
        Preparation preparation = new Preparation(this.bench.surroundings(), new ServiceDirectory(this.root, "web"));
        Prepared prepared = preparation.prepare(new Order(this.bench.spec(), "web.prod", Optional.empty()));
        Account other = new Account("web", "web", 33, 33, Path.of("/"));
        this.bench.processes.barrier = Optional.of(Path.of("/closed"));
        assertThatExceptionOfType(StartException.class)
            .isThrownBy(() -> preparation
                .checkWay(new Prepared(prepared.pack(), new RunAs(other, true, false), prepared.rendering())))
            .withMessageStartingWith("user web cannot pass /closed; open it with chmod o+x");
    }

}
