package dev.muster.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes on two hosts. */
class TwoHostsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path directory;

    /** Addresses of the ring's members, as this node sees them. */
    private static List<String> ring(Hosts hosts, int host) throws Exception {
        Hosts.Result result = hosts.muster(host, "sup", "status", "--format", "json");
        if (result.code() != 0) {
            return List.of();
        }
        List<String> addresses = new ArrayList<>();
        for (JsonNode member : JSON.readTree(result.text()).get("members")) {
            addresses.add(member.get("address").asString());
        }
        return addresses;
    }

    @Test
    void nodesThatListenOnAllAddressesTellEachOtherTheOneThatCanBeReached() throws Exception {
        try (Hosts hosts = new Hosts(2, this.directory)) {
            String[] all = { hosts.address(1) + ":9638", hosts.address(2) + ":9638" };
            hosts.start(1);
            hosts.start(2, "--peer", hosts.address(1));
            Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
                assertThat(ring(hosts, 2)).as(hosts.printed(2)).containsExactlyInAnyOrder(all);
                assertThat(ring(hosts, 1)).as(hosts.printed(1)).containsExactlyInAnyOrder(all);
            });
        }
    }

}
