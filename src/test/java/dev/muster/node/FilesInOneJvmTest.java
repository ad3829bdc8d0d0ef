package dev.muster.node;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

import dev.muster.content.FileName;
import dev.muster.gateway.FileControl;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.FileChanges;
import dev.muster.group.FileContent;
import dev.muster.group.GroupName;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Hash;
import dev.muster.service.ServiceSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Files of a group on real nodes, over a real network. */
class FilesInOneJvmTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final GroupName PROD = GroupName.parse("reader.prod");

    private TestNodes nodes;

    @BeforeEach
    void prepare(@TempDir Path directory) throws IOException {
        this.nodes = new TestNodes(directory);
        this.nodes.pack("reader",
                Map.of("default.toml", "", "hooks/run", "#!/bin/sh\nls files > seen\nexec sleep 600\n",
                        "hooks/file-updated",
                        "#!/bin/sh\nls files > told\n[ ! -e files/bad ] || { echo bad >&2; exit 3; }\n"));
    }

    @AfterEach
    void end() {
        this.nodes.close();
    }

    private static void load(Node node, String group) {
        node.localServices().load(ServiceSpec.of(PackageIdent.parse("test/reader")).withGroup(group), false);
    }

    private static void awaitPid(Node node) {
        await().atMost(SOON).until(() -> node.services().status("reader").pid().isPresent());
    }

    private static void awaitPresent(List<Node> ring) {
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(ring)
                .allSatisfy((node) -> assertThat(node.replica().view().members()).hasSize(ring.size())));
    }

    private static Applied upload(Node node, String name, byte[] bytes) throws IOException {
        return upload(node, name, bytes, Map.of());
    }

    private static Applied upload(Node node, String name, byte[] bytes, Map<String, String> how) throws IOException {
        FileControl.Stored stored = node.fileControl().receive(new ByteArrayInputStream(bytes));
        return change(node, name, Optional.of(new FileContent(stored.hash(), stored.size(), 0640, Optional.empty())),
                how);
    }

    private static Applied change(Node node, String name, Optional<FileContent> content, Map<String, String> how) {
        return node.fileControl()
            .apply(new ApplyRequest(PROD, OptionalLong.empty(), null, Optional.empty(),
                    FileChanges.of(Map.of(new FileName(name), new FileChanges.Change(OptionalLong.empty(), content))),
                    "test", null, RolloutOptions.parse(how)))
            .join();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static Path directory(Node node) {
        return node.root().layout().services().resolve("reader");
    }

    private static Path file(Node node, String name) {
        return directory(node).resolve("files").resolve(name);
    }

    private static void awaitFile(Node node, String name, byte[] bytes) {
        await().atMost(SOON).untilAsserted(() -> assertThat(file(node, name)).hasBinaryContent(bytes));
    }

    private static String reason(Node node) {
        return node.services().status("reader").reason();
    }

    @Test
    void aFileComesToEveryMemberOfItsGroupAndTheHookHearsOfIt() throws IOException {
        Node a = this.nodes.start(1);
        Node b = this.nodes.start(2, 1);
        Node c = this.nodes.start(3, 1);
        awaitPresent(List.of(a, b, c));
        load(a, "prod");
        load(b, "prod");
        load(c, "dev");
        List.of(a, b, c).forEach(FilesInOneJvmTest::awaitPid);
        await().atMost(SOON)
            .until(() -> c.registry().group(PROD).map((group) -> group.members().size()).orElse(0) == 2);

        byte[] large = bytes(1_500_000);
        Applied applied = upload(c, "large", large);
        assertThat(applied.copies()).isEqualTo(2);
        awaitFile(a, "large", large);
        awaitFile(b, "large", large);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(a, "large"))))
            .isEqualTo("rw-r-----");
        await().atMost(SOON).untilAsserted(() -> assertThat(directory(a).resolve("told")).hasContent("large"));
        assertThat(directory(c).resolve("files")).isEmptyDirectory();

        byte[] other = bytes(20);
        upload(a, "large", other);
        awaitFile(b, "large", other);
        await().atMost(SOON)
            .until(() -> c.registry()
                .group(PROD)
                .filter((group) -> group.current().filter(group::isComplete).isPresent())
                .isPresent());
        // One after the other; the first one's hook refuses it, and it is taken back.
        Applied bad = upload(b, "bad", new byte[0], Map.of("strategy", "rolling", "settle", "200ms"));
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(c.registry().group(PROD).orElseThrow().current().orElseThrow())
                .satisfies((current) -> {
                    assertThat(current.automatic()).isTrue();
                    assertThat(current.base().orElseThrow().id()).isEqualTo(bad.revision().id());
                    assertThat(current.files()).isEqualTo(bad.base().orElseThrow().files());
                }));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(file(a, "bad")).doesNotExist();
            assertThat(file(b, "bad")).doesNotExist();
            assertThat(List.of(a, b)).noneMatch((node) -> reason(node).contains("exited with 3"));
        });
        change(a, "large", Optional.empty(), Map.of());
        await().atMost(SOON).untilAsserted(() -> assertThat(file(b, "large")).doesNotExist());
    }

    @Test
    void aMemberThatComesLaterStartsWithTheFilesAlsoWhenWhoGaveThemIsGone() throws IOException {
        Node a = this.nodes.start(1);
        Node b = this.nodes.start(2, 1);
        awaitPresent(List.of(a, b));
        byte[] large = bytes(1_000_000);
        // Nobody runs the group: both of this ring hold it.
        upload(b, "large", large);
        upload(b, "gone", bytes(10));
        change(b, "gone", Optional.empty(), Map.of());
        Node c = this.nodes.start(3, 1);
        awaitPresent(List.of(a, b, c));
        this.nodes.leaveServices(b);
        load(c, "prod");
        awaitPid(c);
        assertThat(file(c, "large")).hasBinaryContent(large);
        await().atMost(SOON).untilAsserted(() -> assertThat(directory(c).resolve("seen")).hasContent("large"));

        this.nodes.leaveServices(c);
        Files.delete(file(c, "large"));
        Node again = this.nodes.start(3, 1);
        awaitFile(again, "large", large);
    }

    @Test
    void whereTheHolderDiesInTheMiddleTheRestComesFromAnotherAlsoAfterARestart() throws IOException {
        Node a = this.nodes.start(1);
        Node b = this.nodes.start(2, 1);
        awaitPresent(List.of(a, b));
        byte[] large = bytes(6 << 20);
        upload(a, "large", large);
        this.nodes.leaveServices(b);
        awaitPresent(List.of(a));
        // Slow enough to be met in the middle.
        this.nodes.fileRate = 1 << 20;
        Node c = this.nodes.start(3, 1, 2);
        awaitPresent(List.of(a, c));
        load(c, "prod");
        Path part = c.root().layout().contents().resolve(Hash.of(large).hex() + ".part");
        await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> Files.exists(part) && Files.size(part) > 0);
        this.nodes.leaveServices(a);
        awaitPresent(List.of(c));
        this.nodes.leaveServices(c);
        long begun = Files.size(part);
        assertThat(begun).isBetween(1L, large.length - 1L);
        this.nodes.fileRate = NodeOptions.USUAL_FILE_RATE;
        Node again = this.nodes.start(3, 1, 2);
        assertThat(part).hasSize(begun);
        this.nodes.start(2, 1, 3);
        awaitFile(again, "large", large);
        awaitPid(again);
    }

}
