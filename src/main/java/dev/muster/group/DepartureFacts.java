package dev.muster.group;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import dev.muster.rumor.Admission;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * The facts that members have departed. One member's is never taken back, so there is one
 * version for each time that it was said, and all of them say the same.
 */
public final class DepartureFacts implements Admission {

    private static final long ONCE = 1;

    /** Of what is said; what a later release says more has room too. */
    private static final int LONGEST = 2_048;

    @Override
    public boolean admits(Fact fact) {
        if (!fact.key().kind().equals(FactKey.DEPARTURE)) {
            return true;
        }
        try {
            departure(fact);
            return fact.retention() == Retention.DURABLE && fact.key().detail().isEmpty()
                    && fact.version().author().isEmpty() && fact.version().major() == ONCE
                    && fact.body().length <= LONGEST;
        }
        catch (IllegalArgumentException ex) {
            return false;
        }
    }

    static MemberId member(Fact fact) {
        return new MemberId(fact.key().subject());
    }

    static Fact create(Departure departure) {
        Body body = new Body(departure.name(), departure.author());
        return Fact.create(FactKey.departure(departure.member()), ONCE,
                ChronoUnit.MICROS.between(Instant.EPOCH, departure.time()), "", Retention.DURABLE,
                GroupFacts.write(body), null);
    }

    /**
     * @throws IllegalArgumentException when the fact tells of no departure
     */
    static Departure departure(Fact fact) {
        Body body = GroupFacts.read(fact, Body.class);
        if (body.name == null || body.author == null) {
            throw new IllegalArgumentException("The fact " + fact + " does not say who departed, or who says so");
        }
        try {
            return new Departure(member(fact), body.name, Instant.EPOCH.plus(fact.version().minor(), ChronoUnit.MICROS),
                    body.author);
        }
        catch (DateTimeException | ArithmeticException ex) {
            throw new IllegalArgumentException("The fact " + fact + " is of no time", ex);
        }
    }

    /**
     * What is in a fact.
     *
     * @param name of the member
     * @param author who said that it has departed
     */
    private record Body(@Nullable String name, @Nullable String author) {
    }

}
