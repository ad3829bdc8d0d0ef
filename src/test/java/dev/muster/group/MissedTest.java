package dev.muster.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.muster.rumor.MemberId;
import dev.muster.service.HandLoop;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MissedTest {

    private static final MemberId ONE = new MemberId("a".repeat(32));

    private static final MemberId OTHER = new MemberId("b".repeat(32));

    private final HandLoop loop = new HandLoop();

    private final List<MemberId> confirmed = new ArrayList<>();

    private final Missed missed = new Missed(this.loop, this.confirmed::add);

    @Test
    void whoDoesNotComeBackIsConfirmedOnce() {
        this.missed.gone(ONE);
        this.loop.advance(Missed.SUSPECT.minusMillis(1));
        assertThat(this.missed.has(ONE)).isTrue();
        assertThat(this.missed.has(OTHER)).isFalse();
        this.loop.advance(Duration.ofMillis(1));
        assertThat(this.missed.has(ONE)).isFalse();
        assertThat(this.confirmed).containsExactly(ONE);
        this.loop.advance(Duration.ofMinutes(1));
        assertThat(this.confirmed).containsExactly(ONE);
    }

    @Test
    void whoComesBackIsNotAndIsMissedAnewTheNextTime() {
        this.missed.gone(ONE);
        this.loop.advance(Duration.ofSeconds(9));
        this.missed.back(ONE);
        assertThat(this.missed.has(ONE)).isFalse();
        this.missed.gone(ONE);
        this.loop.advance(Duration.ofSeconds(9));
        assertThat(this.missed.has(ONE)).isTrue();
        assertThat(this.confirmed).isEmpty();
    }

}
