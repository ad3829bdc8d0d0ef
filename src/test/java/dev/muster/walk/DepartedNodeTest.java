package dev.muster.walk;

import java.nio.file.Files;
import java.nio.file.Path;

import dev.muster.walk.Walk.Outcome;
import dev.muster.walk.Walk.Redis;
import dev.muster.walk.Walk.Supervisor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A whole node that is let go, and its host as another member. */
class DepartedNodeTest {

    private static final int DEPARTED = 10;

    @TempDir
    private Path directory;

    @Test
    void aDepartedMemberStopsItsServicesAndComesBackAsAnotherOneOnly() throws Exception {
        try (Walk walk = new Walk(this.directory)) {
            Supervisor a = walk.starting(1, "core/redis", "--group", "prod");
            Supervisor b = walk.starting(2, "core/redis", "--group", "prod", "--peer", walk.address(1));
            a.awaitReady();
            b.awaitReady();
            Redis redis = b.redis(6379);
            String id = b.memberId();
            assertThat(a.muster("", "sup", "forget", "m2").exit()).isEqualTo(6);
            assertThat(a.muster("", "sup", "depart", "nobody").exit()).isEqualTo(5);

            Outcome departed = a.muster("", "sup", "depart", "m2", "--wait").succeeds();
            assertThat(departed.out()).contains("m2 (" + id + ") has departed: it stops its services and ends",
                    "m2 has left the ring");
            assertThat(b.awaitEnd()).isEqualTo(DEPARTED);
            assertThat(ProcessHandle.of(redis.pid())).isEmpty();
            assertThat(a.muster("", "config", "status", "redis.prod").out()).doesNotContain("m2");
            assertThat(a.muster("", "sup", "forget", "m2").succeeds().out()).contains("has departed already");

            b.start();
            assertThat(b.awaitEnd()).isEqualTo(DEPARTED);
            assertThat(b.printed()).contains("remove " + b.root().resolve("sup/default/data/NODE_KEY"));

            Files.delete(b.root().resolve("sup/default/data/NODE_KEY"));
            b.start();
            b.awaitReady();
            assertThat(b.redis(6379).pid()).isNotEqualTo(redis.pid());
            assertThat(b.memberId()).isNotEqualTo(id);
            assertThat(a.muster("", "config", "status", "redis.prod").out()).doesNotContain(id);
            assertThat(a.muster("", "sup", "status").out()).contains("2 members");
        }
    }

}
