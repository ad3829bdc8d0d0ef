package dev.muster.service;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.SecretKeys;

/**
 * What a group has by one of its revisions: the layer that {@code config apply} put over
 * it, and its files.
 *
 * @param revisionId as people see it, {@code 7-3f9a1c02}
 * @param contentHash of layer and files; the same hash is never taken twice, whatever the
 * revision is called
 * @param layer the tree, never changed by anyone after this
 * @param secrets values of the layer that are secret beside those that the package marks
 * @param settle how long the service has to be well with it; empty for the node's usual
 * time
 * @param deadline when it has failed unless it is well by then; empty for never
 * @param encrypted what is to be known of a layer that came so; empty for one that
 * everybody may see
 * @param release which release of its package the service runs; empty where nobody says
 */
public record AppliedConfig(String revisionId, String contentHash, Map<String, Object> layer, SecretKeys secrets,
        GroupFileSet files, Optional<Duration> settle, Optional<Duration> deadline, Optional<Encrypted> encrypted,
        Optional<AppliedRelease> release) {

    /** One that did not come encrypted. */
    public AppliedConfig(String revisionId, String contentHash, Map<String, Object> layer, SecretKeys secrets,
            GroupFileSet files, Optional<Duration> settle, Optional<Duration> deadline) {
        this(revisionId, contentHash, layer, secrets, files, settle, deadline, Optional.empty(), Optional.empty());
    }

    /** One without times of its own, and without files. */
    public AppliedConfig(String revisionId, String contentHash, Map<String, Object> layer) {
        this(revisionId, contentHash, layer, SecretKeys.NONE, GroupFileSet.NONE, Optional.empty(), Optional.empty());
    }

    /**
     * The same for a service of a group: files beside secrets, and those of an
     * organisation's group, are not for others to read, whatever mode they were given.
     * @param serviceGroup with its organisation, if it has one
     */
    AppliedConfig guarded(String serviceGroup) {
        if (this.secrets.isEmpty() && serviceGroup.indexOf('@') < 0) {
            return this;
        }
        return new AppliedConfig(this.revisionId, this.contentHash, this.layer, this.secrets, this.files.guarded(),
                this.settle, this.deadline, this.encrypted, this.release);
    }

    /** The same with a release of its package. */
    public AppliedConfig with(Optional<AppliedRelease> other) {
        return new AppliedConfig(this.revisionId, this.contentHash, this.layer, this.secrets, this.files, this.settle,
                this.deadline, this.encrypted, other);
    }

    /** The same, of a layer that came encrypted. */
    public AppliedConfig with(Encrypted other) {
        return new AppliedConfig(this.revisionId, this.contentHash, this.layer, this.secrets, this.files, this.settle,
                this.deadline, Optional.of(other), this.release);
    }

    /** Without what it says. */
    @Override
    public String toString() {
        return "AppliedConfig[" + this.revisionId + "]";
    }

    /** Why it cannot be used; empty where it can. */
    Optional<Encrypted.Problem> problem() {
        return this.encrypted.flatMap(Encrypted::problem);
    }

}
