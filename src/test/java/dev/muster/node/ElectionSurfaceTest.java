package dev.muster.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.muster.service.SpecCodec;
import dev.muster.shell.CommandRunner;
import dev.muster.shell.CommandRunner.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two real nodes with a group that has a leader, one that waits for a third member and
 * one without: what is told of them, and voters named anew.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ElectionSurfaceTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final CommandRunner commands = new CommandRunner();

    private final HttpClient http = HttpClient.newHttpClient();

    private TestNodes nodes;

    private List<Node> ring;

    private ConfigurableApplicationContext gateways;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        this.nodes = new TestNodes(directory);
        for (String name : List.of("led", "few", "plain")) {
            this.nodes.pack(name,
                    Map.of("hooks/run", "#!/bin/sh\nexec sleep 600\n", "config/role", "{{svc.me.leader}}\n"));
        }
        this.ring = List.of(this.nodes.start(1), this.nodes.start(2, 1));
        this.gateways = Gateways.open(this.ring.get(0), Path.of("").toAbsolutePath(), new AskedControl());
        for (Node node : this.ring) {
            load(node, Map.of("ident", "test/led", "group", "prod", "topology", "leader", "min_members", 2));
            load(node, Map.of("ident", "test/few", "group", "prod", "topology", "leader"));
            load(node, Map.of("ident", "test/plain", "group", "prod"));
        }
        await().atMost(SOON).until(() -> election("led.prod").get("status").asString().equals("finished"));
        await().atMost(SOON)
            .until(() -> this.ring.stream()
                .allMatch((node) -> node.services().status("led").pid().isPresent()
                        && node.services().status("plain").pid().isPresent()));
        await().atMost(SOON).until(() -> election("few.prod").get("waiting").asString().contains("there are 2"));
    }

    private static void load(Node node, Map<String, Object> spec) throws IOException {
        node.localServices().load(SpecCodec.read(spec), false);
    }

    @AfterAll
    void end() {
        this.gateways.close();
        this.nodes.close();
    }

    private Outcome muster(String... words) {
        List<String> all = new ArrayList<>(Arrays.asList(words));
        all.addAll(List.of("--remote-sup", this.ring.get(0).options().ctl().toString(), "--ctl-secret-file",
                this.nodes.root(1).resolve("sup/default/CTL_SECRET").toString()));
        return this.commands.run(all, "");
    }

    private JsonNode election(String group) {
        Outcome status = muster("election", "status", group, "--format", "json");
        return (status.code() == 0) ? JSON.readTree(status.output())
                : JSON.readTree("{\"status\":\"" + status.code() + "\"}");
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        String secret = Files.readString(this.nodes.root(1).resolve("sup/default/CTL_SECRET")).strip();
        return this.http.send(HttpRequest.newBuilder(URI.create("http://" + this.ring.get(0).options().ctl() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Authorization", "Bearer " + secret)
            .build(), HttpResponse.BodyHandlers.ofString());
    }

    private String read(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + this.ring.get(0).options().http() + path);
        return this.http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private Node leader() {
        String name = election("led.prod").get("leader").get("name").asString();
        return this.ring.get(name.equals("m1") ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    POST | /v1/groups/led.prod/election/recover                | 400 | bad-request   | voters
                    POST | /v1/groups/led.prod/election/recover?voters=        | 400 | bad-request   | Name the voters that are left
                    POST | /v1/groups/led.prod/election/recover?voters=%20,,   | 400 | bad-request   | Name the voters that are left
                    POST | /v1/groups/led/election/recover?voters=m1           | 400 | invalid-name  | led
                    POST | /v1/groups/gone.prod/election/recover?voters=m1     | 404 | not-found     | Nobody runs gone.prod
                    POST | /v1/groups/led.prod/election/recover?voters=m1,m9   | 409 | conflict      | No one member m9 is present and runs led.prod
                    POST | /v1/groups/few.prod/election/recover?voters=m1      | 409 | conflict      | Nothing is lost: no voters were ever named for few.prod
                    POST | /v1/groups/plain.prod/election/recover?voters=m1    | 409 | conflict      | it takes no part in elections of plain.prod
                    GET  | /v1/groups/gone.prod/election                       | 404 | not-found     | Nobody runs gone.prod
                    GET  | /v1/groups/..%2Fx/election                          | 400 | ''            | ''
                    """)
    void whatCannotBeMeantIsRefusedAndChangesNothing(String method, String path, int code, String type, String said)
            throws Exception {
        String before = election("led.prod").get("lineage").asString();
        HttpResponse<String> answer = send(method, path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code);
        assertThat(answer.body()).contains(type, said);
        assertThat(election("led.prod").get("lineage").asString()).isEqualTo(before);
        assertThat(election("few.prod").get("status").asString()).isEqualTo("none");
    }

    @Test
    void whoLeadsIsToldEverywhere() throws Exception {
        JsonNode election = election("led.prod");
        String leader = election.get("leader").get("id").asString();
        assertThat(election.get("warning").asString()).startsWith("two voters");
        assertThat(election.get("voters")).hasSize(2);

        JsonNode few = election("few.prod");
        assertThat(few.get("leader").isNull()).isTrue();
        assertThat(few.get("waiting").asString()).contains("3");
        assertThat(election("plain.prod").get("status").asString()).isEqualTo("none");

        JsonNode all = JSON.readTree(send("GET", "/v1/elections").body());
        assertThat(all).extracting((one) -> one.get("group").asString()).containsExactly("few.prod", "led.prod");

        JsonNode group = JSON.readTree(read("/census")).get("census_groups").get("led.prod");
        assertThat(group.get("leader_id").asString()).isEqualTo(leader);
        assertThat(group.get("election_status").asString()).isEqualTo("ElectionFinished");
        assertThat(group.get("election").get("term").asLong()).isPositive();
        assertThat(group.get("population").get(leader).get("leader").asBoolean()).isTrue();
        assertThat(group.get("population").get(leader).get("follower").asBoolean()).isFalse();
        assertThat(JSON.readTree(read("/services/led/prod")).get("last_election_status").asString())
            .isEqualTo("ElectionFinished");
        JsonNode rumor = JSON.readTree(read("/butterfly")).get("election").get("list").get("led.prod").get("election");
        assertThat(rumor.get("member_id").asString()).isEqualTo(leader);
        assertThat(rumor.get("status").asString()).isEqualTo("Finished");
        assertThat(rumor.get("votes")).hasSize(2);
    }

    @Test
    void commandsTellWhoLeads() {
        String leader = leader().options().name();
        String role = leader.equals("m1") ? "leader" : "follower";
        assertThat(muster("svc", "status").output()).containsPattern("test/led/\\S+ +leader +up +up .* " + role)
            .containsPattern("test/few +leader .* electing +for a leader: ")
            .containsPattern("test/plain/\\S+ +standalone +up +up .* -\n");
        assertThat(muster("svc", "status", "led").output())
            .containsPattern("(?m)^leader +" + leader + ", finished, term \\d+")
            .containsPattern("(?m)^warning +two voters");
        Outcome status = muster("sup", "status");
        assertThat(status.output())
            .containsPattern("(?m)^led\\.prod +" + leader + " +finished, term \\d+.* 2 of 2 present")
            .containsPattern("(?m)^few\\.prod +- +none, term 0, waiting .* 0 of 0 present")
            .doesNotContain("plain.prod");
        assertThat(status.errors()).contains("led.prod has two voters");
        assertThat(muster("election", "status").output()).contains("led.prod", "few.prod");
    }

    @Test
    void aPlanSaysWhoLeadsAndTakesItLast() {
        String leader = leader().options().name();
        String other = leader.equals("m1") ? "m2" : "m1";
        Outcome plan = muster("config", "set", "led.prod", "port=2", "--plan", "--strategy", "rolling",
                "--allow-unknown");
        assertThat(plan.code()).as(plan.toString()).isZero();
        assertThat(plan.output()).contains("rolling, 1 at a time: " + other + ", " + leader + " (leads)");
    }

    @Test
    void metricsTellOfEveryElection() throws Exception {
        Node leader = leader();
        String metrics = read("/metrics");
        assertThat(metrics)
            .containsPattern("muster_election_leader\\{group=\"led.prod\",member=\"[0-9a-f]{32}\",name=\""
                    + leader.options().name() + "\"\\} 1.0")
            .doesNotContain("muster_election_leader{group=\"few.prod\"")
            .containsPattern("muster_election_term\\{group=\"led.prod\"\\} [1-9]")
            .contains("muster_election_voters{group=\"led.prod\"} 2.0",
                    "muster_election_voters_present{group=\"led.prod\"} 2.0",
                    "muster_election_quorum{group=\"led.prod\"} 1.0", "muster_election_quorum{group=\"few.prod\"} 0.0")
            .containsPattern("muster_elections_held_total\\{group=\"led.prod\"\\} [1-9]")
            .containsPattern("muster_election_lease_seconds\\{group=\"led.prod\"\\} "
                    + (leader == this.ring.get(0) ? "[1-3]\\." : "0\\.0"));
    }

    @Test
    void votersNamedAnewElectALeaderInALaterTermOfAnotherLineage() throws Exception {
        JsonNode before = election("led.prod");
        Outcome recovered = muster("election", "recover", "led.prod", "--voters", "m2", "--format", "json");
        assertThat(recovered.code()).as(recovered.toString()).isZero();
        assertThat(JSON.readTree(recovered.output()).get("lineage").asString())
            .isNotEqualTo(before.get("lineage").asString());
        assertThat(JSON.readTree(recovered.output()).get("voters")).singleElement()
            .satisfies((voter) -> assertThat(voter.get("name").asString()).isEqualTo("m2"));
        await().atMost(SOON).until(() -> {
            JsonNode now = election("led.prod");
            return now.get("status").asString().equals("finished")
                    && now.get("leader").get("name").asString().equals("m2");
        });
        JsonNode alone = election("led.prod");
        assertThat(alone.get("warning").asString()).startsWith("one voter");
        assertThat(alone.get("term").asLong()).isGreaterThan(before.get("term").asLong());

        Outcome both = muster("election", "recover", "led.prod", "--voters", "m1, m2,m1");
        assertThat(both.code()).as(both.toString()).isZero();
        await().atMost(SOON).until(() -> {
            JsonNode now = election("led.prod");
            return now.get("status").asString().equals("finished") && now.get("voters").size() == 2;
        });
        assertThat(election("led.prod").get("term").asLong()).isGreaterThan(alone.get("term").asLong());
    }

}
