package dev.muster.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.muster.election.Company;
import dev.muster.election.ElectionCodec;
import dev.muster.election.ElectionMessage;
import dev.muster.election.ElectionStanding;
import dev.muster.election.Lineage;
import dev.muster.election.VoteRecord;
import dev.muster.rumor.MemberId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All members of a group, what lies between them, and what must hold of them after every
 * event.
 */
final class Electorate {

    private final Simulation simulation;

    private final List<ElectingMember> members = new ArrayList<>();

    private final Set<MemberId> withdrawn = new TreeSet<>();

    /** From whom to whom nothing comes through. */
    private final Map<MemberId, Set<MemberId>> deaf = new HashMap<>();

    /** Who was seen to lead in a term of a lineage, and in which life. */
    private final Map<FencedProcess.Role, String> leaders = new HashMap<>();

    private double duplicates;

    private final Majorities majorities = new Majorities();

    Electorate(Simulation simulation) {
        this.simulation = simulation;
        simulation.invariant(this::atMostOneActs);
        simulation.invariant(this::listsOverlap);
    }

    ElectingMember add(int minMembers, Rules rules) {
        ElectingMember member = new ElectingMember(this.simulation, this, this.members.size(), minMembers, rules);
        this.members.add(member);
        member.boot();
        return member;
    }

    List<ElectingMember> members() {
        return this.members;
    }

    void withdraw(ElectingMember member) {
        this.withdrawn.add(member.id());
        member.able(false, 0);
        companyChanges();
    }

    /** It is let go for ever: it stops its service, says so, and ends. */
    void depart(ElectingMember member) {
        withdraw(member);
        this.simulation.runFor(Duration.ofSeconds(1));
        member.crash();
    }

    /** One that had withdrawn has loaded its service again. */
    void belongAgain(ElectingMember member) {
        this.withdrawn.remove(member.id());
        member.able(true, this.simulation.random.nextInt(2));
        companyChanges();
    }

    boolean belongs(ElectingMember member) {
        return !this.withdrawn.contains(member.id());
    }

    void duplicate(double share) {
        this.duplicates = share;
    }

    /** From now on these hear nothing of those; the other way is as it was. */
    void deafen(ElectingMember listener, ElectingMember speaker) {
        this.deaf.computeIfAbsent(speaker.id(), (id) -> new HashSet<>()).add(listener.id());
        companyChanges();
    }

    void cut(Set<ElectingMember> side) {
        for (ElectingMember one : this.members) {
            for (ElectingMember other : this.members) {
                if (side.contains(one) != side.contains(other)) {
                    this.deaf.computeIfAbsent(one.id(), (id) -> new HashSet<>()).add(other.id());
                }
            }
        }
        companyChanges();
    }

    void heal() {
        this.deaf.clear();
        this.duplicates = 0;
        this.simulation.lose(0);
        companyChanges();
    }

    boolean hears(MemberId listener, MemberId speaker) {
        return !this.deaf.getOrDefault(speaker, Set.of()).contains(listener);
    }

    void send(ElectingMember from, MemberId to, ElectionMessage said) {
        if (said instanceof ElectionMessage.Renew renew) {
            oneLeader(from, new FencedProcess.Role(renew.lineage(), renew.term()));
        }
        byte[] message = ElectionCodec.encode(said);
        int copies = (this.simulation.random.nextDouble() < this.duplicates) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (!this.simulation.lost()) {
                this.simulation.at(this.simulation.latency(),
                        () -> find(to).filter((member) -> member.alive() && hears(to, from.id()))
                            .ifPresent((member) -> member.received(from.id(), message)));
            }
        }
    }

    Optional<ElectingMember> find(MemberId id) {
        return this.members.stream().filter((member) -> member.id().equals(id)).findFirst();
    }

    /** Everybody notices in its own time. */
    void companyChanges() {
        for (ElectingMember member : this.members) {
            this.simulation.at(Duration.ofMillis(100 + this.simulation.random.nextInt(1_400)), () -> {
                if (member.alive()) {
                    member.sees(company(member));
                }
            });
        }
    }

    private Company company(ElectingMember member) {
        Set<MemberId> present = new TreeSet<>();
        for (ElectingMember other : this.members) {
            if (other.alive() && belongs(other) && hears(member.id(), other.id()) && hears(other.id(), member.id())) {
                present.add(other.id());
            }
        }
        return new Company(present, this.withdrawn, present.size() < 2 && this.members.size() > 1);
    }

    /** A member has told how it stands. */
    void stands(ElectingMember member, ElectionStanding standing) {
        if (standing.leading()) {
            oneLeader(member, new FencedProcess.Role(standing.lineage().orElseThrow(), standing.term()));
        }
    }

    /**
     * Whoever leads, or only says so, in a term: nobody else ever did, nor an earlier
     * life.
     */
    private void oneLeader(ElectingMember member, FencedProcess.Role role) {
        String who = member.id() + " in life " + member.life();
        String before = this.leaders.putIfAbsent(role, who);
        assertThat(before == null || before.equals(who)).as("one leader in %s: %s and %s", role, before, who).isTrue();
    }

    /** Within a lineage: two that never met may each have their own. */
    private void atMostOneActs() {
        Map<Lineage, ElectingMember> acting = new HashMap<>();
        for (ElectingMember member : this.members) {
            if (member.acts()) {
                ElectingMember other = acting.put(member.process().role().lineage(), member);
                assertThat(other)
                    .as("two processes act as leader: %s at %s and %s", member.id(), member.process().role(),
                            (other != null) ? other.process().role() : null)
                    .isNull();
            }
        }
    }

    private void listsOverlap() {
        Map<MemberId, VoteRecord> disks = new HashMap<>();
        for (ElectingMember member : this.members) {
            if (member.durable() != null) {
                disks.put(member.id(), member.durable());
            }
        }
        this.majorities.overlap(disks);
    }

    /** The one whose process acts, if there is exactly one. */
    Optional<ElectingMember> acting() {
        List<ElectingMember> all = this.members.stream().filter(ElectingMember::acts).toList();
        return (all.size() == 1) ? Optional.of(all.get(0)) : Optional.empty();
    }

    /**
     * Runs until exactly one acts, and all that are awake agree on it; how long it took.
     */
    Duration untilOneActs(Duration longest) {
        Duration begin = this.simulation.now();
        while (this.simulation.now().minus(begin).compareTo(longest) < 0) {
            this.simulation.runFor(Duration.ofMillis(50));
            Optional<ElectingMember> leader = acting();
            if (leader.filter((acting) -> acting.alive() && acting.standing().leading()).isPresent()) {
                return this.simulation.now().minus(begin);
            }
        }
        throw new AssertionError("Nobody acts as leader after " + longest + ": " + describe());
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        for (ElectingMember member : this.members) {
            VoteRecord record = member.durable();
            text.append("\n  ")
                .append(member.id().hex().substring(30))
                .append(member.alive() ? " up, " : " down, ")
                .append(belongs(member) ? "" : "withdrawn, ")
                .append(member.process().role())
                .append(", ");
            if (record != null) {
                text.append(record.lineage())
                    .append(" term ")
                    .append(record.term())
                    .append(" for ")
                    .append(record.votedFor())
                    .append(" by ")
                    .append(record.list());
            }
            if (member.alive()) {
                ElectionStanding now = member.standing();
                text.append(", ")
                    .append(now.phase())
                    .append(' ')
                    .append(now.leader())
                    .append(' ')
                    .append(now.leading())
                    .append(now.confirmed() ? ", its list confirmed" : "");
            }
        }
        return text.toString();
    }

}
