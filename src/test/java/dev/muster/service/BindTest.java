package dev.muster.service;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BindTest {

    @TempDir
    Path root;

    private Bench bench;

    @BeforeEach
    void aPackageThatNeedsADatabase() {
        this.bench = new Bench(this.root);
        TestPackage.web(this.bench.pkgs())
            .with("BINDS", "database=port host\n")
            .with("BINDS_OPTIONAL", "cache=port\n")
            .with("config/web.conf",
                    "{{#if bind.database}}{{#each bind.database.members as |m|}}{{m.service}}.{{m.group}}{{#if m.org}}@{{m.org}}{{/if}} "
                            + "{{m.sys.ip}}:{{m.cfg.port}};{{/each}}{{bind.database.first.cfg.host}}{{else}}none{{/if}}");
    }

    private static GroupMember member(String letter, Map<String, Object> exports) {
        return new GroupMember(letter.repeat(32), TestPackage.ident("db"),
                Map.of("ip", "10.0.0." + (int) letter.charAt(0)), GroupMember.Standing.ALIVE, Exports.of(exports));
    }

    private void load(String mode, String... binds) {
        this.bench.services.load(
                SpecCodec
                    .read(Map.of("ident", "test/web", "group", "prod", "binds", List.of(binds), "binding_mode", mode)),
                false);
        this.bench.services.open(true);
        this.bench.loop.settle();
    }

    private void bound(String group, GroupMember... members) {
        this.bench.bound.put(group, List.of(members));
        this.bench.services.membersChanged(group);
        this.bench.loop.settle();
    }

    @Test
    void aServiceWaitsForItsBindsAndSaysForWhat() {
        load("strict", "database:db.prod@acme");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.WAITING);
        assertThat(this.bench.status().reason()).isEqualTo("for a member of db.prod@acme, its bind database");
        bound("db.prod@acme", member("a", Map.of("port", 5432L)));
        assertThat(this.bench.status().reason())
            .isEqualTo("for a member of db.prod@acme, its bind database, that exports port, host");
        assertThat(this.bench.processes.all).isEmpty();
        bound("db.prod@acme", member("a", Map.of("port", 5432L, "host", "x")), member("b", Map.of("port", 1L)));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.text("config/web.conf"))
            .isEqualTo("db.prod@acme 10.0.0.97:5432;db.prod@acme 10.0.0.98:1;x");
    }

    @Test
    void aProcessGoesOnWithoutItsBindsAndTakesTheirChanges() {
        bound("db.prod", member("a", Map.of("port", 1L, "host", "x")));
        load("strict", "database:db.prod");
        assertThat(this.bench.processes.started("run")).isEqualTo(1);
        bound("db.prod", member("a", Map.of("port", 2L, "host", "x")));
        assertThat(this.bench.text("config/web.conf")).contains(":2;");
        assertThat(this.bench.processes.started("run")).isEqualTo(2);
        bound("db.prod");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("none");
        bound("other.prod", member("a", Map.of()));
        assertThat(this.bench.processes.started("run")).isEqualTo(3);
    }

    @Test
    void aRelaxedServiceDoesNotWait() {
        load("relaxed", "database:db.prod");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cache:redis.prod                | needs the binds database
            database:db.prod,queue:q.prod   | has no bind queue; it has cache, database
            """)
    void bindsThatDoNotFitThePackageAreRefused(String binds, String told) {
        ServiceSpec spec = SpecCodec.read(Map.of("ident", "test/web", "binds", List.of(binds.split(","))));
        assertThatExceptionOfType(MalformedSpecException.class).isThrownBy(() -> this.bench.services.load(spec, false))
            .withMessageContaining(told);
        assertThat(this.bench.services.statuses()).isEmpty();
    }

}
