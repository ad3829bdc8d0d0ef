package dev.muster.pack;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.muster.config.Layers;
import dev.muster.config.Templates;
import dev.muster.config.Toml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The package core/redis of the distribution, and the real Redis in it. */
@EnabledOnOs(OS.LINUX)
class RedisPackageTests {

    private static final String ADDRESS = "127.0.0.2";

    @TempDir
    private Path directory;

    private final InstalledPackage redis = new PackagePath(
            List.of(Path.of(System.getProperty("muster.distribution"), "pkgs")))
        .find(PackageIdent.parse("core/redis"));

    @Test
    void theBuildFillsInVersionAndRelease() throws IOException {
        assertThat(this.redis.path().resolve("IDENT")).hasContent(this.redis.ident().toString());
        assertThat(this.redis.exports()).isEqualTo(Map.of("port", "port"));
        assertThat(this.redis.exposes()).containsExactly("port");
        assertThat(this.redis.shutdownTimeout()).contains(Duration.ofSeconds(20));
        assertThat(this.redis.runtimePath()).isEqualTo(this.redis.path().resolve("bin").toString());
        assertThat(Files.readString(this.redis.path().resolve("NOTICE")))
            .contains("Redis " + this.redis.ident().version())
            .doesNotContain("@redis");
        assertThat(this.redis.path().resolve("bin/redis-server")).isExecutable();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            value = { "`` | port 6379", "port = 2112 | port 2112", "maxmemory = \"64mb\" | maxmemory 64mb",
                    "maxmemory = 1048576 | maxmemory 1048576", "appendonly = true | appendonly yes",
                    "appendonly = \"yes\" | appendonly yes", "appendonly = false | appendonly no",
                    "requirepass = \"a\\\"b c\" | requirepass \"a\\\"b c\"", "save = [] | save \"\"",
                    "save = [\"60 1\"] | save 60 1", "tcp-backlog = 100 | tcp-backlog 100" })
    void aKeyIsRenderedAsRedisReadsIt(String applied, String line) {
        assertThat(render("redis.conf", applied, this.directory).lines()).contains(line);
    }

    @Test
    void withoutAPasswordNoneIsAskedFor() {
        assertThat(render("redis.conf", "", this.directory)).doesNotContain("requirepass").doesNotContain("{{");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = { "`` | maxmemory:0",
            "maxmemory = \"64mb\" | maxmemory:67108864", "appendonly = true | aof_enabled:1" })
    void aRealRedisTakesTheRenderedFiles(String applied, String fact) throws Exception {
        Path service = Files.createDirectories(this.directory.resolve("a service"));
        Path data = Files.createDirectories(service.resolve("data"));
        int port = freePort();
        String layer = "port = " + port + "\n" + applied;
        Path config = Files.createDirectories(service.resolve("config"));
        Files.writeString(config.resolve("redis.conf"), render("redis.conf", layer, service));
        Path run = Files.writeString(service.resolve("run"), render("run", layer, service));
        Process process = new ProcessBuilder("/bin/sh", run.toString()).directory(this.directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(service.resolve("log").toFile())
            .start();
        try {
            await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> ask(port, "PING").contains("PONG"));
            String info = ask(port, "INFO");
            assertThat(info.lines()).contains("redis_version:" + this.redis.ident().version(), "tcp_port:" + port,
                    "process_id:" + process.pid(), fact);
            assertThat(ask(port, "CONFIG GET dir")).contains(data.toString());
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(service.resolve("log"))).contains("Ready to accept connections", "bye bye");
        }
        finally {
            process.destroyForcibly().waitFor();
        }
    }

    private String render(String name, String applied, Path service) {
        boolean hook = this.redis.hooks().containsKey(name);
        String template = hook ? this.redis.hooks().get(name) : this.redis.configTemplates().get(name);
        Map<String, Object> data = Map.of("sys", Map.of("ip", ADDRESS), "cfg",
                Layers.merge(List.of(this.redis.defaults(), Toml.parse(applied))), "pkg",
                Map.of("path", this.redis.path().toString(), "svc_data_path", service.resolve("data").toString(),
                        "svc_config_path", service.resolve("config").toString()));
        return new Templates().render(name, template, data);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
            return socket.getLocalPort();
        }
    }

    private static String ask(int port, String command) throws IOException {
        try (Socket socket = new Socket(ADDRESS, port)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
            InputStream answer = socket.getInputStream();
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

}
