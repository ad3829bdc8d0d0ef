package dev.muster.group;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.FactListener;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which members have departed, as one node knows it. A member that learns it of itself
 * ends; the others forget what they know of it, and take nothing about it any more. Any
 * thread may ask, and never waits for the node's loop.
 */
public final class Departures implements FactListener {

    /** How long the answer waits for a second copy. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(Departures.class);

    private final MemberId self;

    private final Replica replica;

    private final Loop loop;

    private final Map<MemberId, Departure> departed = new ConcurrentHashMap<>();

    /** What was said here and waits for another member's copy; owned by the loop. */
    private final Map<Hash, CompletableFuture<Integer>> copies = new HashMap<>();

    private final CompletableFuture<Departure> own = new CompletableFuture<>();

    /** Makes it listen to the replica. */
    public Departures(MemberId self, Replica replica, Loop loop) {
        this.self = self;
        this.replica = replica;
        this.loop = loop;
        replica.listen(this);
    }

    /** Completes, on the loop, when this member is to end because it has departed. */
    public CompletableFuture<Departure> own() {
        return this.own.copy();
    }

    public Optional<Departure> find(MemberId member) {
        return Optional.ofNullable(this.departed.get(member));
    }

    /** The latest first. */
    public List<Departure> all() {
        return this.departed.values()
            .stream()
            .sorted(Comparator.comparing(Departure::time).reversed().thenComparing(Departure::member))
            .toList();
    }

    /**
     * Says that a member will not come back. Where it is this one, it ends once another
     * member has that on disk, or none has answered for two seconds.
     * @return completes once it holds here and another member has answered, or none has
     * in time; fails with {@link RefusedException} when nothing was changed
     */
    public CompletableFuture<Said> depart(MemberId member, String name, String author) {
        CompletableFuture<Said> answer = new CompletableFuture<>();
        this.loop.execute(() -> {
            Departure known = this.departed.get(member);
            if (known != null) {
                answer.complete(new Said(known, true, false));
                return;
            }
            if (this.replica.congested()) {
                answer.completeExceptionally(new RefusedException(RefusedException.Reason.BUSY,
                        "Too much waits to be sent to other members; nothing was changed, try again in a moment",
                        null));
                return;
            }
            say(new Departure(member, name, this.loop.clock().instant(), author), answer);
        });
        return answer;
    }

    private void say(Departure departure, CompletableFuture<Said> answer) {
        Fact fact = DepartureFacts.create(departure);
        CompletableFuture<Integer> copied = new CompletableFuture<>();
        // Before it is synced: it tells this member itself then, which must not end yet.
        this.copies.put(fact.hash(), copied);
        this.replica.submit(fact, new Replica.Submission() {

            @Override
            public void held() {
                boolean alone = Departures.this.replica.view().members().size() < 2;
                Departures.this.loop.after(alone ? Duration.ZERO : PATIENCE, () -> copied.complete(1));
                copied.thenAccept((count) -> {
                    Departures.this.copies.remove(fact.hash());
                    answer.complete(new Said(departure, false, count < 2 && !alone));
                    endIfOwn(departure);
                });
            }

            @Override
            public void failed(IOException why) {
                Departures.this.copies.remove(fact.hash());
                answer.completeExceptionally(new RefusedException(RefusedException.Reason.STORAGE,
                        "Nothing was changed, because it could not be written: " + why.getMessage(), null));
            }

            @Override
            public boolean wantsReceipts() {
                return true;
            }

        });
    }

    private void endIfOwn(Departure departure) {
        if (departure.member().equals(this.self)) {
            this.own.complete(departure);
        }
    }

    @Override
    public void merged(Fact fact, boolean newest) {
        if (!fact.key().kind().equals(FactKey.DEPARTURE) || !newest) {
            return;
        }
        Departure departure = DepartureFacts.departure(fact);
        if (this.departed.put(departure.member(), departure) == null) {
            log.info("Member departed: member={} name={} author={}", departure.member(), departure.name(),
                    departure.author());
        }
        if (!this.copies.containsKey(fact.hash())) {
            endIfOwn(departure);
        }
    }

    @Override
    public void receipt(MemberId from, Hash fact, Version current) {
        CompletableFuture<Integer> waiting = this.copies.get(fact);
        if (waiting != null) {
            waiting.complete(2);
        }
    }

    /**
     * What became of saying it.
     *
     * @param already whether it was said before
     * @param oneCopy whether there are other members, and none has answered that it has
     * this on disk
     */
    public record Said(Departure departure, boolean already, boolean oneCopy) {
    }

}
