package dev.muster.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts by address who shows secrets that open nothing. After {@value #FREE} within a
 * minute an address is told to wait: half a minute, and twice as long each time, up to a
 * quarter of an hour. Holds a bounded number of addresses, whoever asks: the one that was
 * quiet longest is forgotten first. An attacker has at most a network of 2^64 addresses
 * in IPv6, so these count as one.
 */
final class Attempts {

    static final int FREE = 10;

    static final int MOST_ADDRESSES = 1_024;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Duration FIRST_WAIT = Duration.ofSeconds(30);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private static final int NETWORK_BYTES = 8;

    private final Map<String, Counted> addresses = new LinkedHashMap<>(16, 0.75f, true);

    /** A secret from this address has opened nothing. */
    synchronized Verdict failed(String address, Instant now) {
        Counted counted = this.addresses.computeIfAbsent(network(address), (key) -> new Counted(now));
        if (this.addresses.size() > MOST_ADDRESSES) {
            this.addresses.remove(this.addresses.keySet().iterator().next());
        }
        return counted.failed(now);
    }

    synchronized int addresses() {
        return this.addresses.size();
    }

    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            // A numeric address is not looked up.
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(NETWORK_BYTES, bytes.length)));
        }
        catch (UnknownHostException ex) {
            return address;
        }
    }

    /**
     * What to do about it.
     *
     * @param pause how long the address is to wait; zero while it may try
     * @param first whether it is the first of this minute, and so worth a line
     * @param failures how many of this minute it makes
     */
    record Verdict(Duration pause, boolean first, int failures) {

        boolean limited() {
            return !this.pause.isZero();
        }

    }

    private static final class Counted {

        private Instant since;

        private int failures;

        private Duration nextWait = FIRST_WAIT;

        private Instant waitsUntil = Instant.MIN;

        private Counted(Instant now) {
            this.since = now;
        }

        private Verdict failed(Instant now) {
            // A clock that was set back must not make anybody wait longer.
            if (now.isBefore(this.since) || !now.isBefore(this.since.plus(WINDOW))) {
                this.since = now;
                this.failures = 0;
            }
            this.failures++;
            boolean first = this.failures == 1;
            if (now.isBefore(this.waitsUntil)) {
                return new Verdict(atMost(Duration.between(now, this.waitsUntil)), first, this.failures);
            }
            if (this.failures <= FREE) {
                if (this.waitsUntil.isAfter(Instant.MIN) && now.isAfter(this.waitsUntil.plus(LONGEST_WAIT))) {
                    this.nextWait = FIRST_WAIT;
                }
                return new Verdict(Duration.ZERO, first, this.failures);
            }
            Duration wait = this.nextWait;
            this.waitsUntil = now.plus(wait);
            this.nextWait = atMost(wait.multipliedBy(2));
            return new Verdict(wait, first, this.failures);
        }

        private static Duration atMost(Duration wait) {
            return (wait.compareTo(LONGEST_WAIT) > 0) ? LONGEST_WAIT : wait;
        }

    }

}
