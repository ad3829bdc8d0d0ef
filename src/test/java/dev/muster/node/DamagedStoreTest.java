package dev.muster.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import dev.muster.group.Revision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/** A real node of two whose log is damaged, while it runs and while it does not. */
class DamagedStoreTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final GroupName GROUP = GroupName.parse("sleeper.prod");

    private TestNodes nodes;

    @BeforeEach
    void prepare(@TempDir Path directory) throws IOException {
        this.nodes = new TestNodes(directory);
    }

    @AfterEach
    void end() {
        this.nodes.close();
    }

    @Test
    void aDamagedRecordIsNamedAndFetchedFromAnotherMember() throws IOException {
        Node whole = this.nodes.start(1);
        Node damaged = this.nodes.start(2, 1);
        await().atMost(SOON).until(() -> whole.replica().view().members().size() == 2);
        Revision first = apply(whole, "port = 1111\n");
        Revision second = apply(whole, "port = 2222\n");
        awaitEqual(whole, damaged);

        long at = spoil(damaged, second);
        assertThatIOException().isThrownBy(() -> damaged.registry().content(second))
            .withMessageContaining("0000000001.facts");
        assertThat(damaged.status("").damaged()).singleElement()
            .asString()
            .contains("0000000001.facts", "offset " + at);
        assertThat(damaged.registry().group(GROUP).orElseThrow().current()).contains(second);
        awaitEqual(whole, damaged);
        assertThat(damaged.registry().content(second)).asString(StandardCharsets.UTF_8).isEqualTo("port = 2222\n");

        this.nodes.leaveServices(damaged);
        at = spoil(damaged, first);
        Node again = this.nodes.start(2, 1);
        assertThat(again.status("").damaged()).anySatisfy(expect(at));
        assertThat(again.registry().group(GROUP).orElseThrow().current()).contains(second);
        awaitEqual(whole, again);
        assertThat(again.registry().content(first)).asString(StandardCharsets.UTF_8).isEqualTo("port = 1111\n");
    }

    private static java.util.function.Consumer<String> expect(long at) {
        return (damage) -> assertThat(damage).contains("0000000001.facts", "offset " + at);
    }

    private static Revision apply(Node node, String toml) {
        byte[] content = toml.getBytes(StandardCharsets.UTF_8);
        return node.registry()
            .apply(new ApplyRequest(GROUP, OptionalLong.empty(), null, content, Content.hash(Toml.parse(toml)), "test",
                    null))
            .join()
            .revision();
    }

    private static void awaitEqual(Node one, Node other) {
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(List.of(one, other)).extracting((node) -> node.replica().fingerprint())
                .containsOnly(one.replica().fingerprint()));
    }

    /**
     * Makes a byte of this revision wrong in the node's log, where its hash alone is in
     * clear.
     * @return where its record begins
     */
    private static long spoil(Node node, Revision revision) throws IOException {
        Path file = node.root().layout().facts().resolve("0000000001.facts");
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int position = text.indexOf(new String(revision.hash().bytes(), StandardCharsets.ISO_8859_1)) + 100;
        byte[] bytes = Files.readAllBytes(file);
        bytes[position] ^= 1;
        Files.write(file, bytes);
        // Four bytes that begin each record.
        return text.lastIndexOf("\u00fa\u00c7\u00a5\u0001", position);
    }

}
