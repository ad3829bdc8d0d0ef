package dev.muster.store;

import java.nio.file.Path;
import java.util.Optional;

import dev.muster.rumor.Hash;

/**
 * Bytes of the log that are not what was written. They are left as they are, and a copy
 * is set aside; what they said must come from another member.
 *
 * @param file the segment
 * @param offset of the first damaged byte in it
 * @param length in bytes
 * @param reason what is wrong with them
 * @param fact what was there; empty when that is not known, as when the log is opened
 * @param copy where the bytes were copied to; empty when that could not be done
 */
public record Damage(Path file, long offset, long length, String reason, Optional<Hash> fact, Optional<Path> copy) {

    @Override
    public String toString() {
        return this.reason + " in " + this.file + ", " + this.length + " bytes at offset " + this.offset
                + this.copy.map((path) -> ", copied to " + path).orElse("");
    }

}
