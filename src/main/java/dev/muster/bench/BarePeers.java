package dev.muster.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.muster.ring.BareBroadcast;
import dev.muster.ring.Endpoint;
import dev.muster.ring.RingConfig;
import dev.muster.ring.Timings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As many peers as the ring has members, on the same network, that know nothing but
 * broadcast, synced write and answer. The first one asks.
 */
final class BarePeers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BarePeers.class);

    private static final byte SYNCED = 's';

    private final List<BareBroadcast> peers = new ArrayList<>();

    private final List<SyncedFile> files = new ArrayList<>();

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final SecureRandom random = new SecureRandom();

    private final String ring = "bare-" + Long.toHexString(this.random.nextLong());

    private final RingConfig.Transport transport;

    private final Path directory;

    private final Loopback loopback;

    /**
     * Nobody yet.
     * @param directory must be there; each peer has one file in it
     * @throws BenchFailure when there is no address for them
     */
    BarePeers(RingConfig.Transport transport, Path directory) throws BenchFailure {
        this.transport = transport;
        this.directory = directory;
        this.loopback = Loopback.choose();
    }

    /** How many have been started. */
    int started() {
        return this.peers.size();
    }

    /**
     * Starts one more; it finds the others later.
     * @throws IOException when it cannot start
     */
    void startAnother() throws IOException {
        int number = this.peers.size();
        SyncedFile file = open(new SyncedFile(this.directory.resolve("bare-" + number)));
        this.files.add(file);
        ExecutorService writer = Executors.newSingleThreadExecutor((task) -> {
            Thread thread = new Thread(task, "bare-writer");
            thread.setDaemon(true);
            return thread;
        });
        this.opened.push(writer::shutdown);
        byte[] nonce = new byte[8];
        this.random.nextBytes(nonce);
        Endpoint endpoint = this.loopback.endpoint(number);
        List<Endpoint> peer = (number == 0) ? List.of() : List.of(this.loopback.endpoint(0));
        RingConfig config = new RingConfig(this.ring, endpoint, endpoint, peer,
                new RingConfig.Self("bare-" + number, Map.of(), 1, HexFormat.of().formatHex(nonce)), null,
                this.transport, Timings.DEFAULT, RingConfig.Limits.DEFAULT, Optional.empty());
        BareBroadcast bare = open(new BareBroadcast(config, (payload, answer) -> asked(payload, answer, file, writer)));
        bare.start();
        this.peers.add(bare);
    }

    private <T extends AutoCloseable> T open(T part) {
        this.opened.push(part);
        return part;
    }

    /** A synced write has a thread of its own, as it has in a member. */
    private static void asked(byte[] payload, Runnable answer, SyncedFile file, ExecutorService writer) {
        if (payload[0] != SYNCED) {
            answer.run();
            return;
        }
        writer.execute(() -> {
            try {
                file.append(payload);
                answer.run();
            }
            catch (IOException ex) {
                log.warn("Synced write failed: reason={}", ex.toString());
            }
        });
    }

    /** How many peers see all others that have been started. */
    int whole() {
        return (int) this.peers.stream().filter((peer) -> peer.members() == this.peers.size()).count();
    }

    /** One message to all, an answer from each. */
    CompletableFuture<Void> broadcast(int bytes) {
        return this.peers.get(0).ask(new byte[bytes]);
    }

    /** As much, synced to a file of the asking peer. */
    void write(int bytes) throws IOException {
        this.files.get(0).append(payload(bytes));
    }

    /** One message to all, an answer from each when it has synced it to its file. */
    CompletableFuture<Void> syncedBroadcast(int bytes) {
        return this.peers.get(0).ask(payload(bytes));
    }

    private static byte[] payload(int bytes) {
        byte[] payload = new byte[bytes];
        payload[0] = SYNCED;
        return payload;
    }

    @Override
    public void close() {
        while (!this.opened.isEmpty()) {
            try {
                this.opened.pop().close();
            }
            catch (Exception ex) {
                log.warn("Part of a measurement not closed in order: reason={}", ex.toString());
            }
        }
    }

}
