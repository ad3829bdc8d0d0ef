package dev.muster.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.ring.RingConfig;
import dev.muster.ring.Timings;
import dev.muster.service.Processes;
import dev.muster.store.RootLayout;

/**
 * All that a node is made of. A program makes one from its command line; a benchmark and
 * tests make several in one JVM.
 *
 * @param packages directories to look for packages in, the first with a match wins
 * @param environment of the process
 * @param ringKeys empty where the ring has none
 * @param processes starts and finds processes
 * @param settle how long a process without health check must stay alive to count as
 * healthy
 */
public record NodePlan(RootLayout root, NodeOptions options, List<Path> packages, Map<String, String> environment,
        Optional<RingKeys> ringKeys, RingConfig.Transport transport, Timings timings, Processes processes,
        Duration settle) {

    public NodePlan {
        packages = List.copyOf(packages);
        environment = Map.copyOf(environment);
    }

    /** The same, in a ring that has keys. */
    NodePlan with(RingKeys keys) {
        return new NodePlan(this.root, this.options, this.packages, this.environment, Optional.of(keys), this.transport,
                this.timings, this.processes, this.settle);
    }

}
