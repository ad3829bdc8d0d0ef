package dev.muster.group;

import java.util.Optional;

import dev.muster.config.SecretKeys;
import dev.muster.key.Envelope;
import dev.muster.pack.PackageIdent;
import dev.muster.rumor.Hash;

/**
 * The revision that every member of its plan has taken, but for those that were away: the
 * one that a service starts with before its turn, and that a failed change is taken back
 * to. The fact that says so carries the content, for history may have dropped it.
 *
 * @param number of the revision
 * @param revision its hash
 * @param contentHash of its layer and files
 * @param envelope whose keys open its layer; empty where that is not encrypted
 * @param secrets which values of the layer are, as far as that is known
 * @param release which release of its package members run; empty where each runs what it
 * has
 * @param fact where its layer is kept
 */
public record Completion(long number, Hash revision, String contentHash, GroupFiles files, Optional<Envelope> envelope,
        Optional<SecretKeys> secrets, Optional<PackageIdent> release, Hash fact) {

    /** As people see the revision. */
    public String id() {
        return this.number + "-" + this.revision.shortHex();
    }

    Revision.Base asBase() {
        return new Revision.Base(this.number, this.revision);
    }

}
