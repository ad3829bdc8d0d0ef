package dev.muster.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.pack.PackageIdent;
import dev.muster.service.Rung;
import dev.muster.service.ServiceSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class NodesInOneJvmTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final GroupName PROD = GroupName.parse("sleeper.prod");

    private TestNodes nodes;

    @BeforeEach
    void prepare(@TempDir Path directory) throws IOException {
        this.nodes = new TestNodes(directory);
    }

    @AfterEach
    void end() {
        this.nodes.close();
    }

    private static void load(Node node, String group) {
        node.localServices().load(ServiceSpec.of(PackageIdent.parse("test/sleeper")).withGroup(group), false);
    }

    private static long pid(Node node) {
        return node.services().status("sleeper").pid().orElse(0);
    }

    private static long runningPid(Node node) {
        await().atMost(SOON).until(() -> pid(node) > 0);
        return pid(node);
    }

    private static Applied apply(Node node, GroupName group, String toml) {
        byte[] content = toml.getBytes(StandardCharsets.UTF_8);
        return node.registry()
            .apply(new ApplyRequest(group, OptionalLong.empty(), null, content, Content.hash(Toml.parse(toml)), "test",
                    null))
            .join();
    }

    private static void awaitPresent(List<Node> ring) {
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(ring)
                .allSatisfy((node) -> assertThat(node.replica().view().members()).hasSize(ring.size())));
    }

    private static void awaitBelonging(Node seenFrom, int members) {
        await().atMost(SOON)
            .until(() -> seenFrom.registry().group(PROD).map((group) -> group.members().size()).orElse(0) == members);
    }

    private static void awaitRung(Node seenFrom, Applied applied, int members) {
        await().atMost(SOON).untilAsserted(() -> {
            GroupSnapshot group = seenFrom.registry().group(PROD).orElseThrow();
            assertThat(group.members().values()).hasSize(members).allSatisfy((member) -> {
                assertThat(member.state()).isPresent();
                assertThat(member.state().get().revision()).isEqualTo(applied.revision().id());
                assertThat(member.state().get().rung()).isEqualTo(Rung.HEALTHY);
            });
        });
    }

    private static String config(Node node) throws IOException {
        return Files.readString(node.root().layout().services().resolve("sleeper/config/sleeper.conf"));
    }

    @Test
    void oneApplyRestartsEveryMemberOfTheGroupAndNobodyElse() throws IOException {
        Node a = this.nodes.start(1);
        Node b = this.nodes.start(2, 1);
        Node c = this.nodes.start(3, 1);
        Node apart = this.nodes.start(4);
        awaitPresent(List.of(a, b, c));
        load(a, "prod");
        load(b, "prod");
        load(c, "dev");
        load(apart, "prod");
        long pidA = runningPid(a);
        long pidB = runningPid(b);
        long pidC = runningPid(c);
        long pidApart = runningPid(apart);
        awaitBelonging(a, 2);

        Applied applied = apply(a, PROD, "port = 2112\n");
        assertThat(applied.copies()).isEqualTo(2);
        awaitRung(c, applied, 2);
        assertThat(pid(a)).isPositive().isNotEqualTo(pidA);
        assertThat(pid(b)).isPositive().isNotEqualTo(pidB);
        assertThat(config(a)).isEqualTo("port 2112\nip " + this.nodes.address(1) + "\n");
        assertThat(config(b)).isEqualTo("port 2112\nip " + this.nodes.address(2) + "\n");
        assertThat(pid(c)).isEqualTo(pidC);
        assertThat(pid(apart)).isEqualTo(pidApart);
        assertThat(config(c)).startsWith("port 1\n");
        assertThat(apart.registry().group(PROD).orElseThrow().revisions()).isEmpty();

        // A key that no template uses changes no file, so no process.
        long pidBefore = pid(b);
        Applied unused = apply(c, PROD, "port = 2112\nunused = 2\n");
        awaitRung(c, unused, 2);
        assertThat(pid(b)).isEqualTo(pidBefore);
    }

    @Test
    void aMemberThatWasAwayTakesTheChangeWhenItComesBackAndKeepsItsProcessUntilThen() throws IOException {
        Node a = this.nodes.start(1);
        Node b = this.nodes.start(2, 1);
        awaitPresent(List.of(a, b));
        load(a, "prod");
        load(b, "prod");
        runningPid(a);
        long pidB = runningPid(b);
        awaitBelonging(a, 2);
        this.nodes.leaveServices(b);
        awaitPresent(List.of(a));
        assertThat(ProcessHandle.of(pidB)).isPresent();

        Applied applied = apply(a, PROD, "port = 7\n");
        assertThat(applied.copies()).isEqualTo(1);
        assertThat(applied.alone()).isTrue();
        assertThat(a.registry().group(PROD).orElseThrow().members().values())
            .anySatisfy((member) -> assertThat(member.present()).isFalse());

        Node again = this.nodes.start(2, 1);
        assertThat(again.id()).isEqualTo(b.id());
        awaitRung(a, applied, 2);
        assertThat(pid(again)).isPositive().isNotEqualTo(pidB);
        assertThat(config(again)).startsWith("port 7\n");
    }

    @Test
    void aNodeThatStartsAgainTakesItsRunningServiceBack() throws IOException {
        Node node = this.nodes.start(1);
        load(node, "prod");
        long pid = runningPid(node);
        this.nodes.leaveServices(node);
        Node again = this.nodes.start(1);
        assertThat(runningPid(again)).isEqualTo(pid);
        awaitBelonging(again, 1);
    }

    @Test
    void ringsThatStartedApartBecomeOneAndAgree() throws IOException {
        Node b = this.nodes.start(2, 1);
        load(b, "prod");
        Applied early = apply(b, PROD, "port = 5\n");
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(b.notReady()).singleElement().asString().contains(this.nodes.address(1)));
        Node a = this.nodes.start(1);
        load(a, "prod");
        awaitPresent(List.of(a, b));
        awaitRung(a, early, 2);
        assertThat(b.notReady()).isEmpty();
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(a.replica().fingerprint()).isEqualTo(b.replica().fingerprint()));
    }

    @Test
    void anUnloadedServiceIsNoLongerListedAnywhere() throws IOException {
        Node a = this.nodes.start(1);
        Node b = this.nodes.start(2, 1);
        awaitPresent(List.of(a, b));
        load(a, "prod");
        load(b, "prod");
        runningPid(a);
        long pidB = runningPid(b);
        awaitBelonging(a, 2);
        b.localServices().unload("sleeper", Optional.empty());
        awaitBelonging(a, 1);
        await().atMost(SOON).until(() -> ProcessHandle.of(pidB).isEmpty());
    }

}
