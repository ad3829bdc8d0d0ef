package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FileCommandsTest extends ClientTest {

    private static final String TAKEN = """
            {"id":"3-0a1b2c3d","group":"redis.prod","number":3,"author":"ann","applied":"accepted","copies":2,
            "oneCopyOnly":false,"note":null,"vanished":[],"warnings":[],
            "files":[{"name":"users.acl","change":"changed","before":1,"after":3,"hash":"ff","size":5,"mode":"0640"}]}""";

    private static final String GROUP = "/v1/groups/redis.prod";

    private static final String FILES = "GET " + GROUP + "/files";

    private static final String PUT = "PUT " + GROUP + "/files/users.acl";

    private static final String EVENTS = "GET " + GROUP + "/revisions/3-0a1b2c3d/events";

    private static final String RESULT = FakeNode.event("f-1", "result",
            "{\"id\":\"3-0a1b2c3d\",\"group\":\"redis.prod\",\"number\":3,\"state\":\"spreading\",\"current\":true,"
                    + "\"members\":[{\"id\":\"one\",\"name\":\"one\",\"state\":\"reconfigured\",\"received\":true}],"
                    + "\"lost\":[]}");

    private Path file;

    @BeforeEach
    void write() throws IOException {
        this.file = Files.writeString(this.directory.resolve("users.acl"), "hello");
    }

    private static String file(String... members) {
        return "[{\"name\":\"users.acl\",\"number\":3,\"revision\":\"8-0a1b2c3d\",\"size\":5,\"mode\":\"0640\","
                + "\"owner\":null,\"author\":\"ann\",\"time\":\"2026-01-01T00:00:00Z\",\"members\":["
                + String.join(",", members) + "]}]";
    }

    private static String member(String name, String state, String reason) {
        return "{\"id\":\"" + name + "\",\"name\":\"" + name + "\",\"state\":\"" + state + "\",\"number\":3,"
                + "\"reason\":" + (reason.isEmpty() ? "null" : "\"" + reason + "\"") + "}";
    }

    @Test
    void aFileIsSentWholeAndFollowedLikeAnyChange() throws IOException {
        this.node.on(PUT, 201, TAKEN).events(EVENTS, RESULT);
        assertThat(this.client.run("file upload redis.prod 3 " + this.file
                + " --mode 644 --owner ann --if-revision 2-0a -m why --author eve --strategy rolling"))
            .isZero();
        FakeNode.Request sent = this.node.last("PUT");
        assertThat(sent.body()).isEqualTo("hello");
        assertThat(sent.query().split("&")).containsExactlyInAnyOrder("number=3", "mode=644", "owner=ann",
                "message=why", "strategy=rolling");
        assertThat(sent.headers()).containsEntry("Content-type", "application/octet-stream")
            .containsEntry("Content-length", "5")
            .containsEntry("Muster-author", "eve")
            .containsEntry("If-match", "\"2-0a\"")
            .containsKey("Idempotency-key");
        assertThat(this.client.out()).contains("redis.prod 3-0a1b2c3d accepted by ann",
                "  file users.acl 1 -> 3 (5 bytes, mode 0640)", "reconfigured");
    }

    @Test
    void aNameOfItsOwnIsPartOfThePath() {
        this.node.on("PUT /v1/groups/redis.prod/files/a%20%3B%25", 201, TAKEN).events(EVENTS, RESULT);
        assertThat(this.client.exactly("file", "upload", "redis.prod", this.file.toString(), "--name", "a ;%", "--root",
                this.directory.toString()))
            .isZero();
    }

    @Test
    void whoLosesAgainstAnotherFileSendsItOnceMore() {
        this.node.on(PUT, 201, TAKEN.replace("3-0a1b2c3d", "3-ffffffff")
            .replace("\"copies\"", "\"overtakenBy\":\"3-eeeeeeee\",\"copies\""));
        this.node.on(PUT, 201, TAKEN).events(EVENTS, RESULT);
        this.node.on("GET " + GROUP + "/revisions/current", 200, "{\"id\":\"3-eeeeeeee\"}");
        assertThat(this.client.run("file upload redis.prod " + this.file + " --request-id r")).isZero();
        assertThat(this.client.err()).contains("3-eeeeeeee came first");
        assertThat(this.node.requests()).filteredOn((request) -> request.method().equals("PUT"))
            .extracting((request) -> request.headers().get("Idempotency-key") + request.body())
            .containsExactly("rhello", "r-2hello");
    }

    @Test
    void whatWouldHappenIsToldAndNothingIsFollowed() {
        this.node.on(PUT, 200,
                """
                        {"group":"redis.prod","base":"7-00000007","number":8,"applied":"planned","values":[],
                        "files":[{"name":"users.acl","change":"added","before":null,"after":1,"size":5,"mode":"0640"}],
                        "warnings":[],"members":[{"id":"one","name":"one","action":"file-updated","reason":"file users.acl updated",
                        "files":[{"name":"files/users.acl","diff":["+ 5 bytes"]}]}],
                        "rollout":{"strategy":"at-once","canary":0,"order":["one"]}}""");
        assertThat(this.client.run("file upload redis.prod " + this.file + " --plan")).isZero();
        assertThat(this.node.last("PUT").query()).isEqualTo("plan=true");
        assertThat(this.client.out()).contains("file users.acl new -> 1 (5 bytes", "file-updated",
                "one: files/users.acl", "+ 5 bytes");
    }

    @Test
    void whatCannotBeSentIsNot() throws IOException {
        Path large = this.directory.resolve("large");
        try (var channel = Files.newByteChannel(large, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(64L << 20);
            channel.write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        assertThat(this.client.run("file upload redis.prod " + large)).isEqualTo(7);
        assertThat(this.client.err()).contains("67108865 bytes; the most is 67108864");
        assertThat(this.client.run("file upload redis.prod " + this.directory)).isEqualTo(2);
        assertThat(this.client.run("file upload redis.prod " + this.directory.resolve("none"))).isEqualTo(2);
        assertThat(this.client.run("file upload redis.prod")).isEqualTo(2);
        assertThat(this.client.run("file upload redis.prod x " + this.file)).isEqualTo(2);
        assertThat(this.client.run("file upload redis.prod " + this.file + " --name ../x")).isEqualTo(7);
        assertThat(this.client.run("file rm redis.prod ..")).isEqualTo(7);
        Path toml = Files.writeString(this.directory.resolve("a.toml"), "a = 1");
        assertThat(this.client.run("config apply redis.prod " + toml + " --file ../x=" + this.file)).isEqualTo(7);
        assertThat(this.client.run("config apply redis.prod " + toml + " --file " + this.file)).isEqualTo(2);
        assertThat(this.client.run("config apply redis.prod " + toml + " --remove-file ..")).isEqualTo(7);
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void aConfigurationTakesItsFilesAlong() throws IOException {
        Path toml = Files.writeString(this.directory.resolve("a.toml"), "a = 1");
        Path other = Files.writeString(this.directory.resolve("other"), "other");
        this.node.on("PUT /v1/contents", 200, "{\"hash\":\"aa\",\"size\":5}")
            .on("PUT /v1/contents", 200, "{\"hash\":\"bb\",\"size\":5}")
            .on("PUT " + GROUP + "/config", 201, TAKEN)
            .events(EVENTS, RESULT);
        assertThat(this.client.run("config apply redis.prod " + toml + " --file users.acl=" + this.file + " --file b="
                + other + " --remove-file old"))
            .isZero();
        assertThat(this.node.requests()).filteredOn((request) -> request.path().equals("/v1/contents"))
            .extracting(FakeNode.Request::body)
            .containsExactly("hello", "other");
        FakeNode.Request sent = this.node.last("PUT");
        assertThat(sent.body()).isEqualTo("a = 1");
        assertThat(sent.query().split("&")).containsExactly("remove-file=old", "file=users.acl%3Aaa", "file=b%3Abb");
    }

    @Test
    void filesAreListedAndTakenAway() {
        assertThat(this.client.run("file list redis.prod")).isEqualTo(5);
        this.node.on(FILES, 200, file(member("one", "in-place", ""), member("two", "away", ""),
                member("three", "waiting", "12 of 64 MiB")));
        assertThat(this.client.run("file list redis.prod")).isZero();
        assertThat(this.client.out()).contains("users.acl  3", "1 of 3, two: away, three: waiting (12 of 64 MiB)");
        this.node.on("DELETE /v1/groups/redis.prod/files/users.acl", 201, TAKEN).events(EVENTS, RESULT);
        assertThat(this.client.run("file rm redis.prod users.acl --format json")).isZero();
        assertThat(this.client.out()).contains("\"id\":\"3-0a1b2c3d\"", "\"members\"");
        assertThat(this.node.last("DELETE").headers()).containsKey("Muster-author");
    }

    @Test
    void nothingIsNoFiles() {
        this.node.on(FILES, 200, "[]");
        assertThat(this.client.run("file list redis.prod")).isZero();
        assertThat(this.client.out().strip()).isEqualTo("The group redis.prod has no files.");
    }

}
