package dev.muster.group;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import dev.muster.content.FileName;

/**
 * One file as a revision of its group has it.
 *
 * @param number of the file itself, which a change of another file or of the
 * configuration leaves alone
 * @param author who set it; empty for what Muster itself said
 * @param micros when, in microseconds since the epoch
 */
public record RevisionFile(FileName name, long number, FileContent content, String author, long micros) {

    /**
     * @throws IllegalArgumentException when no file has this number
     */
    public RevisionFile {
        if (number < 1 || number > Revision.MAX_NUMBER) {
            throw new IllegalArgumentException("The number of a file is from 1 to " + Revision.MAX_NUMBER);
        }
    }

    public Instant time() {
        return Instant.EPOCH.plus(this.micros, ChronoUnit.MICROS);
    }

}
