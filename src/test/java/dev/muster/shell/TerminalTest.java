package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Whole processes, on a terminal and interrupted. */
class TerminalTest {

    private static final String TAKEN = "{\"id\":\"1-00000000\",\"author\":\"a\",\"copies\":2,\"applied\":\"accepted\"}";

    @TempDir
    Path directory;

    private FakeNode node;

    private Launched launched;

    @BeforeEach
    void start() throws IOException {
        this.node = new FakeNode();
        new Client(this.directory, this.node.url());
        this.node.on("GET /v1/services", 200, "[]")
            .on("PUT /v1/groups/redis.prod/config", 201, TAKEN)
            .stallOn("GET /v1/groups/redis.prod/revisions/1-00000000");
        Files.writeString(this.directory.resolve("redis.toml"), "port = 1\n");
    }

    @AfterEach
    void stop() throws IOException {
        this.node.close();
        if (this.launched != null) {
            this.launched.close();
        }
    }

    private Launched launch(String... command) throws IOException {
        this.launched = Launched.start(this.directory, Map.of("TERM", "xterm"), List.of(command));
        return this.launched;
    }

    private static String muster() {
        return Launched.distribution().resolve("muster").toString();
    }

    @Test
    void anInterruptedCommandSaysThatTheChangeStands() throws Exception {
        Launched apply = launch(muster(), "config", "apply", "redis.prod", "redis.toml", "--root",
                this.directory.toString());
        Awaitility.await().until(() -> this.node.requests().size() == 2);
        new ProcessBuilder("kill", "-INT", Long.toString(apply.process().pid())).start().waitFor();
        assertThat(apply.exit()).isEqualTo(130);
        assertThat(apply.out()).contains("redis.prod 1-00000000 accepted");
        assertThat(apply.err()).contains("1-00000000 of redis.prod stands and goes on", "muster config status");
    }

    @Test
    void theShellWorksOnATerminalAndSurvivesInterruptions() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")),
                "There is no \"script\" (util-linux) to make a terminal with");
        Launched shell = launch("/usr/bin/script", "-qec", muster() + " shell --root " + this.directory, "/dev/null");
        awaitPrompts(shell, 1);
        shell.type("svc status\r");
        awaitPrompts(shell, 2);
        assertThat(shell.out()).contains("No services loaded.");
        shell.type("svc sta");
        shell.awaitOut("svc sta");
        shell.type("\003");
        awaitPrompts(shell, 3);
        shell.type("svc sto\t--hel\t\r");
        shell.awaitOut("Usage: muster svc stop");
        awaitPrompts(shell, 4);
        shell.type("config apply redis.prod redis.toml\r");
        Awaitility.await().until(() -> this.node.requests().size() == 3);
        shell.type("\003");
        awaitPrompts(shell, 5);
        assertThat(shell.out()).contains("stands and goes on");
        shell.type("config apply redis.prod\r");
        shell.awaitOut("needs a FILE, or <<EOF");
        shell.type("config apply redis.prod 2 <<END\rport = 3\rEND\r");
        Awaitility.await().until(() -> this.node.last("PUT").body().equals("port = 3\n"));
        Awaitility.await().until(() -> this.node.requests().size() == 5);
        shell.type("\003");
        awaitPrompts(shell, 7);
        shell.type("exit\r");
        assertThat(shell.exit()).isZero();
        try (var files = Files.walk(this.directory)) {
            assertThat(files.map((file) -> file.getFileName().toString()))
                .noneMatch((name) -> name.contains("history"));
        }
    }

    private static void awaitPrompts(Launched shell, int count) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(shell.out().split("muster> ", -1)).hasSizeGreaterThan(count));
    }

}
