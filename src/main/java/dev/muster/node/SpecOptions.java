package dev.muster.node;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.muster.service.ServiceSpec;
import dev.muster.service.SpecCodec;

/**
 * The service that a node is to load at its start, from the options that {@code svc load}
 * takes too.
 */
final class SpecOptions {

    private static final List<String> WORDS = List.of("group", "topology", "channel", "config-from", "update-condition",
            "binding-mode", "on-lost-lease");

    private SpecOptions() {
    }

    /**
     * @throws dev.muster.service.MalformedSpecException when a value is not what its key
     * takes
     */
    static ServiceSpec read(String ident, OptionSources sources) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("ident", ident);
        for (String word : WORDS) {
            String key = word.replace('-', '_');
            sources.value(word, "", key).ifPresent((value) -> tree.put(key, value));
        }
        sources.value("strategy", "", "strategy").ifPresent((value) -> tree.put("update_strategy", value));
        sources.value("url", "HAB_BLDR_URL", "bldr_url").ifPresent((value) -> tree.put("bldr_url", value));
        sources.value("min-members", "", "min_members").ifPresent((value) -> tree.put("min_members", count(value)));
        List<String> binds = sources.values("bind", "bind");
        if (!binds.isEmpty()) {
            tree.put("binds", binds);
        }
        sources.value("shutdown-timeout", "", "shutdown_timeout")
            .ifPresent((value) -> tree.put("shutdown_timeout", seconds("shutdown-timeout", value)));
        sources.value("health-check-interval", "", "health_check_interval")
            .ifPresent((value) -> tree.put("health_check_interval", seconds("health-check-interval", value)));
        List<String> timeouts = sources.values("hook-timeout", "hook_timeout");
        if (!timeouts.isEmpty()) {
            tree.put("hook_timeouts", hookTimeouts(timeouts));
        }
        return SpecCodec.read(tree);
    }

    private static Map<String, Object> hookTimeouts(List<String> given) {
        Map<String, Object> timeouts = new LinkedHashMap<>();
        for (String text : given) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new OptionException("--hook-timeout takes HOOK=TIME, as init=5m, not '" + text + "'");
            }
            String hook = text.substring(0, equals);
            Duration time = NodeOptions.duration("hook-timeout", text.substring(equals + 1));
            if (timeouts.put(hook, BigDecimal.valueOf(time.toMillis(), 3)) != null) {
                throw new OptionException("--hook-timeout is given twice for " + hook + "; once is enough");
            }
        }
        return timeouts;
    }

    private static long count(String text) {
        try {
            return Integer.parseInt(text);
        }
        catch (NumberFormatException ex) {
            throw new OptionException("--min-members takes a number, as 3, not '" + text + "'");
        }
    }

    private static BigDecimal seconds(String option, String text) {
        Duration duration = NodeOptions.duration(option, text);
        return BigDecimal.valueOf(duration.toMillis(), 3);
    }

}
