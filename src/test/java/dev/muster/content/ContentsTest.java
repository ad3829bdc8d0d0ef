package dev.muster.content;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ContentsTest {

    private static final byte[] CONTENT = FakeRing.bytes(3 * Pull.CHUNK);

    private static final Hash HASH = Hash.of(CONTENT);

    private final FakeRing ring = new FakeRing();

    private final FakeRing.Node author = this.ring.join(1);

    private final FakeRing.Node other = this.ring.join(2);

    private final FakeRing.Node third = this.ring.join(3);

    private CompletableFuture<MemberId> copy() {
        this.author.has(CONTENT);
        return this.author.contents.copyElsewhere(HASH, CONTENT.length, List.of(this.other.id, this.third.id));
    }

    @Test
    void aCopyIsThereWhenTheOtherMemberSaysSo() {
        CompletableFuture<MemberId> holder = copy();
        this.ring.run(Duration.ofMillis(1));
        assertThat(holder).isNotDone();
        this.ring.run(Duration.ofSeconds(1));
        assertThat(holder).isCompletedWithValue(this.other.id);
        assertThat(this.other.store.whole).containsKey(HASH);
        assertThat(this.third.store.held()).isEmpty();
        assertThat(copy()).satisfies((again) -> {
            this.ring.run(Duration.ofMillis(10));
            assertThat(again).isCompletedWithValue(this.other.id);
        });
    }

    @Test
    void whoeverHasAskedInVainForItTakesTheCopyAtOnce() {
        this.other.contents.want(Map.of(HASH, CONTENT.length));
        this.ring.run(Duration.ofMinutes(20));
        CompletableFuture<MemberId> holder = copy();
        this.ring.run(Duration.ofSeconds(1));
        assertThat(holder).isCompletedWithValue(this.other.id);
    }

    @Test
    void whoeverCannotTakeACopyIsLeftForTheNext() {
        this.other.store.refusal = "No space left on device";
        CompletableFuture<MemberId> holder = copy();
        this.ring.run(SecondCopy.STANDSTILL.plusSeconds(5));
        assertThat(holder).isCompletedWithValue(this.third.id);
        // The first one has not been asked again, and does not try for ever.
        this.ring.run(Contents.OFFER.multipliedBy(3));
        this.other.store.refusal = null;
        this.ring.run(Duration.ofMinutes(2));
        assertThat(this.other.store.held()).isEmpty();
    }

    @Test
    void whereNobodyTakesACopyThatIsSaidWithAReason() {
        this.ring.nodes.remove(this.other.id);
        this.third.store.refusal = "No space left on device";
        CompletableFuture<MemberId> holder = copy();
        this.ring.run(SecondCopy.STANDSTILL.plusSeconds(10));
        assertThat(holder).failsWithin(Duration.ZERO)
            .withThrowableThat()
            .withCauseInstanceOf(NoSecondCopyException.class)
            .withMessageContaining("got nothing more");
    }

    @Test
    void whatNothingNamesIsLetGoAfterAnHour() {
        Hash named = this.author.has(FakeRing.bytes(5));
        Hash unnamed = this.author.has(FakeRing.bytes(6));
        Hash begun = Hash.of(FakeRing.bytes(7));
        this.author.store.parts.put(begun, new byte[3]);
        Hash wanted = this.author.has(FakeRing.bytes(8));
        this.author.contents.want(Map.of(wanted, 8));
        this.author.contents.tidy(() -> Set.of(named));
        this.ring.run(Duration.ofMinutes(59));
        assertThat(this.author.store.held()).hasSize(4);
        this.ring.run(Duration.ofMinutes(11));
        assertThat(this.author.store.held()).containsExactlyInAnyOrder(named, wanted);
        assertThat(unnamed).isNotEqualTo(begun);
    }

    @Test
    void theHoldersAreTheGroupAndWhereItIsFewTheLowestOthers() {
        List<MemberId> ring = IntStream.range(1, 8).mapToObj((i) -> new MemberId("%032x".formatted(i))).toList();
        List<MemberId> ranked = Holders.ranked(HASH, ring);
        assertThat(ranked).containsExactlyInAnyOrderElementsOf(ring);
        MemberId away = new MemberId("%032x".formatted(99));
        assertThat(Holders.of(HASH, List.of(), ring)).containsExactlyInAnyOrderElementsOf(ranked.subList(0, 2));
        assertThat(Holders.of(HASH, List.of(ranked.get(6), away), ring)).containsExactlyInAnyOrder(ranked.get(6),
                ranked.get(0));
        assertThat(Holders.of(HASH, List.of(ranked.get(0), away), ring)).containsExactlyInAnyOrder(ranked.get(0),
                ranked.get(1));
        assertThat(Holders.of(HASH, ranked.subList(3, 6), ring))
            .containsExactlyInAnyOrderElementsOf(ranked.subList(3, 6));
        assertThat(Holders.of(HASH, List.of(away), List.of(ring.get(0)))).containsExactly(ring.get(0));
        assertThat(Holders.ranked(Hash.of(new byte[1]), ring)).isNotEqualTo(ranked);
    }

}
