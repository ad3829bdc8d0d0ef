package dev.muster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How long this machine has been up, the time that it slept included: a clock that only
 * goes forward, that nobody sets, and that all processes of the machine read alike. To a
 * hundredth of a second.
 *
 * @see <a href=
 * "https://man7.org/linux/man-pages/man5/proc_uptime.5.html">proc_uptime(5)</a>
 */
public final class MachineClock {

    private static final Path UPTIME = Path.of("/proc/uptime");

    private MachineClock() {
    }

    /**
     * The time since the machine was started.
     * @throws UncheckedIOException when the system does not say
     */
    public static Duration uptime() {
        try {
            return Duration.ofMillis(hundredths(Files.readString(UPTIME, StandardCharsets.US_ASCII)) * 10);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(UPTIME + " cannot be read, which tells how long this machine is up", ex);
        }
    }

    /** The first of its two numbers. */
    static long hundredths(String text) {
        String first = text.split(" ", 2)[0];
        if (!first.matches("[0-9]+[.][0-9]{2}")) {
            throw new IllegalArgumentException("No uptime, which would be seconds with two decimals: " + text);
        }
        return Long.parseLong(first.replace(".", ""));
    }

}
