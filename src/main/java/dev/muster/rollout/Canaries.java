package dev.muster.rollout;

import java.util.Optional;

/**
 * Who takes a change first and is looked at: so many members, or those that carry a
 * label.
 *
 * @param amount empty where a label says it
 * @param label as {@code rack=a}
 */
public record Canaries(Optional<Amount> amount, Optional<Label> label) {

    /** A label of a member: what its operator says of it. */
    public record Label(String key, String value) {

        @Override
        public String toString() {
            return this.key + "=" + this.value;
        }

    }

    /**
     * Reads {@code 1}, {@code 10%} or {@code KEY=VALUE}.
     * @throws InvalidRolloutException when it is none of these
     */
    static Canaries parse(String text) {
        int sign = text.indexOf('=');
        if (sign > 0) {
            return new Canaries(Optional.empty(),
                    Optional.of(new Label(text.substring(0, sign), text.substring(sign + 1))));
        }
        if (sign == 0) {
            throw new InvalidRolloutException(RolloutOptions.CANARY,
                    "canary takes a number, a percentage or LABEL=VALUE, not '" + text + "'");
        }
        return new Canaries(Optional.of(Amount.parse(RolloutOptions.CANARY, text)), Optional.empty());
    }

    @Override
    public String toString() {
        return this.label.map(Label::toString).or(() -> this.amount.map(Amount::toString)).orElse("");
    }

}
