package dev.muster.simulation;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.muster.election.ElectionMessage;
import dev.muster.election.ElectionStanding;
import dev.muster.election.ElectionStanding.Phase;
import dev.muster.election.Lineage;
import dev.muster.election.VoteRecord;
import dev.muster.election.Voter;
import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What happens to a group with a leader, told one by one. */
class ElectionScenarioTest {

    private final Simulation simulation = new Simulation(5);

    private final Electorate electorate = new Electorate(this.simulation);

    private void members(int count, int minMembers) {
        for (int i = 0; i < count; i++) {
            this.electorate.add(minMembers, Rules.ALL);
        }
    }

    private ElectingMember member(int index) {
        return this.electorate.members().get(index);
    }

    private ElectingMember leader() {
        this.electorate.untilOneActs(Duration.ofSeconds(15));
        this.simulation.runFor(Duration.ofSeconds(10));
        return this.electorate.acting().orElseThrow();
    }

    @Test
    void fewerThanAskedForElectNobodyAndSayWhatTheyWaitFor() {
        members(2, 3);
        this.simulation.runFor(Duration.ofSeconds(60));
        ElectionStanding standing = member(0).standing();
        assertThat(standing.phase()).isEqualTo(Phase.NONE);
        assertThat(standing.note()).isEqualTo("for 3 members that run it, there are 2");
        assertThat(member(0).durable().lineage()).isNull();
    }

    @Test
    void whoWaitsForTooManyIsNamedAndMayWaitForFewer() {
        members(1, 2);
        this.electorate.add(5, Rules.ALL);
        this.simulation.runFor(Duration.ofSeconds(20));
        assertThat(member(0).standing().note())
            .isEqualTo("for 5 members that run it, there are 2; so says --min-members of another member");
        assertThat(member(1).standing().note()).isEqualTo("for 5 members that run it, there are 2");
        member(1).needs(2);
        assertThat(leader().standing().voters().orElseThrow().voters()).hasSize(2);
    }

    @Test
    void oneAloneLeadsWhereOneIsEnoughAndASecondDoesNotMakeItWorse() {
        members(1, 1);
        ElectingMember first = leader();
        ElectingMember second = this.electorate.add(1, Rules.ALL);
        this.simulation.runFor(Duration.ofSeconds(20));
        assertThat(first.standing().voters().orElseThrow().members()).containsExactly(first.id());
        second.crash();
        this.simulation.runFor(Duration.ofSeconds(20));
        assertThat(this.electorate.acting()).contains(first);
        second.boot();
        this.electorate.add(1, Rules.ALL);
        this.simulation.runFor(Duration.ofSeconds(20));
        assertThat(first.standing().voters().orElseThrow().voters()).hasSize(3);
    }

    @Test
    void withoutAMajorityNobodyActsAndItIsSaid() {
        members(3, 3);
        ElectingMember leader = leader();
        this.electorate.members().stream().filter((member) -> member != leader).forEach(ElectingMember::crash);
        this.simulation.runFor(Duration.ofSeconds(30));
        assertThat(leader.acts()).isFalse();
        assertThat(leader.standing().phase()).isEqualTo(Phase.NO_QUORUM);
        assertThat(leader.standing().note()).isEqualTo("for a majority of its voters: 1 of 3 are there, 2 are needed");
    }

    @Test
    void whoIsLeftByItsOnlyVoterIsToldWhatToDo() {
        members(1, 1);
        ElectingMember first = leader();
        ElectingMember second = this.electorate.add(1, Rules.ALL);
        this.simulation.runFor(Duration.ofSeconds(20));
        this.electorate.withdraw(first);
        this.simulation.runFor(Duration.ofSeconds(20));
        assertThat(second.standing().note()).contains("0 of 1 are there, 1 are needed; 1 has left the group",
                "muster election recover redis.prod");
    }

    @Test
    void theMoreSuitableIsElectedAndThenTheGreaterId() {
        members(5, 5);
        this.electorate.members().forEach((member) -> member.able(true, 0));
        member(1).able(true, 8);
        member(2).able(true, 8);
        assertThat(leader()).isEqualTo(member(2));
        member(2).crash();
        assertThat(leader()).isEqualTo(member(1));
    }

    @Test
    void aLeaderWhoseServiceIsStoppedMakesRoomAtOnce() {
        members(3, 3);
        ElectingMember leader = leader();
        long term = leader.standing().term();
        leader.able(false, 0);
        Duration begin = this.simulation.now();
        while (this.electorate.acting().filter((acting) -> acting != leader).isEmpty()) {
            this.simulation.runFor(Duration.ofMillis(50));
            assertThat(this.simulation.now().minus(begin)).isLessThan(Duration.ofSeconds(4));
        }
        assertThat(this.electorate.acting().orElseThrow().standing().term()).isEqualTo(term + 1);
        this.simulation.runFor(Duration.ofSeconds(60));
        assertThat(this.electorate.acting().orElseThrow()).isNotEqualTo(leader);
    }

    @Test
    void aClockThatIsSetEndsALeaseAndASlowerOneDoesNot() {
        members(3, 3);
        ElectingMember leader = leader();
        long term = leader.standing().term();
        leader.jumpClock(Duration.ofMillis(900));
        this.simulation.runFor(Duration.ofSeconds(20));
        assertThat(this.electorate.acting().orElseThrow().standing().term()).isEqualTo(term);
        leader.jumpClock(Duration.ofMillis(-1_500));
        assertThat(leader.standing().leading()).isFalse();
        assertThat(leader().standing().term()).isGreaterThan(term);
    }

    @Test
    void whoForgotItsVoteIsNoVoterUntilTheLeaderLetsItInAgain() {
        members(3, 3);
        ElectingMember leader = leader();
        ElectingMember other = this.electorate.members()
            .stream()
            .filter((one) -> one != leader)
            .findAny()
            .orElseThrow();
        Voter before = new Voter(other.id(), other.durable().seat());
        other.crash();
        other.lose(false);
        other.boot();
        this.simulation.runFor(Duration.ofMillis(50));
        assertThat(other.standing().voter()).isFalse();
        this.simulation.runFor(Duration.ofSeconds(15));
        assertThat(other.standing().voter()).isTrue();
        assertThat(leader.standing().voters().orElseThrow().has(before)).isFalse();
    }

    @Test
    void anOperatorMayNameTheVotersThatAreLeft() {
        members(3, 3);
        ElectingMember leader = leader();
        Lineage before = leader.standing().lineage().orElseThrow();
        ElectingMember left = this.electorate.members().stream().filter((one) -> one != leader).findAny().orElseThrow();
        this.electorate.members().stream().filter((one) -> one != left).forEach(ElectingMember::crash);
        this.simulation.runFor(Duration.ofSeconds(20));
        assertThat(left.standing().phase()).isEqualTo(Phase.NO_QUORUM);
        Lineage next = before.recovered(before.foundedMillis(), 9);
        VoteRecord record = left.durable();
        left.election()
            .decide((deciding) -> deciding.recover(next, List.of(new Voter(left.id(), record.seat())),
                    record.term() + 1_000));
        assertThat(leader()).isEqualTo(left);
        assertThat(left.standing().lineage()).contains(next);
        // Those of the lineage before follow when they come back.
        this.electorate.members().stream().filter((one) -> one != left).forEach(ElectingMember::boot);
        this.simulation.runFor(Duration.ofSeconds(20));
        assertThat(this.electorate.acting()).contains(left);
        Set<Object> lineages = new HashSet<>();
        this.electorate.members().forEach((member) -> lineages.add(member.durable().lineage()));
        assertThat(lineages).containsExactly(next);
        assertThat(left.standing().voters().orElseThrow().voters()).hasSize(3);
    }

    @Test
    void votersNamedAnewWinOverALeaderThatWasThereAllTheTime() {
        members(3, 3);
        ElectingMember leader = leader();
        Lineage next = leader.standing().lineage().orElseThrow().recovered(1, 9);
        ElectingMember other = this.electorate.members()
            .stream()
            .filter((one) -> one != leader)
            .findAny()
            .orElseThrow();
        VoteRecord record = other.durable();
        other.election()
            .decide((deciding) -> deciding.recover(next, List.of(new Voter(other.id(), record.seat())),
                    record.term() + 1_000));
        this.simulation.runFor(Duration.ofSeconds(20));
        assertThat(this.electorate.acting()).contains(other);
        this.electorate.members()
            .forEach((member) -> assertThat(member.standing().lineage()).as(this.electorate.describe()).contains(next));
    }

    /** Seed 853 of the simulation. */
    @Test
    void oneWhoseRecordCannotBeReadDoesNotKeepTheOthersFromTheirFirstList() {
        members(3, 3);
        ElectingMember lowest = member(0);
        lowest.crash();
        lowest.lose(true);
        lowest.boot();
        ElectingMember leader = leader();
        assertThat(leader.standing().voters().orElseThrow().members()).contains(lowest.id()).hasSize(3);
    }

    private Set<MemberId> voters() {
        return this.electorate.acting().orElseThrow().standing().voters().orElseThrow().members();
    }

    @Test
    void aVoterThatDepartsIsTakenOutByTheLeaderAndWhoTakesItsPlaceIsLetIn() {
        members(3, 3);
        ElectingMember leader = leader();
        ElectingMember gone = this.electorate.members().stream().filter((one) -> one != leader).findAny().orElseThrow();
        this.electorate.depart(gone);
        this.simulation.runFor(Duration.ofSeconds(5));
        assertThat(this.electorate.acting()).contains(leader);
        assertThat(voters()).hasSize(2).doesNotContain(gone.id());
        assertThat(leader.standing().confirmed()).isTrue();
        ElectingMember next = this.electorate.add(3, Rules.ALL);
        this.simulation.runFor(Duration.ofSeconds(10));
        assertThat(voters()).hasSize(3).contains(next.id());
    }

    @Test
    void aLeaderThatDepartsIsTakenOutByTheNextOne() {
        members(3, 3);
        ElectingMember gone = leader();
        this.electorate.depart(gone);
        assertThat(leader()).isNotEqualTo(gone);
        assertThat(voters()).hasSize(2).doesNotContain(gone.id());
    }

    @Test
    void whereTheLeaderOfTwoDepartsOnlyPeopleCanNameTheOther() {
        members(2, 2);
        ElectingMember gone = leader();
        ElectingMember left = this.electorate.members().stream().filter((one) -> one != gone).findAny().orElseThrow();
        this.electorate.depart(gone);
        this.simulation.runFor(Duration.ofSeconds(60));
        assertThat(left.standing().phase()).isEqualTo(Phase.NO_QUORUM);
        VoteRecord record = left.durable();
        left.election()
            .decide((deciding) -> deciding.recover(gone.durable().lineage().recovered(1, 9),
                    List.of(new Voter(left.id(), record.seat())), record.term() + 1_000));
        assertThat(leader()).isEqualTo(left);
        assertThat(voters()).containsExactly(left.id());
    }

    @Test
    void twoLeadersInOneTermAreMadeToStepDown() {
        members(3, 3);
        ElectingMember leader = leader();
        ElectionStanding standing = leader.standing();
        ElectingMember other = this.electorate.members()
            .stream()
            .filter((one) -> one != leader)
            .findAny()
            .orElseThrow();
        // No message of this kind can come about; it is forged.
        leader.election()
            .received(other.id(), new ElectionMessage.Renew(standing.lineage().orElseThrow(), standing.term(), 1,
                    standing.voters().orElseThrow()));
        assertThat(leader.standing().leading()).isFalse();
        assertThat(leader.durable().term()).isLessThanOrEqualTo(standing.term() + 1);
        assertThat(leader().standing().term()).isGreaterThan(standing.term());
    }

}
