package dev.muster.rumor;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;

import dev.muster.rumor.Message.Close;
import dev.muster.rumor.Message.Digests;
import dev.muster.rumor.Message.Facts;
import dev.muster.rumor.Message.Open;
import dev.muster.rumor.Message.Want;
import dev.muster.rumor.RumorStore.Roots;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the exchanges that others open; keeps nothing of them, so that any number may
 * be under way. On the loop, but for what is read and sent.
 */
final class Answers {

    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private static final int DIGESTS_A_MESSAGE = 2_000;

    private final Replica replica;

    private final RumorStore store;

    private final Executor reader;

    /**
     * @param reader runs reads of the log, which may wait for the disk
     */
    Answers(Replica replica, RumorStore store, Executor reader) {
        this.replica = replica;
        this.store = store;
        this.reader = reader;
    }

    void on(MemberId from, Open open) {
        Roots own = this.store.roots();
        boolean durable = !own.durable().equals(open.roots().durable());
        boolean transients = !own.transients().equals(open.roots().transients());
        if (!durable && !transients) {
            this.replica.send(from, new Close(open.exchange(), 0));
            return;
        }
        List<Map<Slot, SlotDigest>> parts = new ArrayList<>();
        Map<Slot, SlotDigest> part = new LinkedHashMap<>();
        for (Map.Entry<Slot, SlotDigest> held : this.store.digests(durable, transients).entrySet()) {
            part.put(held.getKey(), held.getValue());
            if (part.size() == DIGESTS_A_MESSAGE) {
                parts.add(part);
                part = new LinkedHashMap<>();
            }
        }
        parts.add(part);
        parts.forEach((digests) -> this.replica.send(from,
                new Digests(open.exchange(), durable, transients, parts.size(), digests)));
    }

    void on(MemberId from, Want want) {
        Map<Slot, List<Hash>> lacking = new TreeMap<>();
        want.held().forEach((slot, theirs) -> {
            List<Hash> here = this.store.whole(slot).stream().map(Version::hash).toList();
            if (!here.containsAll(theirs)) {
                lacking.put(slot, here);
            }
        });
        if (!lacking.isEmpty()) {
            this.replica.send(from, new Want(want.exchange(), true, false, lacking));
        }
        sendLacking(from, want.held(), want.exchange(), want.relay());
    }

    /**
     * Sends what is held here and not there.
     * @param held what the other holds under each key it asks for
     * @param exchange which waits for it, or 0
     * @param relay whether the other is to pass on what is news to it
     */
    void sendLacking(MemberId to, Map<Slot, List<Hash>> held, long exchange, boolean relay) {
        List<Fact> inMemory = new ArrayList<>();
        List<Hash> onDisk = new ArrayList<>();
        held.forEach((slot, theirs) -> {
            Set<Hash> there = new HashSet<>(theirs);
            for (Version version : this.store.whole(slot)) {
                if (!there.contains(version.hash())) {
                    this.store.inMemory(slot, version).ifPresentOrElse(inMemory::add, () -> onDisk.add(version.hash()));
                }
            }
        });
        this.reader.execute(() -> send(to, exchange, relay, inMemory, onDisk));
    }

    /** 256 KiB at a time, then says how much it was where an exchange waits for it. */
    private void send(MemberId to, long exchange, boolean relay, List<Fact> inMemory, List<Hash> onDisk) {
        int messages = 0;
        Deque<Hash> rest = new ArrayDeque<>(onDisk);
        List<Fact> facts = new ArrayList<>(inMemory);
        do {
            int bytes = facts.stream().mapToInt(Fact::size).sum();
            while (!rest.isEmpty() && bytes < Batches.MAX_BYTES) {
                Hash hash = rest.poll();
                try {
                    Fact fact = this.replica.read(hash);
                    facts.add(fact);
                    bytes += fact.size();
                }
                catch (UncheckedIOException ex) {
                    // Dropped meanwhile, or damaged: then another member has it.
                    log.warn("A fact could not be read for another member: fact={} reason={}", hash.hex(),
                            ex.getMessage());
                }
            }
            for (List<Fact> batch : Batches.of(facts)) {
                this.replica.send(to, new Facts(exchange, false, relay, batch));
                messages++;
            }
            facts = new ArrayList<>();
        }
        while (!rest.isEmpty());
        if (exchange != 0) {
            this.replica.send(to, new Close(exchange, messages));
        }
    }

}
