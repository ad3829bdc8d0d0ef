package dev.muster.ring;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jgroups.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process may speak as its member. One that has just started and finds
 * others in the ring asks all that were there before it whether somebody else has its id,
 * and says nothing before that is clear:
 *
 * <ul>
 * <li>the other holder answers: this one gives way;
 * <li>others know one, and it leaves the ring, or refuses connections, or was at this
 * very address, which is ours now: the claim is good at once;
 * <li>it stays silent: the claim is good after {@link Timings#takeOver()};
 * <li>nobody knows one: the claim is good as soon as all have said so, or some have and
 * the rest stays silent for {@link #PATIENCE}.
 * </ul>
 *
 * Once the claim is good, the later start wins against any holder that appears, for then
 * two rings have met. All methods are called on one thread.
 */
final class Claim {

    private static final Logger log = LoggerFactory.getLogger(Claim.class);

    /**
     * A member that hangs must not keep newcomers waiting that it has nothing to do with.
     */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration ASK_AGAIN = Duration.ofMillis(500);

    private final Hello self;

    private final Timings timings;

    private final Outside outside;

    private final Set<Address> asked = new HashSet<>();

    private final Set<Address> free = new HashSet<>();

    private final Map<Address, Hello> holders = new HashMap<>();

    private List<Address> elders = List.of();

    private State state = State.OPEN;

    private boolean patienceOver;

    Claim(Hello self, Timings timings, Outside outside) {
        this.self = self;
        this.timings = timings;
        this.outside = outside;
    }

    boolean isGood() {
        return this.state == State.GOOD;
    }

    boolean isLost() {
        return this.state == State.LOST;
    }

    /**
     * Who is in the ring now.
     * @param before those that were in it before this process; whoever came after gives
     * way itself
     */
    void viewChanged(List<Address> before) {
        if (this.state != State.OPEN) {
            return;
        }
        this.elders = List.copyOf(before);
        this.holders.keySet().retainAll(this.elders);
        if (!this.elders.isEmpty() && this.asked.isEmpty()) {
            this.outside.after(PATIENCE, () -> {
                this.patienceOver = true;
                decide();
            });
            this.outside.after(ASK_AGAIN, this::askAgain);
            this.outside.after(this.timings.takeOver(), this::takeOver);
        }
        for (Address elder : this.elders) {
            if (this.asked.add(elder)) {
                ask(elder);
            }
        }
        decide();
    }

    private void ask(Address elder) {
        this.outside.send(elder, new Frame(Frame.Kind.ID_QUESTION, this.self.encoded()));
    }

    private void askAgain() {
        if (this.state == State.OPEN) {
            this.elders.stream().filter((elder) -> !this.free.contains(elder)).forEach(this::ask);
            this.outside.after(ASK_AGAIN, this::askAgain);
        }
    }

    private void takeOver() {
        if (this.state == State.OPEN) {
            log.warn("Id taken over after silence: member={} seconds={} holders={}", this.self.id(),
                    this.timings.takeOver().toSeconds(), addresses());
            good();
        }
    }

    private List<String> addresses() {
        return this.holders.values().stream().map((hello) -> hello.peer().address()).toList();
    }

    /**
     * A newcomer asks for its id.
     * @param known the hello of another member with that id, if there is one in the ring
     */
    Frame answer(Hello newcomer, Optional<Hello> known) {
        if (newcomer.id().equals(this.self.id())) {
            // Both may have started at once; then the later one gives way, and it is the
            // other one's answer that tells it so.
            return (isGood() || this.self.isLaterThan(newcomer)) ? new Frame(Frame.Kind.ID_MINE, this.self.encoded())
                    : Frame.of(Frame.Kind.ID_FREE);
        }
        return known.map((hello) -> new Frame(Frame.Kind.ID_KNOWN, hello.encoded()))
            .orElseGet(() -> Frame.of(Frame.Kind.ID_FREE));
    }

    /** Another process has this member's id and answers. */
    void heldBy(Hello other) {
        if (this.state == State.OPEN) {
            lost(other, true);
        }
    }

    /** {@code from} knows that this other process has, or had, this member's id. */
    void heldBy(Hello other, Address from) {
        if (this.state != State.OPEN) {
            return;
        }
        boolean here = other.peer().address().equals(this.self.peer().address());
        if (!here && this.elders.contains(other.address())) {
            this.holders.put(other.address(), other);
        }
        this.free.add(from);
        decide();
    }

    void freeFor(Address from) {
        this.free.add(from);
        decide();
    }

    /** Nobody listens at this gossip address any more. */
    void refused(String address) {
        if (this.state == State.OPEN) {
            this.holders.values().removeIf((hello) -> {
                boolean gone = hello.peer().address().equals(address);
                if (gone) {
                    this.free.add(hello.address());
                }
                return gone;
            });
            decide();
        }
    }

    /**
     * Another process with this member's id says hello. That is as good as an answer
     * while the claim is open; later it means that each of the two had a ring.
     */
    void met(Hello other) {
        if (this.state == State.OPEN) {
            lost(other, true);
        }
        else if (this.state == State.GOOD) {
            if (other.isLaterThan(this.self)) {
                lost(other, false);
            }
            else {
                log.warn("Met an earlier start of this member, which gives way: member={} ours={} theirs={}",
                        this.self.id(), this.self.peer().address(), other.peer().address());
            }
        }
    }

    private void decide() {
        if (this.state != State.OPEN || !this.holders.isEmpty()) {
            return;
        }
        boolean anyFree = this.elders.stream().anyMatch(this.free::contains);
        if (this.free.containsAll(this.elders) || (this.patienceOver && anyFree)) {
            good();
        }
    }

    private void good() {
        this.state = State.GOOD;
        this.outside.claimGood();
    }

    private void lost(Hello other, boolean starting) {
        this.state = State.LOST;
        this.outside
            .claimLost(new IdConflict(this.self.id(), this.self.peer().address(), other.peer().address(), starting));
    }

    private enum State {

        OPEN, GOOD, LOST

    }

    /** What a claim needs done. */
    interface Outside {

        void send(Address to, Frame frame);

        /** Runs the task on the thread of the claim, later. */
        void after(Duration delay, Runnable task);

        void claimGood();

        void claimLost(IdConflict conflict);

    }

}
