package dev.muster.ring;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RingConfigTests {

    private static RingConfig config(String ring, String bind, String advertise, String... peers) {
        return RingConfig.of(ring, Endpoint.parse(bind, 9638), Endpoint.parse(advertise, 9638),
                List.of(peers).stream().map((peer) -> Endpoint.parse(peer, 9638)).toList(), TestNode.self("a"), null);
    }

    @Test
    void theDefaultsAreThoseOfUpToThirtyMembers() {
        RingConfig config = config("default", "127.0.0.1", "127.0.0.1");
        assertThat(config.transport()).isEqualTo(RingConfig.Transport.TCP);
        assertThat(config.timings()).isEqualTo(new Timings(Duration.ofSeconds(2), Duration.ofSeconds(6),
                Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMillis(1500),
                Duration.ofSeconds(10), Duration.ofMillis(300)));
        assertThat(config.limits()).isEqualTo(new RingConfig.Limits(4096, 32 * 1024 * 1024));
    }

    @ParameterizedTest
    @CsvSource({ "sup-a, sup-a:9638", "sup-a:1, sup-a:1", "127.0.0.2, 127.0.0.2:9638", "[::1]:9638, [::1]:9638",
            "[::1], [::1]:9638", "::1, [::1]:9638", "fe80::1%eth0, [fe80::1%eth0]:9638",
            "[fe80::1%eth0]:70, [fe80::1%eth0]:70" })
    void anEndpointIsReadAsPeopleWriteIt(String text, String endpoint) {
        assertThat(Endpoint.parse(text, 9638)).hasToString(endpoint);
        assertThat(Endpoint.parse(endpoint, 1)).isEqualTo(Endpoint.parse(text, 9638));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ":9638", "a b", "a:", "a:0", "a:65536", "a:99999", "[::1", "::1]", "[sup-a]:1", "a:b",
            "http://a", "[::1]:x" })
    void whatIsNoEndpointIsRefusedWithWhatItIs(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parse(text, 9638)).withMessageMatching(".+");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "-a", "a b", "ä", "a/b" })
    void aRingNeedsAName(String ring) {
        assertThatIllegalArgumentException().isThrownBy(() -> config(ring, "127.0.0.1", "127.0.0.1"))
            .withMessageContaining("\"" + ring + "\" is no name for a ring");
    }

    @ParameterizedTest
    @ValueSource(strings = { "0.0.0.0", "::", "[::]:9638", "0:0:0:0:0:0:0:0" })
    void aWildcardIsNotAdvertised(String advertise) {
        assertThatIllegalArgumentException().isThrownBy(() -> config("r", "127.0.0.1", advertise))
            .withMessageContaining("Nobody can reach");
    }

    @Test
    void aRingSpeaksOneAddressFamily() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> config("r", "127.0.0.2", "127.0.0.2", "sup-a", "[::1]:9638"))
            .withMessage("The peer [::1]:9638 is IPv6, but a ring speaks one address family, "
                    + "that of its gossip address 127.0.0.2:9638; give an IPv4 address");
        assertThatIllegalArgumentException().isThrownBy(() -> config("r", "::1", "127.0.0.2"))
            .withMessageContaining("The advertised address 127.0.0.2:9638 is IPv4");
    }

    @Test
    void whatAMemberSaysOfItselfIsChecked() {
        String nonce = "0123456789abcdef";
        assertThatIllegalArgumentException().isThrownBy(() -> new RingConfig.Self("a\nb", Map.of(), 1, nonce));
        assertThatIllegalArgumentException().isThrownBy(() -> new RingConfig.Self("a", Map.of("", "x"), 1, nonce));
        assertThatIllegalArgumentException().isThrownBy(() -> new RingConfig.Self("a", Map.of(), -1, nonce));
        assertThatIllegalArgumentException().isThrownBy(() -> new RingConfig.Self("a", Map.of(), 1, "xyz"))
            .withMessageContaining("xyz");
    }

    @Test
    void timingsMustMakeSense() {
        Duration second = Duration.ofSeconds(1);
        Duration zero = Duration.ZERO;
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Timings(second, second, second, second, second, second.plusMillis(1), second, second))
            .withMessageContaining("silence");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Timings(second, second.plusMillis(1), second, second, second, second, second, second))
            .withMessageContaining("between searches");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Timings(zero, second.plusMillis(1), second, second, second, second, second, second))
            .withMessageContaining("join");
    }

}
