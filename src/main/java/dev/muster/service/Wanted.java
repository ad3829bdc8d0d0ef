package dev.muster.service;

import java.time.Duration;
import java.util.Optional;

/**
 * What a service is asked to be.
 *
 * @param spec the latest, also after it was unloaded
 * @param group the service group by that spec
 * @param loaded false: it shall stop and be forgotten
 * @param stopTimeout of the command that asked for a stop; weighs more than the spec's
 */
record Wanted(ServiceSpec spec, String group, boolean loaded, Optional<Duration> stopTimeout) {

    boolean up() {
        return this.loaded && this.spec.desiredState() == DesiredState.UP;
    }

}
