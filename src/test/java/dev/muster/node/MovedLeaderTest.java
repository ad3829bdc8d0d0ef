package dev.muster.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.muster.election.ElectionStanding;
import dev.muster.election.ElectionStanding.Phase;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.rumor.MemberId;
import dev.muster.service.SpecCodec;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two real nodes and a group that its leader leaves for another one, while its node and
 * its service are well.
 */
class MovedLeaderTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final GroupName LED = GroupName.parse("led.prod");

    private static ElectionStanding standing(Node node) {
        return node.elections().standing(LED.toString()).orElse(ElectionStanding.NONE);
    }

    @Test
    void aServiceThatGoesToAnotherGroupLeadsTheFormerNoLonger(@TempDir Path directory) throws IOException {
        try (TestNodes nodes = new TestNodes(directory)) {
            nodes.pack("led", Map.of("hooks/run", "#!/bin/sh\nexec sleep 600\n", "config/role", "{{svc.me.leader}}\n"));
            List<Node> ring = List.of(nodes.start(1), nodes.start(2, 1));
            for (Node node : ring) {
                node.localServices()
                    .load(SpecCodec
                        .read(Map.of("ident", "test/led", "group", "prod", "topology", "leader", "min_members", 2)),
                            false);
            }
            await().atMost(SOON)
                .until(() -> ring.stream()
                    .allMatch((node) -> standing(node).phase() == Phase.FINISHED
                            && node.services().status("led").pid().isPresent()));
            Node leaving = ring.get(standing(ring.get(0)).leading() ? 0 : 1);
            Node staying = ring.get(standing(ring.get(0)).leading() ? 1 : 0);
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            new ElectionMeters(leaving.elections(), leaving.registry()).bindTo(meters);
            assertThat(terms(meters)).containsExactly("led.prod");

            leaving.localServices().update("led", Map.of("group", "other"));

            await().atMost(SOON).until(() -> standing(staying).leading());
            MemberId next = standing(staying).leader().orElseThrow();
            await("the leader lets it go").atMost(SOON)
                .until(() -> standing(staying).voters().orElseThrow().voters().size() == 1);
            await("who was let go tells what the leader says, not what it heard last").atMost(SOON)
                .until(() -> leaving.elections().standing("led.prod").isEmpty());
            assertThat(leaving.registry().group(LED).flatMap(GroupSnapshot::leads))
                .hasValueSatisfying((leads) -> assertThat(leads.member()).isEqualTo(next));
            await().atMost(SOON).until(() -> terms(meters).equals(List.of("led.other")));

            staying.localServices().update("led", Map.of("topology", "standalone"));

            await("who leads no longer is said to lead by nobody").atMost(SOON)
                .until(() -> ring.stream()
                    .allMatch((node) -> node.elections().standing(LED.toString()).isEmpty()
                            && node.registry().group(LED).flatMap(GroupSnapshot::leader).isEmpty()));
        }
    }

    private static List<String> terms(SimpleMeterRegistry meters) {
        return meters.find("muster.election.term")
            .gauges()
            .stream()
            .map(Gauge::getId)
            .map((id) -> String.valueOf(id.getTag("group")))
            .sorted()
            .toList();
    }

}
