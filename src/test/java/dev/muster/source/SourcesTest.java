package dev.muster.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import com.sun.net.httpserver.HttpExchange;
import dev.muster.pack.PackageIdent;
import dev.muster.update.Channel;
import dev.muster.update.PackageSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/** Directories and servers, those too that answer something else. */
class SourcesTest {

    private static final PackageIdent RELEASE = PackageIdent.parse("core/redis/7.2/20260101000000");

    private static final HttpSource.Patience SHORT = new HttpSource.Patience(Duration.ofMillis(200),
            Duration.ofMillis(600), Duration.ofMillis(600));

    @TempDir
    Path directory;

    private FileServer server;

    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void serve() throws IOException {
        Files.createDirectories(this.directory.resolve("channels"));
        Files.createDirectories(this.directory.resolve("packages"));
        Files.writeString(this.directory.resolve("channels/stable.txt"), RELEASE + "\n");
        this.server = new FileServer(this.directory);
    }

    @AfterEach
    void end() {
        this.over.countDown();
        this.server.close();
    }

    private HttpSource http() {
        return new HttpSource(URI.create(this.server.url()), SHORT);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void aDirectoryAndAServerOfItGiveTheSame() throws IOException {
        Files.writeString(this.directory.resolve("packages/core-redis-7.2-20260101000000-x86_64-linux.tar.gz"),
                "second");
        Files.writeString(this.directory.resolve("packages/core-redis-7.2-20260101000000-aarch64-linux.tar.xz"),
                "third");
        for (String address : new String[] { this.directory.toString(), this.directory.toUri().toString(),
                this.server.url(), this.server.url() + "/" }) {
            PackageSource source = Sources.of(address);
            assertThat(text(source.channel("stable"))).as(address).isEqualTo(RELEASE + "\n");
            assertThatIOException().isThrownBy(() -> source.channel("none")).withMessageContaining("there is no ");
            try (InputStream in = source.archive(RELEASE, "x86_64-linux")) {
                assertThat(text(in.readAllBytes())).isEqualTo("second");
            }
            try (InputStream in = source.archive(RELEASE, "aarch64-linux")) {
                assertThat(text(in.readAllBytes())).isEqualTo("third");
            }
            assertThatIOException().isThrownBy(() -> source.archive(RELEASE, "x86_64-darwin"))
                .withMessageContaining(
                        "has no core-redis-7.2-20260101000000-x86_64-darwin with .hart, .tar.gz, .tar.xz");
            assertThat(source.isTrusted()).isTrue();
        }
        Files.writeString(this.directory.resolve("packages/core-redis-7.2-20260101000000-x86_64-linux.hart"), "first");
        try (InputStream in = http().archive(RELEASE, "x86_64-linux")) {
            assertThat(text(in.readAllBytes())).isEqualTo("first");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "relative/path", "ftp://host/", "http://", "http:///path", "http://user:secret@host/",
            "http://host/?query", "http://host/#part", "https:host", "mailto:somebody", "http://ho st/", "" })
    void whatIsNoAddressIsRefusedAndShowsWhatIs(String address) {
        assertThatIOException().isThrownBy(() -> Sources.of(address))
            .withMessageContaining("is no source of packages")
            .withMessageContaining("http://HOST/PATH");
    }

    @Test
    void onlyWhatNobodyElseCanChangeIsTrusted() throws IOException {
        assertThat(Sources.of("http://192.0.2.1/").isTrusted()).isFalse();
        assertThat(Sources.of("https://192.0.2.1/").isTrusted()).isTrue();
        assertThat(Sources.of("http://127.0.0.1:1/").isTrusted()).isTrue();
    }

    @Test
    void aRedirectIsNotFollowedAndNamed() {
        this.server.answers("/channels/stable.txt", (exchange) -> {
            exchange.getResponseHeaders().add("Location", "http://192.0.2.1/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });
        assertThatIOException().isThrownBy(() -> http().channel("stable"))
            .withMessageContaining("answers 302 and sends to http://192.0.2.1/elsewhere; redirects are not followed");
    }

    @Test
    void aServerThatFailsSaysSo() {
        this.server.answers("/channels/stable.txt", (exchange) -> exchange.sendResponseHeaders(503, -1));
        assertThatIOException().isThrownBy(() -> http().channel("stable")).withMessageEndingWith(" answers 503");
        this.server.close();
        assertThatIOException().isThrownBy(() -> http().channel("stable")).withMessageContaining("does not answer: ");
    }

    @Test
    void aChannelThatIsTooLongIsNotReadToItsEnd() throws IOException {
        Files.write(this.directory.resolve("channels/long.txt"), new byte[Channel.MAX_BYTES + 1]);
        for (PackageSource source : new PackageSource[] { http(), Sources.of(this.directory.toString()) }) {
            assertThatIOException().isThrownBy(() -> source.channel("long"))
                .withMessageContaining("more than " + Channel.MAX_BYTES + " bytes");
        }
        this.server.answers("/channels/endless.txt", (exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            while (this.over.getCount() > 0) {
                exchange.getResponseBody().write(new byte[1 << 16]);
            }
        });
        assertThatIOException().isThrownBy(() -> http().channel("endless"))
            .withMessageContaining("more than " + Channel.MAX_BYTES + " bytes");
    }

    @Test
    void aServerThatFallsSilentIsGivenUp() {
        this.server.answers("/channels/stable.txt", (exchange) -> begin(exchange, Long.MAX_VALUE));
        assertThatIOException().isThrownBy(() -> http().channel("stable"))
            .withMessageContaining("has sent nothing for");
    }

    @Test
    void aServerThatSendsOnAndOnIsGivenUp() {
        this.server.answers("/channels/stable.txt", (exchange) -> begin(exchange, 50));
        assertThatIOException().isThrownBy(() -> http().channel("stable"))
            .withMessageContaining("has not sent all within");
    }

    /** One byte, and then one each so many milliseconds. */
    private void begin(HttpExchange exchange, long millis) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try {
            do {
                exchange.getResponseBody().write('#');
                exchange.getResponseBody().flush();
            }
            while (!this.over.await(millis, java.util.concurrent.TimeUnit.MILLISECONDS));
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anAnswerThatIsCutOffIsNone() {
        this.server.answers("/channels/stable.txt", (exchange) -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('#');
            exchange.getResponseBody().flush();
            exchange.getHttpContext().getServer().removeContext("/");
            throw new IOException("cut");
        });
        assertThatIOException().isThrownBy(() -> http().channel("stable")).withMessageContaining("broke off: ");
    }

}
