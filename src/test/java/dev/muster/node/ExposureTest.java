package dev.muster.node;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class ExposureTest {

    private static final Path KEYS = Path.of("keys-of-the-node");

    private static void check(Exposure.Protection protection, String... options) {
        Map<String, List<String>> given = new HashMap<>();
        for (String option : options) {
            int equals = option.indexOf('=');
            given.put(option.substring(0, equals), List.of(option.substring(equals + 1)));
        }
        SystemHost host = new SystemHost();
        Exposure.check(host, NodeOptions.read(new OptionSources(given, Map.of(), List.of()), host), protection, KEYS);
    }

    private static Exposure.Protection protection(boolean key, boolean tls, boolean token) {
        return new Exposure.Protection(key, tls, token);
    }

    @Test
    void onLoopbackNothingIsNeeded() {
        assertThatNoException().isThrownBy(() -> check(protection(false, false, false)));
    }

    @ParameterizedTest
    @CsvSource({ "listen-gossip, muster ring key generate default, muster ring key import",
            "listen-ctl, muster sup secret generate-tls, --ctl-server-certificate",
            "listen-http, muster sup secret generate, HAB_SUP_GATEWAY_AUTH_TOKEN" })
    void whatOthersReachIsProtectedOrRefusedWithTheCommands(String option, String command, String then) {
        assertThatExceptionOfType(OptionException.class)
            .isThrownBy(() -> check(protection(false, false, false), option + "=192.0.2.1", "advertise=192.0.2.1"))
            .withMessageStartingWith("--" + option + " 192.0.2.1")
            .withMessageContaining(command)
            .withMessageContaining(then)
            .withMessageContaining("--insecure");
        assertThatNoException().isThrownBy(
                () -> check(protection(option.endsWith("gossip"), option.endsWith("ctl"), option.endsWith("http")),
                        option + "=192.0.2.1", "advertise=192.0.2.1"));
    }

    @Test
    void aNamedRingIsReachedFromOtherHostsAndNeedsItsKey() {
        assertThatExceptionOfType(OptionException.class)
            .isThrownBy(() -> check(protection(false, false, false), "ring=blue", "advertise=192.0.2.1"))
            .withMessageContaining("none of ring blue in keys-of-the-node")
            .withMessageContaining("muster ring key generate blue");
    }

    @Test
    void aPeerElsewhereIsNotLookedForFromLoopback() {
        assertThatExceptionOfType(OptionException.class)
            .isThrownBy(() -> check(protection(false, false, false), "peer=192.0.2.7"))
            .withMessageContaining("--listen-gossip 0.0.0.0:9638")
            .withMessageContaining("muster ring key generate default");
    }

}
