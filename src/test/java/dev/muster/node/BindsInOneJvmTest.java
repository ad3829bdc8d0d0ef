package dev.muster.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.pack.PackageIdent;
import dev.muster.service.GroupMember.Activity;
import dev.muster.service.GroupMember.Standing;
import dev.muster.service.ProcessState;
import dev.muster.service.ServiceSpec;
import dev.muster.service.ServiceStatus;
import dev.muster.service.SpecCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class BindsInOneJvmTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final GroupName DB = GroupName.parse("db.prod");

    private static final String RUN = "#!/bin/sh\nexec sleep 600\n";

    private TestNodes nodes;

    @BeforeEach
    void prepare(@TempDir Path directory) throws IOException {
        this.nodes = new TestNodes(directory);
        this.nodes.pack("db", Map.of("default.toml", "port = 5432\n", "EXPORTS", "port=port\n", "hooks/run", RUN));
        this.nodes.pack("app", Map.of("BINDS", "database=port\n", "config/app.conf",
                "{{#each bind.database.members as |m|}}{{m.sys.ip}}:{{m.cfg.port}} {{/each}}", "hooks/run", RUN));
    }

    @AfterEach
    void end() {
        this.nodes.close();
    }

    private static void awaitPresent(Node... ring) {
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(ring)
                .allSatisfy((node) -> assertThat(node.replica().view().members()).hasSize(ring.length)));
    }

    private static void load(Node node, String ident, String... binds) {
        node.localServices()
            .load(SpecCodec.read(Map.of("ident", ident, "group", "prod", "binds", List.of(binds))), false);
    }

    private static void apply(Node node, String toml) {
        byte[] content = toml.getBytes(StandardCharsets.UTF_8);
        node.registry()
            .apply(new ApplyRequest(DB, OptionalLong.empty(), null, content, Content.hash(Toml.parse(toml)), "test",
                    null))
            .join();
    }

    /** The database as the application is told of it, addresses in any order. */
    private void awaitDatabase(Node node, String... members) {
        Path file = node.root().layout().services().resolve("app/config/app.conf");
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(file).content()
                .satisfies((text) -> assertThat(text.strip().split(" ")).containsExactlyInAnyOrder(members)));
    }

    private static ServiceStatus app(Node node) {
        return node.services().status("app");
    }

    private static GroupSnapshot.Member member(Node seenFrom, Node of) {
        return seenFrom.registry().group(DB).orElseThrow().members().get(of.id());
    }

    @Test
    void aServiceFollowsTheGroupItIsBoundToThroughAllThatBecomesOfItsMembers() throws IOException {
        Node a = this.nodes.start(1);
        Node b = this.nodes.start(2, 1);
        Node c = this.nodes.start(3, 1);
        awaitPresent(a, b, c);
        load(c, "test/app", "database:db.prod");
        await().atMost(SOON).until(() -> app(c).reason().equals("for bind database: db.prod has no member"));
        load(a, "test/db");
        String atA = this.nodes.address(1) + ":5432";
        awaitDatabase(c, atA);
        await().atMost(SOON).until(() -> app(c).pid().isPresent());
        load(b, "test/db");
        String atB = this.nodes.address(2) + ":5432";
        awaitDatabase(c, atA, atB);

        a.localServices().stop("db", Optional.empty());
        awaitDatabase(c, atB);
        assertThat(member(c, a).activity()).isEqualTo(Activity.STOPPED);
        a.localServices().start("db");
        awaitDatabase(c, atA, atB);

        apply(b, "port = 5433\n");
        String newA = this.nodes.address(1) + ":5433";
        String newB = this.nodes.address(2) + ":5433";
        awaitDatabase(c, newA, newB);
        await().atMost(SOON).until(() -> app(c).reason().equals("config file changed: app.conf; by bind database"));

        // A node that goes without a word, its services running, may be back at once.
        this.nodes.leaveServices(a);
        await().atMost(SOON).until(() -> member(c, a).standing() == Standing.SUSPECT);
        long pid = app(c).pid().orElseThrow();
        Node again = this.nodes.start(1, 2);
        awaitPresent(again, b, c);
        await().atMost(SOON).until(() -> member(c, again).standing() == Standing.ALIVE);
        awaitDatabase(c, newA, newB);
        assertThat(app(c).pid()).hasValue(pid);

        again.localServices().unload("db", Optional.empty());
        awaitDatabase(c, newB);
        await().atMost(SOON).until(() -> member(c, again) == null);
        this.nodes.stop(b);
        await().atMost(SOON).until(() -> member(c, b).standing() == Standing.CONFIRMED);
        await().atMost(SOON)
            .until(() -> app(c).reason().endsWith("no member of db.prod runs: m2 is away, its last data is kept"));
        awaitDatabase(c, newB);
        assertThat(app(c).state()).isEqualTo(ProcessState.UP);
    }

    @Test
    void groupsThatWaitForEachOtherAreNamedAndSoAreMembersThatDiffer() throws IOException {
        this.nodes.pack("left", Map.of("BINDS", "other=\n", "hooks/run", RUN));
        this.nodes.pack("right", Map.of("BINDS", "other=\n", "hooks/run", RUN));
        this.nodes.pack("other", "db", Map.of("hooks/run", RUN));
        Node a = this.nodes.start(1);
        Node b = this.nodes.start(2, 1);
        awaitPresent(a, b);
        load(a, "test/left", "other:right.prod");
        assertThat(a.localServices().warnings(a.services().status("left").spec())).isEmpty();
        GroupName left = GroupName.parse("left.prod");
        await().atMost(SOON)
            .until(() -> b.registry()
                .group(left)
                .flatMap((group) -> Optional.ofNullable(group.members().get(a.id())))
                .flatMap(GroupSnapshot.Member::state)
                .isPresent());
        load(b, "test/right", "other:left.prod");
        assertThat(b.localServices().warnings(b.services().status("right").spec())).singleElement()
            .asString()
            .startsWith("groups wait for each other: right.prod binds left.prod (other) binds right.prod (other);");
        await().atMost(SOON)
            .until(() -> b.services()
                .status("right")
                .reason()
                .equals("for bind other: no member of left.prod runs: m1 waits to start"));
        await().atMost(SOON).until(() -> !a.localServices().warnings(a.services().status("left").spec()).isEmpty());
        a.localServices().update("left", Map.of("binding_mode", "relaxed"));
        await().atMost(SOON).until(() -> b.services().status("right").pid().isPresent());

        load(a, "test/db");
        ServiceSpec foreign = ServiceSpec.of(PackageIdent.parse("other/db")).withGroup("prod");
        await().atMost(SOON).until(() -> !b.localServices().warnings(foreign).isEmpty());
        assertThat(b.localServices().warnings(foreign)).containsExactly(
                "mismatch in db.prod: members have packages of different origin, other on m2 and test on m1");
    }

}
