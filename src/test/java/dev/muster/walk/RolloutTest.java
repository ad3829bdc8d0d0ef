package dev.muster.walk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.muster.walk.Walk.Redis;
import dev.muster.walk.Walk.Supervisor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The second example of the README, as it stands there. */
class RolloutTest {

    @TempDir
    Path directory;

    @Test
    void aBadChangeStopsAfterTheFirstMemberAndIsTakenBackAsTheReadmeShows() throws Exception {
        List<String> lines = commandsOfTheReadme();
        assertThat(lines).hasSize(3);
        try (Walk walk = new Walk(this.directory)) {
            Supervisor a = walk.supervisor(1);
            Supervisor b = walk.supervisor(2, "--peer", a.ip());
            a.load("prod");
            b.load("prod");
            a.redis(6379);
            b.redis(6379);
            await().atMost(Walk.SOON)
                .untilAsserted(() -> assertThat(a.muster("", "group", "list").out())
                    .containsPattern("redis\\.prod\\s+-\\s+2\\s+2"));
            a.muster("port = 2112\n", "config", "apply", "redis.prod", "1", "--settle", "1s").succeeds();

            Typed already = type(lines.get(0), a);
            assertThat(already.exit).as(already.text).isZero();
            assertThat(already.text).contains("is applied already", "healthy");
            Redis redisA = a.redis(2112);
            Redis redisB = b.redis(2112);

            Typed bad = type(lines.get(1), a);
            assertThat(bad.exit).as(bad.text).isEqualTo(1);
            assertThat(bad.text).containsPattern("redis.prod 2-[0-9a-f]{8} accepted by ").contains("rolled back");
            boolean first = a.memberId().compareTo(b.memberId()) < 0;
            await().atMost(Walk.SOON)
                .untilAsserted(() -> assertThat(a.muster("", "config", "status", "redis.prod").out())
                    .containsPattern("3-[0-9a-f]{8}")
                    .contains("converged"));
            assertThat((first ? a : b).redis(2112).pid()).isNotEqualTo((first ? redisA : redisB).pid());
            assertThat((first ? b : a).redis(2112)).isEqualTo(first ? redisB : redisA);
            assertThat((first ? a : b).printed()).contains("99999");
            assertThat((first ? b : a).printed()).doesNotContain("99999");

            Typed history = type(lines.get(2), a);
            assertThat(history.exit).as(history.text).isZero();
            assertThat(history.text).containsPattern("3-[0-9a-f]{8}")
                .containsPattern("2-[0-9a-f]{8}")
                .containsPattern("1-[0-9a-f]{8}")
                .containsPattern("takes back 2-[0-9a-f]{8} to 1-[0-9a-f]{8}");
        }
    }

    private static List<String> commandsOfTheReadme() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String section = readme.substring(readme.indexOf("## A change that goes wrong"));
        return section.substring(0, section.indexOf("\n## ", 1))
            .lines()
            .filter((line) -> line.startsWith("./muster ") || line.startsWith("echo "))
            .toList();
    }

    private static Typed type(String line, Supervisor supervisor) throws IOException, InterruptedException {
        String here = line.replace("./muster", Path.of(System.getProperty("muster.distribution"), "muster").toString())
            .replace("target/walk/a", supervisor.root().toString());
        Process process = new ProcessBuilder("sh", "-c", here).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(line).isTrue();
        return new Typed(process.exitValue(), text);
    }

    /** What came of a line. */
    private record Typed(int exit, String text) {
    }

}
