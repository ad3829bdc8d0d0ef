package dev.muster.simulation;

import java.time.Duration;

import dev.muster.election.ElectionStanding;
import dev.muster.election.Lineage;

/**
 * A service's process with its shim, both of which outlive the node, on a machine that
 * may be suspended. The shim knows the lease file and the machine's clock, and nothing
 * else.
 */
final class FencedProcess {

    /** How often the shim looks, at the longest. */
    static final Duration LOOK = Duration.ofMillis(500);

    private static final Duration LATE = Duration.ofMillis(40);

    private final Simulation simulation;

    private final ElectingMember member;

    private final Rules rules;

    /** As whose leader it acts; null for a follower, and for one that does not run. */
    private Role role;

    /** By the machine's clock; both null where nobody is to be stopped. */
    private Duration stopAt;

    private Duration killAt;

    private boolean signalled;

    /** Grows with each change of mind: what was begun before is not finished. */
    private int order;

    private boolean rendering;

    FencedProcess(Simulation simulation, ElectingMember member, Rules rules) {
        this.simulation = simulation;
        this.member = member;
        this.rules = rules;
        watch();
    }

    Role role() {
        return this.role;
    }

    /** The node, if it runs, makes the process what the election says. */
    void follow(ElectionStanding standing) {
        if (standing.leading()) {
            Role wanted = new Role(standing.lineage().orElseThrow(), standing.term());
            if (this.rules.fences()) {
                this.stopAt = standing.leaseEnd();
                this.killAt = this.stopAt.plus(Duration.ofMillis(800));
                this.signalled = false;
            }
            if (!wanted.equals(this.role)) {
                become(wanted, 400);
            }
        }
        else if (this.role != null || this.stopAt != null) {
            become(null, (this.simulation.random.nextInt(10) == 0) ? 60_000 : 1_500);
        }
    }

    /** Rendered and done, in a while. */
    private void become(Role wanted, int longest) {
        if (this.rendering) {
            return;
        }
        this.rendering = true;
        int mine = this.order;
        int life = this.member.life();
        this.simulation.at(Duration.ofMillis(20 + this.simulation.random.nextInt(longest)),
                () -> this.member.whenAwake(() -> rendered(wanted, mine, life)));
    }

    private void rendered(Role wanted, int mine, int life) {
        if (life != this.member.life() || mine != this.order || !this.member.alive()) {
            return;
        }
        this.rendering = false;
        ElectionStanding now = this.member.standing();
        boolean asWanted = (wanted == null) ? !now.leading()
                : now.leading() && wanted.equals(new Role(now.lineage().orElseThrow(), now.term()));
        if (asWanted) {
            this.role = wanted;
            if (wanted == null) {
                this.stopAt = null;
                this.killAt = null;
                this.member.released();
            }
        }
        else {
            follow(now);
        }
    }

    /** The node that follows on one that died finds the process as it is. */
    void takenBack() {
        this.order++;
        this.rendering = false;
    }

    private void watch() {
        Duration untilKill = (this.killAt != null) ? this.killAt.minus(this.member.uptime()) : LOOK;
        Duration pause = (untilKill.compareTo(LOOK) < 0 && !untilKill.isNegative()) ? untilKill : LOOK;
        this.simulation.at(pause.plusMillis(this.simulation.random.nextInt((int) LATE.toMillis())),
                () -> this.member.whenMachineRuns(this::look));
    }

    private void look() {
        Duration now = this.member.uptime();
        if (this.killAt != null && now.compareTo(this.killAt) >= 0) {
            end();
        }
        else if (this.stopAt != null && now.compareTo(this.stopAt) >= 0 && !this.signalled) {
            this.signalled = true;
            int mine = this.order;
            if (this.simulation.random.nextBoolean()) {
                this.simulation.at(Duration.ofMillis(this.simulation.random.nextInt(700)), () -> {
                    if (this.order == mine) {
                        end();
                    }
                });
            }
        }
        watch();
    }

    private void end() {
        this.order++;
        this.rendering = false;
        this.role = null;
        this.stopAt = null;
        this.killAt = null;
        if (this.member.alive()) {
            this.simulation.at(Duration.ofMillis(200), () -> this.member.whenAwake(() -> {
                if (this.member.alive()) {
                    follow(this.member.standing());
                }
            }));
        }
    }

    /** What it acts as. */
    record Role(Lineage lineage, long term) {
    }

}
