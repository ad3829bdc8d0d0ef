package dev.muster.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.muster.group.GroupName;
import dev.muster.pack.PackageIdent;
import dev.muster.service.ServiceSpec;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Changes of single keys, history, differences and the way back, of a real gateway. */
class ConfigVerbsTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestNodes nodes;

    private static Node node;

    private static ConfigurableApplicationContext gateways;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        nodes = new TestNodes(directory);
        nodes.pack("server", Map.of("default.toml", "port = 1\nname = \"s\"\n[tls]\nport = 2\n", "config.schema.json",
                "{\"properties\":{\"port\":{\"type\":\"integer\",\"maximum\":65535},\"name\":{\"type\":\"string\"},"
                        + "\"tls\":{\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"integer\"}}}}}",
                "config/server.conf", "port {{cfg.port}}\nname {{cfg.name}}\n", "hooks/reconfigure", "#!/bin/sh\n",
                "hooks/run", "#!/bin/sh\nexec sleep 600 # {{cfg.tls.port}}\n"));
        for (String name : List.of("loose", "notes")) {
            nodes.pack(name, Map.of("default.toml", "port = 1\nname = \"s\"\n[tls]\nport = 2\ncert = \"\"\n",
                    "hooks/run", "#!/bin/sh\nexec sleep 600\n"));
        }
        NodePlan plan = nodes.plan(1);
        node = new Node(new NodePlan(plan.root(), plan.options(), List.of(directory.resolve("no-packages")),
                plan.environment(), plan.ringKeys(), plan.transport(), plan.timings(), plan.processes(), plan.settle()),
                (line) -> {
                }, (conflict) -> {
                });
        gateways = Gateways.open(node, Path.of("").toAbsolutePath(), new AskedControl());
        // The package of what this one runs is nowhere but there.
        Node other = nodes.start(2, 1);
        for (String service : List.of("server", "sleeper", "loose", "notes")) {
            other.localServices().load(ServiceSpec.of(PackageIdent.parse("test/" + service)).withGroup("prod"), false);
        }
        await().atMost(Duration.ofSeconds(20))
            .until(() -> Stream.of("server.prod", "sleeper.prod", "loose.prod", "notes.prod")
                .allMatch((group) -> node.registry()
                    .group(GroupName.parse(group))
                    .stream()
                    .flatMap((known) -> known.members().values().stream())
                    .anyMatch((member) -> member.present()
                            && member.state().filter((state) -> state.process().equals("up")).isPresent())));
    }

    @AfterAll
    static void end() {
        gateways.close();
        node.close(true);
        nodes.close();
    }

    private static HttpResponse<String> send(String method, String path, String type, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
            .newBuilder(URI.create("http://" + node.options().ctl() + "/v1/groups/" + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + node.root().controlSecret())
            .header("Muster-Author", "alice@host")
            .method(method, BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send("GET", path, "", "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static String apply(String group, String toml) throws IOException, InterruptedException {
        HttpResponse<String> response = send("PUT", group + "/config?message=as+text", "application/toml", toml);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return JSON.readTree(response.body()).get("id").asString();
    }

    private static HttpResponse<String> change(String group, String base, String json)
            throws IOException, InterruptedException {
        return send("POST", group + "/config/changes", "application/json", json, "If-Match", '"' + base + '"');
    }

    private static String changed(String group, String base, String json) throws IOException, InterruptedException {
        HttpResponse<String> response = change(group, base, json);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return JSON.readTree(response.body()).get("id").asString();
    }

    private static HttpResponse<String> put(String path, String toml) throws IOException, InterruptedException {
        return send("PUT", path, "application/toml", toml);
    }

    private static JsonNode answer(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = JSON.readTree(response.body());
        assertThat(body.get("type").asString()).isEqualTo("urn:muster:problem:" + type);
        return body;
    }

    private static List<String> values(JsonNode difference) {
        return difference.get("values")
            .valueStream()
            .map((value) -> value.get("change").asString() + " " + value.get("key").asString() + " "
                    + value.get("before").asString("-") + " " + value.get("after").asString("-"))
            .toList();
    }

    @Test
    void singleKeysChangeAndTheOthersStay() throws Exception {
        String first = apply("loose.prod", "port = 1\n[tls]\nport = 2\ncert = \"x\"\n");
        String second = changed("loose.prod", first,
                "{\"set\":{\"tls\":{\"port\":3},\"name\":\"n\"},\"unset\":[\"port\"]}");
        assertThat(second).startsWith("2-");
        assertThat(values(get("loose.prod/revisions/current/diff"))).containsExactly("added name - \"n\"",
                "removed port 1 -", "changed tls.port 2 3");
        HttpResponse<String> same = change("loose.prod", second, "{\"set\":{\"name\":\"n\"}}");
        assertThat(same.statusCode()).as(same.body()).isEqualTo(200);
        assertThat(JSON.readTree(same.body()).get("applied").asString()).isEqualTo("already");
        HttpResponse<String> toml = send("POST", "loose.prod/config/changes", "application/toml",
                "unset = [\"tls.port\", \"tls.cert\", \"nothing\"]\n", "If-Match", second);
        assertThat(toml.statusCode()).as(toml.body()).isEqualTo(201);
        assertThat(JSON.readTree(toml.body()).get("warnings").get(0).asString()).startsWith("nothing was not set");
        assertThat(get("loose.prod/revisions/current/diff?to=current").get("values")).isEmpty();
        // The table that was left empty is gone with its last key.
        assertThat(values(get("loose.prod/revisions/1/diff?to=3"))).containsExactly("added name - \"n\"",
                "removed port 1 -", "removed tls.cert \"x\" -", "removed tls.port 2 -");
    }

    @Test
    void aGroupWithoutARevisionIsChangedToo() throws Exception {
        HttpResponse<String> response = send("POST", "b.none/config/changes", "application/json",
                "{\"set\":{\"port\":1}}", "If-None-Match", "*");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        problem(send("POST", "b.none/config/changes", "application/json", "{\"set\":{\"port\":2}}", "If-None-Match",
                "*"), 412, "revision-mismatch");
        assertThat(changed("b.two", "none", "{\"set\":{\"port\":1}}")).startsWith("1-");
    }

    @Test
    void whoDoesNotNameTheCurrentRevisionChangesNothing() throws Exception {
        String first = apply("c.one", "port = 1\n");
        String second = changed("c.one", first, "{\"set\":{\"port\":2}}");
        JsonNode late = problem(change("c.one", first, "{\"set\":{\"port\":3}}"), 412, "revision-mismatch");
        assertThat(late.get("current").get("id").asString()).isEqualTo(second);
        JsonNode unnamed = problem(send("POST", "c.one/config/changes", "application/json", "{\"set\":{\"port\":3}}"),
                428, "precondition-required");
        assertThat(unnamed.get("detail").asString()).contains("If-Match");
        assertThat(get("c.one/revisions/current").get("id").asString()).isEqualTo(second);
    }

    @Test
    void changesOfAnotherShapeAreRefused() throws Exception {
        String base = apply("d.one", "port = 1\n");
        for (String json : List.of("{}", "{\"port\":2}", "{\"set\":1}", "{\"unset\":\"port\"}", "{\"unset\":[1]}",
                "{\"unset\":[\"a = 1\\nb\"]}", "{\"set\":{\"a\":1},\"words\":[\"a\"]}")) {
            problem(change("d.one", base, json), 400, "bad-request");
        }
        problem(change("d.one", base, "{\"set\":{\"a\":\"" + "x".repeat(65_530) + "\"}}"), 413, "too-large");
        assertThat(get("d.one/revisions/current").get("id").asString()).isEqualTo(base);
    }

    @Test
    void theHistoryMarksTheCurrentOneAndSaysWhoAndWhy() throws Exception {
        String first = apply("e.one", "port = 1\n");
        String second = apply("e.one", "port = 2\n");
        String third = apply("e.one", "port = 3\n");
        JsonNode page = get("e.one/revisions?limit=2");
        assertThat(page.get("more").asBoolean()).isTrue();
        assertThat(page.get("revisions").valueStream().map((line) -> line.get("id").asString())).containsExactly(third,
                second);
        assertThat(page.get("revisions").valueStream().map((line) -> line.get("current").asBoolean()))
            .containsExactly(true, false);
        JsonNode newest = page.get("revisions").get(0);
        assertThat(newest.get("author").asString()).isEqualTo("alice@host");
        assertThat(newest.get("message").asString()).isEqualTo("as text");
        assertThat(newest.get("base").asString()).isEqualTo(second);
        assertThat(newest.get("lost").asBoolean()).isFalse();
        JsonNode rest = get("e.one/revisions?limit=2&before=" + second);
        assertThat(rest.get("more").asBoolean()).isFalse();
        assertThat(rest.get("revisions").get(0).get("id").asString()).isEqualTo(first);
        assertThat(get("never.seen/revisions").get("revisions")).isEmpty();
        problem(send("GET", "e.one/revisions?limit=0", "", ""), 400, "bad-request");
    }

    @Test
    void aDifferenceShowsValuesAndTheLinesOfTheTexts() throws Exception {
        apply("notes.prod", "# first\nport = 1\n");
        String second = apply("notes.prod", "# second\nport = 2\n");
        JsonNode difference = get("notes.prod/revisions/current/diff");
        assertThat(difference.get("from").get("number").asInt()).isEqualTo(1);
        assertThat(difference.get("to").get("id").asString()).isEqualTo(second);
        assertThat(difference.get("text").valueStream().map(JsonNode::asString)).contains("-# first", "-port = 1",
                "+# second", "+port = 2");
        JsonNode first = get("notes.prod/revisions/1/diff");
        assertThat(first.get("from").isNull()).isTrue();
        assertThat(values(first)).containsExactly("added port - 1");
        problem(send("GET", "notes.prod/revisions/9/diff", "", ""), 404, "not-found");
    }

    @Test
    void whereNobodyKnowsThePackageNoValueIsShown() throws Exception {
        apply("f.one", "# first\nport = 1\n[tls]\nport = 2\n");
        apply("f.one", "# second\nport = 2\n");
        JsonNode difference = get("f.one/revisions/current/diff");
        assertThat(values(difference)).containsExactly("changed port (secret) (secret)", "removed tls (secret) -");
        assertThat(difference.get("text").valueStream().map(JsonNode::asString)).noneMatch((line) -> line.contains("#"))
            .contains("-tls = \"(secret)\"", " port = \"(secret)\"");
        assertThat(get("f.one/revisions").get("revisions").get(0).get("size").isNull()).isTrue();
        JsonNode refused = problem(put("f.one/config", "port = \"(secret)\"\n"), 422, "invalid-config");
        assertThat(refused.get("key").asString()).isEqualTo("port");
        assertThat(refused.get("detail").asString()).contains("in place of a secret", "config set");
    }

    @Test
    void aRollbackIsANewRevisionWithTheContentOfAnEarlierOne() throws Exception {
        String first = apply("g.one", "# kept\nport = 1\n");
        String second = apply("g.one", "port = 2\n");
        HttpResponse<String> back = send("POST", "g.one/revisions/" + first + "/rollback", "", "", "If-Match", second);
        assertThat(back.statusCode()).as(back.body()).isEqualTo(201);
        assertThat(JSON.readTree(back.body()).get("number").asInt()).isEqualTo(3);
        JsonNode difference = get("g.one/revisions/1/diff?to=3");
        assertThat(difference.get("values")).isEmpty();
        assertThat(difference.get("text")).isEmpty();
        HttpResponse<String> again = send("POST", "g.one/revisions/1/rollback", "", "");
        assertThat(again.statusCode()).isEqualTo(200);
        problem(send("POST", "g.one/revisions/2/rollback", "", "", "If-Match", second), 412, "revision-mismatch");
        problem(send("POST", "g.one/revisions/7/rollback", "", ""), 404, "not-found");
    }

    @Test
    void whatNobodyRunsIsTakenUncheckedAndSaysSo() throws Exception {
        JsonNode taken = answer(put("h.none/config", "anything = 1\n"), 201);
        assertThat(taken.get("warnings").get(0).asString()).startsWith("not checked: no member runs h.none");
    }

    @Test
    void anUnknownKeyIsRefusedByThePackageOfAnotherMember() throws Exception {
        JsonNode refused = problem(put("sleeper.prod/config", "# first\nport = 2\nunusd = 3\n"), 422, "invalid-config");
        assertThat(refused.get("key").asString()).isEqualTo("unusd");
        assertThat(refused.get("suggestion").asString()).isEqualTo("unused");
        assertThat(refused.get("line").asInt()).isEqualTo(3);
        assertThat(refused.get("column").asInt()).isEqualTo(1);
        assertThat(refused.get("detail").asString()).contains("test/sleeper/1.0.0", "did you mean unused?",
                "--allow-unknown");
        assertThat(get("sleeper.prod/revisions").get("revisions")).isEmpty();
        JsonNode allowed = answer(put("sleeper.prod/config?allow-unknown=true", "port = \"2\"\nunusd = 3\n"), 201);
        assertThat(allowed.get("warnings").valueStream().map(JsonNode::asString))
            .anySatisfy((warning) -> assertThat(warning)
                .isEqualTo("port is a text here; in the package it is an integer (line 1, column 1)"))
            .anySatisfy((warning) -> assertThat(warning).contains("unusd"));
        // What was there before is not what this change is about.
        String base = allowed.get("id").asString();
        JsonNode set = answer(change("sleeper.prod", base, "{\"set\":{\"port\":3}}"), 201);
        assertThat(set.get("warnings").get(0).asString()).contains("unusd");
        problem(change("sleeper.prod", set.get("id").asString(), "{\"set\":{\"prt\":3}}"), 422, "invalid-config");
        problem(send("POST", "sleeper.prod/revisions/" + base + "/rollback", "", ""), 422, "invalid-config");
        assertThat(answer(send("POST", "sleeper.prod/revisions/" + base + "/rollback?allow-unknown=true", "", ""), 201)
            .get("number")
            .asInt()).isEqualTo(3);
        // It holds already, so nothing spreads by it.
        answer(put("sleeper.prod/config", "port = \"2\"\nunusd = 3\n"), 200);
        problem(put("sleeper.prod/config?allow-unknown=yes", "port = 2\n"), 400, "bad-request");
    }

    @Test
    void aSchemaRefusesTypesAndDoesNotLetThemPass() throws Exception {
        JsonNode refused = problem(put("server.prod/config?allow-unknown=true", "port = 70000\n[tls]\nport = \"x\"\n"),
                422, "invalid-config");
        assertThat(refused.get("findings").valueStream().map((finding) -> finding.get("key").asString()))
            .containsExactlyInAnyOrder("port", "tls.port");
        JsonNode unknown = problem(put("server.prod/config", "[tls]\nprt = 1\n"), 422, "invalid-config");
        assertThat(unknown.get("suggestion").asString()).isEqualTo("tls.port");
        assertThat(unknown.get("line").asInt()).isEqualTo(2);
    }

    /**
     * A line is parted by {@code /} here; where nobody has written any there is no place.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PUT  | config                    | json | {"tls":/{"port": 1,/  "prt": 2}} | tls.prt | tls.port | 3:3
            PUT  | config                    | json | {"name": "x",/"port": 70000}     | port    |          | 2:1
            PUT  | config                    | json | {"prt": "x"}                     | prt     | port     | 1:2
            PUT  | config                    | toml | [tls]/  prt = 1                  | tls.prt | tls.port | 2:3
            POST | config/changes?patch=true | toml | #/[tls]/prt = 1                  | tls.prt | tls.port | 3:1
            POST | config/changes?patch=true | json | {"tls": {/"prt": 2}}             | tls.prt | tls.port | 2:1
            POST | config/changes            | json | {"set": {"tls": {"prt": 1}}}     | tls.prt | tls.port |
            """)
    void whatIsUnknownOrUnfitIsShownWhereItStandsInWhatSomebodyWrote(String method, String path, String type,
            String body, String key, @Nullable String suggestion, @Nullable String place) throws Exception {
        JsonNode refused = problem(send(method, "server.prod/" + path, "application/" + type, body.replace('/', '\n'),
                "If-Match", current("server.prod")), 422, "invalid-config");
        assertThat(refused.get("key").asString()).isEqualTo(key);
        JsonNode finding = refused.get("findings").get(0);
        for (JsonNode told : List.of(refused, finding)) {
            assertThat((told.get("suggestion") != null) ? told.get("suggestion").asString() : null)
                .isEqualTo(suggestion);
            assertThat((told.get("line") != null) ? told.get("line").asInt() + ":" + told.get("column").asInt() : null)
                .isEqualTo(place);
        }
    }

    @Test
    void aPatchIsPutOverWhatIsThereAndRefusedWhereItIsNoText() throws Exception {
        String base = apply("k.none", "port = 1\n[tls]\nport = 2\n");
        String path = "k.none/config/changes?patch=true";
        answer(send("POST", path, "application/toml", "[tls]\ncert = 1979-05-27\n", "If-Match", base), 201);
        assertThat(values(get("k.none/revisions/current/diff"))).containsExactly("changed tls (secret) (secret)");
        JsonNode toml = problem(send("POST", path, "application/toml", "a = 1\nb = oops\n", "If-Match", base), 400,
                "invalid-syntax");
        assertThat(List.of(toml.get("line").asInt(), toml.get("key").asString())).containsExactly(2, "b");
        JsonNode json = problem(send("POST", path, "application/json", "{\"a\": {\n\"b\": oops}}", "If-Match", base),
                400, "invalid-syntax");
        assertThat(List.of(json.get("line").asInt(), json.get("key").asString())).containsExactly(2, "a.b");
        problem(send("POST", path, "application/toml", "# nothing\n", "If-Match", base), 422, "invalid-config");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PUT  | policy                           | {/"strategy": oops}  | 2:13 | not JSON: Unrecognized token
            PUT  | policy                           | [1]                  | 1:1  | a JSON object is wanted here
            PUT  | policy                           | ``                   |      | there is none
            POST | rollout/skip                     | ``                      |      | add ?member=
            PUT  | config?replace-with-empty=maybe  | {}                      |      | true or false, not 'maybe'
            """)
    void whatCannotBeReadIsRefusedInOurWords(String method, String path, String body, @Nullable String place,
            String words) throws Exception {
        JsonNode refused = problem(send(method, "server.prod/" + path, "application/json", body.replace('/', '\n')),
                400, "bad-request");
        assertThat(refused.get("detail").asString()).contains(words);
        assertThat((refused.get("line") != null) ? refused.get("line").asInt() + ":" + refused.get("column").asInt()
                : null)
            .isEqualTo(place);
    }

    @Test
    void aBareWordIsATextOnlyWhereTheKeyTakesOne() throws Exception {
        JsonNode refused = problem(
                change("server.prod", current("server.prod"), "{\"set\":{\"port\":\"many\"},\"words\":[\"port\"]}"),
                422, "invalid-config");
        assertThat(refused.get("detail").asString()).contains("port takes an integer", "port=\"...\"")
            .doesNotContain("many");
        // That nothing knows the key matters more than its value.
        assertThat(problem(
                change("server.prod", current("server.prod"), "{\"set\":{\"prt\":\"many\"},\"words\":[\"prt\"]}"), 422,
                "invalid-config")
            .get("suggestion")
            .asString()).isEqualTo("port");
        answer(change("server.prod", current("server.prod"), "{\"set\":{\"name\":\"fast\"},\"words\":[\"name\"]}"),
                201);
        problem(change("i.none", "none", "{\"set\":{\"a\":\"b\"},\"words\":[\"a\"]}"), 422, "invalid-config");
        String base = changed("i.none", "none", "{\"set\":{\"a\":\"b\"}}");
        changed("i.none", base, "{\"set\":{\"a\":\"c\"},\"words\":[\"a\"]}");
    }

    private static String current(String group) {
        return node.registry()
            .group(GroupName.parse(group))
            .flatMap((known) -> known.current())
            .map((revision) -> revision.id())
            .orElse("none");
    }

    @Test
    void aPlanShowsWhatEveryMemberWouldDoAndChangesNothing() throws Exception {
        String before = current("server.prod");
        String path = "server.prod/config?plan=true";
        JsonNode plan = answer(put(path, "port = 4711\n"), 200);
        assertThat(current("server.prod")).isEqualTo(before);
        assertThat(plan.get("applied").asString()).isEqualTo("planned");
        assertThat(plan.get("values").valueStream().map((value) -> value.get("key").asString())).contains("port");
        JsonNode member = plan.get("members").get(0);
        assertThat(member.get("name").asString()).isEqualTo("m2");
        assertThat(member.get("action").asString()).isEqualTo("reconfigure");
        assertThat(member.get("reason").asString()).isEqualTo("config file changed: server.conf");
        assertThat(member.get("files")).hasSize(1);
        assertThat(member.get("files").get(0).get("diff").valueStream().map(JsonNode::asString))
            .contains("--- a/config/server.conf", "+++ b/config/server.conf", "+port 4711");
        assertThat(plan.get("rollout").get("strategy").asString()).isEqualTo("at-once");
        JsonNode rolling = answer(put(path + "&strategy=rolling&max-unavailable=2", "port = 4711\n"), 200);
        assertThat(rolling.get("rollout").get("order").get(0).asString()).isEqualTo(member.get("id").asString());
        problem(put(path + "&strategy=none", "port = 4711\n"), 400, "bad-request");
        JsonNode restart = answer(put(path, "[tls]\nport = 4712\n"), 200).get("members").get(0);
        assertThat(restart.get("action").asString()).isEqualTo("restart");
        assertThat(restart.get("reason").asString()).isEqualTo("run hook changed");
        JsonNode nothing = answer(put("sleeper.prod/config?plan=true&allow-unknown=true", "unused = 4711\n"), 200);
        assertThat(nothing.get("warnings").toString()).doesNotContain("not checked");
        problem(put(path, "prt = 1\n"), 422, "invalid-config");
        problem(put(path + "&number=" + (1L << 53), "port = 1\n"), 422, "invalid-config");
        assertThat(answer(send("POST", "server.prod/config/changes?plan=true", "application/json",
                "{\"set\":{\"port\":5}}", "If-Match", before), 200)
            .get("members")).hasSize(1);
        assertThat(current("server.prod")).isEqualTo(before);
        assertThat(answer(put("j.none/config?plan=true", "a = 1\n"), 200).get("members")).isEmpty();
    }

}
