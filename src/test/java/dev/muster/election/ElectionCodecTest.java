package dev.muster.election;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ElectionCodecTest {

    private static final Lineage LINEAGE = new Lineage(2, 1_790_000_000_000L, -7);

    private static final MemberId ALICE = new MemberId("0".repeat(31) + "a");

    private static final VoterList LIST = new VoterList(3, 9,
            List.of(new Voter(ALICE, 77), new Voter(new MemberId("0".repeat(31) + "b"), -1)));

    static Stream<ElectionMessage> messages() {
        return Stream.of(new ElectionMessage.Seek(5, 3, true, List.of(ALICE)), new ElectionMessage.Known(LINEAGE),
                new ElectionMessage.Renew(LINEAGE, 4, 12, LIST),
                new ElectionMessage.Renewed(LINEAGE, 4, 12, true, 77, 3, 9),
                new ElectionMessage.Poll(LINEAGE, 5, 1, LIST),
                new ElectionMessage.Polled(LINEAGE, 1, true, 77, 4, -3, true, LIST),
                new ElectionMessage.Polled(LINEAGE, 1, false, 77, 4, 3, false, null),
                new ElectionMessage.Ballot(LINEAGE, 5, LIST), new ElectionMessage.Voted(LINEAGE, 5, true, 77, 6),
                new ElectionMessage.Resigned(LINEAGE, 5));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageComesBackAsItWas(ElectionMessage message) {
        assertThat(ElectionCodec.decode(ElectionCodec.encode(message))).isEqualTo(message);
    }

    @Test
    void recordsComeBackAsTheyWere() {
        for (VoteRecord record : List.of(VoteRecord.blank(-5), new VoteRecord(1, LINEAGE, LIST, 8, ALICE))) {
            assertThat(ElectionCodec.decodeRecord(ElectionCodec.encode(record))).isEqualTo(record);
        }
    }

    @Test
    void theLongestListFits() {
        List<Voter> many = IntStream.range(0, VoterList.MOST_VOTERS)
            .mapToObj((i) -> new Voter(new MemberId("%032x".formatted(i)), Long.MIN_VALUE + i))
            .toList();
        VoterList longest = new VoterList(1L << 41, (1L << 20) - 1, many);
        byte[] bytes = ElectionCodec.encode(new ElectionMessage.Renew(LINEAGE, 1L << 41, 1, longest));
        assertThat(bytes.length).isLessThan(ElectionCodec.MAX_BYTES);
        assertThat(ElectionCodec.decode(bytes)).isEqualTo(new ElectionMessage.Renew(LINEAGE, 1L << 41, 1, longest));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatStrangersWriteIsReadOrRefusedAndNothingElse(ElectionMessage message) {
        Random random = new Random(7);
        byte[] good = ElectionCodec.encode(message);
        for (int i = 0; i < 2_000; i++) {
            byte[] bad = Arrays.copyOf(good, good.length - random.nextInt(2));
            for (int change = random.nextInt(4); change >= 0; change--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                ElectionCodec.decode(bad);
            }
            catch (IllegalArgumentException ex) {
                assertThat(ex).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void aTermThatLeavesNoRoomIsRefused() {
        byte[] bytes = ElectionCodec.encode(new ElectionMessage.Resigned(LINEAGE, Long.MAX_VALUE));
        assertThatIllegalArgumentException().isThrownBy(() -> ElectionCodec.decode(bytes))
            .withMessageContaining("term");
    }

    @Test
    void ofTwoLineagesTheLaterGenerationStaysAndOfOneGenerationTheOlder() {
        Lineage older = new Lineage(1, 1_000, 5);
        Lineage younger = new Lineage(1, 2_000, 9);
        Lineage recovered = younger.recovered(3_000, 1);
        assertThat(List.of(recovered, older, younger).stream().sorted()).containsExactly(younger, older, recovered);
        assertThat(List.of(younger.rank(), older.rank(), recovered.rank())).isSorted();
    }

}
