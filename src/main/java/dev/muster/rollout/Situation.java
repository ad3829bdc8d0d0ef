package dev.muster.rollout;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.muster.rumor.MemberId;

/**
 * A rollout as one node knows it at one moment. What it does not know yet only delays:
 * done is said by a member of itself and never taken back, and nobody starts without a
 * majority of the plan in sight.
 *
 * @param complete whether it is known that every member of the plan was done, but for
 * those that were away
 * @param members of the group, in the plan or not; one that is missing is away
 */
public record Situation(Plan plan, Control control, boolean complete, Map<MemberId, Stand> members) {

    private static final int NAMED = 3;

    /** Whether a member may start; if not, why. */
    public sealed interface Turn {

    }

    /** It may start, or has nothing to wait for. */
    public record Go() implements Turn {
    }

    /**
     * It may not start yet.
     *
     * @param reason for people
     */
    public record Hold(String reason) implements Turn {
    }

    /**
     * Whether this member may start.
     * @param replaced whether what it runs with now is not what the change was made on
     */
    public Turn turn(MemberId member, boolean replaced) {
        if (this.plan.strategy() == Strategy.AT_ONCE && !replaced) {
            return new Go();
        }
        Situation effective = replaced ? new Situation(this.plan.oneByOne(), this.control, this.complete, this.members)
                : this;
        return effective.window(member);
    }

    private Turn window(MemberId member) {
        switch (phase()) {
            case ABORTED -> {
                return new Hold("the rollout was aborted" + by());
            }
            case PAUSED -> {
                return new Hold("the rollout is paused" + by()
                        + (this.control.reason().isEmpty() ? "" : ": " + this.control.reason()));
            }
            case RUNNING -> {
            }
        }
        List<MemberId> order = order();
        int place = order.indexOf(member);
        if (place < 0 && !this.complete) {
            return new Hold("is not in the plan of the rollout and takes its turn once that is complete");
        }
        if (!majority()) {
            return new Hold("fewer than half of the members of the plan are in sight: " + inSight());
        }
        if (place >= this.plan.canary() && this.plan.strategy() == Strategy.CANARY && !this.control.promoted()
                && !this.complete) {
            return new Hold("waits until the change is promoted");
        }
        List<MemberId> before = (place < 0) ? unplannedBefore(member) : order.subList(0, place);
        Set<MemberId> open = new LinkedHashSet<>(before.stream().filter(this::waitedFor).toList());
        this.members.keySet().stream().filter((other) -> !other.equals(member) && inTheWay(other)).forEach(open::add);
        return (open.size() < this.plan.maxUnavailable()) ? new Go()
                : new Hold("waits for " + names(List.copyOf(open)));
    }

    /**
     * A pause ends with the rollout: when that is complete nobody can say to go on, and
     * who comes back then has to follow.
     */
    private Control.Phase phase() {
        boolean over = this.complete && this.control.phase() == Control.Phase.PAUSED;
        return over ? Control.Phase.RUNNING : this.control.phase();
    }

    private String by() {
        return this.control.author().isEmpty() ? "" : " by " + this.control.author();
    }

    /** Who is not in the plan comes after it, in the order of ids. */
    private List<MemberId> unplannedBefore(MemberId member) {
        List<MemberId> before = new ArrayList<>(order());
        this.members.keySet()
            .stream()
            .filter((other) -> other.compareTo(member) < 0 && !this.plan.members().contains(other))
            .sorted()
            .forEach(before::add);
        return before;
    }

    /** Once a rollout is complete nobody waits for those that are away. */
    private boolean waitedFor(MemberId other) {
        Stand stand = this.members.get(other);
        if (stand == null) {
            return !this.complete;
        }
        return !stand.over() && (stand.present() || !this.complete);
    }

    /**
     * Who is under way is down, whichever revision it is at and whatever its place: it
     * may have begun what this change has overtaken.
     */
    private boolean inTheWay(MemberId other) {
        Stand stand = this.members.get(other);
        return stand != null && stand.present() && stand.underWay() && !this.control.skipped().contains(other);
    }

    /**
     * Whether a member that is under way with what this change has overtaken may go on to
     * it: it is down already, and others wait for it.
     */
    public boolean mayGoOn() {
        return runs() && majority();
    }

    private List<MemberId> order() {
        return this.plan.order(this.control.skipped());
    }

    private List<MemberId> voters() {
        return this.plan.members()
            .stream()
            .filter((member) -> !this.control.skipped().contains(member) && !isGone(member))
            .toList();
    }

    private boolean isGone(MemberId member) {
        Stand stand = this.members.get(member);
        return stand != null && stand.gone();
    }

    private boolean present(MemberId member) {
        Stand stand = this.members.get(member);
        return stand != null && stand.present();
    }

    /** Whether nobody has stopped it. */
    public boolean runs() {
        return phase() == Control.Phase.RUNNING;
    }

    /**
     * Whether it was paused, and by nobody: because of a failure, or because no member
     * came further.
     */
    public boolean stopped() {
        return phase() == Control.Phase.PAUSED && this.control.author().isEmpty();
    }

    /** Whether more than half of the plan's members are in sight. */
    public boolean majority() {
        List<MemberId> voters = voters();
        return voters.isEmpty() || 2 * voters.stream().filter(this::present).count() > voters.size();
    }

    /** As {@code 1 of 3}. */
    private String inSight() {
        List<MemberId> voters = voters();
        return voters.stream().filter(this::present).count() + " of " + voters.size();
    }

    /** Whether it can be said that the rollout is complete. */
    public boolean finished() {
        return majority() && this.plan.members().stream().allMatch((member) -> {
            Stand stand = this.members.get(member);
            return stand == null || stand.over() || !stand.present();
        });
    }

    /** Members that say of themselves that they failed, and nobody has said to go on. */
    public List<MemberId> failed() {
        return this.plan.members().stream().filter((member) -> {
            Stand stand = this.members.get(member);
            return stand != null && !stand.over() && stand.failure().isPresent()
                    && !this.control.tolerated().contains(member);
        }).toList();
    }

    /** Whether all canaries are done, and the others wait for a word. */
    public boolean awaitsPromotion() {
        List<MemberId> order = order();
        return this.plan.strategy() == Strategy.CANARY && !this.control.promoted() && !this.complete
                && this.plan.canary() < order.size()
                && order.subList(0, this.plan.canary()).stream().noneMatch(this::waitedFor);
    }

    /** How many members of the plan are done. */
    public long done() {
        return this.plan.members().stream().filter((member) -> {
            Stand stand = this.members.get(member);
            return stand != null && stand.over();
        }).count();
    }

    /** In the words of a list for people, not too long. */
    public String names(List<MemberId> some) {
        String named = some.stream().limit(NAMED).map(this::name).collect(Collectors.joining(", "));
        return (some.size() > NAMED) ? named + " and " + (some.size() - NAMED) + " more" : named;
    }

    private String name(MemberId member) {
        Stand stand = this.members.get(member);
        return (stand != null) ? stand.name() : member.hex().substring(0, 8);
    }

}
