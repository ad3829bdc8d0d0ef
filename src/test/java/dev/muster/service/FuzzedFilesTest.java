package dev.muster.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.Mutations;
import dev.muster.config.InvalidTomlException;
import dev.muster.config.Toml;
import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageIdent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Files below the root, after somebody's editor or a broken disk. */
class FuzzedFilesTest {

    private static final ServiceSpec SPEC = new ServiceSpec(PackageIdent.parse("core/redis/6.2.11"), "prod",
            "https://example.org", "stable", Topology.LEADER, UpdateStrategy.AT_ONCE, UpdateCondition.TRACK_CHANNEL,
            List.of("db:postgres.prod@org"), BindingMode.RELAXED, Optional.of("/tmp/dev"), DesiredState.DOWN,
            Optional.of(Duration.ofMillis(1500)), Duration.ofMillis(2500),
            Map.of(Hook.INIT, Duration.ofSeconds(90), Hook.CHECK, Duration.ofMillis(500)), 5, OnLostLease.KEEP);

    @Test
    void specsAreReadOrRefused() {
        Mutations.eachTextIsTakenOrRefused(List.of(Toml.write(SpecCodec.write(SPEC))), (text) -> {
            try {
                ServiceSpec read = SpecCodec.read(Toml.parse(text));
                assertThat(SpecCodec.read(Toml.parse(Toml.write(SpecCodec.write(read))))).isEqualTo(read);
            }
            catch (InvalidTomlException | InvalidIdentException ex) {
                throw new MalformedSpecException(ex.getMessage());
            }
        }, MalformedSpecException.class);
    }

    @Test
    void statesOfProcessesAreReadOrNothingIsKnown() {
        RunState state = RunState.NONE.starting(new ProcessIdentity("token", null), java.time.Instant.EPOCH,
                PackageIdent.parse("a/b/1/20260101000000"),
                new java.util.TreeMap<>(Map.of("main.conf", "f".repeat(64))));
        Mutations.eachTextIsTakenOrRefused(List.of(Toml.write(state.toTree())), (text) -> {
            Optional<RunState> read = RunState.read(Toml.parse(text));
            read.ifPresent((known) -> assertThat(RunState.read(known.toTree())).contains(known));
        }, RuntimeException.class);
    }

}
