package dev.muster.rumor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import dev.muster.loop.Loop;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Message.Ask;
import dev.muster.rumor.Message.Close;
import dev.muster.rumor.Message.Digests;
import dev.muster.rumor.Message.Facts;
import dev.muster.rumor.Message.Hint;
import dev.muster.rumor.Message.Open;
import dev.muster.rumor.Message.Receipt;
import dev.muster.rumor.Message.Receipts;
import dev.muster.rumor.Message.Reply;
import dev.muster.rumor.Message.Unknown;
import dev.muster.rumor.Message.Want;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member's copy of the ring's facts: takes them from here and from others, has
 * durable ones on disk before anybody hears of them, broadcasts its own, and lets
 * {@link AntiEntropy} repair what a broadcast missed.
 *
 * <p>
 * All state is owned by the loop. The methods that say so may be called on any thread;
 * all others on the loop only.
 */
public final class Replica implements Ring.Listener {

    private static final Logger log = LoggerFactory.getLogger(Replica.class);

    private final MemberId self;

    private final FactLog factLog;

    private final Loop loop;

    private final Admission admission;

    private final RumorStore store = new RumorStore();

    private final Unsynced unsynced;

    private final List<FactListener> listeners = new ArrayList<>();

    private final Executor reader;

    private final Answers answers;

    private final AntiEntropy antiEntropy;

    private final Unchecked unchecked;

    private final Inquiries inquiries;

    private final Set<MemberId> complainedOf = new HashSet<>();

    private final LongAdder refused = new LongAdder();

    private volatile RingView view = new RingView(Map.of());

    private volatile Holding holding = new Holding(0, 0);

    private Ring ring = UnconnectedRing.INSTANCE;

    /**
     * @param reader runs reads of the log, which may wait for the disk
     * @param random for the choice of whom to ask, and when
     * @param checker runs the checks of what members broadcast of their own state, which
     * is most of the work; one at a time
     */
    public Replica(MemberId self, FactLog factLog, Loop loop, RandomGenerator random, Executor reader, Executor checker,
            Admission admission) {
        this.self = self;
        this.factLog = factLog;
        this.loop = loop;
        this.admission = admission;
        this.reader = reader;
        this.unsynced = new Unsynced(this, factLog, loop);
        this.answers = new Answers(this, this.store, reader);
        this.antiEntropy = new AntiEntropy(self, this, this.store, loop, random, this.answers);
        this.unchecked = new Unchecked(admission, checker,
                (facts) -> loop.execute(() -> take(self, new Facts(0, false, false, facts))), (from) -> {
                    this.refused.increment();
                    loop.execute(() -> complain(from, "a state of a wrong form or without a good signature"));
                });
        this.inquiries = new Inquiries(self, loop, random, new Inquiries.Outside() {

            @Override
            public RingView view() {
                return Replica.this.view;
            }

            @Override
            public boolean send(MemberId to, Message message) {
                return Replica.this.send(to, message);
            }

        });
    }

    /** What this member asks others, and answers them. */
    public Inquiries inquiries() {
        return this.inquiries;
    }

    /** Before {@link #start} only. */
    public void listen(FactListener listener) {
        this.listeners.add(listener);
    }

    /** Takes a fact that the log held when it was opened; before {@link #start} only. */
    public void load(Fact fact) {
        // What this release would refuse from others it does not take from its own disk
        // either.
        if (this.admission.admits(fact)) {
            keep(fact);
        }
    }

    /** From now on others hear of this member's facts, and it of theirs. */
    public void start(Ring connected) {
        this.ring = connected;
        this.antiEntropy.start();
    }

    /**
     * Says a fact of this member's own: a durable one once it is on disk.
     * @param submission hears, on the loop, what became of it
     */
    public void submit(Fact fact, Submission submission) {
        if (fact.retention() == Retention.TRANSIENT) {
            keep(fact);
            broadcast(List.of(fact), false);
            submission.held();
            return;
        }
        this.unsynced.submit(fact, submission);
    }

    /** The greatest version under a key, those on their way to the disk included. */
    public Optional<Version> greatestToBe(FactKey key, Retention retention) {
        Slot slot = new Slot(key, retention);
        return Stream.concat(this.store.greatest(slot).stream(), this.unsynced.versions(slot))
            .max(Comparator.naturalOrder());
    }

    /** A fact that is on its way to the disk. */
    public Optional<Fact> pending(Hash hash) {
        return this.unsynced.find(hash);
    }

    /**
     * Hears of a fact that is on its way to the disk, as if it had been submitted;
     * nothing else happens.
     */
    public void joinPending(Hash hash, Submission submission) {
        this.unsynced.join(hash, submission);
    }

    /** Whether others could be told of a new fact now. Any thread may ask. */
    public boolean congested() {
        return this.ring.congested();
    }

    /** Who is present. Any thread may ask. */
    public RingView view() {
        return this.view;
    }

    /**
     * What the log says of a durable fact can no longer be read. It still holds, and is
     * fetched from another member. Any thread may tell.
     */
    public void damaged(Hash hash) {
        this.loop.execute(() -> {
            if (this.store.damage(hash)) {
                this.antiEntropy.repair();
            }
        });
    }

    /** How much is held. Any thread may ask. */
    public Holding holding() {
        return this.holding;
    }

    /** How many facts of others were refused. Any thread may ask. */
    public long refused() {
        return this.refused.sum();
    }

    /**
     * What is held, as one text that is equal on members that hold the same. For tests,
     * status and comparison.
     */
    public String fingerprint() {
        return this.store.roots().durable() + "-" + this.store.roots().transients();
    }

    @Override
    public void received(MemberId from, byte[] bytes) {
        Message message;
        try {
            Message decoded = MessageCodec.decode(bytes);
            if (decoded instanceof Facts facts && facts.isWordOfStates()) {
                this.unchecked.add(from, facts.facts());
                return;
            }
            message = admitted(from, decoded);
        }
        catch (MalformedFactException ex) {
            this.refused.increment();
            this.loop.execute(() -> complain(from, ex.getMessage()));
            return;
        }
        this.loop.execute(() -> handle(from, message));
    }

    /**
     * Decoding and checking signatures is work, but no wait, and needs nothing that the
     * loop owns.
     */
    private Message admitted(MemberId from, Message message) {
        if (!(message instanceof Facts facts)) {
            return message;
        }
        List<Fact> admitted = facts.facts().stream().filter(this.admission::admits).toList();
        int refusals = facts.facts().size() - admitted.size();
        if (refusals > 0) {
            this.refused.add(refusals);
            this.loop.execute(() -> complain(from, refusals + " facts of a wrong form or without a good signature"));
        }
        return new Facts(facts.exchange(), facts.receiptWanted(), facts.relay(), admitted);
    }

    private void complain(MemberId from, String what) {
        if (this.complainedOf.add(from)) {
            log.warn("Refused what a member sent; further refusals of it are only counted: member={} reason={}", from,
                    what);
        }
    }

    @Override
    public void changed(RingView changed) {
        this.loop.execute(() -> {
            RingView before = this.view;
            this.view = changed;
            this.listeners.forEach((listener) -> listener.ringChanged(changed));
            this.antiEntropy.ringChanged(before, changed);
            this.inquiries.ringChanged(changed);
        });
    }

    private void handle(MemberId from, Message message) {
        if (message instanceof Facts facts) {
            take(from, facts);
            this.antiEntropy.on(from, facts);
        }
        else if (message instanceof Receipts receipts) {
            receipts.receipts()
                .forEach((receipt) -> this.listeners
                    .forEach((listener) -> listener.receipt(from, receipt.fact(), receipt.current())));
        }
        else if (message instanceof Open open) {
            this.answers.on(from, open);
        }
        else if (message instanceof Digests digests) {
            this.antiEntropy.on(from, digests);
        }
        else if (message instanceof Want want) {
            this.antiEntropy.on(from, want);
        }
        else if (message instanceof Close close) {
            this.antiEntropy.on(from, close);
        }
        else if (message instanceof Hint hint) {
            this.antiEntropy.on(from, hint);
        }
        else if (message instanceof Ask ask) {
            this.inquiries.on(from, ask);
        }
        else if (message instanceof Reply reply) {
            this.inquiries.on(from, reply);
        }
        else if (message instanceof Unknown unknown) {
            log.debug("A message of a later release is not for this one: member={} kind={}", from, unknown.kind());
        }
    }

    private void take(MemberId from, Facts message) {
        List<Fact> fresh = new ArrayList<>();
        List<Fact> news = new ArrayList<>();
        List<Receipt> receipts = new ArrayList<>();
        for (Fact fact : message.facts()) {
            if (!this.store.wants(fact)) {
                if (message.receiptWanted()) {
                    receipts.add(receiptFor(fact, List.of()));
                }
            }
            else if (!this.store.hasRoomFor(fact, this.unsynced.size())) {
                this.refused.increment();
                complain(from, "a fact under a new key, of which this member holds as many as it may");
            }
            else if (fact.retention() == Retention.TRANSIENT) {
                keep(fact);
                news.add(fact);
            }
            else if (this.unsynced.add(fact, from, message.receiptWanted(), message.relay())) {
                fresh.add(fact);
            }
        }
        if (!receipts.isEmpty()) {
            send(from, new Receipts(receipts));
        }
        if (message.relay() && !news.isEmpty()) {
            broadcast(news, false);
        }
        if (!fresh.isEmpty()) {
            this.unsynced.append(fresh);
        }
    }

    /** What was on its way is on disk, and held. */
    void written() {
        this.antiEntropy.settled();
    }

    /**
     * What was on its way is not on disk.
     * @param ofOthers whether others have some of it, and can be asked for it again
     */
    void notWritten(IOException why, boolean ofOthers) {
        this.listeners.forEach((listener) -> listener.logFailed(why));
        if (ofOthers) {
            this.antiEntropy.notWritten();
        }
        this.antiEntropy.settled();
    }

    /** Takes a fact; a durable one is on disk. */
    void keep(Fact fact) {
        RumorStore.Merge merge = this.store.merge(fact);
        if (!merge.kept()) {
            // Overtaken between its arrival and its sync.
            if (fact.retention() != Retention.TRANSIENT
                    && !this.store.versions(Slot.of(fact)).contains(fact.version())) {
                this.factLog.drop(List.of(fact.hash()));
            }
            return;
        }
        if (!merge.dropped().isEmpty() && fact.retention() != Retention.TRANSIENT) {
            this.factLog.drop(merge.dropped());
            merge.dropped().forEach((hash) -> this.listeners.forEach((listener) -> listener.dropped(fact.key(), hash)));
        }
        this.holding = new Holding(this.store.facts(), this.store.bytes());
        this.listeners.forEach((listener) -> listener.merged(fact, merge.newest()));
    }

    /**
     * @param synced what is merged next, this fact included where it is not merged yet
     */
    Receipt receiptFor(Fact fact, List<Fact> synced) {
        Slot slot = Slot.of(fact);
        Version greatest = Stream
            .concat(this.store.greatest(slot).stream(),
                    synced.stream().filter((other) -> Slot.of(other).equals(slot)).map(Fact::version))
            .max(Comparator.naturalOrder())
            .orElse(fact.version());
        return new Receipt(fact.hash(), greatest);
    }

    void broadcast(List<Fact> facts, boolean receiptWanted) {
        for (List<Fact> part : Batches.of(facts)) {
            // A full queue loses the message; anti-entropy repairs that, and the door
            // takes nothing new meanwhile.
            broadcast(new Facts(0, receiptWanted, false, part));
        }
    }

    void broadcast(Message message) {
        this.ring.broadcast(MessageCodec.encode(message));
    }

    boolean send(MemberId to, Message message) {
        return this.ring.send(to, MessageCodec.encode(message));
    }

    /**
     * Reads a fact that is held on disk; may be called on the loop, and completes
     * elsewhere.
     */
    public CompletableFuture<Fact> fetch(Hash hash) {
        return CompletableFuture.supplyAsync(() -> read(hash), this.reader);
    }

    /** Any thread but the loop. */
    Fact read(Hash hash) {
        try {
            return this.factLog.read(hash);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    void exchanged(MemberId with) {
        this.listeners.forEach((listener) -> listener.exchanged(with));
    }

    Collection<Hash> pendingHashes() {
        return this.unsynced.hashes();
    }

    /**
     * How much a member holds.
     *
     * @param facts how many
     * @param bytes in their encoded form
     */
    public record Holding(int facts, long bytes) {
    }

    /** Hears what became of a fact that was submitted; on the loop. */
    public interface Submission {

        /** It is held here, a durable one on disk, and is being broadcast. */
        void held();

        /** It could not be written; nobody has it and nobody will. */
        void failed(IOException why);

        /**
         * Whether it matters how many others have it on their disks: then each of them
         * answers with a message.
         */
        default boolean wantsReceipts() {
            return false;
        }

    }

}
