package dev.muster.demo;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A part of a demo, after it was walked.
 *
 * @param what was to be
 * @param saw what was seen instead of it, or of it
 * @param took until that was seen, or until nothing else was expected
 * @param held whether it was as it was to be
 */
record Step(String what, String saw, Duration took, boolean held) {

    String text() {
        return "%-7s %5.1f s  %s%n                  %s%n".formatted(this.held ? "ok" : "FAILED", seconds(), this.what,
                this.saw);
    }

    private double seconds() {
        return this.took.toMillis() / 1000.0;
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("step", this.what);
        tree.put("saw", this.saw);
        tree.put("seconds", seconds());
        tree.put("held", this.held);
        return tree;
    }

}
