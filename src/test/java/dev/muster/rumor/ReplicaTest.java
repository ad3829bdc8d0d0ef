package dev.muster.rumor;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import dev.muster.loop.Loop;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Message.Facts;
import dev.muster.rumor.Message.Receipts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** In which order a member syncs a fact, tells others and tells its own listeners. */
class ReplicaTest {

    private static final MemberId SELF = new MemberId("00112233445566778899aabbccddeeff");

    private static final MemberId OTHER = new MemberId("ffeeddccbbaa99887766554433221100");

    private final Deque<Runnable> tasks = new ArrayDeque<>();

    private final Deque<FactLog.Completion> unsynced = new ArrayDeque<>();

    private final List<String> happened = new ArrayList<>();

    private final List<Message> sent = new ArrayList<>();

    private final Replica replica = new Replica(SELF, new WaitingLog(), new HandLoop(), new SplittableRandom(1),
            Runnable::run, Runnable::run, (fact) -> true);

    @BeforeEach
    void itListens() {
        this.replica.listen((fact, newest) -> this.happened.add("heard " + fact.version().major()));
        this.replica.start(new RecordingRing());
        run();
        this.happened.clear();
        this.sent.clear();
    }

    private static Fact change(long number) {
        return Fact.create(new FactKey("config", "redis.prod", ""), number, 1, "ada", Retention.HISTORY, new byte[0],
                null);
    }

    private void run() {
        while (!this.tasks.isEmpty()) {
            this.tasks.remove().run();
        }
    }

    private void sync() {
        while (!this.unsynced.isEmpty()) {
            this.unsynced.remove().synced();
        }
        run();
    }

    private void submit(Fact fact) {
        this.replica.submit(fact, new Replica.Submission() {

            @Override
            public void held() {
                ReplicaTest.this.happened.add("held");
            }

            @Override
            public void failed(IOException why) {
                ReplicaTest.this.happened.add("failed");
            }

            @Override
            public boolean wantsReceipts() {
                return true;
            }

        });
        run();
    }

    @Test
    void nobodyHearsOfAFactBeforeItIsSyncedAndOthersHearFirst() {
        submit(change(1));
        assertThat(this.happened).isEmpty();
        sync();
        assertThat(this.happened).containsExactly("broadcast", "heard 1", "held");
    }

    @Test
    void whoAsksForAReceiptHasItBeforeListenersWork() {
        this.replica.received(OTHER, MessageCodec.encode(new Facts(0, true, false, List.of(change(1)))));
        run();
        assertThat(this.happened).isEmpty();
        sync();
        assertThat(this.happened).containsExactly("send", "heard 1");
    }

    @Test
    void aReceiptTellsTheGreatestThatIsSyncedWithTheFact() {
        this.replica.received(OTHER, MessageCodec.encode(new Facts(0, true, false, List.of(change(1), change(2)))));
        run();
        sync();
        assertThat(this.sent).singleElement()
            .isInstanceOfSatisfying(Receipts.class, (answer) -> assertThat(answer.receipts()).hasSize(2)
                .allMatch((receipt) -> receipt.current().equals(change(2).version())));
    }

    private final class WaitingLog implements FactLog {

        @Override
        public void append(List<Fact> facts, Completion completion) {
            ReplicaTest.this.unsynced.add(completion);
        }

        @Override
        public Fact read(Hash hash) throws IOException {
            throw new IOException("Nobody reads here");
        }

        @Override
        public void drop(Collection<Hash> hashes) {
            ReplicaTest.this.happened.add("dropped");
        }

    }

    private final class RecordingRing implements Ring {

        @Override
        public boolean broadcast(byte[] message) {
            ReplicaTest.this.happened.add("broadcast");
            return true;
        }

        @Override
        public boolean send(MemberId to, byte[] message) {
            ReplicaTest.this.happened.add("send");
            ReplicaTest.this.sent.add(MessageCodec.decode(message));
            return true;
        }

        @Override
        public boolean congested() {
            return false;
        }

    }

    private final class HandLoop implements Loop {

        @Override
        public void execute(Runnable task) {
            ReplicaTest.this.tasks.add(task);
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return () -> {
            };
        }

        @Override
        public Duration uptime() {
            return Duration.ZERO;
        }

        @Override
        public InstantSource clock() {
            return InstantSource.fixed(Instant.EPOCH);
        }

    }

}
