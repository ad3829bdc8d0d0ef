package dev.muster.simulation;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import dev.muster.group.Allowed;
import dev.muster.group.GroupName;
import dev.muster.group.MemberState;
import dev.muster.service.Rung;

/**
 * A process that takes a moment to start with what it is given, is well after a while, or
 * dies of a configuration that says {@code bad}.
 */
final class SimulatedService {

    private static final Duration SETTLE = Duration.ofMillis(500);

    private final Simulation simulation;

    private final SimulatedMember member;

    private final GroupName group;

    private String taken;

    private String contentHash;

    private String before;

    private Rung rung = Rung.WAITING;

    private boolean settled;

    private boolean changed;

    private int changes;

    private boolean hangs;

    private boolean ended;

    private boolean running = true;

    /** Which of its lives, one for each change. */
    private int life;

    SimulatedService(Simulation simulation, SimulatedMember member, GroupName group) {
        this.simulation = simulation;
        this.member = member;
        this.group = group;
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

    /** Whether its process was replaced for what it took last, and is not proven yet. */
    boolean unavailable() {
        return this.changed && !this.settled;
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
            return;
        }
        // A disk that lost what was taken last knows only of what came before, until
        // others tell.
        if (this.running && this.taken != null && number(allowed.id()) < number(this.taken)
                && !this.member.disk().onceDamaged(this.taken)) {
            throw new IllegalStateException(
                    this.member.name() + " goes back from " + this.taken + " to " + allowed.id());
        }
        this.before = this.taken;
        this.taken = allowed.id();
        if (allowed.contentHash().equals(this.contentHash)) {
            this.changed = false;
            report();
            return;
        }
        this.contentHash = allowed.contentHash();
        this.changes++;
        this.settled = false;
        this.changed = true;
        this.running = true;
        become(Rung.RENDERED);
        int of = ++this.life;
        this.simulation.at(Duration.ofMillis(this.simulation.random.nextInt(400)), () -> {
            if (of == this.life && !this.hangs) {
                become(content.contains("bad") ? Rung.FAILED : Rung.HEALTHY);
            }
        });
        this.simulation.at(allowed.settle().orElse(SETTLE).plusMillis(400), () -> {
            if (of == this.life && this.rung == Rung.HEALTHY) {
                this.settled = true;
                report();
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

    /** Nobody hears it while its node is dead. */
    void report() {
        if (this.member.alive() && !this.ended) {
            this.member.registry()
                .report(this.group,
                        new MemberState("core/" + this.group.service() + "/1/20260101000000", "up",
                                this.running ? "up" : "backoff", 1, null, "Ok", this.taken, this.contentHash, this.rung,
                                this.settled, null, "standalone", Map.of(), new MemberState.Host(this.member.name(),
                                        "127.0.0.1", "127.0.0.1", 9638, "127.0.0.1", 9631, "127.0.0.1", 9632)));
        }
    }

}
