package dev.muster.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;

/**
 * A whole ring on one thread: a queue of events, time that jumps from one to the next,
 * one seed for all chance. After every event the invariants are checked, so that a
 * failure is a seed.
 */
final class Simulation {

    /** How long a member may take to see who has come or gone. */
    static final Duration LONGEST_TO_NOTICE = Duration.ofSeconds(6);

    final Random random;

    final Map<MemberId, SimulatedMember> members = new TreeMap<>();

    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));

    private final List<Runnable> invariants = new ArrayList<>();

    /** Which side of a cut a member is on; members of one side reach each other. */
    private final Map<MemberId, Integer> sides = new HashMap<>();

    private long nanos;

    private long order;

    private double loss;

    private long messages;

    private long bytes;

    private boolean inattentive;

    /** When two members did not reach each other last; absent where they always have. */
    private final Map<MemberId, Map<MemberId, Long>> apart = new HashMap<>();

    /** When messages were lost last. */
    private long lastLoss = -1;

    /** Whether services are slow, stumble and fall as they like. */
    private boolean moody;

    Simulation(long seed) {
        this.random = new Random(seed);
    }

    SimulatedMember start(String name, String... groups) {
        return start(new SimulatedMember(this, name, List.of(groups)));
    }

    <M extends SimulatedMember> M start(M member) {
        this.members.put(member.id(), member);
        this.sides.put(member.id(), 0);
        member.boot();
        return member;
    }

    void invariant(Runnable check) {
        this.invariants.add(check);
    }

    Duration now() {
        return Duration.ofNanos(this.nanos);
    }

    Instant wallClock() {
        return Instant.parse("2026-01-01T00:00:00Z").plusNanos(this.nanos);
    }

    void at(Duration delay, Runnable action) {
        this.events.add(new Event(this.nanos + delay.toNanos(), this.order++, action));
    }

    void runFor(Duration time) {
        long end = this.nanos + time.toNanos();
        while (!this.events.isEmpty() && this.events.peek().atNanos <= end) {
            Event next = this.events.poll();
            this.nanos = next.atNanos;
            next.action.run();
            this.invariants.forEach(Runnable::run);
        }
        this.nanos = end;
    }

    /** Some milliseconds, seldom many. */
    Duration latency() {
        long micros = 100 + this.random.nextInt(5_000);
        return Duration.ofNanos(1_000L * ((this.random.nextInt(50) == 0) ? micros * 40 : micros));
    }

    /** From now on so many of the messages are lost, from 0 to 1. */
    void lose(double share) {
        this.lastLoss = (this.loss > 0) ? this.nanos : this.lastLoss;
        this.loss = share;
    }

    /** One message to one member is on its way. */
    void sent(int length) {
        this.messages++;
        this.bytes += length;
    }

    /** How many messages were sent to a member that could be reached. */
    long messages() {
        return this.messages;
    }

    /** What they had in them. */
    long bytes() {
        return this.bytes;
    }

    /**
     * Whether nobody notices who comes and goes, until this is over: for large rings that
     * start at once.
     */
    void inattentive(boolean nobodyNotices) {
        this.inattentive = nobodyNotices;
        if (!nobodyNotices) {
            membershipChanges();
        }
    }

    boolean lost() {
        return this.random.nextDouble() < this.loss;
    }

    /** Cuts the ring: these on one side, the others on the other. */
    void cut(List<SimulatedMember> oneSide) {
        noteWhoIsApart();
        this.members.values().forEach((member) -> this.sides.put(member.id(), oneSide.contains(member) ? 1 : 0));
        membershipChanges();
    }

    void heal() {
        noteWhoIsApart();
        this.sides.replaceAll((member, side) -> 0);
        membershipChanges();
    }

    boolean reach(MemberId from, MemberId to) {
        return isAlive(from) && isAlive(to) && this.sides.get(from).equals(this.sides.get(to));
    }

    private boolean isAlive(MemberId member) {
        return this.members.containsKey(member) && this.members.get(member).alive();
    }

    /** A member that has departed, and its disk with it. */
    void gone(SimulatedMember member) {
        noteWhoIsApart();
        this.members.remove(member.id());
        this.sides.remove(member.id());
        membershipChanges();
    }

    /** Now, and so until this moment. */
    void noteWhoIsApart() {
        for (MemberId one : this.members.keySet()) {
            for (MemberId other : this.members.keySet()) {
                if (!reach(one, other)) {
                    this.apart.computeIfAbsent(one, (id) -> new HashMap<>()).put(other, this.nanos);
                }
            }
        }
    }

    /** Whether two members have reached each other for so long, and nothing was lost. */
    boolean inTouch(MemberId one, MemberId other, Duration time) {
        long since = Math.max(this.lastLoss, this.apart.getOrDefault(one, Map.of()).getOrDefault(other, -1L));
        return reach(one, other) && this.loss == 0 && (since < 0 || this.nanos - since >= time.toNanos());
    }

    /** From now on services are slow, stumble and fall as they like. */
    void moody() {
        this.moody = true;
    }

    /** From now on they are not. */
    void calm() {
        this.moody = false;
    }

    boolean isMoody() {
        return this.moody;
    }

    /**
     * Every member notices in its own time, and what it notices is how things are by
     * then.
     */
    void membershipChanges() {
        noteWhoIsApart();
        if (this.inattentive) {
            return;
        }
        this.members.values()
            .forEach((member) -> at(
                    Duration.ofMillis(200 + this.random.nextInt((int) LONGEST_TO_NOTICE.toMillis() - 200)),
                    () -> notice(member)));
    }

    private void notice(SimulatedMember member) {
        if (member.alive()) {
            member.sees(RingView.of(this.members.values()
                .stream()
                .filter((other) -> reach(member.id(), other.id()))
                .map(SimulatedMember::peer)
                .toList()));
        }
    }

    private record Event(long atNanos, long order, Runnable action) {
    }

}
