package dev.muster.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What happens to a group with a leader, drawn by lot. */
final class ElectionTroubles {

    private static final int MOST_MEMBERS = 7;

    private final Simulation simulation;

    private final Electorate electorate;

    /**
     * One record at most is lost: where a majority has forgotten, only people can help.
     */
    private boolean lostOne;

    private boolean withdrewOne;

    ElectionTroubles(Simulation simulation, Electorate electorate) {
        this.simulation = simulation;
        this.electorate = electorate;
    }

    void happen() {
        List<ElectingMember> members = this.electorate.members();
        ElectingMember someone = any();
        switch (this.simulation.random.nextInt(16)) {
            case 0 -> cut();
            case 1, 2 -> this.electorate.heal();
            case 3 -> this.electorate.deafen(someone, any());
            case 4, 5 -> turn(someone);
            case 6 -> this.electorate.acting().ifPresent(this::turn);
            case 7 -> this.simulation.lose(this.simulation.random.nextInt(3) * 0.1);
            case 8 -> this.electorate.duplicate(this.simulation.random.nextInt(3) * 0.1);
            case 9 -> someone.pause(Duration.ofMillis(4_000 + this.simulation.random.nextInt(6_000)));
            case 10 -> this.electorate.acting()
                .ifPresent((leader) -> leader.pause(Duration.ofMillis(this.simulation.random.nextInt(10_000))));
            case 11 -> suspend(this.electorate.acting().orElse(someone));
            case 12 -> someone.jumpClock(Duration.ofMillis(this.simulation.random.nextInt(20_000) - 10_000));
            case 13 -> someone.diskFull(this.simulation.random.nextBoolean());
            case 14 -> {
                if (members.size() < MOST_MEMBERS) {
                    this.electorate.add(3, Rules.ALL);
                }
                else if (!this.withdrewOne) {
                    this.withdrewOne = true;
                    this.electorate.withdraw(someone);
                }
            }
            default -> forget(someone);
        }
    }

    private ElectingMember any() {
        List<ElectingMember> members = this.electorate.members();
        return members.get(this.simulation.random.nextInt(members.size()));
    }

    private void cut() {
        List<ElectingMember> members = this.electorate.members();
        Set<ElectingMember> side = new HashSet<>(
                members.subList(0, 1 + this.simulation.random.nextInt(members.size())));
        this.electorate.cut(side);
    }

    private void turn(ElectingMember member) {
        if (member.alive()) {
            member.crash();
        }
        else {
            member.boot();
        }
    }

    private void suspend(ElectingMember member) {
        member.suspend();
        this.simulation.at(Duration.ofMillis(this.simulation.random.nextInt(12_000)), member::resume);
    }

    private void forget(ElectingMember member) {
        if (!this.lostOne && member.durable() != null && member.durable().lineage() != null
                && this.electorate.members().size() > 3) {
            this.lostOne = true;
            if (member.alive()) {
                member.crash();
            }
            member.lose(this.simulation.random.nextBoolean());
            this.simulation.at(Duration.ofMillis(this.simulation.random.nextInt(3_000)), () -> {
                if (!member.alive()) {
                    member.boot();
                }
            });
        }
    }

    /** Everything is as it should be from now on, and nothing more happens. */
    void end() {
        for (ElectingMember member : new ArrayList<>(this.electorate.members())) {
            member.resume();
            member.pause(Duration.ZERO);
            member.diskFull(false);
            if (!member.alive()) {
                member.boot();
            }
        }
        this.electorate.heal();
    }

}
