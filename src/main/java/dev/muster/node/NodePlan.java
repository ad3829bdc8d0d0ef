package dev.muster.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

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
 * @param processes starts and finds processes
 * @param settle how long a process without health check must stay alive to count as
 * healthy
 */
public record NodePlan(RootLayout root, NodeOptions options, List<Path> packages, Map<String, String> environment,
        RingConfig.Transport transport, Timings timings, Processes processes, Duration settle) {

    public NodePlan {
        packages = List.copyOf(packages);
        environment = Map.copyOf(environment);
    }

}
