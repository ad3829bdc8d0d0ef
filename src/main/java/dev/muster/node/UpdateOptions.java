package dev.muster.node;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a node looks for new releases of packages.
 *
 * @param period from one question to a source to the next
 * @param keep how many releases of each package stay on this node; empty for all
 */
public record UpdateOptions(Duration period, OptionalInt keep) {

    /** What holds unless somebody says otherwise. */
    public static final UpdateOptions USUAL = new UpdateOptions(Duration.ofSeconds(60), OptionalInt.empty());

    private static final String MILLIS = "HAB_UPDATE_STRATEGY_PERIOD_MS";

    private static final String BYPASS = "HAB_UPDATE_STRATEGY_PERIOD_BYPASS_CHECK";

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /**
     * As Habitat reads it: milliseconds, of which a source is spared anything below the
     * usual unless it is said that this is meant.
     */
    private static Optional<Duration> inherited(Map<String, String> environment) {
        String text = environment.getOrDefault(MILLIS, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.matches("[0-9]{1,12}")) {
            throw new OptionException(MILLIS + ": '" + text + "' is no number of milliseconds; write it in digits, or"
                    + " say --service-update-period TIME");
        }
        Duration period = Duration.ofMillis(Long.parseLong(text));
        boolean spared = environment.getOrDefault(BYPASS, "").isEmpty() && period.compareTo(USUAL.period) < 0;
        return Optional.of(spared ? USUAL.period : period);
    }

    /**
     * @throws OptionException in one sentence, with what to do
     */
    static UpdateOptions read(OptionSources sources) {
        Optional<Duration> said = sources.value("service-update-period", "", "service_update_period")
            .map((text) -> NodeOptions.duration("service-update-period", text));
        Duration period = (sources.commandLine().containsKey("service-update-period") ? said
                : inherited(sources.environment()).or(() -> said))
            .orElse(USUAL.period);
        if (period.compareTo(SHORTEST) < 0) {
            throw new OptionException(
                    "--service-update-period: a source is asked once a second at most, so 1 is the" + " least");
        }
        Optional<String> keep = sources.value("keep-latest-packages", "HAB_KEEP_LATEST_PACKAGES",
                "keep_latest_packages");
        if (keep.isPresent() && !keep.get().matches("[1-9][0-9]{0,3}")) {
            throw new OptionException(
                    "--keep-latest-packages: '" + keep.get() + "' is no number of releases from 1 to 9999");
        }
        return new UpdateOptions(period,
                keep.map((text) -> OptionalInt.of(Integer.parseInt(text))).orElseGet(OptionalInt::empty));
    }

}
