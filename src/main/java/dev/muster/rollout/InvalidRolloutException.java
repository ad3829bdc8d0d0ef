package dev.muster.rollout;

/**
 * An option of a rollout that cannot be meant; the message names it and shows good ones.
 */
public final class InvalidRolloutException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String option;

    InvalidRolloutException(String option, String message) {
        super(message);
        this.option = option;
    }

    /** Which one, as {@code max-unavailable}. */
    public String option() {
        return this.option;
    }

}
