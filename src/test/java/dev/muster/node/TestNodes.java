package dev.muster.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

import dev.muster.process.OsProcesses;
import dev.muster.ring.Endpoint;
import dev.muster.ring.RingConfig;
import dev.muster.ring.Timings;
import dev.muster.service.Backoff;
import dev.muster.service.ServiceOutput;
import dev.muster.store.RootLayout;

/**
 * Real nodes in this JVM, each on a loopback address of its own, with a package that only
 * sleeps.
 */
final class TestNodes implements AutoCloseable {

    static final Duration SETTLE = Duration.ofMillis(300);

    private static final ServiceOutput SILENT = (line) -> {
    };

    private final Path directory;

    private final String network;

    private final Deque<Node> running = new ArrayDeque<>();

    /** Of nodes that are started from now on. */
    long fileRate = NodeOptions.USUAL_FILE_RATE;

    /** Of nodes that are started from now on. */
    boolean permanentPeer;

    /** Of nodes that are started from now on. */
    Optional<Path> peerFile = Optional.empty();

    /** Of nodes that are started from now on. */
    UpdateOptions updates = UpdateOptions.USUAL;

    /** Of nodes that are started from now on. */
    Optional<String> organization = Optional.empty();

    TestNodes(Path directory) throws IOException {
        this.directory = directory;
        this.network = freeNetwork();
        pack("sleeper", Map.of("default.toml", "port = 1\nunused = 1\n", "config/sleeper.conf",
                "port {{cfg.port}}\nip {{sys.ip}}\n", "hooks/run", "#!/bin/sh\nexec sleep 600\n"));
    }

    /** Makes a package {@code test/NAME} of these files. */
    void pack(String name, Map<String, String> files) throws IOException {
        pack("test", name, files);
    }

    void pack(String origin, String name, Map<String, String> files) throws IOException {
        String ident = origin + "/" + name + "/1.0.0/20260101000000";
        Path path = Files.createDirectories(this.directory.resolve("pkgs").resolve(ident));
        Files.writeString(path.resolve("IDENT"), ident + "\n");
        Files.writeString(path.resolve("TARGET"),
                System.getProperty("os.arch").equals("aarch64") ? "aarch64-linux\n" : "x86_64-linux\n");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path place = path.resolve(file.getKey());
            Files.createDirectories(place.getParent());
            Files.writeString(place, file.getValue());
        }
    }

    /** A loopback network on whose first address nobody listens. */
    private static String freeNetwork() {
        for (int attempt = 0; attempt < 50; attempt++) {
            String network = "127." + ThreadLocalRandom.current().nextInt(10, 250) + "."
                    + ThreadLocalRandom.current().nextInt(1, 250) + ".";
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(network + "2"), NodeOptions.GOSSIP_PORT));
                return network;
            }
            catch (IOException ex) {
                // Taken; another one.
            }
        }
        throw new IllegalStateException("No free loopback network was found in 50 attempts");
    }

    String address(int number) {
        return this.network + (number + 1);
    }

    Path root(int number) {
        return this.directory.resolve("root-" + number);
    }

    NodePlan plan(int number, int... peers) throws IOException {
        String ip = address(number);
        List<Endpoint> endpoints = Arrays.stream(peers)
            .mapToObj((peer) -> new Endpoint(address(peer), NodeOptions.GOSSIP_PORT))
            .toList();
        Endpoint gossip = new Endpoint(ip, NodeOptions.GOSSIP_PORT);
        NodeOptions options = new NodeOptions(Optional.empty(), "test", "m" + number, Map.of(), this.organization,
                gossip, new Endpoint(ip, NodeOptions.HTTP_PORT), new Endpoint(ip, NodeOptions.CTL_PORT), gossip, ip,
                endpoints, this.peerFile, this.permanentPeer, false, true,
                endpoints.isEmpty() ? Duration.ZERO : Duration.ofSeconds(10), Backoff.USUAL, false, false,
                this.fileRate, this.updates);
        return new NodePlan(new RootLayout(root(number)), options, List.of(this.directory.resolve("pkgs")),
                System.getenv(), Optional.empty(), RingConfig.Transport.TCP, Timings.DEFAULT, new OsProcesses(),
                SETTLE);
    }

    Node start(int number, int... peers) throws IOException {
        return start(plan(number, peers));
    }

    Node start(NodePlan plan) throws IOException {
        Node node = new Node(plan, SILENT, (conflict) -> {
        });
        this.running.push(node);
        return node;
    }

    /** Ends a node in order, its services with it. */
    void stop(Node node) {
        this.running.remove(node);
        node.close(true);
    }

    /**
     * Ends a node as a crash would, as far as its services are concerned: they run on.
     */
    void leaveServices(Node node) {
        this.running.remove(node);
        node.close(false);
    }

    @Override
    public void close() {
        while (!this.running.isEmpty()) {
            this.running.pop().close(true);
        }
    }

}
