package dev.muster.group;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.muster.rumor.Hash;
import dev.muster.rumor.Version;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HistoryTest {

    private final History history = new History();

    private Revision add(long number, String content, @Nullable Revision base) {
        byte[] said = (number + content).getBytes(StandardCharsets.UTF_8);
        Revision revision = new Revision(GroupName.parse("redis.prod"), new Version(number, 1, "alice", Hash.of(said)),
                Optional.ofNullable(base).map((made) -> new Revision.Base(made.number(), made.hash())), content,
                Optional.empty(), 10, Optional.empty(), Optional.empty());
        this.history.add(revision);
        return revision;
    }

    private Optional<Revision> find(String name) {
        return History.find(name, this.history.newestFirst(), this.history.lost());
    }

    @Test
    void theGreatestHoldsAndWhatItWasMadeOnIsNotLost() {
        Revision first = add(1, "a", null);
        Revision second = add(2, "b", first);
        Revision third = add(3, "c", second);
        assertThat(this.history.current()).contains(third);
        assertThat(this.history.baseChain()).containsExactly(third, second, first);
        assertThat(this.history.lost()).isEmpty();
    }

    @Test
    void twoOfOneBaseLeaveOneLost() {
        Revision base = add(1, "a", null);
        Revision left = add(2, "left", base);
        Revision right = add(2, "right", base);
        Revision winner = (left.compareTo(right) > 0) ? left : right;
        Revision loser = winner.equals(left) ? right : left;
        assertThat(this.history.lost()).containsExactly(loser.hash());
        assertThat(find("2")).contains(winner);
        assertThat(find(loser.id())).contains(loser);
        assertThat(find("current")).contains(winner);
    }

    @Test
    void aWholeBranchIsLostWithItsFirst() {
        Revision base = add(1, "a", null);
        Revision left = add(2, "left", base);
        Revision leftAgain = add(3, "left again", left);
        Revision right = add(9, "right", base);
        assertThat(this.history.current()).contains(right);
        assertThat(this.history.lost()).containsExactlyInAnyOrder(left.hash(), leftAgain.hash());
        assertThat(find("3")).contains(leftAgain);
    }

    @Test
    void whereTheChainIsNoLongerKeptNothingBelowIsCalledLost() {
        Revision first = add(1, "a", null);
        Revision second = add(2, "b", first);
        Revision third = add(3, "c", second);
        this.history.remove(second.hash());
        assertThat(this.history.baseChain()).containsExactly(third);
        assertThat(this.history.lost()).isEmpty();
    }

    @Test
    void anUnknownNameFindsNothing() {
        add(1, "a", null);
        assertThat(find("2")).isEmpty();
        assertThat(find("1-00000000")).isEmpty();
        assertThat(find("nonsense")).isEmpty();
    }

}
