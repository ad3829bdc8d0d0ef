package dev.muster.walk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.muster.pack.PackageIdent;
import dev.muster.source.FileServer;
import dev.muster.source.Publisher;
import dev.muster.walk.Walk.Outcome;
import dev.muster.walk.Walk.Supervisor;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two groups that are bound to each other, on three nodes: two databases and a shop. What
 * each shows of the other while the databases move to a new release, go back from a bad
 * one, and are killed.
 */
class BoundGroupsTest {

    private static final String SLEEP = "#!/bin/sh\nexec sleep 600\n";

    @TempDir
    Path directory;

    private Publisher publisher;

    private FileServer server;

    private Walk walk;

    private Supervisor a;

    private Supervisor b;

    private Supervisor shop;

    @BeforeEach
    void twoDatabasesAndAShop() throws Exception {
        Path source = this.directory.resolve("source");
        this.publisher = new Publisher(source);
        this.server = new FileServer(source);
        publish(1, SLEEP);
        this.publisher.publish("test/shop/1.0.0/20260101000001", Map.of("default.toml", "name = 'shop'\n", "EXPORTS",
                "name=name\n", "BINDS", "database=port\n", "config/shop.conf",
                "{{#each bind.database.members as |m|}}{{m.sys.hostname}}:{{m.cfg.port}} {{/each}}\n",
                "hooks/reconfigure", "#!/bin/sh\ncat {{pkg.svc_config_path}}/shop.conf >> {{pkg.svc_var_path}}/seen\n",
                "hooks/run", SLEEP));
        this.walk = new Walk(this.directory);
        String first = this.walk.address(1);
        List<Supervisor> nodes = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            nodes.add(this.walk.starting(i, "--peer", first, "--peer", this.walk.address(2), "--service-update-period",
                    "1"));
        }
        nodes.forEach(Supervisor::awaitReady);
        this.a = nodes.get(0);
        this.b = nodes.get(1);
        this.shop = nodes.get(2);
    }

    @AfterEach
    void end() throws IOException {
        try (FileServer served = this.server) {
            assertThat(served.url()).isNotEmpty();
            this.walk.close();
        }
    }

    private PackageIdent publish(int number, String run) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("default.toml", "port = 500" + number + "\nrooms = 1\n");
        files.put("EXPORTS", "port=port\n");
        files.put("BINDS_OPTIONAL", "clients=name\n");
        files.put("config/db.conf", "release " + number
                + "{{#if bind.clients}}{{#each bind.clients.members as |m|}} {{m.cfg.name}}{{/each}}{{/if}}\n");
        files.put("hooks/reconfigure", "#!/bin/sh\n");
        files.put("hooks/run", run);
        return this.publisher.publish("test/db/" + number + ".0.0/2026010100000" + number, files);
    }

    /** What is not there yet is waited for, too. */
    private static ConditionFactory soon() {
        return await().atMost(Walk.SOON).ignoreExceptions();
    }

    private static String out(Supervisor node, String... words) throws Exception {
        return node.muster("", words).succeeds().out();
    }

    private void load() throws Exception {
        for (Supervisor node : List.of(this.a, this.b)) {
            node.muster("", "svc", "load", "test/db", "--group=prod", "--strategy=rolling", "--url", this.server.url(),
                    "--bind", "clients:shop.prod", "--binding-mode=relaxed")
                .succeeds();
        }
        soon().until(() -> out(this.shop, "group", "list").contains("db.prod"));
        Outcome loaded = this.shop.muster("", "svc", "load", "test/shop", "--group=prod", "--url", this.server.url(),
                "--bind", "database:db.prod");
        assertThat(loaded.succeeds().err())
            .contains("groups are bound in a circle: shop.prod binds db.prod (database) binds shop.prod (clients)");
        awaitDatabases("m1:5001", "m2:5001");
        awaitRelease(1);
        out(this.a, "group", "policy", "db.prod", "--settle=1s", "--strategy=rolling");
        this.a.muster("rooms = 2\n", "config", "apply", "db.prod", "--wait").succeeds();
    }

    /** What the shop shows of them. */
    private void awaitDatabases(String... all) {
        Path file = this.shop.root().resolve("svc/shop/config/shop.conf");
        soon()
            .untilAsserted(() -> assertThat(Files.readString(file).strip().split(" ")).containsExactlyInAnyOrder(all));
    }

    /** What both databases run, and what they show of the shop. */
    private void awaitRelease(int number) {
        soon().untilAsserted(() -> assertThat(List.of(this.a, this.b)).allSatisfy((node) -> {
            assertThat(Files.readString(node.root().resolve("svc/db/config/db.conf")).strip())
                .isEqualTo("release " + number + " shop");
            assertThat(node.serviceDocument("db")).contains("\"test/db/" + number + ".0.0/");
        }));
    }

    private void awaitComplete(String revision) {
        soon().untilAsserted(() -> assertThat(out(this.shop, "rollout", "status", "db.prod")).contains(revision)
            .contains("complete"));
    }

    private List<String> seenByTheShop() throws IOException {
        return Files.readAllLines(this.shop.root().resolve("svc/shop/var/seen"));
    }

    private String lastSeen() throws IOException {
        List<String> seen = seenByTheShop();
        return seen.get(seen.size() - 1);
    }

    @Test
    void theShopFollowsItsDatabasesThroughReleasesAndADeath() throws Exception {
        load();
        long process = this.shop.pidOnDisk("shop");
        PackageIdent second = publish(2, SLEEP);
        awaitRelease(2);
        awaitDatabases("m1:5002", "m2:5002");
        awaitComplete("2-");
        assertThat(out(this.shop, "config", "history", "db.prod"))
            .contains("package test/db/1.0.0/20260101000001 -> " + second);

        aBadReleaseGoesBackByItself();
        assertThat(seenByTheShop()).as("both are shown all the time, as what they run")
            .allSatisfy((line) -> assertThat(line).matches("m[12]:500[123] m[12]:500[123] "));

        out(this.b, "config", "rollback", "db.prod", "1", "--wait");
        awaitRelease(1);
        awaitDatabases("m1:5001", "m2:5001");
        aDatabaseIsKilledAndWhatIsGoneIsNotGoneBackTo(second);
        assertThat(this.shop.pidOnDisk("shop")).as("nothing of it was a reason to restart the shop").isEqualTo(process);
    }

    private void aBadReleaseGoesBackByItself() throws Exception {
        PackageIdent bad = publish(3, "#!/bin/sh\necho no such disk >&2\nexit 3\n");
        awaitComplete("4-");
        awaitRelease(2);
        awaitDatabases("m1:5002", "m2:5002");
        assertThat(out(this.a, "config", "history", "db.prod")).contains("-> " + bad)
            .containsPattern("takes back 3-[0-9a-f]{8} to 2-[0-9a-f]{8}");
        soon().untilAsserted(() -> assertThat(out(this.b, "svc", "status", "db"))
            .contains(bad + " was taken back with revision 4-", "offers     " + bad));
    }

    private void aDatabaseIsKilledAndWhatIsGoneIsNotGoneBackTo(PackageIdent gone) throws Exception {
        soon().until(() -> lastSeen().contains("m1:5001 ") && lastSeen().contains("m2:5001 "));
        int before = seenByTheShop().size();
        out(this.b, "pkg", "uninstall", gone.toString());
        kill(this.b);

        // Meanwhile, for the shop goes on to show for some seconds who went without a
        // word.
        this.publisher.withdraw(gone);
        out(this.a, "pkg", "uninstall", gone.toString());
        // One that is asked and does not answer might have it.
        soon().untilAsserted(
                () -> assertThat(this.a.muster("", "config", "status", "db.prod").out()).containsPattern("m2 +away"));
        assertThat(this.a.muster("", "config", "rollback", "db.prod", "2").fails(5).err())
            .contains("No member of db.prod that is present can have " + gone + ": m1: " + this.server.url()
                    + "/packages/ has no ", "muster pkg install");
        long process = this.a.pidOnDisk("db");
        kill(process);
        soon().until(() -> this.a.pidOnDisk("db") != process && this.a.pidOnDisk("db") > 0);

        awaitDatabases("m1:5001");
        // Its hook runs after the file is in its place.
        soon().untilAsserted(() -> assertThat(seenByTheShop().subList(before, seenByTheShop().size()))
            .as("a process that is started again leaves nothing else to be shown")
            .containsExactly("m1:5001 "));
        comesBack(this.b);
    }

    private void comesBack(Supervisor... killed) throws IOException {
        for (Supervisor node : killed) {
            node.start();
        }
        for (Supervisor node : killed) {
            node.awaitReady();
        }
        awaitDatabases("m1:5001", "m2:5001");
        awaitRelease(1);
    }

    @Tag("soak")
    @Test
    void theShopGoesOnWithTheLastDataWhenAllItsDatabasesDieAndItsOwnNodeToo() throws Exception {
        load();
        long process = this.shop.pidOnDisk("shop");
        kill(this.b);
        awaitDatabases("m1:5001");
        kill(this.a);
        awaitLastDataKept("m1 is away, ");
        awaitDatabases("m1:5001");
        this.shop.kill();
        this.shop.start();
        this.shop.awaitReady();
        awaitLastDataKept("");
        awaitDatabases("m1:5001");
        comesBack(this.a, this.b);
        soon().until(() -> !this.shop.serviceDocument("shop").contains("its last data is kept"));
        assertThat(seenByTheShop()).allSatisfy((line) -> assertThat(line).isNotBlank());
        assertThat(this.shop.pidOnDisk("shop")).isEqualTo(process);
    }

    private void awaitLastDataKept(String why) {
        soon().untilAsserted(
                () -> assertThat(this.shop.serviceDocument("shop")).contains(why, ", its last data is kept"));
    }

    /** Node and process, as when its host loses power. */
    private static void kill(Supervisor node) throws Exception {
        long process = node.pidOnDisk("db");
        node.kill();
        kill(process);
    }

    private static void kill(long process) {
        ProcessHandle.of(process).orElseThrow().destroyForcibly();
    }

}
