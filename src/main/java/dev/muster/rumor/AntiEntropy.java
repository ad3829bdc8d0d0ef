package dev.muster.rumor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

import dev.muster.loop.Loop;
import dev.muster.rumor.Message.Close;
import dev.muster.rumor.Message.Digests;
import dev.muster.rumor.Message.Facts;
import dev.muster.rumor.Message.Hint;
import dev.muster.rumor.Message.Open;
import dev.muster.rumor.Message.Want;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes two members hold the same facts, whatever was lost between them: two roots are
 * compared, then sixteen bytes a key, then the missing facts go both ways. A member that
 * comes asks one of those it finds until one exchange has finished; where two rings meet,
 * the lowest member of each asks the lowest of the other, and what is news on a side is
 * broadcast there; and every member asks a random other one from time to time, so that no
 * promise rests on views. Whoever finds a difference tells all what it holds then, and
 * who holds something else asks it.
 *
 * <p>
 * One exchange at a time is opened by a member; {@link Answers} answers those of others.
 */
final class AntiEntropy {

    private static final Logger log = LoggerFactory.getLogger(AntiEntropy.class);

    /** An exchange in which nothing arrives for so long is given up. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final int HASHES_A_MESSAGE = 4_000;

    /**
     * Within this time whoever was told that it lacks something asks, each at its own
     * moment.
     */
    private static final Duration SPREAD = Duration.ofSeconds(1);

    private static final Duration SHORTEST_REPAIR = Duration.ofSeconds(1);

    private static final Duration LONGEST_REPAIR = Duration.ofSeconds(30);

    private final MemberId self;

    private final Replica replica;

    private final RumorStore store;

    private final Loop loop;

    private final RandomGenerator random;

    private final Answers answers;

    private @Nullable Exchange current;

    private @Nullable Purpose next;

    /** A hint that came while an exchange was open. */
    private @Nullable Runnable unseen;

    private boolean repairing;

    private Duration repairAfter = SHORTEST_REPAIR;

    AntiEntropy(MemberId self, Replica replica, RumorStore store, Loop loop, RandomGenerator random, Answers answers) {
        this.self = self;
        this.replica = replica;
        this.store = store;
        this.loop = loop;
        this.random = random;
        this.answers = answers;
    }

    void start() {
        long spread = LONGEST_PAUSE.minus(SHORTEST_PAUSE).toMillis();
        this.loop.after(SHORTEST_PAUSE.plusMillis(this.random.nextLong(spread)), () -> {
            if (this.current == null) {
                someone(this.replica.view()).ifPresent((partner) -> open(partner, Purpose.ROUTINE));
            }
            start();
        });
    }

    void ringChanged(RingView before, RingView now) {
        Set<MemberId> others = new TreeSet<>(now.members().keySet());
        others.remove(this.self);
        Set<MemberId> came = new TreeSet<>();
        others.forEach((member) -> {
            if (before.find(member).map(RingView.Peer::nonce).filter(nonce(now, member)::equals).isEmpty()) {
                came.add(member);
            }
        });
        if (!came.isEmpty()) {
            Set<MemberId> stayed = new TreeSet<>(others);
            stayed.removeAll(came);
            stayed.add(this.self);
            if (stayed.size() == 1) {
                request(Purpose.JOINING, List.copyOf(came).get(this.random.nextInt(came.size())));
            }
            else if (stayed.iterator().next().equals(this.self)) {
                request(Purpose.BRIDGE, came.iterator().next());
            }
        }
        Exchange running = this.current;
        if (running != null && !now.has(running.partner)) {
            again(running);
        }
    }

    private static String nonce(RingView view, MemberId member) {
        return view.find(member).map(RingView.Peer::nonce).orElse("");
    }

    private Optional<MemberId> someone(RingView view) {
        List<MemberId> others = new ArrayList<>(view.members().keySet());
        others.remove(this.self);
        return others.isEmpty() ? Optional.empty() : Optional.of(others.get(this.random.nextInt(others.size())));
    }

    private void request(Purpose purpose, MemberId partner) {
        Exchange running = this.current;
        if (running == null || running.purpose.mayFail()) {
            open(partner, purpose);
        }
        else {
            this.next = purpose;
        }
    }

    private void open(MemberId partner, Purpose purpose) {
        Exchange exchange = new Exchange(this.random.nextLong(1, Long.MAX_VALUE), partner, purpose);
        abandon();
        this.current = exchange;
        progress(exchange);
        this.replica.send(partner, new Open(exchange.id, this.store.roots()));
    }

    private void abandon() {
        Exchange running = this.current;
        if (running != null && running.timeout != null) {
            running.timeout.cancel();
        }
        this.current = null;
    }

    private void progress(Exchange exchange) {
        if (exchange.timeout != null) {
            exchange.timeout.cancel();
        }
        exchange.timeout = this.loop.after(PATIENCE, () -> {
            if (this.current == exchange) {
                log.debug("Exchange given up: partner={} purpose={}", exchange.partner, exchange.purpose);
                again(exchange);
            }
        });
    }

    /** Another partner, unless nothing hangs on this exchange or nobody is there. */
    private void again(Exchange exchange) {
        abandon();
        if (!exchange.purpose.mayFail()) {
            someone(this.replica.view()).ifPresent((partner) -> open(partner, exchange.purpose));
        }
    }

    /** What came from others could not be written. It is asked for again. */
    void notWritten() {
        Exchange exchange = this.current;
        if (exchange != null) {
            exchange.incomplete = true;
        }
        repair();
    }

    /**
     * Something is lacking here that others have. Asks somebody soon, and later each time
     * that it cannot be written.
     */
    void repair() {
        if (this.repairing) {
            return;
        }
        this.repairing = true;
        this.loop.after(this.repairAfter, () -> {
            this.repairing = false;
            if (this.current == null) {
                someone(this.replica.view()).ifPresent((partner) -> open(partner, Purpose.ROUTINE));
            }
            else {
                repair();
            }
        });
        Duration longer = this.repairAfter.multipliedBy(2);
        this.repairAfter = (longer.compareTo(LONGEST_REPAIR) < 0) ? longer : LONGEST_REPAIR;
    }

    void on(MemberId from, Digests digests) {
        Exchange exchange = running(from, digests.exchange());
        if (exchange == null || exchange.parts >= digests.parts()) {
            return;
        }
        progress(exchange);
        exchange.parts++;
        exchange.digests.putAll(digests.digests());
        if (exchange.parts < digests.parts()) {
            return;
        }
        Map<Slot, SlotDigest> own = this.store.digests(digests.durable(), digests.transients());
        Set<Slot> differing = new TreeSet<>();
        own.forEach((slot, digest) -> {
            if (!digest.equals(exchange.digests.get(slot))) {
                differing.add(slot);
            }
        });
        exchange.digests.forEach((slot, digest) -> {
            if (!digest.equals(own.get(slot))) {
                differing.add(slot);
            }
        });
        exchange.digests.clear();
        exchange.differed = !differing.isEmpty();
        exchange.toAsk.addAll(wants(differing));
        askNext(exchange);
    }

    private List<Map<Slot, List<Hash>>> wants(Collection<Slot> slots) {
        List<Map<Slot, List<Hash>>> wants = new ArrayList<>();
        Map<Slot, List<Hash>> want = new LinkedHashMap<>();
        int hashes = 0;
        for (Slot slot : slots) {
            List<Hash> held = this.store.whole(slot).stream().map(Version::hash).toList();
            want.put(slot, held);
            hashes += held.size() + 1;
            if (hashes >= HASHES_A_MESSAGE) {
                wants.add(want);
                want = new LinkedHashMap<>();
                hashes = 0;
            }
        }
        if (!want.isEmpty()) {
            wants.add(want);
        }
        return wants;
    }

    private void askNext(Exchange exchange) {
        Map<Slot, List<Hash>> want = exchange.toAsk.poll();
        if (want == null) {
            exchange.closing = true;
            settled();
            return;
        }
        exchange.expected = -1;
        exchange.arrived = 0;
        this.replica.send(exchange.partner, new Want(exchange.id, false, exchange.purpose == Purpose.BRIDGE, want));
    }

    void on(MemberId from, Want want) {
        Exchange own = running(from, want.exchange());
        if (!want.answer()) {
            this.answers.on(from, want);
        }
        else if (own != null) {
            progress(own);
            this.answers.sendLacking(from, want.held(), 0, !own.purpose.mayFail());
        }
    }

    void on(MemberId from, Facts facts) {
        Exchange exchange = running(from, facts.exchange());
        if (exchange != null) {
            progress(exchange);
            exchange.arrived++;
            complete(exchange);
        }
    }

    void on(MemberId from, Close close) {
        Exchange exchange = running(from, close.exchange());
        if (exchange != null) {
            progress(exchange);
            exchange.expected = close.messages();
            complete(exchange);
        }
    }

    private void complete(Exchange exchange) {
        if (exchange.expected >= 0 && exchange.arrived >= exchange.expected) {
            askNext(exchange);
        }
    }

    /**
     * Something that waited for the disk has been settled; what an exchange brought must
     * be there before it ends.
     */
    void settled() {
        Exchange exchange = this.current;
        if (exchange == null || !exchange.closing) {
            return;
        }
        if (exchange.unsettled == null) {
            exchange.unsettled = new HashSet<>(this.replica.pendingHashes());
        }
        exchange.unsettled.retainAll(this.replica.pendingHashes());
        if (!exchange.unsettled.isEmpty()) {
            return;
        }
        if (exchange.incomplete) {
            // What the other holds is not held here: nobody is told that it is, and it
            // is asked for again.
            abandon();
            if (!exchange.purpose.mayFail()) {
                this.next = exchange.purpose;
            }
            repair();
            return;
        }
        abandon();
        this.repairAfter = SHORTEST_REPAIR;
        if (exchange.purpose == Purpose.BRIDGE || (exchange.differed && exchange.purpose == Purpose.ROUTINE)) {
            // After a bridge also where nothing differed: another exchange may have come
            // before it, whose news were passed on to nobody.
            this.replica.broadcast(new Hint(this.store.roots()));
        }
        this.replica.exchanged(exchange.partner);
        Purpose waiting = this.next;
        this.next = null;
        if (waiting != null) {
            someone(this.replica.view()).ifPresent((partner) -> open(partner, waiting));
        }
        else {
            Runnable hint = this.unseen;
            this.unseen = null;
            if (hint != null) {
                hint.run();
            }
        }
    }

    /**
     * Another member holds this after it found a difference to somebody. Facts that it
     * passed on may be under way, so nobody asks at once.
     */
    void on(MemberId from, Hint hint) {
        this.loop.after(Duration.ofMillis(this.random.nextLong(SPREAD.toMillis())), () -> look(from, hint));
    }

    private void look(MemberId from, Hint hint) {
        if (this.current != null) {
            this.unseen = () -> look(from, hint);
        }
        else if (!this.store.roots().equals(hint.roots())) {
            open(from, Purpose.HINTED);
        }
    }

    private @Nullable Exchange running(MemberId from, long id) {
        Exchange exchange = this.current;
        return (exchange != null && id != 0 && exchange.id == id && exchange.partner.equals(from)) ? exchange : null;
    }

    /** Why an exchange is opened. */
    private enum Purpose {

        /** From time to time. Who was found to differ may not be the only one. */
        ROUTINE,

        /**
         * Told to look. Says nothing to others, so that members that cannot agree do not
         * keep each other busy.
         */
        HINTED,

        /**
         * This member stood alone. Its news are broadcast by the partner, the partner's
         * are not by it.
         */
        JOINING,

        /** Two rings met. News are broadcast on both sides. */
        BRIDGE;

        /** Whether nothing is lost when it is given up. */
        boolean mayFail() {
            return this == ROUTINE || this == HINTED;
        }

    }

    private static final class Exchange {

        private final long id;

        private final MemberId partner;

        private final Purpose purpose;

        private final Map<Slot, SlotDigest> digests = new HashMap<>();

        private final Deque<Map<Slot, List<Hash>>> toAsk = new ArrayDeque<>();

        private Loop.@Nullable Timer timeout;

        private @Nullable Set<Hash> unsettled;

        private boolean closing;

        private boolean differed;

        /** Whether something that came meanwhile could not be written. */
        private boolean incomplete;

        private int parts;

        private int arrived;

        private int expected = -1;

        private Exchange(long id, MemberId partner, Purpose purpose) {
            this.id = id;
            this.partner = partner;
            this.purpose = purpose;
        }

    }

}
