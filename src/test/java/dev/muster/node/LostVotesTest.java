package dev.muster.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.muster.election.ElectionStanding;
import dev.muster.election.ElectionStanding.Phase;
import dev.muster.gateway.ElectionControl;
import dev.muster.group.GroupName;
import dev.muster.service.SpecCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two nodes that have both lost how they voted. */
class LostVotesTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final GroupName GROUP = GroupName.parse("sleeper.prod");

    @Test
    void nobodyLeadsUntilPeopleNameTheVotersAndThenInALaterTerm(@TempDir Path directory) throws IOException {
        try (TestNodes nodes = new TestNodes(directory)) {
            Node first = nodes.start(1);
            Node second = nodes.start(2, 1);
            for (Node node : List.of(first, second)) {
                node.localServices()
                    .load(SpecCodec
                        .read(Map.of("ident", "test/sleeper", "group", "prod", "topology", "leader", "min_members", 2)),
                            false);
            }
            awaitPhase(first, Phase.FINISHED);
            ElectionStanding before = standing(first);
            await().atMost(SOON)
                .until(() -> List.of(first, second)
                    .stream()
                    .allMatch((node) -> node.registry()
                        .group(GROUP)
                        .filter((group) -> group.leads().isPresent())
                        .isPresent()));
            nodes.leaveServices(second);
            nodes.leaveServices(first);
            for (int number = 1; number <= 2; number++) {
                assertThat(FileSystemUtils.deleteRecursively(nodes.root(number).resolve("sup/default/data/votes")))
                    .isTrue();
            }

            Node again = nodes.start(1);
            nodes.start(2, 1);
            await().atMost(SOON)
                .until(() -> again.elections()
                    .standing(GROUP.toString())
                    .filter((now) -> now.phase() == Phase.NONE && now.note().contains("recovery"))
                    .isPresent());
            await().atMost(SOON)
                .until(() -> again.registry()
                    .group(GROUP)
                    .filter((group) -> group.members()
                        .values()
                        .stream()
                        .filter((member) -> member.present())
                        .count() == 2)
                    .isPresent());
            ElectionControl.Recovered named = again.recovery().recover(GROUP, List.of("m1", "m2")).join();
            assertThat(named.lineage()).isGreaterThan(before.lineage().orElseThrow());
            awaitPhase(again, Phase.FINISHED);
            assertThat(standing(again).term()).isGreaterThan(before.term());
        }
    }

    private static ElectionStanding standing(Node node) {
        return node.elections().standing(GROUP.toString()).orElse(ElectionStanding.NONE);
    }

    private static void awaitPhase(Node node, Phase phase) {
        await().atMost(SOON).until(() -> standing(node).phase() == phase);
    }

}
