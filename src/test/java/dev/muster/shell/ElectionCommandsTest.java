package dev.muster.shell;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ElectionCommandsTest extends ClientTest {

    private static final String STATUS = "GET /v1/groups/redis.prod/election";

    private static final String RECOVER = "POST /v1/groups/redis.prod/election/recover";

    private static final String LED = """
            {"group":"redis.prod","status":"finished","lineage":"1-5f","term":7,"leader":{"id":"0a","name":"a",\
            "present":true},"leading":true,"lease":2.5,"confirmed":true,"needed":2,"voters":[{"id":"0a","name":"a",\
            "present":true},{"id":"0b","name":"b","present":true},{"id":"0c","name":"c","present":false}],\
            "waiting":null,"warning":null}""";

    private static final String LOST = """
            {"group":"web.dev","status":"no-quorum","lineage":"1-5f","term":3,"leader":null,"leading":false,\
            "lease":null,"confirmed":false,"needed":2,"voters":[{"id":"0a","name":"a","present":true},\
            {"id":"0b","name":"b\\u001b[2J","present":false}],"waiting":"for a majority","warning":"two voters: x"}""";

    @Test
    void oneElectionIsToldWithItsVoters() {
        this.node.on(STATUS, 200, LED);
        assertThat(this.client.run("election status redis.prod")).isZero();
        assertThat(this.client.out()).isEqualTo("""
                group    redis.prod
                status   finished
                leader   a
                term     7
                lease    2.5 s
                lineage  1-5f

                  voter  present  id
                  a      yes      0a
                  b      yes      0b
                  c      no       0c
                """);
        assertThat(this.client.run("election status redis.prod --format json")).isZero();
        assertThat(Json.parse(this.client.out()).text("term")).isEqualTo("7");
    }

    @Test
    void withoutALeaderItIsToldWhatIsMissing() {
        this.node.on(STATUS, 200, LOST);
        assertThat(this.client.run("election status redis.prod")).isZero();
        assertThat(this.client.out())
            .contains("status   no-quorum, waiting for a majority", "leader   -", "warning  two voters: x", "b [2J  no")
            .doesNotContain("lease", "\u001b");
    }

    @Test
    void allElectionsAreALineEach() {
        this.node.on("GET /v1/elections", 200, "[" + LED + "," + LOST + "]").on("GET /v1/elections", 200, "[]");
        assertThat(this.client.run("election status")).isZero();
        assertThat(this.client.out().lines().map((line) -> line.replaceAll(" +", " "))).containsExactly(
                "group leader election voters", "redis.prod a finished, term 7, lease 2.5 s 2 of 3 present",
                "web.dev - no-quorum, term 3, waiting for a majority 1 of 2 present");
        assertThat(this.client.err()).isEqualTo("muster: web.dev has two voters: x\n");
        assertThat(this.client.run("election status")).isZero();
        assertThat(this.client.out()).isEqualTo("No group elects a leader.\n");
    }

    @Test
    void votersAreNamedToTheNode() {
        this.node.on(RECOVER, 200, LED);
        assertThat(this.client.run("election recover redis.prod --voters a,b")).isZero();
        assertThat(this.node.last("POST").query()).isEqualTo("voters=a%2Cb");
        assertThat(this.node.last("POST").headers()).containsKey("Idempotency-key");
        assertThat(this.client.out()).contains("leader   a");
        assertThat(this.client.run("election recover redis.prod --voters a,b --format json")).isZero();
        assertThat(Json.parse(this.client.out()).text("group")).isEqualTo("redis.prod");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            election recover redis.prod                       | 2 | needs --voters
            election recover redis.prod --voters ,            | 2 | names nobody
            election recover redis.prod --voters              | 2 | --voters needs a value
            election recover redis.prod --voters a --voters b | 2 | --voters
            election recover --voters a                       | 2 | needs GROUP
            election recover redis --voters a                 | 7 | redis
            election recover redis.prod b --voters a          | 2 | does not know what to do with "b"
            election recover redis.prod --voter a             | 2 | did you mean --voters?
            election status redis                             | 7 | redis
            election status redis.prod redis.dev              | 2 | does not know what to do with "redis.dev"
            """)
    void whatCannotBeMeantIsNotSent(String line, int code, String told) {
        assertThat(this.client.run(line)).isEqualTo(code);
        assertThat(this.client.err()).contains(told);
        assertThat(this.node.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "404, not-found, 5", "409, conflict, 6", "403, forbidden, 4" })
    void aRefusalIsAnExitCode(int status, String type, int code) {
        String problem = "{\"type\":\"urn:muster:problem:" + type + "\",\"detail\":\"No one member m9\"}";
        this.node.on(RECOVER, status, problem).on(STATUS, status, problem);
        assertThat(this.client.run("election recover redis.prod --voters m9")).isEqualTo(code);
        assertThat(this.client.err()).contains("No one member m9");
        assertThat(this.client.run("election status redis.prod --format json")).isEqualTo(code);
        assertThat(Json.parse(this.client.err()).text("type")).endsWith(type);
    }

}
