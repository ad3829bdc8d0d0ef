package dev.muster.group;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.election.ElectionFacts;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.Control;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rollout.Situation;
import dev.muster.rollout.Stand;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.service.GroupMember;
import dev.muster.service.Rung;
import dev.muster.service.Topology;
import org.jspecify.annotations.Nullable;

/**
 * A group at one moment, for readers that must not wait.
 *
 * @param revisions those that are kept, the greatest first
 * @param lost those among them that are not what the current one was made from
 * @param members those that belong to it, present or away
 * @param left those that belonged to it once, and all members of the ring that departed
 * @param complete the revision that was complete last
 * @param control what was said about the rollout of the current revision
 * @param policy how changes are taken where their authors do not say
 * @param leads who leads it, as a leader said last; empty where nobody ever did
 * @param voters who votes in it, as a leader said last
 */
public record GroupSnapshot(GroupName name, List<Revision> revisions, Set<Hash> lost,
        SortedMap<MemberId, Member> members, Set<MemberId> left, Optional<Completion> complete, Control control,
        RolloutOptions policy, Optional<ElectionFacts.Leads> leads, List<MemberId> voters) {

    public GroupSnapshot {
        revisions = List.copyOf(revisions);
        lost = Set.copyOf(lost);
        left = Set.copyOf(left);
        voters = List.copyOf(voters);
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    public Optional<Revision> current() {
        return this.revisions.stream().findFirst();
    }

    /**
     * Finds a revision as people name it: {@code current}, {@code 7-3f9a1c02} or
     * {@code 7}.
     */
    public Optional<Revision> find(String name) {
        return History.find(name, this.revisions, this.lost);
    }

    /**
     * The revision that was made on none, and all others on it, if that is still kept.
     */
    Optional<Revision> first() {
        return this.revisions.stream()
            .filter((revision) -> revision.base().isEmpty() && !this.lost.contains(revision.hash()))
            .findFirst();
    }

    /**
     * A revision that current ones were made on and that has not come here yet; empty
     * where none is missing, or history does not reach further back.
     */
    Optional<Revision.Base> missing() {
        if (this.revisions.size() >= Fact.MOST_KEPT) {
            return Optional.empty();
        }
        Set<Hash> known = new HashSet<>();
        this.revisions.forEach((revision) -> known.add(revision.hash()));
        return this.revisions.stream()
            .flatMap((revision) -> revision.base().stream())
            .filter((base) -> !known.contains(base.hash()))
            .findFirst();
    }

    /**
     * The release that members run with a revision: the one that it names. One that names
     * none was made before Muster first moved the group, and what the group ran until
     * then is what that move has replaced. Empty where nobody says.
     */
    public Optional<PackageIdent> release(Revision revision) {
        return revision.release().or(() -> replacedAfter(revision.number()));
    }

    private Optional<PackageIdent> replacedAfter(long number) {
        return this.revisions.stream()
            .filter((later) -> later.number() > number && later.release().isPresent()
                    && !this.lost.contains(later.hash()))
            .min(Comparator.naturalOrder())
            .flatMap(Revision::replaces);
    }

    /** What a service may run with by a revision. */
    Allowed allowed(Revision revision) {
        return Allowed.of(revision, release(revision));
    }

    /** What a service may run with by what was complete last. */
    Allowed allowed(Completion known) {
        return Allowed.of(known, known.release().or(() -> replacedAfter(known.number())));
    }

    /** Whether every member of its plan has taken it, but for those that were away. */
    public boolean isComplete(Revision revision) {
        return this.complete.filter((known) -> known.revision().equals(revision.hash())).isPresent();
    }

    /**
     * What a change that comes now is taken back to: what was complete last, or the
     * current revision if all it needs for that is the word.
     */
    public Optional<Revision.Base> proven() {
        Optional<Revision> finished = current()
            .filter((known) -> known.plan().filter((plan) -> situation(known, plan).finished()).isPresent());
        return finished.map((known) -> new Revision.Base(known.number(), known.hash()))
            .or(() -> this.complete.map(Completion::asBase));
    }

    /** How a change would be taken that came now. */
    public Plan plan(RolloutOptions asked) {
        return Plan.freeze(asked.over(this.policy), candidates());
    }

    private List<Plan.Candidate> candidates() {
        Optional<Revision> live = current().filter((revision) -> !isComplete(revision));
        return this.members.values().stream().map((member) -> {
            Optional<MemberState> state = member.present() ? member.state() : Optional.empty();
            boolean underWay = live.isPresent() && state.filter((known) -> !known.settled())
                .filter((known) -> live.get().id().equals(known.revision()))
                .isPresent();
            return new Plan.Candidate(member.id(), member.present(), state.filter(MemberState::well).isPresent(),
                    underWay, leads(member.id()), member.labels());
        }).toList();
    }

    /**
     * Who leads it, as a leader said last: nobody where that member says of itself since
     * that it has left, or that its service has no leader.
     */
    public Optional<ElectionFacts.Leads> leader() {
        return this.leads.filter((said) -> mayElect(this.members.get(said.member())));
    }

    /** Whether it has members that elect a leader, as far as is known. */
    public boolean elects() {
        return this.members.values().stream().anyMatch(GroupSnapshot::mayElect);
    }

    /** One that has said nothing yet may. */
    private static boolean mayElect(@Nullable Member member) {
        return member != null
                && member.state().filter((state) -> !state.topology().equals(Topology.LEADER.wireName())).isEmpty();
    }

    /** Whether somebody leads the group, as far as it was said. */
    public boolean leads(MemberId member) {
        return leader().filter((known) -> known.member().equals(member)).isPresent();
    }

    /** How the rollout of a revision stands, as far as it is known here. */
    Situation situation(Revision revision, Plan plan) {
        Map<MemberId, Stand> stands = new HashMap<>();
        this.members.values().forEach((member) -> {
            Optional<MemberState> word = member.state().filter((known) -> revision.id().equals(known.revision()));
            stands.put(member.id(),
                    new Stand(member.name(), member.present(), false, word.filter(MemberState::settled).isPresent(),
                            word.filter((known) -> known.rung() == Rung.FAILED)
                                .map((known) -> (known.reason() != null) ? known.reason() : "no reason given"),
                            member.state().map(this::underWay).orElse(true)));
        });
        this.left.forEach((member) -> stands.put(member,
                new Stand(member.hex().substring(0, 8), false, true, false, Optional.empty(), false)));
        Control said = current().filter(revision::equals).isPresent() ? this.control : Control.NONE;
        return new Situation(plan, said, isComplete(revision), stands);
    }

    /** Whether a member has begun what it takes in its turn, and is not done. */
    private boolean underWay(MemberState state) {
        return state.desired().equals("up") && !state.settled() && state.revision() != null && inTurn(state.revision());
    }

    /** Whether a revision is taken in turns; also one of which nothing is known. */
    boolean inTurn(String id) {
        return find(id).flatMap(Revision::plan).filter((plan) -> plan.strategy() == Strategy.AT_ONCE).isEmpty();
    }

    /**
     * Whether a member runs with something that the current revision was not made on:
     * what it took was lost when a cut healed.
     * @param taken id of what it took last
     */
    boolean replaces(String taken) {
        return this.revisions.stream()
            .anyMatch((revision) -> revision.id().equals(taken) && this.lost.contains(revision.hash()));
    }

    /**
     * One that belongs to the group.
     *
     * @param standing how this member sees it now
     * @param ident the package it has loaded the service from
     * @param labels what its operator says of it, while it is present
     * @param state what it last said of its service; absent until it has
     * @param incarnation greater whenever it has said something else of its service, also
     * in a later life; 0 until it has said something
     */
    public record Member(MemberId id, String name, GroupMember.Standing standing, String ident,
            Map<String, String> labels, Optional<MemberState> state, long incarnation) {

        public Member {
            labels = Map.copyOf(labels);
        }

        /** Whether this member sees it now. */
        public boolean present() {
            return this.standing == GroupMember.Standing.ALIVE;
        }

        /**
         * What it does with the service; what one that is away did last.
         */
        public GroupMember.Activity activity() {
            return this.state.map((said) -> said.activity(present())).orElse(GroupMember.Activity.WAITING);
        }

    }

}
