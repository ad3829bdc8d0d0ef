package dev.muster.content;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.muster.loop.Loop;
import dev.muster.rumor.Hash;
import dev.muster.rumor.Inquiries;
import dev.muster.rumor.InquiryRefusedException;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents that this member is to hold: brings those that are missing from others,
 * gives others what they ask for, and lets go of what nobody names. Everything is done on
 * the node's loop; the disk has a thread of its own.
 */
public final class Contents implements Pull.Ended {

    /** What nothing names is kept for so long. */
    public static final Duration KEPT_UNNAMED = Duration.ofHours(1);

    /** Whoever asked for one and hears of nobody who has it waits no longer than this. */
    private static final Duration ASKED = Duration.ofSeconds(2);

    /** When nobody has given anything for so long, nobody present has it. */
    static final Duration HOPE = Duration.ofSeconds(10);

    /**
     * Whoever asked for a copy and has not asked again for so long does not wait for it.
     */
    static final Duration OFFER = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(Contents.class);

    private static final int PULLS_AT_ONCE = 3;

    private static final int OFFERS_AT_ONCE = 32;

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Sooner than this a member does not say that a copy is not whole yet. */
    private static final Duration NOT_YET = Duration.ofSeconds(1);

    /** When a holder that was busy is asked again. */
    private static final Duration QUEUED = Duration.ofMillis(300);

    /** Who has asked within this time goes on, whoever else comes. */
    private static final Duration SERVED = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMinutes(5);

    private final Loop loop;

    private final ContentStore store;

    private final Executor disk;

    private final Peers peers;

    private final Function<Hash, List<MemberId>> holders;

    private final int largest;

    private final Consumer<Hash> news;

    private final Pull.Means means;

    private final Pace outgoing;

    /** Who gets contents from here, and when they asked last. */
    private final Map<MemberId, Duration> served = new HashMap<>();

    private Map<Hash, Integer> wanted = Map.of();

    private final Map<Hash, Offer> offers = new HashMap<>();

    private final Map<Hash, Bringing> bringing = new HashMap<>();

    private final Deque<Bringing> waiting = new ArrayDeque<>();

    private int running;

    private final Map<Hash, Duration> unnamedSince = new HashMap<>();

    /** Those that nobody present has given any of for a while. */
    private final Set<Hash> nowhere = ConcurrentHashMap.newKeySet();

    /**
     * @param disk runs what waits for the disk
     * @param holders whom to ask for a content, the best first
     * @param largest size of a content that is taken
     * @param rate bytes a second, in each direction
     * @param news hears, on the loop, of one which was wanted that it is here, or that
     * nobody present has it
     */
    public Contents(Loop loop, ContentStore store, Executor disk, Peers peers, Function<Hash, List<MemberId>> holders,
            int largest, long rate, Consumer<Hash> news) {
        this.loop = loop;
        this.store = store;
        this.disk = disk;
        this.peers = peers;
        this.holders = holders;
        this.largest = largest;
        this.news = news;
        this.means = new Pull.Means(loop, store, disk, peers, new Pace(loop, rate));
        this.outgoing = new Pace(loop, rate);
    }

    /** From now on others are answered. */
    public void answer(Inquiries inquiries) {
        inquiries.answer(Questions.CHUNK, this::chunk);
        inquiries.answer(Questions.HOLD, this::hold);
    }

    /**
     * What is to be here from now on; what is missing of it is brought, and no longer
     * what is not among it.
     * @param sizes in bytes
     */
    public void want(Map<Hash, Integer> sizes) {
        this.wanted = Map.copyOf(sizes);
        this.wanted.forEach(this::bring);
        new HashSet<>(this.bringing.keySet()).forEach(this::leaveUnlessAsked);
    }

    /** How this member is supplied with a content. Any thread may ask. */
    public Supply supply(Hash hash) {
        if (this.store.has(hash)) {
            return Supply.HERE;
        }
        return this.nowhere.contains(hash) ? Supply.NOWHERE : Supply.COMING;
    }

    /** How many bytes are here of one that is being brought. On the loop. */
    public long begun(Hash hash) {
        Bringing one = this.bringing.get(hash);
        return (one != null) ? one.pull.offset() : 0;
    }

    /**
     * Brings one now, wanted or not.
     * @return whether it is here; false when nobody present has given anything of it for
     * a while
     */
    public CompletableFuture<Boolean> bringNow(Hash hash, int size) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        this.loop.execute(() -> {
            if (this.store.has(hash)) {
                answer.complete(true);
                return;
            }
            Bringing known = this.bringing.get(hash);
            bring(hash, size);
            Bringing one = this.bringing.get(hash);
            if (one != null) {
                one.askers.add(answer);
                if (one == known) {
                    resume(one);
                }
            }
        });
        return answer;
    }

    /** Those that were asked in vain may do better now. */
    public void askAgain() {
        this.bringing.values().stream().filter((one) -> one.pause != null).toList().forEach(this::resume);
    }

    /**
     * Has another member take a copy.
     * @param candidates in the order they are to be asked
     * @return who has it on its disk; or a {@link NoSecondCopyException}
     */
    public CompletableFuture<MemberId> copyElsewhere(Hash hash, int size, List<MemberId> candidates) {
        CompletableFuture<MemberId> answer = new CompletableFuture<>();
        Peers inviting = (member, topic, question, patience) -> {
            this.served.put(member, this.loop.uptime());
            return this.peers.ask(member, topic, question, patience);
        };
        this.loop.execute(
                () -> new SecondCopy(hash, size, candidates, this.loop, inviting).find().whenComplete((who, why) -> {
                    if (who != null) {
                        answer.complete(who);
                    }
                    else {
                        answer.completeExceptionally(
                                (why != null) ? why : new NoSecondCopyException("no other member was asked"));
                    }
                }));
        return answer;
    }

    private void bring(Hash hash, int size) {
        if (!this.store.has(hash) && !this.bringing.containsKey(hash)) {
            Bringing fresh = new Bringing(new Pull(hash, size, () -> candidates(hash), this.means, this),
                    this.loop.uptime());
            this.bringing.put(hash, fresh);
            this.waiting.add(fresh);
            startNext();
        }
    }

    private List<MemberId> candidates(Hash hash) {
        List<MemberId> candidates = new ArrayList<>(this.holders.apply(hash));
        Offer offer = this.offers.get(hash);
        if (offer != null) {
            candidates.remove(offer.from);
            candidates.add(0, offer.from);
        }
        return candidates;
    }

    private void startNext() {
        while (this.running < PULLS_AT_ONCE && !this.waiting.isEmpty()) {
            Bringing next = this.waiting.poll();
            next.running = true;
            this.running++;
            next.pull.begin();
        }
    }

    private void leaveUnlessAsked(Hash hash) {
        Bringing one = this.bringing.get(hash);
        if (one != null && !this.wanted.containsKey(hash) && !this.offers.containsKey(hash) && one.askers.isEmpty()) {
            one.pull.stop();
            end(one);
        }
    }

    private void end(Bringing one) {
        this.bringing.remove(one.pull.hash());
        this.nowhere.remove(one.pull.hash());
        this.waiting.remove(one);
        if (one.pause != null) {
            one.pause.cancel();
        }
        release(one);
    }

    private void release(Bringing one) {
        if (one.running) {
            one.running = false;
            this.running--;
            startNext();
        }
    }

    @Override
    public void done(Pull pull) {
        Bringing one = this.bringing.get(pull.hash());
        if (one == null || one.pull != pull) {
            return;
        }
        end(one);
        log.info("Content has come: content={} bytes={}", pull.hash(), pull.size());
        Offer offer = this.offers.remove(pull.hash());
        if (offer != null) {
            offer.tell(Questions.holding(pull.size(), true));
        }
        one.askers.forEach((asker) -> asker.complete(true));
        this.news.accept(pull.hash());
    }

    @Override
    public void pausing(Pull pull, String why) {
        Bringing one = this.bringing.get(pull.hash());
        if (one == null || one.pull != pull) {
            return;
        }
        boolean moved = pull.hasMoved();
        if (pull.isQueued()) {
            one.wait = QUEUED;
        }
        else if (moved || one.wait == null || one.wait.compareTo(SHORTEST_PAUSE) < 0) {
            one.wait = SHORTEST_PAUSE;
        }
        else {
            Duration doubled = one.wait.multipliedBy(2);
            one.wait = (doubled.compareTo(LONGEST_PAUSE) < 0) ? doubled : LONGEST_PAUSE;
        }
        if (!one.told && !pull.isQueued()) {
            one.told = true;
            log.warn("Content cannot be had now, it is asked for again and again: content={} bytes={} of={} reason={}",
                    pull.hash(), pull.offset(), pull.size(), why);
        }
        one.pause = this.loop.after(one.wait, () -> resume(one));
        release(one);
        judge(one, moved || pull.isQueued());
    }

    /** Whether there is still hope of having it soon. */
    private void judge(Bringing one, boolean given) {
        Hash hash = one.pull.hash();
        if (given) {
            one.lastGiven = this.loop.uptime();
            this.nowhere.remove(hash);
            return;
        }
        Duration vain = this.loop.uptime().minus(one.lastGiven);
        if (vain.compareTo(HOPE) >= 0 && this.nowhere.add(hash)) {
            this.news.accept(hash);
        }
        if (vain.compareTo(ASKED) >= 0) {
            one.askers.forEach((asker) -> asker.complete(false));
            one.askers.clear();
            leaveUnlessAsked(hash);
        }
    }

    private void resume(@Nullable Bringing one) {
        if (one != null && one.pause != null && this.bringing.get(one.pull.hash()) == one) {
            one.pause.cancel();
            one.pause = null;
            this.waiting.add(one);
            startNext();
        }
    }

    /** Answers who asks for a piece. On the loop. */
    CompletionStage<byte[]> chunk(MemberId from, byte[] question) {
        Questions.Chunk asked = Questions.readChunk(question);
        if (asked.length() < 1 || asked.length() > Pull.CHUNK || asked.offset() < 0) {
            throw new InquiryRefusedException(
                    "a chunk has 1 to " + Pull.CHUNK + " bytes, not " + asked.length() + " from " + asked.offset());
        }
        if (!this.store.has(asked.hash())) {
            throw new InquiryRefusedException("it has not got that content");
        }
        Duration now = this.loop.uptime();
        this.served.values().removeIf((last) -> now.minus(last).compareTo(SERVED) > 0);
        if (!this.served.containsKey(from) && !this.outgoing.waiting().isZero()) {
            // One after the other: each that is done gives it to the next, so that all
            // have it sooner than if they shared what this member can send.
            return CompletableFuture.completedFuture(new byte[0]);
        }
        this.served.put(from, now);
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        // Read when its turn has come: what waits is a question, not a chunk.
        this.loop.after(this.outgoing.take(asked.length()), () -> this.disk.execute(() -> {
            try {
                answer.complete(this.store.read(asked.hash(), asked.offset(), asked.length()));
            }
            catch (IOException ex) {
                answer.completeExceptionally(new InquiryRefusedException("it cannot read it: " + ex.getMessage()));
            }
        }));
        return answer;
    }

    /** Answers who wants a copy to be here. On the loop. */
    CompletionStage<byte[]> hold(MemberId from, byte[] question) {
        Questions.Hold asked = Questions.readHold(question);
        if (asked.size() < 0 || asked.size() > this.largest) {
            throw new InquiryRefusedException("a content has at most " + this.largest + " bytes, not " + asked.size());
        }
        if (this.store.has(asked.hash())) {
            return CompletableFuture.completedFuture(Questions.holding(asked.size(), true));
        }
        Offer offer = this.offers.get(asked.hash());
        if (offer == null) {
            if (this.offers.size() >= OFFERS_AT_ONCE) {
                throw new InquiryRefusedException("it takes " + OFFERS_AT_ONCE + " copies already; ask again later");
            }
            offer = new Offer(from);
            this.offers.put(asked.hash(), offer);
        }
        CompletableFuture<byte[]> answer = offer.asked(this.loop.uptime());
        bring(asked.hash(), asked.size());
        // Who asks has it, so there is somebody to get it from now.
        resume(this.bringing.get(asked.hash()));
        this.loop.after(NOT_YET, () -> {
            Bringing one = this.bringing.get(asked.hash());
            answer.complete(Questions.holding((one != null) ? one.pull.offset() : 0, this.store.has(asked.hash())));
        });
        this.loop.after(OFFER, () -> expire(asked.hash()));
        return answer;
    }

    private void expire(Hash hash) {
        Offer offer = this.offers.get(hash);
        if (offer != null && this.loop.uptime().minus(offer.last).compareTo(OFFER) >= 0) {
            this.offers.remove(hash);
            leaveUnlessAsked(hash);
        }
    }

    /**
     * Every now and then lets go of what nothing has named for an hour.
     * @param named what is to be kept, asked each time
     */
    public void tidy(java.util.function.Supplier<Set<Hash>> named) {
        this.loop.after(LOOK, () -> {
            letGo(named.get());
            tidy(named);
        });
    }

    private void letGo(Set<Hash> named) {
        Duration now = this.loop.uptime();
        Set<Hash> unnamed = new HashSet<>(this.store.held());
        unnamed.removeAll(named);
        unnamed.removeAll(this.wanted.keySet());
        unnamed.removeAll(this.bringing.keySet());
        this.unnamedSince.keySet().retainAll(unnamed);
        for (Hash hash : unnamed) {
            Duration since = this.unnamedSince.computeIfAbsent(hash, (fresh) -> now);
            if (now.minus(since).compareTo(KEPT_UNNAMED) >= 0) {
                this.unnamedSince.remove(hash);
                this.disk.execute(() -> delete(hash));
            }
        }
    }

    private void delete(Hash hash) {
        try {
            this.store.delete(hash);
            log.info("Content let go, no revision names it: content={}", hash);
        }
        catch (IOException ex) {
            log.warn("Content could not be let go, that is tried again: content={} reason={}", hash, ex.toString());
        }
    }

    /** A content that is on its way. */
    private static final class Bringing {

        private final Pull pull;

        private Loop.@Nullable Timer pause;

        private @Nullable Duration wait;

        private boolean running;

        private boolean told;

        private final List<CompletableFuture<Boolean>> askers = new ArrayList<>();

        /** When somebody gave some of it last; when it was begun, if nobody has. */
        private Duration lastGiven;

        private Bringing(Pull pull, Duration now) {
            this.pull = pull;
            this.lastGiven = now;
        }

    }

    /** Somebody waits for a copy to be here. */
    private static final class Offer {

        private final MemberId from;

        private final List<CompletableFuture<byte[]>> answers = new ArrayList<>();

        private Duration last = Duration.ZERO;

        private Offer(MemberId from) {
            this.from = from;
        }

        CompletableFuture<byte[]> asked(Duration now) {
            this.last = now;
            this.answers.removeIf(CompletableFuture::isDone);
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            this.answers.add(answer);
            return answer;
        }

        void tell(byte[] holding) {
            this.answers.forEach((answer) -> answer.complete(holding));
        }

    }

}
