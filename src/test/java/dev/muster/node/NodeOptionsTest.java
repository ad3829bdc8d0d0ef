package dev.muster.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.muster.ring.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    private static Duration period(Map<String, List<String>> given, Map<String, String> environment) {
        return UpdateOptions
            .read(new OptionSources(given, environment, List.of(Map.of("service_update_period", "300"))))
            .period();
    }

    @Test
    void sourcesAreAskedAsOftenAsHabitatsVariableSaysUnlessTheCommandLineDoes() {
        String millis = "HAB_UPDATE_STRATEGY_PERIOD_MS";
        assertThat(period(Map.of(), Map.of())).hasSeconds(300);
        assertThat(period(Map.of(), Map.of(millis, "90000"))).hasSeconds(90);
        assertThat(period(Map.of("service-update-period", List.of("5")), Map.of(millis, "90000"))).hasSeconds(5);
        assertThat(period(Map.of(), Map.of(millis, "2000"))).as("Habitat's least").hasSeconds(60);
        assertThat(period(Map.of(), Map.of(millis, "2000", "HAB_UPDATE_STRATEGY_PERIOD_BYPASS_CHECK", "1")))
            .hasSeconds(2);
        assertThatExceptionOfType(OptionException.class).isThrownBy(() -> period(Map.of(), Map.of(millis, "60s")))
            .withMessageStartingWith("HAB_UPDATE_STRATEGY_PERIOD_MS: '60s' is no number of milliseconds");
    }

    /** A host with one address, and with a name that means its loopback, as many have. */
    private record FakeHost(String detectedIp) implements NodeOptions.Host {

        @Override
        public String name() {
            return "here";
        }

        @Override
        public boolean isLoopback(Endpoint address) {
            return address.host().startsWith("127.") || address.host().equals("here");
        }

        @Override
        public boolean isWildcard(Endpoint address) {
            return address.host().equals("0.0.0.0");
        }

        @Override
        public String ip(Endpoint address) {
            return address.host().equals("here") ? "127.0.1.1" : address.host();
        }

    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.0.0.0   |          |          | 10.0.0.5  | 10.0.0.5  | 10.0.0.5
            0.0.0.0   | 10.0.0.9 |          | 10.0.0.5  | 10.0.0.9  | 10.0.0.5
            0.0.0.0   | 10.0.0.9 |          | 127.0.0.1 | 10.0.0.9  | 10.0.0.9
            0.0.0.0   |          | 10.0.0.7 | 127.0.0.1 | 10.0.0.7  | 10.0.0.7
            10.0.0.5  |          |          | 127.0.0.1 | 10.0.0.5  | 10.0.0.5
            127.0.0.1 |          |          | 10.0.0.5  | 127.0.0.1 | 127.0.0.1
            """)
    void othersAreToldAnAddressThatTheyCanReach(String gossip, String advertise, String sysIp, String detected,
            String advertised, String ip) {
        NodeOptions options = read(gossip, advertise, sysIp, detected);
        assertThat(options.advertised().host()).isEqualTo(advertised);
        assertThat(options.sysIp()).isEqualTo(ip);
    }

    private static NodeOptions read(String gossip, String advertise, String sysIp, String detected) {
        Map<String, List<String>> given = new HashMap<>(Map.of("listen-gossip", List.of(gossip)));
        if (advertise != null) {
            given.put("advertise", List.of(advertise));
        }
        if (sysIp != null) {
            given.put("sys-ip-address", List.of(sysIp));
        }
        return NodeOptions.read(new OptionSources(given, Map.of(), List.of()), new FakeHost(detected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.0.0.0  |           |           | 127.0.0.1 | --advertise HOST[:PORT]
            0.0.0.0  | here      |           | 10.0.0.5  | --advertise HOST[:PORT]
            10.0.0.5 | 127.0.0.1 |           | 10.0.0.5  | --advertise HOST[:PORT]
            0.0.0.0  | 0.0.0.0   |           | 10.0.0.5  | --advertise HOST[:PORT]
            10.0.0.5 |           | 127.0.0.1 | 10.0.0.5  | --sys-ip-address IP
            0.0.0.0  | 10.0.0.9  | here      | 10.0.0.5  | --sys-ip-address IP
            """)
    void anAddressThatIsEachOnesOwnIsNotToldToOthers(String gossip, String advertise, String sysIp, String detected,
            String option) {
        assertThatExceptionOfType(OptionException.class).isThrownBy(() -> read(gossip, advertise, sysIp, detected))
            .withMessageContaining(option);
    }

    @Test
    void peersMayStandInAFileAndBeCalledPermanent() {
        NodeOptions options = NodeOptions.read(new OptionSources(Map.of("peer-watch-file", List.of("/etc/peers"),
                "peer", List.of("10.0.0.2"), "permanent-peer", List.of("true")), Map.of(), List.of()),
                new SystemHost());
        assertThat(options.peerFile()).contains(Path.of("/etc/peers"));
        assertThat(options.peers()).containsExactly(new Endpoint("10.0.0.2", 9638));
        assertThat(options.permanentPeer()).isTrue();
        assertThat(options.startWait()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatIsNeitherTrueNorFalseIsRefused() {
        assertThatExceptionOfType(OptionException.class)
            .isThrownBy(() -> rootAllowed(Map.of(), Map.of(VARIABLE, "yes"), Map.of()))
            .withMessageContaining("must be true or false, not 'yes'");
    }

}
