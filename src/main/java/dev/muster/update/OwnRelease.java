package dev.muster.update;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.muster.pack.PackageIdent;
import dev.muster.service.UpdateCondition;

/**
 * Which release a service runs that takes new ones by itself, and which it will not take
 * again. Kept on disk: a node that dies over a bad release goes back from it at its next
 * start.
 *
 * @param release what it is to run; empty for the newest that is installed
 * @param before what it ran before, while {@code release} is not proven; else empty
 * @param refused by release, why it was not kept; the latest last, at most {@value #MOST}
 */
public record OwnRelease(Optional<PackageIdent> release, Optional<PackageIdent> before,
        Map<PackageIdent, String> refused) {

    /** So many releases are remembered that were not kept. */
    static final int MOST = 20;

    /** It has never taken one by itself. */
    public static final OwnRelease NONE = new OwnRelease(Optional.empty(), Optional.empty(), Map.of());

    public OwnRelease {
        refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
    }

    /** Whether it is not known yet how it is with its release. */
    boolean onTrial() {
        return this.before.isPresent();
    }

    /**
     * Why a release is not to be taken that its source offers; empty where it is.
     * @param running what the service runs
     */
    Optional<String> objection(PackageIdent running, PackageIdent offered, UpdateCondition condition) {
        if (offered.equals(running)) {
            return Optional.of("");
        }
        if (!offered.origin().equals(running.origin())) {
            return Optional.of("it runs " + running + ", which is another package");
        }
        if (this.refused.containsKey(offered)) {
            return Optional.of(offered + " was not kept: " + this.refused.get(offered)
                    + "; a newer one is taken, this one again after svc update");
        }
        boolean back = PackageIdent.OLDEST_FIRST.compare(offered, running) < 0;
        return (back && condition == UpdateCondition.LATEST)
                ? Optional.of("the channel's newest, " + offered + ", is older than what runs") : Optional.empty();
    }

    /** It is to run another one, and nobody knows yet how it is with that. */
    OwnRelease trying(PackageIdent offered, PackageIdent running) {
        return new OwnRelease(Optional.of(offered), Optional.of(running), this.refused);
    }

    /** It is well with it. */
    OwnRelease proven() {
        return new OwnRelease(this.release, Optional.empty(), this.refused);
    }

    /** It is to run what it ran before. */
    OwnRelease takenBack(String why) {
        Map<PackageIdent, String> known = new LinkedHashMap<>(this.refused);
        PackageIdent bad = this.release.orElseThrow();
        known.remove(bad);
        known.put(bad, why);
        if (known.size() > MOST) {
            known.remove(known.keySet().iterator().next());
        }
        return new OwnRelease(this.before, Optional.empty(), known);
    }

    /** Nothing is held against any release. */
    OwnRelease forgiven() {
        return new OwnRelease(this.release, this.before, Map.of());
    }

}
