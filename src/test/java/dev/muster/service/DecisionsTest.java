package dev.muster.service;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.Set;
import java.util.TreeMap;

import dev.muster.config.Toml;
import dev.muster.pack.PackageIdent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class DecisionsTest {

    private static final Duration PROVED = Backoff.USUAL.proved();

    private static final ServiceSpec UP = ServiceSpec.of(PackageIdent.parse("core/redis"));

    private static final ServiceSpec DOWN = UP.withDesiredState(DesiredState.DOWN);

    private static final Map<ProcessState, Set<ProcessState>> MOVES = Map.of(ProcessState.DOWN,
            EnumSet.of(ProcessState.STARTING, ProcessState.UP, ProcessState.STOPPING), ProcessState.STARTING,
            EnumSet.of(ProcessState.UP, ProcessState.STOPPING, ProcessState.BACKOFF), ProcessState.UP,
            EnumSet.of(ProcessState.STOPPING), ProcessState.STOPPING,
            EnumSet.of(ProcessState.DOWN, ProcessState.BACKOFF), ProcessState.BACKOFF, EnumSet.of(ProcessState.DOWN));

    @ParameterizedTest
    @EnumSource
    void aProcessMovesOnlyAsDrawn(ProcessState state) {
        Set<ProcessState> possible = EnumSet.noneOf(ProcessState.class);
        for (ProcessState next : ProcessState.values()) {
            if (state.mayBecome(next)) {
                possible.add(next);
            }
        }
        assertThat(possible).isEqualTo(MOVES.get(state));
    }

    @Test
    void whatRunsIsComparedWithWhatIsWanted() {
        assertThat(Operation.between(Optional.empty(), Optional.empty())).isEqualTo(Operation.NOTHING);
        assertThat(Operation.between(Optional.empty(), Optional.of(DOWN))).isEqualTo(Operation.NOTHING);
        assertThat(Operation.between(Optional.empty(), Optional.of(UP))).isEqualTo(Operation.START);
        assertThat(Operation.between(Optional.of(UP), Optional.of(UP))).isEqualTo(Operation.NOTHING);
        assertThat(Operation.between(Optional.of(UP), Optional.of(DOWN))).isEqualTo(Operation.STOP);
        assertThat(Operation.between(Optional.of(UP), Optional.empty())).isEqualTo(Operation.STOP);
        assertThat(Operation.between(Optional.of(UP), Optional.of(UP.withGroup("prod")))).isEqualTo(Operation.RENDER);
        assertThat(Operation.between(Optional.of(UP),
                Optional.of(UP.withShutdownTimeout(Optional.of(Duration.ofSeconds(1))))))
            .isEqualTo(Operation.RENDER);
        assertThat(Operation.between(Optional.of(UP),
                Optional.of(ServiceSpec.of(PackageIdent.parse("core/redis/6.2.11")))))
            .isEqualTo(Operation.REPLACE);
    }

    @ParameterizedTest
    @CsvSource({ "1, 1", "2, 2", "3, 4", "6, 32", "7, 60", "8, 60", "1000000, 60" })
    void theWaitDoublesToAMinuteWithUpToAQuarterOfJitter(int failures, long seconds) {
        Duration least = Duration.ofSeconds(seconds);
        for (long seed = 0; seed < 200; seed++) {
            assertThat(Backoff.USUAL.delay(failures, new Random(seed))).isBetween(least,
                    least.plus(least.dividedBy(4)));
        }
    }

    @Test
    void fiveFailuresWithoutFiveMinutesOfRunningAreACrashLoop() {
        Failures failures = Failures.NONE;
        for (int i = 0; i < 4; i++) {
            failures = failures.another(Duration.ofSeconds(299), PROVED);
        }
        assertThat(failures.crashLooping()).isFalse();
        assertThat(failures.another(Duration.ofSeconds(299), PROVED).crashLooping()).isTrue();
        assertThat(failures.another(Duration.ofSeconds(300), PROVED)).isEqualTo(new Failures(1, 5));
        assertThat(failures.forgiven().another(Duration.ZERO, PROVED)).isEqualTo(new Failures(1, 5));
    }

    @Test
    void whatAServiceRemembersReadsAsItWasWritten() {
        TreeMap<String, String> files = new TreeMap<>(Map.of("config/a.b.conf", "12", "hooks/run", "34"));
        RunState known = new RunState(
                Optional.of(new ProcessIdentity("token", new ProcessIdentity.Started(7, 1L << 40, "boot"))),
                Optional.of(Instant.parse("2026-01-01T00:00:00.5Z")),
                Optional.of(PackageIdent.parse("core/redis/6/20260101000000")), files,
                new Progress(Optional.of("7-3f9a1c02"), Optional.of("3f9a1c02"), Rung.HEALTHY, "why", true),
                Set.of(Hook.POST_RUN, Hook.POST_STOP));
        assertThat(RunState.ofTree(Toml.parse(Toml.write(known.toTree())))).isEqualTo(known);
        RunState intended = new RunState(Optional.of(new ProcessIdentity("token", null)), Optional.empty(),
                Optional.empty(), files, RunState.NONE.progress(), Set.of());
        assertThat(RunState.ofTree(Toml.parse(Toml.write(intended.toTree())))).isEqualTo(intended);
    }

    @Test
    void theSameContentUnderAnotherNameIsNoNews() {
        Progress healthy = new Progress(Optional.of("7-a"), Optional.of("hash"), Rung.HEALTHY, "", true);
        assertThat(healthy.received(Optional.of(new AppliedConfig("8-b", "hash", Map.of()))))
            .isEqualTo(new Progress(Optional.of("8-b"), Optional.of("hash"), Rung.HEALTHY, "", true));
        assertThat(healthy.received(Optional.of(new AppliedConfig("8-b", "other", Map.of()))).rung())
            .isEqualTo(Rung.RECEIVED);
    }

}
