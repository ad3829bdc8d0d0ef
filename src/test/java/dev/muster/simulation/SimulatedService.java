package dev.muster.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.group.Allowed;
import dev.muster.group.GroupName;
import dev.muster.group.MemberState;
import dev.muster.service.Exports;
import dev.muster.service.Rung;

/**
 * A process that takes a moment to start with what it is given, is well after a while, or
 * dies of a configuration that says {@code bad}. In a simulation that is moody it may
 * take long, and be unwell in between.
 */
final class SimulatedService {

    private static final Duration SETTLE = Duration.ofMillis(500);

    private static final int LONGEST_USUAL = 400;

    private static final int LONGEST_SLOW = 8_000;

    private static final int MOST_FALLS = 4;

    private static final List<Mood> MOODS = List.of(Mood.USUAL, Mood.USUAL, Mood.USUAL, Mood.SLOW, Mood.SLOW,
            Mood.STUMBLING, Mood.FLAPPING, Mood.FALLING_LATER);

    private final Simulation simulation;

    private final SimulatedMember member;

    private final GroupName group;

    private String taken;

    private String contentHash;

    private String before;

    private Rung rung = Rung.WAITING;

    private boolean settled;

    private boolean changed;

    private boolean takenDown;

    private int changes;

    private boolean hangs;

    private boolean ended;

    private boolean running = true;

    private String health = "Ok";

    /** The release that it runs. */
    private String release;

    /** Which of its lives, one for each change. */
    private int life;

    SimulatedService(Simulation simulation, SimulatedMember member, GroupName group) {
        this.simulation = simulation;
        this.member = member;
        this.group = group;
        this.release = "core/" + group.service() + "/1/20260101000000";
    }

    String release() {
        return this.release;
    }

    /** Id of what it took last. */
    Optional<String> taken() {
        return Optional.ofNullable(this.taken);
    }

    /** Id of what it had taken before. */
    Optional<String> takenBefore() {
        return Optional.ofNullable(this.before);
    }

    boolean settled() {
        return this.settled;
    }

    /** Whether its process was replaced for what it runs with, and is not proven yet. */
    boolean unavailable() {
        return this.changed && !this.settled;
    }

    /** Whether it was up before it was given what it took last, and is down for that. */
    boolean takenDown() {
        return unavailable() && this.takenDown;
    }

    /** How often its process had to be replaced. */
    int changes() {
        return this.changes;
    }

    /** Its process ends, and is started again with what it may have by then. */
    void die() {
        this.running = false;
        become(Rung.FAILED);
    }

    /** From now on nothing becomes of it. */
    void hang() {
        this.hangs = true;
    }

    Rung rung() {
        return this.rung;
    }

    void take(Allowed allowed, String content) {
        if (allowed.id().equals(this.taken)) {
            if (!this.running) {
                starts(allowed);
                become(Rung.HEALTHY);
            }
            return;
        }
        if (this.running && this.taken != null && number(allowed.id()) < number(this.taken)) {
            throw new IllegalStateException(
                    this.member.name() + " goes back from " + this.taken + " to " + allowed.id());
        }
        this.before = this.taken;
        this.taken = allowed.id();
        if (allowed.contentHash().equals(this.contentHash)) {
            this.takenDown = false;
            report();
            return;
        }
        this.contentHash = allowed.contentHash();
        starts(allowed);
        this.changes++;
        this.takenDown = !unavailable();
        this.settled = false;
        this.changed = true;
        this.health = "Ok";
        become(Rung.RENDERED);
        int of = ++this.life;
        Duration settle = allowed.settle().orElse(SETTLE);
        Mood mood = this.simulation.isMoody() ? MOODS.get(this.simulation.random.nextInt(MOODS.size())) : Mood.USUAL;
        int longest = (mood == Mood.SLOW) ? LONGEST_SLOW : LONGEST_USUAL;
        later(of, Duration.ofMillis(this.simulation.random.nextInt(longest)), () -> {
            if (content.contains("bad")) {
                become(Rung.FAILED);
            }
            else {
                isWell(of, settle, mood, (mood == Mood.FLAPPING) ? MOST_FALLS : 1);
            }
        });
    }

    /** One that runs stays what it is where nobody says, as any other does not. */
    private void starts(Allowed allowed) {
        this.release = allowed.release()
            .map(Object::toString)
            .orElseGet(() -> this.running ? this.release : this.member.newestInstalled(this.release));
        this.running = true;
    }

    /**
     * Its health check answers well.
     * @param falls how often it may still not do so
     */
    private void isWell(int of, Duration settle, Mood mood, int falls) {
        become(Rung.HEALTHY);
        boolean stumbles = falls > 0 && (mood == Mood.STUMBLING || mood == Mood.FLAPPING);
        if (stumbles) {
            later(of, settle.dividedBy(2), () -> {
                become(Rung.FAILED);
                later(of, Duration.ofMillis(this.simulation.random.nextInt(LONGEST_SLOW)),
                        () -> isWell(of, settle, mood, falls - 1));
            });
            return;
        }
        later(of, settle, () -> {
            this.settled = true;
            report();
            if (mood == Mood.FALLING_LATER) {
                later(of, settle, () -> becomeHealth("Critical"));
                later(of, settle.multipliedBy(3), () -> becomeHealth("Ok"));
            }
        });
    }

    private void becomeHealth(String now) {
        this.health = now;
        report();
    }

    private void later(int of, Duration delay, Runnable what) {
        this.simulation.at(delay, () -> {
            if (of == this.life && !this.hangs) {
                what.run();
            }
        });
    }

    private static long number(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    private void become(Rung next) {
        this.rung = next;
        report();
    }

    /** It is unloaded: nothing more becomes of it. */
    void end() {
        this.ended = true;
        this.life++;
    }

    /** How it takes a change. */
    private enum Mood {

        USUAL, SLOW,
        /** Not well once within the settle time. */
        STUMBLING,
        /** The same, several times. */
        FLAPPING,
        /** Not well once it is done. */
        FALLING_LATER

    }

    /** Nobody hears it while its node is dead. */
    void report() {
        if (this.member.alive() && !this.ended) {
            this.member.registry()
                .report(this.group,
                        new MemberState(this.release, "up", this.running ? "up" : "backoff", 1, null, this.health,
                                this.taken, this.contentHash, this.rung, this.settled, null, "standalone", Exports.NONE,
                                new MemberState.Host(this.member.name(), "127.0.0.1", "127.0.0.1", 9638, "127.0.0.1",
                                        9631, "127.0.0.1", 9632)));
        }
    }

}
