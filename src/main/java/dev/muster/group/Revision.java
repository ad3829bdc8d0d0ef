package dev.muster.group;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import dev.muster.config.SecretKeys;
import dev.muster.key.Envelope;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.Plan;
import dev.muster.rumor.Hash;
import dev.muster.rumor.Version;
import org.jspecify.annotations.Nullable;

/**
 * One accepted change of what a group is to have: its configuration and its files, whole.
 * The text of the applied layer stays in the log, the bytes of files in a store of their
 * own.
 *
 * @param version number, time in microseconds, author, hash of the fact
 * @param base the revision it was made on; absent for a group's first
 * @param contentHash of layer and files, in hexadecimal digits: revisions that say the
 * same have the same
 * @param layerHash of the parsed layer; of the cipher text, where it is encrypted
 * @param envelope whose keys open the layer; empty where it is TOML as it stands
 * @param message why, in the author's words
 * @param size of the layer in bytes
 * @param plan how it is taken; absent for one of a release that knew no plans
 * @param previous what was complete when it was accepted: what it is taken back to
 * @param secrets which values of the layer are secret, as far as the door knew; empty
 * where nobody could tell, so that nobody shows any
 * @param release which release of its package members run; empty where each runs what it
 * has
 * @param replaces what the group ran when Muster itself moved it to {@code release};
 * empty for what somebody else said
 */
public record Revision(GroupName group, Version version, Optional<Base> base, String contentHash, String layerHash,
        GroupFiles files, Optional<Envelope> envelope, Optional<String> message, int size, Optional<Plan> plan,
        Optional<Base> previous, Optional<SecretKeys> secrets, Optional<PackageIdent> release,
        Optional<PackageIdent> replaces) implements Comparable<Revision> {

    /** Greatest number, so that every program that reads JSON reads it unharmed. */
    public static final long MAX_NUMBER = (1L << 53) - 1;

    /** Longest layer in bytes. */
    public static final int MAX_CONTENT = 65_536;

    /** One without files, in TOML. */
    public Revision(GroupName group, Version version, Optional<Base> base, String contentHash, Optional<String> message,
            int size, Optional<Plan> plan, Optional<Base> previous) {
        this(group, version, base, contentHash, contentHash, GroupFiles.NONE, Optional.empty(), message, size, plan,
                previous, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** What people see and type: the number and eight digits of the hash. */
    public String id() {
        return number() + "-" + hash().shortHex();
    }

    /** Whether Muster itself said it, to take back what failed. */
    public boolean automatic() {
        return author().isEmpty() && this.replaces.isEmpty();
    }

    /** Whether Muster itself said it, because a source has another release. */
    public boolean update() {
        return this.replaces.isPresent();
    }

    public long number() {
        return this.version.major();
    }

    public Hash hash() {
        return this.version.hash();
    }

    /** Who made it; empty for what Muster itself said. */
    public String author() {
        return this.version.author();
    }

    public Instant time() {
        return Instant.EPOCH.plus(this.version.minor(), ChronoUnit.MICROS);
    }

    @Override
    public int compareTo(Revision other) {
        return this.version.compareTo(other.version);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Revision that && this.version.equals(that.version) && this.group.equals(that.group);
    }

    @Override
    public int hashCode() {
        return this.version.hash().hashCode();
    }

    /** The revision that a revision was made on. */
    public record Base(long number, Hash hash) {

        /** As people see it. */
        public String id() {
            return this.number + "-" + this.hash.shortHex();
        }

    }

}
