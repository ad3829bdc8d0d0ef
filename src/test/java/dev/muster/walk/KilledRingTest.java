package dev.muster.walk;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.muster.walk.Walk.Supervisor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three nodes, one of which is killed at a moment drawn by lot, again and again, while
 * changes are applied at all of them. Each change has a group of its own, so that none
 * may be overtaken by another.
 */
class KilledRingTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    /** By group, the revision that somebody was told to be accepted. */
    private final Map<String, String> accepted = new LinkedHashMap<>();

    @TempDir
    Path directory;

    @Test
    void nothingAcknowledgedIsLostWhenNodesAreKilledAndAllAreEqualAtTheEnd() throws Exception {
        applyWhileNodesDie(30, 2);
    }

    @Test
    @Tag("soak")
    void nothingIsLostInTwoHundredChangesEither() throws Exception {
        applyWhileNodesDie(200, 20);
    }

    private void applyWhileNodesDie(int applies, int kills) throws Exception {
        long seed = Long.getLong("muster.seed", 1L);
        Random random = new Random(seed);
        try (Walk walk = new Walk(this.directory)) {
            List<Supervisor> nodes = new ArrayList<>();
            nodes.add(walk.supervisor(1));
            nodes.add(walk.starting(2, "--peer", nodes.get(0).ip()));
            nodes.add(walk.starting(3, "--peer", nodes.get(0).ip()));
            nodes.forEach(Supervisor::awaitReady);
            Set<Integer> deadly = new TreeSet<>();
            while (deadly.size() < kills) {
                deadly.add(random.nextInt(applies));
            }
            for (int number = 0; number < applies; number++) {
                Supervisor author = nodes.get(random.nextInt(3));
                CompletableFuture<HttpResponse<String>> answer = put(author, number);
                if (deadly.contains(number)) {
                    // Often the author, before or after it has answered.
                    Supervisor victim = random.nextBoolean() ? author : nodes.get(random.nextInt(3));
                    awaitMomentOf(answer, random.nextInt(10));
                    victim.kill();
                    note(number, answer);
                    victim.start();
                    victim.awaitReady();
                }
                else {
                    note(number, answer);
                }
            }
            // A connection that died with its node costs a question, too.
            assertThat(this.accepted).as("seed %s", seed).hasSizeGreaterThan(applies / 2);
            await().atMost(Walk.SOON).untilAsserted(() -> {
                Map<String, String> first = revisions(nodes.get(0));
                assertThat(first).as("seed %s", seed).containsAllEntriesOf(this.accepted);
                assertThat(revisions(nodes.get(1))).isEqualTo(first);
                assertThat(revisions(nodes.get(2))).isEqualTo(first);
            });
        }
    }

    private static String group(int number) {
        return "web.g" + number;
    }

    private CompletableFuture<HttpResponse<String>> put(Supervisor node, int number) throws IOException {
        return this.http.sendAsync(node.request("/v1/groups/" + group(number) + "/config")
            .header("Content-Type", "application/toml")
            .PUT(BodyPublishers.ofString("number = " + number + "\n"))
            .build(), BodyHandlers.ofString());
    }

    /** Some milliseconds later, or when it has answered. */
    private static void awaitMomentOf(CompletableFuture<HttpResponse<String>> answer, int millis)
            throws InterruptedException, ExecutionException {
        try {
            answer.get(millis, TimeUnit.MILLISECONDS);
        }
        catch (TimeoutException ex) {
            assertThat(ex).as("nothing was heard of it yet").hasNoCause();
        }
    }

    private void note(int number, CompletableFuture<HttpResponse<String>> answer) throws Exception {
        try {
            HttpResponse<String> response = answer.get(30, TimeUnit.SECONDS);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
            this.accepted.put(group(number), JSON.readTree(response.body()).get("id").asString());
        }
        catch (ExecutionException ex) {
            // The node was killed before it had answered: it may hold or not.
            assertThat(ex.getCause()).isInstanceOf(IOException.class);
        }
    }

    /** By group, what holds on a node. */
    private Map<String, String> revisions(Supervisor node) throws IOException, InterruptedException {
        Map<String, String> revisions = new LinkedHashMap<>();
        HttpResponse<String> answer = this.http.send(node.request("/v1/groups").GET().build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        for (JsonNode group : JSON.readTree(answer.body())) {
            revisions.put(group.get("group").asString(), group.get("current").asString());
        }
        return revisions;
    }

}
