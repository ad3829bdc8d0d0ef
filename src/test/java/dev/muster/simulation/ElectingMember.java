package dev.muster.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.muster.election.Company;
import dev.muster.election.ElectionCodec;
import dev.muster.election.ElectionStanding;
import dev.muster.election.ElectionTimings;
import dev.muster.election.Elector;
import dev.muster.election.GroupElection;
import dev.muster.election.VoteRecord;
import dev.muster.loop.Loop;
import dev.muster.rumor.MemberId;

/**
 * A member of a group with a leader: a machine with its clock, a disk with one record, a
 * node that comes and goes, and a process that outlives it.
 */
final class ElectingMember {

    private final Simulation simulation;

    private final Electorate electorate;

    private final MemberId id;

    private final int minMembers;

    private final Rules rules;

    /** How fast its monotonic clock goes. */
    private final double rate;

    private final FencedProcess process;

    /** What the disk holds; null for nothing. */
    private VoteRecord durable;

    private boolean diskFull;

    private boolean mayFound = true;

    private Duration wallSkew;

    private Duration pausedUntil = Duration.ZERO;

    private Duration suspendedAt;

    private Duration resumedAt = Duration.ofHours(-1);

    /** What has to wait until the machine or the node goes on. */
    private final List<Runnable> held = new ArrayList<>();

    private boolean alive;

    private int life;

    private GroupElection election;

    private Elector elector;

    private boolean willing = true;

    private long suitability;

    ElectingMember(Simulation simulation, Electorate electorate, int index, int minMembers, Rules rules) {
        this.simulation = simulation;
        this.electorate = electorate;
        this.id = new MemberId("%032x".formatted(index + 1));
        this.minMembers = minMembers;
        this.rules = rules;
        this.rate = 1 + (simulation.random.nextDouble() - 0.5) / 100;
        this.wallSkew = Duration.ofMillis(simulation.random.nextInt(7_200_000) - 3_600_000);
        this.suitability = simulation.random.nextInt(2);
        this.process = new FencedProcess(simulation, this, rules);
    }

    void boot() {
        this.life++;
        this.alive = true;
        this.pausedUntil = Duration.ZERO;
        if (this.durable == null) {
            this.durable = VoteRecord.blank(this.simulation.random.nextLong());
        }
        MemberLoop loop = new MemberLoop();
        this.elector = new Elector("redis.prod", this.id, ElectionTimings.DEFAULT, this::uptime, loop.clock(),
                new Random(this.simulation.random.nextLong()), this.durable, this.mayFound, this.minMembers);
        this.election = new GroupElection(this.id, this.elector, loop, (record, done) -> {
            if (!this.rules.syncs()) {
                done.accept(null);
            }
            int mine = this.life;
            this.simulation.at(Duration.ofNanos(200_000 + this.simulation.random.nextInt(8_000_000)), () -> {
                if (mine == this.life && this.alive) {
                    if (this.diskFull) {
                        done.accept(new java.io.IOException("no space left"));
                        return;
                    }
                    this.durable = record;
                    if (this.rules.syncs()) {
                        done.accept(null);
                    }
                }
            });
        }, (to, message) -> this.electorate.send(this, to, message), (standing) -> {
            this.electorate.stands(this, standing);
            this.process.follow(standing);
        });
        this.process.takenBack();
        this.election.begin();
        this.election.decide((deciding) -> deciding.able(this.willing, this.suitability));
        this.electorate.companyChanges();
        this.process.follow(this.elector.standing());
    }

    void crash() {
        this.alive = false;
        this.life++;
        this.election.end();
        this.electorate.companyChanges();
    }

    /** Its record is gone, or cannot be read, when the node comes up the next time. */
    void lose(boolean knowsThatItHadOne) {
        this.durable = null;
        this.mayFound = !knowsThatItHadOne;
    }

    void pause(Duration time) {
        this.pausedUntil = this.simulation.now().plus(time);
        this.simulation.at(time, this::goOn);
    }

    void suspend() {
        if (this.suspendedAt == null) {
            this.suspendedAt = this.simulation.now();
        }
    }

    void resume() {
        if (this.suspendedAt != null) {
            this.suspendedAt = null;
            this.resumedAt = this.simulation.now();
            goOn();
        }
    }

    private void goOn() {
        List<Runnable> now = List.copyOf(this.held);
        this.held.clear();
        now.forEach((task) -> this.simulation.at(Duration.ZERO, task));
    }

    /** Runs once neither the machine is suspended nor the node stands still. */
    void whenAwake(Runnable task) {
        if (this.suspendedAt != null || this.simulation.now().compareTo(this.pausedUntil) < 0) {
            this.held.add(() -> whenAwake(task));
        }
        else {
            task.run();
        }
    }

    void whenMachineRuns(Runnable task) {
        if (this.suspendedAt != null) {
            this.held.add(() -> whenMachineRuns(task));
        }
        else {
            task.run();
        }
    }

    /**
     * Also while it sleeps: a clock that is set back by as much hides that (seed 630).
     */
    void jumpClock(Duration by) {
        this.wallSkew = this.wallSkew.plus(by);
    }

    void diskFull(boolean full) {
        this.diskFull = full;
    }

    /** So many members have to see each other from now on. */
    void needs(int members) {
        this.election.decide((deciding) -> deciding.needs(members));
    }

    void able(boolean mayLead, long howSuitable) {
        this.willing = mayLead;
        this.suitability = howSuitable;
        if (this.alive) {
            this.election.decide((deciding) -> deciding.able(mayLead, howSuitable));
        }
    }

    void received(MemberId from, byte[] message) {
        int mine = this.life;
        whenAwake(() -> {
            if (mine == this.life && this.alive) {
                this.election.received(from, ElectionCodec.decode(message));
            }
        });
    }

    void sees(Company company) {
        int mine = this.life;
        whenAwake(() -> {
            if (mine == this.life && this.alive) {
                this.election.decide((deciding) -> deciding.sees(company));
            }
        });
    }

    GroupElection election() {
        return this.election;
    }

    void released() {
        this.election.decide(Elector::released);
    }

    ElectionStanding standing() {
        return this.elector.standing();
    }

    /** With the time that it was suspended for; node and shim read it alike. */
    Duration uptime() {
        return Duration.ofNanos((long) (this.simulation.now().toNanos() * this.rate));
    }

    MemberId id() {
        return this.id;
    }

    boolean alive() {
        return this.alive;
    }

    int life() {
        return this.life;
    }

    VoteRecord durable() {
        return this.durable;
    }

    FencedProcess process() {
        return this.process;
    }

    /**
     * Whether its process does anything now, and has long enough for the shim to look: a
     * machine that wakes runs on where it was until then.
     */
    boolean acts() {
        return this.process.role() != null && this.suspendedAt == null
                && this.simulation.now().minus(this.resumedAt).compareTo(FencedProcess.LOOK.plusMillis(100)) > 0;
    }

    boolean awake() {
        return this.alive && this.suspendedAt == null && this.simulation.now().compareTo(this.pausedUntil) >= 0;
    }

    private final class MemberLoop implements Loop {

        private final int mine = ElectingMember.this.life;

        @Override
        public void execute(Runnable task) {
            after(Duration.ZERO, task);
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            boolean[] cancelled = new boolean[1];
            ElectingMember.this.simulation.at(delay, () -> whenAwake(() -> {
                if (!cancelled[0] && this.mine == ElectingMember.this.life && ElectingMember.this.alive) {
                    task.run();
                }
            }));
            return () -> cancelled[0] = true;
        }

        @Override
        public Duration uptime() {
            return ElectingMember.this.uptime();
        }

        @Override
        public InstantSource clock() {
            return () -> {
                Instant real = ElectingMember.this.simulation.wallClock();
                return real.plus(ElectingMember.this.wallSkew);
            };
        }

    }

}
