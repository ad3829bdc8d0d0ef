package dev.muster.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.group.GroupName;
import dev.muster.service.LoadOutcome;
import dev.muster.service.ServiceSpec;
import org.jspecify.annotations.Nullable;

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

    /**
     * As {@link dev.muster.service.Services#update}, with the configuration of the group
     * known before that it may come to.
     */
    LoadOutcome update(String name, Map<String, ? extends @Nullable Object> changes);

    /**
     * What is not as it should be with a service that is loaded so, in sentences: groups
     * that wait for each other, members of its group that differ.
     */
    List<String> warnings(ServiceSpec spec);

    /** What templates know as {@code sys}. */
    Map<String, Object> sys();

    /** The group that a service belongs to when it is loaded by this. */
    GroupName group(ServiceSpec spec);

    void unload(String name, Optional<Duration> shutdownTimeout);

    void start(String name);

    void stop(String name, Optional<Duration> shutdownTimeout);

}
