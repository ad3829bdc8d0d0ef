package dev.muster.simulation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

import dev.muster.service.DesiredState;
import dev.muster.service.ServiceStatus;
import dev.muster.simulation.BoundMember.Role;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two groups that are bound to each other, one of them strictly, in a ring that is cut,
 * crashes, loses messages and grows, while their members come, go and change what they
 * tell. At every start of a process: it is given what its member sees, if that is enough
 * to go by, and else what the process before it had. Once the ring is whole and quiet:
 * everybody shows exactly who is there, and what those tell.
 */
@ExtendWith(WithoutLog.class)
class BindSimulationTest {

    /** Fewer than elsewhere: services that render write files. */
    private static final int SEEDS = Math.max(15, Integer.getInteger("muster.seeds", 60) / 4);

    /** To look at a single one. */
    private static final int FIRST_SEED = Integer.getInteger("muster.first-seed", 1);

    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private Simulation simulation;

    private final List<BoundMember> members = new ArrayList<>();

    static LongStream seeds() {
        return LongStream.rangeClosed(FIRST_SEED, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whoIsBoundShowsWhatItLastSawAndInTheEndWhatIs(long seed) {
        this.simulation = new Simulation(seed);
        BoundMember first = join();
        first.loads(Role.DB);
        join().loads(Role.SHOP);
        first.applies(Role.DB, "extra = 1\n");
        this.simulation.runFor(Duration.ofSeconds(20));
        for (int round = 0; round < 2; round++) {
            for (int step = 5 + this.simulation.random.nextInt(15); step > 0; step--) {
                next();
                this.simulation.runFor(Duration.ofMillis(this.simulation.random.nextInt(12_000)));
            }
            mend();
            this.simulation.runFor(LONG);
            everybodyShowsWhatIs();
        }
        this.members.get(0).applies(Role.DB, "port = 77\nextra = 77\n");
        this.simulation.runFor(LONG);
        everybodyShowsWhatIs();
    }

    /**
     * 31: a process ended while its node was dead, and the node died once more before it
     * was started again, so that the bind began anew.
     */
    @ParameterizedTest
    @ValueSource(longs = 31)
    void aNodeThatDiesTwiceIsNoReasonToBeginAnew(long seed) {
        whoIsBoundShowsWhatItLastSawAndInTheEndWhatIs(seed);
    }

    private BoundMember join() {
        BoundMember member = this.simulation
            .start(new BoundMember(this.simulation, this.directory, "m" + this.members.size()));
        this.members.add(member);
        for (Role role : Role.values()) {
            if (this.simulation.random.nextInt(3) == 0) {
                member.loads(role);
            }
        }
        return member;
    }

    private void next() {
        BoundMember someone = this.members.get(this.simulation.random.nextInt(this.members.size()));
        Role role = Role.values()[this.simulation.random.nextInt(2)];
        switch (this.simulation.random.nextInt(12)) {
            case 0, 1 -> this.simulation
                .cut(List.copyOf(this.members.subList(0, 1 + this.simulation.random.nextInt(this.members.size()))));
            case 2 -> this.simulation.heal();
            case 3, 4, 5 -> {
                if (!someone.alive()) {
                    someone.boot();
                }
                else if (this.simulation.random.nextInt(3) > 0) {
                    someone.crash();
                }
                else {
                    someone.die();
                }
            }
            case 6 -> this.simulation.lose(this.simulation.random.nextInt(3) * 0.1);
            case 7 -> {
                if (this.members.size() < 5) {
                    join();
                }
            }
            case 8 -> someone.processesEnd();
            default -> {
                if (someone.alive()) {
                    order(someone, role);
                }
            }
        }
    }

    /** What a person wants of it. */
    private void order(BoundMember member, Role role) {
        switch (this.simulation.random.nextInt(8)) {
            case 0 -> member.loads(role);
            case 1 -> member.unloads(role);
            case 2 -> member.stops(role);
            case 3 -> member.starts(role);
            default -> {
                int port = this.simulation.random.nextInt(3);
                boolean enough = this.simulation.random.nextInt(4) > 0;
                member.applies(role, "port = " + port + "\n" + (enough ? "extra = " + port + "\n" : ""));
            }
        }
    }

    /** Everybody lives and hears of everything again. */
    private void mend() {
        this.simulation.lose(0);
        this.simulation.heal();
        this.members.stream().filter((member) -> !member.alive()).forEach(SimulatedMember::boot);
    }

    private void everybodyShowsWhatIs() {
        for (Role role : Role.values()) {
            Optional<String> truth = truth(role);
            for (BoundMember member : this.members) {
                if (!member.hasLoaded(role)) {
                    continue;
                }
                ServiceStatus status = member.status(role);
                String what = member.name() + " " + role + ", which is " + status.stateName() + " " + status.reason()
                        + " shows " + member.shown(role) + ", and there is " + truth;
                boolean wanted = status.spec().desiredState() == DesiredState.UP;
                if (truth.isPresent() && wanted) {
                    assertThat(member.runs(role)).as(what).isTrue();
                    assertThat(member.shown(role)).as(what).isEqualTo(truth);
                }
                else if (!wanted) {
                    assertThat(member.runs(role)).as(what).isFalse();
                }
                else if (member.runs(role)) {
                    assertThat(status.reason()).as(what).contains("bind ");
                }
                else {
                    assertThat(role).as(what).isEqualTo(Role.SHOP);
                    assertThat(status.reason()).as(what).startsWith("for bind database: ");
                }
            }
        }
    }

    /**
     * What somebody who sees everything would show of those that a role is bound to;
     * empty where they are not enough to go by.
     */
    private Optional<String> truth(Role role) {
        List<BoundMember> others = this.members.stream()
            .filter((member) -> member.runs(role.other()))
            .sorted((one, other) -> one.id().compareTo(other.id()))
            .toList();
        if (others.isEmpty()
                || !others.stream().allMatch((other) -> role.suits(other.status(role.other()).exports().values()))) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        others.forEach((other) -> text.append(role.shows(other.status(role.other()).exports().values())));
        return Optional.of(text.toString());
    }

}
