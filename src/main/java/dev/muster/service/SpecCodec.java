package dev.muster.service;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

import dev.muster.config.DurationText;
import dev.muster.pack.PackageIdent;
import org.jspecify.annotations.Nullable;

/**
 * A spec as the tree that stands in its file, with Habitat's keys and defaults. Keys that
 * are not known are left out, as Habitat does, so that its files can be read; who wants
 * them refused compares with {@link #KEYS}.
 */
public final class SpecCodec {

    private static final String IDENT = "ident";

    private static final String GROUP = "group";

    private static final String BUILDER_URL = "bldr_url";

    private static final String CHANNEL = "channel";

    private static final String TOPOLOGY = "topology";

    private static final String UPDATE_STRATEGY = "update_strategy";

    private static final String UPDATE_CONDITION = "update_condition";

    private static final String BINDS = "binds";

    private static final String BINDING_MODE = "binding_mode";

    private static final String CONFIG_FROM = "config_from";

    private static final String DESIRED_STATE = "desired_state";

    private static final String SHUTDOWN_TIMEOUT = "shutdown_timeout";

    private static final String HEALTH_CHECK_INTERVAL = "health_check_interval";

    private static final String HOOK_TIMEOUTS = "hook_timeouts";

    private static final String MIN_MEMBERS = "min_members";

    private static final String ON_LOST_LEASE = "on_lost_lease";

    /** Every key that means something. */
    public static final Set<String> KEYS = Set.of(IDENT, GROUP, BUILDER_URL, CHANNEL, TOPOLOGY, UPDATE_STRATEGY,
            UPDATE_CONDITION, BINDS, BINDING_MODE, CONFIG_FROM, DESIRED_STATE, SHUTDOWN_TIMEOUT, HEALTH_CHECK_INTERVAL,
            HOOK_TIMEOUTS, MIN_MEMBERS, ON_LOST_LEASE);

    private SpecCodec() {
    }

    /**
     * @throws MalformedSpecException when {@code ident} is missing or a value is not what
     * its key takes
     */
    public static ServiceSpec read(Map<String, Object> tree) {
        PackageIdent ident = value(tree, IDENT, (text) -> PackageIdent.parse(string(text)), null);
        if (ident == null) {
            throw new MalformedSpecException("A spec needs an ident, as in ident = \"core/redis\"");
        }
        ServiceSpec usual = ServiceSpec.of(ident);
        return new ServiceSpec(ident, value(tree, GROUP, SpecCodec::string, usual.group()),
                value(tree, BUILDER_URL, SpecCodec::string, usual.builderUrl()),
                value(tree, CHANNEL, SpecCodec::string, usual.channel()),
                value(tree, TOPOLOGY, (word) -> Topology.parse(string(word)), usual.topology()),
                value(tree, UPDATE_STRATEGY, (word) -> UpdateStrategy.parse(string(word)), usual.updateStrategy()),
                value(tree, UPDATE_CONDITION, (word) -> UpdateCondition.parse(string(word)), usual.updateCondition()),
                value(tree, BINDS, SpecCodec::strings, usual.binds()),
                value(tree, BINDING_MODE, (word) -> BindingMode.parse(string(word)), usual.bindingMode()),
                Optional.ofNullable(value(tree, CONFIG_FROM, SpecCodec::string, null)),
                value(tree, DESIRED_STATE, (word) -> DesiredState.parse(string(word)), usual.desiredState()),
                Optional.ofNullable(value(tree, SHUTDOWN_TIMEOUT, SpecCodec::seconds, null)),
                value(tree, HEALTH_CHECK_INTERVAL, SpecCodec::interval, usual.healthCheckInterval()),
                value(tree, HOOK_TIMEOUTS, SpecCodec::timeouts, usual.hookTimeouts()),
                value(tree, MIN_MEMBERS, SpecCodec::count, usual.minMembers()),
                value(tree, ON_LOST_LEASE, (word) -> OnLostLease.parse(string(word)), usual.onLostLease()));
    }

    /**
     * The same spec with other values for some keys; null brings back the usual one. Of
     * {@code hook_timeouts} the hooks that are named change, in the same way.
     * @throws MalformedSpecException when a key is unknown, is the ident, or a value is
     * not what its key takes
     */
    public static ServiceSpec change(ServiceSpec spec, Map<String, ? extends @Nullable Object> changes) {
        Map<String, Object> tree = write(spec);
        changes.forEach((key, value) -> {
            if (!KEYS.contains(key)) {
                throw new MalformedSpecException(
                        "A service has no " + key + "; it has " + String.join(", ", new TreeSet<>(KEYS)));
            }
            if (key.equals(IDENT)) {
                throw new MalformedSpecException("The package of " + spec.name()
                        + " is changed by loading it with --force, not by an update to " + value);
            }
            if (value == null) {
                tree.remove(key);
            }
            else {
                tree.put(key, key.equals(HOOK_TIMEOUTS) ? changedTable(tree.get(key), value) : value);
            }
        });
        return read(tree);
    }

    private static Object changedTable(@Nullable Object before, Object changes) {
        if (!(changes instanceof Map<?, ?> named)) {
            return changes;
        }
        Map<Object, Object> table = (before instanceof Map<?, ?> known) ? new LinkedHashMap<>(known)
                : new LinkedHashMap<>();
        named.forEach((name, value) -> {
            if (value == null) {
                table.remove(name);
            }
            else {
                table.put(name, value);
            }
        });
        return table;
    }

    /** The tree to write: scalars first, tables last. */
    public static Map<String, Object> write(ServiceSpec spec) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(IDENT, spec.ident().toString());
        tree.put(GROUP, spec.group());
        tree.put(BUILDER_URL, spec.builderUrl());
        tree.put(CHANNEL, spec.channel());
        tree.put(TOPOLOGY, spec.topology().wireName());
        tree.put(UPDATE_STRATEGY, spec.updateStrategy().wireName());
        tree.put(UPDATE_CONDITION, spec.updateCondition().wireName());
        tree.put(BINDS, spec.binds());
        tree.put(BINDING_MODE, spec.bindingMode().wireName());
        tree.put(MIN_MEMBERS, (long) spec.minMembers());
        tree.put(ON_LOST_LEASE, spec.onLostLease().wireName());
        spec.configFrom().ifPresent((directory) -> tree.put(CONFIG_FROM, directory));
        tree.put(DESIRED_STATE, spec.desiredState().wireName());
        spec.shutdownTimeout().ifPresent((grace) -> tree.put(SHUTDOWN_TIMEOUT, number(grace)));
        Map<String, Object> interval = new LinkedHashMap<>();
        interval.put("secs", spec.healthCheckInterval().toSeconds());
        interval.put("nanos", (long) spec.healthCheckInterval().getNano());
        tree.put(HEALTH_CHECK_INTERVAL, interval);
        if (!spec.hookTimeouts().isEmpty()) {
            Map<String, Object> timeouts = new TreeMap<>();
            spec.hookTimeouts().forEach((hook, timeout) -> timeouts.put(hook.fileName(), number(timeout)));
            tree.put(HOOK_TIMEOUTS, timeouts);
        }
        return tree;
    }

    private static <T extends @Nullable Object> T value(Map<String, Object> tree, String key,
            Function<Object, ? extends T> reader, T otherwise) {
        Object found = tree.get(key);
        if (found == null) {
            return otherwise;
        }
        try {
            return reader.apply(found);
        }
        catch (IllegalArgumentException | ArithmeticException ex) {
            throw new MalformedSpecException(key + " = " + found + ": " + ex.getMessage(), ex);
        }
    }

    private static String string(Object value) {
        if (value instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new IllegalArgumentException("a text is needed here");
    }

    private static List<String> strings(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(SpecCodec::string).toList();
        }
        throw new IllegalArgumentException("a list of texts is needed here");
    }

    private static Duration seconds(Object value) {
        if (value instanceof Number number) {
            return Duration.ofNanos(new BigDecimal(number.toString()).movePointRight(9).longValueExact());
        }
        throw new IllegalArgumentException("a number of seconds is needed here");
    }

    private static int count(Object value) {
        if (value instanceof Number number) {
            return new BigDecimal(number.toString()).intValueExact();
        }
        throw new IllegalArgumentException("a number is needed here");
    }

    private static Duration interval(Object value) {
        if (value instanceof Map<?, ?> table && table.get("secs") instanceof Number seconds) {
            long nanos = (table.get("nanos") instanceof Number number) ? number.longValue() : 0;
            return Duration.ofSeconds(seconds.longValue(), nanos);
        }
        return seconds(value);
    }

    private static Map<Hook, Duration> timeouts(Object value) {
        if (!(value instanceof Map<?, ?> table)) {
            throw new IllegalArgumentException("a table of hooks and seconds is needed here");
        }
        Map<Hook, Duration> timeouts = new EnumMap<>(Hook.class);
        table.forEach((name, time) -> {
            Hook hook = Hook.named(String.valueOf(name))
                .orElseThrow(() -> new IllegalArgumentException("there is no hook " + name));
            timeouts.put(hook, (time instanceof String text) ? DurationText.parse(text) : seconds(time));
        });
        return timeouts;
    }

    private static Number number(Duration duration) {
        if (duration.getNano() == 0) {
            return duration.toSeconds();
        }
        return BigDecimal.valueOf(duration.toNanos(), 9).doubleValue();
    }

}
