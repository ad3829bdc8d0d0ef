package dev.muster.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.muster.gateway.GatewayCertificates;
import dev.muster.ring.Endpoint;
import dev.muster.shell.CommandRunner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** Many who connect and say nothing, or not enough. */
@Tag("soak")
class IdleConnectionsTest {

    private static final int CONNECTIONS = 600;

    /** Of whoever asks, on a busy host; of a gateway with who connects it is 20 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private static void keepsNobodyOutForLonger(Endpoint gateway, String path, String secret, String beginning)
            throws IOException, InterruptedException {
        keepsNobodyOutForLonger(gateway, beginning, () -> {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + gateway + path))
                .header("Authorization", "Bearer " + secret)
                .timeout(Duration.ofMinutes(1))
                .build();
            assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        });
    }

    private static void keepsNobodyOutForLonger(Endpoint gateway, String beginning, Client client)
            throws IOException, InterruptedException {
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel one = SocketChannel.open(new InetSocketAddress(gateway.host(), gateway.port()));
                one.write(StandardCharsets.ISO_8859_1.encode(beginning));
                idle.add(one);
            }
            long begin = System.nanoTime();
            client.ask();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertThat(took).as("with %s connections that began with '%s'", CONNECTIONS, beginning)
                .isLessThan(PATIENCE);
        }
        finally {
            for (SocketChannel one : idle) {
                one.close();
            }
        }
    }

    @Test
    void keepNobodyOutForLongerThanThePatienceWithThem() throws Exception {
        TestNodes nodes = new TestNodes(this.directory);
        Node node = nodes.start(1);
        try (ConfigurableApplicationContext gateways = Gateways.open(node, Path.of("").toAbsolutePath(),
                new AskedControl())) {
            assertThat(gateways.isActive()).isTrue();
            String secret = node.root().controlSecret();
            keepsNobodyOutForLonger(node.options().ctl(), "/v1/node", secret, "");
            keepsNobodyOutForLonger(node.options().http(), "/census", secret, "GET /census HTTP/1.1\r\nHost: ");
        }
        finally {
            nodes.close();
        }
    }

    @Test
    void keepNobodyOutForLongerThatBeginToSpeakTls() throws Exception {
        CommandRunner commands = new CommandRunner();
        String files = this.directory.resolve("tls").toString();
        commands.run(List.of("sup", "secret", "generate-tls", "--subject-alternative-name", "sup-a", files), "");
        GatewayCertificates certificates = CertificateOptions
            .read(new OptionSources(Map.of("ctl-server-certificate", List.of(files), "ctl-server-key", List.of(files)),
                    Map.of(), List.of()));
        TestNodes nodes = new TestNodes(this.directory);
        Node node = nodes.start(1);
        try (ConfigurableApplicationContext gateways = Gateways.open(node, Path.of("").toAbsolutePath(),
                new AskedControl(), certificates)) {
            assertThat(gateways.isActive()).isTrue();
            Announcement.make(node.root(), node.options().ctl(), certificates.control());
            keepsNobodyOutForLonger(node.options().ctl(), "\u0016\u0003\u0001\u0002\u0000\u0001", () -> {
                CommandRunner.Outcome status = commands
                    .run(List.of("svc", "status", "--root", nodes.root(1).toString()), "");
                assertThat(status.code()).as(status.toString()).isZero();
            });
        }
        finally {
            nodes.close();
        }
    }

    /**
     * What one connection may bring is little, and no client is surprised by the end of
     * it.
     */
    @Test
    void whatIsTooMuchIsRefused() throws Exception {
        TestNodes nodes = new TestNodes(this.directory);
        Node node = nodes.start(1);
        try (ConfigurableApplicationContext gateways = Gateways.open(node, Path.of("").toAbsolutePath(),
                new AskedControl())) {
            assertThat(gateways.isActive()).isTrue();
            for (Endpoint gateway : List.of(node.options().ctl(), node.options().http())) {
                assertThat(answer(gateway, "GET /census HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(17_000) + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 400");
                assertThat(answer(gateway, "GET /census HTTP/1.1\r\nHost: x\r\n" + "X: x\r\n".repeat(65) + "\r\n"))
                    .startsWith("HTTP/1.1 400");
            }
        }
        finally {
            nodes.close();
        }
    }

    private static String answer(Endpoint gateway, String request) throws IOException {
        try (Socket socket = new Socket(gateway.host(), gateway.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    /** Who is not to be kept out. */
    @FunctionalInterface
    private interface Client {

        void ask() throws IOException, InterruptedException;

    }

}
