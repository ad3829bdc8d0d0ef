package dev.muster.shell;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TokenCommandsTest extends ClientTest {

    private static final String TOKENS = """
            [{"id":"aaaaaaaaaaaa","name":"ci","role":"apply","groups":"web.*","created":"2026-01-01T00:00:00Z",
            "author":"ann@desk","revoked":"2026-01-02T00:00:00Z"},{"id":"bbbbbbbbbbbb","name":"ci","role":"view",
            "groups":"*","created":"2026-01-03T00:00:00Z","author":"ann@desk","revoked":null},{"id":"cccccccccccc",
            "name":"two","role":"view","groups":"*","created":"2026-01-03T00:00:00Z","author":"ann","revoked":null},
            {"id":"dddddddddddd","name":"two","role":"view","groups":"*","created":"2026-01-03T00:00:00Z",
            "author":"ann","revoked":null}]""";

    @Test
    void theSecretIsAloneOnStandardOutput() {
        this.node.on("POST /v1/tokens", 201,
                "{\"id\":\"aaaaaaaaaaaa\",\"name\":\"ci\",\"role\":\"apply\",\"groups\":\"web.*\",\"secret\":\"muster_x\"}");
        assertThat(this.client.run("token create ci --role apply --groups web.* --author eve")).isZero();
        assertThat(this.client.out()).isEqualTo("muster_x\n");
        assertThat(this.client.err()).contains("ci (aaaaaaaaaaaa)", "apply on web.*", "not shown again")
            .doesNotContain("muster_x");
        FakeNode.Request sent = this.node.last("POST");
        assertThat(sent.body()).isEqualTo("{\"name\":\"ci\",\"role\":\"apply\",\"groups\":\"web.*\"}");
        assertThat(sent.headers()).containsEntry("Muster-author", "eve").containsKey("Idempotency-key");
        assertThat(this.client.run("token create ci --role apply --format json")).isZero();
        assertThat(this.client.out()).startsWith("{").contains("\"secret\":\"muster_x\"");
        assertThat(this.node.last("POST").body()).isEqualTo("{\"name\":\"ci\",\"role\":\"apply\"}");
    }

    @ParameterizedTest
    @CsvSource({ "token create ci, 2, --role is missing",
            "token create ci --role boss, 2, 'view, apply, operate, admin'", "token create --role view, 2, NAME",
            "token revoke nobody, 5, token list", "token revoke two, 6, 'cccccccccccc, dddddddddddd'" })
    void whatCannotBeMeantIsRefused(String line, int exit, String text) {
        this.node.on("GET /v1/tokens", 200, TOKENS);
        assertThat(this.client.run(line)).isEqualTo(exit);
        assertThat(this.client.err()).contains(text);
    }

    @ParameterizedTest
    @CsvSource({ "ci, bbbbbbbbbbbb", "aaaaaaaaaaaa, aaaaaaaaaaaa", "dddddddddddd, dddddddddddd" })
    void aNameMeansItsValidToken(String which, String id) {
        this.node.on("GET /v1/tokens", 200, TOKENS)
            .on("DELETE /v1/tokens/" + id, 200,
                    "{\"id\":\"" + id + "\",\"name\":\"ci\",\"revoked\":\"2026-01-04T00:00:00Z\"}");
        assertThat(this.client.run("token revoke " + which)).isZero();
        assertThat(this.client.out()).isEqualTo("token ci (" + id + ") is revoked since 2026-01-04T00:00:00Z\n");
    }

    @Test
    void aListHasAllButSecrets() {
        this.node.on("GET /v1/tokens", 200, TOKENS);
        assertThat(this.client.run("token list")).isZero();
        assertThat(this.client.out().lines()).hasSize(5);
        assertThat(this.client.out()).contains("aaaaaaaaaaaa", "web.*", "ann@desk", "2026-01-02T00:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({ "403, forbidden", "429, too-many-attempts", "401, unauthorized" })
    void whoIsNotLetInGetsExitFour(int status, String type) {
        this.node.on("GET /v1/tokens", status,
                "{\"type\":\"urn:muster:problem:" + type + "\",\"detail\":\"Not you.\"}");
        assertThat(this.client.run("token list")).isEqualTo(4);
        assertThat(this.client.err()).contains("Not you.");
    }

}
