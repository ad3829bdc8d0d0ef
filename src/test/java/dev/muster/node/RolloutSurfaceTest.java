package dev.muster.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.muster.group.GroupName;
import dev.muster.pack.PackageIdent;
import dev.muster.service.ServiceSpec;
import dev.muster.shell.CommandRunner;
import dev.muster.shell.CommandRunner.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two real nodes and the command line: changes that are taken member by member. */
class RolloutSurfaceTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final GroupName PROD = GroupName.parse("picky.prod");

    private final CommandRunner commands = new CommandRunner();

    private TestNodes nodes;

    private List<Node> ring;

    private ConfigurableApplicationContext gateways;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        this.nodes = new TestNodes(directory);
        // Thirteen brings bad luck to the process itself.
        this.nodes.pack("picky", Map.of("default.toml", "port = 1\n", "config/picky.conf", "port {{cfg.port}}\n",
                "hooks/run", "#!/bin/sh\nif [ {{cfg.port}} = 13 ]; then exit 3; fi\nexec sleep 600\n"));
        this.ring = List.of(this.nodes.start(1), this.nodes.start(2, 1));
        this.gateways = Gateways.open(this.ring.get(0), Path.of("").toAbsolutePath(), new AskedControl());
        for (Node node : this.ring) {
            node.localServices().load(ServiceSpec.of(PackageIdent.parse("test/picky")).withGroup("prod"), false);
        }
        await().atMost(SOON)
            .until(() -> this.ring.get(0).registry().group(PROD).map((group) -> group.members().size()).orElse(0) == 2);
        await().atMost(SOON)
            .until(() -> this.ring.stream().allMatch((node) -> node.services().status("picky").pid().isPresent()));
    }

    @AfterEach
    void end() {
        this.gateways.close();
        this.nodes.close();
    }

    private Outcome muster(String input, String... words) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(words));
        Node node = this.ring.get(0);
        all.addAll(List.of("--remote-sup", node.options().ctl().toString(), "--ctl-secret-file",
                this.nodes.root(1).resolve("sup/default/CTL_SECRET").toString()));
        return this.commands.run(all, input);
    }

    @Test
    void aBadChangeStopsAtTheFirstMemberAndIsTakenBack() throws IOException {
        Outcome good = muster("port = 2\n", "config", "apply", "picky.prod", "--strategy", "rolling", "--settle",
                "200ms", "--wait", "--timeout", "30");
        assertThat(good.code()).as(good.toString()).isZero();
        List<Long> pids = this.ring.stream().map((node) -> node.services().status("picky").pid().orElse(0)).toList();
        Outcome bad = muster("port = 13\n", "config", "apply", "picky.prod", "--strategy", "rolling", "--settle",
                "200ms", "--wait", "--timeout", "30");
        assertThat(bad.code()).as(bad.toString()).isEqualTo(1);
        assertThat(bad.errors()).contains("failed on m", "rolled back to that of 1-");
        await().atMost(SOON)
            .until(() -> this.ring.stream().allMatch((node) -> node.services().status("picky").pid().isPresent()));
        List<Long> after = this.ring.stream().map((node) -> node.services().status("picky").pid().orElse(0)).toList();
        assertThat(after).as("one member has kept its process").containsAnyElementsOf(pids);
        assertThat(muster("", "config", "status", "picky.prod").output()).contains("author    Muster itself");
        Outcome lower = muster("port = 4\n", "config", "apply", "picky.prod", "2");
        assertThat(lower.code()).isEqualTo(6);
        assertThat(lower.errors()).contains("leave the number out to get 4 (current is 3-", " by Muster itself of ")
            .endsWith("  - port = 2\n  + port = 4\n");
        Outcome watch = muster("", "config", "status", "picky.prod", "--watch", "--timeout", "30");
        assertThat(watch.code()).as(watch.toString()).isZero();
        assertThat(muster("", "config", "status", "picky.prod", "2").output()).contains("back      rolled back by 3-");
        // By whoever said it, and only there.
        await().atMost(SOON)
            .untilAsserted(
                    () -> assertThat(muster("", "audit", "list", "--all-members", "--group", "picky.prod").output())
                        .containsPattern("muster +takes back 2-[0-9a-f]{8} to 1-[0-9a-f]{8} +3-[0-9a-f]{8}"));
    }

    @Test
    void canariesWaitToBePromoted() throws IOException {
        Outcome late = muster("port = 2\n", "config", "apply", "picky.prod", "--strategy", "canary", "--settle",
                "200ms", "--wait", "--timeout", "3");
        assertThat(late.code()).as(late.toString()).isEqualTo(9);
        assertThat(late.output()).contains("rollout: the canaries are done", "muster rollout promote picky.prod");
        assertThat(muster("", "rollout", "status", "picky.prod").output()).contains("(1 of 2 done)", "waiting");
        assertThat(muster("", "rollout", "resume", "picky.prod").code()).isEqualTo(6);
        assertThat(muster("", "rollout", "pause", "picky.prod", "-m", "lunch").output()).contains(": lunch");
        assertThat(muster("", "rollout", "resume", "picky.prod").code()).isZero();
        assertThat(muster("", "rollout", "promote", "picky.prod").code()).isZero();
        Outcome watch = muster("", "config", "status", "picky.prod", "--watch", "--timeout", "30");
        assertThat(watch.code()).as(watch.toString()).isZero();
    }

    @Test
    void aGroupsPolicyHoldsForChangesThatDoNotSay() throws IOException {
        assertThat(muster("", "group", "policy", "picky.prod", "--strategy", "rolling", "--settle", "200ms").code())
            .isZero();
        assertThat(muster("", "group", "policy", "picky.prod").output()).contains("strategy         rolling");
        Outcome change = muster("port = 2\n", "config", "apply", "picky.prod", "--wait", "--timeout", "30");
        assertThat(change.code()).as(change.toString()).isZero();
        assertThat(muster("", "rollout", "status", "picky.prod").output()).contains("strategy    rolling, 1 at a time",
                "complete");
        assertThat(muster("", "rollout", "skip", "picky.prod", "m9").code()).isNotZero();
        assertThat(
                muster("port = 3\n", "config", "apply", "picky.prod", "--strategy", "canary", "--canary", "a=b").code())
            .isEqualTo(2);
    }

}
