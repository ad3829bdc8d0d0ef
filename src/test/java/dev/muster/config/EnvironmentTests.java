package dev.muster.config;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EnvironmentTests {

    @Test
    void theVariableIsTheNameInCapitals() {
        assertThat(Environment.layer("my-redis", Map.of("HAB_MY_REDIS", "port = 1"))).isEqualTo(Map.of("port", 1L));
        assertThat(Environment.layer("redis", Map.of("HAB_MY_REDIS", "port = 1"))).isEmpty();
    }

    @Test
    void jsonIsTakenWhereItIsNoToml() {
        assertThat(Environment.layer("redis", Map.of("HAB_REDIS", "{\"port\": 1}"))).isEqualTo(Map.of("port", 1L));
        assertThat(Environment.layer("redis", Map.of("HAB_REDIS", ""))).isEmpty();
    }

    @Test
    void whatIsNeitherIsNamedWithItsVariable() {
        assertThatExceptionOfType(InvalidEnvironmentException.class)
            .isThrownBy(() -> Environment.layer("redis", Map.of("HAB_REDIS", "maxmemory = 64mb")))
            .withMessageContaining("HAB_REDIS")
            .withMessageContaining("maxmemory = \"...\"")
            .withMessageNotContaining("64mb");
        assertThatExceptionOfType(InvalidEnvironmentException.class)
            .isThrownBy(() -> Environment.layer("redis", Map.of("HAB_REDIS", "{\"port\": }")))
            .withMessageContaining("read as JSON: line 1, column 10");
    }

    @Test
    void aSecretIsNoLayerOfAPackageOfThatName() {
        assertThat(Environment.layer("ring-key", Map.of("HAB_RING_KEY", "SYM-SEC-1"))).isEmpty();
        assertThat(Environment.layer("ctl-secret", Map.of("HAB_CTL_SECRET", "a = 1"))).isEmpty();
    }

}
