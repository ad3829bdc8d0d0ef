package dev.muster.service;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * The end of a process.
 *
 * @param code the exit code, 128 + signal for a process that was killed; empty for one
 * that an earlier run of the node started, since only the parent is told
 */
public record Exit(long pid, OptionalInt code, Instant at) {

    @Override
    public String toString() {
        if (this.code.isEmpty()) {
            return "ended";
        }
        int value = this.code.getAsInt();
        return (value > 128 && value < 160) ? "ended by signal " + (value - 128) : "exited with " + value;
    }

}
