package dev.muster.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import dev.muster.config.DurationText;
import org.jspecify.annotations.Nullable;

/** The options that say how a package is run, as the keys of a spec file. */
final class SpecArguments {

    /** What {@code svc load}, {@code svc update} and {@code sup run} take. */
    static final List<OptionDescription> OPTIONS = List.of(
            OptionDescription.value("group", "NAME", "Group of the service").standard("default"),
            OptionDescription.value("topology", "standalone|leader", "How its members stand to each other")
                .letter('t')
                .standard("standalone"),
            OptionDescription
                .value("min-members", "N", "How many must see each other before the first leader is elected")
                .standard("3"),
            OptionDescription
                .value("on-lost-lease", "stop|keep",
                        "What becomes of a leader's process when its node is" + " dead or cut off")
                .standard("stop"),
            OptionDescription.value("strategy", "none|at-once|rolling", "How new packages are taken")
                .letter('s')
                .standard("none"),
            OptionDescription.value("update-condition", "latest|track-channel", "Which packages are new ones")
                .standard("latest"),
            OptionDescription.value("channel", "NAME", "Channel that new packages come from").standard("stable"),
            OptionDescription.value("url", "URL", "Source of packages: a directory, or http(s)://HOST/PATH")
                .letter('u')
                .standard("HAB_BLDR_URL, none"),
            OptionDescription.value("bind", "NAME:SERVICE.GROUP", "Group that gives what the package needs under NAME")
                .repeated(),
            OptionDescription.value("binding-mode", "strict|relaxed", "Whether it waits for its binds to have members")
                .standard("strict"),
            OptionDescription.value("health-check-interval", "TIME", "From one health check to the next")
                .letter('i')
                .standard("30"),
            OptionDescription.value("shutdown-timeout", "TIME", "From the stop signal to the kill")
                .standard("the package's own, else 8"),
            OptionDescription.value("hook-timeout", "HOOK=TIME", "How long a hook may take, as init=5m")
                .standard("as the hook has")
                .repeated(),
            OptionDescription.value("config-from", "DIR", "Take templates and hooks from here; for development"));

    static final String BUILDER_VARIABLE = "HAB_BLDR_URL";

    /** Where an option is not called as the key of the spec file is. */
    private static final Map<String, String> OTHER_NAMES = Map.of("strategy", "update_strategy", "url", "bldr_url",
            "bind", "binds", "hook-timeout", "hook_timeouts");

    private static final String UNSET = "unset";

    private SpecArguments() {
    }

    static OptionDescription unset() {
        return OptionDescription.value(UNSET, "OPTION", "Back to what holds without it, as --unset bind").repeated();
    }

    /** Only what was given: the node knows the rest. */
    static Map<String, Object> given(Arguments arguments) throws UsageException {
        Map<String, Object> spec = new LinkedHashMap<>();
        arguments.value("group").ifPresent((group) -> spec.put("group", group));
        choice(spec, arguments, "topology", List.of("standalone", "leader"));
        Optional<String> members = arguments.value("min-members");
        if (members.isPresent()) {
            spec.put("min_members", count(members.get()));
        }
        choice(spec, arguments, "on-lost-lease", List.of("stop", "keep"));
        if (arguments.value("strategy").filter("canary"::equals).isPresent()) {
            throw new UsageException("--strategy of svc load says how new packages are taken: none, at-once or rolling;"
                    + " canary is a way to take one change of configuration");
        }
        choice(spec, arguments, "strategy", List.of("none", "at-once", "rolling"));
        choice(spec, arguments, "update-condition", List.of("latest", "track-channel"));
        choice(spec, arguments, "binding-mode", List.of("strict", "relaxed"));
        arguments.value("channel").ifPresent((channel) -> spec.put("channel", channel));
        arguments.value("url").ifPresent((url) -> spec.put("bldr_url", url));
        if (arguments.has("bind")) {
            spec.put("binds", new ArrayList<>(arguments.values("bind")));
        }
        arguments.value("config-from").ifPresent((directory) -> spec.put("config_from", directory));
        Optional<Duration> shutdown = arguments.duration("shutdown-timeout");
        shutdown.ifPresent((time) -> spec.put("shutdown_timeout", seconds(time)));
        Optional<Duration> health = arguments.duration("health-check-interval");
        health.ifPresent((time) -> {
            Map<String, Object> interval = new LinkedHashMap<>();
            interval.put("secs", time.toSeconds());
            interval.put("nanos", time.toNanosPart());
            spec.put("health_check_interval", interval);
        });
        if (arguments.has("hook-timeout")) {
            spec.put("hook_timeouts", hookTimeouts(arguments.values("hook-timeout")));
        }
        return spec;
    }

    /** What was given, and what is to be as usual again, which has the value null. */
    static Map<String, @Nullable Object> changes(Arguments arguments) throws UsageException {
        Map<String, @Nullable Object> changes = new LinkedHashMap<>(given(arguments));
        for (String name : arguments.values(UNSET)) {
            String option = OPTIONS.stream()
                .map(OptionDescription::name)
                .filter((known) -> known.equals(name) || key(known).equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("--unset takes the name of an option, one of "
                        + String.join(", ", names()) + ", not \"" + name + "\""));
            if (changes.containsKey(key(option))) {
                throw new UsageException(
                        "--unset " + name + " stands beside another word on --" + option + ": give one of them");
            }
            changes.put(key(option), null);
        }
        return changes;
    }

    private static long count(String text) throws UsageException {
        try {
            return Integer.parseInt(text);
        }
        catch (NumberFormatException ex) {
            throw new UsageException("--min-members takes a number, as 3, not \"" + text + "\"");
        }
    }

    private static TreeSet<String> names() {
        return new TreeSet<>(OPTIONS.stream().map(OptionDescription::name).toList());
    }

    private static String key(String option) {
        return OTHER_NAMES.getOrDefault(option, option.replace('-', '_'));
    }

    private static void choice(Map<String, Object> spec, Arguments arguments, String option, List<String> values)
            throws UsageException {
        Optional<String> given = arguments.value(option);
        if (given.isPresent()) {
            Output.oneOf(option, given.get(), values);
            spec.put(key(option), given.get());
        }
    }

    private static Map<String, Object> hookTimeouts(List<String> given) throws UsageException {
        Map<String, Object> timeouts = new LinkedHashMap<>();
        for (String text : given) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new UsageException("--hook-timeout takes HOOK=TIME, as init=5m, not \"" + text + "\"");
            }
            String hook = text.substring(0, equals);
            String time = text.substring(equals + 1);
            try {
                DurationText.parse(time);
            }
            catch (IllegalArgumentException ex) {
                throw new UsageException("--hook-timeout " + hook + ": " + ex.getMessage());
            }
            if (timeouts.put(hook, time) != null) {
                throw new UsageException("--hook-timeout is given twice for " + hook + ": once is enough");
            }
        }
        return timeouts;
    }

    /** A part of a second is a second: the node counts whole ones. */
    static long seconds(Duration time) {
        return time.plusMillis(999).toSeconds();
    }

}
