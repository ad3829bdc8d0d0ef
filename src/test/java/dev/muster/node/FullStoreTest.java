package dev.muster.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A real node of two that has its root on a disk of its own, which becomes full. */
class FullStoreTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @Test
    void aNodeWithoutRoomRefusesChangesRunsOnAndTakesThemOnceThereIsRoom() throws Exception {
        TestNodes nodes = new TestNodes(this.directory);
        Path disk = Files.createDirectories(nodes.root(1));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "muster-test", disk.toString());
        Assumptions.assumeTrue(mounted,
                "Only root can mount a small file system: a node on a full disk is not tested here");
        try {
            Node full = nodes.start(1);
            Node other = nodes.start(2, 1);
            await().atMost(SOON).until(() -> full.replica().view().members().size() == 2);
            ConfigurableApplicationContext gateways = Gateways.open(full, Path.of("").toAbsolutePath(),
                    new AskedControl());
            try {
                assertThat(apply(full, 0).statusCode()).isEqualTo(201);
                awaitEqual(full, other);

                Path filler = disk.resolve("filler");
                run("dd", "if=/dev/zero", "of=" + filler, "bs=4096");
                assertThat(disk.toFile().getUsableSpace()).isZero();
                HttpResponse<String> refused = apply(full, 1);
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(507);
                assertThat(refused.body()).contains("urn:muster:problem:storage-full", "was not accepted",
                        "No room left", disk.toString());
                assertThat(full.storage().writable()).isFalse();
                assertThat(send(request(full, "/v1/node").GET()).body()).contains("No room left");
                assertThat(apply(full, 2).statusCode()).isEqualTo(507);

                // The other one goes on, and the full one holds nothing that it cannot
                // keep.
                String before = full.replica().fingerprint();
                assertThat(applied(other, 3).copies()).isEqualTo(1);
                assertThat(full.replica().fingerprint()).isEqualTo(before).isNotEqualTo(other.replica().fingerprint());
                assertThat(send(request(full, "/v1/ring").GET()).statusCode()).isEqualTo(200);

                Files.delete(filler);
                await().atMost(SOON).until(() -> full.storage().writable());
                awaitEqual(full, other);
                assertThat(apply(full, 4).statusCode()).isEqualTo(201);
                awaitEqual(full, other);
            }
            finally {
                gateways.close();
            }
        }
        finally {
            nodes.close();
            run("umount", "-l", disk.toString());
        }
    }

    /** Larger than what is left of any block. */
    private static String layer(int number) {
        return "port = " + number + "\ntext = \"" + "x".repeat(8_192) + "\"\n";
    }

    private static Applied applied(Node node, int number) {
        byte[] content = layer(number).getBytes(StandardCharsets.UTF_8);
        return node.registry()
            .apply(new ApplyRequest(GroupName.parse("web.default"), OptionalLong.empty(), null, content,
                    Content.hash(Toml.parse(layer(number))), "test", null))
            .join();
    }

    private HttpResponse<String> apply(Node node, int number) throws IOException, InterruptedException {
        return send(request(node, "/v1/groups/web.default/config").header("Content-Type", "application/toml")
            .PUT(BodyPublishers.ofString(layer(number))));
    }

    private static HttpRequest.Builder request(Node node, String path) throws IOException {
        return HttpRequest.newBuilder(URI.create("http://" + node.options().ctl() + path))
            .header("Authorization", "Bearer " + node.root().controlSecret());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return this.http.send(request.timeout(SOON).build(), BodyHandlers.ofString());
    }

    private static void awaitEqual(Node one, Node other) {
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(one.replica().fingerprint()).isEqualTo(other.replica().fingerprint()));
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

}
