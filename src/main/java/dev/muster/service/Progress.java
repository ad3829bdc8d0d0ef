package dev.muster.service;

import java.util.Optional;

/**
 * How far a service has come with its group's configuration.
 *
 * @param revision that {@code rung} speaks of
 * @param reason empty if there is nothing to say
 * @param settled whether the service was at the top with this content once, and stayed
 * there through the settle time; never taken back
 */
record Progress(Optional<String> revision, Optional<String> contentHash, Rung rung, String reason, boolean settled) {

    Progress at(Rung other, String why) {
        return new Progress(this.revision, this.contentHash, other, why, this.settled);
    }

    Progress withSettled() {
        return new Progress(this.revision, this.contentHash, this.rung, this.reason, true);
    }

    Progress at(Rung other) {
        return at(other, this.reason);
    }

    /** The same content under another name is no news: it was taken already. */
    Progress received(Optional<AppliedConfig> current) {
        Optional<String> id = current.map(AppliedConfig::revisionId);
        Optional<String> hash = current.map(AppliedConfig::contentHash);
        boolean news = !hash.equals(this.contentHash);
        return new Progress(id, hash, news ? Rung.RECEIVED : this.rung, news ? "" : this.reason, this.settled && !news);
    }

    /**
     * What to show once no rendered file turned out different; a rung that is already
     * higher stays.
     */
    Progress unchanged(String why) {
        return switch (this.rung) {
            case AWAY, WAITING, RECEIVED, RENDERED, FAILED, STOPPED -> at(Rung.UNCHANGED, why);
            case UNCHANGED, RECONFIGURED, RESTARTED, HEALTHY -> this;
        };
    }

}
