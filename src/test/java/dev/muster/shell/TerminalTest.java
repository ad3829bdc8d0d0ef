package dev.muster.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
            .stallOn("GET /v1/groups/redis.prod/revisions/1-00000000/events");
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
        this.launched = Launched.start(this.directory, Map.of("TERM", "xterm", "SHELL", "/bin/sh"), List.of(command));
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
        // Without exec a shell of dash's kind stays in between, and dies of the
        // interruptions that follow.
        Launched shell = launch("/usr/bin/script", "-qec", "exec " + muster() + " shell --root " + this.directory,
                "/dev/null");
        awaitPrompts(shell, 1);
        shell.type("svc status\r");
        awaitPrompts(shell, 2);
        assertThat(shell.out()).contains("No services loaded.");
        // Up, in both ways in which terminals say it.
        for (String up : new String[] { "\033[A", "\033OA" }) {
            int requests = this.node.requests().size();
            shell.type(up + "\r");
            Awaitility.await().until(() -> this.node.requests().size() == requests + 1);
            assertThat(this.node.last("GET").path()).isEqualTo("/v1/services");
        }
        awaitPrompts(shell, 4);
        shell.type("config set redis.prod requirepass=hunter2 'motd=\"good day\"' -m 'a b'\r");
        awaitPrompts(shell, 5);
        shell.type("\033[A");
        shell.awaitOut("config set redis.prod requirepass= motd= -m 'a b'");
        shell.type("\003");
        awaitPrompts(shell, 6);
        assertThat(shell.out().split("hunter2", -1)).as("as it was typed, and never again").hasSize(2);
        theRestOfASession(shell, 6, this.node.requests().size());
        try (var files = Files.walk(this.directory)) {
            assertThat(files.map((file) -> file.getFileName().toString()))
                .noneMatch((name) -> name.contains("history"));
        }
    }

    private void theRestOfASession(Launched shell, int prompts, int requests) throws Exception {
        shell.type("svc sta");
        shell.awaitOut("svc sta");
        shell.type("\003");
        awaitPrompts(shell, prompts + 1);
        shell.type("svc sto\t--hel\t\r");
        shell.awaitOut("Usage: muster svc stop");
        awaitPrompts(shell, prompts + 2);
        shell.type("config apply redis.prod redis.toml\r");
        Awaitility.await().until(() -> this.node.requests().size() == requests + 2);
        shell.type("\003");
        awaitPrompts(shell, prompts + 3);
        assertThat(shell.out()).contains("stands and goes on");
        shell.type("config apply redis.prod\r");
        shell.awaitOut("needs a FILE, or <<EOF");
        shell.type("config apply redis.prod 2 <<END\rport = 3\rEND\r");
        Awaitility.await().until(() -> this.node.last("PUT").body().equals("port = 3\n"));
        Awaitility.await().until(() -> this.node.requests().size() == requests + 4);
        shell.type("\003");
        awaitPrompts(shell, prompts + 5);
        shell.type("exit\r");
        assertThat(shell.exit()).isZero();
    }

    @Test
    void aConnectionThatTheNodeHasClosedMeanwhileIsNotUsedAgain() throws Exception {
        try (ServerSocket closing = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answerAndClose(closing));
            answering.start();
            new Client(this.directory.resolve("closing"), "http://127.0.0.1:" + closing.getLocalPort());
            Launched shell = launch(muster(), "shell", "--root", "closing");
            shell.type("svc load core/redis\nsvc load core/redis\nexit\n");
            assertThat(shell.exit()).as(shell.err()).isZero();
            answering.join();
        }
    }

    /** Answers two requests, as if the connection would be kept. */
    private static void answerAndClose(ServerSocket server) {
        for (int request = 0; request < 2; request++) {
            try (Socket socket = server.accept()) {
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                int length = 0;
                for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                    length = line.startsWith("Content-Length: ") ? Integer.parseInt(line.substring(16)) : length;
                }
                while (length > 0) {
                    length -= (int) in.skip(length);
                }
                socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII));
            }
            catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }

    private static void awaitPrompts(Launched shell, int count) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(shell.out().split("muster> ", -1)).hasSizeGreaterThan(count));
    }

}
