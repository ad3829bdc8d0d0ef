package dev.muster.election;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.muster.rumor.MemberId;

/**
 * Who may vote. Lists of one lineage are ordered by the term in which they were said,
 * then by their number; two that follow each other differ in one voter, so that a
 * majority of the one always meets a majority of the other.
 *
 * @param term of the leader that said it; 0 for the list a lineage was founded with
 * @param number raised by each change
 * @param voters by member
 */
public record VoterList(long term, long number, List<Voter> voters) implements Comparable<VoterList> {

    /** The largest group whose facts are bounded. */
    public static final int MOST_VOTERS = 256;

    private static final Comparator<VoterList> ORDER = Comparator.comparingLong(VoterList::term)
        .thenComparingLong(VoterList::number);

    private static final Comparator<Voter> BY_MEMBER = Comparator.comparing(Voter::member)
        .thenComparingLong(Voter::seat);

    public VoterList {
        voters = voters.stream().sorted(BY_MEMBER).toList();
        if (voters.isEmpty() || voters.size() > MOST_VOTERS) {
            throw new IllegalArgumentException(
                    "A list has 1 to " + MOST_VOTERS + " voters, this one has " + voters.size());
        }
        if (voters.stream().map(Voter::member).distinct().count() != voters.size()) {
            throw new IllegalArgumentException("Nobody votes twice, as in " + voters);
        }
        if (term < 0 || number < 1 || number >= 1L << 20) {
            throw new IllegalArgumentException("A list has a term from 0 and a number from 1 to " + ((1L << 20) - 1)
                    + ", not " + term + " and " + number);
        }
    }

    /** The list that a lineage begins with. */
    static VoterList founding(Collection<Voter> voters) {
        return new VoterList(0, 1, List.copyOf(voters));
    }

    /** Nobody has been elected by it yet. */
    boolean provisional() {
        return this.term == 0;
    }

    /** The same voters, said again by the leader of a term. */
    VoterList inTerm(long other) {
        return new VoterList(other, this.number, this.voters);
    }

    VoterList with(Voter added) {
        List<Voter> more = new ArrayList<>(this.voters);
        more.add(added);
        return new VoterList(this.term, this.number + 1, more);
    }

    VoterList without(Voter removed) {
        List<Voter> fewer = new ArrayList<>(this.voters);
        fewer.remove(removed);
        return new VoterList(this.term, this.number + 1, fewer);
    }

    public boolean has(Voter voter) {
        return this.voters.contains(voter);
    }

    public boolean has(MemberId member) {
        return this.voters.stream().anyMatch((voter) -> voter.member().equals(member));
    }

    /** In the order of their ids. */
    public Set<MemberId> members() {
        return this.voters.stream().map(Voter::member).collect(Collectors.toCollection(TreeSet::new));
    }

    /** How many of them decide. */
    public int majority() {
        return this.voters.size() / 2 + 1;
    }

    boolean isMajority(Set<Voter> some) {
        return this.voters.stream().filter(some::contains).count() >= majority();
    }

    boolean sameAs(long otherTerm, long otherNumber) {
        return this.term == otherTerm && this.number == otherNumber;
    }

    @Override
    public int compareTo(VoterList other) {
        return ORDER.compare(this, other);
    }

}
