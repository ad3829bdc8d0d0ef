package dev.muster.election;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * How a group comes by its first list of voters: made once, by the lowest that may of
 * those that all see each other, and none of which has ever belonged to a lineage.
 */
final class Founding {

    static final Duration AGAIN = Duration.ofMillis(500);

    /** How long what somebody said of itself is taken for true. */
    private static final Duration FRESH = Duration.ofMillis(1_500);

    /** Somebody knows a lineage: this one waits to hear of it. */
    private static final Duration DISCOURAGED = Duration.ofSeconds(10);

    private final MemberId self;

    private int minMembers;

    private final Map<MemberId, Heard> heard = new HashMap<>();

    private Duration next = Duration.ZERO;

    private Duration notBefore = Duration.ZERO;

    private boolean forbidden;

    Founding(MemberId self, int minMembers) {
        this.self = self;
        this.minMembers = minMembers;
    }

    /** How many have to see each other; people may change their mind. */
    void needs(int members) {
        this.minMembers = members;
    }

    /** A lineage is known to exist, or to have existed. */
    void forbid() {
        this.forbidden = true;
    }

    void discourage(Duration now) {
        this.notBefore = now.plus(DISCOURAGED);
    }

    void heard(MemberId from, ElectionMessage.Seek word, Duration now) {
        this.heard.put(from, new Heard(word.seat(), word.minMembers(), word.mayFound(), Set.copyOf(word.sees()), now));
    }

    /** What is said to the others, each time it is due. */
    ElectionMessage.@Nullable Seek due(long seat, Company company, Duration now) {
        if (now.compareTo(this.next) < 0) {
            return null;
        }
        this.next = now.plus(AGAIN);
        return new ElectionMessage.Seek(seat, this.minMembers, !this.forbidden,
                company.present().stream().sorted().toList());
    }

    /** Why nothing is founded yet, in words; empty when nothing bars it. */
    String missing(Company company) {
        if (this.forbidden) {
            return "for the leader or a recovery of a lineage that this member only knows of";
        }
        int present = company.present().size();
        String there = " members that run it, there " + ((present == 1) ? "is " : "are ") + present;
        if (present < this.minMembers) {
            return "for " + this.minMembers + there;
        }
        Optional<Heard> patient = this.heard.entrySet()
            .stream()
            .filter((entry) -> company.present().contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .max(Comparator.comparingInt(Heard::minMembers))
            .filter((word) -> word.minMembers > present);
        if (patient.isPresent()) {
            return "for " + patient.get().minMembers + there + "; so says --min-members of another member";
        }
        return "for its members to see each other";
    }

    /** The first list, if it is this member that makes it, now. */
    Optional<VoterList> found(long seat, Company company, Duration now) {
        Set<MemberId> present = company.present();
        boolean may = !this.forbidden && now.compareTo(this.notBefore) >= 0 && !company.lonely()
                && present.contains(this.self) && present.size() >= this.minMembers
                && present.size() <= VoterList.MOST_VOTERS;
        if (!may) {
            return Optional.empty();
        }
        List<Voter> voters = new ArrayList<>(List.of(new Voter(this.self, seat)));
        for (MemberId other : present) {
            if (other.equals(this.self)) {
                continue;
            }
            Heard word = this.heard.get(other);
            if (word == null || now.minus(word.at).compareTo(FRESH) > 0 || !word.sees.equals(present)
                    || word.minMembers > present.size()) {
                return Optional.empty();
            }
            // One that may not must not keep all others from it, lowest or not.
            if (word.mayFound && other.compareTo(this.self) < 0) {
                return Optional.empty();
            }
            voters.add(new Voter(other, word.seat));
        }
        return Optional.of(VoterList.founding(voters));
    }

    private record Heard(long seat, int minMembers, boolean mayFound, Set<MemberId> sees, Duration at) {
    }

}
