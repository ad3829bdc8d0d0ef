package dev.muster.content;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.muster.rumor.Hash;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PullTest {

    private static final int CHUNKS = 8;

    private static final byte[] CONTENT = FakeRing.bytes(CHUNKS * Pull.CHUNK - 1_000);

    private static final Hash HASH = Hash.of(CONTENT);

    private static final Map<Hash, Integer> WANTED = Map.of(HASH, CONTENT.length);

    private final FakeRing ring = new FakeRing();

    private final FakeRing.Node self = this.ring.join(9);

    private final FakeRing.Node first = this.ring.join(1);

    private final FakeRing.Node second = this.ring.join(2);

    private long askedOf(int member) {
        return this.ring.asked.stream().filter((line) -> line.equals(member + " content/chunk")).count();
    }

    private void assertHere() {
        assertThat(this.self.store.whole).containsKey(HASH);
        assertThat(this.self.store.whole.get(HASH)).isEqualTo(CONTENT);
        assertThat(this.self.arrived).containsExactly(HASH);
    }

    @Test
    void aContentComesChunkByChunkAndNotFasterThanItMay() {
        this.first.has(CONTENT);
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofMillis(1_000L * CONTENT.length / FakeRing.RATE - 20));
        assertThat(this.self.arrived).isEmpty();
        assertThat(this.self.store.begun(HASH)).isPositive();
        this.ring.run(Duration.ofMillis(40));
        assertHere();
        assertThat(askedOf(1)).isEqualTo(CHUNKS);
        assertThat(askedOf(2)).isZero();
    }

    @Test
    void anEmptyContentComesToo() {
        Hash empty = this.first.has(new byte[0]);
        this.self.store.parts.put(empty, new byte[0]);
        this.self.contents.want(Map.of(empty, 0));
        this.ring.run(Duration.ofSeconds(1));
        assertThat(this.self.arrived).containsExactly(empty);
    }

    @Test
    void whereAHolderDiesInTheMiddleTheNextOneGoesOn() {
        this.first.has(CONTENT);
        this.second.has(CONTENT);
        this.first.trouble = (count, right) -> {
            if (count == 3) {
                this.ring.nodes.remove(this.first.id);
                return null;
            }
            return right.get();
        };
        this.self.contents.want(WANTED);
        this.ring.run(Pull.PATIENCE.plusSeconds(1));
        assertHere();
        assertThat(askedOf(1)).isEqualTo(4);
        assertThat(askedOf(2)).isEqualTo(CHUNKS - 3);
    }

    @Test
    void aHolderThatIsSlowInTheMiddleIsLeftAndItsLateAnswerIgnored() {
        this.first.has(CONTENT);
        this.second.has(CONTENT);
        this.first.trouble = (count, right) -> {
            if (count < 3) {
                return right.get();
            }
            CompletableFuture<byte[]> late = new CompletableFuture<>();
            this.ring.loop.after(Pull.PATIENCE.plusMillis(50), () -> late.complete(new byte[Pull.CHUNK]));
            return late;
        };
        this.self.contents.want(WANTED);
        this.ring.run(Pull.PATIENCE.plusSeconds(1));
        assertHere();
        assertThat(askedOf(1)).isEqualTo(4);
        assertThat(askedOf(2)).isEqualTo(CHUNKS - 3);
    }

    @Test
    void whereAHolderSendsTooLittleOrTooMuchTheNextOneIsAsked() {
        this.first.has(CONTENT);
        this.second.has(CONTENT);
        this.first.trouble = (count, right) -> CompletableFuture.completedFuture(new byte[Pull.CHUNK + count - 1]);
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofSeconds(2));
        assertHere();
        assertThat(askedOf(1)).isEqualTo(1);
    }

    @Test
    void aHolderThatLiesIsFoundAndLeft() {
        this.first.has(CONTENT);
        this.second.has(CONTENT);
        this.first.trouble = (count, right) -> (count == 2) ? CompletableFuture.completedFuture(new byte[Pull.CHUNK])
                : right.get();
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofSeconds(2));
        assertHere();
        assertThat(askedOf(1)).isEqualTo(CHUNKS);
        assertThat(askedOf(2)).isEqualTo(CHUNKS);
    }

    @Test
    void whereSeveralGaveAWrongContentTogetherOneGivesItAllAfterwards() {
        FakeRing.Node third = this.ring.join(3);
        this.first.has(CONTENT);
        this.second.has(CONTENT);
        third.has(CONTENT);
        this.first.trouble = (count, right) -> switch (count) {
            case 0 -> CompletableFuture.completedFuture(new byte[Pull.CHUNK]);
            case 1 -> CompletableFuture.failedFuture(new IllegalStateException("busy"));
            default -> CompletableFuture.completedFuture(new byte[Pull.CHUNK]);
        };
        this.second.trouble = (count, right) -> (count == CHUNKS) ? null : right.get();
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofSeconds(30));
        assertHere();
    }

    @Test
    void itGoesOnWhereItWasAfterARestart() {
        this.first.has(CONTENT);
        this.first.trouble = (count, right) -> (count < 5) ? right.get() : null;
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofSeconds(1));
        assertThat(this.self.store.begun(HASH)).isEqualTo(5L * Pull.CHUNK);
        this.self.restart();
        this.first.trouble = (count, right) -> right.get();
        this.ring.asked.clear();
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofSeconds(1));
        assertHere();
        assertThat(askedOf(1)).isEqualTo(CHUNKS - 5);
    }

    @Test
    void aBeginningThatWasDamagedMeanwhileIsAskedForAgain() {
        this.first.has(CONTENT);
        this.self.store.parts.put(HASH, new byte[3 * Pull.CHUNK]);
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofSeconds(3));
        assertHere();
        this.self.store.whole.clear();
        this.self.arrived.clear();
        this.self.store.parts.put(HASH, new byte[CONTENT.length + 1]);
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofSeconds(3));
        assertHere();
    }

    @Test
    void whoeverHasItLaterIsFoundLater() {
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofMinutes(10));
        long asked = askedOf(1);
        assertThat(asked).isBetween(20L, 30L);
        assertThat(this.self.missed).containsExactly(HASH);
        assertThat(this.self.contents.supply(HASH)).isEqualTo(Supply.NOWHERE);
        this.second.has(CONTENT);
        this.self.contents.askAgain();
        this.ring.run(Duration.ofSeconds(1));
        assertHere();
        assertThat(this.self.contents.supply(HASH)).isEqualTo(Supply.HERE);
    }

    @Test
    void whatIsUploadedHereMeanwhileNeedsNotCome() {
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofMinutes(1));
        this.self.has(CONTENT);
        this.self.contents.askAgain();
        this.ring.run(Duration.ofSeconds(1));
        assertHere();
    }

    @Test
    void aFullDiskHereIsWaitedFor() {
        this.first.has(CONTENT);
        this.self.store.refusal = "No space left on device";
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofSeconds(20));
        assertThat(askedOf(1)).isLessThan(10);
        this.self.store.refusal = null;
        this.ring.run(Duration.ofSeconds(40));
        assertHere();
    }

    @Test
    void whatIsNoLongerWantedIsNoLongerAskedFor() {
        this.first.has(CONTENT);
        this.self.contents.want(WANTED);
        this.ring.run(Duration.ofMillis(40));
        this.self.contents.want(Map.of());
        this.ring.asked.clear();
        this.ring.run(Duration.ofSeconds(5));
        assertThat(this.ring.asked).isEmpty();
        assertThat(this.self.arrived).isEmpty();
    }

    @Test
    void whoeverHasItGivesItOnSoThatTenHaveItInAFewRounds() {
        FakeRing large = new FakeRing();
        large.shuffled = true;
        large.rate = FakeRing.RATE / 16;
        FakeRing.Node holder = large.join(1);
        holder.has(CONTENT);
        List<FakeRing.Node> others = IntStream.range(2, 11).mapToObj(large::join).toList();
        others.forEach((node) -> node.contents.want(WANTED));
        Duration one = Duration.ofMillis(1_000L * CONTENT.length / large.rate);
        // 2, 4, 8, all; and some time to find each other. One alone would need nine.
        large.run(one.multipliedBy(4).plusSeconds(3));
        assertThat(others).allSatisfy((node) -> assertThat(node.arrived).containsExactly(HASH));
        assertThat(large.asked).hasSizeLessThan(9 * CHUNKS * 12);
    }

    @Test
    void atMostThreeComeAtOnce() {
        Map<Hash, Integer> many = new java.util.HashMap<>();
        for (int i = 0; i < 10; i++) {
            byte[] content = FakeRing.bytes(Pull.CHUNK + i);
            many.put(this.first.has(content), content.length);
        }
        List<Integer> open = new java.util.ArrayList<>();
        int[] now = { 0 };
        this.first.trouble = (count, right) -> {
            open.add(++now[0]);
            CompletableFuture<byte[]> later = new CompletableFuture<>();
            this.ring.loop.after(Duration.ofMillis(500), () -> {
                now[0]--;
                right.get().whenComplete((bytes, failure) -> later.complete(bytes));
            });
            return later;
        };
        this.self.contents.want(many);
        this.ring.run(Duration.ofSeconds(20));
        assertThat(this.self.arrived).hasSize(10);
        assertThat(open).allMatch((count) -> count <= 3).contains(3);
    }

}
