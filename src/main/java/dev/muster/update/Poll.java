package dev.muster.update;

import java.time.Instant;

/**
 * What came of asking a source.
 *
 * @param problem why nothing did; empty where its channel was read
 */
public record Poll(Instant at, String problem) {

    public boolean failed() {
        return !this.problem.isEmpty();
    }

}
