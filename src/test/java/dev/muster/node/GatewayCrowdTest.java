package dev.muster.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.muster.Mutations;
import dev.muster.ring.Endpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** Strangers at the gateways of a real node, over real sockets. */
class GatewayCrowdTest {

    /** A transfer coding, or a version of HTTP, that nobody knows. */
    private static final Set<Integer> REFUSED = Set.of(501, 505);

    private static TestNodes nodes;

    private static Node node;

    private static ConfigurableApplicationContext gateways;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        nodes = new TestNodes(directory);
        node = nodes.start(1);
        gateways = Gateways.open(node, Path.of("").toAbsolutePath(), new AskedControl());
    }

    @AfterAll
    static void end() {
        gateways.close();
        nodes.close();
    }

    private static SocketChannel connect(Endpoint gateway, String from) throws IOException {
        SocketChannel socket = SocketChannel.open();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(gateway.host(), gateway.port()));
        return socket;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Status of the answer; 0 where the connection ends without one. */
    private static int ask(Endpoint gateway, String from, byte[] request, Duration patience) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
            socket.connect(new InetSocketAddress(gateway.host(), gateway.port()), (int) patience.toMillis());
            socket.setSoTimeout((int) patience.toMillis());
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return line.startsWith("HTTP/1.1 ") ? Integer.parseInt(line.substring(9)) : 0;
        }
        catch (java.net.SocketException ex) {
            return 0;
        }
    }

    private static String census() {
        return "GET /census HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    }

    /** From two addresses, more than there are places, each with half of its headers. */
    @Test
    void thoseWhoNeverEndTheirHeadersKeepNobodyOut() throws IOException {
        Endpoint gateway = node.options().http();
        List<SocketChannel> slow = new ArrayList<>();
        try {
            for (int number = 0; number < 700; number++) {
                SocketChannel one = connect(gateway, "127.44.2." + (2 + number % 2));
                one.write(StandardCharsets.ISO_8859_1.encode("GET /census HTTP/1.1\r\nHost: "));
                slow.add(one);
                if (number % 100 == 99) {
                    for (String from : List.of("127.44.2.2", "127.44.2.9")) {
                        assertThat(ask(gateway, from, ascii(census()), Duration.ofSeconds(15)))
                            .as("after %s, from %s", number, from)
                            .isEqualTo(200);
                    }
                }
            }
        }
        finally {
            for (SocketChannel one : slow) {
                one.close();
            }
        }
    }

    /** Whoever is not let in could hold a thread with each body that never ends. */
    @Test
    @Tag("soak")
    void bodiesOfStrangersThatNeverEndKeepNobodyOut() throws IOException {
        for (Endpoint gateway : List.of(node.options().ctl(), node.options().http())) {
            List<SocketChannel> slow = new CopyOnWriteArrayList<>();
            ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
            trickle.scheduleAtFixedRate(() -> slow.forEach(GatewayCrowdTest::one), 300, 300, TimeUnit.MILLISECONDS);
            try {
                for (int number = 0; number < 100; number++) {
                    SocketChannel one = connect(gateway, "127.44.3.2");
                    one.write(StandardCharsets.ISO_8859_1
                        .encode("POST /v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{"));
                    slow.add(one);
                }
                assertThat(ask(gateway, "127.44.3.3", ascii(census()), Duration.ofSeconds(30))).isIn(200, 401);
            }
            finally {
                trickle.shutdownNow();
                for (SocketChannel one : slow) {
                    one.close();
                }
            }
        }
    }

    /** One more byte. */
    private static void one(SocketChannel slow) {
        try {
            slow.write(StandardCharsets.ISO_8859_1.encode(" "));
        }
        catch (IOException ex) {
            // It was closed, which is what this is about.
        }
    }

    /** As some of those below were, of more than are tried each time. */
    @Test
    void aQueryThatCannotBeReadIsRefused() throws IOException {
        String secret = "Authorization: Bearer " + node.root().controlSecret() + "\r\n";
        String head = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        for (String query : List.of("x=%/", "x=%4", "%=1", "x=%zz", "x=1&".repeat(100))) {
            assertThat(ask(node.options().http(), "127.44.4.2", ascii("GET /services/a/b?" + query + head + "\r\n"),
                    Duration.ofSeconds(30)))
                .as(query)
                .isEqualTo(400);
            assertThat(ask(node.options().ctl(), "127.44.4.2",
                    ascii("GET /v1/groups/web.one/revisions/current?" + query + head + secret + "\r\n"),
                    Duration.ofSeconds(30)))
                .as(query)
                .isEqualTo(400);
        }
    }

    /** Everything is answered or refused, nothing is a defect, and the node goes on. */
    @Test
    void requestsAsNobodyWouldSendThemAreAnsweredOrRefused() throws IOException {
        String secret = "Authorization: Bearer " + node.root().controlSecret() + "\r\n";
        String head = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        List<byte[]> reading = List.of(ascii(census()), ascii("GET /services/a/b?x=%41" + head + "\r\n"),
                ascii("HEAD /actuator/health" + head + "Accept: text/plain;q=0.5, */*\r\n\r\n"));
        String toml = "port = 2\n[owner]\nname = \"x\"\n";
        String json = "{\"set\":{\"port\":3,\"a\":{\"b\":[1,{}]}},\"unset\":[\"x.y\"]}";
        List<byte[]> control = List.of(
                ascii("PUT /v1/groups/web.one/config?plan=true&number=3" + head + secret
                        + "Content-Type: application/toml\r\nContent-Length: " + toml.length() + "\r\n\r\n" + toml),
                ascii("POST /v1/groups/web.one/config/changes" + head + secret + "If-Match: \"1-12345678\"\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n" + json),
                ascii("GET /v1/groups/web.one/revisions/current?timeout=1s&until=top" + head + secret + "\r\n"),
                ascii("POST /v1/tokens" + head + secret + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
        int cases = Math.max(60, Mutations.CASES / 10);
        for (int seed = 0; seed < cases; seed++) {
            boolean read = seed % 2 == 0;
            byte[] request = Mutations.of(read ? reading : control, seed);
            int status = ask(read ? node.options().http() : node.options().ctl(), "127.44.4.2", request,
                    Duration.ofSeconds(30));
            assertThat(status).as("seed %s: %s", seed, new String(request, StandardCharsets.ISO_8859_1))
                .matches((answer) -> answer < 500 || REFUSED.contains(answer));
        }
        assertThat(ask(node.options().http(), "127.44.4.2", ascii(census()), Duration.ofSeconds(15))).isEqualTo(200);
    }

}
