package dev.muster.election;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ElectionFactsTest {

    private static final Lineage LINEAGE = new Lineage(1, 1_000, 5);

    private final Named alice = new Named("alice");

    private final Named bob = new Named("bob");

    private final ElectionFacts facts = new ElectionFacts(
            (key, message, signature) -> Arrays.equals(signature, Named.sign(key, message)));

    private Fact leads(Lineage lineage, long term, Named leader, Named signer) {
        return ElectionFacts.election("redis.prod", lineage, term, leader.id(), signer);
    }

    @Test
    void aLeaderSaysOnlyOfItselfThatItLeads() {
        Fact fact = leads(LINEAGE, 3, this.alice, this.alice);
        assertThat(this.facts.admits(fact)).isTrue();
        assertThat(ElectionFacts.leads(fact)).isEqualTo(new ElectionFacts.Leads(LINEAGE, 3, this.alice.id()));
        assertThat(this.facts.admits(leads(LINEAGE, 3, this.alice, this.bob))).isFalse();
    }

    @Test
    void theLaterTermWinsAndTheGreaterLineageBeforeIt() {
        Fact early = leads(LINEAGE, 3, this.alice, this.alice);
        Fact late = leads(LINEAGE, 4, this.bob, this.bob);
        Fact recovered = leads(LINEAGE.recovered(500, 1), 1, this.alice, this.alice);
        Fact younger = leads(new Lineage(1, 2_000, 9), 9, this.bob, this.bob);
        assertThat(List.of(recovered, late, early, younger)
            .stream()
            .sorted((one, other) -> one.version().compareTo(other.version())))
            .containsExactly(younger, early, late, recovered);
    }

    @Test
    void votersAreToldInTheOrderOfTheirLists() {
        VoterList first = new VoterList(3, 9, List.of(new Voter(this.alice.id(), 1)));
        VoterList second = first.with(new Voter(this.bob.id(), 2));
        Fact before = ElectionFacts.voters("redis.prod", LINEAGE, first, this.alice);
        Fact after = ElectionFacts.voters("redis.prod", LINEAGE, second, this.alice);
        Fact later = ElectionFacts.voters("redis.prod", LINEAGE, first.inTerm(4), this.bob);
        assertThat(this.facts.admits(after)).isTrue();
        assertThat(after.version()).isGreaterThan(before.version()).isLessThan(later.version());
        assertThat(ElectionFacts.voters(after)).containsExactlyInAnyOrder(this.alice.id(), this.bob.id());
    }

    /** Signs with a hash that anybody could make. */
    private record Named(String name) implements Fact.Signer {

        MemberId id() {
            return MemberId.of(publicKey());
        }

        @Override
        public byte[] publicKey() {
            return Hash.of(this.name.getBytes(StandardCharsets.UTF_8)).bytes();
        }

        @Override
        public byte[] sign(byte[] message) {
            return sign(publicKey(), message);
        }

        static byte[] sign(byte[] key, byte[] message) {
            byte[] both = Arrays.copyOf(key, key.length + message.length);
            System.arraycopy(message, 0, both, key.length, message.length);
            return Hash.of(both).bytes();
        }

    }

}
