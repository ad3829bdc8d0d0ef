package dev.muster.group;

import java.util.Optional;
import java.util.stream.Stream;

import dev.muster.key.Envelope;

/**
 * Whether this member has the keys to what is encrypted for its groups. Any thread may
 * ask; never waits. That it has them does not say that a message opens with them.
 */
@FunctionalInterface
public interface Legibility {

    /** For members that never lack a key. */
    Legibility EVERYTHING = (envelope) -> Optional.empty();

    /**
     * @return what is missing, as the reason of who waits for it; empty where nothing is
     */
    Optional<String> missing(Envelope envelope);

    /**
     * Of all that one revision has.
     * @param layer empty for one that is not encrypted
     */
    default Optional<String> missing(Optional<Envelope> layer, GroupFiles files) {
        return Stream.concat(layer.stream(), files.all().stream().flatMap((file) -> file.content().envelope().stream()))
            .distinct()
            .flatMap((envelope) -> missing(envelope).stream())
            .findFirst();
    }

}
