package dev.muster.shell;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** How long each member has taken, or takes. */
final class Elapsed {

    private final LongSupplier nanos;

    private final long begin;

    private final Map<String, Long> ends = new HashMap<>();

    /**
     * @param nanos monotonic time
     */
    Elapsed(LongSupplier nanos) {
        this.nanos = nanos;
        this.begin = nanos.getAsLong();
    }

    Duration sinceBegin() {
        return Duration.ofNanos(this.nanos.getAsLong() - this.begin);
    }

    /** A member has come so far now. */
    void step(MemberReport member) {
        if (member.isDone()) {
            this.ends.put(member.id(), this.nanos.getAsLong());
        }
        else {
            this.ends.remove(member.id());
        }
    }

    /** As people read it; of one that is away nothing, for it does nothing. */
    String text(MemberReport member) {
        if (member.isAway()) {
            return "";
        }
        Duration taken = Duration.ofNanos(this.ends.getOrDefault(member.id(), this.nanos.getAsLong()) - this.begin);
        if (taken.toMinutes() > 0) {
            return taken.toMinutes() + "m" + taken.toSecondsPart() + "s";
        }
        return String.format(Locale.ROOT, "%.1f s", taken.toMillis() / 1000.0);
    }

}
