package dev.muster.gateway;

import java.time.Duration;
import java.time.InstantSource;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about requests that are not let in: they are counted, told once an address
 * and minute, and answered with less patience when there are many. A good secret is let
 * in whatever came from its address before, or one attacker behind a proxy would lock out
 * everybody else there; what holds off guessing is that a secret has 256 bits.
 */
final class Denials {

    private static final Logger log = LoggerFactory.getLogger(Denials.class);

    private final Attempts attempts = new Attempts();

    private final MeterRegistry meters;

    private final InstantSource clock;

    Denials(MeterRegistry meters, InstantSource clock) {
        this.meters = meters;
        this.clock = clock;
        for (Reason reason : Reason.values()) {
            counter(reason);
        }
    }

    private Counter counter(Reason reason) {
        return Counter.builder("muster.gateway.denied")
            .description("Requests that a gateway did not let in")
            .tag("reason", reason.word)
            .register(this.meters);
    }

    void count(Reason reason) {
        counter(reason).increment();
    }

    /**
     * Somebody has shown something that opens nothing.
     * @return how long that address is to wait; zero while it may try
     */
    Duration refused(String address, Reason reason, String gateway) {
        Attempts.Verdict verdict = this.attempts.failed(address, this.clock.instant());
        if (verdict.first()) {
            log.warn(
                    "Refused at the {} gateway; further refusals of this minute are only counted: address={} reason={}",
                    gateway, address, reason.word);
        }
        count(verdict.limited() ? Reason.TOO_MANY : reason);
        return verdict.pause();
    }

    /** Why somebody is not let in. */
    enum Reason {

        /** Nothing was shown. */
        MISSING("missing"),

        /** It is no secret of this node or of a token. */
        WRONG("wrong"),

        /** It is the secret of a token that was revoked. */
        REVOKED("revoked"),

        /** The token's role or groups do not reach. */
        FORBIDDEN("forbidden"),

        /** Wrong or revoked, after many others. */
        TOO_MANY("too-many-attempts");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

    }

}
