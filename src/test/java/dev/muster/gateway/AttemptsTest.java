package dev.muster.gateway;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptsTest {

    private final Attempts attempts = new Attempts();

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private Attempts.Verdict fail(String address, int times) {
        Attempts.Verdict last = this.attempts.failed(address, this.now);
        for (int i = 1; i < times; i++) {
            last = this.attempts.failed(address, this.now);
        }
        return last;
    }

    @Test
    void tenFailuresAMinuteAreFreeAndThenEachWaitIsTwiceAsLong() {
        assertThat(fail("10.0.0.1", 10).limited()).isFalse();
        assertThat(fail("10.0.0.1", 1).pause()).isEqualTo(Duration.ofSeconds(30));
        this.now = this.now.plusSeconds(10);
        assertThat(fail("10.0.0.1", 1).pause()).isEqualTo(Duration.ofSeconds(20));
        this.now = this.now.plusSeconds(20);
        assertThat(fail("10.0.0.1", 1).pause()).isEqualTo(Duration.ofSeconds(60));
        this.now = this.now.plusSeconds(60);
        assertThat(fail("10.0.0.1", 10).limited()).isFalse();
        assertThat(fail("10.0.0.1", 1).pause()).isEqualTo(Duration.ofSeconds(120));
        for (int i = 0; i < 20; i++) {
            this.now = this.now.plus(Duration.ofMinutes(15));
            assertThat(fail("10.0.0.1", 11).pause()).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(15));
        }
        this.now = this.now.plus(Duration.ofMinutes(31));
        assertThat(fail("10.0.0.1", 10).limited()).isFalse();
        assertThat(fail("10.0.0.1", 1).pause()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void slowFailuresAreFreeAndOneLineAMinuteIsWorthIt() {
        for (int i = 0; i < 30; i++) {
            Attempts.Verdict verdict = fail("10.0.0.1", 1);
            assertThat(verdict.limited()).isFalse();
            assertThat(verdict.first()).isEqualTo(i % 10 == 0);
            this.now = this.now.plusSeconds(6);
        }
    }

    @Test
    void oneAddressDoesNotMakeAnotherOneWait() {
        assertThat(fail("10.0.0.1", 20).limited()).isTrue();
        assertThat(fail("10.0.0.2", 1).limited()).isFalse();
    }

    @Test
    void aNetworkOfIpv6CountsAsOneAddress() {
        for (int i = 0; i < 10; i++) {
            assertThat(fail("2001:db8:0:1::" + i, 1).limited()).isFalse();
        }
        assertThat(fail("2001:db8:0:1:ffff::1", 1).limited()).isTrue();
        assertThat(fail("2001:db8:0:2::1", 1).limited()).isFalse();
    }

    @Test
    void manyAddressesTakeNoMoreRoomThanSome() {
        for (int i = 0; i < 100_000; i++) {
            this.attempts.failed("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), this.now);
        }
        assertThat(this.attempts.addresses()).isEqualTo(Attempts.MOST_ADDRESSES);
    }

    @Test
    void aClockThatGoesBackLocksNobodyOut() {
        assertThat(fail("10.0.0.1", 10).limited()).isFalse();
        this.now = this.now.minus(Duration.ofDays(1));
        assertThat(fail("10.0.0.1", 1).limited()).isFalse();
    }

}
