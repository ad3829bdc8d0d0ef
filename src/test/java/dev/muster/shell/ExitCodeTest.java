package dev.muster.shell;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ExitCodeTest extends ClientTest {

    @ParameterizedTest
    @CsvSource({ "internal, 500, 1", "unavailable, 503, 1", "storage-full, 507, 1", "bad-request, 400, 2",
            "method-not-allowed, 405, 2", "precondition-required, 428, 2", "unauthorized, 401, 4", "forbidden, 403, 4",
            "too-many-attempts, 429, 4", "not-found, 404, 5", "conflict, 409, 6", "revision-mismatch, 412, 6",
            "invalid-syntax, 400, 7", "invalid-name, 400, 7", "too-large, 413, 7", "unsupported-media-type, 415, 7",
            "invalid-config, 422, 7" })
    void everyProblemHasItsExitCode(String type, int status, int exit) {
        String problem = "{\"type\":\"urn:muster:problem:" + type + "\",\"status\":" + status
                + ",\"detail\":\"What happened.\",\"extra\":1}";
        this.node.on("GET /v1/services", status, problem);
        assertThat(this.client.run("svc status")).isEqualTo(exit);
        assertThat(this.client.out()).isEmpty();
        assertThat(this.client.err()).isEqualToIgnoringNewLines("muster: What happened.");
        assertThat(this.client.run("svc status --format json")).isEqualTo(exit);
        assertThat(this.client.out()).isEmpty();
        Json json = Json.parse(this.client.err());
        assertThat(json.text("type")).isEqualTo("urn:muster:problem:" + type);
        assertThat(json.text("extra")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({ "401, 4", "403, 4", "404, 5", "409, 6", "412, 6", "413, 7", "418, 2", "500, 1", "502, 1", "507, 1" })
    void anAnswerThatIsNoProblemIsJudgedByItsStatus(int status, int exit) {
        this.node.on("GET /v1/services", status, "<html>nothing to read</html>");
        assertThat(this.client.run("svc status")).isEqualTo(exit);
        assertThat(this.client.err()).hasLineCount(1).contains(this.node.url());
    }

    @Test
    void placeAndSuggestionAreTold() {
        this.node.on("GET /v1/services", 422,
                "{\"type\":\"urn:muster:problem:invalid-config\",\"detail\":\"No such key\",\"line\":3,\"column\":7,"
                        + "\"suggestion\":\"port\"}");
        assertThat(this.client.run("svc status")).isEqualTo(7);
        assertThat(this.client.err()).contains("No such key (line 3, column 7): did you mean port?");
    }

    @Test
    void withoutANodeThereIsNoAnswer() throws IOException {
        Client other = new Client(this.directory.resolve("other"), "");
        assertThat(other.run("svc status")).isEqualTo(3);
        assertThat(other.err()).contains(this.directory.resolve("other").toString(), "muster sup run --root")
            .hasLineCount(1);
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Client gone = new Client(this.directory.resolve("gone"), "http://127.0.0.1:" + free);
        assertThat(gone.run("svc stop redis")).isEqualTo(3);
        assertThat(gone.err()).contains("127.0.0.1:" + free, "CTL_ADDRESS", "refused").hasLineCount(1);
        assertThat(gone.environment(Map.of("HAB_CTL_SECRET", "x"))
            .exactly("svc", "status", "--remote-sup", "no-such-host.invalid")).isEqualTo(3);
        assertThat(gone.err()).contains("no such host", "no-such-host.invalid");
    }

    @Test
    void aWrongSecretIsDeniedAlsoForAChange() throws IOException {
        Files.writeString(this.directory.resolve("sup/default/CTL_SECRET"), "wrong");
        assertThat(this.client.run("svc status")).isEqualTo(4);
        assertThat(this.client.err()).contains("Wrong secret.");
        assertThat(this.client.run("svc load core/redis")).isEqualTo(4);
        assertThat(this.client.err()).contains("refuses the control secret", "CTL_SECRET").doesNotContain("wrong");
    }

    @Test
    void anUnreadableSecretNamesTheUserToBe() throws IOException {
        Path secret = this.directory.resolve("sup/default/CTL_SECRET");
        Files.delete(secret);
        Files.createDirectory(secret);
        assertThat(this.client.run("svc status")).isEqualTo(4);
        assertThat(this.client.err()).contains(secret.toString(),
                "run this as user " + Files.getOwner(secret).getName());
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void theSecretComesFromFileThenVariableThenRoot() throws IOException {
        Path file = Files.writeString(this.directory.resolve("secret"), FakeNode.SECRET + "\n");
        this.node.on("GET /v1/services", 200, "[]");
        assertThat(this.client.run("svc status")).isZero();
        this.client.environment(Map.of("HAB_CTL_SECRET", "wrong"));
        assertThat(this.client.run("svc status")).isEqualTo(4);
        assertThat(this.client.run("svc status --ctl-secret-file " + file)).isZero();
        assertThat(this.client.run("svc status --ctl-secret-file " + file + ".none")).isEqualTo(4);
        assertThat(this.client.err()).contains("no such file");
    }

    @Test
    void theSecretOfARootIsNeverSentElsewhere() {
        this.node.on("GET /v1/services", 200, "[]");
        String address = "127.0.0.1:" + this.node.port();
        assertThat(this.client.exactly("svc", "status", "--remote-sup", address)).isEqualTo(4);
        assertThat(this.client.err()).contains("--ctl-secret-file", "HAB_CTL_SECRET");
        assertThat(this.node.requests()).isEmpty();
        this.client.environment(Map.of("HAB_CTL_SECRET", FakeNode.SECRET));
        assertThat(this.client.exactly("svc", "status", "--remote-sup", address)).isZero();
        assertThat(this.client.out()).contains("No services loaded.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "svc status --remote-sup 127.0.0.1 | two nodes",
            "svc status --froce | no option", "svc load | PKG_IDENT", "svc status --format xml | text, json",
            "svc load core/redis --topology ring | standalone", "svc load core/redis --strategy canary | new packages",
            "svc stop redis --shutdown-timeout soon | is no duration",
            "config apply redis.prod x y | stands where the number", "svc update redis | nothing was",
            "svc update redis --unset colour | takes the name of an option",
            "svc update redis --unset bind --bind a:b.c | give one of them",
            "svc update redis --hook-timeout init | HOOK=TIME",
            "svc update redis --hook-timeout init=soon | no duration",
            "svc load core/redis --hook-timeout init=1 --hook-timeout init=2 | given twice for init",
            "svc load core/redis --update-condition never | track-channel",
            "svc update redis --strategy canary | new packages", "svc logs redis -n 0 | from 1 to 10000",
            "svc logs redis --lines 10001 | from 1 to 10000", "svc logs redis --lines x | from 1 to 10000",
            "svc logs | PKG_IDENT", "svc bulkload | PATH...", "svc bulkload /nowhere/at.all | There is no file",
            "sup restart --timeout soon | no duration", "sup term now | does not know",
            "config show redis.prod --member | needs a value", "sup run -1 x | no option -1" })
    void aWrongCommandLineSendsNothing(String line, String reason) {
        assertThat(this.client.run(line)).isEqualTo(2);
        assertThat(this.client.err()).contains(reason).hasLineCount(1);
        assertThat(this.client.out()).isEmpty();
        assertThat(this.node.requests()).isEmpty();
        assertThat(this.client.run(line + " --format json")).isEqualTo(2);
    }

    @Test
    void anErrorInJsonIsOneProblem() {
        assertThat(this.client.run("svc load --format json")).isEqualTo(2);
        assertThat(Json.parse(this.client.err()).text("type")).isEqualTo("urn:muster:problem:bad-request");
        assertThat(this.client.run("svc load nothing --format=json")).isEqualTo(7);
        assertThat(Json.parse(this.client.err()).text("type")).isEqualTo("urn:muster:problem:invalid-name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = { "svc load redis | ORIGIN/NAME", "svc load core/redis.prod | did you mean redis?",
                    "svc stop a/b/c/d/e | names no service",
                    "config apply core/redis.prod 1 | did you mean redis.prod?", "config apply redis 1 | SERVICE.GROUP",
                    "config show redis.prod.x | SERVICE.GROUP", "svc update redis.prod --group x | did you mean redis?",
                    "svc logs a/b/c/d/e | names no service", "config apply redis.prod 0 | from 1 to 9007199254740991",
                    "config apply redis.prod 9007199254740992 | from 1 to 9007199254740991",
                    "config apply redis.prod 99999999999999999999 | from 1" })
    void aNameThatIsNoneSendsNothing(String line, String reason) {
        assertThat(this.client.run(line)).isEqualTo(7);
        assertThat(this.client.err()).contains(reason).hasLineCount(1);
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void aConnectionThatEndsLeavesTheOutcomeOfAChangeUnknown() {
        this.node.hangUpOn("POST /v1/services/redis/start").hangUpOn("GET /v1/services");
        assertThat(this.client.run("svc start redis")).isEqualTo(11);
        assertThat(this.client.err()).contains("not known").hasLineCount(1);
        assertThat(this.node.requests()).hasSize(1);
        assertThat(this.client.run("svc status")).isEqualTo(3);
    }

}
