package dev.muster.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.Toml;
import dev.muster.pack.PackageIdent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SpecCodecTest {

    private static ServiceSpec read(String toml) {
        return SpecCodec.read(Toml.parse(toml));
    }

    @Test
    void whatIsNotSaidHasHabitatsDefault() {
        ServiceSpec spec = read("ident = 'core/redis'");
        assertThat(spec).isEqualTo(ServiceSpec.of(PackageIdent.parse("core/redis")));
        assertThat(spec.group()).isEqualTo("default");
        assertThat(spec.builderUrl()).isEqualTo("https://bldr.habitat.sh");
        assertThat(spec.channel()).isEqualTo("stable");
        assertThat(spec.topology()).isEqualTo(Topology.STANDALONE);
        assertThat(spec.updateStrategy()).isEqualTo(UpdateStrategy.NONE);
        assertThat(spec.updateCondition()).isEqualTo(UpdateCondition.LATEST);
        assertThat(spec.binds()).isEmpty();
        assertThat(spec.bindingMode()).isEqualTo(BindingMode.STRICT);
        assertThat(spec.desiredState()).isEqualTo(DesiredState.UP);
        assertThat(spec.shutdownTimeout()).isEmpty();
        assertThat(spec.healthCheckInterval()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aSpecThatIsWrittenReadsTheSame() {
        ServiceSpec spec = new ServiceSpec(PackageIdent.parse("core/redis/6.2.11"), "prod", "https://example.org",
                "stable", Topology.LEADER, UpdateStrategy.AT_ONCE, UpdateCondition.TRACK_CHANNEL,
                List.of("db:postgres.prod@org"), BindingMode.RELAXED, Optional.of("/tmp/dev"), DesiredState.DOWN,
                Optional.of(Duration.ofMillis(1500)), Duration.ofMillis(2500),
                Map.of(Hook.INIT, Duration.ofSeconds(90), Hook.CHECK, Duration.ofMillis(500)), 5, OnLostLease.KEEP);
        assertThat(read(Toml.write(SpecCodec.write(spec)))).isEqualTo(spec);
        assertThat(SpecCodec.write(spec).keySet()).containsExactlyInAnyOrderElementsOf(SpecCodec.KEYS);
    }

    @Test
    void unknownKeysAreLeftOut() {
        assertThat(read("ident = 'core/redis'\napplication_environment = 'a.b'\nsvc_encrypted_password = 'x'"))
            .isEqualTo(ServiceSpec.of(PackageIdent.parse("core/redis")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            group = 'a.b'                      | a.b
            group = 7                          | group = 7
            topology = 'ring'                  | standalone or leader, not ring
            update_strategy = 'once'           | none, at-once or rolling, not once
            desired_state = 'Up'               | up or down, not Up
            binding_mode = ''                  | binding_mode
            binds = ['postgres.prod']          | name:service.group, not: postgres.prod
            binds = 'db:a.b'                   | a list
            shutdown_timeout = 'soon'          | a number of seconds
            shutdown_timeout = -1              | negative
            health_check_interval = { secs = 0 } | longer than zero
            """)
    void aValueThatCannotBeIsNamed(String line, String said) {
        assertThatExceptionOfType(MalformedSpecException.class).isThrownBy(() -> read("ident = 'core/redis'\n" + line))
            .withMessageContaining(said);
    }

    @Test
    void aSpecWithoutIdentIsRefused() {
        assertThatExceptionOfType(MalformedSpecException.class).isThrownBy(() -> SpecCodec.read(Map.of()))
            .withMessageContaining("ident");
        assertThatExceptionOfType(MalformedSpecException.class).isThrownBy(() -> read("ident = 'redis'"))
            .withMessageContaining("redis");
    }

    @Test
    void theGroupsNameCarriesTheOrganisation() {
        ServiceSpec spec = ServiceSpec.of(PackageIdent.parse("core/redis")).withGroup("prod");
        assertThat(spec.serviceGroup(Optional.empty())).isEqualTo("redis.prod");
        assertThat(spec.serviceGroup(Optional.of("acme"))).isEqualTo("redis.prod@acme");
    }

}
