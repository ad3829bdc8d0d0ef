package dev.muster.shell;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigVerbsTest extends ClientTest {

    private static final String GROUP = "/v1/groups/redis.prod";

    private static final String CURRENT = "GET " + GROUP + "/revisions/current";

    private static final String CHANGES = "POST " + GROUP + "/config/changes";

    private static final String MISMATCH = "{\"type\":\"urn:muster:problem:revision-mismatch\",\"detail\":\"d\","
            + "\"current\":{\"id\":\"8-00000008\"}}";

    private static String revision(String id) {
        return "{\"id\":\"" + id + "\",\"group\":\"redis.prod\",\"number\":7,\"author\":\"alice@host\",\"applied\":"
                + "\"accepted\",\"copies\":2,\"oneCopyOnly\":false,\"current\":true,\"members\":[]}";
    }

    private static String result(String id, String state) {
        return FakeNode.event("f-1", "result",
                "{\"id\":\"" + id + "\",\"group\":\"redis.prod\",\"number\":7,\"state\":\"" + state + "\",\"current\":"
                        + !state.equals("lost") + ",\"holds\":{\"id\":\"9-00000009\",\"number\":9,"
                        + "\"author\":\"bob\",\"time\":\"2026-01-01T00:00:00Z\"},\"members\":[],\"lost\":[]}");
    }

    private static String events(String id) {
        return "GET " + GROUP + "/revisions/" + id + "/events";
    }

    private void holds(String... ids) {
        for (String id : ids) {
            this.node.on(CURRENT, 200, revision(id));
        }
    }

    private void takes(String id) {
        this.node.on(CHANGES, 201, revision(id)).events(events(id), result(id, "healthy"));
    }

    @Test
    void valuesAreSetOnTheCurrentRevision() {
        holds("6-00000006");
        takes("7-00000007");
        assertThat(this.client.run("config set redis.prod port=2112 tls.key=\"a=b\" policy=allkeys-lru -m why"))
            .isZero();
        FakeNode.Request sent = this.node.last("POST");
        assertThat(sent.headers()).containsEntry("If-match", "\"6-00000006\"")
            .containsEntry("Content-type", "application/toml")
            .containsKey("Muster-author");
        assertThat(sent.query()).isEqualTo("message=why");
        assertThat(sent.body()).contains("words = [\"policy\"]", "port = 2112", "key = \"a=b\"",
                "policy = \"allkeys-lru\"");
        assertThat(this.client.out()).contains("redis.prod 7-00000007 accepted by alice@host");
    }

    @Test
    void valuesAreTakenBackAndTextsPutOver() {
        holds("6-00000006");
        takes("7-00000007");
        assertThat(this.client.run("config unset redis.prod port tls.\"a.b\"")).isZero();
        assertThat(this.node.last("POST").body()).contains("unset = [\"port\", \"tls.\\\"a.b\\\"\"]");
        this.client.input("[tls]\nport = 1\n");
        assertThat(this.client.run("config patch redis.prod")).isZero();
        assertThat(this.node.last("POST").body()).as("as it was written").isEqualTo("[tls]\nport = 1\n");
        assertThat(this.node.last("POST").query()).isEqualTo("patch=true");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-",
            value = { "port=1 port=2 | port | port is given twice",
                    "a..b=1 | a..b | \"a..b\" is no key: write tls.port",
                    "a=1 a.b=2 | a.b | a.b is given twice, or as a value and as a table",
                    "port=[1 | port | what is given for port is no TOML value" })
    void whatSetCannotReadIsNamedByItsKeyAndNoLine(String words, String key, String detail) {
        assertThat(this.client.run("config set redis.prod " + words + " --format json")).isEqualTo(7);
        Json problem = Json.parse(this.client.err());
        assertThat(problem.text("key")).isEqualTo(key);
        assertThat(problem.text("detail")).contains(detail).doesNotContain("line ");
        assertThat(problem.text("line")).isEmpty();
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void aGroupWithoutARevisionIsChangedToo() {
        takes("1-00000001");
        assertThat(this.client.run("config set redis.prod port=1")).isZero();
        assertThat(this.node.last("POST").headers()).containsEntry("If-match", "\"none\"");
    }

    @Test
    void whoLosesDoesItAgainOnTheWinner() {
        holds("7-00000007", "8-00000008");
        this.node.on(CHANGES, 412, MISMATCH);
        takes("9-00000009");
        assertThat(this.client.run("config set redis.prod port=1 --request-id r")).isZero();
        assertThat(this.node.requests()
            .stream()
            .filter((request) -> request.method().equals("POST"))
            .map((request) -> request.headers().get("If-match") + request.headers().get("Idempotency-key")))
            .containsExactly("\"7-00000007\"r", "\"8-00000008\"r-2");
        assertThat(this.client.err()).contains("8-00000008 came first");
    }

    @Test
    void whoLosesFourTimesGivesUp() {
        holds("7-00000007");
        this.node.on(CHANGES, 412, MISMATCH);
        assertThat(this.client.run("config set redis.prod port=1")).isEqualTo(6);
        assertThat(this.node.requests()).filteredOn((request) -> request.method().equals("POST")).hasSize(4);
    }

    @Test
    void whoNamedTheRevisionIsToldAndNothingIsDoneAgain() {
        this.node.on(CHANGES, 412, MISMATCH);
        assertThat(this.client.run("config set redis.prod port=1 --if-revision 7-00000007")).isEqualTo(6);
        assertThat(this.node.requests()).hasSize(1);
    }

    @Test
    void aChangeThatWonElsewhereIsKnownBeforeTheCommandEnds() {
        holds("7-00000007", "9-00000009");
        this.node.on(CHANGES, 201,
                revision("8-00000008").replace("\"copies\"", "\"overtakenBy\":\"9-00000009\",\"copies\""));
        takes("10-0000000a");
        assertThat(this.client.run("config set redis.prod port=1")).isZero();
        assertThat(this.client.out()).contains("10-0000000a accepted").doesNotContain("8-00000008 accepted");
        assertThat(this.node.last("POST").headers()).containsEntry("If-match", "\"9-00000009\"");
    }

    @Test
    void aChangeThatIsLostWhileItIsFollowedIsDoneAgainAndOneThatWasBuiltUponIsNot() {
        String list = "GET " + GROUP + "/revisions";
        holds("7-00000007", "9-00000009");
        this.node.on(CHANGES, 201, revision("8-00000008"))
            .events(events("8-00000008"), result("8-00000008", "lost"))
            .on(list, 200, "{\"revisions\":[{\"id\":\"8-00000008\",\"lost\":true}]}")
            .on(list, 200, "{\"revisions\":[{\"id\":\"10-0000000a\",\"lost\":false}]}");
        takes("10-0000000a");
        assertThat(this.client.run("config set redis.prod port=1")).isZero();
        assertThat(this.client.out()).contains("10-0000000a accepted");
        this.node.events(events("10-0000000a"), result("10-0000000a", "lost"));
        assertThat(this.client.run("config set redis.prod port=1")).isZero();
        assertThat(this.client.run("config set redis.prod port=1")).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = { "port=\"open", "port=[1,", "a..b=1", "port={" })
    void whatIsNoTomlIsNotSent(String assignment) {
        assertThat(this.client.run("config set redis.prod " + assignment)).isEqualTo(7);
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void whatSetsNothingIsAWrongCommandLine() {
        assertThat(this.client.run("config set redis.prod port")).isEqualTo(2);
        assertThat(this.client.err()).contains("KEY=VALUE");
        assertThat(this.client.run("config set redis.prod")).isEqualTo(2);
        assertThat(this.client.run("config unset redis.prod")).isEqualTo(2);
    }

    @Test
    void theHistoryNamesPackagesThatChanged() {
        this.node.on("GET " + GROUP + "/revisions", 200, "{\"group\":\"redis.prod\",\"more\":false,\"revisions\":["
                + "{\"id\":\"2-00000002\",\"author\":\"\",\"time\":\"2026-01-01T00:00:00Z\",\"message\":\"update\",\"size\":9,"
                + "\"release\":\"core/redis/8/20260101000000\",\"releaseChange\":{\"before\":\"core/redis/7/20250101000000\","
                + "\"after\":\"core/redis/8/20260101000000\"},\"current\":true,\"lost\":false}]}");
        assertThat(this.client.run("config history redis.prod")).isZero();
        assertThat(this.client.out().lines()).contains("*  2-00000002  2026-01-01T00:00:00Z  -       9     "
                + "package core/redis/7/20250101000000 -> core/redis/8/20260101000000: update");
    }

    @Test
    void theHistoryIsATable() {
        this.node.on("GET " + GROUP + "/revisions", 200, "{\"group\":\"redis.prod\",\"more\":true,\"revisions\":["
                + "{\"id\":\"3-00000003\",\"author\":\"alice\",\"time\":\"2026-01-01T00:00:00Z\",\"message\":\"why\",\"size\":9,"
                + "\"current\":true,\"lost\":false},{\"id\":\"2-00000002\",\"author\":\"\",\"time\":\"2026-01-01T00:00:00Z\","
                + "\"message\":null,\"size\":9,\"current\":false,\"lost\":true}]}");
        assertThat(this.client.run("config history redis.prod --limit 2 --before 4")).isZero();
        assertThat(this.node.last("GET").query()).isEqualTo("limit=2&before=4");
        assertThat(this.client.out().lines()).containsExactly(
                "   revision    time                  author  size  message",
                "*  3-00000003  2026-01-01T00:00:00Z  alice   9     why",
                "   2-00000002  2026-01-01T00:00:00Z  -       9     (lost)");
        assertThat(this.client.err()).contains("--before 2-00000002");
        assertThat(this.client.run("config history redis.prod --format json")).isZero();
        assertThat(this.client.out()).startsWith("{\"group\"");
        assertThat(this.client.run("config history redis.prod --limit none")).isEqualTo(2);
    }

    private static String difference(String from) {
        return "{\"group\":\"redis.prod\",\"from\":" + from + ",\"to\":{\"id\":\"3-00000003\"},\"values\":["
                + "{\"key\":\"a\",\"change\":\"added\",\"before\":null,\"after\":\"1\"},"
                + "{\"key\":\"b\",\"change\":\"removed\",\"before\":\"2\",\"after\":null},"
                + "{\"key\":\"c\",\"change\":\"changed\",\"before\":\"3\",\"after\":\"4\"}],"
                + "\"text\":[\"--- 2\",\"+++ 3\",\"+a = 1\"]}";
    }

    @Test
    void aDifferenceIsValuesAndText() {
        this.node.on("GET " + GROUP + "/revisions/3/diff", 200, difference("null"));
        assertThat(this.client.run("config diff redis.prod 3 --to 2")).isZero();
        assertThat(this.node.last("GET").query()).isEqualTo("to=2");
        assertThat(this.client.out().lines()).containsExactly("+ a = 1", "- b = 2", "~ c = 3 -> 4", "", "--- 2",
                "+++ 3", "+a = 1");
    }

    @Test
    void withoutARevisionTheOneBeforeComesBackUnlessSomebodyChangedItMeanwhile() {
        this.node.on("GET " + GROUP + "/revisions/current/diff", 200, difference("{\"id\":\"2-00000002\"}"))
            .on("POST " + GROUP + "/revisions/2-00000002/rollback", 201, revision("4-00000004"))
            .events(events("4-00000004"), result("4-00000004", "healthy"));
        assertThat(this.client.run("config rollback redis.prod -m back")).isZero();
        assertThat(this.node.last("POST").headers()).containsEntry("If-match", "\"3-00000003\"");
        assertThat(this.node.last("POST").query()).isEqualTo("message=back");
        assertThat(this.client.out()).contains("4-00000004 accepted");
    }

    @Test
    void thereMayBeNothingToGoBackTo() {
        this.node.on("GET " + GROUP + "/revisions/current/diff", 200, difference("null"));
        assertThat(this.client.run("config rollback redis.prod")).isEqualTo(5);
        assertThat(this.client.err()).contains("muster config history redis.prod");
    }

    @Test
    void aNamedRevisionComesBack() {
        this.node.on("POST " + GROUP + "/revisions/5/rollback", 201, revision("8-00000008"))
            .events(events("8-00000008"), result("8-00000008", "healthy"));
        assertThat(this.client.run("config rollback redis.prod 5")).isZero();
        assertThat(this.node.last("POST").headers()).doesNotContainKey("If-match");
    }

    private static String plan(String... members) {
        return "{\"group\":\"redis.prod\",\"base\":\"6-00000006\",\"number\":7,\"applied\":\"planned\",\"values\":["
                + "{\"key\":\"port\",\"change\":\"changed\",\"before\":\"1\",\"after\":\"2\"}],\"warnings\":[\"look here\"],"
                + "\"members\":[" + String.join(",", members)
                + "],\"rollout\":{\"strategy\":\"rolling\",\"maxUnavailable\":1,\"canary\":0,\"order\":[\"id-b\",\"id-a\"]},"
                + "\"note\":null}";
    }

    private static String member(String name, String action, String files) {
        return "{\"id\":\"id-" + name + "\",\"name\":\"" + name + "\",\"action\":\"" + action
                + "\",\"reason\":\"because\",\"files\":[" + files + "]}";
    }

    @Test
    void aPlanIsToldAndNothingIsFollowed() {
        this.client.input("port = 2\n");
        this.node.on("PUT " + GROUP + "/config", 200,
                plan(member("a", "restart",
                        "{\"name\":\"config/redis.conf\",\"diff\":[\"--- a\",\"+++ b\",\"+port 2\"]}"),
                        member("b", "unknown", "")));
        assertThat(this.client.run("config apply redis.prod --plan")).isZero();
        assertThat(this.node.last("PUT").query()).isEqualTo("plan=true");
        assertThat(this.node.requests()).hasSize(1);
        assertThat(this.client.out().lines()).containsExactly("redis.prod: change 7 on 6-00000006, not made",
                "  ~ port = 1 -> 2", "", "  rolling, 1 at a time: b, a", "  member  action   reason",
                "  a       restart  because", "  b       unknown  because", "", "a: config/redis.conf", "--- a",
                "+++ b", "+port 2");
        assertThat(this.client.err()).contains("look here");
    }

    @Test
    void aPlanThatAMemberWouldRefuseIsAFailure() {
        holds("6-00000006");
        this.node.on(CHANGES, 200, plan(member("a", "refused", "")));
        assertThat(this.client.run("config set redis.prod port=2 --plan --allow-unknown")).isEqualTo(1);
        assertThat(this.node.last("POST").query()).isEqualTo("allow-unknown=true&plan=true");
        assertThat(this.client.err()).contains("refused by a: because");
    }

}
