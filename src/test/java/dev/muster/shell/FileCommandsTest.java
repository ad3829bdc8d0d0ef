package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FileCommandsTest {

    private static final String TAKEN = """
            {"id":"3-0a1b2c3d","group":"redis.prod","name":"users.acl","number":3,"hash":"ff","size":5,"mode":"0640",
            "owner":null,"author":"ann","applied":"accepted","copies":2,"oneCopyOnly":false,"note":null}""";

    private static final String FILES = "GET /v1/groups/redis.prod/files";

    private static final String PUT = "PUT /v1/groups/redis.prod/files/users.acl";

    @TempDir
    Path directory;

    private FakeNode node;

    private Client client;

    private Path file;

    @BeforeEach
    void start() throws IOException {
        this.node = new FakeNode();
        this.client = new Client(this.directory.resolve("root"), this.node.url());
        this.file = Files.writeString(this.directory.resolve("users.acl"), "hello");
    }

    @AfterEach
    void stop() {
        this.node.close();
    }

    private static String member(String name, String state, String problem) {
        return "{\"id\":\"" + name + "\",\"name\":\"" + name + "\",\"state\":\"" + state + "\",\"problem\":"
                + (problem.isEmpty() ? "null" : "\"" + problem + "\"") + "}";
    }

    private static String file(String id, String... members) {
        return "[{\"name\":\"users.acl\",\"id\":\"" + id + "\",\"size\":5,\"mode\":\"0640\",\"owner\":null,"
                + "\"author\":\"ann\",\"time\":\"2026-01-01T00:00:00Z\",\"members\":[" + String.join(",", members)
                + "]}]";
    }

    @Test
    void aFileIsSentWholeAndFollowedToItsMembers() throws IOException {
        this.node.on(PUT, 201, TAKEN)
            .on(FILES, 200, file("3-0a1b2c3d", member("one", "waiting", ""), member("two", "in-place", "")))
            .on(FILES, 200, file("3-0a1b2c3d", member("one", "telling", ""), member("two", "in-place", "")))
            .on(FILES, 200, file("3-0a1b2c3d", member("one", "in-place", ""), member("two", "in-place", "")));
        assertThat(this.client.run("file upload redis.prod 3 " + this.file
                + " --mode 644 --owner ann --if-revision 2-0a -m why --author eve"))
            .isZero();
        FakeNode.Request sent = this.node.last("PUT");
        assertThat(sent.body()).isEqualTo("hello");
        assertThat(sent.query().split("&")).containsExactlyInAnyOrder("number=3", "mode=644", "owner=ann",
                "message=why");
        assertThat(sent.headers()).containsEntry("Content-type", "application/octet-stream")
            .containsEntry("Content-length", "5")
            .containsEntry("Muster-author", "eve")
            .containsEntry("If-match", "\"2-0a\"")
            .containsKey("Idempotency-key");
        assertThat(this.node.last("GET").query()).isEqualTo("name=users.acl");
        assertThat(this.client.out().lines()).containsExactly("redis.prod users.acl 3-0a1b2c3d uploaded by ann",
                "  one  waiting", "  two  in-place", "  one  telling", "  one  in-place");
    }

    @Test
    void aNameOfItsOwnIsPartOfThePath() {
        this.node.on("PUT /v1/groups/redis.prod/files/a%20%3B%25", 201, TAKEN).on(FILES, 200, file("3-0a1b2c3d"));
        assertThat(this.client.exactly("file", "upload", "redis.prod", this.file.toString(), "--name", "a ;%", "--root",
                this.directory.resolve("root").toString()))
            .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            in-place | file-updated hook exited with 3 | 3-0a1b2c3d | 1 | exited with 3
            waiting  | ''                              | 3-0a1b2c3d | 9 | still open: one
            waiting  | ''                              | 4-ffffffff | 6 | was superseded
            away     | ''                              | 3-0a1b2c3d | 0 | members that are away: one
            """)
    void theExitCodeSaysWhatTheMembersMadeOfIt(String state, String problem, String id, int exit, String told) {
        this.node.on(PUT, 201, TAKEN).on(FILES, 200, file(id, member("one", state, problem)));
        assertThat(this.client.run("file upload redis.prod " + this.file + " --timeout 100ms")).isEqualTo(exit);
        assertThat(this.client.err()).contains(told);
    }

    @Test
    void oneCopyOnlyIsIncomplete() {
        this.node.on(PUT, 201, TAKEN.replace("\"oneCopyOnly\":false", "\"oneCopyOnly\":true"))
            .on(FILES, 200, file("3-0a1b2c3d"));
        assertThat(this.client.run("file upload redis.prod " + this.file)).isEqualTo(8);
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
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void filesAreListedAndTakenAway() {
        assertThat(this.client.run("file list redis.prod")).isEqualTo(5);
        this.node.on(FILES, 200, file("3-0a1b2c3d", member("one", "in-place", ""), member("two", "away", "")));
        assertThat(this.client.run("file list redis.prod")).isZero();
        assertThat(this.client.out()).contains("users.acl  3-0a1b2c3d  5", "1 of 2");
        this.node.on("DELETE /v1/groups/redis.prod/files/users.acl", 200, TAKEN);
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
