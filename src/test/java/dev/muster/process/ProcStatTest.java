package dev.muster.process;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ProcStatTest {

    private static final String REST = " S 1 4242 4241 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 987654 1000 200 "
            + "18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0\n";

    @ParameterizedTest
    @ValueSource(strings = { "redis-server", "tmux: server", "a) S 9 9", "((", "()", "" })
    void aCommandMayHaveBlanksAndBrackets(String command) {
        assertThat(ProcStat.parse("4243 (" + command + ")" + REST))
            .isEqualTo(new ProcStat(4243, command, 'S', 1, 4242, 4241, 987654));
    }

    @Test
    void aZombieIsNotAlive() {
        assertThat(ProcStat.parse("7 (x)" + REST).alive()).isTrue();
        assertThat(ProcStat.parse("7 (x)" + REST.replace(" S ", " Z ")).alive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "7 (x", "7 (x) S 1 2", "x" })
    void anythingElseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ProcStat.parse(text));
    }

}
