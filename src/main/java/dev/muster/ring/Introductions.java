package dev.muster.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.muster.rumor.Fact;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is behind the addresses of a view. Members that meet tell each other, signed; one
 * that has not is asked, less and less often; what it sends meanwhile is held. Where two
 * addresses are one member, as for a moment after a restart, the later start is present
 * and the earlier one is not heard. All methods are called on one thread.
 */
final class Introductions {

    private static final Logger log = LoggerFactory.getLogger(Introductions.class);

    /** Hellos of members that left are kept for when they come back. */
    private static final int KEPT_HELLOS = 1000;

    private static final Duration ASK_AT_MOST_EVERY = Duration.ofSeconds(5);

    private final Hello self;

    private final String ring;

    private final Timings timings;

    private final Fact.Verifier verifier;

    private final Outside outside;

    private final Claim claim;

    private final Held held = new Held();

    /** Read and found good, whether said or only asked with. */
    private final Map<Address, Hello> checked = new Kept();

    /** Said, by whoever has settled who it is. */
    private final Map<Address, Hello> hellos = new Kept();

    private final Map<Address, Integer> asked = new HashMap<>();

    /** The view, without this process. */
    private Set<Address> members = Set.of();

    private Map<Address, MemberId> present = Map.of();

    private @Nullable RingView published;

    Introductions(Hello self, RingConfig config, Fact.Verifier verifier, Outside outside) {
        this.self = self;
        this.ring = config.ring();
        this.timings = config.timings();
        this.verifier = verifier;
        this.outside = outside;
        this.claim = new Claim(self, config.timings(), new ClaimOutside());
    }

    /** Tells of this member alone. */
    void start() {
        publish();
    }

    boolean settled() {
        return this.claim.isGood();
    }

    int unacquainted() {
        return (int) this.members.stream().filter((address) -> !this.hellos.containsKey(address)).count();
    }

    /** These are in the ring now, this process among them. */
    void viewChanged(List<Address> view) {
        if (this.claim.isLost()) {
            return;
        }
        Set<Address> before = this.members;
        Set<Address> now = new HashSet<>(view);
        now.remove(this.self.address());
        Set<Address> left = new HashSet<>(before);
        left.removeAll(now);
        this.members = now;
        this.asked.keySet().retainAll(now);
        dropped(this.held.retain(now, left));
        boolean known = this.claim.isGood();
        this.claim.viewChanged(before(view));
        for (Address address : now) {
            if (known && !before.contains(address)) {
                introduce(address);
            }
            if (!this.hellos.containsKey(address) && this.asked.putIfAbsent(address, 0) == null) {
                this.outside.after(this.timings.acquaint(), () -> ask(address));
            }
        }
        publish();
    }

    /** A view has its members in the order in which they joined. */
    private List<Address> before(List<Address> view) {
        int self = view.indexOf(this.self.address());
        return view.subList(0, Math.max(self, 0));
    }

    private void introduce(Address to) {
        this.outside.send(to, new Frame(Frame.Kind.HELLO, this.self.encoded()));
    }

    private void ask(Address address) {
        if (!this.members.contains(address) || this.hellos.containsKey(address) || this.claim.isLost()) {
            this.asked.remove(address);
            return;
        }
        int times = this.asked.merge(address, 1, Integer::sum);
        this.outside.send(address, Frame.of(Frame.Kind.HELLO_WANTED));
        Duration delay = this.timings.acquaint().multipliedBy(1L << Math.min(times, 10));
        this.outside.after((delay.compareTo(ASK_AT_MOST_EVERY) < 0) ? delay : ASK_AT_MOST_EVERY, () -> ask(address));
    }

    /** A message arrived. */
    void received(Address from, Frame frame) {
        if (this.claim.isLost() || from.equals(this.self.address())) {
            return;
        }
        try {
            switch (frame.kind()) {
                case MESSAGE -> message(from, frame.content());
                case URGENT -> urgent(from, frame.content());
                case HELLO -> hello(from, hello(frame, from));
                case HELLO_WANTED -> {
                    if (this.claim.isGood()) {
                        introduce(from);
                    }
                }
                case ID_QUESTION -> question(from, hello(frame, from));
                case ID_MINE -> this.claim.heldBy(ownId(hello(frame, from)));
                case ID_KNOWN -> this.claim.heldBy(ownId(hello(frame, null)), from);
                case ID_FREE -> this.claim.freeFor(from);
            }
        }
        catch (MalformedHelloException ex) {
            this.outside.rejected(from, ex.getMessage());
        }
    }

    private Hello hello(Frame frame, @Nullable Address from) {
        // A newcomer asks with its hello before it says it: one check is enough.
        Hello checked = (from != null) ? this.checked.get(from) : null;
        if (checked != null && Arrays.equals(checked.encoded(), frame.content())) {
            return checked;
        }
        Hello hello = Hello.decode(frame.content(), this.ring, this.verifier);
        if (from != null && !hello.address().equals(from)) {
            throw new MalformedHelloException("a hello of another member, " + hello.id(), null);
        }
        this.checked.put(hello.address(), hello);
        return hello;
    }

    private Hello ownId(Hello other) {
        if (!other.id().equals(this.self.id()) || other.peer().nonce().equals(this.self.peer().nonce())) {
            throw new MalformedHelloException("an answer about another id, " + other.id(), null);
        }
        return other;
    }

    private void hello(Address from, Hello hello) {
        if (hello.id().equals(this.self.id())) {
            this.claim.met(ownId(hello));
            return;
        }
        Hello before = this.hellos.put(from, hello);
        if (before == null) {
            warnOfSameName(hello);
            log.debug("Member introduced: member={} name={} address={}", hello.id(), hello.peer().name(),
                    hello.peer().address());
        }
        publish();
    }

    private void warnOfSameName(Hello newcomer) {
        if (this.published != null) {
            this.published.members()
                .values()
                .stream()
                .filter((peer) -> peer.name().equals(newcomer.peer().name()) && !peer.id().equals(newcomer.id()))
                .findFirst()
                .ifPresent((peer) -> log.warn("Two members have the same name: name={} members={} and {}", peer.name(),
                        peer.id(), newcomer.id()));
        }
    }

    private void question(Address from, Hello newcomer) {
        Optional<Hello> known = this.members.stream()
            .filter((address) -> !address.equals(from))
            .map(this.hellos::get)
            .filter((hello) -> hello != null && hello.id().equals(newcomer.id()))
            .findFirst();
        this.outside.send(from, this.claim.answer(newcomer, known));
    }

    private void message(Address from, byte[] message) {
        MemberId sender = this.present.get(from);
        if (sender != null) {
            this.outside.deliver(sender, message);
        }
        else if (isOutdated(from) || !this.held.add(from, message)) {
            dropped(1);
        }
    }

    /** Late, it would be worth nothing: who is not known yet says it again. */
    private void urgent(Address from, byte[] message) {
        MemberId sender = this.present.get(from);
        if (sender != null) {
            this.outside.deliverUrgent(sender, message);
        }
    }

    /** Whether it is here and known, but as an earlier start of somebody present. */
    private boolean isOutdated(Address from) {
        return this.claim.isGood() && this.members.contains(from) && this.hellos.containsKey(from);
    }

    private void dropped(int messages) {
        if (messages > 0) {
            this.outside.dropped(messages);
        }
    }

    private void publish() {
        Map<MemberId, Hello> latest = new HashMap<>();
        if (this.claim.isGood()) {
            for (Address address : this.members) {
                Hello hello = this.hellos.get(address);
                if (hello != null) {
                    latest.merge(hello.id(), hello, (one, other) -> one.isLaterThan(other) ? one : other);
                }
            }
        }
        Map<Address, MemberId> senders = new HashMap<>();
        Map<MemberId, Address> addresses = new HashMap<>();
        List<RingView.Peer> peers = new ArrayList<>();
        peers.add(this.self.peer());
        latest.forEach((id, hello) -> {
            senders.put(hello.address(), id);
            addresses.put(id, hello.address());
            peers.add(hello.peer());
        });
        this.present = senders;
        RingView view = RingView.of(peers);
        boolean changed = !view.equals(this.published);
        this.published = view;
        this.outside.present(view, addresses, changed);
        for (Address sender : this.held.senders()) {
            MemberId id = senders.get(sender);
            if (id != null) {
                this.held.take(sender).forEach((message) -> this.outside.deliver(id, message));
            }
        }
    }

    /** Nobody listens at this gossip address. */
    void refused(String address) {
        this.claim.refused(address);
    }

    /** Forgets the oldest of those that are not in the ring, when there are too many. */
    private final class Kept extends LinkedHashMap<Address, Hello> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Address, Hello> eldest) {
            return size() > KEPT_HELLOS && !Introductions.this.members.contains(eldest.getKey());
        }

    }

    /** What introductions need done. */
    interface Outside {

        void send(Address to, Frame frame);

        /** Runs the task on the thread of the introductions, later. */
        void after(Duration delay, Runnable task);

        void deliver(MemberId from, byte[] message);

        void deliverUrgent(MemberId from, byte[] message);

        /**
         * Who is present and how they are reached.
         * @param addresses of all but this member
         * @param changed whether that is news
         */
        void present(RingView view, Map<MemberId, Address> addresses, boolean changed);

        void gaveWay(IdConflict conflict);

        void rejected(Address from, String why);

        void dropped(int messages);

    }

    private final class ClaimOutside implements Claim.Outside {

        @Override
        public void send(Address to, Frame frame) {
            Introductions.this.outside.send(to, frame);
        }

        @Override
        public void after(Duration delay, Runnable task) {
            Introductions.this.outside.after(delay, task);
        }

        @Override
        public void claimGood() {
            Introductions.this.members.forEach(Introductions.this::introduce);
            publish();
        }

        @Override
        public void claimLost(IdConflict conflict) {
            publish();
            Introductions.this.outside.gaveWay(conflict);
        }

    }

}
