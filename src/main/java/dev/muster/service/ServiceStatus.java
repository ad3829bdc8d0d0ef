package dev.muster.service;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.config.SecretKeys;
import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;

/**
 * A service at one moment.
 *
 * @param group {@code redis.prod}, with the organisation if there is one
 * @param ident the release that runs, or ran last; before the first start what the spec
 * names
 * @param loaded false in the last report of a service that was unloaded
 * @param pid of the process that runs
 * @param since when {@code state} was reached
 * @param restarts how often it was started again after ending on its own, since the node
 * started
 * @param crashLooping five failures without five minutes of running between
 * @param cfg the effective configuration, as rendered last and as it may be shown
 * @param secrets which of its values are secret; empty before anything was rendered
 * @param exports the values the package exports, by their names
 * @param revision of the group's configuration that {@code rung} speaks of; empty if none
 * was applied
 * @param contentHash of that revision's content
 * @param settled whether the service has been at the top with that content through the
 * settle time
 * @param reason why this rung: what failed, what is awaited, what caused the restart;
 * empty if there is nothing to say
 * @param runsAs user of hooks and processes; empty before the first start
 * @param lastResort whether that is root because there was nobody else
 * @param unconfirmed started from this node's disk alone, before any other member was
 * asked
 * @param ordered the release that it was last told to run; empty for whichever is newest
 * @param suitability what its hook said last of how suitable it is to lead, 0 without one
 * @param binds how it stands to the groups that it is bound to
 * @param pack the release it is made of; empty before anything was rendered
 */
public record ServiceStatus(String name, String group, PackageIdent ident, ServiceSpec spec, boolean loaded,
        ProcessState state, OptionalLong pid, Instant since, HealthReport healthReport, int restarts,
        boolean crashLooping, Map<String, Object> cfg, Optional<SecretKeys> secrets, Exports exports,
        Optional<String> revision, Optional<String> contentHash, Rung rung, boolean settled, String reason,
        Optional<String> runsAs, boolean lastResort, boolean unconfirmed, Optional<Exit> lastExit,
        Optional<PackageIdent> ordered, long suitability, List<BindStatus> binds, Optional<InstalledPackage> pack) {

    public ServiceStatus {
        binds = List.copyOf(binds);
    }

    public DesiredState desired() {
        return this.spec.desiredState();
    }

    public Health health() {
        return this.healthReport.health();
    }

    /** The state as it is told: a crash loop is one of its own. */
    public String stateName() {
        return (this.state == ProcessState.BACKOFF && this.crashLooping) ? "crash-looping" : this.state.wireName();
    }

    /** Apart from the time of a health check that found the same. */
    boolean tellsTheSameAs(ServiceStatus other) {
        return withHealth(this.healthReport.withoutTime()).equals(other.withHealth(other.healthReport.withoutTime()));
    }

    private ServiceStatus withHealth(HealthReport other) {
        return new ServiceStatus(this.name, this.group, this.ident, this.spec, this.loaded, this.state, this.pid,
                this.since, other, this.restarts, this.crashLooping, this.cfg, this.secrets, this.exports,
                this.revision, this.contentHash, this.rung, this.settled, this.reason, this.runsAs, this.lastResort,
                this.unconfirmed, this.lastExit, this.ordered, this.suitability, this.binds, this.pack);
    }

    ServiceStatus withSpec(ServiceSpec other, String otherGroup) {
        return new ServiceStatus(this.name, otherGroup, this.ident, other, this.loaded, this.state, this.pid,
                this.since, this.healthReport, this.restarts, this.crashLooping, this.cfg, this.secrets, this.exports,
                this.revision, this.contentHash, this.rung, this.settled, this.reason, this.runsAs, this.lastResort,
                this.unconfirmed, this.lastExit, this.ordered, this.suitability, this.binds, this.pack);
    }

}
