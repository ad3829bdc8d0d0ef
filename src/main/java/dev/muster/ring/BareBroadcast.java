package dev.muster.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network of a ring and nothing above it: one message to everybody, one answer from
 * each. What a ring takes beyond this is the ring's own doing, so measurements are
 * compared with it. Same protocols and settings as {@link JGroupsRing}, but no
 * introductions, no queues and no threads of its own.
 */
public final class BareBroadcast implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BareBroadcast.class);

    private static final byte QUESTION = 'q';

    private static final byte ANSWER = 'a';

    private static final int HEAD = 1 + Long.BYTES;

    private final Answering answering;

    private final ExecutorService lookups;

    private final Network network;

    private final AtomicLong lastNumber = new AtomicLong();

    private final Map<Long, Asked> asked = new ConcurrentHashMap<>();

    private volatile Set<Address> others = Set.of();

    /**
     * @param answering what this peer does with a message of another one
     * @throws IOException when an address cannot be resolved or JGroups refuses its stack
     */
    public BareBroadcast(RingConfig config, Answering answering) throws IOException {
        this.answering = answering;
        this.lookups = Executors.newSingleThreadExecutor((task) -> {
            Thread thread = new Thread(task, "muster-bare-lookups");
            thread.setDaemon(true);
            return thread;
        });
        Address self = new UUID(System.currentTimeMillis(), Long.parseUnsignedLong(config.self().nonce(), 16));
        this.network = new Network(config, self, List.of(), Endpoint::resolve, this.lookups, new BareEvents(self));
    }

    /**
     * Begins to listen, and to look for the others beside it.
     * @throws IOException when the gossip address cannot be listened on or JGroups cannot
     * start
     */
    public void start() throws IOException {
        this.network.start();
    }

    /** How many peers are there, this one included; any thread. */
    public int members() {
        return this.others.size() + 1;
    }

    /**
     * Sends to everybody else. Any thread; returns once the message is on its way.
     * @return completes, on a thread of the network, with the answer of the last of those
     * that were there when it was sent
     */
    public CompletableFuture<Void> ask(byte[] payload) {
        long number = this.lastNumber.incrementAndGet();
        Asked question = new Asked(new HashSet<>(this.others));
        this.asked.put(number, question);
        question.done.whenComplete((done, failure) -> this.asked.remove(number));
        try {
            this.network.send(null,
                    ByteBuffer.allocate(HEAD + payload.length).put(QUESTION).putLong(number).put(payload).array());
        }
        catch (Exception ex) {
            question.done.completeExceptionally(ex);
        }
        return question.done;
    }

    /** Leaves, and stops. */
    @Override
    public void close() {
        this.network.close();
        this.lookups.shutdownNow();
    }

    /** What a peer does with a message before it answers. */
    @FunctionalInterface
    public interface Answering {

        /**
         * Called on a thread of the network, which must not be made to wait for long.
         * @param answer to be run once, on any thread
         */
        void asked(byte[] payload, Runnable answer);

    }

    private static final class Asked {

        private final CompletableFuture<Void> done = new CompletableFuture<>();

        /** Guarded by this. */
        private final Set<Address> missing;

        private Asked(Set<Address> missing) {
            this.missing = missing;
            if (missing.isEmpty()) {
                this.done.complete(null);
            }
        }

        void answered(Address from) {
            boolean last;
            synchronized (this) {
                last = this.missing.remove(from) && this.missing.isEmpty();
            }
            if (last) {
                this.done.complete(null);
            }
        }

    }

    private final class BareEvents implements Network.Events {

        private final Address self;

        private BareEvents(Address self) {
            this.self = self;
        }

        @Override
        public void received(Address from, byte[] bytes, int offset, int length) {
            ByteBuffer message = ByteBuffer.wrap(bytes, offset, length);
            byte kind = message.get();
            long number = message.getLong();
            if (kind == QUESTION) {
                byte[] payload = new byte[message.remaining()];
                message.get(payload);
                BareBroadcast.this.answering.asked(payload, () -> answer(from, number));
            }
            else {
                Asked question = BareBroadcast.this.asked.get(number);
                if (question != null) {
                    question.answered(from);
                }
            }
        }

        private void answer(Address to, long number) {
            try {
                BareBroadcast.this.network.send(to, ByteBuffer.allocate(HEAD).put(ANSWER).putLong(number).array());
            }
            catch (Exception ex) {
                log.warn("Answer not sent: to={} reason={}", to, ex.toString());
            }
        }

        @Override
        public void viewChanged(String id, List<Address> members, boolean merged) {
            Set<Address> now = new HashSet<>(members);
            now.remove(this.self);
            BareBroadcast.this.others = Set.copyOf(now);
            BareBroadcast.this.network.adapt(members.size());
        }

        @Override
        public void refused(String address) {
            // It is looked for again by itself.
        }

        @Override
        public void rejected(String address, String why) {
            log.warn("Peer rejected: address={} reason={}", address, why);
        }

    }

}
