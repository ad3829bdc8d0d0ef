package dev.muster.node;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.muster.election.Company;
import dev.muster.election.ElectionMessage;
import dev.muster.election.Elector;
import dev.muster.election.GroupElection;
import dev.muster.election.VoteRecord;
import dev.muster.election.VoterList;
import dev.muster.group.GroupSnapshot;
import dev.muster.loop.Loop;
import dev.muster.rumor.MemberId;
import dev.muster.service.Topology;
import org.jspecify.annotations.Nullable;

/**
 * This member in one group's election: what it is told of the group's members. Lives on
 * the loop of elections.
 */
final class ElectionSeat {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Elector elector;

    private final GroupElection election;

    private final Loop loop;

    private final Supplier<@Nullable GroupSnapshot> group;

    private final BooleanSupplier lonely;

    private boolean begun;

    private Company company = Company.NONE;

    /**
     * @param group how it is now, as far as that is known
     * @param lonely whether this node was given peers and sees none
     */
    ElectionSeat(Elector elector, GroupElection election, Loop loop, Supplier<@Nullable GroupSnapshot> group,
            BooleanSupplier lonely) {
        this.elector = elector;
        this.election = election;
        this.loop = loop;
        this.group = group;
        this.lonely = lonely;
    }

    void begin() {
        if (!this.begun) {
            this.begun = true;
            look();
            this.election.begin();
            again();
        }
    }

    /** Peers may come and go without anything that a group tells. */
    private void again() {
        this.loop.after(LOOK, () -> {
            look();
            again();
        });
    }

    /** What this member remembers. */
    VoteRecord record() {
        return this.elector.record();
    }

    /** Its service may lead or not, and is so suitable. */
    void able(boolean mayLead, long suitability) {
        this.election.decide((deciding) -> deciding.able(mayLead, suitability));
    }

    /** So many members have to see each other before the first leader is elected. */
    void needs(int minMembers) {
        this.election.decide((deciding) -> deciding.needs(minMembers));
    }

    /** Its process acts as leader no longer. */
    void released() {
        this.election.decide(Elector::released);
    }

    void received(MemberId from, ElectionMessage message) {
        this.election.received(from, message);
    }

    /**
     * An operator has named the voters of a new lineage.
     * @param given with that lineage, its list and a term above all others
     * @throws IllegalArgumentException where it has no lineage or no list
     */
    void recover(VoteRecord given) {
        VoterList list = given.list();
        if (given.lineage() == null || list == null) {
            throw new IllegalArgumentException("A record without lineage or voters replaces nobody");
        }
        this.election.decide((deciding) -> deciding.recover(given.lineage(), list.voters(), given.term()));
    }

    /** The group may have changed. */
    void look() {
        GroupSnapshot snapshot = this.group.get();
        if (snapshot == null) {
            return;
        }
        Set<MemberId> present = new TreeSet<>();
        snapshot.members().values().forEach((member) -> {
            boolean votes = member.state()
                .filter((state) -> state.topology().equals(Topology.LEADER.wireName()))
                .isPresent();
            if (member.present() && votes) {
                present.add(member.id());
            }
        });
        Company now = new Company(present, snapshot.left(), this.lonely.getAsBoolean());
        if (!now.equals(this.company)) {
            this.company = now;
            this.election.decide((deciding) -> deciding.sees(now));
        }
        if (snapshot.leads().isPresent()) {
            this.election.decide(Elector::lineageKnown);
        }
    }

}
