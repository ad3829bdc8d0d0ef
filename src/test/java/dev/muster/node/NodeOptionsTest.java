package dev.muster.node;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NodeOptionsTest {

    private static final String OPTION = "allow-root-services";

    private static final String VARIABLE = "MUSTER_ALLOW_ROOT_SERVICES";

    private static boolean rootAllowed(Map<String, List<String>> given, Map<String, String> environment,
            Map<String, Object> file) {
        return NodeOptions.read(new OptionSources(given, environment, List.of(file)), new SystemHost())
            .allowRootServices();
    }

    @Test
    void servicesAreNotRootUnlessItIsSaid() {
        assertThat(rootAllowed(Map.of(), Map.of(), Map.of())).isFalse();
        assertThat(rootAllowed(Map.of(OPTION, List.of("true")), Map.of(), Map.of())).isTrue();
        assertThat(rootAllowed(Map.of(), Map.of(VARIABLE, "true"), Map.of())).isTrue();
        assertThat(rootAllowed(Map.of(), Map.of(), Map.of("allow_root_services", true))).isTrue();
    }

    @Test
    void theEnvironmentStandsAboveTheFileAndBelowTheCommandLine() {
        assertThat(rootAllowed(Map.of(), Map.of(VARIABLE, "false"), Map.of("allow_root_services", true))).isFalse();
        assertThat(rootAllowed(Map.of(OPTION, List.of("true")), Map.of(VARIABLE, "false"), Map.of())).isTrue();
    }

    @Test
    void whatIsNeitherTrueNorFalseIsRefused() {
        assertThatExceptionOfType(OptionException.class)
            .isThrownBy(() -> rootAllowed(Map.of(), Map.of(VARIABLE, "yes"), Map.of()))
            .withMessageContaining("must be true or false, not 'yes'");
    }

}
