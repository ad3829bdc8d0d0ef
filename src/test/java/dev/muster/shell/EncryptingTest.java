package dev.muster.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.muster.key.BoxMessage;
import dev.muster.key.Envelope;
import dev.muster.store.KeyCache;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client encrypts, and what it says where it cannot. */
class EncryptingTest extends ClientTest {

    private static final String SECRET = "swordfish";

    private static final String PUT = "PUT /v1/groups/redis.prod@acme/config";

    private static final String EVENTS = "GET /v1/groups/redis.prod@acme/revisions/7-3f9a1c02/events";

    private static final String TAKEN = "{\"id\":\"7-3f9a1c02\",\"group\":\"redis.prod@acme\",\"number\":7,"
            + "\"author\":\"ann\",\"applied\":\"accepted\",\"encrypted\":{\"text\":\"encrypted by alice for"
            + " redis.prod@acme\"}}";

    private KeyCache keys;

    @BeforeEach
    void aKeyOfTheUserAndOneOfTheGroup() {
        assertThat(this.client.run("user key generate alice")).isZero();
        assertThat(this.client.run("svc key generate redis.prod acme")).isZero();
        this.keys = new KeyCache(this.directory.resolve("cache/keys"));
        this.client.input("password = '" + SECRET + "'\n");
        for (String path : List.of("redis.prod@acme", "redis.prod%40acme")) {
            this.node.on(PUT.replace("redis.prod@acme", path), 201, TAKEN)
                .on("PUT /v1/groups/" + path + "/files/users.acl", 201, TAKEN)
                .events(EVENTS.replace("redis.prod@acme", path), FakeNode.event("f-9", "result",
                        "{\"id\":\"7-3f9a1c02\",\"state\":\"empty\",\"current\":true,\"members\":[],\"lost\":[]}"));
        }
        this.node.on("PUT /v1/contents", 200, "{\"hash\":\"" + "ab".repeat(32) + "\"}");
    }

    private String opened(String text) throws IOException {
        BoxMessage message = BoxMessage.parse(text);
        return new String(message.open(this.keys.publicKey(message.sender()).orElseThrow(),
                this.keys.secretKey(message.recipient()).orElseThrow()), StandardCharsets.UTF_8);
    }

    /** Whatever the node was sent. */
    private void nothingPlainWasSent() {
        assertThat(this.node.requests()).isNotEmpty().noneMatch((request) -> request.toString().contains(SECRET));
    }

    private Path secretFile() throws IOException {
        return Files.writeString(this.directory.resolve("users.acl"), "user x >" + SECRET + "\n");
    }

    @Test
    void aConfigurationIsEncryptedBeforeItIsSent() throws IOException {
        assertThat(this.client.run("config apply redis.prod@acme -u alice")).as(this.client.err()).isZero();
        assertThat(this.client.out()).contains("accepted by ann, encrypted by alice for redis.prod@acme");
        FakeNode.Request put = this.node.last("PUT");
        assertThat(put.headers()).containsEntry("Content-type", "application/vnd.muster.box");
        assertThat(opened(put.body())).isEqualTo("password = '" + SECRET + "'\n");
        nothingPlainWasSent();
    }

    @Test
    void theNewestKeysAreTaken() throws IOException {
        assertThat(this.client.run("user key generate alice")).isZero();
        assertThat(this.client.run("svc key generate redis.prod acme")).isZero();
        assertThat(
                this.client.run("config apply redis.prod@acme --user=alice --cache-key-path " + this.keys.directory()))
            .isZero();
        BoxMessage message = BoxMessage.parse(this.node.last("PUT").body());
        assertThat(message.sender()).isEqualTo(this.keys.secretKeys("alice").get(0).id());
        assertThat(message.recipient()).isEqualTo(this.keys.publicKeys("redis.prod@acme").get(0).id());
        assertThat(this.keys.secretKeys("alice")).hasSize(2);
    }

    @Test
    void filesAreEncryptedToo() throws IOException {
        assertThat(this.client.run("file upload redis.prod@acme " + secretFile() + " -u alice")).as(this.client.err())
            .isZero();
        FakeNode.Request put = this.node.last("PUT");
        assertThat(put.query()).contains("encrypted=true");
        assertThat(opened(put.body())).isEqualTo("user x >" + SECRET + "\n");
        assertThat(this.client.run("config apply redis.prod@acme -u alice --file users.acl=" + secretFile())).isZero();
        FakeNode.Request content = this.node.requests()
            .stream()
            .filter((request) -> request.path().equals("/v1/contents"))
            .findFirst()
            .orElseThrow();
        assertThat(opened(content.body())).isEqualTo("user x >" + SECRET + "\n");
        assertThat(this.node.last("PUT").query()).contains("encrypted-file=users.acl%3A" + "ab".repeat(32));
        nothingPlainWasSent();
        try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(left.filter((file) -> file.getFileName().toString().matches("muster-.*\\.box"))
                .filter((file) -> file.toFile().lastModified() > System.currentTimeMillis() - 60_000)
                .max(Comparator.naturalOrder())).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    config apply redis.prod@acme             | 7 | takes only what is encrypted for it: muster config apply redis.prod@acme FILE -u USER
                    file upload redis.prod@acme FILE         | 7 | takes only what is encrypted for it: muster file upload redis.prod@acme
                    config apply redis.prod@acme -u bob      | 5 | cache/keys/bob-*.box.key. muster user key generate bob makes one
                    config apply redis.prod@acme -u ../bob   | 7 | cannot be the name of a key
                    config apply redis.dev@acme -u alice     | 5 | cache/keys/redis.dev@acme-*.pub. copy it from a member, or make one with muster svc key generate redis.dev acme
                    config apply redis.prod -u alice         | 2 | redis.prod is no group of an organisation
                    file upload redis.prod FILE -u alice     | 2 | muster svc key generate redis.prod ORG
                    config apply redis.prod@acme -u alice --allow-unknown | 2 | --allow-unknown says nothing of what is encrypted
                    """)
    void whereItCannotNothingIsSentAndTheWayOutIsNamed(String line, int exit, String told) throws IOException {
        assertThat(this.client.run(line.strip().replace("FILE", secretFile().toString()))).isEqualTo(exit);
        assertThat(this.client.err()).contains(told.strip()).doesNotContain(SECRET);
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void whatIsNoConfigurationIsToldHere() {
        this.client.input("password = " + SECRET + "\n");
        assertThat(this.client.run("config apply redis.prod@acme -u alice")).isEqualTo(7);
        assertThat(this.client.err()).contains("standard input: line 1, column 12", "Nothing was sent");
        this.client.input("# nothing\n");
        assertThat(this.client.run("config apply redis.prod@acme -u alice")).isEqualTo(7);
        assertThat(this.client.err()).contains("add --replace-with-empty if that is meant");
        assertThat(this.node.requests()).isEmpty();
        this.client.input("# nothing\n");
        assertThat(this.client.run("config apply redis.prod@acme -u alice --replace-with-empty")).isZero();
    }

    @Test
    void howMuchFitsIsSaidOfWhatWasGiven() throws IOException {
        Envelope envelope = new Envelope(this.keys.secretKeys("alice").get(0).id(),
                this.keys.publicKeys("redis.prod@acme").get(0).id());
        int longest = (int) BoxMessage.longest(65_536, envelope);
        assertThat(longest).isBetween(49_000, 49_152);
        this.client.input("#" + "x".repeat(longest - 6) + "\na=1\n");
        assertThat(this.client.run("config apply redis.prod@acme -u alice")).as(this.client.err()).isZero();
        assertThat(this.node.last("PUT").body().length()).isBetween(65_533, 65_536);
        this.client.input("#" + "x".repeat(longest - 5) + "\na=1\n");
        assertThat(this.client.run("config apply redis.prod@acme -u alice")).isEqualTo(7);
        assertThat(this.client.err()).contains("standard input has " + (longest + 1) + " bytes",
                "when it is encrypted; the most is 65536",
                "with these keys " + longest + " bytes of text fit: put large content into files");
    }

    @Test
    void aDamagedKeyIsNamed() throws IOException {
        Path file = this.keys.file(this.keys.secretKeys("alice").get(0));
        Files.delete(file);
        Files.writeString(file, "BOX-SEC-1\n" + file.getFileName().toString().replace(".box.key", "") + "\n\nAAAA\n");
        assertThat(this.client.run("config apply redis.prod@acme -u alice")).isEqualTo(1);
        assertThat(this.client.err()).contains("The key file " + file + " is damaged");
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void whatIsEncryptedIsToldSoAndNotShown() {
        String encrypted = "\"encrypted\":{\"by\":\"alice\",\"group\":\"redis.prod\",\"text\":\"encrypted by alice for"
                + " redis.prod\"}";
        this.node
            .on("GET /v1/groups/redis.prod/revisions/current", 200,
                    "{\"id\":\"7-3f9a1c02\",\"group\":\"redis.prod\",\"author\":\"ann\"," + encrypted
                            + ",\"members\":[],\"lost\":[]}")
            .on("GET /v1/groups/redis.prod/revisions", 200,
                    "{\"revisions\":[{\"id\":\"7-3f9a1c02\",\"author\":\"ann\",\"files\":[],\"message\":\"why\","
                            + encrypted + "}]}")
            .on("GET /v1/groups/redis.prod/revisions/current/diff", 200,
                    "{\"values\":[],\"files\":[],\"text\":[],\"note\":\"the texts differ, and no more can be told\"}");
        assertThat(this.client.run("config status redis.prod")).isZero();
        assertThat(this.client.out()).contains("content   encrypted by alice for redis.prod");
        assertThat(this.client.run("config history redis.prod")).isZero();
        assertThat(this.client.out()).contains("why; encrypted by alice for redis.prod");
        assertThat(this.client.run("config diff redis.prod")).isZero();
        assertThat(this.client.out().strip()).isEqualTo("the texts differ, and no more can be told");
    }

}
