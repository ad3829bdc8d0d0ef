package dev.muster.rollout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import dev.muster.rumor.MemberId;

/**
 * How one change is taken, frozen when it was accepted and never changed: finding one's
 * turn from what is present at the moment lets two sides of a cut take a turn at once.
 *
 * @param members in the order of their turns
 * @param maxUnavailable of those before it, fewer than so many may not be done when a
 * member starts
 * @param canary how many are looked at first; 0 with another strategy
 * @param settle how long a member has to be healthy; empty for what the member's node
 * holds to be usual
 */
public record Plan(Strategy strategy, List<MemberId> members, int maxUnavailable, int canary, Optional<Duration> settle,
        Duration deadline, OnFailure onFailure) {

    /** Where nobody said otherwise. */
    public static final Duration USUAL_DEADLINE = Duration.ofMinutes(5);

    public Plan {
        members = List.copyOf(members);
        if (maxUnavailable < 1 || canary < 0) {
            throw new IllegalArgumentException("A plan lets at least one member start, this one " + maxUnavailable
                    + ", and has no fewer than no canaries, this one " + canary);
        }
    }

    /**
     * Freezes.
     * @param candidates those that belong to the group, also while they are away
     * @throws InvalidRolloutException when nobody carries the label of the canaries
     */
    public static Plan freeze(RolloutOptions options, List<Candidate> candidates) {
        Strategy strategy = options.strategy()
            .orElse(options.canary().isPresent() ? Strategy.CANARY : Strategy.AT_ONCE);
        Optional<Canaries.Label> label = (strategy == Strategy.CANARY) ? options.canary().flatMap(Canaries::label)
                : Optional.empty();
        List<Candidate> order = candidates.stream()
            .sorted(Comparator.comparing((Candidate one) -> !one.present())
                .thenComparing((one) -> !one.underWay())
                .thenComparing((one) -> !label.filter(one::carries).isPresent())
                .thenComparing(Candidate::healthy)
                .thenComparing(Candidate::leads)
                .thenComparing(Candidate::id))
            .toList();
        int labelled = (int) order.stream()
            .filter((one) -> one.present() && label.filter(one::carries).isPresent())
            .count();
        if (label.isPresent() && labelled == 0) {
            throw new InvalidRolloutException(RolloutOptions.CANARY, "no present member of the group carries the label "
                    + label.get() + "; labels are given with sup run --label");
        }
        int canary = (strategy != Strategy.CANARY) ? 0 : label.isPresent() ? labelled
                : options.canary().flatMap(Canaries::amount).orElse(new Amount(1, false)).of(order.size());
        return new Plan(strategy, order.stream().map(Candidate::id).toList(),
                options.maxUnavailable().orElse(new Amount(1, false)).of(order.size()), canary, options.settle(),
                options.deadline().orElse(USUAL_DEADLINE), options.onFailure().orElse(strategy.usualOnFailure()));
    }

    /**
     * The same members one by one, whatever the plan says, and no further than the first
     * that fails: for members that lost what they run with when a cut healed.
     */
    public Plan oneByOne() {
        return new Plan(Strategy.ROLLING, this.members, 1, 0, this.settle, this.deadline, OnFailure.PAUSE);
    }

    /** How what failed by this plan is taken back; a failure of that only pauses. */
    public Plan back() {
        return new Plan(Strategy.ROLLING, this.members, this.maxUnavailable, 0, this.settle, this.deadline,
                OnFailure.PAUSE);
    }

    /** The order of turns: those that were skipped come last. */
    public List<MemberId> order(List<MemberId> skipped) {
        List<MemberId> order = new ArrayList<>(this.members);
        Stream<MemberId> last = skipped.stream().filter(this.members::contains).distinct();
        order.removeAll(skipped);
        last.forEach(order::add);
        return order;
    }

    /**
     * Who may get a place in a plan.
     *
     * @param healthy whether its service runs and is well
     * @param underWay whether it has begun to take a change that this one replaces
     * @param leads whether its service leads the group
     */
    public record Candidate(MemberId id, boolean present, boolean healthy, boolean underWay, boolean leads,
            Map<String, String> labels) {

        private boolean carries(Canaries.Label label) {
            return label.value().equals(this.labels.get(label.key()));
        }

    }

}
