package dev.muster.service;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.muster.config.TextPlace;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of a layer that came encrypted. Nothing that is told of a service
 * with one repeats a word of it: of what is wrong the place is named, which says enough
 * to whoever has the text.
 */
public final class Encrypted {

    private final String by;

    private final Places places;

    private final @Nullable Problem problem;

    private Encrypted(String by, Places places, @Nullable Problem problem) {
        this.by = by;
        this.places = places;
        this.problem = problem;
    }

    /**
     * One that was opened, and is TOML.
     * @param by whose keys opened it, for people
     * @param places tells where keys stand in its text
     */
    public static Encrypted opened(String by, Places places) {
        return new Encrypted(by, places, null);
    }

    /**
     * One that cannot be used.
     * @param why without a word of it
     * @param passing whether somebody may bring what is missing: until then it is as if
     * it were not there yet
     */
    public static Encrypted unreadable(String by, String why, boolean passing) {
        return new Encrypted(by, (key) -> new TextPlace(1, 1), new Problem(why, passing));
    }

    /** As {@code encrypted by alice for redis.prod@acme}. */
    public String by() {
        return this.by;
    }

    TextPlace place(List<String> key) {
        return this.places.of(key);
    }

    Optional<Problem> problem() {
        return Optional.ofNullable(this.problem);
    }

    /** Apart from where keys stand, which is as equal as the layers are. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Encrypted that && this.by.equals(that.by) && Objects.equals(this.problem, that.problem);
    }

    @Override
    public int hashCode() {
        return Objects.hash(this.by, this.problem);
    }

    @Override
    public String toString() {
        return this.by + ((this.problem != null) ? ": " + this.problem.why() : "");
    }

    /**
     * Why it cannot be used.
     *
     * @param passing whether that may change without another revision
     */
    record Problem(String why, boolean passing) {
    }

    /** Where keys stand in a text. */
    @FunctionalInterface
    public interface Places {

        TextPlace of(List<String> key);

    }

}
