package dev.muster.ring;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

class PeersTests {

    private final Map<String, List<String>> names = new HashMap<>();

    private long now;

    private Peers peers(String bind, String advertise, String... peers) {
        RingConfig config = RingConfig.of("r", Endpoint.parse(bind, 9638), Endpoint.parse(advertise, 9638),
                List.of(peers).stream().map((peer) -> Endpoint.parse(peer, 9638)).toList(), TestNode.self("a"), null);
        return new Peers(config, at(bind), at(advertise), this::resolve, () -> this.now);
    }

    private List<InetAddress> resolve(Endpoint endpoint) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String address : endpoint.isLiteral() ? List.of(endpoint.host())
                : this.names.getOrDefault(endpoint.host(), List.of())) {
            addresses.add(InetAddress.getByName(address));
        }
        if (addresses.isEmpty()) {
            throw new UnknownHostException(endpoint.host());
        }
        return addresses;
    }

    private static InetSocketAddress at(String host) {
        return new InetSocketAddress(host, 9638);
    }

    private static List<String> asked(Peers peers, boolean all) {
        List<String> asked = new ArrayList<>();
        peers.attempt(all, (address) -> asked.add(address.getAddress().getHostAddress()));
        return asked;
    }

    @Test
    void aNameIsResolvedAgainEachTimeToAllItsAddresses() {
        Peers peers = peers("10.0.0.1", "10.0.0.1", "sups", "10.0.0.9");
        this.names.put("sups", List.of("10.0.0.2", "10.0.0.3"));
        assertThat(asked(peers, false)).containsExactly("10.0.0.9", "10.0.0.2", "10.0.0.3");
        this.names.put("sups", List.of("10.0.0.4"));
        assertThat(asked(peers, false)).containsExactly("10.0.0.9", "10.0.0.4");
    }

    /** It may be met at any time, for it need not have left the ring. */
    @Test
    void whoHasAnAddressThatANameNoLongerHasIsNotThatNames() {
        Peers peers = peers("10.0.0.1", "10.0.0.1", "sups");
        this.names.put("sups", List.of("10.0.0.2", "10.0.0.3"));
        asked(peers, true);
        peers.met(at("10.0.0.3"));
        assertThat(statuses(peers))
            .containsExactly("sups:9638 --peer true: 10.0.0.2:9638 asked, no answer yet, 10.0.0.3:9638 answers");
        this.names.put("sups", List.of("10.0.0.2"));
        asked(peers, true);
        peers.met(at("10.0.0.3"));
        assertThat(statuses(peers)).containsExactly("sups:9638 --peer false: 10.0.0.2:9638 asked, no answer yet");
    }

    @Test
    void itsOwnAddressIsIgnoredWhateverItIsCalled() {
        this.names.put("me", List.of("10.0.0.1"));
        Peers peers = peers("10.0.0.1", "10.0.0.7", "me", "10.0.0.7");
        assertThat(peers.given()).isTrue();
        assertThat(asked(peers, true)).isEmpty();
        assertThat(peers.given()).isFalse();
        assertThat(asked(peers("0.0.0.0", "10.0.0.7", "127.0.0.1", "10.0.0.7"), true)).isEmpty();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aPeerWithoutAnAddressOfTheRingsFamilyIsNamedOnce(CapturedOutput output) {
        this.names.put("six", List.of("fd00::1"));
        this.names.put("both", List.of("fd00::2", "10.0.0.2"));
        Peers peers = peers("10.0.0.1", "10.0.0.1", "six", "both");
        assertThat(asked(peers, true)).containsExactly("10.0.0.2");
        assertThat(asked(peers, true)).containsExactly("10.0.0.2");
        assertThat(peers.lastError()).isEqualTo("six:9638: it has no IPv4 address");
        assertThat(output.toString().split("Peer cannot be used: peer=six:9638")).hasSize(2);
    }

    @Test
    void whoCannotBeReachedIsTriedLessOftenAndNeverGivenUp() {
        Peers peers = peers("10.0.0.1", "10.0.0.1", "10.0.0.2");
        peers.met(at("10.0.0.3"));
        Map<String, List<Integer>> seconds = new HashMap<>();
        for (int second = 0; second < 400; second++) {
            this.now = Duration.ofSeconds(second).toNanos();
            for (String address : asked(peers, false)) {
                seconds.computeIfAbsent(address, (unused) -> new ArrayList<>()).add(second);
                peers.failed(at(address), "Connection refused");
            }
        }
        // While it may be a cut that is healed, then now and then.
        assertThat(seconds.get("10.0.0.2")).hasSize(325).startsWith(0, 1, 2, 3).endsWith(388, 392, 396);
        assertThat(seconds.get("10.0.0.3")).hasSize(304).startsWith(0, 1, 2, 3).endsWith(330, 360, 390);
        assertThat(peers.lastError()).isEqualTo("10.0.0.2:9638: Connection refused");
        assertThat(asked(peers, true)).containsExactly("10.0.0.3", "10.0.0.2");
        peers.met(at("10.0.0.2"));
        assertThat(peers.lastError()).isNull();
        assertThat(asked(peers, false)).containsExactly("10.0.0.2");
    }

    private static List<String> statuses(Peers peers) {
        return peers.statuses()
            .stream()
            .map((peer) -> peer.peer() + " " + peer.from() + " " + peer.reached() + ": " + peer.result())
            .toList();
    }

    @Test
    void eachPeerThatWasNamedTellsWhatBecameOfTheLatestAttempt() {
        this.names.put("sups", List.of("10.0.0.2", "10.0.0.3", "10.0.0.1"));
        Peers peers = peers("10.0.0.1", "10.0.0.1", "sups", "nobody", "10.0.0.9");
        peers.file(Map.of(Endpoint.parse("10.0.0.7", 9638), "peers:1", Endpoint.parse("sups", 9638), "peers:2"));
        assertThat(statuses(peers)).containsExactlyInAnyOrder("sups:9638 --peer false: not asked yet",
                "nobody:9638 --peer false: not asked yet", "10.0.0.9:9638 --peer false: not asked yet",
                "10.0.0.7:9638 peers:1 false: not asked yet");
        asked(peers, true);
        peers.met(at("10.0.0.2"));
        peers.failed(at("10.0.0.3"), "Connection refused");
        peers.failed("10.0.0.9:9638", "it is of ring other");
        assertThat(statuses(peers)).containsExactlyInAnyOrder(
                "sups:9638 --peer true: 10.0.0.2:9638 answers, 10.0.0.3:9638 Connection refused, 10.0.0.1:9638 this node itself",
                "nobody:9638 --peer false: this name has no address", "10.0.0.9:9638 --peer false: it is of ring other",
                "10.0.0.7:9638 peers:1 false: asked, no answer yet");
        peers.alias(at("10.0.0.7"), at("10.0.0.8"));
        peers.met(at("10.0.0.8"));
        asked(peers, true);
        assertThat(statuses(peers)).contains("10.0.0.7:9638 peers:1 true: 10.0.0.8:9638 answers");
    }

    @Test
    void whatAFileNamesNoLongerIsNotAskedAnyMoreUnlessItIsMetAgain() {
        this.names.put("sups", List.of("10.0.0.2", "10.0.0.3"));
        Peers peers = peers("10.0.0.1", "10.0.0.1", "10.0.0.9");
        peers.remember(List.of(new Endpoint("10.0.0.2", 9638), new Endpoint("10.0.0.5", 9638)));
        assertThat(peers.given()).isTrue();
        peers.file(Map.of(Endpoint.parse("sups", 9638), "peers:1"));
        assertThat(asked(peers, true)).containsExactlyInAnyOrder("10.0.0.9", "10.0.0.2", "10.0.0.3", "10.0.0.5");
        peers.met(at("10.0.0.3"));
        peers.failed(at("10.0.0.2"), "Connection refused");
        assertThat(peers.lastError()).isNotNull();
        peers.file(Map.of());
        assertThat(peers.lastError()).isNull();
        assertThat(asked(peers, true)).containsExactlyInAnyOrder("10.0.0.9", "10.0.0.5");
        peers.met(at("10.0.0.3"));
        assertThat(asked(peers, true)).containsExactlyInAnyOrder("10.0.0.9", "10.0.0.5", "10.0.0.3");
    }

    @Test
    void membersMetAndRememberedAreAskedToo() {
        Peers peers = peers("10.0.0.1", "10.0.0.1");
        assertThat(peers.none()).isTrue();
        peers.remember(List.of(new Endpoint("10.0.0.5", 9638)));
        peers.met(at("10.0.0.6"));
        peers.met(at("10.0.0.1"));
        assertThat(peers.none()).isFalse();
        assertThat(peers.given()).isFalse();
        assertThat(asked(peers, false)).containsExactly("10.0.0.6", "10.0.0.5");
        peers.failed(at("10.0.0.5"), "Connection refused");
        assertThat(peers.lastError()).isNull();
    }

    @Test
    void aMemberIsAskedAtTheAddressItIsKnownByUntilThatFails() {
        Peers peers = peers("10.0.0.1", "10.0.0.1", "10.0.0.2");
        peers.alias(at("10.0.0.2"), at("10.0.0.3"));
        assertThat(asked(peers, false)).containsExactly("10.0.0.3");
        peers.failed(at("10.0.0.3"), "Connection refused");
        assertThat(asked(peers, false)).containsExactly("10.0.0.2");
    }

    @Test
    void addressesAreKeptOverARestartTheLatestFirst(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("members");
        AddressMemory memory = new AddressMemory(file);
        assertThat(memory.load()).isEmpty();
        memory.remember(List.of(new Endpoint("10.0.0.2", 9638), new Endpoint("fd00::1", 1)));
        memory.remember(List.of(new Endpoint("sup-c", 9638)));
        assertThat(Files.readString(file)).isEqualTo("sup-c:9638\n10.0.0.2:9638\n[fd00::1]:1\n");
        assertThat(new AddressMemory(file).load()).containsExactly(new Endpoint("sup-c", 9638),
                new Endpoint("10.0.0.2", 9638), new Endpoint("fd00::1", 1));
        Files.writeString(file, "\0garbage\n10.0.0.2:9638\nno-port\n");
        assertThat(new AddressMemory(file).load()).containsExactly(new Endpoint("10.0.0.2", 9638));
        AddressMemory nowhere = new AddressMemory(directory.resolve("none/members"));
        nowhere.remember(List.of(new Endpoint("10.0.0.2", 9638)));
        assertThat(directory.resolve("none")).doesNotExist();
    }

}
