package dev.muster.rumor;

import java.util.ArrayList;
import java.util.List;

/** Facts in messages of a size that never keeps a link busy for long. */
final class Batches {

    /** Of the facts in one message, in bytes; a single greater fact goes alone. */
    static final int MAX_BYTES = 256 * 1024;

    private Batches() {
    }

    static List<List<Fact>> of(List<Fact> facts) {
        List<List<Fact>> batches = new ArrayList<>();
        List<Fact> batch = new ArrayList<>();
        int bytes = 0;
        for (Fact fact : facts) {
            if (!batch.isEmpty() && bytes + fact.size() > MAX_BYTES) {
                batches.add(batch);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(fact);
            bytes += fact.size();
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }

}
