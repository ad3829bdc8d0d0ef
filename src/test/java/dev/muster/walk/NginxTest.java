package dev.muster.walk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import dev.muster.walk.Walk.Supervisor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server that was not written for this, through the whole of a service's life: load,
 * reconfigure, restart, refusal, death of the node, death of both, unload.
 */
class NginxTest {

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    @TempDir
    Path directory;

    private Supervisor node;

    @Test
    void nginxLivesItsWholeLifeByItsHooks() throws Exception {
        Assumptions.assumeTrue(
                Stream.of("/usr/sbin/nginx", "/usr/bin/nginx").anyMatch((file) -> Files.isExecutable(Path.of(file))),
                "There is no nginx; install the distribution's nginx-light");
        try (Walk walk = new Walk(this.directory)) {
            walk.install(1, "nginx");
            this.node = walk.supervisor(1);
            this.node.muster("", "svc", "load", "test/nginx", "--group=web", "--wait").succeeds();
            awaitGreeting("hello");
            awaitStatus("Ok", "up");
            long first = pid();
            assertThat(this.node.printed()).contains("nginx.web hook[init]:(HK): prepared for " + this.node.memberId(),
                    "nginx.web(O): mode plain");

            assertThat(apply("http.greeting = 'hi'"))
                .containsPattern("m1  (reconfigured|healthy) .*config file changed: nginx.conf");
            awaitGreeting("hi");
            assertThat(pid()).isEqualTo(first);

            assertThat(apply("http.greeting = 'hi'\nmode = 'fancy'"))
                .containsPattern("m1  (restarted|healthy) .*run hook changed");
            awaitGreeting("hi");
            long second = pid();
            assertThat(second).isNotEqualTo(first);
            assertThat(this.node.printed()).contains("nginx.web hook[post-stop]:(HK): stopped");

            Path file = this.node.root().resolve("svc/nginx/config/nginx.conf");
            String before = Files.readString(file);
            assertThat(apply("worker.connections = 'many'")).contains("m1  failed", "check hook exited with 1",
                    "invalid number \"many\"");
            assertThat(file).hasContent(before);
            assertThat(pid()).isEqualTo(second);
            awaitGreeting("hi");

            this.node.kill();
            awaitGreeting("hi");
            assertThat(pid()).isEqualTo(second);
            this.node.start();
            this.node.awaitReady();
            awaitStatus("Ok", "up", Long.toString(second));
            assertThat(apply("http.greeting = 'again'\nmode = 'fancy'")).containsPattern("m1  (reconfigured|healthy) ");
            awaitGreeting("again");
            assertThat(pid()).isEqualTo(second);

            endsWhileNoNodeIsThere(second);
            long third = pid();
            this.node.muster("", "svc", "unload", "nginx").succeeds();
            Path pidFile = this.node.root().resolve("svc/nginx/PID");
            await().atMost(Walk.SOON).until(() -> Files.notExists(pidFile));
            assertThat(ProcessHandle.of(third)).isEmpty();
            assertThat(Walk.free(this.node.ip(), 8080)).isTrue();
        }
    }

    /** Its workers are left behind, and hold the port. */
    private void endsWhileNoNodeIsThere(long master) throws Exception {
        this.node.kill();
        ProcessHandle.of(master).orElseThrow().destroyForcibly();
        await().atMost(Walk.SOON).until(() -> ProcessHandle.of(master).filter(ProcessHandle::isAlive).isEmpty());
        this.node.start();
        this.node.awaitReady();
        awaitStatus("Ok", "up");
        assertThat(pid()).isNotEqualTo(master);
        assertThat(this.node.printed()).contains("oldPid=" + master).contains("reason=ended by signal 9");
        awaitGreeting("again");
    }

    private String apply(String toml) throws Exception {
        return this.node.muster(toml + "\n", "config", "apply", "nginx.web").succeeds().out();
    }

    private void awaitStatus(String... words) {
        await().atMost(Walk.SOON)
            .untilAsserted(() -> assertThat(this.node.muster("", "svc", "status", "nginx").out()).contains(words));
    }

    private void awaitGreeting(String text) {
        await().atMost(Walk.SOON).until(() -> text.equals(greeting()));
    }

    private String greeting() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + this.node.ip() + ":8080/"))
            .timeout(Duration.ofSeconds(2))
            .build();
        try {
            return this.client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
        catch (IOException ex) {
            return "no answer: " + ex;
        }
    }

    private long pid() {
        try {
            return Long.parseLong(Files.readString(this.node.root().resolve("svc/nginx/PID")).strip());
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
