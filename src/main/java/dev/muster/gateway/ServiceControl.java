package dev.muster.gateway;

import java.time.Duration;
import java.util.Optional;

import dev.muster.service.LoadOutcome;
import dev.muster.service.ServiceSpec;

/**
 * What the control gateway may ask of the node's services. Calls may wait for the disk,
 * never for a process.
 */
public interface ServiceControl {

    /**
     * As {@link dev.muster.service.Services#load}, with the group's configuration known
     * before.
     */
    LoadOutcome load(ServiceSpec spec, boolean force);

    void unload(String name, Optional<Duration> shutdownTimeout);

    void start(String name);

    void stop(String name, Optional<Duration> shutdownTimeout);

}
