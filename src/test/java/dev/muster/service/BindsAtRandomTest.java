package dev.muster.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a bound service is promised, whatever becomes of the group, of its own process and
 * of its node.
 */
class BindsAtRandomTest {

    private static final String GROUP = "db.prod";

    private static final String NOTHING = "none";

    @TempDir
    Path root;

    private Bench bench;

    private Random random;

    private final List<String> told = new ArrayList<>();

    private void aDatabaseIsNeeded(long seed, boolean strict) {
        this.random = new Random(seed);
        this.bench = new Bench(this.root.resolve("seed-" + seed));
        TestPackage.web(this.bench.pkgs())
            .with("BINDS", "database=port host\n")
            .with("config/web.conf", "{{#if bind.database}}{{#each bind.database.members as |m|}}"
                    + "{{m.cfg.host}}:{{m.cfg.port}} {{/each}}{{else}}none{{/if}}");
        this.bench.services.resume();
        this.bench.services.load(SpecCodec.read(Map.of("ident", "test/web", "group", "prod", "binds",
                List.of("database:" + GROUP), "binding_mode", strict ? "strict" : "relaxed")), false);
        this.bench.services.open(true);
        this.bench.loop.settle();
    }

    private GroupMember member(char letter, boolean good) {
        Map<String, Object> exports = new HashMap<>();
        exports.put("port", (long) this.random.nextInt(3));
        if (good || this.random.nextInt(4) > 0) {
            exports.put("host", "h" + letter);
        }
        return new GroupMember(String.valueOf(letter).repeat(32), TestPackage.ident("db"),
                Map.of("hostname", "m" + letter),
                good ? GroupMember.Standing.ALIVE : any(GroupMember.Standing.values()),
                good ? GroupMember.Activity.RUNNING : any(GroupMember.Activity.values()), this.random.nextBoolean(),
                Exports.of(exports));
    }

    private <T> T any(T[] values) {
        return values[this.random.nextInt(values.length)];
    }

    private void group(boolean good) {
        List<GroupMember> members = new ArrayList<>();
        for (char letter = 'a'; letter < 'd'; letter++) {
            if (good || this.random.nextBoolean()) {
                members.add(member(letter, good || this.random.nextInt(3) > 0));
            }
        }
        this.bench.bound.put(GROUP, members);
        this.bench.services.membersChanged(GROUP);
    }

    /** What templates have to show by the rule; empty where the bind is not satisfied. */
    private Optional<String> satisfied() {
        List<GroupMember> active = this.bench.bound.getOrDefault(GROUP, List.of())
            .stream()
            .filter(GroupMember::active)
            .toList();
        if (active.isEmpty() || active.stream().anyMatch((one) -> !one.exports().values().containsKey("host"))) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        active.forEach((one) -> text.append(one.exports().values().get("host"))
            .append(':')
            .append(one.exports().values().get("port"))
            .append(' '));
        return Optional.of(text.toString());
    }

    private void something() {
        switch (this.random.nextInt(8)) {
            case 0, 1, 2 -> group(false);
            case 3 -> group(true);
            case 4 -> this.bench.processes.living("run").stream().findFirst().ifPresent((process) -> process.exit(1));
            case 5 -> {
                this.bench.fresh().resume();
                if (this.random.nextBoolean()) {
                    // It has not found the ring yet.
                    this.bench.bound.clear();
                }
                this.bench.services.open(this.random.nextBoolean());
            }
            case 6 -> this.bench.services.stop("web", Optional.empty());
            default -> this.bench.services.start("web");
        }
        this.bench.loop.advance(Bench.seconds(this.random.nextInt(4)));
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
    void aProcessThatHasOnceBeenGivenItsDatabaseNeverRunsWithoutOneAndEndsWithTheLatest(long seed) {
        boolean strict = seed % 2 == 0;
        aDatabaseIsNeeded(seed, strict);
        boolean given = strict;
        for (int step = 0; step < 60; step++) {
            long before = this.bench.processes.started("run");
            something();
            satisfied().ifPresent(this.told::add);
            boolean up = this.bench.status().state() == ProcessState.UP;
            String text = this.bench.text("config/web.conf");
            boolean fresh = this.bench.processes.started("run") > before;
            given = strict || (fresh ? !text.equals(NOTHING) : given);
            if (up && given) {
                assertThat(text).as("seed " + seed + ", step " + step).isNotEqualTo(NOTHING).isIn(this.told);
            }
        }
        this.bench.services.start("web");
        group(true);
        this.bench.loop.advance(Bench.seconds(100));
        assertThat(this.bench.status().state()).as(this.bench.status().reason()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.text("config/web.conf")).isEqualTo(satisfied().orElseThrow());
        assertThat(this.bench.status().binds()).allSatisfy((bind) -> assertThat(bind.satisfied()).isTrue());
    }

}
