package dev.muster.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import dev.muster.pack.PackageIdent;

/**
 * What was asked of a service; kept as {@code sup/default/specs/NAME.spec} so that it
 * outlives the node.
 *
 * @param ident may be partial: the newest release installed is taken at each start,
 * except for a restart that a change of configuration caused
 * @param group second part of the group's name
 * @param builderUrl source that packages come from, a directory or the address of a
 * server; Habitat's own service, which is never asked, where nobody named one
 * @param channel of that source
 * @param binds {@code name:service.group[@org]} each
 * @param configFrom a directory to take templates and defaults from instead of the
 * package
 * @param shutdownTimeout grace between the stop signal and KILL; the package's if empty
 * @param healthCheckInterval longer than zero
 * @param hookTimeouts for hooks that shall have another than their usual one
 * @param minMembers how many members must see each other before a group with topology
 * leader elects its first one, at least 1
 * @param onLostLease what becomes of a leader's process when its member may lead no
 * longer
 */
public record ServiceSpec(PackageIdent ident, String group, String builderUrl, String channel, Topology topology,
        UpdateStrategy updateStrategy, UpdateCondition updateCondition, List<String> binds, BindingMode bindingMode,
        Optional<String> configFrom, DesiredState desiredState, Optional<Duration> shutdownTimeout,
        Duration healthCheckInterval, Map<Hook, Duration> hookTimeouts, int minMembers, OnLostLease onLostLease) {

    public static final String DEFAULT_GROUP = "default";

    /** What stands in a spec that names no source. */
    public static final String DEFAULT_BUILDER_URL = "https://bldr.habitat.sh";

    static final String DEFAULT_CHANNEL = "stable";

    static final int DEFAULT_MIN_MEMBERS = 3;

    static final Duration DEFAULT_HEALTH_CHECK_INTERVAL = Duration.ofSeconds(30);

    /**
     * Organisations that no group can have: they are words of the read gateway's paths.
     */
    public static final Set<String> RESERVED_ORGANISATIONS = Set.of("config", "health");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    private static final Pattern CHANNEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    public ServiceSpec {
        check(NAME.matcher(ident.name()).matches(),
                "A service name has 1 to 63 letters, digits, _ and -, starting with a letter or digit, not: "
                        + ident.name());
        check(NAME.matcher(group).matches(),
                "A group name has 1 to 63 letters, digits, _ and -, starting with a letter or digit, not: " + group);
        check(CHANNEL.matcher(channel).matches(),
                "A channel has 1 to 63 letters, digits, _ and -, starting with a letter or digit, not: " + channel);
        binds = List.copyOf(binds);
        Bind.check(binds);
        shutdownTimeout
            .ifPresent((grace) -> check(!grace.isNegative(), "shutdown_timeout must not be negative, as is " + grace));
        check(healthCheckInterval.compareTo(Duration.ZERO) > 0,
                "health_check_interval must be longer than zero, not " + healthCheckInterval);
        check(minMembers >= 1, "min_members must be at least 1, not " + minMembers);
        hookTimeouts = Map.copyOf(hookTimeouts);
        hookTimeouts.forEach((hook, timeout) -> {
            check(hook.ends(), "A timeout of the hook " + hook.fileName() + " would end the service; leave it out");
            check(timeout.compareTo(Duration.ZERO) > 0,
                    "The timeout of the hook " + hook.fileName() + " must be longer than zero, not " + timeout);
        });
    }

    /** A spec with every default. */
    public static ServiceSpec of(PackageIdent ident) {
        return new ServiceSpec(ident, DEFAULT_GROUP, DEFAULT_BUILDER_URL, DEFAULT_CHANNEL, Topology.STANDALONE,
                UpdateStrategy.NONE, UpdateCondition.LATEST, List.of(), BindingMode.STRICT, Optional.empty(),
                DesiredState.UP, Optional.empty(), DEFAULT_HEALTH_CHECK_INTERVAL, Map.of(), DEFAULT_MIN_MEMBERS,
                OnLostLease.STOP);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new MalformedSpecException(message);
        }
    }

    /** The service's name: the package's. */
    public String name() {
        return this.ident.name();
    }

    /**
     * The name of the service group: {@code redis.prod}, with an organisation
     * {@code redis.prod@org}.
     */
    public String serviceGroup(Optional<String> organisation) {
        return name() + "." + this.group + organisation.map((org) -> "@" + org).orElse("");
    }

    public ServiceSpec withGroup(String other) {
        return new ServiceSpec(this.ident, other, this.builderUrl, this.channel, this.topology, this.updateStrategy,
                this.updateCondition, this.binds, this.bindingMode, this.configFrom, this.desiredState,
                this.shutdownTimeout, this.healthCheckInterval, this.hookTimeouts, this.minMembers, this.onLostLease);
    }

    public ServiceSpec withDesiredState(DesiredState other) {
        return new ServiceSpec(this.ident, this.group, this.builderUrl, this.channel, this.topology,
                this.updateStrategy, this.updateCondition, this.binds, this.bindingMode, this.configFrom, other,
                this.shutdownTimeout, this.healthCheckInterval, this.hookTimeouts, this.minMembers, this.onLostLease);
    }

    public ServiceSpec withShutdownTimeout(Optional<Duration> other) {
        return new ServiceSpec(this.ident, this.group, this.builderUrl, this.channel, this.topology,
                this.updateStrategy, this.updateCondition, this.binds, this.bindingMode, this.configFrom,
                this.desiredState, other, this.healthCheckInterval, this.hookTimeouts, this.minMembers,
                this.onLostLease);
    }

    /** Whether its process ends when its member may no longer lead. */
    boolean fenced() {
        return this.topology == Topology.LEADER && this.onLostLease == OnLostLease.STOP;
    }

    /** Whether both ask for the same, apart from whether it shall run now. */
    boolean asksTheSameAs(ServiceSpec other) {
        return equals(other.withDesiredState(this.desiredState));
    }

}
