package dev.muster.group;

import java.time.Duration;
import java.util.Optional;

import dev.muster.config.SecretKeys;
import dev.muster.key.Envelope;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.Plan;
import dev.muster.rumor.Hash;

/**
 * What a service of this member may run with now: the current revision once it is its
 * turn, until then what it has, or what was complete last.
 *
 * @param id of the revision, as people see it
 * @param contentHash of its layer and files
 * @param fact where its layer is kept
 * @param envelope whose keys open its layer; empty where that is not encrypted
 * @param secrets which values of the layer are, as far as that is known
 * @param release which release of its package it runs; empty where nobody says
 * @param settle how long the service has to be well with it; empty for the usual time
 * @param deadline when it has failed unless it is well by then; empty for never
 */
public record Allowed(String id, String contentHash, Hash fact, GroupFiles files, Optional<Envelope> envelope,
        Optional<SecretKeys> secrets, Optional<PackageIdent> release, Optional<Duration> settle,
        Optional<Duration> deadline) {

    /**
     * @param release that the group runs with it
     */
    static Allowed of(Revision revision, Optional<PackageIdent> release) {
        return new Allowed(revision.id(), revision.contentHash(), revision.hash(), revision.files(),
                revision.envelope(), revision.secrets(), release, revision.plan().flatMap(Plan::settle),
                revision.plan().map(Plan::deadline));
    }

    /**
     * @param release that the group runs with it
     */
    static Allowed of(Completion complete, Optional<PackageIdent> release) {
        return new Allowed(complete.id(), complete.contentHash(), complete.fact(), complete.files(),
                complete.envelope(), complete.secrets(), release, Optional.empty(), Optional.empty());
    }

}
