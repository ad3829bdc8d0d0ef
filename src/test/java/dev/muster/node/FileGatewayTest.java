package dev.muster.node;

import java.io.IOException;
import java.io.InputStream;
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
import java.util.Map;

import dev.muster.group.FileContent;
import dev.muster.pack.PackageIdent;
import dev.muster.rumor.Hash;
import dev.muster.service.ServiceSpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Files of groups over the real control gateway of one node. */
class FileGatewayTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestNodes nodes;

    private static Node node;

    private static ConfigurableApplicationContext gateways;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        nodes = new TestNodes(directory);
        node = nodes.start(1);
        gateways = Gateways.open(node, Path.of("").toAbsolutePath(), new AskedControl());
        node.localServices().load(ServiceSpec.of(PackageIdent.parse("test/sleeper")).withGroup("prod"), false);
    }

    @AfterAll
    static void end() {
        gateways.close();
        nodes.close();
    }

    private static HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create("http://" + node.options().ctl() + "/v1/groups/" + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + node.root().controlSecret());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> put(String path, String text) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/octet-stream")
            .header("Muster-Author", "ann")
            .PUT(BodyPublishers.ofString(text)));
    }

    private static JsonNode json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String type) {
        JsonNode problem = json(response, status);
        assertThat(problem.get("type").asString()).isEqualTo("urn:muster:problem:" + type);
        return problem;
    }

    private static JsonNode listed(String name) throws IOException, InterruptedException {
        for (JsonNode file : json(send(request("sleeper.prod/files")), 200)) {
            if (file.get("name").asString().equals(name)) {
                return file;
            }
        }
        throw new AssertionError("No file " + name);
    }

    private static void awaitInPlace(String name) {
        await().until(() -> listed(name).get("members").get(0).get("state").asString().equals("in-place"));
    }

    private static String current() throws IOException, InterruptedException {
        return json(send(request("sleeper.prod/revisions/current")), 200).get("id").asString();
    }

    @Test
    void aFileIsUploadedListedChangedAndRemovedAsRevisionsOfItsGroup() throws Exception {
        HttpResponse<String> made = put("sleeper.prod/files/a.txt?mode=604&message=why", "hello");
        JsonNode answer = json(made, 201);
        String id = answer.get("id").asString();
        assertThat(made.headers().firstValue("ETag")).hasValue('"' + id + '"');
        assertThat(made.headers().firstValue("Location")).hasValue("/v1/groups/sleeper.prod/revisions/" + id);
        assertThat(answer.get("files").get(0).get("hash").asString())
            .isEqualTo(Hash.of("hello".getBytes(StandardCharsets.UTF_8)).hex());
        assertThat(answer.get("files").get(0).get("mode").asString()).isEqualTo("0604");
        assertThat(answer.get("author").asString()).isEqualTo("ann");
        JsonNode same = json(put("sleeper.prod/files/a.txt?mode=604", "hello"), 200);
        assertThat(same.get("applied").asString()).isEqualTo("already");
        assertThat(same.get("id").asString()).isEqualTo(current());
        awaitInPlace("a.txt");
        Path file = node.root().layout().services().resolve("sleeper/files/a.txt");
        assertThat(file).hasContent("hello");
        assertThat(listed("a.txt").get("author").asString()).isEqualTo("ann");

        JsonNode seventh = json(put("sleeper.prod/files/a.txt?number=7", "other"), 201);
        assertThat(seventh.get("files").get(0).get("before").asLong()).isEqualTo(1);
        assertThat(listed("a.txt").get("number").asLong()).isEqualTo(7);
        JsonNode conflict = problem(put("sleeper.prod/files/a.txt?number=6", "third"), 409, "conflict");
        assertThat(conflict.get("detail").asString()).contains("File a.txt: number 6 is lower than the current one, 7");
        assertThat(conflict.get("current").get("id").asString()).isEqualTo(seventh.get("id").asString());
        problem(send(request("sleeper.prod/files/a.txt").header("If-Match", "\"1-00000000\"").DELETE()), 412,
                "revision-mismatch");

        JsonNode diff = json(send(request("sleeper.prod/revisions/current/diff")), 200);
        assertThat(diff.get("files").get(0).get("change").asString()).isEqualTo("changed");
        assertThat(json(send(request("sleeper.prod/files/a.txt?plan=true").DELETE()), 200).get("files")
            .get(0)
            .get("change")
            .asString()).isEqualTo("removed");
        assertThat(
                json(send(request("sleeper.prod/files/a.txt").DELETE()), 201).get("files").get(0).get("hash").isNull())
            .isTrue();
        assertThat(json(send(request("sleeper.prod/files/a.txt").DELETE()), 200).get("applied").asString())
            .isEqualTo("already");
        assertThat(json(send(request("sleeper.prod/files")), 200).findValuesAsString("name")).doesNotContain("a.txt");
        await().untilAsserted(() -> assertThat(file).doesNotExist());
        problem(send(request("sleeper.prod/files/none").DELETE()), 404, "not-found");

        JsonNode back = json(
                send(request("sleeper.prod/revisions/" + id + "/rollback").header("Content-Type", "application/json")
                    .POST(BodyPublishers.noBody())),
                201);
        assertThat(back.get("files").get(0).get("name").asString()).isEqualTo("a.txt");
        await().untilAsserted(() -> assertThat(file).hasContent("hello"));
        assertThat(json(send(request("sleeper.prod/revisions")), 200).get("revisions")
            .get(0)
            .get("files")
            .get(0)
            .get("after")
            .asLong()).isEqualTo(1);
    }

    @Test
    void aConfigurationAndItsFilesAreOneChange() throws Exception {
        HttpResponse<String> sent = send(
                HttpRequest.newBuilder(URI.create("http://" + node.options().ctl() + "/v1/contents"))
                    .header("Authorization", "Bearer " + node.root().controlSecret())
                    .header("Content-Type", "application/octet-stream")
                    .PUT(BodyPublishers.ofString("together")));
        String hash = json(sent, 200).get("hash").asString();
        assertThat(json(sent, 200).get("size").asInt()).isEqualTo(8);
        json(put("sleeper.prod/files/goes", "x"), 201);
        HttpRequest.Builder both = request(
                "sleeper.prod/config?allow-unknown=true&remove-file=goes&file=with%3Acolon%3A" + hash + "%3A600")
            .header("Content-Type", "application/toml")
            .PUT(BodyPublishers.ofString("together = 1"));
        JsonNode made = json(send(both), 201);
        assertThat(made.get("files").findValuesAsString("name")).containsExactly("goes", "with:colon");
        awaitInPlace("with:colon");
        assertThat(node.root().layout().services().resolve("sleeper/files/with:colon")).hasContent("together");
        // Another configuration keeps them.
        json(send(request("sleeper.prod/config?allow-unknown=true").header("Content-Type", "application/toml")
            .PUT(BodyPublishers.ofString("together = 2"))), 201);
        assertThat(listed("with:colon").get("mode").asString()).isEqualTo("0600");
        String elsewhere = Hash.of("elsewhere".getBytes(StandardCharsets.UTF_8)).hex();
        JsonNode refused = problem(
                send(request("sleeper.prod/config?file=a:" + elsewhere).header("Content-Type", "application/toml")
                    .PUT(BodyPublishers.ofString("together = 3"))),
                422, "invalid-config");
        assertThat(refused.get("detail").asString()).contains("file a", elsewhere, "PUT /v1/contents");
    }

    @Test
    void aNameOfAnyHarmlessCharactersComesThrough() throws Exception {
        JsonNode made = json(put("sleeper.prod/files/%C3%A4%20b%3Bc%25", "x"), 201);
        assertThat(made.get("files").get(0).get("name").asString()).isEqualTo("ä b;c%");
        awaitInPlace("ä b;c%");
        assertThat(node.root().layout().services().resolve("sleeper/files/ä b;c%")).hasContent("x");
    }

    @ParameterizedTest
    @ValueSource(strings = { "..", ".", "%2e%2e", "...", "..%2f..%2fetc%2fpasswd", "a%5Cb", "a%00b", "a%0Ab", "%7f",
            "%2Fetc%2Fpasswd", "a%2Fb" })
    void aNameThatCouldLeadElsewhereIsNotTaken(String name) throws Exception {
        int before = json(send(request("sleeper.prod/files")), 200).size();
        assertThat(put("sleeper.prod/files/" + name, "x").statusCode()).isBetween(400, 499);
        assertThat(send(request("sleeper.prod/files/" + name).DELETE()).statusCode()).isBetween(400, 499);
        assertThat(json(send(request("sleeper.prod/files")), 200).size()).isEqualTo(before);
        String hash = "0".repeat(64);
        assertThat(
                send(request("sleeper.prod/config?file=" + name + ":" + hash).header("Content-Type", "application/toml")
                    .PUT(BodyPublishers.ofString("a = 1"))).statusCode())
            .isBetween(400, 499);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sleeper/files/a                  | 400 | invalid-name
            sleeper.prod/files/a?mode=4755   | 400 | bad-request
            sleeper.prod/files/a?mode=8      | 400 | bad-request
            sleeper.prod/files/a?owner=a%20b | 400 | bad-request
            sleeper.prod/files/a?number=x    | 422 | invalid-config
            sleeper.prod/files/a?number=0    | 422 | invalid-config
            """)
    void whatCannotBeIsRefused(String path, int status, String type) throws Exception {
        problem(put(path, "x"), status, type);
    }

    @Test
    void onlyBytesAreTaken() throws Exception {
        problem(send(request("sleeper.prod/files/a").header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("{}"))), 415, "unsupported-media-type");
    }

    @Test
    void whatIsTooLargeIsRefusedWithTheLimitAndTheSizeAndNotKept() throws Exception {
        long size = FileContent.MAX_SIZE + 1L;
        // Its length is not told beforehand.
        HttpResponse<String> response = send(
                request("sleeper.prod/files/large").header("Content-Type", "application/octet-stream")
                    .PUT(BodyPublishers.ofInputStream(() -> zeros(size))));
        JsonNode problem = problem(response, 413, "too-large");
        assertThat(problem.get("limit").asLong()).isEqualTo(FileContent.MAX_SIZE);
        assertThat(problem.get("size").asLong()).isEqualTo(size);
        try (var kept = Files.list(node.root().layout().contents())) {
            assertThat(kept).allSatisfy((file) -> assertThat(Files.size(file)).isLessThan(1_000));
        }
    }

    private static InputStream zeros(long size) {
        return new InputStream() {

            private long left = size;

            @Override
            public int read() {
                return (this.left-- > 0) ? 0 : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                int count = (int) Math.min(length, this.left);
                this.left -= count;
                return (count > 0) ? count : -1;
            }

        };
    }

    @Test
    void anUploadForAGroupThatNobodyRunsIsKeptAndSaysSo() throws Exception {
        JsonNode made = json(put("nobody.prod/files/a", "x"), 201);
        assertThat(made.get("note").asString()).contains("nobody runs nobody.prod");
        assertThat(json(send(request("nobody.prod/files")), 200).get(0).get("members").isEmpty()).isTrue();
        assertThat(Map.of("copies", made.get("copies").asInt(), "only", made.get("oneCopyOnly").asBoolean()))
            .isEqualTo(Map.of("copies", 1, "only", false));
    }

}
