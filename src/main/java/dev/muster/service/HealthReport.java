package dev.muster.service;

import java.time.Instant;
import java.util.Optional;

/**
 * How a service is.
 *
 * @param since when {@code health} was reached
 * @param checked when the {@code health-check} hook last ended; empty where there is
 * none, or none has ended yet
 * @param reason why, where there is more to say than the word; else empty
 * @param output the end of what the hook printed then
 * @param errors the end of what it printed as errors
 */
public record HealthReport(Health health, Instant since, Optional<Instant> checked, String reason, String output,
        String errors) {

    /** Without the time of the last check: two checks that found the same are equal. */
    HealthReport withoutTime() {
        return new HealthReport(this.health, this.since, Optional.empty(), this.reason, this.output, this.errors);
    }

}
