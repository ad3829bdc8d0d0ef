package dev.muster.ring;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

import org.jgroups.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class OutboxTests {

    private final Semaphore network = new Semaphore(0);

    private final List<Integer> sent = new CopyOnWriteArrayList<>();

    private final Outbox outbox = new Outbox("test", new RingConfig.Limits(4, 100), (to, message) -> {
        this.network.acquire();
        if (message[0] == 13) {
            throw new IllegalStateException("unlucky");
        }
        this.sent.add((int) message[0]);
    });

    @AfterEach
    void stop() {
        this.network.release(100);
        this.outbox.close(Duration.ofSeconds(1));
    }

    private boolean offer(int number, int length) {
        byte[] message = new byte[length];
        message[0] = (byte) number;
        return this.outbox.offer(null, message);
    }

    @Test
    void aFullQueueRefusesAtOnceAndTakesAgainWhenThereIsRoom() {
        assertThat(offer(1, 1) && offer(2, 1)).isTrue();
        assertThat(this.outbox.congested()).isFalse();
        assertThat(offer(3, 1)).isTrue();
        assertThat(this.outbox.congested()).isTrue();
        assertThat(offer(4, 1)).isTrue();
        assertThat(offer(5, 1)).isFalse();
        this.outbox.start();
        this.network.release(2);
        await().until(() -> this.sent.size() == 2 && offer(6, 1));
        this.network.release(10);
        await().untilAsserted(() -> assertThat(this.sent).containsExactly(1, 2, 3, 4, 6));
    }

    @Test
    void bytesCountAsWellAsMessages() {
        assertThat(offer(1, 60)).isTrue();
        assertThat(offer(2, 41)).isFalse();
        assertThat(offer(3, 40)).isTrue();
        assertThat(this.outbox.congested()).isTrue();
        assertThat(this.outbox.size()).isEqualTo(2);
    }

    @Test
    void theRingsOwnMessagesAreTakenAlsoWhenItIsFull() {
        for (int i = 0; i < 4; i++) {
            offer(i, 1);
        }
        this.outbox.add(UUID.randomUUID(), new byte[] { 9 });
        this.outbox.start();
        this.network.release(10);
        await().untilAsserted(() -> assertThat(this.sent).containsExactly(0, 1, 2, 3, 9));
    }

    @Test
    void oneThatCannotBeSentDoesNotStopTheNext() {
        this.outbox.start();
        this.network.release(10);
        offer(13, 1);
        offer(1, 1);
        await().untilAsserted(() -> assertThat(this.sent).containsExactly(1));
    }

    @Test
    void whatWaitsIsSentBeforeTheEndAndNothingIsTakenAfter() {
        this.outbox.start();
        offer(1, 1);
        offer(2, 1);
        this.network.release(2);
        this.outbox.close(Duration.ofSeconds(5));
        assertThat(this.sent).containsExactly(1, 2);
        assertThat(offer(3, 1)).isFalse();
    }

    @Test
    void aNetworkThatHangsDoesNotKeepTheEnd() {
        this.outbox.start();
        offer(1, 1);
        this.outbox.close(Duration.ofMillis(50));
        assertThat(this.sent).isEmpty();
    }

}
