package dev.muster.rollout;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import dev.muster.config.DurationText;

/**
 * What was asked about the way a change is taken, by its author or as a group's default;
 * what is empty was not asked.
 *
 * @param maxUnavailable how many members a rollout may have under way at a time
 * @param settle how long a member has to be healthy before it is done
 * @param deadline how long the rollout may go without a step before it pauses, and a
 * member without being healthy before it has failed
 */
public record RolloutOptions(Optional<Strategy> strategy, Optional<Amount> maxUnavailable, Optional<Canaries> canary,
        Optional<Duration> settle, Optional<Duration> deadline, Optional<OnFailure> onFailure) {

    static final String STRATEGY = "strategy";

    static final String MAX_UNAVAILABLE = "max-unavailable";

    static final String CANARY = "canary";

    static final String SETTLE = "settle";

    static final String DEADLINE = "deadline";

    /** Nobody takes a change faster and is seen to. */
    private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);

    static final String ON_FAILURE = "on-failure";

    /** How options are called, on the command line and in queries. */
    public static final Set<String> NAMES = Set.of(STRATEGY, MAX_UNAVAILABLE, CANARY, SETTLE, DEADLINE, ON_FAILURE);

    /** Nothing was asked. */
    public static final RolloutOptions NONE = new RolloutOptions(Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Reads options by their names; others are left alone.
     * @throws InvalidRolloutException which names the option and shows good values
     */
    public static RolloutOptions parse(Map<String, String> texts) {
        RolloutOptions options = new RolloutOptions(
                option(texts, STRATEGY,
                        (text) -> Strategy.named(text)
                            .orElseThrow(() -> new InvalidRolloutException(STRATEGY,
                                    "strategy is at-once, rolling or canary, not '" + text
                                            + "' (none, at-once and rolling are the strategies of svc load, for"
                                            + " new packages)"))),
                option(texts, MAX_UNAVAILABLE, (text) -> Amount.parse(MAX_UNAVAILABLE, text)),
                option(texts, CANARY, Canaries::parse), option(texts, SETTLE, (text) -> duration(SETTLE, text)),
                option(texts, DEADLINE, RolloutOptions::deadline),
                option(texts, ON_FAILURE,
                        (text) -> OnFailure.named(text)
                            .orElseThrow(() -> new InvalidRolloutException(ON_FAILURE,
                                    "on-failure is rollback, pause or none, not '" + text + "'"))));
        if (options.canary.isPresent() && options.strategy.filter((given) -> given != Strategy.CANARY).isPresent()) {
            throw new InvalidRolloutException(CANARY, "canary goes with strategy canary, not with "
                    + options.strategy.map(Strategy::wireName).orElse(""));
        }
        if (options.strategy.equals(Optional.of(Strategy.AT_ONCE))) {
            options.requireTurns();
        }
        return options;
    }

    private static <T> Optional<T> option(Map<String, String> texts, String name, Function<String, T> read) {
        return Optional.ofNullable(texts.get(name)).map(read);
    }

    private static Duration duration(String option, String text) {
        try {
            return DurationText.parse(text);
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidRolloutException(option, option + ": " + ex.getMessage());
        }
    }

    private static Duration deadline(String text) {
        Duration deadline = duration(DEADLINE, text);
        if (deadline.compareTo(SHORTEST_DEADLINE) < 0) {
            throw new InvalidRolloutException(DEADLINE, "deadline " + text + " would pause a rollout before anybody"
                    + " could have come further; it is at least 1s");
        }
        return deadline;
    }

    /** The same by name, as {@link #parse} reads it. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        this.strategy.ifPresent((value) -> texts.put(STRATEGY, value.wireName()));
        this.maxUnavailable.ifPresent((value) -> texts.put(MAX_UNAVAILABLE, value.toString()));
        this.canary.ifPresent((value) -> texts.put(CANARY, value.toString()));
        this.settle.ifPresent((value) -> texts.put(SETTLE, DurationText.write(value)));
        this.deadline.ifPresent((value) -> texts.put(DEADLINE, DurationText.write(value)));
        this.onFailure.ifPresent((value) -> texts.put(ON_FAILURE, value.wireName()));
        return texts;
    }

    private void requireTurns() {
        this.maxUnavailable.ifPresent((most) -> {
            throw new InvalidRolloutException(MAX_UNAVAILABLE, "max-unavailable " + most
                    + " says how many members take a change at a time, and this one goes to all at once; ask for"
                    + " strategy rolling or canary too, or leave max-unavailable out");
        });
    }

    /**
     * These, and where nothing was asked what a group has as its default.
     * @throws InvalidRolloutException when something was asked that has no effect by that
     */
    public RolloutOptions over(RolloutOptions policy) {
        // Who names canaries wants some, whatever is usual.
        RolloutOptions asked = (this.strategy.isEmpty() && this.canary.isPresent())
                ? new RolloutOptions(Optional.of(Strategy.CANARY), this.maxUnavailable, this.canary, this.settle,
                        this.deadline, this.onFailure)
                : this;
        RolloutOptions all = asked.orElse(policy);
        if (all.strategy.or(() -> all.canary.map((some) -> Strategy.CANARY))
            .orElse(Strategy.AT_ONCE) == Strategy.AT_ONCE) {
            requireTurns();
        }
        return all;
    }

    /**
     * These, and where nothing was asked those. What belongs to a strategy is not taken
     * from options for another one.
     */
    private RolloutOptions orElse(RolloutOptions weaker) {
        boolean sameWay = this.strategy.isEmpty() || this.strategy.equals(weaker.strategy);
        RolloutOptions rest = sameWay ? weaker : new RolloutOptions(Optional.empty(), weaker.maxUnavailable,
                Optional.empty(), weaker.settle, weaker.deadline, Optional.empty());
        return new RolloutOptions(this.strategy.or(rest::strategy), this.maxUnavailable.or(rest::maxUnavailable),
                this.canary.or(rest::canary), this.settle.or(rest::settle), this.deadline.or(rest::deadline),
                this.onFailure.or(rest::onFailure));
    }

}
