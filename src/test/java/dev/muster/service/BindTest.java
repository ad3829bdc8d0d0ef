package dev.muster.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.muster.content.Supply;
import dev.muster.pack.PackageIdent;
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

    private TestPackage web;

    @BeforeEach
    void aPackageThatNeedsADatabase() {
        this.bench = new Bench(this.root);
        this.web = TestPackage.web(this.bench.pkgs())
            .with("BINDS", "database=port host\n")
            .with("BINDS_OPTIONAL", "cache=port\n")
            .with("config/web.conf",
                    "{{#if bind.database}}{{#each bind.database.members as |m|}}{{m.service}}.{{m.group}}{{#if m.org}}@{{m.org}}{{/if}} "
                            + "{{m.sys.ip}}:{{m.cfg.port}};{{/each}}{{bind.database.first.cfg.host}}{{else}}none{{/if}}");
    }

    private static GroupMember member(String letter, Map<String, Object> exports) {
        return member(letter, GroupMember.Standing.ALIVE, GroupMember.Activity.RUNNING, exports);
    }

    private static GroupMember member(String letter, GroupMember.Standing standing, GroupMember.Activity activity,
            Map<String, Object> exports) {
        return new GroupMember(letter.repeat(32), TestPackage.ident("db"),
                Map.of("ip", "10.0.0." + (int) letter.charAt(0), "hostname", "host-" + letter), standing, activity,
                true, new Exports(exports, Set.of("host")));
    }

    private static GroupMember full(String letter) {
        return member(letter, Map.of("port", 5432L, "host", "x"));
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
        this.bench.loop.advance(Gathering.QUIET);
    }

    private long starts() {
        return this.bench.processes.started("run");
    }

    private String rendered() {
        return this.bench.text("config/web.conf");
    }

    private BindStatus bind() {
        return this.bench.status().binds().get(0);
    }

    @Test
    void aServiceWaitsForItsBindsAndSaysForWhat() {
        load("strict", "database:db.prod@acme");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.WAITING);
        assertThat(this.bench.status().reason()).isEqualTo("for bind database: db.prod@acme has no member");
        bound("db.prod@acme", member("a", Map.of("port", 5432L)));
        assertThat(this.bench.status().reason())
            .isEqualTo("for bind database: host-a of db.prod@acme does not export host");
        assertThat(bind()).isEqualTo(new BindStatus("database", "db.prod@acme", true, List.of("port", "host"), 1, false,
                false, "host-a of db.prod@acme does not export host"));
        bound("db.prod@acme", full("a"), member("b", Map.of()));
        assertThat(this.bench.status().reason()).as("every member has to export what is needed, not any of them")
            .isEqualTo("for bind database: host-b of db.prod@acme does not export port, host");
        assertThat(this.bench.processes.all).isEmpty();
        bound("db.prod@acme", full("a"), member("b", Map.of("port", 1L, "host", "y")));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(rendered()).isEqualTo("db.prod@acme 10.0.0.97:5432;db.prod@acme 10.0.0.98:1;x");
        assertThat(bind().satisfied()).isTrue();
        assertThat(bind().members()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALIVE     | RUNNING | true  |
            SUSPECT   | RUNNING | true  |
            ALIVE     | WAITING | false | for bind database: no member of db.prod runs: host-a waits to start
            ALIVE     | STOPPED | false | for bind database: no member of db.prod runs: host-a is stopped
            CONFIRMED | RUNNING | false | for bind database: no member of db.prod runs: host-a is away
            """)
    void aMemberCountsThatIsThereOrMayBeBackAtOnceAndRuns(GroupMember.Standing standing, GroupMember.Activity activity,
            boolean counts, String reason) {
        load("strict", "database:db.prod");
        bound("db.prod", member("a", standing, activity, Map.of("port", 1L, "host", "x")));
        assertThat(this.bench.status().state() == ProcessState.UP).isEqualTo(counts);
        assertThat(this.bench.status().reason()).isEqualTo((reason != null) ? reason : "");
    }

    @Test
    void aProcessTakesChangesOfWhatItIsBoundToAndTellsWhichBind() {
        bound("db.prod", full("a"));
        load("strict", "database:db.prod");
        assertThat(starts()).isEqualTo(1);
        bound("db.prod", member("a", Map.of("port", 2L, "host", "x")));
        assertThat(rendered()).contains(":2;");
        assertThat(starts()).isEqualTo(2);
        assertThat(this.bench.status().reason()).isEqualTo("config file changed: web.conf; by bind database");
        bound("other.prod", member("a", Map.of()));
        assertThat(starts()).isEqualTo(2);
        this.bench.apply(1, "port", 90L);
        assertThat(this.bench.status().reason()).as("another cause").doesNotContain("by bind");
    }

    @Test
    void aReconfigureHookIsToldOfABindAsOfAnyOtherChange() {
        this.web.with("hooks/reconfigure", "#!/bin/sh\n");
        bound("db.prod", full("a"));
        load("strict", "database:db.prod");
        bound("db.prod", full("a"), member("b", Map.of("port", 2L, "host", "x")));
        assertThat(starts()).isEqualTo(1);
        assertThat(this.bench.processes.started("reconfigure")).isEqualTo(1);
        assertThat(this.bench.status().reason()).isEqualTo("config file changed: web.conf; by bind database");
    }

    @Test
    void aBurstOfChangesIsOneRendering() {
        bound("db.prod", full("a"));
        load("strict", "database:db.prod");
        for (long port = 1; port <= 10; port++) {
            this.bench.bound.put("db.prod", List.of(member("a", Map.of("port", port, "host", "x"))));
            this.bench.services.membersChanged("db.prod");
            this.bench.loop.advance(Gathering.QUIET.dividedBy(2));
        }
        assertThat(starts()).isEqualTo(1);
        this.bench.loop.advance(Gathering.QUIET);
        assertThat(starts()).isEqualTo(2);
        assertThat(rendered()).contains(":10;");
        for (int i = 0; i < 40; i++) {
            this.bench.bound.put("db.prod", List.of(member("a", Map.of("port", 100L + i, "host", "x"))));
            this.bench.services.membersChanged("db.prod");
            this.bench.loop.advance(Gathering.QUIET.dividedBy(2));
        }
        assertThat(starts()).as("a burst without an end is told after two seconds").isEqualTo(4);
    }

    @Test
    void aBindThatLosesItsLastMemberKeepsItsDataAndSaysSo() {
        bound("db.prod", full("a"));
        load("strict", "database:db.prod");
        String before = rendered();
        bound("db.prod", member("a", GroupMember.Standing.CONFIRMED, GroupMember.Activity.RUNNING,
                Map.of("port", 5432L, "host", "x")));
        assertThat(starts()).isEqualTo(1);
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(rendered()).isEqualTo(before);
        assertThat(this.bench.status().reason())
            .isEqualTo("bind database: no member of db.prod runs: host-a is away, its last data is kept");
        assertThat(bind().kept()).isTrue();
        this.bench.apply(1, "port", 90L);
        assertThat(rendered()).as("what else changes does not take it out").isEqualTo(before);
        this.bench.processes.only("run").exit(1);
        this.bench.loop.advance(Bench.seconds(3));
        assertThat(this.bench.status().state()).as("nor does its own end").isEqualTo(ProcessState.UP);
        assertThat(rendered()).isEqualTo(before);
        bound("db.prod", full("a"), member("b", Map.of("port", 7L)));
        assertThat(rendered()).as("one that exports too little is no member to go by").isEqualTo(before);
        bound("db.prod", member("b", Map.of("port", 7L, "host", "y")));
        assertThat(rendered()).isEqualTo("db.prod 10.0.0.98:7;y");
        assertThat(this.bench.status().reason()).isEqualTo("config file changed: web.conf; by bind database");
    }

    @Test
    void aNodeThatStartsAgainWithoutTheRingKeepsWhatTheProcessWasGiven() throws Exception {
        bound("db.prod", full("a"));
        load("strict", "database:db.prod");
        String before = rendered();
        assertThat(Files.getPosixFilePermissions(this.bench.file("BINDS")).toString()).doesNotContain("GROUP",
                "OTHERS");
        this.bench.bound.clear();
        this.bench.fresh().resume();
        this.bench.services.open(false);
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(starts()).isEqualTo(1);
        assertThat(rendered()).isEqualTo(before);
        assertThat(this.bench.status().reason())
            .isEqualTo("bind database: db.prod has no member, its last data is kept");
        bound("db.prod", full("a"));
        assertThat(starts()).isEqualTo(1);
        assertThat(this.bench.status().reason()).doesNotContain("bind");
        Files.delete(this.bench.file("BINDS"));
        this.bench.bound.clear();
        this.bench.fresh().resume();
        this.bench.services.open(false);
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(rendered()).as("what is lost from the disk is not taken for nothing").isEqualTo(before);
        assertThat(this.bench.status().reason()).isEqualTo("bind database: db.prod has no member");
    }

    @Test
    void aStartIsANewBeginning() {
        bound("db.prod", full("a"));
        load("strict", "database:db.prod");
        bound("db.prod");
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.advance(Bench.seconds(10));
        this.bench.services.start("web");
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(this.bench.status().reason()).isEqualTo("for bind database: db.prod has no member");
        this.bench.services.update("web", Map.of("binding_mode", "relaxed"));
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(rendered()).isEqualTo("none");
    }

    @Test
    void aRelaxedServiceDoesNotWait() {
        load("relaxed", "database:db.prod");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(rendered()).isEqualTo("none");
        assertThat(this.bench.status().reason()).isEqualTo("bind database: db.prod has no member");
        bound("db.prod", full("a"));
        assertThat(rendered()).isEqualTo("db.prod 10.0.0.97:5432;x");
        assertThat(starts()).isEqualTo(2);
        bound("db.prod");
        assertThat(rendered()).isEqualTo("db.prod 10.0.0.97:5432;x");
    }

    @Test
    void anOptionalBindIsWaitedForOnlyWhereItHasAGroup() {
        bound("db.prod", full("a"));
        load("strict", "database:db.prod");
        assertThat(starts()).isEqualTo(1);
        this.bench.services.update("web", Map.of("binds", List.of("database:db.prod", "cache:redis.prod")));
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(starts()).as("a process goes on").isEqualTo(1);
        assertThat(this.bench.status().reason()).contains("bind cache: redis.prod has no member");
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.advance(Bench.seconds(10));
        this.bench.services.start("web");
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(this.bench.status().reason()).isEqualTo("for bind cache: redis.prod has no member");
        bound("redis.prod", member("c", Map.of("port", 6379L)));
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    void aProcessIsNotReplacedByOneThatWouldLackItsBind() {
        new TestPackage(this.bench.pkgs(), "test/web/0.9/20250101000000").with("hooks/run",
                "#!/bin/sh\nexec sleep 600\n");
        this.bench.services.load(SpecCodec.read(Map.of("ident", "test/web/0.9", "group", "prod")), false);
        this.bench.services.open(true);
        this.bench.loop.settle();
        Map<String, Object> next = Map.of("ident", "test/web/1.0", "group", "prod", "binds",
                List.of("database:db.prod"));
        this.bench.services.load(SpecCodec.read(next), true);
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(starts()).isEqualTo(1);
        assertThat(this.bench.status().ident().version()).isEqualTo("0.9");
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.status().reason()).endsWith("bind database: db.prod has no member");
        bound("db.prod", full("a"));
        assertThat(starts()).isEqualTo(2);
        assertThat(this.bench.status().ident().version()).isEqualTo("1.0");
        assertThat(rendered()).isEqualTo("db.prod 10.0.0.97:5432;x");
    }

    @Test
    void aProcessIsNotReplacedByAReleaseOfItsGroupThatNeedsMoreThanTheSpecNames() {
        new TestPackage(this.bench.pkgs(), "test/web/0.9/20250101000000").with("hooks/run",
                "#!/bin/sh\nexec sleep 600\n");
        this.web.without("TARGET");
        this.bench.services.applied("web.prod", release("test/web/0.9/20250101000000", 1));
        load("strict");
        TestPackage.web(this.bench.pkgs());
        assertThat(starts()).isEqualTo(1);
        this.bench.services.applied("web.prod", release("test/web/1.0/20260101000000", 2));
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(starts()).isEqualTo(1);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.WAITING);
        assertThat(this.bench.status().reason()).contains("test/web/1.0/20260101000000 needs the binds database");
        bound("db.prod", full("a"));
        this.bench.services.update("web", Map.of("binds", List.of("database:db.prod")));
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(starts()).isEqualTo(2);
        assertThat(this.bench.status().ident().version()).isEqualTo("1.0");
    }

    private static AppliedConfig release(String ident, long number) {
        return Bench.config(number, "port", 80L + number)
            .with(Optional.of(new AppliedRelease(PackageIdent.parse(ident), Supply.HERE)));
    }

    @Test
    void aBindIsMovedToAnotherGroupWhenThatCanGiveWhatIsNeeded() {
        bound("db.prod", full("a"));
        load("strict", "database:db.prod");
        this.bench.services.update("web", Map.of("binds", List.of("database:db.dev")));
        this.bench.loop.advance(Bench.seconds(1));
        assertThat(rendered()).startsWith("db.prod ");
        assertThat(starts()).isEqualTo(1);
        assertThat(this.bench.status().reason()).contains("bind database: db.dev has no member");
        bound("db.dev", full("b"));
        assertThat(rendered()).startsWith("db.dev ");
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    void templatesChooseAmongAllMembersAndThoseThatAreWell() {
        TestPackage.web(this.bench.pkgs())
            .with("config/web.conf",
                    "{{#each bind.database.all_members as |m|}}{{m.sys.hostname}}{{#if m.alive}} alive{{/if}}"
                            + "{{#if m.suspect}} suspect{{/if}}{{#if m.confirmed}} confirmed{{/if}}"
                            + "{{#if m.healthy}} healthy{{/if}};{{/each}}");
        GroupMember ill = new GroupMember("c".repeat(32), TestPackage.ident("db"), Map.of("hostname", "host-c"),
                GroupMember.Standing.ALIVE, GroupMember.Activity.RUNNING, false, full("c").exports());
        bound("db.prod", full("a"),
                member("b", GroupMember.Standing.SUSPECT, GroupMember.Activity.RUNNING, full("b").exports().values()),
                ill,
                member("d", GroupMember.Standing.CONFIRMED, GroupMember.Activity.RUNNING, full("d").exports().values()),
                member("e", GroupMember.Standing.ALIVE, GroupMember.Activity.STOPPED, full("e").exports().values()));
        load("strict", "database:db.prod");
        assertThat(rendered()).isEqualTo("host-a alive healthy;host-b suspect;host-c alive;host-d confirmed;");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"',
            textBlock = """
                    cache:redis.prod                  | needs the binds database: name the group for each with --bind database:SERVICE.GROUP
                    database:db.prod,queue:q.prod     | has no bind queue; it has cache, database
                    database:db.prod,database:db.dev  | The bind database is given twice, for db.prod and for db.dev
                    database                          | A bind reads name:service.group, not: database
                    database:a:b                      | A bind reads name:service.group, not: database:a:b
                    :db.prod                          | needs a name before its colon
                    database:db                       | 'db' must be SERVICE.GROUP, as db.default
                    database:core/db.prod             | 'core/db.prod' must be SERVICE.GROUP, as db.prod
                    database:db.prod@                 | must be SERVICE.GROUP
                    database:db.pr od                 | must be SERVICE.GROUP
                    database:db.prod@config           | names the organisation config, which no Supervisor can have
                    """)
    void bindsThatDoNotFitAreRefused(String binds, String told) {
        assertThatExceptionOfType(MalformedSpecException.class)
            .isThrownBy(() -> this.bench.services
                .load(SpecCodec.read(Map.of("ident", "test/web", "binds", List.of(binds.split(",")))), false))
            .withMessageContaining(told);
        assertThat(this.bench.services.statuses()).isEmpty();
    }

    @Test
    void anOldFilesApplicationAndEnvironmentMeanNothing() {
        bound("db.prod@acme", full("a"));
        load("strict", "database:app.env#db.prod@acme");
        assertThat(starts()).isEqualTo(1);
    }

    private void edit(String what, String with) throws Exception {
        Path spec = this.root.resolve("sup/default/specs/web.spec");
        Files.writeString(spec, Files.readString(spec).replace(what, with));
    }

    private void look() {
        this.bench.services.lookAtSpecs((coming) -> {
        });
        this.bench.loop.advance(Bench.seconds(1));
    }

    @Test
    void anEditedSpecIsTakenWhereItsBindsFitThePackage() throws Exception {
        this.bench.services.resume();
        bound("db.prod", full("a"));
        bound("db.dev", full("b"));
        load("strict", "database:db.prod");
        look();
        edit("database:db.prod", "cache:db.prod");
        look();
        look();
        assertThat(this.bench.status().spec().binds()).containsExactly("database:db.prod");
        edit("cache:db.prod", "database:db.dev");
        look();
        look();
        assertThat(this.bench.status().spec().binds()).containsExactly("database:db.dev");
        assertThat(rendered()).startsWith("db.dev ");
    }

    @Test
    void whatThePackageNeedsByNowIsWaitedFor() throws Exception {
        bound("db.prod", full("a"));
        load("strict", "database:db.prod");
        edit("database:db.prod", "cache:db.prod");
        this.bench.fresh().resume();
        this.bench.services.open(true);
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.advance(Bench.seconds(10));
        this.bench.services.start("web");
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(starts()).isEqualTo(1);
        assertThat(this.bench.status().reason()).contains("needs the binds database");
    }

}
