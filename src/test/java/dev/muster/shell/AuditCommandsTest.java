package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import dev.muster.store.AuditLog;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AuditCommandsTest extends ClientTest {

    private static final String ENTRIES = """
            {"entries":[{"time":"2026-01-02T00:00:00Z","kind":"change","who":"ci","claimed":"ann@desk",
            "from":"10.0.0.1","method":"PUT","path":"/v1/groups/web.one/config","status":201,"revision":"2-0a1b2c3d",
            "problem":null,"memberName":"m2"},{"time":"2026-01-01T00:00:00Z","kind":"refused","who":null,
            "from":"10.0.0.2","method":"GET","path":"/v1/\\u001b[31mnode","status":401,"problem":"unauthorized",
            "count":7,"memberName":"m1"},{"time":"2026-01-01T00:00:00Z","kind":"automatic","who":"muster",
            "revision":"3-0a1b2c3d","what":"takes back 2-0a1b2c3d to 1-0a1b2c3d","memberName":"m1"}],"members":[{"id":"aa","name":"m1","reason":null},
            {"id":"bb","name":"m3","reason":%s}]}""";

    @Test
    void whoDidWhatIsOneLineEach() {
        this.node.on("GET /v1/audit", 200, ENTRIES.formatted("null"));
        assertThat(this.client.run("audit list --all-members --group web.one --since 2026-01-01T00:00:00Z --limit 5"))
            .isZero();
        assertThat(this.client.out().lines()).hasSize(4);
        assertThat(this.client.out())
            .contains("ci (ann@desk)", "PUT /v1/groups/web.one/config", "201 2-0a1b2c3d", "nobody",
                    "401 unauthorized (7 times)")
            .containsPattern("muster +takes back 2-0a1b2c3d to 1-0a1b2c3d +3-0a1b2c3d\n")
            .doesNotContain("\u001b");
        assertThat(this.node.last("GET").query().split("&")).containsExactlyInAnyOrder("all-members=true",
                "group=web.one", "since=2026-01-01T00%3A00%3A00Z", "limit=5");
        assertThat(this.client.run("audit list --since yesterday")).isEqualTo(2);
        assertThat(this.client.run("audit list --since 5m")).isZero();
        assertThat(this.client.run("audit list --format json")).isZero();
        assertThat(this.client.out()).startsWith("{\"entries\"");
    }

    @Test
    void aMemberThatDoesNotAnswerMakesItIncomplete() {
        this.node.on("GET /v1/audit", 200, ENTRIES.formatted("\"it has left\""));
        assertThat(this.client.run("audit list --all-members")).isEqualTo(8);
        assertThat(this.client.err()).contains("nothing from m3: it has left");
        assertThat(this.client.out().lines()).hasSize(4);
    }

    @Test
    void theLogOfThisHostIsVerified() throws IOException {
        assertThat(this.client.run("audit verify")).isEqualTo(5);
        Path log = this.directory.resolve("sup/default/data/audit");
        try (AuditLog audit = AuditLog.open(log, "n")) {
            audit.append(Map.of("who", "ci"));
            audit.append(Map.of("who", "secret"));
        }
        assertThat(this.client.run("audit verify")).isZero();
        assertThat(this.client.out()).startsWith("3 lines fit each other; the last of them has number 2 and hash ");
        Path segment = log.resolve("AUDIT-00000001");
        Files.writeString(segment, Files.readString(segment).replace("\"ci\"", "\"eve\""));
        assertThat(this.client.run("audit verify")).isEqualTo(1);
        assertThat(this.client.err()).contains("Line 3 of AUDIT-00000001 does not fit");
        assertThat(this.client.run("audit verify --format json")).isEqualTo(1);
        assertThat(this.client.out()).contains("\"lines\":2", "does not fit");
    }

}
