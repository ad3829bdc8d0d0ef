package dev.muster.group;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import dev.muster.rollout.Situation;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.MemberId;
import dev.muster.service.Rung;
import org.jspecify.annotations.Nullable;

/**
 * What every member of a group has made of a revision, as one node knows it.
 *
 * @param current whether it holds
 * @param lost whether another one of the same base has won over it
 * @param takenBackBy the revision that Muster made to take it back, if one is kept
 * @param complete whether every member of its plan has taken it, but for those that were
 * away
 * @param stopped whether its rollout was paused because of what was seen of it, so that
 * nobody else takes it until somebody says so
 */
public record RevisionStatus(Revision revision, boolean current, boolean lost, Optional<Revision> takenBackBy,
        boolean complete, boolean stopped, List<Progress> members) {

    public RevisionStatus {
        members = List.copyOf(members);
    }

    /**
     * Judges.
     * @param received members that have told this node that they have it on disk
     */
    static RevisionStatus of(GroupSnapshot group, Revision revision, Set<MemberId> received) {
        List<Progress> members = new ArrayList<>();
        boolean current = group.current().filter(revision::equals).isPresent();
        Optional<Situation> turns = current ? revision.plan().map((plan) -> group.situation(revision, plan))
                : Optional.empty();
        group.members().values().forEach((member) -> members.add(progress(member, revision, turns, received)));
        Optional<Revision> takenBackBy = group.revisions()
            .stream()
            .filter((other) -> other.automatic()
                    && other.base().filter((base) -> base.hash().equals(revision.hash())).isPresent())
            .findFirst();
        return new RevisionStatus(revision, current, group.lost().contains(revision.hash()), takenBackBy,
                group.isComplete(revision), turns.filter(Situation::stopped).isPresent(), members);
    }

    private static Progress progress(GroupSnapshot.Member member, Revision revision, Optional<Situation> turns,
            Set<MemberId> received) {
        MemberState state = member.state().orElse(null);
        boolean told = state != null && revision.contentHash().equals(state.contentHash());
        long pid = (state != null && member.present()) ? state.pid() : 0;
        Instant since = (state != null) ? state.since() : null;
        String control = (state != null) ? state.host().controlAddress().orElse(null) : null;
        if (!member.present()) {
            return new Progress(member.id(), member.name(), Rung.AWAY, "not present; takes it when it comes back", 0,
                    since, false, null);
        }
        if (state != null && told) {
            return new Progress(member.id(), member.name(), state.rung(), state.reason(), pid, since, true, control);
        }
        if (state != null && state.lack() != null && state.lack().revision().equals(revision.id())) {
            return new Progress(member.id(), member.name(), Rung.WAITING, state.lack().text(), pid, since, true,
                    control);
        }
        if (turns.isPresent() && turns.get().turn(member.id(), false) instanceof Situation.Hold hold) {
            return new Progress(member.id(), member.name(), Rung.WAITING, hold.reason(), pid, since,
                    received.contains(member.id()), control);
        }
        if (received.contains(member.id())) {
            boolean down = state != null && state.desired().equals("down");
            return new Progress(member.id(), member.name(), down ? Rung.STOPPED : Rung.RECEIVED,
                    down ? "used at the next start" : null, pid, since, true, control);
        }
        String runs = (state != null && state.revision() != null) ? "has taken " + state.revision() + " last"
                : "has not answered yet";
        return new Progress(member.id(), member.name(), Rung.WAITING, runs, pid, since, false, control);
    }

    /** Whether all members that are present have it on disk. */
    public boolean received() {
        return present().allMatch(Progress::received);
    }

    /**
     * Whether nothing more is to be expected of the members that are present; where they
     * take turns, whether that is known to be over, or has stopped.
     */
    public boolean ended() {
        if (this.stopped) {
            return true;
        }
        boolean inTurns = this.revision.plan().filter((plan) -> plan.strategy() != Strategy.AT_ONCE).isPresent();
        return present().allMatch((member) -> member.rung().ended())
                && (!inTurns || this.complete || !this.current || failed());
    }

    public boolean failed() {
        return this.members.stream().anyMatch((member) -> member.rung() == Rung.FAILED);
    }

    public boolean away() {
        return this.members.stream().anyMatch((member) -> member.rung() == Rung.AWAY);
    }

    /**
     * In one word:
     * {@code rolled-back, superseded, lost, empty, failed, converged, incomplete} or
     * {@code spreading}.
     */
    public String state() {
        if (this.takenBackBy.isPresent()) {
            return "rolled-back";
        }
        if (this.lost) {
            return "lost";
        }
        if (!this.current) {
            return "superseded";
        }
        if (this.members.isEmpty()) {
            return "empty";
        }
        if (failed()) {
            return "failed";
        }
        if (this.stopped || !ended()) {
            return "spreading";
        }
        return away() ? "incomplete" : "converged";
    }

    private Stream<Progress> present() {
        return this.members.stream().filter((member) -> member.rung() != Rung.AWAY);
    }

    /**
     * How far one member is.
     *
     * @param reason why it is there, in words
     * @param pid of its service's process, 0 for none
     * @param since when that process came into its state
     * @param received whether it is known to have the revision on disk
     * @param control where others reach its control gateway, as {@code 10.0.0.2:9632};
     * null where nobody does
     */
    public record Progress(MemberId id, String name, Rung rung, @Nullable String reason, long pid,
            @Nullable Instant since, boolean received, @Nullable String control) {
    }

}
