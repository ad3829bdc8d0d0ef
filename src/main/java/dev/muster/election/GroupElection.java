package dev.muster.election;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.muster.loop.Loop;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what an {@link Elector} decides: saves first, then sends; and gives it the time.
 * Everything happens on one loop.
 */
public final class GroupElection {

    private static final Logger log = LoggerFactory.getLogger(GroupElection.class);

    private static final Duration TICK = Duration.ofMillis(100);

    private final MemberId self;

    private final Elector elector;

    private final Loop loop;

    private final VoteStore store;

    private final ElectionMail mail;

    private final Consumer<ElectionStanding> listener;

    /** What waits until a record is on disk. */
    private final List<Letter> waiting = new ArrayList<>();

    private @Nullable VoteRecord unsaved;

    private boolean saving;

    private boolean complained;

    private boolean ended;

    private ElectionStanding told = ElectionStanding.NONE;

    /**
     * @param listener hears, on the loop, of every change, each renewal of a lease
     * included
     */
    public GroupElection(MemberId self, Elector elector, Loop loop, VoteStore store, ElectionMail mail,
            Consumer<ElectionStanding> listener) {
        this.self = self;
        this.elector = elector;
        this.loop = loop;
        this.store = store;
        this.mail = mail;
        this.listener = listener;
    }

    /** Begins to take part. On the loop. */
    public void begin() {
        tick();
    }

    private void tick() {
        if (this.ended) {
            return;
        }
        decide(Elector::tick);
        this.loop.after(TICK, this::tick);
    }

    /**
     * Takes part no longer; what others were promised is on disk and stands. On the loop.
     */
    public void end() {
        this.ended = true;
    }

    /** On the loop. */
    public void received(MemberId from, ElectionMessage message) {
        decide((deciding) -> deciding.on(from, message));
    }

    /**
     * Lets the elector decide and does what comes of it. On the loop.
     */
    public void decide(Function<Elector, Deeds> question) {
        if (this.ended) {
            return;
        }
        Deeds deeds = question.apply(this.elector);
        deeds.save().ifPresent((record) -> this.unsaved = record);
        this.waiting.addAll(deeds.letters());
        proceed();
        ElectionStanding now = this.elector.standing();
        if (!now.equals(this.told)) {
            this.told = now;
            this.listener.accept(now);
        }
    }

    private void proceed() {
        if (this.saving || this.ended) {
            return;
        }
        VoteRecord record = this.unsaved;
        if (record == null) {
            List<Letter> ready = List.copyOf(this.waiting);
            this.waiting.clear();
            ready.forEach(this::send);
            return;
        }
        List<Letter> after = List.copyOf(this.waiting);
        this.waiting.clear();
        this.unsaved = null;
        this.saving = true;
        this.store.save(record, (failure) -> this.loop.execute(() -> saved(record, after, failure)));
    }

    private void saved(VoteRecord record, List<Letter> after, @Nullable IOException failure) {
        this.saving = false;
        if (this.ended) {
            return;
        }
        if (failure == null) {
            if (this.complained) {
                log.info("Votes can be written again");
            }
            this.complained = false;
            after.forEach(this::send);
            proceed();
            return;
        }
        if (!this.complained) {
            this.complained = true;
            log.error("A vote could not be written, so it is not given, nor anything else said: reason={}",
                    failure.toString());
        }
        // What was to be said is out of date by the time the disk takes it; the next tick
        // tries again.
        this.waiting.clear();
        this.unsaved = (this.unsaved != null) ? this.unsaved : record;
    }

    private void send(Letter letter) {
        if (letter.to().equals(this.self)) {
            this.loop.execute(() -> received(this.self, letter.message()));
        }
        else {
            this.mail.send(letter.to(), letter.message());
        }
    }

}
