package dev.muster.rumor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import dev.muster.rumor.Fact.Retention;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UncheckedTest {

    private static final MemberId SENDER = new MemberId("00112233445566778899aabbccddeeff");

    private final Deque<Runnable> tasks = new ArrayDeque<>();

    private final List<Fact> checked = new ArrayList<>();

    private final List<Fact> forged = new ArrayList<>();

    private final List<Fact> admitted = new ArrayList<>();

    private final List<MemberId> refused = new ArrayList<>();

    private final Unchecked unchecked = new Unchecked((fact) -> {
        this.checked.add(fact);
        return !this.forged.contains(fact);
    }, this.tasks::add, this.admitted::addAll, this.refused::add);

    private static Fact state(String group, long sequence) {
        return Fact.create(new FactKey("state", group, "m"), 1, sequence, "", Retention.TRANSIENT, new byte[0], null);
    }

    private void run() {
        while (!this.tasks.isEmpty()) {
            this.tasks.remove().run();
        }
    }

    @Test
    void ofWordsThatWaitTogetherOnlyTheLastOfAKeyIsChecked() {
        this.unchecked.add(SENDER, List.of(state("a", 1), state("b", 1)));
        this.unchecked.add(SENDER, List.of(state("a", 3)));
        this.unchecked.add(SENDER, List.of(state("a", 2)));
        assertThat(this.checked).isEmpty();
        assertThat(this.tasks).hasSize(1);
        run();
        assertThat(this.admitted).containsExactly(state("a", 3), state("b", 1));
        assertThat(this.checked).isEqualTo(this.admitted);
    }

    @Test
    void aForgedWordHidesNoneThatIsGood() {
        this.forged.add(state("a", 9));
        this.unchecked.add(SENDER, List.of(state("a", 1)));
        this.unchecked.add(SENDER, List.of(state("a", 9)));
        this.unchecked.add(SENDER, List.of(state("a", 2)));
        run();
        assertThat(this.admitted).containsExactly(state("a", 2));
        assertThat(this.refused).containsExactly(SENDER);
    }

    @Test
    void whatComesLaterIsCheckedLater() {
        this.unchecked.add(SENDER, List.of(state("a", 1)));
        run();
        this.unchecked.add(SENDER, List.of(state("a", 2)));
        run();
        assertThat(this.admitted).containsExactly(state("a", 1), state("a", 2));
    }

    @Test
    void aKeyOfWhichTooManyWaitKeepsTheGreatest() {
        for (int sequence = 1; sequence <= 1_000; sequence++) {
            this.unchecked.add(SENDER, List.of(state("a", sequence)));
            this.forged.add(state("a", sequence));
        }
        run();
        assertThat(this.checked).hasSize(32).first().isEqualTo(state("a", 1_000));
        assertThat(this.admitted).isEmpty();
    }

}
