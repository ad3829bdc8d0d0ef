package dev.muster.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import dev.muster.loop.Loop;
import dev.muster.pack.PackagePath;

/**
 * Everything that services meet outside themselves.
 *
 * @param root the node's root directory, absolute
 * @param organisation ends every group name of this node
 * @param environment the node's own: {@code HAB_NAME} layers come from it, and hooks and
 * services get it without its secrets
 * @param rootAllowed whether services may run as root
 * @param loops asked once per service name; such a loop lives as long as the node
 * @param random used from all these loops
 * @param settle how long a process without health check must stay alive to count as
 * healthy
 * @param installs shared with {@link PackageHooks}
 * @param reports hears of every change, on the service's loop
 */
public record Surroundings(Path root, Optional<String> organisation, Map<String, String> environment,
        PackagePath packages, Processes processes, LogFiles logFiles, Accounts accounts, boolean rootAllowed,
        ServiceContext context, Function<String, Loop> loops, RandomGenerator random, Backoff backoff, Duration settle,
        InstallsUnderWay installs, Consumer<ServiceStatus> reports, ServiceOutput output) {

    public static final Duration DEFAULT_SETTLE = Duration.ofSeconds(10);

    public Surroundings {
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException("The root must be absolute, not " + root);
        }
        environment = Map.copyOf(environment);
    }

}
