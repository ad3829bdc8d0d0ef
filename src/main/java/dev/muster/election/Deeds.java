package dev.muster.election;

import java.util.List;
import java.util.Optional;

/**
 * What is to be done after a decision.
 *
 * @param save has to be on disk before any of the letters is sent
 */
public record Deeds(Optional<VoteRecord> save, List<Letter> letters) {

    public Deeds {
        letters = List.copyOf(letters);
    }

}
